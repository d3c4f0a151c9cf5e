"""What lies on a reviewer's desk: evidence and rubric, selected column by column, and none that names the author."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion, MicroCredential
from microcred.db import db
from microcred.evidence.blind import BlindPart, blind_submission
from microcred.evidence.models import Artefact, Submission
from microcred.scoring.decision import THIRD
from microcred.scoring.models import OPEN, Review, ReviewState, Score
from microcred.scoring.seats import carried_outcomes, criteria_to_score

READABLE = (ReviewState.ACCEPTED, ReviewState.DRAFT, ReviewState.FINAL)
"""Evidence lies on the desk of those who said yes, and not yet or no longer on that of others."""


class Head(NamedTuple):
    """The review and the submission under its code name."""

    review_id: int
    seat: int
    review_state: str
    due_at: datetime
    final_at: datetime | None
    comment: str
    submission_id: int
    code_name: str
    rubric_id: int
    previous_id: int | None
    title: str
    skill: str

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


class Line(NamedTuple):
    """One criterion of the rubric, with what this reviewer has saved; `is_carried`: met in an earlier try."""

    criterion: Criterion
    level_position: int | None
    feedback: str
    saved_at: datetime | None
    is_carried: bool

    @property
    def is_met(self) -> bool:
        """Whether it is met, as far as this reviewer has said."""
        return self.is_carried or self.criterion.is_met_at(self.level_position)


class Desk(NamedTuple):
    """Everything that a review is written from."""

    head: Head
    parts: list[BlindPart]
    lines: list[Line]

    @property
    def required_count(self) -> int:
        """How many criteria on this desk are required."""
        return sum(line.criterion.is_required for line in self.lines)

    @property
    def met_count(self) -> int:
        """How many of those are met so far."""
        return sum(line.criterion.is_required and line.is_met for line in self.lines)

    def line(self, criterion_id: int) -> Line:
        """The line of one criterion."""
        return next(line for line in self.lines if line.criterion.id == criterion_id)


def head(review_id: int) -> Head:
    """The head of a review."""
    statement = (
        select(
            Review.id,
            Review.seat,
            Review.state,
            Review.due_at,
            Review.final_at,
            Review.comment,
            Submission.id,
            Submission.code_name,
            Submission.rubric_id,
            Submission.previous_id,
            MicroCredential.title,
            MicroCredential.skill,
        )
        .join(Submission, Submission.id == Review.submission_id)
        .join(MicroCredential, MicroCredential.id == Submission.micro_credential_id)
        .where(Review.id == review_id)
    )
    return Head._make(db.session.execute(statement).one())


def desk(review_id: int) -> Desk:
    """The desk of a review; without the evidence while it is not the reviewer's to read."""
    top = head(review_id)
    return Desk(top, _parts(top.submission_id) if top.is_readable else [], _lines(top))


def _parts(submission_id: int) -> list[BlindPart]:
    submission = blind_submission(submission_id)
    return submission.parts if submission else []


def _lines(top: Head) -> list[Line]:
    to_score = criteria_to_score(top.submission_id, top.rubric_id, top.previous_id, top.seat)
    kept = select(Score.criterion_id, Score.level_position, Score.feedback, Score.saved_at)
    scores = {row.criterion_id: row for row in db.session.execute(kept.where(Score.review_id == top.review_id))}
    lines = [_line(criterion, scores.get(criterion.id)) for criterion in to_score]
    lines += [Line(criterion, None, "", None, is_carried=True) for criterion in _carried(top)]
    return sorted(lines, key=lambda line: line.criterion.position)


def _line(criterion: Criterion, kept: Any) -> Line:
    if kept is None:
        return Line(criterion, None, "", None, is_carried=False)
    return Line(criterion, kept.level_position, kept.feedback, kept.saved_at, is_carried=False)


def _carried(top: Head) -> Sequence[Criterion]:
    """What an earlier try met already; the third reviewer has nothing to do with it."""
    if top.seat == THIRD or top.previous_id is None:
        return []
    met = list(carried_outcomes(top.previous_id))
    statement = select(Criterion).where(Criterion.rubric_id == top.rubric_id, Criterion.id.in_(met))
    return db.session.scalars(statement.options(selectinload(Criterion.levels))).all()


class OwnArtefact(NamedTuple):
    """A file of evidence on a reviewer's desk."""

    reviewer_id: int
    code_name: str
    number: int
    stored_name: str
    media_type: str
    extension: str

    @property
    def file_name(self) -> str:
        """What the file is called when it leaves the house."""
        return f"{self.code_name}-{self.number}.{self.extension.lstrip('.')}"


def own_artefact(user: Account, review_id: int, number: int) -> OwnArtefact | None:
    """A file of the evidence that the person reviews, once they have said yes to it."""
    statement = (
        select(
            Review.reviewer_id,
            Submission.code_name,
            Artefact.number,
            Artefact.stored_name,
            Artefact.media_type,
            Artefact.extension,
        )
        .join(Submission, Submission.id == Review.submission_id)
        .join(Artefact, Artefact.submission_id == Submission.id)
        .where(Review.id == review_id, Review.reviewer_id == user.id, Review.state.in_(READABLE))
        .where(Artefact.number == number, Artefact.stored_name.is_not(None))
    )
    found = db.session.execute(statement).first()
    return OwnArtefact._make(found) if found else None
