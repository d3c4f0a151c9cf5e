"""What follows from the scores: two reviewers, the third, one alone, and what is carried over."""

import pytest

from microcred.db import db
from microcred.errors import Refused
from microcred.evidence.models import SubmissionState
from microcred.scoring import actions
from microcred.scoring.models import Outcome, Review
from tests.cast import Cast
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, Course, HandIn, finish, outcomes_of, score, seated


@pytest.mark.parametrize(
    ("plan", "ask", "state"),
    [
        ((MET, MET), (MET, MET), SubmissionState.EARNED),
        ((MET, BEYOND), (BEYOND, MET), SubmissionState.EARNED),
        ((NOT_MET, NOT_MET), (BEYOND, BEYOND), SubmissionState.NOT_YET),
        ((NOT_MET, NOT_MET), (NOT_MET, NOT_MET), SubmissionState.NOT_YET),
        ((MET, NOT_MET), (MET, MET), SubmissionState.TO_BE_AGREED),
        ((NOT_MET, BEYOND), (NOT_MET, NOT_MET), SubmissionState.TO_BE_AGREED),
        ((MET, NOT_MET), (NOT_MET, MET), SubmissionState.TO_BE_AGREED),
    ],
)
def test_two_reviewers_decide_where_they_agree_on_met(
    cast: Cast, hand_in: HandIn, plan: tuple[int, int], ask: tuple[int, int], state: SubmissionState
) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    for seat in (1, 2):
        finish(seated(submission, seat), plan=plan[seat - 1], ask=ask[seat - 1], extra=MET)
    assert submission.state == state


def test_the_lower_of_two_levels_counts(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    finish(seated(submission, 1), plan=BEYOND, ask=MET, extra=MET)
    finish(seated(submission, 2), plan=MET, ask=MET, extra=NOT_MET)
    assert outcomes_of(submission) == {"plan": (MET, True), "ask": (MET, True), "extra": (NOT_MET, False)}


def test_an_optional_criterion_is_neither_required_nor_disputed(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    finish(seated(submission, 1), plan=MET, ask=MET, extra=NOT_MET)
    finish(seated(submission, 2), plan=MET, ask=MET, extra=BEYOND)
    assert submission.state == SubmissionState.EARNED


@pytest.mark.parametrize(("third", "state"), [(MET, SubmissionState.EARNED), (NOT_MET, SubmissionState.NOT_YET)])
def test_a_third_decides_what_is_in_dispute_and_nothing_else(
    cast: Cast, hand_in: HandIn, course: Course, third: int, state: SubmissionState
) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    finish(seated(submission, 1), plan=MET, ask=BEYOND, extra=MET)
    finish(seated(submission, 2), plan=NOT_MET, ask=MET, extra=MET)
    third_review = seated(submission, 3)
    assert third_review.reviewer_id not in {seated(submission, seat).reviewer_id for seat in (1, 2)}
    actions.accept_review(third_review, by=third_review.reviewer)
    with pytest.raises(Refused, match="not to be scored here"):
        actions.save_score(third_review, course.criteria[1], MET, "", by=third_review.reviewer)
    finish(third_review, plan=third)
    assert submission.state == state
    assert outcomes_of(submission)["plan"] == (third, third == MET)
    assert outcomes_of(submission)["ask"] == (MET, True)


@pytest.mark.parametrize(("level", "state"), [(MET, SubmissionState.EARNED), (NOT_MET, SubmissionState.NOT_YET)])
def test_one_reviewer_alone_decides(
    cast: Cast, hand_in: HandIn, course: Course, level: int, state: SubmissionState
) -> None:
    course.pilot.reviewers_per_submission = 1
    submission = hand_in(cast.amara)
    assert [review.seat for review in actions.assign_reviewers(submission)] == [1]
    finish(seated(submission, 1), plan=level, ask=MET, extra=MET)
    assert submission.state == state


def test_what_was_met_before_is_carried_over_and_not_scored_again(cast: Cast, hand_in: HandIn, course: Course) -> None:
    course.pilot.reviewers_per_submission = 1
    first = hand_in(cast.amara)
    actions.assign_reviewers(first)
    finish(seated(first, 1), plan=BEYOND, ask=NOT_MET, extra=MET)
    second = hand_in(cast.amara, previous=first)
    actions.assign_reviewers(second)
    review = seated(second, 1)
    with pytest.raises(Refused, match="not to be scored here"):
        actions.save_score(review, course.criteria[0], NOT_MET, "", by=review.reviewer)
    finish(review, ask=NOT_MET)
    third = hand_in(cast.amara, previous=second)
    actions.assign_reviewers(third)
    finish(seated(third, 1), ask=MET)
    assert third.state == SubmissionState.EARNED
    assert outcomes_of(third) == {"plan": (BEYOND, True), "ask": (MET, True), "extra": (MET, True)}
    carried = {
        row.criterion.code: row.carried_from_id for row in db.session.query(Outcome).filter_by(submission_id=third.id)
    }
    assert carried == {"plan": first.id, "ask": None, "extra": first.id}


def test_a_decision_is_made_once(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    for seat in (1, 2):
        finish(seated(submission, seat), plan=MET, ask=MET, extra=MET)
    decided_at = submission.decided_at
    with pytest.raises(Refused, match="is final"):
        actions.finish_review(seated(submission, 1), "Again", by=seated(submission, 1).reviewer)
    assert submission.decided_at == decided_at
    assert db.session.query(Outcome).count() == 3


def test_a_third_is_asked_once(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    finish(seated(submission, 1), plan=MET, ask=MET, extra=MET)
    finish(seated(submission, 2), plan=NOT_MET, ask=MET, extra=MET)
    assert actions.assign_reviewers(submission) == []
    assert db.session.query(Review).filter_by(submission_id=submission.id, seat=3).count() == 1


def test_a_review_is_finished_only_with_a_level_and_feedback_on_every_criterion(
    cast: Cast, hand_in: HandIn, course: Course
) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    review = score(seated(submission, 1), {"plan": MET, "ask": MET})
    with pytest.raises(Refused, match="Choose a level for “Invites others”"):
        actions.finish_review(review, "", by=review.reviewer)
    actions.save_score(review, course.criteria[2], MET, "   ", by=review.reviewer)
    with pytest.raises(Refused, match="Write feedback on “Invites others”"):
        actions.finish_review(review, "", by=review.reviewer)
    assert review.state == "draft"


def test_what_is_final_does_not_change(cast: Cast, hand_in: HandIn, course: Course) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    review = seated(submission, 1)
    finish(review, plan=MET, ask=MET, extra=MET)
    for change in (
        lambda: actions.save_score(review, course.criteria[0], NOT_MET, "Other", by=review.reviewer),
        lambda: actions.decline_review(review, "no time", by=review.reviewer),
        lambda: actions.accept_review(review, by=review.reviewer),
    ):
        with pytest.raises(Refused, match="is final"):
            change()
    assert {kept.level_position for kept in review.scores} == {MET}
