"""Handing out to many at once, all in one transaction, and undoing that as a whole."""

from collections.abc import Collection
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from microcred.accounts.models import Account, School
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.recognition.handing import (
    hand_over,
    lock_entitlements,
    note_owed,
    refusals,
    refuse_other_school,
    refuse_other_store,
)
from microcred.recognition.models import Batch, Entitlement, HandOut
from microcred.recognition.stock_models import Stock, Store, Variant
from microcred.recognition.undoing import refuse_late, take_back
from microcred.words import day


class Outcome(NamedTuple):
    """What became of a batch: how many things were given, are owed, and were left because they are not due now."""

    batch: Batch
    given: int
    owed: int
    left: int


def hand_out_batch(title: str, entitlement_ids: Collection[int], *, by: Account, store: Store | None) -> Outcome:
    """Hand out everything that was chosen, from one store; of several variants the first that is left.

    What has run out is noted as owed; what was given, declined or turned down meanwhile is left alone. Refused when
    nothing was chosen, when none of it can be given (what ran out is noted then too), and for people or a store of
    another school.
    """
    refuse_other_store(store, by)
    held = lock_entitlements(entitlement_ids)
    if not held:
        raise Refused(_("Choose at least one thing to hand out."))
    batch = Batch(title=title, made_at=utcnow(), made_by=by)
    db.session.add(batch)
    db.session.flush()
    outcome = _hand_out_each(batch, held, by, store)
    if not outcome.given:
        db.session.delete(batch)
        raise Refused(
            _("Nothing of this could be handed out. What has run out is on the list of what is owed."), is_noted=True
        )
    record(by, "handed out at once", batch, given=outcome.given, owed=outcome.owed)
    return outcome


def _hand_out_each(batch: Batch, held: list[Entitlement], by: Account, store: Store | None) -> Outcome:
    given = owed = 0
    due = [each for each in held if _is_due(each, by)]
    shelves = _shelves({each.giveaway_id for each in due}, store)
    for entitlement in due:
        variant = next((one for one, left in shelves.get(entitlement.giveaway_id, []) if left[0] > 0), None)
        if variant and hand_over(entitlement, by, store=store, variant=variant, batch=batch):
            given += 1
            _take(shelves[entitlement.giveaway_id], variant)
        else:
            note_owed(entitlement, by)
            owed += 1
    return Outcome(batch, given, owed, len(held) - len(due))


def _is_due(entitlement: Entitlement, by: Account) -> bool:
    refuse_other_school(entitlement.person, by)
    is_given_out = entitlement.giveaway.archived_at is None and entitlement.person.is_active
    return entitlement.is_waiting and is_given_out and not refusals(entitlement)


Shelves = dict[int, list[tuple[Variant, list[int]]]]


def _shelves(giveaway_ids: Collection[int], store: Store | None) -> Shelves:
    """What lies in the store: for each giveaway its variants with what is left; nobody takes of them meanwhile."""
    here = select(Variant, Stock.quantity).join(Stock, Stock.variant_id == Variant.id)
    there = here.where(Variant.giveaway_id.in_(giveaway_ids), Variant.archived_at.is_(None))
    at_store = there.where(Stock.store_id == (store.id if store else 0)).order_by(Variant.position, Variant.id)
    found: Shelves = {}
    for variant, quantity in db.session.execute(at_store):
        found.setdefault(variant.giveaway_id, []).append((variant, [quantity]))
    return found


def _take(shelf: list[tuple[Variant, list[int]]], variant: Variant) -> None:
    for one, left in shelf:
        if one is variant:
            left[0] -= 1


def undo_batch(batch: Batch, reason: str, *, by: Account) -> Batch:
    """Take back everything that was given at once; what was undone by itself before stays as it is.

    Refused when it was undone already, and without a reason unless it has only just been given.
    """
    lock(batch)
    if batch.undone_at:
        raise Refused(_("This was undone already, on %(day)s.", day=day(batch.undone_at)))
    refuse_late(batch.made_at, reason)
    batch.undone_at, batch.undone_by_id, batch.undone_reason = utcnow(), by.id, reason.strip()
    theirs = select(HandOut.entitlement_id).where(HandOut.batch_id == batch.id)
    lock_entitlements(db.session.scalars(theirs).all())
    counting = select(HandOut).where(HandOut.batch_id == batch.id, HandOut.undone_at.is_(None)).order_by(HandOut.id)
    fresh = {"populate_existing": True}
    for hand_out in db.session.scalars(counting.with_for_update(key_share=True).execution_options(**fresh)).all():
        take_back(hand_out, reason.strip(), by)
    record(by, "undid at once", batch)
    return batch


def batches(user: Account) -> Select[Any]:
    """The batches that somebody made, for the coordinator everybody's; the newest first."""
    made = select(Batch).order_by(Batch.id.desc()).options(joinedload(Batch.made_by).lazyload(Account.roles))
    return made if user.is_coordinator else made.where(Batch.made_by_id == user.id)


def sizes(batch_ids: Collection[int]) -> dict[int, int]:
    """How many things were given in each of these batches."""
    counted = select(HandOut.batch_id, func.count()).where(HandOut.batch_id.in_(batch_ids)).group_by(HandOut.batch_id)
    return {int(batch_id or 0): count for batch_id, count in db.session.execute(counted)}


def visible_batch(user: Account, batch_id: int) -> Batch | None:
    """One batch, for whoever made it and for the coordinator."""
    found: Batch | None = db.session.scalar(batches(user).where(Batch.id == batch_id))
    return found


def hand_outs_of(batch: Batch) -> Select[Any]:
    """What was given in a batch, by school and name."""
    given = select(HandOut).join(HandOut.entitlement).join(Entitlement.giveaway).join(Entitlement.person)
    in_order = given.outerjoin(Account.school).where(HandOut.batch_id == batch.id).order_by(School.name, Account.name)
    to_whom = contains_eager(HandOut.entitlement)
    person = to_whom.contains_eager(Entitlement.person).options(contains_eager(Account.school), lazyload(Account.roles))
    return in_order.order_by(HandOut.id).options(person, to_whom.contains_eager(Entitlement.giveaway))
