"""Three hundred vote at the same moment: each has one ballot, and a careless route would give some two."""

import os
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text

from microcred.accounts.models import Account, Role, RoleName, School, SignIn
from microcred.accounts.queries import token_hash
from microcred.catalog.actions import import_catalogue
from microcred.db import db, utcnow, writing
from microcred.demo.people import read
from microcred.outbox import Mail
from microcred.polls import actions
from microcred.polls.models import Ballot, Participation, Poll
from tests.cast import Cast
from tests.races.conftest import Field, session
from tests.races.test_never_too_many import make_pilot
from tests.server import Reply, Server, at_once, faults_in

VOTERS, THREADS = 300, 32
SECONDS = 10
"""Of two processors; counted as theirs, so that whatever else runs here does not matter."""

TABS, VOTERS_WITH_TABS = 5, 20

BALLOTS: dict[str, dict[str, Any]] = {
    "approve": {"choice": ["B", "A"]},
    "rank": {"choice-D": "1", "choice-B": "2"},
    "dots": {"choice-A": "3", "choice-C": "2"},
}
KEPT = {"approve": ["A", "B"], "rank": ["D", "B"], "dots": ["A", "A", "A", "C", "C"]}


def make_voters(count: int, school: School) -> list[str]:
    """Teachers of a school who have signed in, written at once; returns the tokens of their sessions."""
    now = utcnow()
    people = [{"name": f"Voter {n}", "email": f"voter{n}@school.local", "school_id": school.id} for n in range(count)]
    added = insert(Account).returning(Account.id, sort_by_parameter_order=True)
    ids = list(db.session.scalars(added, [person | {"created_at": now} for person in people]))
    roles = [{"account_id": each, "name": RoleName.TEACHER, "school_id": school.id} for each in ids]
    db.session.execute(insert(Role), roles)
    tokens = {secrets.token_urlsafe(): each for each in ids}
    ends = {"started_at": now, "ends_at": now + timedelta(hours=8)}
    rows = [{"token_hash": token_hash(token), "account_id": each} | ends for token, each in tokens.items()]
    db.session.execute(insert(SignIn), rows)
    return list(tokens)


def make_polls(cast: Cast, ways: Sequence[str]) -> dict[str, Poll]:
    """An open poll for each way of voting, about the same four courses."""
    pilot = make_pilot([cast.north], cast.cora)
    courses = import_catalogue(read("catalogue"), by=cast.cora)[:4]
    held = {}
    for way in ways:
        draft = actions.create_poll(
            pilot,
            question=f"Which next, by {way}?",
            micro_credentials=courses,
            stacks=[],
            max_approvals=None,
            method=way,
            seats=2,
            closes_at=utcnow() + timedelta(days=3),
            shows_standings_to="all",
            by=cast.cora,
        )
        held[way] = actions.open_poll(draft, by=cast.cora)
    return held


def processor_seconds(server: Server) -> float:
    """What the server's workers have spent so far, by the system's own count."""
    spent = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after_name = path.read_text().rpartition(")")[2].split()
            if int(after_name[1]) == server.process_id:
                spent += int(after_name[11]) + int(after_name[12])
    return spent / os.sysconf("SC_CLK_TCK")


def test_three_hundred_vote_in_ten_seconds_of_two_processors(field: Field) -> None:
    with field.prepared() as cast:
        paths = {way: f"/polls/{poll.id}/ballot" for way, poll in make_polls(cast, list(BALLOTS)).items()}
        tokens = make_voters(VOTERS, cast.north)
    with field.served() as server:

        def vote(token: str, way: str) -> Reply:
            return session(server, token).post(paths[way], secrets.token_hex(8), **BALLOTS[way])

        before = processor_seconds(server)
        votes = [lambda t=token, w=way: vote(t, w) for token, way in zip(tokens, cycle(BALLOTS), strict=False)]
        replies = at_once(votes, THREADS)
        took = processor_seconds(server) - before
        assert Counter(reply.status for reply in replies) == {303: VOTERS}
        assert faults_in(field.folder) == []
    with field.app.app_context():
        kept = Counter(tuple(choice) for choice in db.session.scalars(select(Ballot.choice)))
        assert kept == {tuple(choice): VOTERS // len(KEPT) for choice in KEPT.values()}
        assert db.session.scalar(select(func.count()).select_from(Participation)) == VOTERS
    assert took <= 2 * SECONDS


def test_the_ballots_of_one_voter_from_many_tabs_become_one(field: Field) -> None:
    with field.prepared() as cast:
        poll_id = make_polls(cast, ["approve"])["approve"].id
        tokens = make_voters(VOTERS_WITH_TABS, cast.north)
    with field.served() as server:

        def vote(token: str, code: str) -> Reply:
            return session(server, token).post(f"/polls/{poll_id}/ballot", secrets.token_hex(8), choice=[code])

        votes = [lambda t=token, c=code: vote(t, c) for token in tokens for code in "ABCDA"]
        assert Counter(reply.status for reply in at_once(votes, THREADS)) == {303: TABS * VOTERS_WITH_TABS}
        assert faults_in(field.folder) == []
    with field.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Ballot)) == VOTERS_WITH_TABS
        assert db.session.scalar(select(func.count()).select_from(Participation)) == VOTERS_WITH_TABS


def test_a_careless_route_gives_a_voter_two_ballots(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        with writing():
            db.session.execute(text("CREATE TABLE planted_ballots (voter INTEGER)"))
        token = token_of(cast.amara)
    with field.served("tests.races.control:app") as server:
        at_once([lambda: session(server, token).post("/planted/ballots", "x")] * TABS, TABS)
    with field.app.app_context():
        assert (db.session.scalar(text("SELECT count(*) FROM planted_ballots")) or 0) > 1


def test_a_change_and_the_first_ballot_never_both_happen(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        coordinator = token_of(cast.cora)
        poll = make_polls(cast, ["approve"])["approve"]
        poll_id, old = poll.id, poll.wording
        fields = {
            "question": "Another question?",
            "micro_credentials": [option.micro_credential_id for option in poll.options[:2]],
            "method": "approve",
            "seats": "1",
            "closes_at": (utcnow() + timedelta(days=2)).strftime("%Y-%m-%dT16:00"),
        }
        tokens = make_voters(VOTERS_WITH_TABS, cast.north)
    with field.served() as server:

        def vote(token: str) -> Reply:
            path = f"/polls/{poll_id}/ballot"
            return session(server, token).post(path, secrets.token_hex(8), choice=["A"], wording=old)

        def change() -> Reply:
            return session(server, coordinator).post(f"/polls/{poll_id}", secrets.token_hex(8), **fields)

        replies = at_once([change, *(lambda t=token: vote(t) for token in tokens)], THREADS)
        assert faults_in(field.folder) == []
    with field.app.app_context():
        question = db.session.scalars(select(Poll.question)).one()
        ballots = db.session.scalar(select(func.count()).select_from(Ballot))
        is_changed = question == "Another question?"
        assert [reply.status for reply in replies] == [303 if is_changed else 422] + [422 if is_changed else 303] * len(
            tokens
        )
        assert ballots == (0 if is_changed else len(tokens))


def test_of_those_who_remind_at_once_one_does(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        coordinator = token_of(cast.cora)
        poll_id = make_polls(cast, ["approve"])["approve"].id
    with field.served() as server:
        path = f"/polls/{poll_id}/reminders"
        replies = at_once([lambda: session(server, coordinator).post(path, secrets.token_hex(8))] * TABS, TABS)
        assert Counter(reply.status for reply in replies) == {303: 1, 422: TABS - 1}
        assert faults_in(field.folder) == []
    with field.app.app_context():
        assert db.session.scalars(select(Poll.reminders_sent)).one() == 1
        assert Counter(db.session.scalars(select(Mail.person_id))) == dict.fromkeys(_teachers(), 1)


def _teachers() -> list[int]:
    """Those of North school who can sign in."""
    able = select(Account.id).where(Account.disabled_at.is_(None), Account.id == Role.account_id)
    return list(db.session.scalars(able.where(Role.name == RoleName.TEACHER, Account.school.has(name="North school"))))
