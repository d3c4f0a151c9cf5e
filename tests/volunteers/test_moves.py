"""The table of moves is the law: every action in every state, and long walks in which places always add up."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.pilots.models import Pilot
from microcred.volunteers import actions, answers, places, queries
from microcred.volunteers.models import HOLDS_PLACE, MOVES, MOVES_BACK, Volunteer, VolunteerState
from tests.cast import Cast

S = VolunteerState
Act = Callable[[Volunteer, Cast], object]

ACTIONS: dict[str, Act] = {
    "approve": lambda entry, cast: answers.approve(entry, by=cast.pia),
    "decline": lambda entry, cast: answers.decline(entry, "Not now.", by=cast.pia),
    "take back answer": lambda entry, cast: answers.take_back_answer(entry, by=cast.pia),
    "withdraw": lambda entry, cast: actions.withdraw(entry, by=entry.person),
    "accept": lambda entry, cast: actions.accept_offer(entry, by=entry.person),
    "no thanks": lambda entry, cast: actions.decline_offer(entry, by=entry.person),
    "complete": lambda entry, cast: actions.complete(entry, by=cast.cora),
    "note absence": lambda entry, cast: actions.note_absence(entry, "Not seen.", by=cast.cora),
    "take back mark": lambda entry, cast: actions.take_back_mark(entry, by=cast.cora),
}
LEADS_TO: dict[tuple[S, str], S] = {
    (S.APPLIED, "approve"): S.JOINED,
    (S.APPLIED, "decline"): S.DECLINED,
    (S.APPLIED, "withdraw"): S.WITHDRAWN,
    (S.DECLINED, "take back answer"): S.APPLIED,
    (S.DECLINED, "withdraw"): S.WITHDRAWN,
    (S.WAITING, "withdraw"): S.WITHDRAWN,
    (S.WAITING, "take back answer"): S.APPLIED,
    (S.OFFERED, "accept"): S.JOINED,
    (S.OFFERED, "no thanks"): S.WITHDRAWN,
    (S.OFFERED, "withdraw"): S.WITHDRAWN,
    (S.JOINED, "withdraw"): S.WITHDRAWN,
    (S.JOINED, "complete"): S.COMPLETED,
    (S.JOINED, "note absence"): S.DID_NOT_TAKE_PART,
    (S.JOINED, "take back answer"): S.APPLIED,
    (S.COMPLETED, "take back mark"): S.JOINED,
    (S.DID_NOT_TAKE_PART, "take back mark"): S.JOINED,
}
"""What each action leads to while a place is free; every other pair is refused."""

OTHERWISE = {(S.APPLIED, S.WAITING), (S.WAITING, S.OFFERED), (S.OFFERED, S.WAITING)}
"""Moves that depend on places and time: tests/volunteers/test_queue.py and test_volunteering.py make them."""


@pytest.fixture
def entry_in(cast: Cast, pilot: Pilot, applied: Callable[..., Volunteer]) -> Callable[[S], Volunteer]:
    """Brings Amara's entry into a state, by the actions themselves; one place is free."""

    def full(entry: Volunteer) -> Volunteer:
        pilot.places = 1
        db.session.flush()
        answers.approve(applied(cast.chloe), by=cast.pavel)
        return answers.approve(entry, by=cast.pia)

    def offered(entry: Volunteer) -> Volunteer:
        full(entry)
        pilot.places = 2
        db.session.flush()
        places.fill_places(pilot)
        return entry

    ways: dict[S, Callable[[Volunteer], object]] = {
        S.APPLIED: lambda entry: entry,
        S.DECLINED: lambda entry: ACTIONS["decline"](entry, cast),
        S.WAITING: full,
        S.OFFERED: offered,
        S.JOINED: lambda entry: ACTIONS["approve"](entry, cast),
        S.WITHDRAWN: lambda entry: ACTIONS["withdraw"](entry, cast),
        S.COMPLETED: lambda entry: actions.complete(answers.approve(entry, by=cast.pia), by=cast.cora),
        S.DID_NOT_TAKE_PART: lambda entry: actions.note_absence(
            answers.approve(entry, by=cast.pia), "Not seen.", by=cast.cora
        ),
    }

    def bring(state: S) -> Volunteer:
        entry = applied(cast.amara)
        ways[state](entry)
        db.session.commit()
        assert entry.state == state
        return entry

    return bring


def places_held(pilot: Pilot) -> int:
    held = select(func.count()).where(Volunteer.pilot_id == pilot.id, Volunteer.state.in_(HOLDS_PLACE))
    return db.session.scalar(held.select_from(Volunteer)) or 0


def taken(pilot: Pilot) -> int:
    return db.session.scalar(select(Pilot.places_taken).where(Pilot.id == pilot.id)) or 0


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("state", S)
def test_an_action_is_done_or_refused_as_the_tables_of_moves_say(
    cast: Cast, pilot: Pilot, entry_in: Callable[[S], Volunteer], state: S, name: str
) -> None:
    entry = entry_in(state)
    expected = LEADS_TO.get((state, name))
    if expected is None:
        with pytest.raises(Refused):
            ACTIONS[name](entry, cast)
    else:
        ACTIONS[name](entry, cast)
    assert entry.state == (expected or state)
    assert taken(pilot) == places_held(pilot)


def test_every_move_of_the_tables_has_an_action_and_every_action_stands_in_the_tables() -> None:
    tables = [(before, after) for table in (MOVES, MOVES_BACK) for before in table for after in table[before]]
    assert {(before, after) for (before, _name), after in LEADS_TO.items()} | OTHERWISE == set(tables)


@pytest.mark.parametrize("seed", range(6))
def test_places_add_up_and_never_lie_idle_on_a_long_walk(
    cast: Cast,
    pilot: Pilot,
    applied: Callable[..., Volunteer],
    teacher: Callable[..., Account],
    seed: int,
) -> None:
    chance = random.Random(seed)
    people = [cast.amara, cast.bruno, cast.chloe, teacher("Tess Ng", cast.north), teacher("Udo Roy", cast.south)]
    moment, reached = utcnow(), set()
    for _step in range(80):
        moment += timedelta(hours=chance.randrange(6))
        with at(moment):
            reached.add(_one_step(chance, cast, pilot, chance.choice(people), applied))
        assert taken(pilot) == places_held(pilot) <= pilot.places
        assert not (pilot.places_left and queries.queue_length(pilot))
    assert len(reached) >= 5


def _one_step(chance: random.Random, cast: Cast, pilot: Pilot, person: Account, apply: Callable[..., Volunteer]) -> str:
    places.expire_offers(pilot)
    entry = queries.newest_entry(pilot, person)
    step = db.session.begin_nested()
    try:
        if entry is None or not entry.is_active:
            entry = apply(person)
        ACTIONS[chance.choice([*ACTIONS, "approve", "approve"])](entry, cast)
        step.commit()
    except Refused:
        step.rollback()
    found = queries.newest_entry(pilot, person)
    return str(found.state) if found else "none"
