"""What the pages of the hand-outs cost with 100 people and with 10,000: queries, and the median time in one run.

Each person has ten hand-outs. `python -m benchmarks.thanks [folder]` measures on SQLite, or where DATABASE_URL points.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select

from microcred import create_app
from microcred.accounts.actions import create_person, create_school, start_session
from microcred.accounts.models import Account, Role, RoleName, School
from microcred.db import db, utcnow, writing
from microcred.keys import make_keys
from microcred.pilots.actions import create_pilot
from microcred.recognition.giveaways import create_giveaway
from microcred.recognition.models import Entitlement, Giveaway, HandOut, PersonalCode
from microcred.recognition.stores import district_store, first_variant
from microcred.recognition.thanking import new_code

FEW, MANY = 100, 10_000
EACH = 10
"""Hand-outs for one person."""

SCHOOLS = 20
REPETITIONS = 31
MOST_TIMES = 1.5
clock = perf_counter if "DATABASE_URL" in os.environ else process_time
"""SQLite works within this process: its own time tells the cost, whatever else the machine does meanwhile."""

CHUNK = 5_000
HEADINGS = (
    *("page", "queries with 100", "queries with 10,000", "median ms with 100", "median ms with 10,000", "times"),
    *("first look ms with 10,000", "within 1.5"),
)


class Cost(NamedTuple):
    """What one page costs: statements, the first look and the median of the later ones in milliseconds."""

    queries: int
    first: float
    usual: float


def pages(app: Flask) -> dict[str, str]:
    """The pages, with somebody in the middle of the list as the one who is looked for."""
    with app.app_context():
        ids = list(
            db.session.scalars(select(Account.id).where(Account.email.like("t%@bench.local")).order_by(Account.id))
        )
        person = db.session.get_one(Account, ids[len(ids) // 2])
        code = db.session.scalars(select(PersonalCode.code).where(PersonalCode.account_id == person.id)).one()
        name = person.name.split()[1]
    return {
        "log, first page": "/hand-outs",
        "desk, search by name": f"/desk?q={name}",
        "desk, search by code": f"/desk?q={code}",
        "desk, card": f"/desk/people/{ids[len(ids) // 2]}",
        "fair shares": "/thank-yous/fairness",
    }


def filled(folder: Path, people: int) -> Flask:
    """An application on a database with so many people, and ten hand-outs for each."""
    folder.mkdir(parents=True, exist_ok=True)
    make_keys(folder / "keys")
    settings = {"MICROCRED_DATA": str(folder), "MICROCRED_SECURE_COOKIES": "0", "MICROCRED_DISTRICT": "Bench"}
    app = create_app(settings | ({"DATABASE_URL": os.environ["DATABASE_URL"]} if "DATABASE_URL" in os.environ else {}))
    with app.app_context():
        db.drop_all()
        db.create_all()
        with writing():
            _fill(people)
    return app


def _fill(people: int) -> None:
    schools = [create_school(f"School {number:02}", by=None) for number in range(SCHOOLS)]
    cora = create_person("Cora Lead", "cora@bench.local", school=None, roles=[RoleName.COORDINATOR], by=None)
    db.session.flush()
    giveaways = list(_giveaways(schools, cora))
    ids = _people(people, schools)
    _hand_outs(ids, giveaways, cora)


def _giveaways(schools: list[School], by: Account) -> Iterator[Giveaway]:
    today = utcnow().date()
    pilot = create_pilot(
        title="Bench",
        purpose="To measure.",
        success="It is quick.",
        schools=schools,
        places=10,
        sign_up_opens_at=utcnow(),
        starts_on=today,
        ends_on=today + timedelta(days=90),
        reviewers_per_submission=2,
        by=by,
    )
    for number in range(EACH):
        yield create_giveaway(pilot, name=f"Thing {number}", value_cents=500, rule="voted", stock=100_000, by=by)


def _people(people: int, schools: list[School]) -> list[int]:
    first = 1_000
    accounts = [
        {
            "id": first + n,
            "name": f"Teacher Nr{n:05}",
            "email": f"t{n}@bench.local",
            "school_id": schools[n % SCHOOLS].id,
            "created_at": utcnow(),
        }
        for n in range(people)
    ]
    _add(Account, accounts)
    held = [{"account_id": each["id"], "name": RoleName.TEACHER, "school_id": each["school_id"]} for each in accounts]
    _add(Role, held)
    _add(PersonalCode, [{"account_id": each["id"], "code": new_code()} for each in accounts])
    return [first + n for n in range(people)]


def _hand_outs(ids: list[int], giveaways: list[Giveaway], by: Account) -> None:
    store, due = district_store(), utcnow() - timedelta(days=30)
    variants = [first_variant(giveaway).id for giveaway in giveaways]
    entitlements: list[dict[str, Any]] = [
        {
            "id": EACH * at + number + 1,
            "person_id": person,
            "giveaway_id": giveaway.id,
            "reason": "voted:1",
            "because": {"name": "Which?"},
            "due_at": due,
        }
        for at, person in enumerate(ids)
        for number, giveaway in enumerate(giveaways)
    ]
    _add(Entitlement, entitlements)
    given = [
        {
            "entitlement_id": each["id"],
            "given_at": due + timedelta(minutes=each["id"] % 40_000),
            "given_by_id": by.id,
            "variant_id": variants[(each["id"] - 1) % EACH],
            "store_id": store.id,
            "value_cents": 500,
        }
        for each in entitlements
    ]
    _add(HandOut, given)


def _add(model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        db.session.execute(insert(model), rows[start : start + CHUNK])


def signed_in(app: Flask) -> FlaskClient:
    """A browser of the coordinator."""
    with app.app_context(), writing():
        token = start_session(db.session.scalars(select(Account).where(Account.email == "cora@bench.local")).one())
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
    return client


class Side:
    """One database with a browser in front, and what each look at a page cost so far."""

    def __init__(self, folder: Path, people: int) -> None:
        self.app = filled(folder / str(people), people)
        self.client, self.pages = signed_in(self.app), pages(self.app)
        self.statements, self.times = 0, list[float]()
        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._note)

    def _note(self, *_told: Any) -> None:
        self.statements += 1

    def look(self, page: str) -> None:
        """Open a page once."""
        began = clock()
        answer = self.client.get(self.pages[page])
        self.times.append(1000 * (clock() - began))
        if answer.status_code != 200:
            raise RuntimeError(f"{page}: {answer.status}")

    def cost(self) -> Cost:
        """What the looks cost since the last time this was asked; the first one finds nothing prepared."""
        times, statements = self.times, self.statements
        self.times, self.statements = [], 0
        return Cost(round(statements / len(times)), times[0], median(times[1:]))


def table(folder: Path) -> Iterator[str]:
    """The measurements as lines of a Markdown table; both sides are looked at in turn, for the machine may be busy."""
    few, many = Side(folder, FEW), Side(folder, MANY)
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"|{' --- |' * len(HEADINGS)}"
    for page in few.pages:
        for _each in range(REPETITIONS):
            few.look(page)
            many.look(page)
        yield f"| {page} | {' | '.join(_cells(few.cost(), many.cost()))} |"


def _cells(small: Cost, large: Cost) -> Iterator[str]:
    times = large.usual / small.usual
    yield from (str(small.queries), str(large.queries))
    yield from (f"{small.usual:.1f}", f"{large.usual:.1f}", f"{times:.2f}", f"{large.first:.0f}")
    yield "yes" if times <= MOST_TIMES and large.queries <= small.queries else "NO"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for line in table(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
