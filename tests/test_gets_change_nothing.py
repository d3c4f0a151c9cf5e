"""Looking changes nothing: every page as everyone, twice, with the whole database before and after."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from microcred.db import Base, db, utcnow
from tests.access_table import Step, Walk, steps, without_error_pages
from tests.world import World

CHANGES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|TRUNCATE)\b", re.IGNORECASE)
FRESH = (
    re.compile(rb'name="(csrf_token|form_key)"[^>]*value="[^"]*"'),
    re.compile(rb'(nonce|hx-nonce)="[^"]*"'),
    re.compile(rb'"inlineStyleNonce":"[^"]*"'),
    re.compile(rb'"csrf[^"]*":\s*"[^"]*"|<meta name="csrf-token"[^>]*>'),
)
"""What is another in every answer, and is meant to be."""


@pytest.fixture
def walk(app: Flask, world: World) -> Iterator[Walk]:
    """Everyone, while the clock stands still."""
    with time_machine.travel(utcnow(), tick=False), without_error_pages(app):
        yield Walk(app, world)


def test_no_page_changes_anything_and_the_second_look_shows_the_same(app: Flask, world: World, walk: Walk) -> None:
    looks = [step for step in steps(app, world) if step.method == "GET"]
    before = everything()
    with changes() as sent:
        odd = [problem for step in looks for name in walk.people for problem in problems(walk, step, name, sent)]
    assert odd == []
    assert everything() == before


def problems(walk: Walk, step: Step, name: str, sent: list[str]) -> Iterator[str]:
    """What is wrong with one page for one person."""
    first = walk.answer(step, name)
    if first.status_code == 200 and shown(first.data) != shown(walk.answer(step, name).data):
        yield f"{name}: {step.line} shows something else the second time"
    if first.status_code >= 500:
        yield f"{name}: {step.line} fails"
    while sent:
        yield f"{name}: {step.line} sends {sent.pop()}"


def shown(page: bytes) -> bytes:
    """A page without what is fresh in every answer."""
    for fresh in FRESH:
        page = fresh.sub(b"", page)
    return page


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    db.session.commit()
    tables = Base.metadata.sorted_tables
    rows = {table.name: [tuple(row) for row in db.session.execute(table.select())] for table in tables}
    return {name: sorted(found, key=repr) for name, found in rows.items()}


@contextmanager
def changes() -> Iterator[list[str]]:
    """The statements sent meanwhile that change something."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if CHANGES.match(statement):
            sent.append(statement.split("\n")[0])

    engine = db.engine.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_page_that_changes_something_is_noticed(app: Flask, world: World, walk: Walk) -> None:
    before = everything()
    show = next(step for step in steps(app, world) if step.endpoint == "accounts.show_me")
    kept = app.view_functions["accounts.show_me"]
    app.view_functions["accounts.show_me"] = lambda: _note_the_visit(world.cast.amara.id)
    try:
        with changes() as sent:
            odd = list(problems(walk, show, "amara", sent))
    finally:
        app.view_functions["accounts.show_me"] = kept
    assert len(odd) == 3
    assert odd[0] == "amara: GET  /me shows something else the second time"
    assert everything() != before


def _note_the_visit(account_id: int) -> str:
    from microcred.accounts.models import Account

    account = db.session.get_one(Account, account_id)
    account.name += "."
    db.session.commit()
    return account.name
