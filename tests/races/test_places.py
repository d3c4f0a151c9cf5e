"""Places under pressure: a thousand apply at once, and places are added, freed and taken at the same moment."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest
from sqlalchemy import insert, select

from microcred.accounts.actions import create_school
from microcred.accounts.models import Account, Role, RoleName, School, SignIn
from microcred.accounts.queries import token_hash
from microcred.db import db, lock, utcnow, writing
from microcred.invariants import _places, broken_promises
from microcred.pilots.actions import change_pilot
from microcred.pilots.models import Pilot
from microcred.pilots.views import FIELDS
from microcred.volunteers import actions, answers, queries
from microcred.volunteers.call import change_call
from microcred.volunteers.line import next_in_line
from microcred.volunteers.models import HOLDS_PLACE, Volunteer, VolunteerState
from microcred.volunteers.places import fill_places, turn_at
from microcred.volunteers.rules.contenders import Kept
from tests.races.conftest import Field, session
from tests.races.test_never_too_many import make_pilot
from tests.server import Reply, Server, at_once, faults_in

PLACES, TEACHERS, THREADS = 50, 1000, 32
MORE_PLACES = 10
TICKED, ASKED_TWICE = 5, 20
"""How many a principal answers at once, and how many of these pages are sent from two tabs."""

ROUNDS, CARELESS_ROUNDS = 200, 5
MOMENT = 0.02

S = VolunteerState


def crowd(count: int, schools: list[School], role: RoleName = RoleName.TEACHER) -> list[int]:
    """So many people, in turn one of each school; written in bulk."""
    first, names = secrets.token_hex(4), range(count)
    people = [
        {"name": f"Person {n}", "email": f"{first}-{n}@x.local", "school_id": school.id, "created_at": utcnow()}
        for n, school in zip(names, schools * count, strict=False)
    ]
    ids = list(db.session.scalars(insert(Account).returning(Account.id, sort_by_parameter_order=True), people))
    roles = [
        {"account_id": id_, "name": role, "school_id": one["school_id"]} for id_, one in zip(ids, people, strict=True)
    ]
    db.session.execute(insert(Role), roles)
    return ids


def tokens_of(account_ids: list[int]) -> list[str]:
    """A session for each of these people."""
    tokens, now = [secrets.token_hex(32) for _id in account_ids], utcnow()
    rows = [
        {"token_hash": token_hash(token), "account_id": id_, "started_at": now, "ends_at": now + timedelta(hours=1)}
        for token, id_ in zip(tokens, account_ids, strict=True)
    ]
    db.session.execute(insert(SignIn), rows)
    return tokens


class Bell(NamedTuple):
    """A pilot whose sign-up is open, a thousand teachers of four schools, and the principal of each."""

    pilot_id: int
    teachers: list[str]
    principals: dict[int, str]


@pytest.fixture
def bell(field: Field) -> Bell:
    """Everything but the ringing."""
    with field.prepared() as cast:
        schools = [create_school(name, by=None) for name in ("First", "Second", "Third", "Fourth")]
        pilot = make_pilot(schools, cast.cora, PLACES)
        principals = tokens_of(crowd(len(schools), schools, RoleName.PRINCIPAL))
        teachers = tokens_of(crowd(TEACHERS, schools))
        school_ids = [school.id for school in schools]
        return Bell(pilot.id, teachers, dict(zip(school_ids, principals, strict=True)))


def test_a_thousand_apply_for_fifty_places(field: Field, bell: Bell) -> None:
    with field.served() as server:
        path = f"/pilots/{bell.pilot_id}/volunteering"
        applied = at_once([lambda t=token: _send(server, t, path, why="I would like to.") for token in bell.teachers])
        assert Counter(reply.status for reply in applied) == {303: TEACHERS}
        pages = list(_answers(field, bell))
        path = f"/pilots/{bell.pilot_id}/applicants/answers"
        approved = at_once(
            [
                lambda t=token, c=chosen: _send(server, t, path, chosen=c, answer="approve", reason="")
                for token, chosen in pages
            ]
        )
        assert Counter(reply.status for reply in approved) == {303: TEACHERS // TICKED, 422: ASKED_TWICE}
        assert faults_in(field.folder) == []
    with field.app.app_context():
        entries = list(db.session.scalars(select(Volunteer).order_by(Volunteer.turn)))
        assert Counter(entry.state for entry in entries) == {S.JOINED: PLACES, S.WAITING: TEACHERS - PLACES}
        assert [entry.id for entry in entries] == sorted(entry.id for entry in entries)
        waiting = [entry for entry in entries if entry.state == S.WAITING]
        assert [queries.position(waiting[at]) for at in (0, 1, 500, -1)] == [1, 2, 501, TEACHERS - PLACES]
        with writing():
            _raise_places(db.session.get_one(Pilot, bell.pilot_id), PLACES + MORE_PLACES)
        assert [entry.state for entry in waiting] == [S.OFFERED] * MORE_PLACES + [S.WAITING] * (
            TEACHERS - PLACES - MORE_PLACES
        )
        assert list(broken_promises()) == []


def _send(server: Server, token: str, path: str, **fields: Any) -> Reply:
    return session(server, token).post(path, secrets.token_hex(8), **fields)


def _answers(field: Field, bell: Bell) -> Iterator[tuple[str, list[str]]]:
    """Who answers whom: each principal a few teachers of the school at a time; some of these pages are sent twice."""
    with field.app.app_context():
        rows = db.session.execute(select(Volunteer.id, Volunteer.school_id)).all()
    of_schools = [[str(row.id) for row in rows if row.school_id == school_id] for school_id in bell.principals]
    pages = [
        (token, ids[at : at + TICKED])
        for token, ids in zip(bell.principals.values(), of_schools, strict=True)
        for at in range(0, len(ids), TICKED)
    ]
    yield from pages[:ASKED_TWICE]
    yield from pages


def _raise_places(pilot: Pilot, places: int) -> None:
    """What the page of the pilot does."""
    known: dict[str, Any] = {name: getattr(pilot, name) for name in FIELDS}
    fill_places(change_pilot(pilot, **(known | {"schools": pilot.schools, "places": places}), by=None))


class Round(NamedTuple):
    """One pilot with two places, both taken, some who wait, and one more who is about to apply."""

    pilot_id: int
    leaving_id: int
    newcomer_id: int


class Ring:
    """Where round after round is fought out: each begins at one moment on several threads."""

    def __init__(self, field: Field) -> None:
        self.field = field
        with field.prepared() as cast:
            self.schools, self.by, self.people = [cast.north, cast.south], cast.cora, crowd(8, [cast.north, cast.south])
            db.session.commit()

    def ready(self, number: int) -> Round:
        """Make a round; with every third one place is kept for the second school."""
        schools = [db.session.get_one(School, school.id) for school in self.schools]
        pilot = make_pilot(schools, db.session.get_one(Account, self.by.id), places=2)
        if number % 3 == 2:
            released_on = pilot.ends_on
            kept = [Kept(1, school_id=schools[1].id)]
            change_call(pilot, effort_hours=1, promise="", rule="reserved", released_on=released_on, kept=kept, by=None)
        people = [db.session.get_one(Account, id_) for id_ in self.people[: 3 + number % 4]]
        entries = [self._entry(pilot, person, at) for at, person in enumerate(people)]
        pilot.places_taken = 2
        db.session.add_all(entries)
        db.session.flush()
        return Round(pilot.id, entries[0].id, self.people[-1 - number % 2])

    def _entry(self, pilot: Pilot, person: Account, at: int) -> Volunteer:
        now, state = utcnow(), S.JOINED if at < 2 else S.WAITING
        return Volunteer(
            pilot=pilot, person=person, school=person.school, why="Yes.", state=state, applied_at=now, turn=turn_at(now)
        )

    def fight(self, *acts: Callable[[], None]) -> None:
        """Let each act in a thread and a context of its own, all from the same moment."""
        start = threading.Barrier(len(acts))

        def run(act: Callable[[], None]) -> None:
            with self.field.app.app_context():
                start.wait(10)
                act()

        with ThreadPoolExecutor(len(acts)) as pool:
            for done in [pool.submit(run, act) for act in acts]:
                done.result()


def problems(pilot: Pilot) -> list[str]:
    """What is wrong with a pilot's places: too many, one filled twice or not at all, somebody passed over."""
    entries = list(db.session.scalars(select(Volunteer).where(Volunteer.pilot_id == pilot.id).order_by(Volunteer.turn)))
    holders = [entry for entry in entries if entry.state in HOLDS_PLACE]
    waiting = [entry for entry in entries if entry.state == S.WAITING]
    found = list(_places())
    if len(holders) > pilot.places:
        found.append(f"{len(holders)} hold one of {pilot.places} places")
    if next_in_line(pilot):
        found.append("a place is free that somebody waits for")
    for passed_over in waiting:
        later = [each for each in holders if each.turn > passed_over.turn and each.school_id == passed_over.school_id]
        found += [f"{each.id} was offered a place before {passed_over.id}" for each in later]
    return found


def test_more_places_a_withdrawal_and_an_application_meet(field: Field) -> None:
    ring = Ring(field)
    with field.app.app_context():
        for number in range(ROUNDS):
            with writing():
                one = ring.ready(number)
            ring.fight(partial(_add_a_place, one), partial(_withdraw, one), partial(_apply_and_approve, one))
            db.session.rollback()
            pilot = db.session.get_one(Pilot, one.pilot_id)
            people = db.session.scalars(select(Volunteer.state).where(Volunteer.pilot_id == one.pilot_id)).all()
            assert (pilot.places, problems(pilot)) == (3, []), number
            assert Counter(people)[S.WITHDRAWN] == 1
            db.session.rollback()
        assert list(broken_promises()) == []


def _add_a_place(one: Round) -> None:
    with writing():
        _raise_places(db.session.get_one(Pilot, one.pilot_id), 3)


def _withdraw(one: Round) -> None:
    with writing():
        actions.withdraw(db.session.get_one(Volunteer, one.leaving_id), by=None)


def _apply_and_approve(one: Round) -> None:
    """Two requests, as the teacher and the principal send them."""
    with writing():
        pilot, person = db.session.get_one(Pilot, one.pilot_id), db.session.get_one(Account, one.newcomer_id)
        entry_id = actions.volunteer(pilot, person, "Yes.").id
    with writing():
        answers.approve(db.session.get_one(Volunteer, entry_id), by=None)


def test_a_place_that_is_filled_without_looking_under_the_lock_is_caught(field: Field) -> None:
    ring = Ring(field)
    with field.app.app_context():
        found: list[str] = []
        for number in range(CARELESS_ROUNDS):
            with writing():
                one = ring.ready(number)
            with writing():
                _withdraw_and_leave_the_place(one)
            ring.fight(partial(_fill_carelessly, one), partial(_fill_carelessly, one, is_newcomer=True))
            db.session.rollback()
            found += problems(db.session.get_one(Pilot, one.pilot_id))
            db.session.rollback()
        assert len(found) >= CARELESS_ROUNDS


def _withdraw_and_leave_the_place(one: Round) -> None:
    pilot = lock(db.session.get_one(Pilot, one.pilot_id))
    db.session.get_one(Volunteer, one.leaving_id).state = S.WITHDRAWN
    pilot.places_taken -= 1


def _fill_carelessly(one: Round, *, is_newcomer: bool = False) -> None:
    """Look who gets the free place, and give it a moment later without looking again."""
    pilot = db.session.get_one(Pilot, one.pilot_id)
    free = pilot.places_left
    following = next_in_line(pilot)
    time.sleep(MOMENT)
    with writing():
        if is_newcomer and free:
            pilot, person = db.session.get_one(Pilot, one.pilot_id), db.session.get_one(Account, one.newcomer_id)
            entry = actions.volunteer(pilot, person, "Yes.")
            entry.state = S.JOINED
        else:
            for entry_id in following:
                db.session.get_one(Volunteer, entry_id).state = S.OFFERED
        pilot = lock(db.session.get_one(Pilot, one.pilot_id))
        pilot.places_taken = min(pilot.places, pilot.places_taken + 1)
