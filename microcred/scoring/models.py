"""Reviews, the scores in them, and what was decided criterion by criterion."""

from datetime import datetime, time
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion
from microcred.db import Model
from microcred.evidence.models import Submission
from microcred.pilots.models import Pilot


class ReviewState(StrEnum):
    """Where a review stands; a final one changes only where the lead returns it before the answer is released."""

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
MOVES_BACK: dict[ReviewState, frozenset[ReviewState]] = {S.FINAL: frozenset({S.DRAFT})}
"""What the lead may do before the answer is released, and nobody else."""

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
ONE_LIVE = text("seat > 0 AND state IN ('offered', 'accepted', 'draft', 'final')")
ONE_LOOK = text("seat > 0 AND state <> 'set aside'")


class DeclinedReason(StrEnum):
    """Why a reviewer says no: a conflict of interest is kept, a lack of time is not held against anybody."""

    CONFLICT = "conflict"
    NO_TIME = "no time"


class AnchorUse(StrEnum):
    """Why somebody scores an anchor: for training, and so knowingly, or unannounced, to see whether scores drift."""

    TRAINING = "training"
    DRIFT = "drift"


class Review(Model):
    """One reviewer's look at one submission; a seat has one live review, but for the seat of anchors.

    Seats 1 and 2 score everything, 3 what those disagree on, 4 what is appealed, and 0 is an anchor's. `answer_by` is
    when an offer goes on to somebody else.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("seat IN (0, 1, 2, 3, 4)", name="seat"),
        CheckConstraint("(seat = 0) = (anchor_use IS NOT NULL)", name="anchor_use"),
        Index(
            "uq_reviews_one_live_per_seat",
            "submission_id",
            "seat",
            unique=True,
            sqlite_where=ONE_LIVE,
            postgresql_where=ONE_LIVE,
        ),
        Index(
            # One look at a submission each, unless the look was set aside and nobody else is left.
            "uq_reviews_one_per_reviewer",
            "submission_id",
            "reviewer_id",
            unique=True,
            sqlite_where=ONE_LOOK,
            postgresql_where=ONE_LOOK,
        ),
        Index("ix_reviews_reviewer_state", "reviewer_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    seat: Mapped[int]
    state: Mapped[ReviewState] = mapped_column(String(20), default=ReviewState.OFFERED)
    anchor_use: Mapped[AnchorUse | None] = mapped_column(String(20))
    offered_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    due_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
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


IS_WORK = Review.anchor_use.is_distinct_from(AnchorUse.TRAINING)
"""What a reviewer is asked to do, an unannounced anchor among it: practising, which one begins oneself, is apart."""

IS_OF_EVIDENCE = Review.anchor_use.is_(None)
"""A review by which something that was handed in is decided."""


class Score(Model):
    """The level that a reviewer saw in one criterion (its position, 0 is the lowest), with feedback."""

    __tablename__ = "scores"
    __table_args__ = (UniqueConstraint("review_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), index=True)
    level_position: Mapped[int | None]
    feedback: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
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


class Return(Model):
    """A final review that the lead gave back before the release: the note, and the review as it was (never changed).

    `scores` are criterion id, level position and feedback.
    """

    __tablename__ = "returns"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    note: Mapped[str] = mapped_column(Text)
    returned_at: Mapped[datetime]
    returned_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    final_at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(Text)
    scores: Mapped[list[tuple[int, int, str]]] = mapped_column(JSON)

    review: Mapped[Review] = relationship()
    returned_by: Mapped[Account] = relationship()


class Appeal(Model):
    """One criterion that the author asks to have looked at again, why, and the level before and after."""

    __tablename__ = "appeals"
    __table_args__ = (UniqueConstraint("submission_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime]
    level_before: Mapped[int]
    level_after: Mapped[int | None]
    answered_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship()
    criterion: Mapped[Criterion] = relationship()


class ScoringRules(Model):
    """How a pilot scores: whom it allows to review, who is shown what, and when answers are released.

    `double_percent` of the submissions get a second reviewer where one is the rule. Answers wait for the lead's look
    where `lead_looks`, and for the next `release_weekday` (0 is Monday) at `release_time`, local time, if one is set.
    """

    __tablename__ = "scoring_rules"
    __table_args__ = (
        CheckConstraint("double_percent BETWEEN 0 AND 100", name="double_percent"),
        CheckConstraint("release_weekday BETWEEN 0 AND 6", name="release_weekday"),
        CheckConstraint("(release_weekday IS NULL) = (release_time IS NULL)", name="release_weekday_and_time"),
    )

    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"), primary_key=True)
    double_percent: Mapped[int] = mapped_column(default=0)
    allows_same_school: Mapped[bool] = mapped_column(default=False)
    shows_others: Mapped[bool] = mapped_column(default=False)
    lead_looks: Mapped[bool] = mapped_column(default=False)
    release_weekday: Mapped[int | None]
    release_time: Mapped[time | None]

    pilot: Mapped[Pilot] = relationship()


class Phrase(Model):
    """A sentence of feedback to use again on a criterion; without an owner it is everybody's."""

    __tablename__ = "phrases"
    __table_args__ = (Index("ix_phrases_criterion", "micro_credential_id", "criterion_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    micro_credential_id: Mapped[int] = mapped_column(ForeignKey("micro_credentials.id"))
    criterion_code: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(500))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    added_at: Mapped[datetime]
