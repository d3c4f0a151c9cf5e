"""Giveaways, the ledger of their stock, who is due one and why, and who received it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import get_locale
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import Model, utcnow
from microcred.pilots.models import Pilot
from microcred.polls.models import Poll
from microcred.recognition.stock_models import Store, Variant
from microcred.schooldays import local


class Giveaway(Model):
    """A small thank-you, with its value in hundredths of the district's currency and the rule that entitles to it.

    `stock` is the sum of the ledger's moves in all stores; the database keeps it from falling below zero. `poll_id` and
    `micro_credential_id` narrow the rules *voted* and *earned*, `needed` says how many of what the rule counts, `also`
    holds what else is asked (rules with their settings). At most `per_person` are due to one person, `per_period` of
    them within `period_days`, `in_total` to all; nothing becomes due after `until_on`, or before it is switched on.
    """

    __tablename__ = "giveaways"
    __table_args__ = (
        CheckConstraint("stock >= 0", name="stock_never_negative"),
        CheckConstraint("value_cents >= 0", name="value_never_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"), index=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_fr: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    supplier: Mapped[str] = mapped_column(String(200), default="")
    supplier_url: Mapped[str] = mapped_column(String(500), default="")
    picture: Mapped[str] = mapped_column(String(200), default="")
    value_cents: Mapped[int]
    stock: Mapped[int] = mapped_column(default=0)
    rule: Mapped[str] = mapped_column(String(40))
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("polls.id"))
    micro_credential_id: Mapped[int | None] = mapped_column(ForeignKey("micro_credentials.id"))
    category: Mapped[str] = mapped_column(String(60), default="")
    picture_file: Mapped[str | None] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3), default="")
    needed: Mapped[int] = mapped_column(default=1)
    also: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    per_person: Mapped[int | None]
    per_period: Mapped[int | None]
    period_days: Mapped[int | None]
    in_total: Mapped[int | None]
    until_on: Mapped[date | None]
    switched_on_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]

    variants: Mapped[list[Variant]] = relationship(order_by=Variant.position, cascade="all, delete-orphan")
    starts: Mapped[list["GiveawayStart"]] = relationship(cascade="all, delete-orphan")
    pilot: Mapped[Pilot] = relationship()
    poll: Mapped[Poll | None] = relationship()
    micro_credential: Mapped[MicroCredential | None] = relationship()

    @property
    def title(self) -> str:
        """What it is called in the reader's language."""
        return self.name_fr if self.name_fr and str(get_locale()).startswith("fr") else self.name

    @property
    def narrowed_to(self) -> str:
        """The one poll or micro-credential that it thanks for; empty when it thanks for any."""
        if self.poll:
            return self.poll.question
        return self.micro_credential.title if self.micro_credential else ""


class GiveawayStart(Model):
    """The day from which a giveaway is offered at one school, where the schools start one after the other."""

    __tablename__ = "giveaway_starts"

    giveaway_id: Mapped[int] = mapped_column(ForeignKey("giveaways.id"), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    starts_on: Mapped[date]


class Entitlement(Model):
    """That a person is due a giveaway, for one reason; the same reason entitles once.

    `reason` names it for the database (such as `voted:7`); `because` holds what the reason's sentence needs. `due_at`
    is the beginning of the day: a time of day would tell when somebody voted.
    """

    __tablename__ = "entitlements"
    __table_args__ = (UniqueConstraint("person_id", "giveaway_id", "reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    giveaway_id: Mapped[int] = mapped_column(ForeignKey("giveaways.id"), index=True)
    reason: Mapped[str] = mapped_column(String(80))
    because: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    due_at: Mapped[datetime]
    owed_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    later_until: Mapped[date | None]

    person: Mapped[Account] = relationship()
    giveaway: Mapped[Giveaway] = relationship(lazy="joined", innerjoin=True)
    hand_outs: Mapped[list["HandOut"]] = relationship(order_by="HandOut.id", back_populates="entitlement")

    @property
    def hand_out(self) -> "HandOut | None":
        """The hand-out that counts, if it was given and not undone."""
        return next((hand_out for hand_out in self.hand_outs if hand_out.undone_at is None), None)

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be given: due or owed."""
        return self.state in ("due", "owed")

    @property
    def is_postponed(self) -> bool:
        """Whether the person asked to have it later, on a day that has not come yet."""
        return self.later_until is not None and self.later_until > local(utcnow()).date()

    @property
    def state(self) -> str:
        """given, declined, later (the person asked for that), owed (out of stock when it was to be given) or due."""
        if self.hand_out:
            return "acknowledged" if self.hand_out.acknowledged_at else "given"
        if self.declined_at:
            return "declined"
        if self.is_postponed:
            return "later"
        return "owed" if self.owed_at else "due"


class Acknowledgement(StrEnum):
    """How somebody confirmed what they received."""

    PAGE = "page"
    FINGER = "finger"
    PAPER = "paper"


class Batch(Model):
    """Several hand-outs in one go, such as at a staff meeting; undone as a whole."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    undone_reason: Mapped[str | None] = mapped_column(Text)

    made_by: Mapped[Account] = relationship(foreign_keys=[made_by_id])


class HandOut(Model):
    """That something was given, by whom, to whom; undone with a reason, and the row stays.

    `value_cents` is what counts for the rules of public money, `cost_cents` what it cost. `signature` is the path of a
    finger on the screen. Where a rule was overridden, `override` says which one, and `override_reason` why.
    """

    __tablename__ = "hand_outs"
    __table_args__ = (
        Index(
            "uq_hand_outs_once",
            "entitlement_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entitlement_id: Mapped[int] = mapped_column(ForeignKey("entitlements.id"), index=True)
    given_at: Mapped[datetime] = mapped_column(index=True)
    given_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    collected_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"), index=True)
    value_cents: Mapped[int]
    cost_cents: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3), default="")
    second_signer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    override: Mapped[str | None] = mapped_column(String(40))
    override_reason: Mapped[str | None] = mapped_column(Text)
    acknowledged_by: Mapped[Acknowledgement | None] = mapped_column(String(10))
    signature: Mapped[str | None] = mapped_column(Text)
    acknowledged_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    undone_reason: Mapped[str | None] = mapped_column(Text)

    entitlement: Mapped[Entitlement] = relationship(back_populates="hand_outs")
    given_by: Mapped[Account] = relationship(foreign_keys=[given_by_id])
    collected_by: Mapped[Account | None] = relationship(foreign_keys=[collected_by_id])
    undone_by: Mapped[Account | None] = relationship(foreign_keys=[undone_by_id])
    second_signer: Mapped[Account | None] = relationship(foreign_keys=[second_signer_id])
    variant: Mapped[Variant] = relationship()
    store: Mapped[Store] = relationship()


class PersonalCode(Model):
    """A short code that somebody says or shows to be found at the hand-out desk; a new one replaces the old."""

    __tablename__ = "personal_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)


class ThankPreference(Model):
    """Whether somebody wants to be thanked in public; nobody is who has not said so."""

    __tablename__ = "thank_preferences"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    is_public: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
