"""Answers that are held back: the lead's look, the published moment, and what happens when one is given."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from microcred.accounts.actions import create_person
from microcred.accounts.models import Account, RoleName
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.outbox import Mail
from microcred.scoring.actions import deny
from microcred.scoring.models import Outcome
from microcred.scoring.releasing import look_at, looks_due, release, release_all, release_due
from microcred.scoring.rules import promise
from tests.cast import Cast
from tests.scoring.releasing import IN_BATCHES, rule, scored
from tests.scoring.reviewing import NOT_MET, Course, HandIn, seated

S = SubmissionState


def told(person: Account) -> int:
    """How often somebody was told an answer."""
    is_answer = (Mail.person_id == person.id) & Mail.subject.startswith("Your evidence is scored")
    return db.session.scalar(select(func.count()).select_from(Mail).where(is_answer)) or 0


def outcomes() -> int:
    return db.session.scalar(select(func.count()).select_from(Outcome)) or 0


def held(submission: Submission) -> tuple[S, int, int, bool]:
    """Its state, what its author was told, what was written of the answer, whether a day stands for it."""
    return S(submission.state), told(submission.person), outcomes(), submission.decided_at is not None


def test_without_rules_an_answer_is_given_at_once(cast: Cast, hand_in: HandIn) -> None:
    submission = scored(hand_in(cast.amara))
    assert held(submission) == (S.EARNED, 1, 3, True)


@pytest.mark.parametrize("changed", [{"lead_looks": True}, IN_BATCHES, IN_BATCHES | {"lead_looks": True}])
def test_nothing_is_told_or_written_before_the_release(
    cast: Cast, hand_in: HandIn, course: Course, changed: dict[str, object]
) -> None:
    rule(course, cast, **changed)
    submission = scored(hand_in(cast.amara))
    assert held(submission) == (S.TO_BE_RELEASED, 0, 0, False)
    release(submission, by=cast.cora)
    assert held(submission) == (S.EARNED, 1, 3, True)


def test_an_answer_goes_out_at_its_moment_and_once(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, **IN_BATCHES)
    submission = scored(hand_in(cast.amara), {"plan": NOT_MET}, {"plan": NOT_MET})
    moment = submission.release_at
    assert moment is not None
    assert submission.answer_due_at == moment
    with at(moment - timedelta(seconds=1)):
        assert release_due() == []
    with at(moment):
        assert release_due() == [submission]
        assert release_due() == []
    assert held(submission) == (S.NOT_YET, 1, 3, True)
    assert submission.decided_at == moment


def test_what_is_not_looked_at_waits_beyond_its_moment_and_goes_out_with_the_look(
    cast: Cast, hand_in: HandIn, course: Course
) -> None:
    rule(course, cast, lead_looks=True, **IN_BATCHES)
    submission = scored(hand_in(cast.amara))
    later = utcnow() + timedelta(days=15)
    with at(later):
        assert release_due() == []
        look_at(submission, by=cast.cora)
    assert held(submission) == (S.EARNED, 1, 3, True)


def test_what_is_looked_at_waits_for_its_moment(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, lead_looks=True, **IN_BATCHES)
    submission = scored(hand_in(cast.amara))
    assert looks_due([submission.id]) == {submission.id}
    look_at(submission, by=cast.cora)
    db.session.commit()
    assert (looks_due([submission.id]), held(submission)) == (set(), (S.TO_BE_RELEASED, 0, 0, False))
    with pytest.raises(Refused, match="looked at this already"):
        look_at(submission, by=cast.cora)
    with at(utcnow() + timedelta(days=15)):
        assert release_due() == [submission]


def test_without_a_published_moment_the_look_gives_the_answer(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, lead_looks=True)
    submission = scored(hand_in(cast.amara))
    assert submission.release_at is None
    with at(utcnow() + timedelta(days=99)):
        assert release_due() == []
    look_at(submission, by=cast.cora)
    assert held(submission) == (S.EARNED, 1, 3, True)


def test_new_rules_leave_the_moment_and_the_look_of_what_waits(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, lead_looks=True, **IN_BATCHES)
    submission = scored(hand_in(cast.amara))
    moment = submission.release_at
    rule(course, cast)
    assert (submission.release_at, looks_due([submission.id])) == (moment, {submission.id})
    assert submission.state == S.TO_BE_RELEASED
    other = scored(hand_in(cast.bruno))
    assert other.state == S.EARNED


def test_all_that_is_ready_goes_out_and_nothing_else(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, **IN_BATCHES)
    ready = scored(hand_in(cast.amara))
    rule(course, cast, lead_looks=True, **IN_BATCHES)
    unseen = scored(hand_in(cast.bruno))
    assert release_all([unseen, ready], by=cast.cora) == [ready]
    assert (ready.state, unseen.state) == (S.EARNED, S.TO_BE_RELEASED)
    with pytest.raises(Refused, match="Nothing is ready"):
        release_all([unseen, ready], by=cast.cora)


def test_all_or_none_go_out(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, **IN_BATCHES)
    own, other = scored(hand_in(cast.amara)), scored(hand_in(cast.bruno))
    with pytest.raises(Refused, match="another coordinator"), db.session.begin_nested():
        release_all([own, other], by=cast.bruno)
    db.session.refresh(own)
    db.session.refresh(other)
    assert (own.state, other.state) == (S.TO_BE_RELEASED, S.TO_BE_RELEASED)


def test_who_wrote_or_reviews_it_neither_looks_nor_releases(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, lead_looks=True)
    submission = scored(hand_in(cast.amara))
    for party in (cast.amara, *(seated(submission, seat).reviewer for seat in (1, 2))):
        for act in (look_at, release):
            with pytest.raises(Refused, match="another coordinator"):
                act(submission, by=party)
    assert submission.state == S.TO_BE_RELEASED


def test_another_lead_who_comes_second_is_told_so(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, lead_looks=True)
    submission = scored(hand_in(cast.amara))
    second = create_person("Lea", "lea@school.local", school=None, roles=[RoleName.COORDINATOR], by=None)
    release(submission, by=cast.cora)
    with pytest.raises(Refused, match="does not wait for its release"):
        release(submission, by=second)
    assert told(cast.amara) == 1


def test_what_waits_for_its_release_can_still_be_denied(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, lead_looks=True, **IN_BATCHES)
    submission = scored(hand_in(cast.amara))
    deny(submission, "Copied.", by=cast.cora)
    assert (submission.state, submission.release_at, outcomes()) == (S.DENIED, None, 0)
    with at(utcnow() + timedelta(days=15)):
        assert release_due() == []


def test_a_release_needs_a_day_and_a_time_and_a_school_day(cast: Cast, course: Course) -> None:
    with pytest.raises(Refused, match="both a day and a time"):
        rule(course, cast, release_weekday=3)
    with pytest.raises(Refused, match="Monday to Friday"):
        rule(course, cast, **IN_BATCHES | {"release_weekday": 6})
    assert promise(rule(course, cast, **IN_BATCHES)) == (
        "Answers are given every Thursday at 15:00. Appeals are answered as soon as they are settled."
    )
    assert promise(rule(course, cast)) is None
