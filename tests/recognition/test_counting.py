"""Counting a store: a difference needs a reason, and what is handed out meanwhile is none."""

import pytest

from microcred.db import db
from microcred.errors import Refused
from microcred.recognition import actions, counting, ledger
from microcred.recognition.balance import broken_books
from microcred.recognition.counting import Difference, Line, Unexplained, count_store, difference
from microcred.recognition.models import Giveaway
from microcred.recognition.stores import district_store, first_variant, store_of
from tests.recognition.conftest import World


def line(giveaway: Giveaway, shown: int, counted: int, note: str = "") -> Line:
    return Line(first_variant(giveaway).id, shown, counted, note)


@pytest.mark.parametrize(
    ("shown", "now", "counted", "pieces"),
    [
        (20, 20, 20, 0),
        (20, 20, 18, -2),
        (20, 20, 23, 3),
        (20, 19, 20, 0),
        (20, 19, 19, 0),
        (20, 17, 18, 0),
        (20, 19, 17, -3),
        (5, 9, 9, 0),
    ],
)
def test_what_moves_while_somebody_counts_is_no_difference(shown: int, now: int, counted: int, pieces: int) -> None:
    assert difference(Line(1, shown, counted), now) == Difference(pieces, now - shown)


def test_a_count_while_handing_out_loses_no_hand_out(world: World) -> None:
    giveaway = world.giveaway(stock=5)
    due = world.due(world.cast.amara, giveaway)
    sheet = line(giveaway, 5, 5)
    actions.give(due, by=world.cast.cora)
    (move,) = count_store(district_store(), [sheet], by=world.cast.pia)
    assert (move.quantity, giveaway.stock, due.state, list(broken_books())) == (0, 4, "given", [])


def test_a_loss_is_found_although_something_was_given_meanwhile(world: World) -> None:
    giveaway = world.giveaway(stock=5)
    due = world.due(world.cast.amara, giveaway)
    actions.give(due, by=world.cast.cora)
    with pytest.raises(Unexplained) as refused:
        count_store(district_store(), [line(giveaway, 5, 3)], by=world.cast.pia)
    sentence = "2 pieces fewer: why? Since the sheet was opened the ledger moved by −1."
    assert refused.value.sentences == {first_variant(giveaway).id: sentence}
    count_store(district_store(), [line(giveaway, 5, 3, "Two are missing")], by=world.cast.pia)
    assert (giveaway.stock, list(broken_books())) == (2, [])


def test_one_line_without_a_reason_keeps_the_whole_count_back(world: World) -> None:
    mug, tote = world.giveaway(name="Mug", stock=5), world.giveaway(name="Tote", stock=5)
    with pytest.raises(Unexplained) as refused:
        count_store(district_store(), [line(mug, 5, 4, "Broken"), line(tote, 5, 6)], by=world.cast.cora)
    assert refused.value.sentences == {first_variant(tote).id: "1 piece more: why?"}
    assert (mug.stock, tote.stock) == (5, 5)


def test_nothing_counted_is_no_count(world: World) -> None:
    world.giveaway(stock=5)
    with pytest.raises(Refused, match="at least one figure"):
        count_store(district_store(), [], by=world.cast.cora)
    with pytest.raises(Refused, match="at least one figure"):
        count_store(district_store(), [Line(999_999, 0, 3)], by=world.cast.cora)


def test_never_fewer_than_none_are_left(world: World) -> None:
    giveaway = world.giveaway(stock=1)
    with pytest.raises(Unexplained, match="please say why") as refused:
        count_store(district_store(), [line(giveaway, 9, 0, "So")], by=world.cast.cora)
    assert "Fewer than none" in refused.value.sentences[first_variant(giveaway).id]


def test_a_sheet_lists_what_is_there_and_what_was_there(world: World) -> None:
    mug, gone = world.giveaway(name="Mug", stock=5), world.giveaway(name="Gone", stock=0)
    north = store_of(world.cast.north.id)
    places = {"source": district_store(), "target": north}
    ledger.transfer_stock(mug, 2, "", by=world.cast.cora, variant=first_variant(mug), **places)
    first_variant(gone)
    db.session.flush()
    assert [giveaway.name for _variant, giveaway, _count in counting.sheet(district_store())] == ["Gone", "Mug"]
    assert [(giveaway.name, count) for _variant, giveaway, count in counting.sheet(north)] == [("Mug", 2)]
