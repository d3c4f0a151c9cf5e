"""What follows an answer follows once, when somebody does two things at the same moment with forms of their own."""

from collections import Counter

from sqlalchemy import select

from microcred.db import db, utcnow, writing
from microcred.evidence.models import CoachTalk, Submission, SubmissionState
from microcred.outbox import Mail
from microcred.schooldays import local
from microcred.scoring.models import Appeal, Review
from microcred.scoring.reviewer_models import Conflict
from tests.races.clicks_on_answers import appeal_fields, asked, led, not_yet, third_not_yet
from tests.races.conftest import Stage
from tests.races.test_once_only import HANDS, ONCE, by_twenty, count, entries, posting, statuses


def tries_after(submission: Submission) -> int:
    return count(select(Submission).where(Submission.previous_id == submission.id))


def test_an_appeal_is_filed_once(stage: Stage) -> None:
    with writing():
        submission = not_yet(stage.world)
        fields = appeal_fields(submission)
    assert by_twenty(stage, submission.person, f"/submissions/{submission.id}/appeal", **fields) == ONCE
    assert count(select(Appeal).where(Appeal.submission_id == submission.id)) == len(fields) // 2
    assert count(select(Review).where(Review.submission_id == submission.id, Review.seat == 4)) == 1
    assert entries("appealed", submission) == 1


def test_an_appeal_and_the_next_try_never_both_begin(stage: Stage) -> None:
    with writing():
        submission = not_yet(stage.world)
        session = stage.session(submission.person)
        fields = appeal_fields(submission)
    paths = (f"/submissions/{submission.id}/appeal", f"/submissions/{submission.id}/next-try")
    both = [posting(session, paths[0], **fields), posting(session, paths[1])]
    assert statuses(both * (HANDS // 2)) == ONCE
    db.session.refresh(submission)
    is_appealed = submission.state == SubmissionState.UNDER_APPEAL
    assert (tries_after(submission), entries("appealed", submission)) == ((0, 1) if is_appealed else (1, 0))


def test_a_talk_is_asked_for_once(stage: Stage) -> None:
    with writing():
        submission = third_not_yet(stage.world)
        letters = select(Mail).where(Mail.person_id == stage.world.cast.cora.id, Mail.subject.like("%asks for a talk%"))
    before = count(letters)
    assert by_twenty(stage, submission.person, f"/submissions/{submission.id}/talk") == ONCE
    assert count(select(CoachTalk).where(CoachTalk.submission_id == submission.id)) == 1
    assert count(letters) == before + 1


def test_a_talk_is_noted_once(stage: Stage) -> None:
    with writing():
        talk = led(stage.world)
        person_id = talk.submission.person_id
    today = local(utcnow()).date().isoformat()
    assert by_twenty(stage, stage.world.cast.cora, f"/talks/{talk.submission_id}/holding", held_on=today) == ONCE
    assert count(select(Conflict).where(Conflict.person_id == person_id)) == 1


def test_a_note_is_not_taken_back_from_under_the_next_try(stage: Stage) -> None:
    with writing():
        talk = asked(stage.world)
        talk.held_on, talk.noted_at, talk.noted_by_id = utcnow().date(), utcnow(), stage.world.cast.cora.id
        submission, author = talk.submission, stage.session(talk.submission.person)
        coordinator = stage.session(stage.world.cast.cora)
    undoing = posting(coordinator, f"/talks/{submission.id}/undoing")
    beginning = posting(author, f"/submissions/{submission.id}/next-try")
    assert statuses([undoing, beginning] * (HANDS // 2)) == Counter({303: 1, 422: HANDS - 1})
    db.session.refresh(talk)
    assert (talk.held_on is not None) is (tries_after(submission) == 1)
