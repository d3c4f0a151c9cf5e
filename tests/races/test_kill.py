"""Whatever the browser was told is kept is there after a kill -9, once; and the server soon answers again."""

import os
import random
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import select, text

from microcred.accounts.models import Account
from microcred.catalog.actions import import_catalogue
from microcred.db import db, utcnow, writing
from microcred.noticeboard.models import Post
from microcred.pilots.models import Pilot
from microcred.polls.actions import create_poll, open_poll
from microcred.polls.models import Participation
from microcred.recognition.ledger import receive_stock
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.volunteers.models import Volunteer
from tests.cast import Cast
from tests.races.conftest import Field, session
from tests.races.killing import Told, Write, Writers, kill_all, kill_worker
from tests.races.test_never_too_many import make_pilot, make_teachers
from tests.server import ROOT, settings
from tests.world import CATALOGUE

KILLS = 6
"""Every second one takes the master along."""

TEACHERS = 60
SHORTEST, LONGEST = 0.3, 1.0  # seconds of writing before a kill
MOST_TIMES_SLOWER = 2.0
"""A start after kills against the first start of the same run: clearing up costs next to nothing."""

TokenOf = Callable[[Account], str]


def test_what_was_acknowledged_is_there_once_after_every_kill(field: Field, token_of: TokenOf) -> None:
    with field.prepared() as cast:
        writes = mixed_writes(cast, token_of)
        next(writes)
    told = Told()
    waits = [write_and_kill(field, told, writes) for _twice in range(KILLS // 2)]
    with field.served() as server:
        told.send_again(server)
    assert (told.refused, told.unanswered) == ([], [])
    assert told.interrupted > 0, "some were killed while they were writing"
    with field.app.app_context():
        assert found() == Counter(write.name for write in told.kept)
        assert set(found().values()) == {1}
    assert checked(field) == "everything holds\n"
    assert min(waits[1:]) < waits[0] * MOST_TIMES_SLOWER


def write_and_kill(field: Field, told: Told, writes: Iterator[Write], application: str = "app:app") -> float:
    """Start the server, send what was not answered again, write on, kill a worker, then all; seconds to a page."""
    began = time.monotonic()
    with field.served(application) as server:
        assert session(server, "").get("/sign-in").status == 200
        waited = time.monotonic() - began
        told.send_again(server)
        with Writers(server, writes, told):
            for kill in (kill_worker, kill_all):
                time.sleep(random.uniform(SHORTEST, LONGEST))
                kill(server)
    return waited


def mixed_writes(cast: Cast, token_of: TokenOf) -> Iterator[Write]:
    """Every teacher volunteers, votes, is handed something and tells of a win, and in the end tells of wins only.

    The rows for it are made when the first is asked for, which is none.
    """
    pilot, poll = _pilot_and_poll(cast)
    teachers = make_teachers(TEACHERS, cast.north)
    due = _due(pilot, teachers, cast.cora)
    db.session.commit()
    principal, tokens = token_of(cast.pia), [token_of(teacher) for teacher in teachers]
    numbers = [(teacher.id, entitlement.id) for teacher, entitlement in zip(teachers, due, strict=True)]
    pilot_id, poll_id = pilot.id, poll
    yield _write("nothing", "", "", "")
    for token, (teacher_id, entitlement_id) in zip(tokens, numbers, strict=True):
        yield _write("volunteer", teacher_id, token, f"/pilots/{pilot_id}/volunteering", why="Yes.")
        yield _write("ballot", teacher_id, token, f"/polls/{poll_id}/ballot", choice="A")
        yield _write("hand-out", entitlement_id, principal, f"/entitlements/{entitlement_id}/hand-outs")
        yield _win(token, pilot_id)
    while True:
        yield _win(secrets.choice(tokens), pilot_id)


def _write(what: str, number: object, token: str, path: str, **fields: str) -> Write:
    return Write((what, str(number)), token, path, fields, secrets.token_hex(8))


def _win(token: str, pilot_id: int) -> Write:
    words = secrets.token_hex(8)
    return _write("win", words, token, f"/pilots/{pilot_id}/posts", kind="win", text=words)


def _pilot_and_poll(cast: Cast) -> tuple[Pilot, int]:
    pilot = make_pilot([cast.north], cast.cora)
    poll = create_poll(
        pilot,
        question="Which next?",
        micro_credentials=import_catalogue(CATALOGUE, by=cast.cora),
        stacks=[],
        max_approvals=2,
        seats=1,
        closes_at=utcnow() + timedelta(days=3),
        shows_standings_to="voters",
        by=cast.cora,
    )
    return pilot, open_poll(poll, by=cast.cora).id


def _due(pilot: Pilot, teachers: list[Account], by: Account) -> list[Entitlement]:
    giveaway = Giveaway(pilot=pilot, code="mug", name="Mug", value_cents=850, rule="earned")
    db.session.add(giveaway)
    db.session.flush()
    receive_stock(giveaway, TEACHERS, "", by=by)
    because = {"reason": "earned:1", "because": {"name": "Race"}, "due_at": utcnow()}
    due = [Entitlement(person=teacher, giveaway=giveaway, **because) for teacher in teachers]
    db.session.add_all(due)
    return due


def found() -> Counter[tuple[str, str]]:
    """What the writes left behind."""
    columns = {
        "volunteer": Volunteer.person_id,
        "ballot": Participation.person_id,
        "hand-out": HandOut.entitlement_id,
        "win": Post.text,
    }
    return Counter(
        (what, str(value)) for what, column in columns.items() for value in db.session.scalars(select(column))
    )


def checked(field: Field) -> str:
    """What `flask check` says."""
    environment = os.environ | settings(field.folder, field.database_url)
    command = [sys.executable, "-m", "flask", "--app", "app", "check"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False).stdout


def test_a_route_that_answers_before_it_has_committed_is_caught(field: Field, token_of: TokenOf) -> None:
    with field.prepared() as cast:
        with writing():
            db.session.execute(text("CREATE TABLE planted_promises (words VARCHAR(40))"))
        token = token_of(cast.amara)

    def promises() -> Iterator[Write]:
        while True:
            words = secrets.token_hex(8)
            yield _write("promise", words, token, "/planted/promises", words=words)

    told = Told()
    write_and_kill(field, told, promises(), "tests.races.control:app")
    with field.app.app_context():
        kept = set(db.session.scalars(text("SELECT words FROM planted_promises")))
    assert {write.name[1] for write in told.kept} - kept != set()
