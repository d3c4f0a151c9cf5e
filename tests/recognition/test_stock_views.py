"""The pages of giveaways and stores over HTTP: what came in, where it lies, what is counted, and who may see it."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from microcred.db import db
from microcred.history import Entry
from microcred.recognition import actions, giveaway_pictures, ledger
from microcred.recognition.balance import broken_books
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import Delivery, Stock, StockMove, StockVerb, Store, Variant
from microcred.recognition.stores import district_store, first_variant, store_of
from microcred.tables import WORKBOOK
from tests.conftest import Browser
from tests.recognition.conftest import World

Browse = Callable[..., Browser]
Count = Callable[[Callable[[], object]], int]


def pieces(giveaway: Giveaway) -> dict[str, int]:
    """How many lie in each store."""
    here = select(Store, Stock.quantity).join(Stock, Stock.store_id == Store.id)
    return {
        store.title: count
        for store, count in db.session.execute(here.join(Variant).where(Variant.giveaway_id == giveaway.id))
    }


@pytest.fixture
def giveaway(world: World) -> Giveaway:
    """A giveaway of which five lie in the district's store, and three at North school."""
    made = world.giveaway(stock=8)
    variant = first_variant(made)
    stores = {"source": district_store(), "target": store_of(world.cast.north.id)}
    ledger.transfer_stock(made, 3, "", by=world.cast.cora, variant=variant, **stores)
    db.session.commit()
    return made


def test_a_delivery_is_answered_in_four_ways(world: World, giveaway: Giveaway, browse: Browse) -> None:
    cora, url = browse(world.cast.cora), f"/giveaways/{giveaway.id}/deliveries"
    typed: dict[str, Any] = {"variant": str(first_variant(giveaway).id), "unit_price_cents": "3.10", "invoice": "R-77"}

    def send(quantity: str, *, htmx: bool = False) -> tuple[int, int]:
        return cora.send(url, htmx=htmx, quantity=quantity, **typed).status_code, giveaway.stock

    assert send("5") == (303, 13)
    assert send("2", htmx=True) == (200, 15)
    assert [send(wrong) for wrong in ("0", "-1", "x", "", "1000000")] == [(422, 15)] * 5
    assert send("0", htmx=True) == (422, 15)
    prices = select(Delivery.unit_price_cents, Delivery.quantity, Delivery.invoice).order_by(Delivery.id)
    assert list(db.session.execute(prices)) == [(850, 8, ""), (310, 5, "R-77"), (310, 2, "R-77")]


def test_a_delivery_is_taken_back_by_its_undo(world: World, giveaway: Giveaway, browse: Browse) -> None:
    cora = browse(world.cast.cora)
    cora.send(f"/giveaways/{giveaway.id}/deliveries", quantity="5", variant=str(first_variant(giveaway).id))
    move = db.session.scalars(select(StockMove).order_by(StockMove.id.desc())).first()
    assert move is not None
    assert cora.send(f"/stock-moves/{move.id}/retractions").status_code == 303
    assert (giveaway.stock, list(broken_books())) == (8, [])
    assert cora.send(f"/stock-moves/{move.id}/retractions").status_code == 422


def test_pieces_are_brought_to_a_school(world: World, giveaway: Giveaway, browse: Browse) -> None:
    cora, url = browse(world.cast.cora), f"/giveaways/{giveaway.id}/transfers"
    typed: dict[str, Any] = {
        "variant": str(first_variant(giveaway).id),
        "source": "district",
        "target": str(world.cast.south.id),
    }
    assert cora.send(url, quantity="2", **typed).status_code == 303
    assert pieces(giveaway) == {"District store": 3, "North school": 3, "South school": 2}
    assert cora.send(url, quantity="4", **typed).status_code == 422
    assert cora.send(url, quantity="1", **typed | {"target": "district"}, htmx=True).status_code == 422
    assert cora.send(url, quantity="1", **typed | {"target": "999999"}).status_code == 422
    assert (pieces(giveaway)["South school"], giveaway.stock) == (2, 8)


def test_no_more_is_lost_than_lies_there(world: World, giveaway: Giveaway, browse: Browse) -> None:
    cora, url = browse(world.cast.cora), f"/giveaways/{giveaway.id}/losses"
    typed: dict[str, Any] = {
        "variant": str(first_variant(giveaway).id),
        "place": str(world.cast.north.id),
        "verb": "lost",
    }
    assert cora.send(url, quantity="4", **typed).status_code == 422
    assert cora.send(url, quantity="3", **typed).status_code == 303
    assert cora.send(url, quantity="1", **typed | {"verb": "given"}).status_code == 422
    assert cora.send(url, quantity="1", **typed | {"place": "\u00a0"}).status_code == 422
    assert (pieces(giveaway), giveaway.stock) == ({"District store": 5, "North school": 0}, 5)


def test_the_page_shows_each_store_and_what_it_will_need(world: World, giveaway: Giveaway, browse: Browse) -> None:
    world.vote(world.cast.amara, world.cast.bruno, world.cast.chloe)
    for person in (world.cast.amara, world.cast.bruno, world.cast.chloe):
        actions.thank(world.pilot, person)
    ledger.write_off(
        giveaway, StockVerb.LOST, 2, "", by=world.cast.cora, store=store_of(world.cast.north.id), variant=None
    )
    page = browse(world.cast.cora).get(f"/giveaways/{giveaway.id}").text
    assert [words in page for words in ("6 pieces in stock", "1 too few", "Running low")] == [True, True, False]


def test_a_figure_leads_to_the_lines_that_sum_to_it(world: World, giveaway: Giveaway, browse: Browse) -> None:
    cora, north = browse(world.cast.cora), store_of(world.cast.north.id)
    url = f"/giveaways/{giveaway.id}/ledger?store={north.id}"
    assert cora.get(url).text.count(">brought over<") == 1
    assert cora.get(f"/giveaways/{giveaway.id}/ledger").text.count(">brought over<") == 2
    assert [cora.get(f"/giveaways/{giveaway.id}/ledger?store={odd}").status_code for odd in ("x", "9" * 30)] == [
        200,
        200,
    ]


def test_the_lines_of_a_figure_are_taken_along_and_that_is_on_record(
    world: World, giveaway: Giveaway, browse: Browse
) -> None:
    north = store_of(world.cast.north.id)
    url, cora = f"/giveaways/{giveaway.id}/ledger/downloads", browse(world.cast.cora)
    lines = cora.send(url, format="csv", store=str(north.id)).text.splitlines()
    assert len(lines) == 2
    assert cora.send(url, format="xlsx").mimetype == WORKBOOK
    newest = db.session.scalars(select(Entry).order_by(Entry.id.desc()).limit(2)).all()
    assert [entry.verb for entry in newest] == ["downloaded ledger"] * 2


def counted(pieces: str, note: str = "") -> dict[str, Any]:
    """What is typed into the first line of a count."""
    return {"lines-0-counted": pieces, "lines-0-note": note}


def test_a_store_is_counted_and_a_difference_explained(world: World, giveaway: Giveaway, browse: Browse) -> None:
    pia, store = browse(world.cast.pia), store_of(world.cast.north.id)
    line: dict[str, Any] = {"lines-0-variant": str(first_variant(giveaway).id), "lines-0-shown": "3"}
    url = f"/stores/{store.id}/counts"
    refused = pia.send(url, **line, **counted("2"))
    assert (refused.status_code, "1 piece fewer: why?" in refused.text, giveaway.stock) == (422, True, 8)
    assert pia.send(url, **line, **counted("2", "One fell down")).status_code == 303
    assert (pieces(giveaway)["North school"], giveaway.stock) == (2, 7)
    assert pia.send(url, **line, **counted("")).status_code == 422


@pytest.mark.parametrize("odd", ["-1", "x", "9" * 400, "1e3"])
def test_no_count_is_anything_but_a_number(world: World, giveaway: Giveaway, browse: Browse, odd: str) -> None:
    store, variant = store_of(world.cast.north.id), first_variant(giveaway)
    typed: dict[str, Any] = {
        "lines-0-variant": str(variant.id),
        "lines-0-shown": "3",
        "lines-0-counted": odd,
        "lines-0-note": "So",
    }
    assert browse(world.cast.pia).send(f"/stores/{store.id}/counts", **typed).status_code == 422
    assert giveaway.stock == 8


def test_a_principal_keeps_the_store_of_the_own_school_only(world: World, giveaway: Giveaway, browse: Browse) -> None:
    pia, pavel = browse(world.cast.pia), browse(world.cast.pavel)
    north = store_of(world.cast.north.id)
    typed: dict[str, Any] = {"variant": str(first_variant(giveaway).id), "quantity": "1"}
    pages = [f"/stores/{north.id}", f"/stores/{north.id}/count", f"/stores/{north.id}/count-sheet", "/stores"]
    assert [pia.get(page).status_code for page in pages] == [200] * 4
    assert [pavel.get(page).status_code for page in pages] == [404] * 3 + [200]
    assert pavel.send(f"/stores/{north.id}/losses", **typed, verb="lost").status_code == 404
    assert pavel.send(f"/schools/{world.cast.north.id}/arrivals", **typed).status_code == 404
    assert pia.get(f"/stores/{district_store().id}").status_code == 404
    assert pia.send(f"/stores/{north.id}/losses", **typed, verb="damaged").status_code == 303
    assert pavel.send(f"/schools/{world.cast.south.id}/arrivals", **typed).status_code == 303
    assert pieces(giveaway) == {"District store": 4, "North school": 2, "South school": 1}
    assert [browse(who).get("/stores").status_code for who in (world.cast.amara, world.cast.rita)] == [403, 403]


def test_a_piece_comes_back_once(world: World, giveaway: Giveaway, browse: Browse) -> None:
    hand_out = actions.give(world.due(world.cast.amara, giveaway), by=world.cast.pia)
    pia, url = browse(world.cast.pia), f"/hand-outs/{hand_out.id}/returns"
    assert pia.send(url, fitness="broken").status_code == 422
    assert pia.send(url, fitness="fit", note="Wrong colour").status_code == 303
    assert (giveaway.stock, pia.send(url, fitness="fit").status_code, giveaway.stock) == (8, 422, 8)


def picture(size: tuple[int, int] = (40, 30)) -> bytes:
    """A small photo."""
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, "JPEG")
    return file.getvalue()


def huge_picture() -> bytes:
    """A PNG that claims 30,000 × 30,000 pixels, and holds hardly any."""
    header = (30_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00" * 90)) + chunk(b"IEND")


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    """A piece of a PNG."""
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def test_a_picture_is_drawn_anew_shown_and_removed(world: World, giveaway: Giveaway, browse: Browse) -> None:
    cora, url = browse(world.cast.cora), f"/giveaways/{giveaway.id}/picture"
    assert cora.get(url).status_code == 404
    sent: dict[str, Any] = {"file": (io.BytesIO(picture()), "clip.jpg")}
    assert cora.send(f"/giveaways/{giveaway.id}/pictures", **sent).status_code == 303
    shown = browse(world.cast.amara).get(url, buffered=True)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert f'src="/giveaways/{giveaway.id}/picture?version=' in cora.get(f"/giveaways/{giveaway.id}").text
    assert cora.send(f"/giveaways/{giveaway.id}/picture-removals").status_code == 303
    assert cora.get(url).status_code == 404


def test_without_its_own_picture_the_drawn_one_is_shown(world: World, browse: Browse) -> None:
    drawn, odd = world.giveaway(picture="giveaways/chalk-mug.svg"), world.giveaway(picture="../pyproject.toml")
    amara = browse(world.cast.amara)
    answers = [amara.get(f"/giveaways/{each.id}/picture", buffered=True) for each in (drawn, odd)]
    assert [(answer.status_code, answer.mimetype) for answer in answers] == [(200, "image/svg+xml"), (404, "text/html")]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (huge_picture(), "huge.png", "more than 40 megapixels"),
        (b"%PDF-1.7\n", "x.pdf", ""),
        (b"just words", "x.txt", "This is no picture"),
        (b"", "x.jpg", "empty"),
        (b"<svg onload='alert(1)'/>", "x.svg", ""),
    ],
    ids=["900 megapixels", "a document", "words", "nothing", "a drawing with a script"],
)
def test_what_is_no_picture_is_refused_in_a_sentence(
    world: World, giveaway: Giveaway, browse: Browse, content: bytes, name: str, sentence: str
) -> None:
    before = {path for path in giveaway_pictures.storage()._folder.rglob("*") if path.is_file()}
    answer = browse(world.cast.cora).send(f"/giveaways/{giveaway.id}/pictures", file=(io.BytesIO(content), name))
    assert (answer.status_code, sentence in answer.text, giveaway.picture_file) == (422, True, None)
    assert {path for path in giveaway_pictures.storage()._folder.rglob("*") if path.is_file()} == before


def test_variants_are_added_renamed_ordered_and_archived(world: World, giveaway: Giveaway, browse: Browse) -> None:
    cora, url = browse(world.cast.cora), f"/giveaways/{giveaway.id}/variants"
    assert cora.send(url, name="Green").status_code == 422
    blue = first_variant(giveaway)
    assert f'value="{"x" * 81}"' in cora.send(f"/variants/{blue.id}", name="x" * 81).text
    assert cora.send(f"/variants/{blue.id}", name="Blue", name_fr="Bleu").status_code == 303
    assert [cora.send(url, name=name).status_code for name in ("Green", "green", " ", "x" * 81)] == [303, 422, 422, 422]
    green = db.session.scalars(select(Variant).where(Variant.name == "Green")).one()
    assert cora.send(f"/variants/{green.id}/steps-up").status_code == 303
    assert (green.position, blue.position, first_variant(giveaway)) == (0, 1, green)
    assert cora.send(f"/variants/{blue.id}/archivings").status_code == 422
    assert cora.send(f"/variants/{green.id}/archivings").status_code == 303
    assert cora.send(f"/variants/{green.id}/restorations").status_code == 303
    assert (green.archived_at, cora.get(url).status_code) == (None, 200)


def test_a_giveaway_is_handed_out_again(world: World, giveaway: Giveaway, browse: Browse) -> None:
    cora = browse(world.cast.cora)
    cora.send(f"/giveaways/{giveaway.id}/archivings")
    assert cora.send(f"/giveaways/{giveaway.id}/deliveries", quantity="1").status_code == 422
    world.vote(world.cast.amara)
    assert cora.send(f"/giveaways/{giveaway.id}/restorations").status_code == 303
    assert (giveaway.archived_at, len(actions.thank(world.pilot, world.cast.amara))) == (None, 0)


def test_only_the_coordinator_keeps_giveaways(world: World, giveaway: Giveaway, browse: Browse) -> None:
    url = f"/giveaways/{giveaway.id}/deliveries"
    assert [browse(who).send(url, quantity="5").status_code for who in (world.cast.pia, world.cast.rita)] == [403, 404]
    assert giveaway.stock == 8


@pytest.mark.parametrize(
    "url", ["/giveaways/{id}", "/giveaways/{id}/ledger", "/stores", "/stores/{store}", "/stores/{store}/count"]
)
def test_more_rows_cost_no_more_queries(
    world: World, giveaway: Giveaway, browse: Browse, count_queries: Count, url: str
) -> None:
    cora, address = browse(world.cast.cora), url.format(id=giveaway.id, store=district_store().id)
    db.session.commit()
    before = count_queries(lambda: cora.get(address))
    for number in range(3):
        ledger.receive_stock(world.giveaway(name=f"Thing {number}"), 4, "", by=world.cast.cora)
        ledger.receive_stock(giveaway, 4, "", by=world.cast.cora, store=store_of(world.cast.south.id))
    db.session.commit()
    assert count_queries(lambda: cora.get(address)) == before
