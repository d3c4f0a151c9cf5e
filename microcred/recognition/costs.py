"""What pieces cost, first in, first out: the oldest delivery that is not used up is the one that is taken from.

The cost goes with the variant, not with the store: bringing pieces from one store to another changes no value.
"""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from microcred.db import db
from microcred.errors import Refused
from microcred.recognition.stock_models import Delivery, DeliveryUse, StockMove

MOST_CENTS = 1_000_000_000
"""What one line of the ledger may cost: ten million of the currency, well within what the database holds."""


def first_in_first_out(wanted: int, left: Sequence[int]) -> list[int]:
    """How many pieces to take from each delivery, the oldest first, of which so many are `left`.

    Raises AssertionError where the deliveries hold fewer pieces than are wanted, which no order of verbs leads to.
    """
    taken = []
    for there in left:
        taken.append(min(wanted, there))
        wanted -= taken[-1]
    if wanted:
        raise AssertionError("the deliveries hold fewer pieces than the stock")
    return taken


def bring_in(move: StockMove, delivery: Delivery) -> None:
    """Keep a delivery for the pieces of a move that came in; the move's cost is their price.

    Refused when they cost more than one line of the ledger may.
    """
    delivery.variant_id, delivery.move_id = move.variant_id, move.id
    delivery.quantity = delivery.remaining = move.quantity
    move.cost_cents = _bounded(delivery.quantity * delivery.unit_price_cents)
    db.session.add(delivery)
    db.session.flush()


def take_out(move: StockMove) -> int:
    """Take the pieces of a move that went out from the oldest deliveries; returns what they cost, in cents.

    Refused when they cost more than one line of the ledger may.
    """
    there = select(Delivery).where(Delivery.variant_id == move.variant_id, Delivery.remaining > 0)
    oldest = db.session.scalars(there.order_by(Delivery.id).execution_options(populate_existing=True)).all()
    taken = first_in_first_out(-move.quantity, [delivery.remaining for delivery in oldest])
    cost = _bounded(sum(count * delivery.unit_price_cents for count, delivery in zip(taken, oldest, strict=True)))
    for count, delivery in zip(taken, oldest, strict=True):
        if count:
            _use(move, delivery, count)
    move.cost_cents = -cost
    db.session.flush()
    return cost


def bring_back(move: StockMove, earlier: StockMove) -> None:
    """Let a move do the opposite of an earlier one: what that took from each delivery is there again, or gone again."""
    uses = select(DeliveryUse, Delivery).join(Delivery, Delivery.id == DeliveryUse.delivery_id)
    for use, delivery in db.session.execute(uses.where(DeliveryUse.move_id == earlier.id).order_by(Delivery.id)):
        _use(move, delivery, -use.quantity)
    move.cost_cents = -earlier.cost_cents
    db.session.flush()


def send_back(move: StockMove, delivery: Delivery) -> None:
    """Take a whole delivery out again, of which every piece is still there."""
    _use(move, delivery, delivery.remaining)
    move.cost_cents = -delivery.quantity * delivery.unit_price_cents
    db.session.flush()


def _use(move: StockMove, delivery: Delivery, quantity: int) -> None:
    delivery.remaining -= quantity
    db.session.add(DeliveryUse(move_id=move.id, delivery_id=delivery.id, quantity=quantity))


def _bounded(cents: int) -> int:
    if cents > MOST_CENTS:
        raise Refused(_("So many at that price are more than one line of the books takes."), field="quantity")
    return cents
