"""The draw: anybody who repeats it finds the same order, and it happens once, at its moment."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.jobs import draw_due_lots
from microcred.pilots.actions import end_pilot
from microcred.pilots.models import Pilot
from microcred.volunteers import actions, answers, queries
from microcred.volunteers.call import change_call, draw_lots
from microcred.volunteers.drawing import drawn_order, hash_of, lot, new_seed
from microcred.volunteers.models import Call, Volunteer, VolunteerState
from tests.cast import Cast
from tests.conftest import Browser
from tests.volunteers.test_volunteering import newest_text, subjects

S = VolunteerState
SEED = "00" * 32
HASH = "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55"
"""`printf %s 0000… | sha256sum`"""


def test_a_fixed_example_by_hand() -> None:
    assert hash_of(SEED) == HASH
    assert drawn_order(SEED, [1, 2, 3, 4, 5]) == ORDER


def test_the_lots_follow_from_the_published_recipe() -> None:
    seed = new_seed()
    assert len(seed) == 64
    assert seed != new_seed()
    assert hash_of(seed) == hashlib.sha256(seed.encode("ascii")).hexdigest()
    assert lot(seed, 17) == hashlib.sha256(seed.encode("ascii") + b":17").hexdigest()


@given(some.sets(some.integers(1, 10**6), max_size=20), some.randoms())
def test_the_order_depends_on_nothing_but_seed_and_tickets(tickets: set[int], chance: object) -> None:
    listed = sorted(tickets)
    chance.shuffle(listed)  # type: ignore[attr-defined]
    lots = sorted((hashlib.sha256(f"{SEED}:{ticket}".encode()).hexdigest(), ticket) for ticket in tickets)
    assert drawn_order(SEED, listed) == [ticket for _lot, ticket in lots]


ORDER = [1, 5, 4, 3, 2]
"""The order in which `sort` puts the SHA-256 of `SEED:1` to `SEED:5`."""


@pytest.fixture
def draws_at() -> datetime:
    """Tomorrow."""
    return utcnow() + timedelta(days=1)


@pytest.fixture
def drawing(cast: Cast, pilot: Pilot, draws_at: datetime) -> Call:
    """The call of the pilot with two places, which are drawn by lot tomorrow."""
    return change_call(pilot, effort_hours=12, promise="", rule="draw", draws_at=draws_at, by=cast.cora)


@pytest.fixture
def crowd(
    cast: Cast, drawing: Call, applied: Callable[..., Volunteer], teacher: Callable[..., Account]
) -> list[Volunteer]:
    """Five who have applied before the draw; the principal has said yes to four."""
    entries = [applied(teacher(name, cast.north)) for name in ("Tess Ng", "Udo Roy", "Vera Lam", "Wim Pal", "Xenia Oh")]
    for entry in entries[:4]:
        answers.approve(entry, by=cast.pia)
    return entries


def test_until_the_draw_the_seed_is_secret_and_its_hash_is_known(drawing: Call) -> None:
    assert drawing.seed_hash == hashlib.sha256((drawing.seed or "").encode()).hexdigest()


def test_nobody_gets_a_place_before_the_draw(pilot: Pilot, crowd: list[Volunteer]) -> None:
    assert [entry.state for entry in crowd] == [S.WAITING] * 4 + [S.APPLIED]
    assert pilot.places_taken == 0
    assert [queries.position(entry) for entry in crowd] == [None] * 5


def test_the_places_go_to_the_approved_in_the_order_drawn(
    cast: Cast, pilot: Pilot, crowd: list[Volunteer], drawing: Call, draws_at: datetime
) -> None:
    with at(draws_at):
        draw_lots(pilot, by=None)
    by_ticket = {entry.id: entry for entry in crowd}
    drawn = [by_ticket[ticket] for ticket in drawn_order(drawing.seed or "", by_ticket)]
    assert [entry.turn for entry in drawn] == [1, 2, 3, 4, 5]
    approved = [entry for entry in drawn if entry is not crowd[4]]
    assert [entry.state for entry in approved] == [S.OFFERED, S.OFFERED, S.WAITING, S.WAITING]
    assert [queries.position(entry) for entry in approved] == [None, None, 1, 2]


def test_a_slow_principal_does_not_cost_the_turn(
    cast: Cast, pilot: Pilot, crowd: list[Volunteer], draws_at: datetime
) -> None:
    with at(draws_at):
        draw_lots(pilot, by=None)
        told = newest_text(crowd[4].person)
        late = answers.approve(crowd[4], by=cast.pia)
    waiting = sorted((entry for entry in crowd if entry.state == S.WAITING), key=lambda entry: entry.turn)
    assert late in waiting
    assert [queries.position(entry) for entry in waiting] == [1, 2, 3]
    assert f"drawn as number {late.turn}" in told


def test_who_applies_after_the_moment_comes_after_all_who_were_drawn(
    cast: Cast, pilot: Pilot, crowd: list[Volunteer], applied: Callable[..., Volunteer], draws_at: datetime
) -> None:
    with at(draws_at + timedelta(minutes=1)):
        late = answers.approve(applied(cast.amara), by=cast.pia)
        assert late.state == S.WAITING
        draw_lots(pilot, by=None)
    assert late.turn > 10**15
    assert queries.position(late) == 3
    assert "drawn" not in " ".join(subjects(cast.amara))


def test_who_has_left_is_not_drawn(cast: Cast, pilot: Pilot, crowd: list[Volunteer], draws_at: datetime) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    with at(draws_at):
        draw_lots(pilot, by=None)
    assert sorted(entry.turn for entry in crowd[1:]) == [1, 2, 3, 4]
    assert crowd[0].turn > 10**15


def test_everyone_is_told_the_own_number(cast: Cast, pilot: Pilot, crowd: list[Volunteer], draws_at: datetime) -> None:
    with at(draws_at):
        draw_lots(pilot, by=None)
    offered = [entry for entry in crowd if entry.state == S.OFFERED]
    told = [subjects(entry.person)[-1] for entry in crowd if entry not in offered]
    assert told == [
        f"The lots in “Feedback that lands” are drawn: you are number {entry.turn}"
        for entry in crowd
        if entry not in offered
    ]
    assert {subjects(entry.person)[-1] for entry in offered} == {"A place in “Feedback that lands” is free for you"}


def test_lots_are_drawn_once(cast: Cast, pilot: Pilot, crowd: list[Volunteer], draws_at: datetime) -> None:
    with at(draws_at + timedelta(minutes=1)):
        draw_due_lots()
        turns = [entry.turn for entry in crowd]
        draw_due_lots()
        with pytest.raises(Refused, match="drawn already"):
            draw_lots(pilot, by=cast.cora)
    assert [entry.turn for entry in crowd] == turns
    assert sorted(turns) == [1, 2, 3, 4, 5]


def test_lots_are_not_drawn_early(cast: Cast, pilot: Pilot, crowd: list[Volunteer]) -> None:
    draw_due_lots()
    with pytest.raises(Refused, match="not before"):
        draw_lots(pilot, by=cast.cora)


def test_no_lots_are_drawn_after_the_end(
    cast: Cast, pilot: Pilot, crowd: list[Volunteer], draws_at: datetime, drawing: Call
) -> None:
    end_pilot(pilot, by=cast.cora)
    with at(draws_at):
        draw_due_lots()
        with pytest.raises(Refused, match="has ended"):
            draw_lots(pilot, by=cast.cora)
    assert drawing.drawn_at is None


def test_no_lots_are_drawn_under_another_rule(cast: Cast, pilot: Pilot) -> None:
    with pytest.raises(Refused, match="No lots are drawn"):
        draw_lots(pilot, by=cast.cora)


@pytest.mark.parametrize("name", ["amara", "pia", "cora", "rita"])
def test_before_the_draw_the_page_shows_the_hash_and_no_seed(
    cast: Cast, pilot: Pilot, drawing: Call, browse: Callable[[Account], Browser], name: str
) -> None:
    for path in ("draw", "draw.json"):
        page = browse(getattr(cast, name)).get(f"/pilots/{pilot.id}/{path}").text
        assert [str(secret) in page for secret in (drawing.seed_hash, drawing.seed)] == [True, False]


def test_after_the_draw_anybody_can_repeat_it_from_the_file(
    cast: Cast, pilot: Pilot, crowd: list[Volunteer], draws_at: datetime, browse: Callable[[Account], Browser]
) -> None:
    with at(draws_at):
        draw_lots(pilot, by=None)
    told = json.loads(browse(cast.amara).get(f"/pilots/{pilot.id}/draw.json").text)
    assert hashlib.sha256(told["seed"].encode()).hexdigest() == told["seed_hash"]
    assert told["tickets"] == sorted(entry.id for entry in crowd)
    lots = {ticket: hashlib.sha256(f"{told['seed']}:{ticket}".encode()).hexdigest() for ticket in told["tickets"]}
    assert told["drawn"] == sorted(lots, key=lambda ticket: lots[ticket])
    assert told["drawn"] == [entry.id for entry in sorted(crowd, key=lambda entry: entry.turn)]


def test_the_page_names_nobody_and_marks_the_own_ticket(
    cast: Cast, pilot: Pilot, crowd: list[Volunteer], draws_at: datetime, browse: Callable[[Account], Browser]
) -> None:
    with at(draws_at):
        draw_lots(pilot, by=None)
    tess = crowd[0].person
    page = browse(tess).get(f"/pilots/{pilot.id}/draw").text
    main = page[page.index("<main") :]
    assert main.count("your ticket") == main.count(f"Your ticket, number {crowd[0].id}, was drawn as") == 1
    assert [entry.person.name for entry in crowd[1:] if entry.person.name in page] == []
    assert "your ticket" not in browse(cast.amara).get(f"/pilots/{pilot.id}/draw").text


def test_the_coordinator_draws_once_the_moment_has_come(
    cast: Cast, pilot: Pilot, crowd: list[Volunteer], drawing: Call, browse: Callable[[Account], Browser]
) -> None:
    cora, here = browse(cast.cora), f"/pilots/{pilot.id}/draw"
    assert "Draw the lots now" not in cora.get(here).text
    assert cora.send(here).status_code == 422
    for entry in crowd:
        entry.applied_at -= timedelta(hours=2)
    drawing.draws_at = utcnow() - timedelta(hours=1)
    db.session.flush()
    assert "Draw the lots now" in cora.get(here).text
    assert "Draw the lots now" not in browse(cast.amara).get(here).text
    assert browse(cast.amara).send(here).status_code == 403
    assert [cora.send(here).status_code, cora.send(here).status_code] == [303, 422]
    assert sorted(entry.turn for entry in crowd) == [1, 2, 3, 4, 5]


def test_where_no_lots_are_drawn_the_page_says_so(
    cast: Cast, pilot: Pilot, browse: Callable[[Account], Browser]
) -> None:
    assert "No lots are drawn in this pilot" in browse(cast.amara).get(f"/pilots/{pilot.id}/draw").text
    assert json.loads(browse(cast.amara).get(f"/pilots/{pilot.id}/draw.json").text)["drawn"] == []


def test_a_no_that_is_not_told_costs_no_ticket_and_the_missing_ticket_tells_nothing(
    cast: Cast, pilot: Pilot, crowd: list[Volunteer], drawing: Call, draws_at: datetime
) -> None:
    with at(draws_at - timedelta(minutes=5)):
        answers.decline(crowd[4], "A slip.", by=cast.pia)
    with at(draws_at):
        draw_lots(pilot, by=None)
        drawn = crowd[4].turn
        answers.take_back_answer(crowd[4], by=cast.pia)
    assert sorted(entry.turn for entry in crowd) == [1, 2, 3, 4, 5]
    assert (crowd[4].state, crowd[4].turn) == (S.APPLIED, drawn)
