"""What proves that a criterion was met: final scores and nothing else, as conditions on Submission and Criterion."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from microcred.catalog.models import Criterion
from microcred.evidence.models import Submission
from microcred.scoring.decision import AN_APPEALS, FIRST, SECOND, THIRD
from microcred.scoring.models import OPEN, Appeal, Outcome, Review, ReviewState, Score

MET = Score.level_position >= Criterion.required_position
NOT_MET = Score.level_position < Criterion.required_position


def is_met() -> ColumnElement[bool]:
    """Whether an outcome says that the criterion is met, and final scores of this try or an earlier one prove it."""
    here = and_(Outcome.carried_from_id.is_(None), _is_proven(Submission.id))
    earlier = and_(Outcome.carried_from_id.is_not(None), _was_met_before())
    of_this = Outcome.submission_id == Submission.id, Outcome.criterion_id == Criterion.id
    return _there_is((Outcome,), *of_this, Outcome.is_met, or_(here, earlier))


def _there_is(tables: Sequence[Any], *conditions: Any) -> ColumnElement[bool]:
    """Whether rows of these tables fulfil the conditions; every other table is that of a statement around it."""
    return exists().where(*conditions).correlate_except(*tables)


def _was_met_before() -> ColumnElement[bool]:
    """The same person met it in the try that it is carried over from."""
    earlier, outcome = aliased(Submission), aliased(Outcome)
    met = outcome.submission_id == earlier.id, outcome.criterion_id == Criterion.id, outcome.is_met
    same = earlier.id == Outcome.carried_from_id, earlier.person_id == Submission.person_id
    is_first = outcome.carried_from_id.is_(None)
    return _there_is((earlier, outcome), *same, *met, is_first, _is_proven(earlier.id))


def _is_proven(submission_id: Any) -> ColumnElement[bool]:
    """As `scoring.decision.verdict` says: an appeal, else all of the first two saw it met, or the third if they differ.

    What a third said counts for nothing once a returned review agrees with the other one.
    """
    appealed = _there_is((Appeal,), Appeal.submission_id == submission_id, Appeal.criterion_id == Criterion.id)
    saw_met, saw_unmet = (_is_scored(submission_id, seen, FIRST, SECOND) for seen in (MET, NOT_MET))
    by_appeal = and_(appealed, _is_scored(submission_id, MET, AN_APPEALS))
    by_third = and_(Criterion.is_required, saw_unmet, _is_scored(submission_id, MET, THIRD))
    return or_(by_appeal, and_(saw_met, or_(~saw_unmet, by_third)))


def _is_scored(submission_id: Any, seen: ColumnElement[bool], *seats: int) -> ColumnElement[bool]:
    final = Review.submission_id == submission_id, Review.state == ReviewState.FINAL, Review.seat.in_(seats)
    of_this = Score.review_id == Review.id, Score.criterion_id == Criterion.id
    return _there_is((Score, Review), *of_this, *final, seen)


def has_unmet_criterion() -> ColumnElement[bool]:
    """Whether a required criterion of the submission's rubric is not met."""
    return _there_is((Criterion,), Criterion.rubric_id == Submission.rubric_id, Criterion.is_required, ~is_met())


def has_first_review() -> ColumnElement[bool]:
    """Whether a review that scores everything is final."""
    of_this = Review.submission_id == Submission.id, Review.seat.in_((FIRST, SECOND))
    return _there_is((Review,), *of_this, Review.state == ReviewState.FINAL)


def is_unsettled() -> ColumnElement[bool]:
    """Whether a review is still open, or an appeal not answered."""
    is_open = _there_is((Review,), Review.submission_id == Submission.id, Review.state.in_(OPEN))
    return or_(is_open, _there_is((Appeal,), Appeal.submission_id == Submission.id, Appeal.answered_at.is_(None)))
