"""What lies on a reviewer's desk: evidence and rubric, selected column by column, and none that names the author."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from microcred.catalog.models import Criterion, Level, MicroCredential
from microcred.db import db
from microcred.evidence.blind import BlindPart, blind_submission
from microcred.evidence.models import Submission
from microcred.scoring.decision import AN_APPEALS, FIRST, SECOND, THIRD
from microcred.scoring.models import OPEN, AnchorUse, Phrase, Review, ReviewState, Score
from microcred.scoring.others import may_show_others, other_levels
from microcred.scoring.phrases import phrases_for
from microcred.scoring.seats import appeal_reasons, carried_outcomes, criteria_to_score

READABLE = (ReviewState.ACCEPTED, ReviewState.DRAFT, ReviewState.FINAL)
"""Evidence lies on the desk of those who said yes, and not yet or no longer on that of others."""


class Head(NamedTuple):
    """The review and the submission under its code name."""

    review_id: int
    reviewer_id: int
    seat: int
    anchor_use: str | None
    review_state: str
    answer_by: datetime | None
    due_at: datetime
    final_at: datetime | None
    comment: str
    submission_id: int
    code_name: str
    rubric_id: int
    previous_id: int | None
    micro_credential_id: int
    title: str
    skill: str
    shows_others: bool

    @property
    def is_offered(self) -> bool:
        """Whether the reviewer has not said yes or no yet."""
        return self.review_state == ReviewState.OFFERED

    @property
    def is_readable(self) -> bool:
        """Whether the evidence may be shown."""
        return self.review_state in READABLE

    @property
    def is_open(self) -> bool:
        """Whether it can still be scored."""
        return self.review_state in OPEN

    @property
    def is_training(self) -> bool:
        """Whether it is practised on, and its reviewer knows."""
        return self.anchor_use == AnchorUse.TRAINING

    @property
    def may_be_given_back(self) -> bool:
        """Whether something may be missing in it; an anchor that comes unannounced is asked about it like any other."""
        return self.is_one_of_two or self.anchor_use == AnchorUse.DRIFT

    @property
    def is_compared(self) -> bool:
        """Whether it is final, and there are levels to compare it with."""
        return self.anchor_use is not None and self.review_state == ReviewState.FINAL

    @property
    def is_one_of_two(self) -> bool:
        """Whether it scores everything, beside somebody else perhaps."""
        return self.seat in (FIRST, SECOND)


class Line(NamedTuple):
    """One criterion of the rubric, with what this reviewer has saved; `is_carried`: met in an earlier try."""

    criterion: Criterion
    level_position: int | None = None
    feedback: str = ""
    revision: int = 0
    saved_at: datetime | None = None
    is_carried: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it is met, as far as this reviewer has said."""
        return self.is_carried or self.criterion.is_met_at(self.level_position)

    @property
    def level(self) -> Level | None:
        """The level that this reviewer saw."""
        return self.level_at(self.level_position)

    def level_at(self, position: int | None) -> Level | None:
        """The level of this criterion at a position."""
        return next((level for level in self.criterion.levels if level.position == position), None)

    @property
    def lacks_level(self) -> bool:
        """Whether a level is still to be chosen."""
        return not self.is_carried and self.level_position is None

    @property
    def lacks_feedback(self) -> bool:
        """Whether feedback is still to be written."""
        return not self.is_carried and not self.feedback


class Desk:
    """Everything that a review is written from; what a fragment doesn't show is not looked up for it."""

    def __init__(self, head: Head) -> None:
        self.head = head

    @cached_property
    def lines(self) -> list[Line]:
        """The criteria, in the order of the rubric."""
        return _lines(self.head)

    @cached_property
    def parts(self) -> list[BlindPart]:
        """The evidence; none while it is not the reviewer's to read."""
        submission = blind_submission(self.head.submission_id) if self.head.is_readable else None
        return submission.parts if submission else []

    @cached_property
    def reasons(self) -> dict[int, str]:
        """Why an appeal asks for another look, by criterion; its author's words, so none before they may be read."""
        is_shown = self.head.seat == AN_APPEALS and self.head.is_readable
        return appeal_reasons(self.head.submission_id) if is_shown else {}

    @cached_property
    def phrases(self) -> dict[str, list[Phrase]]:
        """What can be used again, by the code of the criterion."""
        return phrases_for(self.head.micro_credential_id, self.head.reviewer_id)

    @cached_property
    def others(self) -> dict[int, int] | None:
        """The levels that the other reviewer saw, by criterion; None where they are not to be known."""
        return other_levels(self.head.submission_id, self.head.seat) if self.head.shows_others else None

    @property
    def required_count(self) -> int:
        """How many criteria on this desk are required."""
        return sum(line.criterion.is_required for line in self.lines)

    @property
    def met_count(self) -> int:
        """How many of those are met so far."""
        return sum(line.criterion.is_required and line.is_met for line in self.lines)

    @property
    def lacking(self) -> list[Line]:
        """What keeps the review from becoming final."""
        return [line for line in self.lines if line.lacks_level or line.lacks_feedback]

    def line(self, criterion_id: int) -> Line:
        """The line of one criterion."""
        return next(line for line in self.lines if line.criterion.id == criterion_id)


def desk(review_id: int) -> Desk:
    """The desk of a review."""
    return Desk(head(review_id))


def head(review_id: int) -> Head:
    """The head of a review."""
    statement = (
        select(
            Review.id,
            Review.reviewer_id,
            Review.seat,
            Review.anchor_use,
            Review.state,
            Review.answer_by,
            Review.due_at,
            Review.final_at,
            Review.comment,
            Submission.id,
            Submission.code_name,
            Submission.rubric_id,
            Submission.previous_id,
            Submission.micro_credential_id,
            MicroCredential.title,
            MicroCredential.skill,
            may_show_others().label("shows_others"),
        )
        .join(Submission, Submission.id == Review.submission_id)
        .join(MicroCredential, MicroCredential.id == Submission.micro_credential_id)
        .where(Review.id == review_id)
    )
    return Head._make(db.session.execute(statement).one())


def _lines(top: Head) -> list[Line]:
    to_score = criteria_to_score(top.submission_id, top.rubric_id, top.previous_id, top.seat)
    kept = select(Score.criterion_id, Score.level_position, Score.feedback, Score.revision, Score.saved_at)
    scores = {row[0]: row[1:] for row in db.session.execute(kept.where(Score.review_id == top.review_id))}
    lines = [Line(criterion, *_kept(scores.get(criterion.id))) for criterion in to_score]
    lines += [Line(criterion, is_carried=True) for criterion in _carried(top)]
    return sorted(lines, key=lambda line: line.criterion.position)


def _kept(score: Any) -> tuple[Any, ...]:
    return tuple(score) if score is not None else ()


def _carried(top: Head) -> Sequence[Criterion]:
    """What an earlier try met already; the third reviewer and an appeal's have nothing to do with it."""
    if top.seat in (THIRD, AN_APPEALS) or top.previous_id is None:
        return []
    met = list(carried_outcomes(top.previous_id))
    statement = select(Criterion).where(Criterion.rubric_id == top.rubric_id, Criterion.id.in_(met))
    return db.session.scalars(statement.options(selectinload(Criterion.levels))).all()
