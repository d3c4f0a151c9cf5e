"""The ledger of the stock: lines are added, never changed, and their sum is what is there, in each store and in all."""

from typing import NoReturn

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, select, update

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.recognition import budgets, costs
from microcred.recognition.models import Giveaway, HandOut
from microcred.recognition.stock_models import Delivery, Stock, StockMove, StockVerb, Store, Variant
from microcred.recognition.stores import district_store, first_variant, in_stock, open_shelf

GONE = (StockVerb.LOST, StockVerb.DAMAGED)
MOST_PIECES = 100_000
"""What one line may move."""

LONGEST_NOTE = 300


def receive_stock(
    giveaway: Giveaway,
    quantity: int,
    note: str,
    *,
    by: Account,
    store: Store | None = None,
    variant: Variant | None = None,
    delivery: Delivery | None = None,
    override_reason: str = "",
) -> StockMove:
    """Add pieces that came in; `delivery` tells price, invoice and budget, else they count at the giveaway's value.

    Refused when there are none or far too many, the giveaway is archived, or the budget does not allow it and no
    reason is given to go over it.
    """
    _refuse_quantity(quantity)
    if giveaway.archived_at:
        raise Refused(_("This giveaway is no longer handed out."))
    lock(giveaway)
    delivery = delivery or Delivery(unit_price_cents=giveaway.value_cents)
    if delivery.budget:
        cents = quantity * delivery.unit_price_cents
        budgets.spend(delivery.budget, cents, giveaway.currency, override_reason, by=by)
    noted = f"{override_reason} – {note}".strip(" –")[:LONGEST_NOTE]
    move = _move(giveaway, StockVerb.RECEIVED, quantity, by, noted, store, variant)
    costs.bring_in(move, delivery)
    return _record(move, giveaway, by)


def send_back(giveaway: Giveaway, move: StockMove, note: str, *, by: Account) -> StockMove:
    """Take a delivery back that was noted by mistake; the budget gets back what it cost.

    Refused when the line is no delivery, was taken back already, or pieces of it have gone.
    """
    lock(giveaway)
    delivery = db.session.scalar(
        select(Delivery).where(Delivery.move_id == move.id).execution_options(populate_existing=True)
    )
    if delivery is None or move.verb != StockVerb.RECEIVED:
        raise Refused(_("This line is no delivery."))
    if delivery.remaining < delivery.quantity:
        raise Refused(_("Pieces of this delivery have gone already: count the store instead."))
    back = move_stock(
        giveaway, StockVerb.RECEIVED, -move.quantity, by, note=note, store=move.store, variant=move.variant
    )
    if back is None:
        raise Refused(_("Its pieces lie in another store by now: bring them back first."))
    back.paired_id = move.id
    costs.send_back(back, delivery)
    if delivery.budget:
        budgets.refund(delivery.budget, -back.cost_cents)
    return _record(back, giveaway, by)


def write_off(
    giveaway: Giveaway,
    verb: StockVerb,
    quantity: int,
    note: str,
    *,
    by: Account,
    store: Store | None = None,
    variant: Variant | None = None,
) -> StockMove:
    """Take pieces out that were lost or damaged; refused when there are fewer than that."""
    _refuse_quantity(quantity)
    if verb not in GONE:
        raise ValueError(f"{verb} is not a way to be gone")
    move = move_stock(giveaway, verb, -quantity, by, note=note, store=store, variant=variant)
    if move is None:
        _refuse_fewer(giveaway, store, variant)
    costs.take_out(move)
    return _record(move, giveaway, by)


def transfer_stock(
    giveaway: Giveaway, quantity: int, note: str, *, by: Account, source: Store, target: Store, variant: Variant
) -> StockMove:
    """Bring pieces from one store to another; returns the line of the target.

    Refused when there are fewer, when both are the same, and when there are none to bring. What they cost goes along.
    """
    _refuse_quantity(quantity)
    if source.id == target.id:
        raise Refused(_("Choose another store to bring them to."), field="target")
    lock(giveaway)
    away = move_stock(giveaway, StockVerb.TRANSFERRED, -quantity, by, note=note, store=source, variant=variant)
    if away is None:
        _refuse_fewer(giveaway, source, variant)
    there = _move(giveaway, StockVerb.TRANSFERRED, quantity, by, note, target, variant)
    there.paired_id = away.id
    return _record(there, giveaway, by)


def take_back(hand_out: HandOut, note: str, *, is_fit: bool, by: Account, store: Store | None = None) -> StockMove:
    """Note that what was given came back: a fit piece is stock again, a damaged one is damage; returns the last line.

    The hand-out stays as it was, and nothing is due anew: whoever should receive another is helped by undoing it.
    Refused when the hand-out was undone, or the piece came back already.
    """
    lock(hand_out)
    giveaway = lock(hand_out.entitlement.giveaway)
    if hand_out.undone_at:
        raise Refused(_("This hand-out was undone: the piece is in stock already."))
    if came_back(hand_out):
        raise Refused(_("This piece came back already."))
    back = _move(giveaway, StockVerb.RETURNED, 1, by, note, store or hand_out.store, hand_out.variant, hand_out)
    costs.bring_back(back, db.session.scalars(_line_of(hand_out, StockVerb.GIVEN)).one())
    if is_fit:
        return _record(back, giveaway, by)
    gone = _move(giveaway, StockVerb.DAMAGED, -1, by, note, back.store, back.variant, hand_out)
    gone.paired_id = back.id
    costs.bring_back(gone, back)
    return _record(gone, giveaway, by)


def came_back(hand_out: HandOut) -> bool:
    """Whether the piece that was given came back, fit or not; undoing the hand-out then moves no stock."""
    return db.session.scalar(_line_of(hand_out, StockVerb.RETURNED)) is not None


def _line_of(hand_out: HandOut, verb: StockVerb) -> Select[StockMove]:
    return select(StockMove).where(StockMove.hand_out_id == hand_out.id, StockMove.verb == verb)


def count_stock(
    giveaway: Giveaway,
    counted: int,
    note: str,
    *,
    by: Account,
    store: Store | None = None,
    variant: Variant | None = None,
) -> StockMove:
    """Note how many pieces are really in a store; the ledger gets the difference, which may be nothing."""
    lock(giveaway)
    if counted < 0:
        raise Refused(_("Nobody can count fewer than none."), field="quantity")
    difference = counted - in_stock(variant or first_variant(giveaway), store or district_store())
    return note_difference(giveaway, difference, note, by=by, store=store, variant=variant)


def note_difference(
    giveaway: Giveaway, difference: int, note: str, *, by: Account, store: Store | None, variant: Variant | None
) -> StockMove:
    """Add what a count found to be more (at the giveaway's value) or fewer; refused below zero."""
    move = move_stock(giveaway, StockVerb.COUNTED, difference, by, note=note, store=store, variant=variant)
    if move is None:
        _refuse_fewer(giveaway, store, variant)
    if difference > 0:
        costs.bring_in(move, Delivery(unit_price_cents=giveaway.value_cents))
    elif difference < 0:
        costs.take_out(move)
    return _record(move, giveaway, by)


def _refuse_quantity(quantity: int) -> None:
    if quantity < 1:
        raise Refused(_("At least one piece, please."), field="quantity")
    if quantity > MOST_PIECES:
        raise Refused(_("At most %(most)s pieces at once, please.", most=MOST_PIECES), field="quantity")


def _refuse_fewer(giveaway: Giveaway, store: Store | None, variant: Variant | None) -> NoReturn:
    there = in_stock(variant or first_variant(giveaway), store or district_store())
    raise Refused(ngettext("There is only %(num)s.", "There are only %(num)s.", there), field="quantity")


def _move(
    giveaway: Giveaway,
    verb: StockVerb,
    quantity: int,
    by: Account,
    note: str,
    store: Store | None,
    variant: Variant | None,
    hand_out: HandOut | None = None,
) -> StockMove:
    move = move_stock(giveaway, verb, quantity, by, note=note, store=store, variant=variant, hand_out=hand_out)
    if move is None:
        raise AssertionError("the stock cannot fall below zero here")
    return move


def _record(move: StockMove, giveaway: Giveaway, by: Account) -> StockMove:
    record(by, "moved stock", giveaway, move=str(move.verb), quantity=move.quantity, store=move.store_id)
    return move


def move_stock(
    giveaway: Giveaway,
    verb: StockVerb,
    quantity: int,
    by: Account,
    *,
    note: str = "",
    hand_out: HandOut | None = None,
    store: Store | None = None,
    variant: Variant | None = None,
) -> StockMove | None:
    """Change the stock of a variant in a store, and note it; None, and nothing changed, when it would fall below zero.

    Without a store or a variant it is the district's store and the first variant. The condition stands in the UPDATE
    itself: of two who take the last piece at once, one gets it. What the pieces cost is noted by `costs`.
    """
    variant, store = variant or first_variant(giveaway), store or district_store()
    lock(giveaway)
    open_shelf(variant, store)
    here = Stock.variant_id == variant.id, Stock.store_id == store.id
    statement = update(Stock).where(*here, Stock.quantity + quantity >= 0).values(quantity=Stock.quantity + quantity)
    changed = db.session.scalar(statement.returning(Stock.quantity).execution_options(synchronize_session=False))
    if changed is None:
        return None
    if verb != StockVerb.TRANSFERRED:
        giveaway.stock += quantity
    move = StockMove(giveaway_id=giveaway.id, variant=variant, store=store, verb=verb, quantity=quantity, note=note)
    move.moved_at, move.by, move.hand_out_id = utcnow(), by, hand_out.id if hand_out else None
    db.session.add(move)
    db.session.flush()
    return move
