"""How the other of two reviewers scored: known once nobody can be influenced by it, where the pilot wants it."""

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from microcred.db import db
from microcred.evidence.models import Submission, SubmissionState
from microcred.scoring.decision import FIRST, SECOND
from microcred.scoring.models import OPEN, Review, ReviewState, Score, ScoringRules

PAIR = (FIRST, SECOND)
STILL_OPEN = (SubmissionState.SUBMITTED, SubmissionState.IN_REVIEW, SubmissionState.TO_BE_RELEASED)
"""While its answer waits for the lead, a review may still be returned and written anew."""


def may_show_others() -> ColumnElement[bool]:
    """A condition on Review and Submission: the pilot shows others, both seats are final, and none can be returned."""
    beside = aliased(Review)
    in_pair = beside.seat.in_(PAIR), beside.submission_id == Submission.id
    rules = select(ScoringRules.pilot_id).where(
        ScoringRules.pilot_id == Submission.pilot_id,
        ScoringRules.shows_others,
        or_(Submission.state != SubmissionState.TO_BE_AGREED, ~_can_return()),
    )
    return and_(
        Review.seat.in_(PAIR),
        Review.state == ReviewState.FINAL,
        Submission.state.not_in(STILL_OPEN),
        rules.exists(),
        ~exists().where(*in_pair, beside.state.in_(OPEN)),
        exists().where(*in_pair, beside.state == ReviewState.FINAL, beside.id != Review.id),
    )


def _can_return() -> ColumnElement[bool]:
    return or_(ScoringRules.lead_looks, ScoringRules.release_weekday.is_not(None))


def other_levels(submission_id: int, seat: int) -> dict[int, int]:
    """The levels in the final review of the other of the first two seats, by criterion."""
    statement = (
        select(Score.criterion_id, Score.level_position)
        .join(Review, Review.id == Score.review_id)
        .where(Review.submission_id == submission_id, Review.seat.in_(PAIR), Review.seat != seat)
        .where(Review.state == ReviewState.FINAL)
    )
    return {row[0]: row[1] for row in db.session.execute(statement) if row[1] is not None}
