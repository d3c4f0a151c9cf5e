"""From which store one hands out, in which variant, what is left out, and undoing several at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.recognition import actions, ledger, supply, undoing
from microcred.recognition.models import Entitlement, Giveaway
from microcred.recognition.stock_models import Variant
from microcred.recognition.stores import district_store, first_variant, in_stock, store_of
from tests.conftest import Browser
from tests.recognition.conftest import World

Browse = Callable[[Account], Browser]


@pytest.fixture
def two(world: World) -> list[Entitlement]:
    """A mug and a tote for Amara."""
    world.giveaway(name="Mug")
    world.giveaway(name="Tote")
    world.vote(world.cast.amara)
    return actions.thank(world.pilot, world.cast.amara)


def bring_to_north(world: World, giveaway: Giveaway, quantity: int = 3) -> None:
    north, variant = store_of(world.cast.north.id), first_variant(giveaway)
    ledger.receive_stock(giveaway, quantity, "", by=world.cast.cora, store=north, variant=variant)


def test_a_principal_hands_out_from_the_own_store_once_something_lies_there(world: World) -> None:
    giveaway = world.giveaway()
    store_of(world.cast.north.id)
    assert supply.counter(world.cast.pia).store == district_store()
    bring_to_north(world, giveaway)
    assert supply.counter(world.cast.pia).store == store_of(world.cast.north.id)
    assert supply.counter(world.cast.cora).store == district_store()


def test_a_principal_takes_nothing_from_another_school(world: World, browse: Browse) -> None:
    south = store_of(world.cast.south.id)
    entitlement = world.due(world.cast.amara, world.giveaway())
    assert south not in supply.counter(world.cast.pia).stores
    with pytest.raises(Refused, match="own school’s store"):
        actions.give(entitlement, by=world.cast.pia, store=south)
    answer = browse(world.cast.pia).send(f"/entitlements/{entitlement.id}/hand-outs", store=str(south.id))
    assert (answer.status_code, entitlement.state) == (422, "due")


def test_the_chosen_store_is_remembered_and_taken_from(world: World, browse: Browse) -> None:
    giveaway = world.giveaway(stock=5)
    bring_to_north(world, giveaway)
    entitlement, north = world.due(world.cast.amara, giveaway), store_of(world.cast.north.id)
    cora = browse(world.cast.cora)
    assert "Handing out from: District store" in cora.get("/desk").text
    cora.get(f"/desk?store={north.id}")
    page = cora.get("/desk?q=amara").text
    assert "Handing out from: North school" in page
    assert "3 left here" in page
    cora.send(f"/entitlements/{entitlement.id}/hand-outs", store=str(north.id))
    assert (in_stock(first_variant(giveaway), north), giveaway.stock) == (2, 7)
    assert entitlement.hand_outs[0].store == north


def test_what_ran_out_here_says_where_there_is_more(world: World, browse: Browse) -> None:
    district_store()
    giveaway = world.giveaway(stock=0, name="Mug")
    bring_to_north(world, giveaway, 12)
    world.due(world.cast.amara, giveaway)
    page = browse(world.cast.cora).get("/desk?q=amara").text
    assert "none left here" in page
    assert "12 in: North school" in page


def test_the_variant_is_chosen_when_it_is_handed_out(world: World, browse: Browse) -> None:
    giveaway = world.giveaway(name="Mug", stock=1)
    first_variant(giveaway).name = "Green"
    blue = Variant(giveaway_id=giveaway.id, position=1, name="Blue")
    db.session.add(blue)
    db.session.flush()
    ledger.receive_stock(giveaway, 2, "", by=world.cast.cora, variant=blue)
    entitlement = world.due(world.cast.amara, giveaway)
    cora = browse(world.cast.cora)
    assert "Blue (2 left)" in cora.get("/desk?q=amara").text
    cora.send(f"/entitlements/{entitlement.id}/hand-outs", variant=str(blue.id))
    assert (entitlement.hand_outs[0].variant, in_stock(blue, district_store())) == (blue, 1)


def test_the_variant_of_another_giveaway_is_refused(world: World, two: list[Entitlement]) -> None:
    mug, tote = two
    with pytest.raises(Refused, match="variant is no longer"):
        actions.give(mug, by=world.cast.pia, variant=first_variant(tote.giveaway))
    assert mug.state == "due"


def test_what_is_not_ticked_is_owed(world: World, browse: Browse, two: list[Entitlement]) -> None:
    mug, tote = two
    fields: dict[str, Any] = {"waiting": [str(mug.id), str(tote.id)], "given": str(tote.id)}
    answer = browse(world.cast.pia).send(f"/desk/people/{world.cast.amara.id}/hand-outs", htmx=True, **fields)
    assert answer.status_code == 200
    assert "1 thank-you handed out. 1 thank-you is owed." in answer.text
    assert [each.state for each in two] == ["owed", "given"]


def test_nothing_ticked_is_refused_and_owes_nothing(world: World, browse: Browse, two: list[Entitlement]) -> None:
    fields: dict[str, Any] = {"waiting": [str(each.id) for each in two]}
    answer = browse(world.cast.pia).send(f"/desk/people/{world.cast.amara.id}/hand-outs", **fields)
    assert answer.status_code == 422
    assert "Tick at least one thing" in answer.text
    assert [each.state for each in two] == ["due", "due"]


def test_giving_all_gives_what_the_page_showed_or_nothing(world: World, browse: Browse, two: list[Entitlement]) -> None:
    fields: dict[str, Any] = {"waiting": [str(each.id) for each in two], "everything": "1"}
    actions.give(two[0], by=world.cast.cora)
    answer = browse(world.cast.pia).send(f"/desk/people/{world.cast.amara.id}/hand-outs", **fields)
    assert answer.status_code == 422
    assert "given or taken back meanwhile" in answer.text
    assert [each.state for each in two] == ["given", "due"]


def test_giving_all_is_undone_from_the_success_bar(world: World, browse: Browse, two: list[Entitlement]) -> None:
    pia, person = browse(world.cast.pia), f"/desk/people/{world.cast.amara.id}"
    page = pia.get(pia.send(f"{person}/hand-outs").location).text
    first, second = (each.hand_outs[0].id for each in two)
    undo = f"{person}/undoings?hand_out={first}&amp;hand_out={second}"
    assert undo in page
    assert pia.send(undo.replace("&amp;", "&")).status_code == 303
    assert [each.state for each in two] == ["due", "due"]
    assert [each.giveaway.stock for each in two] == [5, 5]
    assert pia.send(undo.replace("&amp;", "&")).status_code == 422


def test_nobody_undoes_what_somebody_else_gave_but_the_coordinator(
    world: World, browse: Browse, two: list[Entitlement]
) -> None:
    given = actions.give(two[0], by=world.cast.cora)
    undo = f"/desk/people/{world.cast.amara.id}/undoings?hand_out={given.id}"
    assert browse(world.cast.pia).send(undo).status_code == 422
    assert given.undone_at is None
    with at(utcnow() + timedelta(hours=1)), pytest.raises(Refused, match="say why"):
        undoing.undo_hand_outs([given], by=world.cast.cora)


def test_the_card_of_two_has_one_button_for_all(world: World, browse: Browse, two: list[Entitlement]) -> None:
    page = browse(world.cast.pia).get(f"/desk/people/{world.cast.amara.id}").text
    assert "Give all 2" in page
    assert page.count('name="given"') == 2
    assert page.count("data-unsure=") == 3
