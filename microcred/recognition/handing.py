"""Handing out what people are due: once for each reason, never more than there is."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import write_mail
from microcred.recognition import costs
from microcred.recognition.eligibility import why
from microcred.recognition.ledger import move_stock
from microcred.recognition.models import Batch, Entitlement, Giveaway, HandOut
from microcred.recognition.stock_models import StockVerb, Store, Variant
from microcred.recognition.stores import first_variant, store_at_hand
from microcred.words import day

Chosen = Mapping[int, Variant | None]
"""Entitlements by their ids, each with the variant that is given; None is the first one."""


class Handed(NamedTuple):
    """What was given at once, and what is owed because none was left or it was not at hand."""

    given: list[HandOut]
    owed: list[Entitlement]


def refusals(entitlement: Entitlement) -> list[str]:
    """Which rules of public money speak against giving it, each as a sentence; without rules none does."""
    return []


def give(
    entitlement: Entitlement,
    *,
    by: Account,
    collected_by: Account | None = None,
    store: Store | None = None,
    variant: Variant | None = None,
) -> HandOut:
    """Hand out one thing that somebody is due, from a store (the one at hand, if none is named).

    Refused when it was given already, the person said no to it or is disabled, the giveaway is archived, a rule of
    public money speaks against it, or the person or the store is of a school that is not the giver's. Refused, and
    noted as owed, when none is left.
    """
    lock(entitlement)
    refuse_other_store(store, by)
    refuse_not_due(entitlement, by)
    _refuse_other_variant([entitlement], {entitlement.id: variant})
    hand_out = hand_over(entitlement, by, collected_by=collected_by, store=store, variant=variant)
    if hand_out is None:
        note_owed(entitlement, by)
        sentence = _(
            "None is left of: %(giveaway)s. It stands on the list of what is owed.", giveaway=entitlement.giveaway.title
        )
        raise Refused(sentence, is_noted=True)
    return hand_out


def give_all(
    person: Account,
    *,
    by: Account,
    collected_by: Account | None = None,
    store: Store | None = None,
    chosen: Chosen | None = None,
) -> Handed:
    """Hand out what a person is due or owed: everything, or what is chosen; the rest is noted as owed.

    What has run out is noted as owed too. Refused as for `give`, when there is nothing to hand out, and when something
    is chosen that is not waiting any more.
    """
    refuse_other_store(store, by)
    waiting = _waiting(person)
    _refuse_gone({each.id for each in waiting}, chosen, person)
    _refuse_other_variant(waiting, chosen or {})
    handed = Handed([], [])
    for entitlement in waiting:
        refuse_not_due(entitlement, by)
        is_now = chosen is None or entitlement.id in chosen
        variant = (chosen or {}).get(entitlement.id)
        hand_out = is_now and hand_over(entitlement, by, collected_by=collected_by, store=store, variant=variant)
        if hand_out:
            handed.given.append(hand_out)
        else:
            handed.owed.append(note_owed(entitlement, by))
    return handed


def _refuse_gone(waiting: Collection[int], chosen: Chosen | None, person: Account) -> None:
    if not waiting:
        raise Refused(_("There is nothing to hand out to %(name)s.", name=person.name))
    if chosen is not None and not chosen:
        raise Refused(_("Tick at least one thing that is given now."))
    if chosen is not None and not chosen.keys() <= set(waiting):
        raise Refused(_("Something of this was given or taken back meanwhile. Look again."))


def _refuse_other_variant(waiting: Iterable[Entitlement], chosen: Chosen) -> None:
    for entitlement in waiting:
        variant = chosen.get(entitlement.id)
        if variant and (variant.giveaway_id != entitlement.giveaway_id or variant.archived_at):
            raise Refused(_("This variant is no longer handed out. Look again."))


def _waiting(person: Account) -> list[Entitlement]:
    theirs = select(Entitlement.id).where(Entitlement.person_id == person.id)
    held = lock_entitlements(db.session.scalars(theirs).all())
    return [each for each in held if each.is_waiting and not each.giveaway.archived_at]


def lock_entitlements(ids: Collection[int]) -> list[Entitlement]:
    """Hold entitlements, then their giveaways, each by id: two who hand out at once don't deadlock."""
    fresh = {"populate_existing": True}
    theirs = select(Entitlement).where(Entitlement.id.in_(ids)).order_by(Entitlement.id)
    held = theirs.with_for_update(key_share=True, of=Entitlement).options(selectinload(Entitlement.hand_outs))
    entitlements = list(db.session.scalars(held.execution_options(**fresh)))
    giveaway_ids = {each.giveaway_id for each in entitlements}
    giveaways = select(Giveaway).where(Giveaway.id.in_(giveaway_ids)).order_by(Giveaway.id)
    db.session.scalars(giveaways.with_for_update(key_share=True).execution_options(**fresh)).all()
    return entitlements


def refuse_not_due(entitlement: Entitlement, by: Account) -> None:
    """Refuse what cannot be handed out, with the reason."""
    refuse_other_school(entitlement.person, by)
    if hand_out := entitlement.hand_out:
        when, giver = day(hand_out.given_at), hand_out.given_by.name
        raise Refused(_("This was given already: on %(day)s, by %(name)s.", day=when, name=giver))
    if entitlement.declined_at:
        raise Refused(_declined(entitlement.person, by))
    if entitlement.giveaway.archived_at:
        raise Refused(_("This giveaway is no longer handed out."))
    if not entitlement.person.is_active:
        raise Refused(_("%(name)s is disabled and receives nothing.", name=entitlement.person.name))
    for sentence in refusals(entitlement):
        raise Refused(sentence)


def _declined(person: Account, by: Account) -> str:
    """That somebody said no is told to the coordinator; for a principal it is not due."""
    return _("%(name)s said no to this.", name=person.name) if by.is_coordinator else _("This is not due.")


def refuse_other_school(person: Account, by: Account) -> None:
    """Refuse a principal who deals with somebody of another school."""
    if not (by.is_coordinator or by.is_principal_of(person.school_id)):
        raise Refused(_("A principal hands out in their own school only."))


def refuse_other_store(store: Store | None, by: Account) -> None:
    """Refuse a principal who takes from the store of another school."""
    if store and store.school_id and not (by.is_coordinator or by.is_principal_of(store.school_id)):
        raise Refused(_("A principal hands out from their own school’s store, or from the district’s."), field="store")


def hand_over(
    entitlement: Entitlement,
    by: Account,
    *,
    collected_by: Account | None = None,
    store: Store | None = None,
    variant: Variant | None = None,
    batch: Batch | None = None,
) -> HandOut | None:
    """Give what was locked and is due; None, and nothing changed, when none is left."""
    giveaway = entitlement.giveaway
    variant = variant or first_variant(giveaway)
    store = store or store_at_hand(giveaway, variant, by)
    move = move_stock(giveaway, StockVerb.GIVEN, -1, by, store=store, variant=variant)
    if move is None:
        return None
    cost = costs.take_out(move)
    hand_out = HandOut(entitlement=entitlement, given_at=utcnow(), given_by=by, collected_by=collected_by)
    hand_out.variant, hand_out.store, hand_out.batch_id = variant, store, batch.id if batch else None
    hand_out.value_cents, hand_out.cost_cents, hand_out.currency = giveaway.value_cents, cost, giveaway.currency
    db.session.add(hand_out)
    entitlement.owed_at = None
    db.session.flush()
    move.hand_out_id = hand_out.id
    write_mail(entitlement.person, "given", entitlement=entitlement, hand_out=hand_out, why=why)
    record(by, "gave", hand_out, entitlement=entitlement.id, collected_by=collected_by and collected_by.id)
    return hand_out


def note_owed(entitlement: Entitlement, by: Account) -> Entitlement:
    """Put what is due on the list of what is owed, once."""
    if entitlement.owed_at is None:
        entitlement.owed_at = utcnow()
        record(by, "owes", entitlement)
    return entitlement


def owe(entitlement: Entitlement, *, by: Account) -> Entitlement:
    """Put something that is due on the list of what is owed; refused as for `give`."""
    lock(entitlement)
    refuse_not_due(entitlement, by)
    return note_owed(entitlement, by)
