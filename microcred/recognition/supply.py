"""From which store one hands out, what is left there of each variant, and what lies elsewhere."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import exists, or_, select

from microcred.accounts.models import Account, School
from microcred.db import db
from microcred.recognition.stock_models import Stock, Store, Variant


class Counter(NamedTuple):
    """The stores that somebody may hand out from, and the one that they do; None while nothing lies anywhere."""

    stores: list[Store]
    store: Store | None


class Supply(NamedTuple):
    """A variant, how many of it are in the store one hands out from, and how many in other stores in reach."""

    variant: Variant
    here: int
    elsewhere: list[tuple[Store, int]]


def counter(user: Account, wanted: int | None = None) -> Counter:
    """Where somebody hands out from: the wanted store if it is in reach.

    Without a wish it is the store of the school that a principal leads, once something was brought there, and else
    the district's.
    """
    rows = _stores_in_reach(user)
    stores = [store for store, _is_used in rows]
    own = [store for store, is_used in rows if is_used and store.school_id in user.led_school_ids]
    chosen = [store for store in stores if store.id == wanted]
    return Counter(stores, next(iter([*chosen, *own, *stores]), None))


def _stores_in_reach(user: Account) -> list[tuple[Store, bool]]:
    """The district's store first; each with whether anything ever lay there."""
    is_used = exists().where(Stock.store_id == Store.id)
    stores = select(Store, is_used).outerjoin(Store.school).order_by(Store.is_districts.desc(), School.name)
    if not user.is_coordinator:
        stores = stores.where(or_(Store.is_districts, Store.school_id.in_(user.led_school_ids)))
    return [(store, used) for store, used in db.session.execute(stores)]


def supplies(giveaway_ids: Collection[int], at: Counter) -> dict[int, list[Supply]]:
    """For each giveaway its variants in their order, with what is left of them; one query."""
    lying: dict[Variant, dict[int, int]] = {}
    variants = select(Variant, Stock.store_id, Stock.quantity).outerjoin(Stock, Stock.variant_id == Variant.id)
    wanted = variants.where(Variant.giveaway_id.in_(giveaway_ids), Variant.archived_at.is_(None))
    for variant, store_id, quantity in db.session.execute(wanted.order_by(Variant.position, Variant.id)):
        lying.setdefault(variant, {})[store_id] = quantity
    found: dict[int, list[Supply]] = {giveaway_id: [] for giveaway_id in giveaway_ids}
    for variant, quantities in lying.items():
        found[variant.giveaway_id].append(_supply(variant, quantities, at))
    return found


def _supply(variant: Variant, quantities: dict[int, int], at: Counter) -> Supply:
    here = at.store.id if at.store else None
    elsewhere = [(store, quantities.get(store.id, 0)) for store in at.stores if store.id != here]
    return Supply(variant, quantities.get(here or 0, 0), [(store, left) for store, left in elsewhere if left])


def store_in_reach(user: Account, store_id: int | None) -> Store | None:
    """The store of that id, if somebody may hand out from it."""
    return next((store for store, _is_used in _stores_in_reach(user) if store.id == store_id), None)


def variants_of(ids: Sequence[int]) -> dict[int, Variant]:
    """Variants by their ids."""
    return {variant.id: variant for variant in db.session.scalars(select(Variant).where(Variant.id.in_(ids)))}
