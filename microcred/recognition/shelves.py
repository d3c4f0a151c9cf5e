"""What lies where: the figures of each store and variant, the lines they sum up, and how many will be needed."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from microcred.accounts.models import Account, School
from microcred.db import db
from microcred.pilots.models import Pilot
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.recognition.stock_models import Delivery, Stock, StockMove, Store, Variant


class Place(NamedTuple):
    """A store of a giveaway: how many lie there of each variant (by id), in all, and how many people wait for it.

    A school's store serves the people of that school; the district's serves those whose school has none of it.
    """

    store: Store
    pieces: dict[int, int]
    needed: int

    @property
    def total(self) -> int:
        """How many lie there in all."""
        return sum(self.pieces.values())

    @property
    def missing(self) -> int:
        """How many more will be needed there."""
        return max(0, self.needed - self.total)


class Shown(NamedTuple):
    """A giveaway's shelf: its variants, the places where it lies or lay, and what the pieces that are there cost."""

    variants: list[Variant]
    places: list[Place]
    value_cents: int

    @property
    def needed(self) -> int:
        """How many wait for it, everywhere."""
        return sum(place.needed for place in self.places)

    def total(self, variant: Variant) -> int:
        """How many there are of a variant, everywhere."""
        return sum(place.pieces.get(variant.id, 0) for place in self.places)


def shelf_of(giveaway: Giveaway) -> Shown:
    """Where a giveaway lies, in which variants, and how many people wait where."""
    kept = variants_of(giveaway)
    lying = select(Store, Stock).join(Stock, Stock.store_id == Store.id).outerjoin(Store.school)
    rows = db.session.execute(
        lying.where(Stock.variant_id.in_([variant.id for variant in kept]))
        .order_by(Store.is_districts.desc(), School.name)
        .options(contains_eager(Store.school))
    )
    value = select(func.sum(Delivery.remaining * Delivery.unit_price_cents)).where(
        Delivery.variant_id.in_([variant.id for variant in kept])
    )
    return Shown(kept, _places(rows, waiting_by_school(giveaway)), db.session.scalar(value) or 0)


def variants_of(giveaway: Giveaway) -> list[Variant]:
    """The variants of a giveaway in their order, archived ones last."""
    variants = select(Variant).where(Variant.giveaway_id == giveaway.id)
    ordered = variants.order_by(Variant.archived_at.is_not(None), Variant.position, Variant.id)
    return list(db.session.scalars(ordered))


def _places(rows: Iterable[tuple[Store, Stock]], waiting: dict[int | None, int]) -> list[Place]:
    pieces: dict[Store, dict[int, int]] = {}
    for store, stock in rows:
        pieces.setdefault(store, {})[stock.variant_id] = stock.quantity
    at_schools = {store.school_id for store in pieces if store.school_id}
    elsewhere = sum(count for school_id, count in waiting.items() if school_id not in at_schools)
    return [
        Place(store, there, elsewhere if store.is_districts else waiting.get(store.school_id, 0))
        for store, there in pieces.items()
    ]


def waiting_by_school(giveaway: Giveaway) -> dict[int | None, int]:
    """How many wait for a giveaway at each school: those who are due or owed it and can sign in."""
    counted = select(Account.school_id, func.count()).select_from(Entitlement).join(Entitlement.person)
    theirs = counted.where(Entitlement.giveaway_id == giveaway.id, _waits()).group_by(Account.school_id)
    return dict(db.session.execute(theirs).all())


def _waits() -> ColumnElement[bool]:
    given = exists().where(HandOut.entitlement_id == Entitlement.id, HandOut.undone_at.is_(None))
    return and_(Entitlement.declined_at.is_(None), Account.disabled_at.is_(None), ~given)


def values_of(pilot: Pilot) -> dict[str, int]:
    """What the pieces in stock cost, by currency: amounts in different currencies are never added up."""
    value = func.sum(Delivery.remaining * Delivery.unit_price_cents)
    statement = select(Giveaway.currency, value).join(Variant, Variant.giveaway_id == Giveaway.id)
    found = statement.join(Delivery, Delivery.variant_id == Variant.id).where(Giveaway.pilot_id == pilot.id)
    return {currency: int(cents) for currency, cents in db.session.execute(found.group_by(Giveaway.currency)) if cents}


class Figure(NamedTuple):
    """Which figure of a giveaway: in one store or in all, of one variant or of all."""

    giveaway: Giveaway
    store: Store | None = None
    variant: Variant | None = None

    @property
    def lines(self) -> Select[StockMove]:
        """The lines of the ledger that sum to it, the newest first."""
        moves = select(StockMove).where(StockMove.giveaway_id == self.giveaway.id)
        if self.store:
            moves = moves.where(StockMove.store_id == self.store.id)
        if self.variant:
            moves = moves.where(StockMove.variant_id == self.variant.id)
        return moves.order_by(StockMove.id.desc()).options(
            joinedload(StockMove.by).lazyload(Account.roles),
            joinedload(StockMove.variant, innerjoin=True),
            joinedload(StockMove.store, innerjoin=True),
        )

    @property
    def pieces(self) -> int:
        """The figure itself, as it is shown everywhere."""
        shown = select(func.coalesce(func.sum(Stock.quantity), 0)).join(Variant, Variant.id == Stock.variant_id)
        shown = shown.where(Variant.giveaway_id == self.giveaway.id)
        if self.store:
            shown = shown.where(Stock.store_id == self.store.id)
        if self.variant:
            shown = shown.where(Stock.variant_id == self.variant.id)
        return db.session.scalar(shown) or 0

    @property
    def cost_cents(self) -> int:
        """What the lines sum to in money."""
        lines = self.lines.order_by(None).options().with_only_columns(StockMove.cost_cents).subquery()
        return int(db.session.scalar(select(func.coalesce(func.sum(lines.c.cost_cents), 0))) or 0)


def figure_of(giveaway: Giveaway, store_id: int | None, variant_id: int | None) -> Figure:
    """The figure that an address asks for; a store or a variant that is not there narrows nothing."""
    store = db.session.get(Store, store_id) if store_id else None
    variant = db.session.get(Variant, variant_id) if variant_id else None
    return Figure(giveaway, store, variant if variant and variant.giveaway_id == giveaway.id else None)


def deliveries_of(moves: Iterable[StockMove]) -> dict[int, Delivery]:
    """Price, invoice and budget of those moves that brought something in, by the move's id."""
    wanted = select(Delivery).where(Delivery.move_id.in_([move.id for move in moves]))
    found = db.session.scalars(wanted.options(joinedload(Delivery.budget).lazyload("*")))
    return {delivery.move_id: delivery for delivery in found if delivery.move_id}


def visible_stores(user: Account) -> Select[Store]:
    """The stores that somebody keeps: every one for the coordinator, their schools' for a principal."""
    stores = select(Store).outerjoin(Store.school).options(contains_eager(Store.school))
    if not user.is_coordinator:
        stores = stores.where(Store.school_id.in_(user.led_school_ids))
    return stores.order_by(Store.is_districts.desc(), School.name, Store.id)


def visible_store(user: Account, store_id: int) -> Store | None:
    """One store that somebody keeps."""
    return db.session.scalar(visible_stores(user).where(Store.id == store_id))


def schools_without_store(user: Account) -> list[School]:
    """The open schools within somebody's reach where nothing was ever laid in."""
    schools = select(School).where(School.closed_at.is_(None), ~exists().where(Store.school_id == School.id))
    if not user.is_coordinator:
        schools = schools.where(School.id.in_(user.led_school_ids))
    return list(db.session.scalars(schools.order_by(School.name)))


def school_in_reach(user: Account, school_id: int) -> School | None:
    """One open school whose store somebody keeps, whether it is there already or not."""
    school = db.session.get(School, school_id)
    keeps = school and school.closed_at is None and (user.is_coordinator or user.is_principal_of(school.id))
    return school if keeps else None


def totals(stores: Iterable[Store]) -> dict[int, tuple[int, int]]:
    """By the id of a store: how many pieces lie there, and of how many giveaways."""
    pieces, kinds = func.sum(Stock.quantity), func.count(Variant.giveaway_id.distinct())
    statement = select(Stock.store_id, pieces, kinds).join(Variant, Variant.id == Stock.variant_id)
    found = statement.where(Stock.store_id.in_([store.id for store in stores]), Stock.quantity > 0)
    return {
        store_id: (int(count), kinds) for store_id, count, kinds in db.session.execute(found.group_by(Stock.store_id))
    }


def contents(store: Store) -> list[Row[Any]]:
    """What lies or lay in a store: variant, giveaway, how many; archived things only where some are left."""
    rows = select(Variant, Giveaway, Stock.quantity).join(Giveaway, Giveaway.id == Variant.giveaway_id)
    here = rows.join(Stock, and_(Stock.variant_id == Variant.id, Stock.store_id == store.id))
    in_use = and_(Giveaway.archived_at.is_(None), Variant.archived_at.is_(None))
    ordered = here.where(or_(in_use, Stock.quantity > 0)).order_by(Giveaway.name, Giveaway.id, Variant.position)
    return list(db.session.execute(ordered))


def at_district() -> list[Row[Any]]:
    """What the district's store holds at the moment: variant, giveaway, how many."""
    store = db.session.scalar(select(Store).where(Store.is_districts))
    return [row for row in contents(store) if row.quantity] if store else []


def store_at(school: School) -> Store | None:
    """The store of a school, if anything was ever laid in there."""
    return db.session.scalar(select(Store).where(Store.school_id == school.id))


def needed_at(store: Store, rows: Iterable[Row[Any]]) -> dict[int, int]:
    """By the id of a giveaway: how many wait for it whom a store serves; a school's store serves its own people."""
    ids = {row.Giveaway.id for row in rows}
    counted = select(Entitlement.giveaway_id, func.count()).join(Entitlement.person).where(_waits())
    counted = counted.where(Entitlement.giveaway_id.in_(ids), _is_served(store))
    return dict(db.session.execute(counted.group_by(Entitlement.giveaway_id)).all())


def _is_served(store: Store) -> ColumnElement[bool]:
    if store.school_id:
        return Account.school_id == store.school_id
    held = select(Store.id).join(Stock, Stock.store_id == Store.id).join(Variant, Variant.id == Stock.variant_id)
    own = held.where(Store.school_id == Account.school_id, Variant.giveaway_id == Entitlement.giveaway_id)
    return ~own.correlate(Account, Entitlement).exists()
