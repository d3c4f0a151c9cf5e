"""The log, the list of what waits, the giveaways and their stock in the browser."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.history import Entry
from microcred.recognition import actions, queries
from microcred.recognition.models import Giveaway, HandOut
from microcred.recognition.queries import Narrowed
from microcred.schooldays import local
from tests.conftest import Browser
from tests.recognition.conftest import World

Browse = Callable[[Account], Browser]
Count = Callable[[Callable[[], Any]], int]

TYPED: dict[str, Any] = {"name": "Mug", "name_fr": "Tasse", "picture": "", "value_cents": "8,50", "rule": "voted"}


def handed(world: World, giveaway: Giveaway, *people: Account) -> list[HandOut]:
    return [actions.give(world.due(person, giveaway), by=world.cast.cora) for person in people]


def found(user: Account, narrowed: Narrowed) -> list[str]:
    rows = db.session.scalars(queries.hand_outs(user, narrowed)).unique()
    return [hand_out.entitlement.person.name.split()[0] for hand_out in rows]


def test_the_log_is_narrowed_by_giveaway_school_and_day(world: World) -> None:
    giveaway, other = world.giveaway(), world.giveaway("earned")
    handed(world, giveaway, world.cast.amara, world.cast.chloe)
    today = local(utcnow()).date()
    cora = world.cast.cora
    assert found(cora, Narrowed()) == ["Chloe", "Amara"]
    assert found(cora, Narrowed(school_id=world.cast.north.id)) == ["Amara"]
    assert found(cora, Narrowed(giveaway_id=other.id)) == []
    assert found(cora, Narrowed(first=today, last=today)) == ["Chloe", "Amara"]
    assert found(cora, Narrowed(last=today.replace(year=today.year - 1))) == []


def test_a_principal_sees_the_own_school_only(world: World, browse: Browse) -> None:
    giveaway = world.giveaway()
    handed(world, giveaway, world.cast.amara, world.cast.chloe)
    world.giveaway(name="Tote")
    assert found(world.cast.pia, Narrowed()) == ["Amara"]
    assert found(world.cast.pia, Narrowed(school_id=world.cast.south.id)) == []
    waiting = db.session.scalars(queries.waiting(world.cast.pia, Narrowed())).unique()
    assert [entitlement.person for entitlement in waiting] == [world.cast.amara]
    for url in ("/hand-outs", "/thank-yous/waiting"):
        page = browse(world.cast.pia).get(url).text
        assert ("Amara Okafor" in page, "Chloe Nguyen" in page) == (True, False)


@pytest.mark.parametrize("url", ["/hand-outs", "/thank-yous/waiting", "/giveaways", "/desk"])
def test_teachers_and_reviewers_see_no_list(world: World, browse: Browse, url: str) -> None:
    assert [browse(who).get(url).status_code for who in (world.cast.amara, world.cast.rita)] == [403, 403]


@pytest.mark.parametrize("query", ["?giveaway=x&school=9999999999999999999&first=2026-99-99&last=x&page=-1", "?page=x"])
def test_an_address_that_makes_no_sense_narrows_nothing(world: World, browse: Browse, query: str) -> None:
    handed(world, world.giveaway(), world.cast.amara)
    cora = browse(world.cast.cora)
    assert "1 hand-out" in cora.get(f"/hand-outs{query}").text
    assert cora.get(f"/thank-yous/waiting{query}").status_code == 200


def test_the_file_holds_who_received_what_and_runs_no_formula(world: World, browse: Browse) -> None:
    giveaway = world.giveaway(name="=HYPERLINK(1)", currency="USD")
    (hand_out,) = handed(world, giveaway, world.cast.amara)
    actions.undo_hand_out(hand_out, "+mistaken", by=world.cast.cora)
    answer = browse(world.cast.pia).send("/hand-outs/downloads", school=str(world.cast.north.id))
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    kept = {name: value for name, value in rows[0].items() if name not in ("Given at", "Undone at")}
    assert answer.headers["Content-Disposition"] == "attachment; filename=hand-outs.csv"
    assert kept == {
        "Person": "Amara Okafor",
        "E-mail address": "amara@school.local",
        "School": "North school",
        "Giveaway": "'=HYPERLINK(1)",
        "Reason": "Voted in the poll “Which courses?”",
        "Value": "8.50",
        "Currency": "USD",
        "Given by": "Cora Whitefeather",
        "Collected by": "",
        "Acknowledged at": "",
        "Undone by": "Cora Whitefeather",
        "Why undone": "'+mistaken",
    }
    assert len(rows) == 1


def test_a_download_is_in_the_history(world: World, browse: Browse) -> None:
    browse(world.cast.pia).send("/hand-outs/downloads", school=str(world.cast.north.id))
    entry = db.session.scalar(select(Entry).order_by(Entry.id.desc()).limit(1))
    assert entry is not None
    assert (entry.actor_id, entry.verb) == (world.cast.pia.id, "downloaded hand-outs")
    assert entry.details == {"school": str(world.cast.north.id)}


def test_undoing_late_asks_for_a_reason_beside_the_field(world: World, browse: Browse) -> None:
    (hand_out,) = handed(world, world.giveaway(), world.cast.amara)
    hand_out.given_at = utcnow().replace(year=2020)
    url = f"/hand-outs/{hand_out.id}/undoings"
    cora = browse(world.cast.cora)
    answer = cora.send(url)
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text
    assert cora.send(url, reason="The wrong Amara").status_code == 303
    assert "The wrong Amara" in cora.get(f"/hand-outs/{hand_out.id}").text


def test_only_the_giver_and_the_coordinator_undo(world: World, browse: Browse) -> None:
    (hand_out,) = handed(world, world.giveaway(), world.cast.amara)
    assert browse(world.cast.pia).send(f"/hand-outs/{hand_out.id}/undoings").status_code == 403
    assert browse(world.cast.cora).send(f"/hand-outs/{hand_out.id}/undoings").status_code == 303


def test_a_giveaway_is_created_changed_and_archived(world: World, browse: Browse) -> None:
    cora = browse(world.cast.cora)
    answer = cora.send(f"/pilots/{world.pilot.id}/giveaways", **TYPED, poll=str(world.poll.id))
    giveaway = db.session.scalar(select(Giveaway))
    assert giveaway is not None
    assert (answer.status_code, answer.location) == (303, f"/giveaways/{giveaway.id}")
    assert (giveaway.value_cents, giveaway.poll, giveaway.supplier_url) == (850, world.poll, "")
    assert 'value="8.50"' in cora.get(f"/giveaways/{giveaway.id}/edit").text
    assert cora.send(f"/giveaways/{giveaway.id}", **TYPED | {"value_cents": "9.05"}).status_code == 303
    assert (giveaway.value_cents, giveaway.poll) == (905, None)
    assert cora.send(f"/giveaways/{giveaway.id}/archivings").status_code == 303
    assert "archived" in cora.get(answer.location).text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("value_cents", "a lot"),
        ("value_cents", "-1"),
        ("value_cents", "1e5"),
        ("value_cents", "123456789"),
        ("name", "  "),
        ("name", "x" * 121),
        ("rule", "was_nice"),
        ("picture", "../app.css"),
        ("supplier_url", "javascript:alert(1)"),
        ("poll", "0"),
        ("poll", "x"),
    ],
)
def test_a_giveaway_with_a_fault_is_refused_beside_its_field(
    world: World, browse: Browse, field: str, typed: str
) -> None:
    answer = browse(world.cast.cora).send(f"/pilots/{world.pilot.id}/giveaways", **TYPED | {field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert db.session.scalar(select(Giveaway)) is None


def test_an_empty_form_is_refused(world: World, browse: Browse) -> None:
    assert browse(world.cast.cora).send(f"/pilots/{world.pilot.id}/giveaways").status_code == 422


def test_the_numbers_of_a_giveaway(world: World) -> None:
    giveaway = world.giveaway(stock=1)
    world.vote(world.cast.bruno, world.cast.chloe, world.cast.dora)
    (owed,), _chloe, _dora = (
        actions.thank(world.pilot, who) for who in (world.cast.bruno, world.cast.chloe, world.cast.dora)
    )
    actions.owe(owed, by=world.cast.cora)
    handed(world, giveaway, world.cast.amara)
    (shelf,) = queries.shelves(world.pilot)
    assert (shelf.giveaway, shelf.due, shelf.owed, shelf.given) == (giveaway, 2, 1, 1)


def test_the_pages_of_giveaways_open(world: World, browse: Browse) -> None:
    giveaway = world.giveaway(picture="giveaways/chalk-mug.svg", supplier_url="https://example.org/mug")
    (hand_out,) = handed(world, giveaway, world.cast.amara)
    cora = browse(world.cast.cora)
    pages = ["/giveaways", f"/pilots/{world.pilot.id}/giveaways", f"/pilots/{world.pilot.id}/giveaways/new"]
    pages += [f"/giveaways/{giveaway.id}", f"/giveaways/{giveaway.id}/edit", f"/hand-outs/{hand_out.id}"]
    assert [cora.get(page).status_code for page in pages] == [200] * 6


@pytest.mark.parametrize("url", ["/hand-outs", "/thank-yous/waiting", "/pilots/{pilot}/giveaways", "/thank-yous"])
def test_a_list_of_three_costs_as_many_queries_as_a_list_of_one(
    world: World, browse: Browse, count_queries: Count, url: str
) -> None:
    reader = browse(world.cast.amara if url == "/thank-yous" else world.cast.cora)
    url = url.format(pilot=world.pilot.id)

    def fill(name: str) -> None:
        giveaway = world.giveaway(name=name, poll=world.another_poll())
        world.vote(world.cast.amara, world.cast.chloe, poll=giveaway.poll)
        for due in actions.thank(world.pilot, world.cast.amara):
            actions.give(due, by=world.cast.cora, collected_by=world.cast.bruno)
        actions.thank(world.pilot, world.cast.chloe)

    counts = []
    for name in ("One", "Two", "Three"):
        fill(name)
        db.session.commit()
        counts.append(count_queries(lambda: reader.get(url)))
    assert counts[0] == counts[2]
    assert counts[0] <= 9


def test_without_a_pilot_the_page_of_giveaways_says_so(world: World, browse: Browse) -> None:
    world.pilot.ended_at = utcnow()
    assert "No pilot is under way" in browse(world.cast.cora).get("/giveaways").text


def test_what_waits_stands_under_its_school(world: World, browse: Browse) -> None:
    giveaway = world.giveaway()
    world.due(world.cast.amara, giveaway)
    actions.owe(world.due(world.cast.chloe, giveaway), by=world.cast.cora)
    page = browse(world.cast.cora).get("/thank-yous/waiting").text
    places = [page.index(text) for text in ("<b>North school", "Amara Okafor", "<b>South school", "Chloe Nguyen")]
    assert places == sorted(places)
    assert "2 thank-yous wait" in page
