"""The answer to evidence as its author reads it: what was decided, why, and what to do next; reviewers are numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from microcred.catalog.models import Criterion, Level
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.appeals import appeals_of
from microcred.scoring.decision import AN_APPEALS
from microcred.scoring.models import Appeal, Outcome, Review, ReviewState, Score
from microcred.scoring.queries import outcomes

Said = tuple[int, str]
"""The number of a reviewer, and what they wrote."""


class AppealAnswer(NamedTuple):
    """What was asked about one criterion, and, once it is answered, the level that counts since and the feedback."""

    reason: str
    filed_at: datetime
    before: str
    after: str | None
    answered_at: datetime | None
    remark: str

    @property
    def is_raised(self) -> bool:
        """Whether the appeal led to a better level."""
        return self.after not in (None, self.before)


class CriterionFeedback(NamedTuple):
    """What the author reads about one criterion; `wanted` is the level to reach where a required one is not met."""

    criterion_id: int
    name: str
    is_required: bool
    is_met: bool
    is_carried: bool
    level: str
    descriptor: str
    wanted: Level | None
    remarks: list[Said]
    appeal: AppealAnswer | None


class Feedback(NamedTuple):
    """What the author reads once it is decided."""

    state: str
    decided_at: datetime
    criteria: list[CriterionFeedback]
    comments: list[Said]
    appeal_comment: str

    @property
    def required_count(self) -> int:
        """How many criteria had to be met."""
        return sum(criterion.is_required for criterion in self.criteria)

    @property
    def met_count(self) -> int:
        """How many of those are met."""
        return sum(criterion.is_required and criterion.is_met for criterion in self.criteria)

    @property
    def to_reach(self) -> list[CriterionFeedback]:
        """The criteria that another try has to meet."""
        return [criterion for criterion in self.criteria if criterion.wanted]


def feedback(submission: Submission) -> Feedback | None:
    """The result of a submission, with what each reviewer wrote; None before the answer."""
    decided = outcomes(submission) if submission.decided_at else []
    if submission.decided_at is None or not decided:
        return None
    remarks, comments = _remarks(submission.id), dict(_comments(submission.id))
    appeals = {appeal.criterion_id: appeal for appeal in appeals_of(submission)}
    return Feedback(
        state=submission.state,
        decided_at=submission.decided_at,
        criteria=[
            _criterion(outcome, remarks.get(outcome.criterion_id, {}), appeals.get(outcome.criterion_id))
            for outcome in decided
        ],
        appeal_comment=comments.pop(AN_APPEALS, ""),
        comments=list(comments.items()),
    )


def _criterion(outcome: Outcome, remarks: Mapping[int, str], appeal: Appeal | None) -> CriterionFeedback:
    criterion = outcome.criterion
    level = _level(criterion, outcome.level_position)
    is_wanted = criterion.is_required and not outcome.is_met
    return CriterionFeedback(
        criterion_id=criterion.id,
        name=criterion.name,
        is_required=criterion.is_required,
        is_met=outcome.is_met,
        is_carried=outcome.carried_from_id is not None,
        level=level.name,
        descriptor=level.descriptor,
        wanted=_level(criterion, criterion.required_position) if is_wanted else None,
        remarks=[(seat, text) for seat, text in remarks.items() if seat != AN_APPEALS],
        appeal=_appeal(appeal, criterion, remarks.get(AN_APPEALS, "")) if appeal else None,
    )


def _level(criterion: Criterion, position: int) -> Level:
    return next(level for level in criterion.levels if level.position == position)


def _appeal(appeal: Appeal, criterion: Criterion, remark: str) -> AppealAnswer:
    return AppealAnswer(
        reason=appeal.reason,
        filed_at=appeal.filed_at,
        before=_level(criterion, appeal.level_before).name,
        after=None if appeal.level_after is None else _level(criterion, appeal.level_after).name,
        answered_at=appeal.answered_at,
        remark=remark,
    )


def _remarks(submission_id: int) -> dict[int, dict[int, str]]:
    statement = (
        select(Score.criterion_id, Review.seat, Score.feedback)
        .join(Review, Review.id == Score.review_id)
        .where(Review.submission_id == submission_id, Review.state == ReviewState.FINAL)
        .order_by(Review.seat)
    )
    remarks: dict[int, dict[int, str]] = {}
    for criterion_id, seat, text in db.session.execute(statement):
        remarks.setdefault(criterion_id, {})[seat] = text
    return remarks


def _comments(submission_id: int) -> Sequence[Said]:
    statement = (
        select(Review.seat, Review.comment)
        .where(Review.submission_id == submission_id, Review.state == ReviewState.FINAL, Review.comment != "")
        .order_by(Review.seat)
    )
    return [(seat, text) for seat, text in db.session.execute(statement)]
