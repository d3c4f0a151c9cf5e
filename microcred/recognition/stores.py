"""Stores, variants, and how many pieces of each lie where."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from microcred.accounts.models import Account
from microcred.db import Model, db, is_sqlite
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import Stock, Store, Variant


def district_store() -> Store:
    """The store of the district, which is there once it is asked for."""
    return _store(None)


def store_of(school_id: int) -> Store:
    """The store of a school, which is there once it is asked for."""
    return _store(school_id)


def _store(school_id: int | None) -> Store:
    wanted = select(Store).where(Store.school_id.is_(None) if school_id is None else Store.school_id == school_id)
    found = db.session.scalar(wanted)
    if found is None:
        add_missing(Store, {"school_id": school_id, "is_districts": school_id is None})
        found = db.session.scalars(wanted).one()
    return found


def first_variant(giveaway: Giveaway) -> Variant:
    """The first variant in which a giveaway comes; one without any gets one without a name."""
    wanted = select(Variant).where(Variant.giveaway_id == giveaway.id, Variant.archived_at.is_(None))
    found = db.session.scalar(wanted.order_by(Variant.position, Variant.id).limit(1))
    if found is None:
        found = Variant(giveaway_id=giveaway.id, position=0, name="", name_fr="")
        db.session.add(found)
        db.session.flush()
    return found


def in_stock(variant: Variant, store: Store) -> int:
    """How many pieces of a variant lie in a store."""
    here = select(Stock.quantity).where(Stock.variant_id == variant.id, Stock.store_id == store.id)
    return db.session.scalar(here) or 0


def open_shelf(variant: Variant, store: Store) -> None:
    """See that a variant has its line in a store, be it at zero."""
    add_missing(Stock, {"variant_id": variant.id, "store_id": store.id, "quantity": 0})


def add_missing(model: type[Model], row: dict[str, Any]) -> None:
    """Add a row that no constraint forbids, also when somebody else adds the same at this moment."""
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    db.session.execute(insert(model).values(row).on_conflict_do_nothing())


def store_at_hand(giveaway: Giveaway, variant: Variant, by: Account) -> Store:
    """Where somebody who names no store takes a piece from: their school's if it has one, else the district's."""
    held = (
        select(Store)
        .join(Stock, Stock.store_id == Store.id)
        .where(Stock.variant_id == variant.id, Stock.quantity > 0, Store.school_id.in_(by.led_school_ids))
    )
    return db.session.scalar(held.order_by(Store.id).limit(1)) or district_store()
