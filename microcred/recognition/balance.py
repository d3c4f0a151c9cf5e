"""Whether the books of the giveaways balance: pieces, money and budgets, each as a question whose answer is nothing."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from microcred.db import db
from microcred.recognition.models import Giveaway, HandOut
from microcred.recognition.stock_models import Budget, Delivery, DeliveryUse, Stock, StockMove, StockVerb, Variant


def broken_books() -> Iterator[str]:
    """A line for each figure that does not balance."""
    yield from _giveaways()
    yield from _shelves()
    yield from _deliveries()
    yield from _moves()
    yield from _values()
    yield from _hand_outs()
    yield from _budgets()


def _total(column: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _giveaways() -> Iterator[str]:
    """What is shown, what lies in the stores, what the ledger says and what is left of deliveries are one number."""
    moved = select(_total(StockMove.quantity)).where(StockMove.giveaway_id == Giveaway.id)
    of_it = Variant.giveaway_id == Giveaway.id
    lying = select(_total(Stock.quantity)).join(Variant, Variant.id == Stock.variant_id).where(of_it)
    left = select(_total(Delivery.remaining)).join(Variant, Variant.id == Delivery.variant_id).where(of_it)
    parts = [part.correlate(Giveaway).scalar_subquery() for part in (moved, lying, left)]
    for code, shown, *others in db.session.execute(select(Giveaway.code, Giveaway.stock, *parts)):
        if set(others) != {shown}:
            yield f"giveaway {code} shows {shown} in stock; its ledger, stores and deliveries say {others}"


def _shelves() -> Iterator[str]:
    """Each figure of a store is the sum of the lines there, and there is no line without its figure."""
    lines = select(StockMove.variant_id, StockMove.store_id, func.sum(StockMove.quantity))
    sums = {
        (variant, store): int(count)
        for variant, store, count in db.session.execute(lines.group_by(StockMove.variant_id, StockMove.store_id))
    }
    shown = {
        (variant, store): count
        for variant, store, count in db.session.execute(select(Stock.variant_id, Stock.store_id, Stock.quantity))
    }
    for variant, store in sorted(sums.keys() | shown.keys()):
        quantity, moved = shown.get((variant, store), 0), sums.get((variant, store), 0)
        if quantity != moved:
            yield f"store {store} shows {quantity} of variant {variant}, its ledger {moved}"


def _deliveries() -> Iterator[str]:
    """What came in with a delivery is left, or was taken by a line."""
    used = select(_total(DeliveryUse.quantity)).where(DeliveryUse.delivery_id == Delivery.id).correlate(Delivery)
    statement = select(Delivery.id, Delivery.quantity, Delivery.remaining, used.scalar_subquery())
    for id_, quantity, remaining, taken in db.session.execute(statement):
        if quantity != remaining + taken:
            yield f"delivery {id_} brought {quantity}; {remaining} are left, and {taken} were taken"


def _moves() -> Iterator[str]:
    """What a line took came from deliveries; lines from before there were any are known by their opening delivery."""
    used = select(_total(DeliveryUse.quantity)).where(DeliveryUse.move_id == StockMove.id).correlate(StockMove)
    opened = exists().where(Delivery.variant_id == StockMove.variant_id, Delivery.move_id.is_(None))
    brought = exists().where(Delivery.move_id == StockMove.id)
    free = or_(StockMove.verb == StockVerb.TRANSFERRED, StockMove.quantity == 0, opened, brought)
    for id_, quantity, taken in db.session.execute(
        select(StockMove.id, StockMove.quantity, used.scalar_subquery()).where(~free)
    ):
        if quantity != -taken:
            yield f"line {id_} moved {quantity}, and deliveries say {-taken}"


def _values() -> Iterator[str]:
    """What came in cost what is left plus what went."""
    booked = select(_total(StockMove.cost_cents)).where(StockMove.variant_id == Variant.id).correlate(Variant)
    worth = _total(Delivery.remaining * Delivery.unit_price_cents)
    left = select(worth).where(Delivery.variant_id == Variant.id).correlate(Variant)
    statement = select(Variant.id, booked.scalar_subquery(), left.scalar_subquery())
    for id_, in_books, in_stock in db.session.execute(statement):
        if in_books != in_stock:
            yield f"variant {id_} is worth {in_stock} in deliveries, and {in_books} in its ledger"


def _hand_outs() -> Iterator[str]:
    """Each hand-out has one line of its own, which cost the same, and an undone one is back in stock."""
    signed = case((StockMove.verb.in_((StockVerb.UNDONE, StockVerb.RETURNED)), 1), else_=0)
    given = func.count().filter(StockMove.verb == StockVerb.GIVEN)
    cost = func.sum(StockMove.cost_cents).filter(StockMove.verb == StockVerb.GIVEN)
    statement = select(HandOut.id, HandOut.cost_cents, HandOut.undone_at, given, cost, func.sum(signed)).outerjoin(
        StockMove, StockMove.hand_out_id == HandOut.id
    )
    for id_, kept, undone_at, lines, cost_cents, back in db.session.execute(statement.group_by(HandOut.id)):
        if lines != 1 or kept != -cost_cents:
            yield f"hand-out {id_} cost {kept}, and {lines} lines of the ledger say {cost_cents}"
        elif back > 1 or (undone_at and not back):
            yield f"hand-out {id_} came back {back} times"


def _budgets() -> Iterator[str]:
    """What was spent of a budget is what its deliveries cost that were not taken back."""
    back = aliased(StockMove)
    is_back = exists().where(and_(back.paired_id == Delivery.move_id, back.verb == StockVerb.RECEIVED))
    cost = select(_total(Delivery.quantity * Delivery.unit_price_cents)).where(
        Delivery.budget_id == Budget.id, ~is_back
    )
    statement = select(Budget.id, Budget.spent_cents, cost.correlate(Budget).scalar_subquery())
    for id_, spent, bought in db.session.execute(statement):
        if spent != bought:
            yield f"budget {id_} says {spent} were spent, its deliveries {bought}"
