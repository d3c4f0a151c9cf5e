"""Codes on paper and on shelves: whom they open the page for, and that an old one leads nowhere."""

from collections.abc import Callable
from typing import Any

import pytest

from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.recognition import actions, codes, queries
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import ShelfCode
from microcred.recognition.stores import district_store, store_of
from tests.conftest import Browser
from tests.recognition.conftest import World

Browse = Callable[[Account], Browser]
NOWHERE = "This code leads nowhere"


def shelf(world: World, giveaway: Giveaway | None = None) -> ShelfCode:
    return codes.make_shelf_code(giveaway or world.giveaway(name="Mug"), district_store(), by=world.cast.cora)


def test_a_personal_code_opens_the_card_for_those_who_hand_out(world: World, browse: Browse) -> None:
    url = f"/desk/codes/{codes.replace_code(world.cast.amara, by=world.cast.amara).code}"
    for giver in (world.cast.pia, world.cast.cora):
        page = browse(giver).get(url)
        assert (page.status_code, f'id="person-{world.cast.amara.id}-card"' in page.text) == (200, True)
    own = browse(world.cast.amara).get(url)
    assert (own.status_code, own.location) == (302, "/thank-yous")


def test_for_everybody_else_it_leads_nowhere_as_an_unknown_one_does(world: World, browse: Browse) -> None:
    code = codes.replace_code(world.cast.amara, by=world.cast.amara).code
    for stranger in (world.cast.pavel, world.cast.chloe):
        known, unknown = (browse(stranger).get(f"/desk/codes/{each}") for each in (code, "ZZZZZZZZ"))
        assert (known.status_code, unknown.status_code) == (404, 404)
        assert NOWHERE in known.text
        assert NOWHERE in unknown.text


def test_a_visitor_signs_in_first(world: World, visitor: Browser) -> None:
    answer = visitor.get("/desk/codes/ABCDEFGH")
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_a_new_code_makes_the_old_one_lead_nowhere(world: World, browse: Browse) -> None:
    old = codes.replace_code(world.cast.amara, by=world.cast.amara).code
    amara, pia = browse(world.cast.amara), browse(world.cast.pia)
    assert amara.send("/thank-yous/codes").status_code == 303
    new = queries.personal_code(world.cast.amara)
    assert pia.get(f"/desk/codes/{old}").status_code == 404
    assert pia.get(f"/desk/codes/{new}").status_code == 200
    assert pia.send(f"/desk/people/{world.cast.amara.id}/codes").status_code == 303
    assert pia.get(f"/desk/codes/{new}").status_code == 404


def test_a_code_of_a_shelf_opens_who_is_due_its_giveaway(world: World, browse: Browse) -> None:
    code = shelf(world)
    world.due(world.cast.amara, db.session.get_one(Giveaway, code.giveaway_id))
    page = browse(world.cast.pia).get(f"/shelf/{code.code.lower()}").text
    assert f'href="/desk/people/{world.cast.amara.id}?store={code.store_id}"' in page
    assert "Nobody is waiting for it" in browse(world.cast.pia).get(f"/shelf/{code.code}?q=bru").text
    assert "Amara Okafor" in browse(world.cast.pia).get(f"/shelf/{code.code}?q=oka").text
    assert browse(world.cast.amara).get(f"/shelf/{code.code}").location == "/thank-yous"


def test_the_shelf_of_another_school_leads_nowhere(world: World, browse: Browse) -> None:
    giveaway = world.giveaway()
    code = codes.make_shelf_code(giveaway, store_of(world.cast.south.id), by=world.cast.cora)
    assert browse(world.cast.pavel).get(f"/shelf/{code.code}").status_code == 200
    assert browse(world.cast.pia).get(f"/shelf/{code.code}").status_code == 404


def test_a_revoked_shelf_code_answers_as_one_that_never_was(world: World, browse: Browse) -> None:
    code = shelf(world)
    cora = browse(world.cast.cora)
    assert cora.send(f"/desk/shelves/{code.id}/revocations").status_code == 303
    revoked, unknown = cora.get(f"/shelf/{code.code}"), cora.get("/shelf/NEVERWASNEVERWAS")
    assert (revoked.status_code, unknown.status_code) == (404, 404)
    assert NOWHERE in revoked.text
    assert NOWHERE in unknown.text
    with pytest.raises(Refused, match="revoked already"):
        codes.revoke_shelf_code(code, by=world.cast.cora)


def test_a_shelf_has_one_code_and_a_new_one_replaces_it(world: World, browse: Browse) -> None:
    code = shelf(world)
    with pytest.raises(Refused, match="has a code already"):
        shelf(world, db.session.get_one(Giveaway, code.giveaway_id))
    assert browse(world.cast.cora).send(f"/desk/shelves/{code.id}/replacements").status_code == 303
    (new,) = codes.all_shelf_codes()
    assert (new.giveaway_id, new.store_id, new.code != code.code) == (code.giveaway_id, code.store_id, True)
    assert code.revoked_at


def test_an_archived_giveaway_has_no_shelf(world: World) -> None:
    code = shelf(world)
    giveaway = db.session.get_one(Giveaway, code.giveaway_id)
    actions.archive_giveaway(giveaway, by=world.cast.cora)
    assert codes.scanned_shelf(world.cast.cora, code.code).code is None
    with pytest.raises(Refused, match="no longer handed out"):
        shelf(world, giveaway)


def test_making_a_shelf_code_is_for_the_coordinator(world: World, browse: Browse) -> None:
    giveaway = world.giveaway(name="Mug")
    fields: dict[str, Any] = {"giveaway": str(giveaway.id), "place": str(world.cast.north.id)}
    assert browse(world.cast.pia).send("/desk/shelves", **fields).status_code == 403
    cora = browse(world.cast.cora)
    assert cora.send("/desk/shelves", **fields).status_code == 303
    assert cora.send("/desk/shelves", **fields).status_code == 422
    assert cora.send("/desk/shelves", **(fields | {"giveaway": "999"})).status_code == 422
    page = cora.get("/desk/shelves").text
    assert "North school" in page
    assert "Mug" in page


@pytest.mark.parametrize(("who", "school", "status"), [("cora", "", 200), ("pia", "north", 200), ("pia", "south", 422)])
def test_sheets_of_codes_are_printed_for_those_in_reach(
    world: World, browse: Browse, who: str, school: str, status: int
) -> None:
    wanted = str(getattr(world.cast, school).id) if school else ""
    answer = browse(getattr(world.cast, who)).send("/desk/sheets/codes", school=wanted)
    assert answer.status_code == status
    assert answer.data.startswith(b"%PDF") == (status == 200)
    printed = queries.personal_code(world.cast.bruno)
    assert (printed is not None) == (status == 200)


def test_posters_of_shelves_are_printed_once_there_is_one(world: World, browse: Browse) -> None:
    cora = browse(world.cast.cora)
    assert cora.send("/desk/sheets/shelves").status_code == 422
    shelf(world)
    assert cora.send("/desk/sheets/shelves").data.startswith(b"%PDF")


def test_the_pages_of_codes_open(world: World, browse: Browse) -> None:
    cora, pia = browse(world.cast.cora), browse(world.cast.pia)
    assert [cora.get(url).status_code for url in ("/desk/sheets", "/desk/shelves")] == [200, 200]
    assert [pia.get(url).status_code for url in ("/desk/sheets", "/desk/shelves")] == [200, 403]
