"""Every action in every state: what the table of moves allows happens, everything else is refused."""

from collections.abc import Callable

import pytest

from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.evidence.models import MOVES as SUBMISSION_MOVES
from microcred.evidence.models import Submission, SubmissionState
from microcred.scoring import actions
from microcred.scoring.models import MOVES, Review, ReviewState
from tests.cast import Cast
from tests.scoring.reviewing import Course, HandIn, score, seated

Act = Callable[[Review, Cast], object]

R = ReviewState
ACTIONS: dict[str, tuple[R, Act]] = {
    "accept": (R.ACCEPTED, lambda review, cast: actions.accept_review(review, by=review.reviewer)),
    "decline": (R.DECLINED, lambda review, cast: actions.decline_review(review, "no time", by=review.reviewer)),
    "save": (
        R.DRAFT,
        lambda review, cast: actions.save_score(
            review, review.submission.rubric.criteria[0], 1, "Clear", by=review.reviewer
        ),
    ),
    "finish": (R.FINAL, lambda review, cast: actions.finish_review(review, "", by=review.reviewer)),
    "reassign": (R.SET_ASIDE, lambda review, cast: actions.reassign_review(review, _free(review, cast), by=cast.cora)),
    "give back": (
        R.SET_ASIDE,
        lambda review, cast: actions.mark_incomplete(review.submission, "A photo", by=cast.cora),
    ),
}
SUBMISSION_ACTIONS: dict[str, Callable[[Submission, Cast], object]] = {
    "assign": lambda submission, cast: actions.assign_reviewers(submission),
    "give back": lambda submission, cast: actions.mark_incomplete(submission, "A photo", by=cast.cora),
    "deny": lambda submission, cast: actions.deny(submission, "Copied", by=cast.cora),
}
ALLOWED = {
    "assign": {
        SubmissionState.SUBMITTED,
        SubmissionState.IN_REVIEW,
        SubmissionState.TO_BE_AGREED,
        SubmissionState.UNDER_APPEAL,
    },
    "give back": {state for state, moves in SUBMISSION_MOVES.items() if SubmissionState.INCOMPLETE in moves},
    "deny": {state for state, moves in SUBMISSION_MOVES.items() if SubmissionState.DENIED in moves},
}


def _free(review: Review, cast: Cast) -> Account:
    taken = {each.reviewer_id for each in db.session.query(Review)}
    return next(person for person in (cast.rita, cast.ravi, cast.rosa) if person.id not in taken)


@pytest.mark.parametrize("state", list(ReviewState))
@pytest.mark.parametrize("action", list(ACTIONS))
def test_a_review_moves_as_its_table_says(cast: Cast, hand_in: HandIn, action: str, state: ReviewState) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    review = score(seated(submission, 1), {"plan": 1, "ask": 1, "extra": 1})
    review.state = state
    db.session.flush()
    target, act = ACTIONS[action]
    is_saved_again = action == "save" and state == R.DRAFT
    gives_back_the_other = action == "give back" and state not in (R.FINAL, R.DECLINED, R.SET_ASIDE)
    if target in MOVES[state] or is_saved_again or gives_back_the_other:
        act(review, cast)
        assert review.state == target
    elif action == "give back" and state != R.FINAL:
        act(review, cast)
        assert review.state == state
    else:
        with pytest.raises(Refused):
            act(review, cast)
        assert review.state == state


@pytest.mark.parametrize("state", list(SubmissionState))
@pytest.mark.parametrize("action", list(SUBMISSION_ACTIONS))
def test_a_submission_moves_as_its_table_says(cast: Cast, hand_in: HandIn, action: str, state: SubmissionState) -> None:
    submission = hand_in(cast.amara)
    submission.state = state
    db.session.flush()
    if state in ALLOWED[action]:
        SUBMISSION_ACTIONS[action](submission, cast)
        expected = {"give back": SubmissionState.INCOMPLETE, "deny": SubmissionState.DENIED}.get(action, state)
        is_first = action == "assign" and state == SubmissionState.SUBMITTED
        assert submission.state == (SubmissionState.IN_REVIEW if is_first else expected)
    else:
        with pytest.raises(Refused):
            SUBMISSION_ACTIONS[action](submission, cast)
        assert submission.state == state


@pytest.mark.parametrize("action", ["accept", "decline", "save", "finish"])
def test_a_review_stands_still_while_its_submission_is_not_in_review(
    cast: Cast, hand_in: HandIn, course: Course, action: str
) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    review = seated(submission, 1)
    for state in set(SubmissionState) - {SubmissionState.IN_REVIEW, SubmissionState.TO_BE_AGREED}:
        submission.state = state
        db.session.flush()
        with pytest.raises(Refused):
            ACTIONS[action][1](review, cast)
        assert review.state == "offered"
