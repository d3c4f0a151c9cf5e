"""Where two reviewers scored the same evidence independently: what agreement and severity are worked out from."""

from typing import Any

from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import aliased

from microcred.evidence.models import Submission
from microcred.scoring.decision import FIRST, SECOND
from microcred.scoring.models import Review, ReviewState, Score

FEWEST = 10
"""Below this many pieces of evidence with two reviews nothing is said: it would be noise."""


def double_scores(reviewer_id: int | None = None) -> Select[*tuple[Any, ...]]:
    """Both levels wherever the first two seats (one of them this reviewer's) scored the same criterion of a piece."""
    one, other = aliased(Review), aliased(Review)
    first, second = aliased(Score), aliased(Score)
    mine = or_(one.reviewer_id == reviewer_id, other.reviewer_id == reviewer_id) if reviewer_id else true()
    return (
        select(
            Submission.id.label("submission_id"),
            first.criterion_id,
            first.level_position.label("first"),
            second.level_position.label("second"),
            one.reviewer_id.label("first_reviewer"),
            other.reviewer_id.label("second_reviewer"),
        )
        .select_from(Submission)
        .join(one, (one.submission_id == Submission.id) & (one.seat == FIRST) & (one.state == ReviewState.FINAL))
        .join(
            other, (other.submission_id == Submission.id) & (other.seat == SECOND) & (other.state == ReviewState.FINAL)
        )
        .join(first, first.review_id == one.id)
        .join(second, (second.review_id == other.id) & (second.criterion_id == first.criterion_id))
        .where(mine)
        .order_by(first.id)
    )
