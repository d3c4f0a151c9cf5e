"""The ledger of the stock: lines are added, never changed, and their sum is what is there."""

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import update

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.recognition.models import Giveaway, HandOut, StockMove, StockVerb

GONE = (StockVerb.LOST, StockVerb.DAMAGED)


def receive_stock(giveaway: Giveaway, quantity: int, note: str, *, by: Account) -> StockMove:
    """Add pieces that came in; refused when there are none or the giveaway is archived."""
    _refuse_none(quantity)
    if giveaway.archived_at:
        raise Refused(_("This giveaway is no longer handed out."))
    return _record(_move(giveaway, StockVerb.RECEIVED, quantity, by, note), giveaway, by)


def write_off(giveaway: Giveaway, verb: StockVerb, quantity: int, note: str, *, by: Account) -> StockMove:
    """Take pieces out that were lost or damaged; refused when there are fewer than that."""
    _refuse_none(quantity)
    if verb not in GONE:
        raise ValueError(f"{verb} is not a way to be gone")
    move = move_stock(giveaway, verb, -quantity, by, note=note)
    if move is None:
        there = giveaway.stock
        raise Refused(ngettext("There is only %(num)s.", "There are only %(num)s.", there), field="quantity")
    return _record(move, giveaway, by)


def count_stock(giveaway: Giveaway, counted: int, note: str, *, by: Account) -> StockMove:
    """Note how many pieces are really there; the ledger gets the difference, which may be nothing."""
    lock(giveaway)
    if counted < 0:
        raise Refused(_("Nobody can count fewer than none."), field="quantity")
    return _record(_move(giveaway, StockVerb.COUNTED, counted - giveaway.stock, by, note), giveaway, by)


def _refuse_none(quantity: int) -> None:
    if quantity < 1:
        raise Refused(_("At least one piece, please."), field="quantity")


def _move(giveaway: Giveaway, verb: StockVerb, quantity: int, by: Account, note: str) -> StockMove:
    move = move_stock(giveaway, verb, quantity, by, note=note)
    if move is None:
        raise AssertionError("the stock cannot fall below zero here")
    return move


def _record(move: StockMove, giveaway: Giveaway, by: Account) -> StockMove:
    record(by, "moved stock", giveaway, move=str(move.verb), quantity=move.quantity)
    return move


def move_stock(
    giveaway: Giveaway, verb: StockVerb, quantity: int, by: Account, *, note: str = "", hand_out: HandOut | None = None
) -> StockMove | None:
    """Change the stock and note it in the ledger; None, and nothing changed, when it would fall below zero.

    The condition stands in the UPDATE itself: of two who take the last piece at once, one gets it.
    """
    changed = db.session.scalar(
        update(Giveaway)
        .where(Giveaway.id == giveaway.id, Giveaway.stock + quantity >= 0)
        .values(stock=Giveaway.stock + quantity)
        .returning(Giveaway.id)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(giveaway, ["stock"])
    if changed is None:
        return None
    move = StockMove(giveaway_id=giveaway.id, verb=verb, quantity=quantity, moved_at=utcnow(), by=by, note=note)
    move.hand_out_id = hand_out.id if hand_out else None
    db.session.add(move)
    return move
