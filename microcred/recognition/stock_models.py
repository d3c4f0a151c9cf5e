"""Where giveaways lie, in which variants, how many of each, what they cost, and every move between."""

from datetime import date, datetime
from enum import StrEnum

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account, School
from microcred.db import Model


class Store(Model):
    """A place where giveaways lie: the one of the district, which has no school, or a school's."""

    __tablename__ = "stores"
    __table_args__ = (
        CheckConstraint("is_districts = (school_id IS NULL)", name="district_or_school"),
        Index(
            "uq_stores_one_for_the_district",
            "is_districts",
            unique=True,
            sqlite_where=text("is_districts"),
            postgresql_where=text("is_districts"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    is_districts: Mapped[bool]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"), unique=True)

    school: Mapped[School | None] = relationship(lazy="joined")

    @property
    def title(self) -> str:
        """What it is called in the reader's language."""
        return self.school.name if self.school else str(_("District store"))


class Variant(Model):
    """A giveaway in one colour or size; one that comes in a single way has one variant without a name."""

    __tablename__ = "variants"
    __table_args__ = (Index("ix_variants_giveaway", "giveaway_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    giveaway_id: Mapped[int] = mapped_column(ForeignKey("giveaways.id"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(80), default="")
    name_fr: Mapped[str] = mapped_column(String(80), default="")
    archived_at: Mapped[datetime | None]

    @property
    def title(self) -> str:
        """What it is called in the reader's language; empty for the only one."""
        return self.name_fr if self.name_fr and str(get_locale()).startswith("fr") else self.name


class Stock(Model):
    """How many pieces of a variant lie in a store: the sum of the moves there."""

    __tablename__ = "stocks"
    __table_args__ = (CheckConstraint("quantity >= 0", name="never_negative"),)

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"), primary_key=True, index=True)
    quantity: Mapped[int] = mapped_column(default=0)

    variant: Mapped[Variant] = relationship()
    store: Mapped[Store] = relationship()


class StockVerb(StrEnum):
    """What moved the stock; undoing a hand-out is a move of its own, and damage is not stock."""

    RECEIVED = "received"
    TRANSFERRED = "transferred"
    GIVEN = "given"
    UNDONE = "undone"
    RETURNED = "returned"
    LOST = "lost"
    DAMAGED = "damaged"
    COUNTED = "counted"


class StockMove(Model):
    """One line of the ledger; lines are added, never changed.

    `cost_cents` is what the moved pieces cost, first in, first out: above zero for what comes in, below for what goes.
    A transfer is two lines, and the second one names the first by `paired_id`.
    """

    __tablename__ = "stock_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    giveaway_id: Mapped[int] = mapped_column(ForeignKey("giveaways.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"), index=True)
    verb: Mapped[StockVerb] = mapped_column(String(20))
    quantity: Mapped[int]
    cost_cents: Mapped[int] = mapped_column(default=0)
    moved_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    hand_out_id: Mapped[int | None] = mapped_column(ForeignKey("hand_outs.id"), index=True)
    paired_id: Mapped[int | None] = mapped_column(ForeignKey("stock_moves.id"))

    by: Mapped[Account | None] = relationship()
    variant: Mapped[Variant] = relationship()
    store: Mapped[Store] = relationship()


class Budget(Model):
    """A budget line from which giveaways are bought, and who answers for it; cents are of the district's currency."""

    __tablename__ = "budgets"
    __table_args__ = (
        CheckConstraint("amount_cents >= 0", name="amount_never_negative"),
        CheckConstraint("spent_cents >= 0", name="spent_never_negative"),
        CheckConstraint("starts_on <= ends_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    amount_cents: Mapped[int]
    spent_cents: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    archived_at: Mapped[datetime | None]

    holder: Mapped[Account | None] = relationship()

    @property
    def remaining_cents(self) -> int:
        """What is left; below zero where a rule was overridden."""
        return self.amount_cents - self.spent_cents


class Delivery(Model):
    """Pieces of one variant that came in at one price, and how many of them are not gone yet.

    Pieces that a count found come at the giveaway's value, without an invoice. The sum of what is left of all
    deliveries is the stock of the variant, wherever it lies.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("remaining BETWEEN 0 AND quantity", name="remaining_within_quantity"),
        CheckConstraint("unit_price_cents >= 0", name="price_never_negative"),
        Index("ix_deliveries_variant", "variant_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"))
    move_id: Mapped[int | None] = mapped_column(ForeignKey("stock_moves.id"), unique=True)
    quantity: Mapped[int]
    remaining: Mapped[int]
    unit_price_cents: Mapped[int]
    invoice: Mapped[str] = mapped_column(String(80), default="")
    budget_id: Mapped[int | None] = mapped_column(ForeignKey("budgets.id"), index=True)

    budget: Mapped[Budget | None] = relationship()


class DeliveryUse(Model):
    """How many pieces of a delivery a move took (above zero) or brought back (below zero)."""

    __tablename__ = "delivery_uses"

    move_id: Mapped[int] = mapped_column(ForeignKey("stock_moves.id"), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    quantity: Mapped[int]


class ShelfCode(Model):
    """The code on a shelf: it opens the page where that giveaway is handed out from that store."""

    __tablename__ = "shelf_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    giveaway_id: Mapped[int] = mapped_column(ForeignKey("giveaways.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    store: Mapped[Store] = relationship()
