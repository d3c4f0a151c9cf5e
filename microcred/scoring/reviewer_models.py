"""What is known of reviewers: how much they take on, when they are away, their conflicts, and how they were drawn."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account
from microcred.db import Model
from microcred.evidence.models import Submission

MOST_OPEN = 5


class ReviewerProfile(Model):
    """How many reviews somebody takes on at a time; what they know is in the subjects of their account."""

    __tablename__ = "reviewer_profiles"
    __table_args__ = (CheckConstraint("most_open BETWEEN 0 AND 50", name="most_open"),)

    reviewer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    most_open: Mapped[int] = mapped_column(default=MOST_OPEN)


class Absence(Model):
    """Days, the last one included, on which a reviewer is offered nothing."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="in_order"),
        Index("ix_absences_reviewer", "reviewer_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class ConflictSource(StrEnum):
    """Where a conflict of interest is known from.

    One that was named may be shown to who named it; one from a declined review would tell whose evidence that was.
    """

    NAMED = "named"
    RECUSED = "recused"
    COACHED = "coached"


class Conflict(Model):
    """A conflict of interest: never this person's evidence."""

    __tablename__ = "conflicts"
    __table_args__ = (UniqueConstraint("reviewer_id", "person_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    source: Mapped[ConflictSource] = mapped_column(String(20))
    declared_at: Mapped[datetime]

    person: Mapped[Account] = relationship(foreign_keys=[person_id])


class Assignment(Model):
    """One drawing of reviewers: the seed and the candidates it was drawn from, so that it can be drawn again.

    `candidates` are the fields of `assignment.Candidate` that the choice rests on; `chosen_ids` fill `seats` in order.
    """

    __tablename__ = "assignments"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    seed: Mapped[str] = mapped_column(String(32))
    seats: Mapped[list[int]] = mapped_column(JSON)
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    chosen_ids: Mapped[list[int]] = mapped_column(JSON)
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    submission: Mapped[Submission] = relationship()
