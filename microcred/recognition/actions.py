"""Giveaways, whom they make due, and handing them out."""

import re
from datetime import timedelta
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import write_mail
from microcred.pilots.models import Pilot
from microcred.polls.models import Poll
from microcred.recognition import costs
from microcred.recognition.eligibility import RULES, why
from microcred.recognition.ledger import move_stock
from microcred.recognition.ledger import receive_stock as receive_stock
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.recognition.stock_models import StockMove, StockVerb, Store, Variant
from microcred.recognition.stores import first_variant, store_at_hand
from microcred.recognition.thanking import new_code, thank_everyone
from microcred.recognition.thanking import thank as thank
from microcred.words import day

SLIP_MINUTES = 15
"""How long a hand-out can be undone without saying why."""


def give(
    entitlement: Entitlement,
    *,
    by: Account,
    collected_by: Account | None = None,
    store: Store | None = None,
    variant: Variant | None = None,
) -> HandOut:
    """Hand out one thing that somebody is due, from a store (the one at hand, if none is named).

    Refused when it was given already, the person said no to it or is disabled, the giveaway is archived, or the person
    is of a school that is not the giver's. Refused, and noted as owed, when none is left.
    """
    lock(entitlement)
    _refuse_not_due(entitlement, by)
    hand_out = _hand_over(entitlement, by, collected_by, store, variant)
    if hand_out is None:
        _note_owed(entitlement, by)
        sentence = _(
            "None is left of: %(giveaway)s. It stands on the list of what is owed.", giveaway=entitlement.giveaway.title
        )
        raise Refused(sentence, is_noted=True)
    return hand_out


class Handed(NamedTuple):
    """What a person received at once, and what is owed because none was left."""

    given: list[HandOut]
    owed: list[Entitlement]


def give_all(person: Account, *, by: Account, collected_by: Account | None = None) -> Handed:
    """Hand out everything that a person is due or owed; what has run out is noted as owed.

    Refused as for `give`, and when there is nothing to hand out.
    """
    waiting = _lock_waiting(person)
    if not waiting:
        raise Refused(_("There is nothing to hand out to %(name)s.", name=person.name))
    handed = Handed([], [])
    for entitlement in waiting:
        _refuse_not_due(entitlement, by)
        if hand_out := _hand_over(entitlement, by, collected_by):
            handed.given.append(hand_out)
        else:
            handed.owed.append(_note_owed(entitlement, by))
    return handed


def _lock_waiting(person: Account) -> list[Entitlement]:
    """What waits for a person. Entitlements, then giveaways, each by id: two who give at once don't deadlock."""
    theirs = select(Entitlement).where(Entitlement.person_id == person.id).order_by(Entitlement.id)
    held = theirs.with_for_update(key_share=True, of=Entitlement).execution_options(populate_existing=True)
    entitlements = [each for each in db.session.scalars(held) if each.is_waiting and not each.giveaway.archived_at]
    giveaways = (
        select(Giveaway).where(Giveaway.id.in_({each.giveaway_id for each in entitlements})).order_by(Giveaway.id)
    )
    db.session.scalars(giveaways.with_for_update(key_share=True).execution_options(populate_existing=True)).all()
    return entitlements


def _refuse_not_due(entitlement: Entitlement, by: Account) -> None:
    _refuse_other_school(entitlement.person, by)
    if hand_out := entitlement.hand_out:
        when, giver = day(hand_out.given_at), hand_out.given_by.name
        raise Refused(_("This was given already: on %(day)s, by %(name)s.", day=when, name=giver))
    if entitlement.declined_at:
        raise Refused(_("%(name)s said no to this.", name=entitlement.person.name))
    if entitlement.giveaway.archived_at:
        raise Refused(_("This giveaway is no longer handed out."))
    if not entitlement.person.is_active:
        raise Refused(_("%(name)s is disabled and receives nothing.", name=entitlement.person.name))


def _refuse_other_school(person: Account, by: Account) -> None:
    if not (by.is_coordinator or by.is_principal_of(person.school_id)):
        raise Refused(_("A principal hands out in their own school only."))


def _hand_over(
    entitlement: Entitlement,
    by: Account,
    collected_by: Account | None,
    store: Store | None = None,
    variant: Variant | None = None,
) -> HandOut | None:
    giveaway = entitlement.giveaway
    variant = variant or first_variant(giveaway)
    store = store or store_at_hand(giveaway, variant, by)
    move = move_stock(giveaway, StockVerb.GIVEN, -1, by, store=store, variant=variant)
    if move is None:
        return None
    hand_out = HandOut(
        entitlement=entitlement,
        given_at=utcnow(),
        given_by=by,
        collected_by=collected_by,
        variant=variant,
        store=store,
        value_cents=giveaway.value_cents,
        cost_cents=costs.take_out(move),
        currency=giveaway.currency,
    )
    db.session.add(hand_out)
    entitlement.owed_at = None
    db.session.flush()
    move.hand_out_id = hand_out.id
    write_mail(entitlement.person, "given", entitlement=entitlement, hand_out=hand_out, why=why)
    record(by, "gave", hand_out, entitlement=entitlement.id, collected_by=collected_by and collected_by.id)
    return hand_out


def _note_owed(entitlement: Entitlement, by: Account) -> Entitlement:
    if entitlement.owed_at is None:
        entitlement.owed_at = utcnow()
        record(by, "owes", entitlement)
    return entitlement


def owe(entitlement: Entitlement, *, by: Account) -> Entitlement:
    """Put something that is due on the list of what is owed; refused as for `give`."""
    lock(entitlement)
    _refuse_not_due(entitlement, by)
    return _note_owed(entitlement, by)


def undo_hand_out(hand_out: HandOut, reason: str, *, by: Account) -> HandOut:
    """Take back that something was given; the row stays, and the piece is in stock again.

    Refused when it was undone already, in another's school, and without a reason unless it has only just been given.
    """
    lock(hand_out.entitlement)
    lock(hand_out)
    _refuse_other_school(hand_out.entitlement.person, by)
    if hand_out.undone_at:
        raise Refused(_("This was undone already, on %(day)s.", day=day(hand_out.undone_at)))
    if not reason.strip() and utcnow() - hand_out.given_at > timedelta(minutes=SLIP_MINUTES):
        raise Refused(_("Please say why."), field="reason")
    hand_out.undone_at, hand_out.undone_by, hand_out.undone_reason = utcnow(), by, reason.strip()
    _put_back(hand_out, by)
    write_mail(hand_out.entitlement.person, "hand_out_undone", hand_out=hand_out)
    record(by, "undid", hand_out)
    return hand_out


def _put_back(hand_out: HandOut, by: Account) -> None:
    """The piece goes back to where it was taken from, at what it cost."""
    giveaway, store, variant = hand_out.entitlement.giveaway, hand_out.store, hand_out.variant
    move = move_stock(giveaway, StockVerb.UNDONE, 1, by, hand_out=hand_out, store=store, variant=variant)
    taken = select(StockMove).where(StockMove.hand_out_id == hand_out.id, StockMove.verb == StockVerb.GIVEN)
    if move is None:
        raise AssertionError("what comes back cannot make the stock fall below zero")
    costs.bring_back(move, db.session.scalars(taken).one())


def acknowledge(hand_out: HandOut, *, by: Account) -> HandOut:
    """Say that one has received it; refused to others, when it was undone, and a second time."""
    lock(hand_out)
    if hand_out.entitlement.person_id != by.id:
        raise Refused(_("Only the person it was given to can say so."))
    if hand_out.undone_at or hand_out.acknowledged_at:
        raise Refused(_("There is nothing to confirm."))
    hand_out.acknowledged_at = utcnow()
    record(by, "acknowledged", hand_out)
    return hand_out


def decline(entitlement: Entitlement, *, by: Account) -> Entitlement:
    """Say no to a thank-you; refused to others, and when it was given already."""
    _lock_own(entitlement, by)
    entitlement.declined_at = entitlement.declined_at or utcnow()
    record(by, "declined", entitlement)
    return entitlement


def accept_after_all(entitlement: Entitlement, *, by: Account) -> Entitlement:
    """Take back a no to a thank-you; refused as for `decline`."""
    _lock_own(entitlement, by)
    entitlement.declined_at = None
    record(by, "accepted after all", entitlement)
    return entitlement


def _lock_own(entitlement: Entitlement, by: Account) -> None:
    lock(entitlement)
    if entitlement.person_id != by.id:
        raise Refused(_("Only the person who is thanked can say so."))
    if entitlement.hand_out:
        raise Refused(_("You have received this already."))


def create_giveaway(
    pilot: Pilot,
    *,
    name: str,
    value_cents: int,
    rule: str,
    by: Account,
    stock: int = 0,
    code: str = "",
    poll: Poll | None = None,
    micro_credential: MicroCredential | None = None,
    **described: str,
) -> Giveaway:
    """Add a giveaway to a pilot, and make everyone due it whom its rule thanks already.

    `value_cents` is in hundredths of the district's currency. `described` holds name_fr, description, supplier,
    supplier_url and picture. Refused for an unknown rule, a poll of another pilot, and a code that is taken.
    """
    giveaway = Giveaway(pilot=pilot, code=code or _free_code(name), stock=0, announced_at=utcnow())
    giveaway.currency, giveaway.switched_on_at = current_app.config["MICROCRED_CURRENCY"], utcnow()
    _refuse_taken(giveaway.code)
    _describe(giveaway, name=name, value_cents=value_cents, rule=rule, **described)
    _narrow(giveaway, poll, micro_credential)
    db.session.add(giveaway)
    record(by, "created", giveaway)
    if stock:
        receive_stock(giveaway, stock, "", by=by)
    thank_everyone(giveaway)
    return giveaway


def change_giveaway(
    giveaway: Giveaway,
    *,
    by: Account,
    poll: Poll | None = None,
    micro_credential: MicroCredential | None = None,
    **described: Any,
) -> Giveaway:
    """Change a giveaway; who is due it already stays so, and whom its rule thanks now becomes so.

    Refused as for `create_giveaway`.
    """
    lock(giveaway)
    before = {"rule": giveaway.rule, "value_cents": giveaway.value_cents}
    _describe(giveaway, **described)
    _narrow(giveaway, poll, micro_credential)
    record(by, "changed", giveaway, before=before)
    if giveaway.archived_at is None:
        thank_everyone(giveaway)
    return giveaway


def archive_giveaway(giveaway: Giveaway, *, by: Account) -> Giveaway:
    """Hand a giveaway out no more; what was given stays on record."""
    lock(giveaway)
    giveaway.archived_at = giveaway.archived_at or utcnow()
    record(by, "archived", giveaway)
    return giveaway


def _describe(giveaway: Giveaway, **described: Any) -> None:
    if described.get("rule", giveaway.rule) not in RULES:
        raise Refused(_("There is no such rule."), field="rule")
    for name, value in described.items():
        setattr(giveaway, name, value)


def _narrow(giveaway: Giveaway, poll: Poll | None, micro_credential: MicroCredential | None) -> None:
    if poll and poll.pilot_id != giveaway.pilot.id:
        raise Refused(_("This poll belongs to another pilot."), field="poll")
    giveaway.poll = poll if giveaway.rule == "voted" else None
    giveaway.micro_credential = micro_credential if giveaway.rule in ("handed_in", "earned") else None


def _free_code(name: str) -> str:
    wanted = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "giveaway"
    return f"{wanted}-{new_code().lower()}" if _is_taken(wanted) else wanted


def _refuse_taken(code: str) -> None:
    if _is_taken(code):
        raise Refused(_("There is a giveaway of that code already."))


def _is_taken(code: str) -> bool:
    return db.session.scalar(select(Giveaway.id).where(Giveaway.code == code)) is not None


def note_download(narrowed: dict[str, str], *, by: Account) -> None:
    """Keep in the history that somebody took the log of hand-outs along, and what it was narrowed to."""
    record(by, "downloaded hand-outs", by, **narrowed)
