"""Whatever is typed gets an answer: no fault, no markup that comes alive, and what is stored is what is shown.

Every form that a page holds is sent by somebody who may, one field at a time spoilt. A run takes every fifth string or
number for each field, so that all are used; with EVERY_NASTY_STRING in the environment each field gets all of them.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from psycopg.types.json import Json
from sqlalchemy import event
from werkzeug.routing import MapAdapter
from werkzeug.test import TestResponse

from microcred.accounts.actions import create_person
from microcred.accounts.models import RoleName
from microcred.db import db
from microcred.fields import UNSHOWABLE
from microcred.volunteers import actions as volunteers
from microcred.volunteers import answers
from tests.access_table import Walk, bare, steps, undone
from tests.forms_on_pages import FormOnPage, forms_in
from tests.nasty import NUMBERS, PRODUCT, RAW_MARKUP, STRINGS
from tests.world import World, hold_back

TYPISTS = ("cora", "adam", "amara", "chloe", "pia", "rita", "anonymous")
STEP = 1 if "EVERY_NASTY_STRING" in os.environ else 5
FORM = "application/x-www-form-urlencoded"
ANOTHER_INDEX = re.compile(r"-[1-9]")
ONLY_A_BUTTON = {
    "accounts.end_deputy",
    "accounts.sign_in_as",
    "badges.issue_outstanding",
    "catalog.restore",
    "evidence.start_submission",
    "evidence.take_back",
    "holidays.take_back",
    "noticeboard.restore",
    "noticeboard.restore_announcement",
    "pilots.reopen_pilot",
    "pilots.restore_offer",
    "recognition.accept_after_all",
    "recognition.switch_on",
    "scoring.ask_for_talk",
    "scoring.practise_again",
    "scoring.undo_talk",
    "recognition.archive_variant",
    "recognition.import_giveaways",
    "recognition.move_variant_up",
    "recognition.remove_picture",
    "recognition.restore_budget",
    "recognition.restore_giveaway",
    "recognition.restore_variant",
    "recognition.revalue",
    "recognition.send_back",
    "recognition.hand_out_batch",
    "recognition.undo_hand_outs",
    "scoring.assign_reviewers",
    "scoring.name_conflict_again",
    "scoring.release_all",
    "scoring.restore_phrase",
    "scoring.propose_anchor",
    "scoring.start_training",
    "volunteers.accept_offer",
    "volunteers.ask_how_it_goes",
    "volunteers.decline_offer",
    "volunteers.draw_lots",
    "volunteers.take_back_mark",
}
"""Forms that no page of the world holds at the moment: most of them are buttons, without a field."""

ANOTHER_BUTTON = {"scoring.keep_phrase", "scoring.save_comment"}
"""What a further button of a form does with the same fields; the form is sent by its own."""

WHILE_IT_WAITS = {"scoring.offer_seat", "scoring.note_talk"}
"""What stands on a page only while evidence waits for a reviewer, or for the one who leads a talk."""

NOT_KEPT = {"accounts.set_password", "accounts.accept_welcome", "accounts.sign_in", "badges.verify_badge"}
"""Forms whose fields are never stored as they were typed."""


ONCE = [
    ("accounts.create_person", "school", " "),
    ("accounts.change_person", "school", "\u2003"),
    ("catalog.index", "q", "x" * 70_000),
    ("polls.create_poll", "seats", "9" * 400),
    ("polls.create_poll", "max_approvals", "9" * 400),
    ("recognition.desk", "q", "x" * 70_000),
    ("recognition.receive_stock", "quantity", "9" * 400),
]
"""What was answered with a fault once."""


class Sheet(NamedTuple):
    """A form, the page that holds it, and somebody who may send it."""

    endpoint: str
    name: str
    page: str
    form: FormOnPage

    def fields(self, names: list[str]) -> list[str]:
        """Of these fields, one of each row that repeats."""
        return [name for name in names if not ANOTHER_INDEX.search(name)]


@pytest.fixture
def walk(app: Flask, world: World) -> Iterator[Walk]:
    """Everyone; amara has withdrawn, so that she may volunteer, and one more teacher waits for a place."""
    volunteers.withdraw(world.volunteers["amara"], by=world.cast.amara)
    roles = [RoleName.TEACHER]
    waiting = create_person("Wim Waits", "wim@school.local", school=world.cast.north, roles=roles, by=None)
    world.pilot.places = world.pilot.places_taken
    answers.approve(volunteers.volunteer(world.pilot, waiting, "I would like to."), by=world.cast.pia)
    with bare(app):
        yield Walk(app, world)


@pytest.fixture
def sheets(app: Flask, world: World, walk: Walk) -> list[Sheet]:
    """Every form on every page, each once: where it has the most fields."""
    pages = [step.url for step in steps(app, world) if step.method == "GET"]
    pages.append(f"/scoring/{world.submissions['asked'].code_name}")
    pages.append(f"/scoring/releases/{hold_back(world).code_name}")
    db.session.commit()
    found: dict[tuple[str, str], Sheet] = {}
    for name in TYPISTS:
        for page in pages:
            for sheet in sheets_on(walk, name, page, app.url_map.bind("localhost")):
                known = found.get((sheet.form.method, sheet.endpoint))
                if known is None or len(known.form.kinds) < len(sheet.form.kinds):
                    found[sheet.form.method, sheet.endpoint] = sheet
    return list(found.values())


def sheets_on(walk: Walk, name: str, page: str, adapter: MapAdapter) -> Iterator[Sheet]:
    """The forms on one page, as one person sees it."""
    answer = walk.browser(name).get(page, buffered=True)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return
    for form in forms_in(answer.text):
        address = urlsplit(form.action).path or page
        form.action = form.action.partition("#")[0] or page
        endpoint, _values = adapter.match(address, method=form.method.upper())
        yield Sheet(endpoint, name, page, form)


def test_every_form_takes_nasty_strings(app: Flask, walk: Walk, sheets: list[Sheet]) -> None:
    sent = [(sheet, name) for sheet in sheets for name in sheet.fields(sheet.form.lines)]
    assert len(sent) > 70
    assert spoilt(walk, sent, STRINGS) == []
    assert posts(app) - {sheet.endpoint for sheet in sheets} == ONLY_A_BUTTON | ANOTHER_BUTTON | WHILE_IT_WAITS


def test_every_form_takes_nasty_numbers(walk: Walk, sheets: list[Sheet]) -> None:
    sent = [(sheet, name) for sheet in sheets for name in sheet.fields(sheet.form.others)]
    assert len(sent) > 60
    assert spoilt(walk, sent, (*NUMBERS, *STRINGS[:20])) == []
    named = {sheet.endpoint: sheet for sheet in sheets}
    once = [problem for endpoint, name, value in ONCE for problem in problems(walk, named[endpoint], name, value)]
    assert once == []


def posts(app: Flask) -> set[str]:
    """Every route that changes something."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}


def spoilt(walk: Walk, sent: list[tuple[Sheet, str]], values: Sequence[str | bytes]) -> list[str]:
    """What is wrong with the answers when one field at a time holds one of these values."""
    return [
        f"{sheet.endpoint}.{name} {value[:40]!r}: {problem}"
        for place, (sheet, name) in enumerate(sent)
        for value in values[place % STEP :: STEP]
        for problem in problems(walk, sheet, name, value)
    ]


def problems(walk: Walk, sheet: Sheet, name: str, value: str | bytes) -> Iterator[str]:
    """What is wrong with the answers to one form in which one field is spoilt."""
    typed: dict[str, Any] = sheet.form.filled() | {name: value}
    browser = walk.browser(sheet.name)
    if sheet.form.method == "get":
        yield from faults(browser.get(f"{sheet.form.action.partition('?')[0]}?{urlencode(typed)}", buffered=True))
        return
    with undone(), stored() as kept:
        answer = browser.post(sheet.form.action, data=urlencode(typed | walk.tokens()), content_type=FORM)
        yield from faults(answer)
        if answer.status_code == 422:
            yield from lost(sheet, name, value, answer)
        if answer.status_code == 303:
            yield from changed(sheet, name, value, kept)
            yield from faults(browser.get(answer.location, buffered=True))
            yield from faults(browser.get(sheet.page, buffered=True))


def faults(answer: TestResponse) -> Iterator[str]:
    """What no answer may be or hold."""
    if answer.status_code >= 500:
        yield f"fails with {answer.status_code}"
    if answer.mimetype == "text/html":
        yield from (f"holds {markup}" for markup in RAW_MARKUP if markup in answer.text)
    if PRODUCT in answer.data.decode(errors="replace"):
        yield "works out what was typed"
    if "a=b" in "".join(answer.headers.getlist("Set-Cookie")):
        yield "sets a header that was typed"


def lost(sheet: Sheet, name: str, value: str | bytes, answer: TestResponse) -> Iterator[str]:
    """Whether a refused form has lost what was typed."""
    if isinstance(value, bytes) or sheet.form.kinds[name] not in ("text", "textarea"):
        return
    shown = [form.values[name] for form in forms_in(answer.text) if name in form.values]
    if shown and essence(value) not in map(essence, shown):
        yield f"keeps {shown[0][:40]!r}"


def changed(sheet: Sheet, name: str, value: str | bytes, kept: list[str]) -> Iterator[str]:
    """Whether something else was stored than what was typed."""
    if isinstance(value, bytes) or sheet.endpoint in NOT_KEPT or name not in sheet.form.lines or not essence(value):
        return
    within_json = [json.dumps(form)[1:-1] for form in (value, " ".join(value.split()))]
    if not any(essence(form) in essence(each) for each in kept for form in (value, *within_json)):
        yield "is not stored as it was typed"


def essence(text: str) -> str:
    """A text without spaces and without what cannot be shown; addresses are kept in lower case."""
    return "".join(UNSHOWABLE.sub("", text).split()).lower()


@contextmanager
def stored() -> Iterator[list[str]]:
    """Every text that is written to the database meanwhile."""
    texts: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            values = parameters.values() if isinstance(parameters, dict) else parameters
            plain = (json.dumps(each.obj) if isinstance(each, Json) else each for each in values)
            texts.extend(each for each in plain if isinstance(each, str))

    engine = db.engine.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield texts
    finally:
        event.remove(engine, "before_cursor_execute", note)
