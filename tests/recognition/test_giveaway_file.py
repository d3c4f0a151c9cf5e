"""Giveaways as a file: first a look, then what it says, and nothing twice."""

import io

import pytest
from sqlalchemy import func, select

from microcred.db import db
from microcred.errors import Refused
from microcred.recognition import giveaway_file, shelving
from microcred.recognition.giveaway_file import COLUMNS, apply, decoded, plan
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import Variant
from tests.recognition.conftest import World
from tests.recognition.test_stock_views import Browse

HEAD = "name,value,rule\n"


def outcomes(world: World, text: str) -> list[str]:
    return [line.outcome for line in plan(world.pilot, text)]


def test_a_look_changes_nothing(world: World) -> None:
    world.giveaway(name="Mug", value_cents=850)
    text = HEAD + "Mug,9.00,voted\nTote,3.10,joined\nmug,8.50,voted\nBag,dear,voted\nCap,1,nice\n,2,voted\n"
    assert outcomes(world, text) == ["changed", "created", "refused", "refused", "refused", "refused"]
    assert db.session.scalar(select(func.count()).select_from(Giveaway)) == 1


def test_the_same_giveaway_twice_is_refused_the_second_time(world: World) -> None:
    lines = plan(world.pilot, HEAD + "Tote,3.10,joined\nTOTE,3.20,joined\n")
    assert [line.problems for line in lines] == [[], ["The same giveaway stands on line 2."]]


def test_what_was_looked_at_is_done_but_for_refused_lines(world: World) -> None:
    mug = world.giveaway(name="Mug", value_cents=850)
    text = "name,value,rule,variants\nMug,9.00,voted,\nTote,3.10,joined,Blue; Green; Blue\nBag,dear,voted,\n"
    lines = apply(world.pilot, text, by=world.cast.cora)
    assert [line.outcome for line in lines] == ["changed", "created", "refused"]
    tote = db.session.scalars(select(Giveaway).where(Giveaway.name == "Tote")).one()
    names = list(
        db.session.scalars(select(Variant.name).where(Variant.giveaway_id == tote.id).order_by(Variant.position))
    )
    assert (mug.value_cents, tote.value_cents, tote.rule, names) == (900, 310, "joined", ["Blue", "Green"])


def test_a_second_time_there_is_nothing_to_do(world: World) -> None:
    text = HEAD + "Tote,3.10,joined\n"
    apply(world.pilot, text, by=world.cast.cora)
    db.session.expire_all()
    assert outcomes(world, text) == ["same"]
    with pytest.raises(Refused, match="creates or changes"):
        apply(world.pilot, text, by=world.cast.cora)


def test_what_is_taken_along_can_be_brought_in_again(world: World, browse: Browse) -> None:
    nasty = world.giveaway(name="=2+3", description="-1\nand more", supplier="@home", category="+mugs")
    shelving.add_variant(world.giveaway(name="Tote", stock=0), "Blue", by=world.cast.cora)
    answer = browse(world.cast.cora).send(f"/pilots/{world.pilot.id}/giveaways/downloads", format="csv")
    text = decoded(answer.data)
    assert text.splitlines()[0] == ",".join(COLUMNS)
    assert "'=2+3" in text
    assert (outcomes(world, text), nasty.name) == (["same", "same"], "=2+3")


def test_another_currency_is_refused_and_nothing_is_converted(world: World) -> None:
    (line,) = plan(world.pilot, "name,value,rule,currency\nMug,9.00,voted,USD\n")
    assert line.problems == ["currency: it is CAD here, not “USD”; amounts are not converted."]


def test_a_code_of_another_pilot_is_refused(world: World) -> None:
    other = world.giveaway(name="Mug", code="mug")
    other.pilot = type(world.pilot)(**_copied(world))
    db.session.flush()
    (line,) = plan(world.pilot, "code,name,value,rule\nmug,Mug,9.00,voted\n")
    assert line.problems == ["code: a giveaway of another pilot has it."]


def _copied(world: World) -> dict[str, object]:
    names = ("purpose", "success", "places", "sign_up_opens_at", "starts_on", "ends_on", "created_at")
    return {"title": "Another", **{name: getattr(world.pilot, name) for name in names}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must name the columns"),
        ("name,value\nMug,1\n", "must name the columns"),
        ("name,value,rule,stock\nMug,1,voted,5\n", "must name the columns"),
        ("name,name,value,rule\n", "must name the columns"),
        (HEAD, "names no giveaway"),
        (HEAD + '"Mug,1,voted', "cannot be read as CSV"),
        (HEAD + "M,1,voted\n" * 501, "At most 500"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(world: World, text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        plan(world.pilot, text)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Refused, match="not UTF-8"):
        decoded(b"\xff\xfe\x00")
    with pytest.raises(Refused, match="no file of giveaways"):
        decoded(b"a" * (giveaway_file.LONGEST_TEXT + 1))


def test_a_file_is_looked_at_and_applied_over_http(world: World, browse: Browse) -> None:
    cora, base = browse(world.cast.cora), f"/pilots/{world.pilot.id}/giveaways"
    text = HEAD + "Tote,3.10,joined\n<b>Bag</b>,dear,voted\n"
    looked = cora.send(f"{base}/file-looks", file=(io.BytesIO(text.encode()), "g.csv"))
    assert [looked.status_code, "&lt;b&gt;Bag" in looked.text, "Do it for 1 line" in looked.text] == [200, True, True]
    assert db.session.scalar(select(func.count()).select_from(Giveaway)) == 0
    assert cora.send(f"{base}/imports", text=text).status_code == 303
    assert cora.send(f"{base}/imports", text=text).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Giveaway)) == 1
    assert cora.send(f"{base}/file-looks", file=(io.BytesIO(b"x"), "g.csv")).status_code == 422
    assert browse(world.cast.pia).get(f"{base}/file").status_code == 403
