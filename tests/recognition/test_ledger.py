"""The ledger: its sum is the stock, whatever is done, and neither falls below zero."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from microcred.db import db
from microcred.errors import Refused
from microcred.recognition import actions, ledger
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.recognition.stock_models import StockMove, StockVerb
from tests.recognition.conftest import World


def moves(giveaway: Giveaway) -> list[tuple[str, int]]:
    found = select(StockMove.verb, StockMove.quantity).where(StockMove.giveaway_id == giveaway.id)
    return [(str(verb), quantity) for verb, quantity in db.session.execute(found.order_by(StockMove.id))]


def test_every_verb_leaves_a_line(world: World) -> None:
    giveaway = world.giveaway(stock=10)
    ledger.receive_stock(giveaway, 5, "second box", by=world.cast.cora)
    ledger.write_off(giveaway, StockVerb.LOST, 2, "", by=world.cast.cora)
    ledger.write_off(giveaway, StockVerb.DAMAGED, 1, "", by=world.cast.cora)
    ledger.count_stock(giveaway, 11, "", by=world.cast.cora)
    assert moves(giveaway) == [("received", 10), ("received", 5), ("lost", -2), ("damaged", -1), ("counted", -1)]
    assert giveaway.stock == 11


def test_no_more_is_lost_than_there_is(world: World) -> None:
    giveaway = world.giveaway(stock=1)
    with pytest.raises(Refused, match=r"There is only 1\.") as refused:
        ledger.write_off(giveaway, StockVerb.LOST, 2, "", by=world.cast.cora)
    assert (refused.value.field, giveaway.stock, moves(giveaway)) == ("quantity", 1, [("received", 1)])


@pytest.mark.parametrize("quantity", [0, -3])
def test_nothing_is_no_delivery(world: World, quantity: int) -> None:
    giveaway = world.giveaway(stock=1)
    with pytest.raises(Refused, match="At least one piece"):
        ledger.receive_stock(giveaway, quantity, "", by=world.cast.cora)
    with pytest.raises(Refused, match="At least one piece"):
        ledger.write_off(giveaway, StockVerb.LOST, quantity, "", by=world.cast.cora)
    with pytest.raises(Refused, match="fewer than none"):
        ledger.count_stock(giveaway, -1, "", by=world.cast.cora)


def test_an_archived_giveaway_takes_no_delivery(world: World) -> None:
    giveaway = actions.archive_giveaway(world.giveaway(), by=world.cast.cora)
    with pytest.raises(Refused, match="no longer handed out"):
        ledger.receive_stock(giveaway, 1, "", by=world.cast.cora)


def test_a_piece_that_was_given_is_not_written_off(world: World) -> None:
    with pytest.raises(ValueError, match="not a way to be gone"):
        ledger.write_off(world.giveaway(), StockVerb.GIVEN, 1, "", by=world.cast.cora)


def test_a_giveaway_of_a_taken_code_or_an_unknown_rule_is_refused(world: World) -> None:
    world.giveaway(code="mug")
    with pytest.raises(Refused, match="of that code"):
        world.giveaway(code="mug")
    with pytest.raises(Refused, match="no such rule"):
        world.giveaway("was_nice")


def test_two_of_one_name_get_two_codes(world: World) -> None:
    first, second = world.giveaway(name="Tasse à craie"), world.giveaway(name="Tasse à craie")
    assert first.code == "tasse-craie"
    assert second.code != first.code


VERBS = st.tuples(
    st.sampled_from(["receive", "lose", "damage", "count", "give", "undo", "all"]),
    st.integers(min_value=0, max_value=4),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(VERBS, max_size=14))
def test_the_ledger_adds_up_to_the_stock(world: World, steps: list[tuple[str, int]]) -> None:
    transaction = db.session.begin_nested()
    giveaway = world.giveaway(stock=2)
    world.vote(world.cast.amara, world.cast.bruno, world.cast.chloe)
    due = [each for who in world.cast.people for each in actions.thank(world.pilot, who)]
    for verb, number in steps:
        _try(world, giveaway, due, verb, number)
        assert giveaway.stock == sum(quantity for _verb, quantity in moves(giveaway))
        assert giveaway.stock >= 0
        assert _standing(due) == -sum(quantity for name, quantity in moves(giveaway) if name in ("given", "undone"))
    transaction.rollback()


def _try(world: World, giveaway: Giveaway, due: list[Entitlement], verb: str, number: int) -> None:
    cora, which = world.cast.cora, due[number % len(due)]
    acts: dict[str, Any] = {
        "receive": lambda: ledger.receive_stock(giveaway, number, "", by=cora),
        "lose": lambda: ledger.write_off(giveaway, StockVerb.LOST, number, "", by=cora),
        "damage": lambda: ledger.write_off(giveaway, StockVerb.DAMAGED, number, "", by=cora),
        "count": lambda: ledger.count_stock(giveaway, number, "", by=cora),
        "give": lambda: actions.give(which, by=cora),
        "undo": lambda: which.hand_outs and actions.undo_hand_out(which.hand_outs[-1], "Oh", by=cora),
        "all": lambda: actions.give_all(which.person, by=cora),
    }
    try:
        acts[verb]()
    except Refused:
        db.session.flush()


def _standing(due: list[Entitlement]) -> int:
    ids = [entitlement.id for entitlement in due]
    standing = select(func.count()).where(HandOut.entitlement_id.in_(ids), HandOut.undone_at.is_(None))
    return int(db.session.scalar(standing) or 0)
