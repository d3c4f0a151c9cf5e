"""What happens to a giveaway over time: its currency changes, its picture is replaced, its variants go out of use."""

import io
import os
import time

import pytest
from flask import current_app

from microcred.db import db
from microcred.errors import Refused
from microcred.jobs import sweep_giveaways
from microcred.recognition import actions, giveaway_pictures, ledger, shelves, shelving
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import StockVerb
from microcred.recognition.stores import first_variant
from tests.recognition.conftest import World
from tests.recognition.test_stock_views import Browse, picture

LONG_AGO = 3 * 24 * 60 * 60


def test_amounts_of_two_currencies_are_never_added_up(world: World, browse: Browse) -> None:
    ours, theirs = world.giveaway(stock=2, value_cents=100), world.giveaway(stock=3, value_cents=200)
    theirs.currency = "USD"
    db.session.commit()
    assert shelves.values_of(world.pilot) == {"CAD": 200, "USD": 600}
    cora = browse(world.cast.cora)
    page = cora.get(f"/pilots/{world.pilot.id}/giveaways").text
    assert [words in page for words in ("$2.00", "US$6.00", "never added up")] == [True] * 3
    pages = [cora.get(f"/giveaways/{each.id}").text for each in (ours, theirs)]
    assert ["valued in USD" in text for text in pages] == [False, True]


def test_what_was_given_is_shown_in_the_currency_of_that_day(world: World, browse: Browse) -> None:
    giveaway = world.giveaway(name="Mug", stock=1, value_cents=850)
    giveaway.currency = "USD"
    world.vote(world.cast.amara)
    (entitlement,) = actions.thank(world.pilot, world.cast.amara)
    hand_out = actions.give(entitlement, by=world.cast.cora)
    giveaway.currency = "CAD"
    db.session.commit()
    cora, amara = browse(world.cast.cora), browse(world.cast.amara)
    pages = [cora.get(url).text for url in ("/hand-outs", f"/hand-outs/{hand_out.id}", "/desk/paper?which=given")]
    pages.append(amara.get("/thank-yous").text)
    assert ["US$8.50" in page for page in pages] == [True] * 4


def test_a_giveaway_is_valued_anew_once_none_is_left_at_the_old_price(world: World, browse: Browse) -> None:
    giveaway = world.giveaway(stock=1)
    giveaway.currency = "USD"
    with pytest.raises(Refused, match="1 piece is in stock at a price in USD"):
        shelving.revalue(giveaway, 300, by=world.cast.cora)
    ledger.write_off(giveaway, StockVerb.LOST, 1, "", by=world.cast.cora)
    cora, url = browse(world.cast.cora), f"/giveaways/{giveaway.id}/revaluations"
    assert [cora.send(url, value_cents=typed).status_code for typed in ("x", "-1", "3.00")] == [422, 422, 303]
    assert (giveaway.currency, giveaway.value_cents) == (current_app.config["MICROCRED_CURRENCY"], 300)


def test_a_picture_that_was_replaced_is_swept(world: World, browse: Browse) -> None:
    giveaway, cora = world.giveaway(), browse(world.cast.cora)
    kept = []
    for _each in range(2):
        cora.send(f"/giveaways/{giveaway.id}/pictures", file=(io.BytesIO(picture()), "a.jpg"))
        kept.append(giveaway_pictures.storage().path(str(giveaway.picture_file).partition(".")[0]))
    for path in kept:
        os.utime(path, (time.time() - LONG_AGO,) * 2)
    sweep_giveaways()
    assert [path.exists() for path in kept] == [False, True]


def test_the_last_variant_is_not_archived(world: World) -> None:
    giveaway = world.giveaway(stock=0)
    with pytest.raises(Refused, match="at least one variant"):
        shelving.archive_variant(first_variant(giveaway), by=world.cast.cora)


def test_there_is_an_end_to_variants(world: World) -> None:
    giveaway = world.giveaway(stock=0)
    for number in range(shelving.MOST_VARIANTS):
        shelving.add_variant(giveaway, f"Kind {number}", by=world.cast.cora)
    with pytest.raises(Refused, match="At most 40 variants"):
        shelving.add_variant(giveaway, "One more", by=world.cast.cora)


def needs(giveaway: Giveaway) -> list[tuple[str, int, int]]:
    return [(place.store.title, place.needed, place.missing) for place in shelves.shelf_of(giveaway).places]


def test_what_will_be_needed_is_due_and_owed_and_not_given(world: World) -> None:
    giveaway = world.giveaway(stock=1)
    world.vote(world.cast.amara, world.cast.bruno, world.cast.chloe, world.cast.dora)
    dues = [actions.thank(world.pilot, who)[0] for who in (world.cast.amara, world.cast.bruno, world.cast.chloe)]
    actions.thank(world.pilot, world.cast.dora)
    assert needs(giveaway) == [("District store", 3, 2)]
    actions.give(dues[0], by=world.cast.cora)
    actions.owe(dues[1], by=world.cast.cora)
    assert needs(giveaway) == [("District store", 2, 2)]
    actions.decline(dues[2], by=world.cast.chloe)
    assert needs(giveaway) == [("District store", 1, 1)]
