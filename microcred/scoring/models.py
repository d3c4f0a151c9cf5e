"""Reviews, the scores in them, and what was decided criterion by criterion."""

from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion
from microcred.db import Model
from microcred.evidence.models import Submission


class ReviewState(StrEnum):
    """Where a review stands; a final one never changes."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DRAFT = "draft"
    FINAL = "final"
    SET_ASIDE = "set aside"


S = ReviewState
MOVES: dict[ReviewState, frozenset[ReviewState]] = {
    S.OFFERED: frozenset({S.ACCEPTED, S.DRAFT, S.DECLINED, S.SET_ASIDE}),
    S.ACCEPTED: frozenset({S.DRAFT, S.FINAL, S.DECLINED, S.SET_ASIDE}),
    S.DRAFT: frozenset({S.FINAL, S.DECLINED, S.SET_ASIDE}),
    S.DECLINED: frozenset(),
    S.FINAL: frozenset(),
    S.SET_ASIDE: frozenset(),
}
STATES = {
    S.OFFERED: _l("asked"),
    S.ACCEPTED: _l("accepted"),
    S.DECLINED: _l("declined"),
    S.DRAFT: _l("being written"),
    S.FINAL: _l("final"),
    S.SET_ASIDE: _l("set aside"),
}
"""What each state is called."""

OPEN = (S.OFFERED, S.ACCEPTED, S.DRAFT)
LIVE = (*OPEN, S.FINAL)


class DeclinedReason(StrEnum):
    """Why a reviewer says no: a conflict of interest is kept, a lack of time is not held against anybody."""

    CONFLICT = "conflict"
    NO_TIME = "no time"


class Review(Model):
    """One reviewer's look at one submission, in seat 1, 2 or (where those disagree) 3; a seat has one live review."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("seat IN (1, 2, 3)", name="seat"),
        Index(
            "uq_reviews_one_live_per_seat",
            "submission_id",
            "seat",
            unique=True,
            sqlite_where=text("state IN ('offered', 'accepted', 'draft', 'final')"),
            postgresql_where=text("state IN ('offered', 'accepted', 'draft', 'final')"),
        ),
        Index(
            # One look at a submission each, unless the look was set aside and nobody else is left.
            "uq_reviews_one_per_reviewer",
            "submission_id",
            "reviewer_id",
            unique=True,
            sqlite_where=text("state <> 'set aside'"),
            postgresql_where=text("state <> 'set aside'"),
        ),
        Index("ix_reviews_reviewer_state", "reviewer_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    seat: Mapped[int]
    state: Mapped[ReviewState] = mapped_column(String(20), default=ReviewState.OFFERED)
    offered_at: Mapped[datetime]
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    declined_reason: Mapped[DeclinedReason | None] = mapped_column(String(20))
    final_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")

    submission: Mapped[Submission] = relationship()
    reviewer: Mapped[Account] = relationship()
    scores: Mapped[list["Score"]] = relationship(cascade="all, delete-orphan")

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its reviewer."""
        return self.state in OPEN

    def may_become(self, state: ReviewState) -> bool:
        """Whether the table of moves allows it."""
        return state in MOVES[ReviewState(self.state)]


class Score(Model):
    """The level that a reviewer saw in one criterion (its position, 0 is the lowest), with feedback."""

    __tablename__ = "scores"
    __table_args__ = (UniqueConstraint("review_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), index=True)
    level_position: Mapped[int | None]
    feedback: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime]

    criterion: Mapped[Criterion] = relationship()


class Outcome(Model):
    """What was decided on one criterion of one submission; `carried_from_id` names the earlier try it was met in."""

    __tablename__ = "outcomes"
    __table_args__ = (UniqueConstraint("submission_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), index=True)
    level_position: Mapped[int]
    is_met: Mapped[bool]
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))

    criterion: Mapped[Criterion] = relationship()


class Conflict(Model):
    """A conflict of interest that a reviewer declared: never this person's evidence."""

    __tablename__ = "conflicts"
    __table_args__ = (UniqueConstraint("reviewer_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    declared_at: Mapped[datetime]
