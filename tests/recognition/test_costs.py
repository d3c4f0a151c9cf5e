"""What pieces cost: the oldest delivery goes first, and no cent is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from microcred.db import db
from microcred.errors import Refused
from microcred.recognition import actions, costs, ledger
from microcred.recognition.balance import broken_books
from microcred.recognition.costs import first_in_first_out
from microcred.recognition.models import Giveaway
from microcred.recognition.shelves import shelf_of
from microcred.recognition.stock_models import Delivery, StockMove, StockVerb
from tests.recognition.conftest import World


def deliver(world: World, giveaway: Giveaway, count: int, price: int) -> StockMove:
    delivery = Delivery(unit_price_cents=price)
    return ledger.receive_stock(giveaway, count, "", by=world.cast.cora, delivery=delivery)


def test_a_worked_example(world: World) -> None:
    """Ten at 2.00, then ten at 3.00: twelve that are lost cost 10 × 2.00 + 2 × 3.00, and 24.00 are left."""
    giveaway = world.giveaway(stock=0)
    deliver(world, giveaway, 10, 200)
    deliver(world, giveaway, 10, 300)
    lost = ledger.write_off(giveaway, StockVerb.LOST, 12, "", by=world.cast.cora)
    assert (lost.cost_cents, shelf_of(giveaway).value_cents) == (-2600, 2400)


def test_what_was_given_costs_what_the_oldest_piece_cost(world: World) -> None:
    giveaway = world.giveaway(stock=0, value_cents=850)
    deliver(world, giveaway, 1, 200)
    deliver(world, giveaway, 1, 300)
    first = actions.give(world.due(world.cast.amara, giveaway), by=world.cast.cora)
    second = actions.give(world.due(world.cast.bruno, giveaway), by=world.cast.cora)
    assert [(each.value_cents, each.cost_cents) for each in (first, second)] == [(850, 200), (850, 300)]


def test_what_comes_back_costs_what_it_cost_and_goes_first_again(world: World) -> None:
    giveaway = world.giveaway(stock=0)
    deliver(world, giveaway, 1, 200)
    deliver(world, giveaway, 1, 300)
    hand_out = actions.give(world.due(world.cast.amara, giveaway), by=world.cast.cora)
    actions.undo_hand_out(hand_out, "", by=world.cast.cora)
    assert ledger.write_off(giveaway, StockVerb.LOST, 1, "", by=world.cast.cora).cost_cents == -200


def test_a_damaged_return_is_damage_and_no_stock(world: World) -> None:
    giveaway = world.giveaway(stock=0)
    deliver(world, giveaway, 2, 200)
    hand_out = actions.give(world.due(world.cast.amara, giveaway), by=world.cast.cora)
    ledger.take_back(hand_out, "Handle off", is_fit=False, by=world.cast.cora)
    moves = select(StockMove.verb, StockMove.quantity, StockMove.cost_cents).order_by(StockMove.id.desc()).limit(2)
    assert list(db.session.execute(moves)) == [("damaged", -1, -200), ("returned", 1, 200)]
    assert (giveaway.stock, shelf_of(giveaway).value_cents, list(broken_books())) == (1, 200, [])


def test_a_piece_that_came_back_is_not_put_in_stock_twice(world: World) -> None:
    giveaway = world.giveaway(stock=2)
    hand_out = actions.give(world.due(world.cast.amara, giveaway), by=world.cast.cora)
    ledger.take_back(hand_out, "", is_fit=True, by=world.cast.cora)
    actions.undo_hand_out(hand_out, "Wrong person", by=world.cast.cora)
    assert (giveaway.stock, list(broken_books())) == (2, [])
    with pytest.raises(Refused, match="was undone"):
        ledger.take_back(hand_out, "", is_fit=True, by=world.cast.cora)


def test_a_line_costs_no_more_than_the_books_take(world: World) -> None:
    giveaway = world.giveaway(stock=0)
    with pytest.raises(Refused, match="more than one line of the books takes"):
        deliver(world, giveaway, 100_000, 9_999_999)


PRICED = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 999)), min_size=1, max_size=8)


@given(deliveries=PRICED, shares=st.lists(st.floats(0, 1), max_size=8))
def test_value_received_is_value_left_and_value_gone(deliveries: list[tuple[int, int]], shares: list[float]) -> None:
    left = [count for count, _price in deliveries]
    gone = 0
    for share in shares:
        taken = first_in_first_out(int(share * sum(left)), left)
        left = [there - away for there, away in zip(left, taken, strict=True)]
        gone += sum(away * price for away, (_count, price) in zip(taken, deliveries, strict=True))
    received = sum(count * price for count, price in deliveries)
    assert received == gone + sum(there * price for there, (_count, price) in zip(left, deliveries, strict=True))


def test_more_than_there_is_is_a_fault_of_our_own() -> None:
    with pytest.raises(AssertionError, match="fewer pieces than the stock"):
        first_in_first_out(3, [1, 1])
    assert costs.first_in_first_out(0, []) == []


@pytest.mark.parametrize(
    "careless",
    [
        "UPDATE deliveries SET remaining = remaining - 1",
        "UPDATE giveaways SET stock = 4",
        "UPDATE stocks SET quantity = 4",
        "UPDATE stock_moves SET cost_cents = 1",
        "DELETE FROM delivery_uses",
    ],
)
def test_books_that_do_not_balance_are_found(world: World, careless: str) -> None:
    giveaway = world.giveaway(stock=5)
    ledger.write_off(giveaway, StockVerb.LOST, 2, "", by=world.cast.cora)
    db.session.flush()
    assert list(broken_books()) == []
    db.session.connection().exec_driver_sql(careless)
    assert list(broken_books()) != []
