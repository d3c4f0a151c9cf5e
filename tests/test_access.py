"""Nobody reaches what is not theirs: every route as everyone, against a table that was read line by line."""

import difflib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from flask import Flask

from microcred.accounts.models import Account
from microcred.db import db
from microcred.permissions import PERMISSIONS, anyone, may_be_here
from microcred.web import View
from tests.access_table import (
    Statuses,
    Step,
    Walk,
    bare,
    is_rewriting,
    kept_statuses,
    kept_table,
    lost,
    permission,
    steps,
    table,
    write,
)
from tests.world import World


@pytest.fixture
def walk(app: Flask, world: World) -> Iterator[Walk]:
    with bare(app):
        yield Walk(app, world)


def test_everyone_gets_the_answers_of_the_table(app: Flask, world: World, walk: Walk) -> None:
    walked = table(walk, steps(app, world))
    if is_rewriting():
        write(walked)
    assert list(difflib.unified_diff(kept_table(), walked, "tests/access.txt", "walked", lineterm="", n=0)) == []


def test_no_answer_of_the_table_is_a_fault() -> None:
    assert [line for line, statuses in kept_statuses().items() if max(statuses.values()) >= 500] == []


def test_no_route_takes_another_method(app: Flask) -> None:
    taken = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    assert taken == {"GET", "HEAD", "OPTIONS", "POST"}


GUARDED_TWICE = {
    "may_appeal",
    "may_keep_phrase",
    "may_put_phrase_back",
    "may_see_budget",
    "may_undo_batch",
    "may_answer_offer",
    "may_answer_volunteer",
    "may_lend_evidence",
    "may_name_deputy",
    "may_score",
    "may_see_award",
    "may_write_evidence",
}
"""Rules that say once more what the load of their routes says: whom it is not for doesn't find it either."""

ASKED_BY_ACTIONS = {"may_vote"}
"""Rules that no route demands: an action asks them, so that a refusal says why."""

FOR_EVERYONE = {"visible_micro_credential", "visible_rubric", "visible_stack", "scanned_shelf"}
"""Loads that keep nothing from anybody who has signed in: the catalogue is everyone's, a code says what it is."""


@pytest.mark.parametrize("half", [0, 1])
def test_the_walk_notices_every_rule_that_is_lost(app: Flask, world: World, walk: Walk, half: int) -> None:
    noticed, noticed_behind_open_doors = set(), set()
    rules = {
        name: rule for name, rule in PERMISSIONS.items() if rule is not may_be_here and name not in ASKED_BY_ACTIONS
    }
    used = list(rules.items())[half::2]
    for name, rule in used:
        mine = steps(app, world, lambda each: permission(app, each.endpoint) is rule)  # noqa: B023
        with lost(rule):
            if is_answered_otherwise(walk, mine):
                noticed.add(name)
                continue
        few = [step for at, step in enumerate(mine) if [each.endpoint for each in mine[:at]].count(step.endpoint) < 2]
        with opened(app, walk, {step.endpoint for step in few}):
            before = {step.line: walk.statuses(step) for step in few}
            with lost(rule):
                if is_answered_otherwise(walk, few, before):
                    noticed_behind_open_doors.add(name)
    assert noticed | noticed_behind_open_doors == {name for name, _rule in used}
    assert noticed_behind_open_doors == GUARDED_TWICE & {name for name, _rule in used}


def test_the_walk_notices_every_load_that_shows_everyone_everything(app: Flask, world: World, walk: Walk) -> None:
    loads: dict[str, list[Step]] = {}
    for step in steps(app, world):
        if permission(app, step.endpoint) is not anyone and (load := _load(app, step.endpoint)):
            loads.setdefault(load.__qualname__, []).append(step)
    noticed = set()
    for name, mine in loads.items():
        with opened(app, walk, {step.endpoint for step in mine}):
            if is_answered_otherwise(walk, mine):
                noticed.add(name)
    assert set(loads) - noticed == FOR_EVERYONE


def test_the_walk_notices_every_route_that_is_open_to_all(app: Flask, world: World, walk: Walk) -> None:
    told = {step: kept_statuses()[step.line]["anonymous"] for step in steps(app, world)}
    closed = {step.endpoint: step for step in told if permission(app, step.endpoint) is not anyone}
    unnoticed = []
    for endpoint, step in closed.items():
        with for_anyone(app, endpoint):
            if walk.answer(step, "anonymous").status_code == told[step]:
                unnoticed.append(step.line)
    assert unnoticed == []


@contextmanager
def opened(app: Flask, walk: Walk, endpoints: set[str]) -> Iterator[None]:
    """Let everyone find whatever anybody finds through the loads of these routes."""
    with ExitStack() as stack:
        for endpoint in endpoints:
            if load := _load(app, endpoint):
                stack.enter_context(set_within(app, endpoint, load=_found_by_anybody(load, walk)))
        yield


@contextmanager
def for_anyone(app: Flask, endpoint: str) -> Iterator[None]:
    """Let a route ask nobody to sign in."""
    guarded: Any = app.view_functions[endpoint]
    kept = guarded.permission
    with set_within(app, endpoint, may=anyone):
        guarded.permission = anyone
        yield
    guarded.permission = kept


@contextmanager
def set_within(app: Flask, endpoint: str, **values: Any) -> Iterator[None]:
    """Set what the guard of a route was made with."""
    cells = {name: _cell(app, endpoint, name) for name in values}
    kept = {name: cell.cell_contents for name, cell in cells.items()}
    for name, cell in cells.items():
        cell.cell_contents = values[name]
    try:
        yield
    finally:
        for name, cell in cells.items():
            cell.cell_contents = kept[name]


def _cell(app: Flask, endpoint: str, name: str) -> Any:
    guarded: Any = app.view_functions[endpoint]
    return dict(zip(guarded.__code__.co_freevars, guarded.__closure__ or (), strict=True))[name]


def _load(app: Flask, endpoint: str) -> Any:
    return _cell(app, endpoint, "load").cell_contents


def _found_by_anybody(load: View, walk: Walk) -> View:
    ids = [person.id for person in walk.people.values() if person]

    def find(_user: Any, **values: Any) -> Any:
        people = (db.session.get(Account, account_id) for account_id in ids)
        return next((thing for person in people if (thing := load(person, **values)) is not None), None)

    return find


def is_answered_otherwise(walk: Walk, walked: list[Step], before: dict[str, Statuses] | None = None) -> bool:
    """Whether somebody gets another answer than the table's, or than before; a fault does not count as one."""
    told = before or kept_statuses()
    return any(
        status != told[step.line][name] and status < 500
        for step in walked
        for name, status in walk.statuses(step).items()
    )
