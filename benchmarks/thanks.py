"""What the pages of the hand-outs cost with 100 people and with 10,000: queries, and the median time in one run.

Each person has ten hand-outs. `python -m benchmarks.thanks [folder]` measures on SQLite, or where DATABASE_URL points.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
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


def cost(app: Flask, client: FlaskClient, url: str) -> Cost:
    """What a page costs, seen often by one browser."""
    statements: list[str] = []
    with app.app_context():
        engine = db.engine
    listener: Callable[..., None] = lambda *told: statements.append(told[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    times = [_seconds(client, url) for _each in range(REPETITIONS)]
    event.remove(engine, "before_cursor_execute", listener)
    return Cost(round(len(statements) / REPETITIONS), 1000 * times[0], 1000 * median(times[1:]))


def _seconds(client: FlaskClient, url: str) -> float:
    began = perf_counter()
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url}: {answer.status}")
    return perf_counter() - began


def measured(folder: Path, people: int) -> dict[str, Cost]:
    """What each page costs with so many people."""
    app = filled(folder / str(people), people)
    client = signed_in(app)
    return {name: cost(app, client, url) for name, url in pages(app).items()}


def table(folder: Path) -> Iterator[str]:
    """The measurements as lines of a Markdown table."""
    few, many = measured(folder, FEW), measured(folder, MANY)
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"|{' --- |' * len(HEADINGS)}"
    for name, small in few.items():
        large = many[name]
        times = large.usual / small.usual
        cells = [name, small.queries, large.queries, f"{small.usual:.1f}", f"{large.usual:.1f}", f"{times:.2f}"]
        cells += [f"{large.first:.0f}", "yes" if times <= MOST_TIMES and large.queries <= small.queries else "NO"]
        yield f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for line in table(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
