"""What pieces cost, first in, first out: the oldest delivery that is not used up is the one that is taken from.

The cost goes with the variant, not with the store: bringing pieces from one store to another changes no value.
"""

from sqlalchemy import select

from microcred.db import db
from microcred.recognition.stock_models import Delivery, DeliveryUse, StockMove


def bring_in(move: StockMove, delivery: Delivery) -> None:
    """Keep a delivery for the pieces of a move that came in; the move's cost is their price."""
    delivery.variant_id, delivery.move_id = move.variant_id, move.id
    delivery.quantity = delivery.remaining = move.quantity
    move.cost_cents = delivery.quantity * delivery.unit_price_cents
    db.session.add(delivery)
    db.session.flush()


def take_out(move: StockMove) -> int:
    """Take the pieces of a move that went out from the oldest deliveries; returns what they cost, in cents.

    Raises AssertionError where deliveries and stock disagree, which no order of verbs leads to.
    """
    wanted, cost = -move.quantity, 0
    there = select(Delivery).where(Delivery.variant_id == move.variant_id, Delivery.remaining > 0)
    for delivery in db.session.scalars(there.order_by(Delivery.id).execution_options(populate_existing=True)):
        taken = min(wanted, delivery.remaining)
        if taken == 0:
            break
        _use(move, delivery, taken)
        wanted, cost = wanted - taken, cost + taken * delivery.unit_price_cents
    if wanted:
        raise AssertionError("the deliveries hold fewer pieces than the stock")
    move.cost_cents = -cost
    db.session.flush()
    return cost


def _use(move: StockMove, delivery: Delivery, quantity: int) -> None:
    delivery.remaining -= quantity
    db.session.add(DeliveryUse(move_id=move.id, delivery_id=delivery.id, quantity=quantity))


def bring_back(move: StockMove, taken: StockMove) -> None:
    """Give the pieces of a move back to the deliveries that an earlier move took them from."""
    uses = select(DeliveryUse, Delivery).join(Delivery, Delivery.id == DeliveryUse.delivery_id)
    for use, delivery in db.session.execute(uses.where(DeliveryUse.move_id == taken.id).order_by(Delivery.id)):
        _use(move, delivery, -use.quantity)
    move.cost_cents = -taken.cost_cents
    db.session.flush()
