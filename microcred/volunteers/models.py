"""A volunteer's entry in a pilot, and the moves it may make."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account, School
from microcred.db import Model, utcnow
from microcred.pilots.models import Pilot


class VolunteerState(StrEnum):
    """Where a volunteer stands. Waiting for an answer (applied) is not waiting for a place (waiting)."""

    APPLIED = "applied"
    DECLINED = "declined"
    WAITING = "waiting"
    OFFERED = "offered"
    JOINED = "joined"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"
    DID_NOT_TAKE_PART = "did not take part"


S = VolunteerState
MOVES: dict[VolunteerState, frozenset[VolunteerState]] = {
    S.APPLIED: frozenset({S.JOINED, S.WAITING, S.DECLINED, S.WITHDRAWN}),
    S.DECLINED: frozenset({S.WITHDRAWN}),
    S.WAITING: frozenset({S.OFFERED, S.WITHDRAWN}),
    S.OFFERED: frozenset({S.JOINED, S.WAITING, S.WITHDRAWN}),
    S.JOINED: frozenset({S.WITHDRAWN, S.COMPLETED, S.DID_NOT_TAKE_PART}),
    S.WITHDRAWN: frozenset(),
    S.COMPLETED: frozenset(),
    S.DID_NOT_TAKE_PART: frozenset(),
}
"""An approval leads straight to *joined*, or to *waiting* when every place is taken.

Who withdraws before a no is told never learns of it: only then *declined* leads on.
"""

MOVES_BACK: dict[VolunteerState, frozenset[VolunteerState]] = {
    S.APPLIED: frozenset(),
    S.DECLINED: frozenset({S.APPLIED}),
    S.WAITING: frozenset({S.APPLIED}),
    S.OFFERED: frozenset(),
    S.JOINED: frozenset({S.APPLIED}),
    S.WITHDRAWN: frozenset(),
    S.COMPLETED: frozenset({S.JOINED}),
    S.DID_NOT_TAKE_PART: frozenset({S.JOINED}),
}
"""How a slip is undone: an answer is taken back, or the mark at the end."""

STATES = {
    S.APPLIED: _l("waiting for an answer"),
    S.DECLINED: _l("declined"),
    S.WAITING: _l("waiting for a place"),
    S.OFFERED: _l("a place is offered"),
    S.JOINED: _l("joined"),
    S.WITHDRAWN: _l("withdrawn"),
    S.COMPLETED: _l("completed"),
    S.DID_NOT_TAKE_PART: _l("did not take part"),
}
"""What each state is called."""

ACTIVE = (S.APPLIED, S.WAITING, S.OFFERED, S.JOINED)
HOLDS_PLACE = (S.OFFERED, S.JOINED)

ANSWER_WAITS = timedelta(minutes=10)
"""How long the message with an answer stays in the outbox, and so how long the answer can be taken back."""


class Volunteer(Model):
    """One person's entry in one pilot; a person may apply again after an entry has ended.

    Of those who wait for a place, the one with the lowest `turn` is the next: the time of applying in microseconds,
    what a draw gave, or where the coordinator put it. `offers_expired` counts the offers that ran out. `school_id` is
    the school at the time of applying. `reason` is why it was declined, or why the person did not take part.
    `answer_mail_id` is the message that tells the answer, until it has left. `added_by` entered the person.
    """

    __tablename__ = "volunteers"
    __table_args__ = (
        Index(
            "uq_volunteers_one_active",
            "pilot_id",
            "person_id",
            unique=True,
            sqlite_where=text("state IN ('applied', 'waiting', 'offered', 'joined')"),
            postgresql_where=text("state IN ('applied', 'waiting', 'offered', 'joined')"),
        ),
        Index("ix_volunteers_pilot_state", "pilot_id", "state", "turn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    state: Mapped[VolunteerState] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(Text)
    applied_at: Mapped[datetime]
    turn: Mapped[int] = mapped_column(BigInteger)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answer_mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(Text)
    release_note: Mapped[str | None] = mapped_column(Text)
    approved_at: Mapped[datetime | None]
    offer_ends_at: Mapped[datetime | None]
    offers_expired: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    pilot: Mapped[Pilot] = relationship()
    person: Mapped[Account] = relationship(foreign_keys=[person_id])
    school: Mapped[School] = relationship()
    answered_by: Mapped[Account | None] = relationship(foreign_keys=[answered_by_id])
    added_by: Mapped[Account | None] = relationship(foreign_keys=[added_by_id])

    @property
    def is_told(self) -> bool:
        """Whether the person knows where the entry stands: no message with an answer waits in the outbox."""
        return self.answer_mail_id is None or not self.is_just_answered

    @property
    def is_just_answered(self) -> bool:
        """Whether it was answered a few minutes ago; it says nothing of what the person has done since."""
        return self.answered_at is not None and self.answered_at > utcnow() - ANSWER_WAITS

    @property
    def is_told_at(self) -> datetime | None:
        """When the person is told the answer."""
        return self.answered_at and self.answered_at + ANSWER_WAITS

    @property
    def told_state(self) -> VolunteerState:
        """Where the entry stands as far as the person knows."""
        return VolunteerState(self.state) if self.is_told else S.APPLIED

    @property
    def told_title(self) -> LazyString:
        """What the state is called that the person knows."""
        return STATES[self.told_state]

    @property
    def is_offer_open(self) -> bool:
        """Whether a place is offered that can still be taken."""
        return bool(self.state == S.OFFERED and self.offer_ends_at and self.offer_ends_at > utcnow())

    @property
    def title(self) -> LazyString:
        """What the state is called."""
        return STATES[VolunteerState(self.state)]

    @property
    def is_active(self) -> bool:
        """Whether the entry is still under way."""
        return self.state in ACTIVE

    def may_become(self, state: VolunteerState) -> bool:
        """Whether the table of moves allows it."""
        is_over = self.state == S.DECLINED and self.is_told
        return state in MOVES[VolunteerState(self.state)] and not is_over

    def may_return_to(self, state: VolunteerState) -> bool:
        """Whether the table of moves back allows it."""
        return state in MOVES_BACK[VolunteerState(self.state)]


class Call(Model):
    """The call for volunteers of a pilot: what it takes and gives, and the rule of its queue.

    A draw publishes `seed_hash`, the SHA-256 of `seed`, beforehand, and the seed itself once it is `drawn_at`. Reserved
    places are given to anybody from `released_on` on.
    """

    __tablename__ = "calls"

    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(20), default="order")
    effort_hours: Mapped[int | None]
    promise: Mapped[str] = mapped_column(Text, default="")
    draws_at: Mapped[datetime | None]
    seed: Mapped[str | None] = mapped_column(String(64))
    seed_hash: Mapped[str | None] = mapped_column(String(64))
    drawn_at: Mapped[datetime | None]
    released_on: Mapped[date | None]

    pilot: Mapped[Pilot] = relationship()
    reservations: Mapped[list["Reservation"]] = relationship(order_by="Reservation.id", cascade="all, delete-orphan")


class Reservation(Model):
    """Places reserved for the teachers of one school, or of one subject."""

    __tablename__ = "reservations"
    __table_args__ = (
        UniqueConstraint("pilot_id", "school_id", "subject"),
        CheckConstraint("places > 0", name="places_positive"),
        CheckConstraint("(school_id IS NULL) <> (subject IS NULL)", name="one_or_the_other"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("calls.pilot_id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    subject: Mapped[str | None] = mapped_column(String(60))
    places: Mapped[int]

    school: Mapped[School | None] = relationship()
