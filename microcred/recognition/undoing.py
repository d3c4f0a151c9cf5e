"""Taking back that something was given: the row stays, and the piece is in stock again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import write_mail
from microcred.recognition import costs
from microcred.recognition.handing import lock_entitlements, refuse_other_school
from microcred.recognition.ledger import came_back, move_stock
from microcred.recognition.models import HandOut
from microcred.recognition.stock_models import StockMove, StockVerb
from microcred.words import day

SLIP_MINUTES = 15
"""How long a hand-out can be undone without saying why."""


def undo_hand_out(hand_out: HandOut, reason: str, *, by: Account) -> HandOut:
    """Take back that something was given.

    Refused when it was undone already, in another's school, and without a reason unless it has only just been given.
    """
    lock(hand_out.entitlement)
    lock(hand_out)
    if hand_out.undone_at:
        raise Refused(_("This was undone already, on %(day)s.", day=day(hand_out.undone_at)))
    refuse_late(hand_out.given_at, reason)
    return take_back(hand_out, reason, by)


def undo_hand_outs(hand_outs: Iterable[HandOut], *, by: Account) -> list[HandOut]:
    """Take back what was only just given at once; what was undone by itself meanwhile stays as it is.

    Refused as for `undo_hand_out`, and when nothing is left to undo.
    """
    given = {hand_out.id: hand_out for hand_out in hand_outs}
    lock_entitlements([each.entitlement_id for each in given.values()])
    counting = [lock(each) for _id, each in sorted(given.items())]
    counting = [each for each in counting if each.undone_at is None]
    if not counting:
        raise Refused(_("There is nothing left to undo."))
    refuse_late(min(each.given_at for each in counting), "")
    return [take_back(each, "", by) for each in counting]


def refuse_late(given_at: datetime, reason: str) -> None:
    """Refuse to undo without a reason, but for a slip that is noticed at once."""
    if not reason.strip() and utcnow() - given_at > timedelta(minutes=SLIP_MINUTES):
        raise Refused(_("Please say why."), field="reason")


def take_back(hand_out: HandOut, reason: str, by: Account) -> HandOut:
    """Undo what was locked and counts; refused in another's school."""
    refuse_other_school(hand_out.entitlement.person, by)
    hand_out.undone_at, hand_out.undone_by, hand_out.undone_reason = utcnow(), by, reason.strip()
    _put_back(hand_out, by)
    write_mail(hand_out.entitlement.person, "hand_out_undone", hand_out=hand_out)
    record(by, "undid", hand_out)
    return hand_out


def _put_back(hand_out: HandOut, by: Account) -> None:
    """The piece goes back to where it was taken from, at what it cost; one that was brought back is there already."""
    if came_back(hand_out):
        return
    giveaway, store, variant = hand_out.entitlement.giveaway, hand_out.store, hand_out.variant
    move = move_stock(giveaway, StockVerb.UNDONE, 1, by, hand_out=hand_out, store=store, variant=variant)
    taken = select(StockMove).where(StockMove.hand_out_id == hand_out.id, StockMove.verb == StockVerb.GIVEN)
    if move is None:
        raise AssertionError("what comes back cannot make the stock fall below zero")
    costs.bring_back(move, db.session.scalars(taken).one())
