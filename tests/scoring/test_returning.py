"""A lead gives a final review back before the release: with a note, as it was kept, and changing nothing in it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.outbox import Mail
from microcred.scoring import actions
from microcred.scoring.models import Return, Review, ReviewState
from microcred.scoring.releasing import look_at, looks_due, release, release_due
from microcred.scoring.returning import note_on, return_review
from tests.cast import Cast
from tests.scoring.releasing import IN_BATCHES, rule, scored
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, Course, HandIn, finish, outcomes_of, seated

S, R = SubmissionState, ReviewState


@pytest.fixture
def waiting(cast: Cast, hand_in: HandIn, course: Course) -> Submission:
    """Scored by two who agree, and to be looked at; a moment is published for it."""
    rule(course, cast, lead_looks=True, **IN_BATCHES)
    return scored(hand_in(cast.amara))


def test_a_returned_review_is_kept_as_it_was(cast: Cast, waiting: Submission) -> None:
    review = seated(waiting, 1)
    final_at = review.final_at
    returned = return_review(review, " Say what you saw. ", by=cast.cora)
    assert (review.state, review.final_at, waiting.state, waiting.release_at) == (R.DRAFT, None, S.IN_REVIEW, None)
    finish(review, plan=NOT_MET, ask=MET, extra=MET)
    db.session.commit()
    db.session.refresh(returned)
    assert (returned.note, returned.final_at, returned.comment) == ("Say what you saw.", final_at, "All in all")
    criteria = {criterion.id: criterion.code for criterion in waiting.rubric.criteria}
    assert [(criteria[id_], level, text) for id_, level, text in returned.scores] == [
        ("plan", MET, "Feedback on plan"),
        ("ask", MET, "Feedback on ask"),
        ("extra", MET, "Feedback on extra"),
    ]


def test_the_lead_changes_no_level(cast: Cast, waiting: Submission) -> None:
    review = seated(waiting, 1)
    before = {score.criterion_id: (score.level_position, score.feedback) for score in review.scores}
    return_review(review, "Say what you saw.", by=cast.cora)
    assert {score.criterion_id: (score.level_position, score.feedback) for score in review.scores} == before


def test_a_returned_review_is_due_anew_and_its_reviewer_is_told(cast: Cast, waiting: Submission) -> None:
    review = seated(waiting, 1)
    review.reminded_at = review.escalated_at = utcnow()
    with at(utcnow() + timedelta(days=30)):
        return_review(review, "Say what you saw.", by=cast.cora)
        assert review.due_at > utcnow()
    assert {review.reminded_at, review.escalated_at} == {None}
    assert waiting.answer_due_at == review.due_at
    mail = db.session.scalars(select(Mail).where(Mail.subject.startswith("Please look again"))).one()
    assert (mail.person_id, cast.amara.name in mail.text, "Say what you saw" in mail.text) == (
        review.reviewer_id,
        False,
        False,
    )


def test_the_note_is_on_the_desk_until_the_review_is_final_again(cast: Cast, waiting: Submission) -> None:
    review, other = seated(waiting, 1), seated(waiting, 2)
    return_review(review, "Once more.", by=cast.cora)
    note = note_on(review)
    assert (note and note.note, note_on(other)) == ("Once more.", None)
    actions.finish_review(review, "", by=review.reviewer)
    assert note_on(review) is None


def test_once_it_is_final_again_it_waits_anew_for_a_look_and_a_moment(cast: Cast, waiting: Submission) -> None:
    look_at(waiting, by=cast.cora)
    db.session.commit()
    review = seated(waiting, 1)
    return_review(review, "Once more.", by=cast.cora)
    with at(utcnow() + timedelta(days=15)):
        actions.finish_review(review, "", by=review.reviewer)
        db.session.commit()
        assert (waiting.release_at or utcnow()) > utcnow()
    assert (waiting.state, looks_due([waiting.id])) == (S.TO_BE_RELEASED, {waiting.id})


def test_a_look_that_the_rules_ask_for_no_more_keeps_nothing_from_its_moment(
    cast: Cast, waiting: Submission, course: Course
) -> None:
    review = seated(waiting, 1)
    return_review(review, "Once more.", by=cast.cora)
    rule(course, cast, **IN_BATCHES)
    actions.finish_review(review, "", by=review.reviewer)
    db.session.commit()
    assert (waiting.state, looks_due([waiting.id])) == (S.TO_BE_RELEASED, set())
    with at(utcnow() + timedelta(days=15)):
        assert release_due() == [waiting]


def test_a_dispute_that_is_new_goes_to_a_third_reviewer(cast: Cast, waiting: Submission) -> None:
    review = seated(waiting, 1)
    return_review(review, "Once more.", by=cast.cora)
    finish(review, plan=NOT_MET)
    assert (waiting.state, seated(waiting, 3).state) == (S.TO_BE_AGREED, R.OFFERED)
    finish(seated(waiting, 3), plan=NOT_MET)
    release(waiting, by=cast.cora)
    assert outcomes_of(waiting) == {"plan": (NOT_MET, False), "ask": (MET, True), "extra": (MET, True)}


@pytest.fixture
def agreed(cast: Cast, hand_in: HandIn, course: Course) -> Submission:
    """Scored by two who differed in the first criterion, and by a third who found it met."""
    rule(course, cast, lead_looks=True)
    submission = scored(hand_in(cast.amara), {"plan": NOT_MET}, {})
    finish(seated(submission, 3), plan=BEYOND)
    db.session.commit()
    assert submission.state == S.TO_BE_RELEASED
    return submission


def test_a_third_review_that_is_returned_is_agreed_on_again(cast: Cast, agreed: Submission) -> None:
    third = seated(agreed, 3)
    return_review(third, "Once more.", by=cast.cora)
    assert (agreed.state, third.state) == (S.TO_BE_AGREED, R.DRAFT)
    finish(third, plan=NOT_MET)
    release(agreed, by=cast.cora)
    assert (agreed.state, outcomes_of(agreed)["plan"]) == (S.NOT_YET, (NOT_MET, False))


def test_once_two_agree_the_third_has_no_say(cast: Cast, agreed: Submission) -> None:
    second = seated(agreed, 2)
    return_review(second, "Once more.", by=cast.cora)
    finish(second, plan=NOT_MET)
    assert agreed.state == S.TO_BE_RELEASED
    release(agreed, by=cast.cora)
    assert (agreed.state, outcomes_of(agreed)["plan"]) == (S.NOT_YET, (NOT_MET, False))


def test_a_third_who_is_done_is_asked_about_what_came_to_be_in_dispute(cast: Cast, agreed: Submission) -> None:
    first, third = seated(agreed, 1), seated(agreed, 3)
    return_review(first, "Once more.", by=cast.cora)
    finish(first, ask=NOT_MET)
    db.session.commit()
    note = note_on(third)
    assert (agreed.state, third.state, note and "one more criterion" in note.note) == (S.TO_BE_AGREED, R.DRAFT, True)
    assert db.session.query(Review).filter_by(submission_id=agreed.id, seat=3).count() == 1
    with pytest.raises(Refused, match="“Asks and waits”"):
        actions.finish_review(third, "", by=third.reviewer)
    finish(third, ask=MET)
    release(agreed, by=cast.cora)
    assert outcomes_of(agreed) == {"plan": (BEYOND, True), "ask": (MET, True), "extra": (MET, True)}


def test_a_review_is_returned_with_a_note_and_only_while_its_answer_waits(cast: Cast, waiting: Submission) -> None:
    review, other = seated(waiting, 1), seated(waiting, 2)
    with pytest.raises(Refused, match="look at again"):
        return_review(review, "  ", by=cast.cora)
    return_review(review, "Once more.", by=cast.cora)
    with pytest.raises(Refused, match="does not wait for its release"):
        return_review(other, "You too.", by=cast.cora)
    actions.finish_review(review, "", by=review.reviewer)
    release(waiting, by=cast.cora)
    with pytest.raises(Refused, match="does not wait for its release"):
        return_review(other, "You too.", by=cast.cora)
    assert db.session.scalar(select(func.count()).select_from(Return)) == 1


def test_who_wrote_or_reviews_it_returns_nothing(cast: Cast, waiting: Submission) -> None:
    review = seated(waiting, 1)
    for party in (cast.amara, review.reviewer, seated(waiting, 2).reviewer):
        with pytest.raises(Refused, match="another coordinator"):
            return_review(review, "Once more.", by=party)
    assert review.state == R.FINAL
