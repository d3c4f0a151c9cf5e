"""Who gets which answer from which address: the walk over every route as everyone.

`python -m tests.access_table` writes the table anew into tests/access.txt, to be read line by line before it is kept.
"""

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from microcred.accounts import actions
from microcred.accounts.models import Account
from microcred.db import db
from microcred.recognition.queries import personal_code
from microcred.scoring.models import Review
from microcred.web import View
from tests.conftest import CSRF
from tests.world import World

TABLE = Path(__file__).parent / "access.txt"
WALKERS = ("anonymous", "dora", "amara", "bruno", "chloe", "pia", "pavel", "rita", "rosa", "cora", "adam")
"""Dora is disabled; bruno and amara teach at North school, chloe at South; pia leads North, pavel South; rosa reviews
nothing; cora coordinates; adam administers."""

REWRITING = "WRITE_THE_ACCESS_TABLE"

HEAD = f"""# The answer's status for everyone: {" ".join(WALKERS)}.
# A POST is sent with its tokens and an empty form: 422 is an answer to somebody who may, 403 and 404 to who may not.
# Written by `python -m tests.access_table`. Read every line that changes.
"""


class Step(NamedTuple):
    """One address and what it is about."""

    method: str
    endpoint: str
    rule: str
    thing: str
    url: str

    @property
    def line(self) -> str:
        """How the table calls it."""
        return f"{self.method:4} {self.rule:57} {self.thing}".rstrip()


Statuses = dict[str, int]
Things = dict[str, dict[str, Any]]


def things(world: World) -> dict[tuple[str, ...], Things]:
    """What can stand in an address, by the names of its parameters: the world's things, each under a name."""
    cast, course = world.cast, world.courses[0]
    submissions = _picked(world.submissions, "draft", "in review", "not yet")
    lent = {f"{name} copy": each.submission for name, each in world.anchors.items() if each.submission}
    earned, number = _picked(world.reviews, "earned: rita"), world.artefacts["document"].number
    reviews = _picked(world.reviews, "in review: rita", "in review: ravi", "asked: rita", "anchor: rosa")
    people = {name: getattr(cast, name) for name in ("amara", "chloe", "cora", "dora")}
    return {
        (): {"": {}},
        ("absence_id",): _ids("absence_id", world.absences),
        ("account_id",): _ids("account_id", people),
        ("anchor_id",): _ids("anchor_id", world.anchors),
        ("announcement_id",): _ids("announcement_id", world.announcements),
        ("artefact_id",): _ids(
            "artefact_id", _picked(world.artefacts, "in review: photo", "draft: photo", "draft: link", "document")
        ),
        ("artefact_id", "page"): {
            name: {"artefact_id": world.artefacts[name].id, "page": 1} for name in ("in review: photo", "document")
        },
        ("budget_id",): {"thanks": {"budget_id": world.budget.id}},
        ("change_id",): {"the days off": {"change_id": world.days_off.id}, "nothing": {"change_id": "nothing"}},
        ("batch_id",): {"pia's": {"batch_id": world.batch.id}},
        ("code",): {"amara's": {"code": world.award.code}, "nobody's": {"code": "AAAA-AAAA-AAAA"}},
        ("code_name",): {name: {"code_name": each.code_name} for name, each in (submissions | lent).items()},
        ("code_name", "number"): {name: {"code_name": each.code_name, "number": 1} for name, each in lent.items()},
        ("conflict_id",): _ids("conflict_id", world.conflicts),
        ("criterion_id", "review_id"): {
            name: {"review_id": each.id, "criterion_id": course_criterion(each)} for name, each in reviews.items()
        },
        ("entitlement_id",): _ids(
            "entitlement_id", _picked(world.entitlements, "amara: clip", "amara: mug", "amara: tumbler", "chloe: mug")
        ),
        ("fingerprint", "name"): {"an earlier one": {"fingerprint": "000000000000", "name": "app.css"}},
        ("giveaway_id",): _ids("giveaway_id", _picked(world.giveaways, "clip", "south")),
        ("hand_out_id",): _ids("hand_out_id", world.hand_outs),
        ("import_id",): {"the import": {"import_id": world.catalogue_import.id}},
        ("micro_credential_id",): {"wait-time": {"micro_credential_id": course.id}},
        ("number", "page", "review_id"): {
            name: {"review_id": each.id, "number": number, "page": 1} for name, each in (reviews | earned).items()
        },
        ("move_id",): {"a delivery": {"move_id": world.delivery.id}},
        ("number", "review_id"): {name: {"review_id": each.id, "number": 1} for name, each in reviews.items()}
        | {f"{name}, document": {"review_id": each.id, "number": number} for name, each in earned.items()},
        ("offer_id",): {"wait-time": {"offer_id": world.offers[0].id}, "south": {"offer_id": world.south_offer.id}},
        ("part_id", "submission_id"): {
            name: {"submission_id": each.id, "part_id": each.micro_credential.parts[1].id}
            for name, each in submissions.items()
        },
        ("person_id",): {name: {"person_id": person.id} for name, person in (("pavel", cast.pavel), ("pia", cast.pia))},
        ("phrase_id",): _ids("phrase_id", world.phrases),
        ("personal_code",): {
            "amara's": {"personal_code": personal_code(cast.amara)},
            "nobody's": {"personal_code": "AAAAAAAA"},
        },
        ("pilot_id",): {"both": {"pilot_id": world.pilot.id}, "south": {"pilot_id": world.south_pilot.id}},
        ("poll_id",): _ids("poll_id", world.polls),
        ("post_id",): _ids("post_id", world.posts),
        ("review_id",): _ids("review_id", reviews),
        ("rubric_id",): {"wait-time": {"rubric_id": course.rubric_id}},
        ("school_id",): {"north": {"school_id": cast.north.id}},
        ("shelf_code",): {
            "north": {"shelf_code": world.shelf_code.code},
            "nowhere": {"shelf_code": "AAAAAAAAAAAAAAAA"},
        },
        ("shelf_code_id",): {"north": {"shelf_code_id": world.shelf_code.id}},
        ("slug",): {slug: {"slug": slug} for slug in ("funnel", "nothing")},
        ("stack_id",): {"talk": {"stack_id": course.stack_id}},
        ("submission_id",): _ids("submission_id", submissions | _picked(world.submissions, "earned")),
        ("store_id",): _ids("store_id", world.stores),
        ("token",): {"bruno's": {"token": world.welcome_token}, "nobody's": {"token": "nothing"}},
        ("variant_id",): {"press": {"variant_id": world.delivery.variant_id}},
        ("volunteer_id",): _ids("volunteer_id", world.volunteers),
    }


def course_criterion(review: Review) -> int:
    """The first criterion that a review could score."""
    first: int = review.submission.rubric.criteria[0].id
    return first


def _picked(named: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: named[name] for name in names}


def _ids(parameter: str, named: dict[str, Any]) -> Things:
    return {name: {parameter: each.id} for name, each in named.items()}


def steps(app: Flask, world: World, wanted: Callable[[Rule], bool] = lambda rule: True) -> list[Step]:
    """Every address of every wanted route; KeyError for parameters without things."""
    found, named = [], things(world)
    with app.test_request_context():
        for rule in filter(wanted, app.url_map.iter_rules()):
            for method in (rule.methods or set()) & {"GET", "POST"}:
                for thing, values in named[tuple(sorted(rule.arguments))].items():
                    url = app.url_for(rule.endpoint, **values)
                    found.append(Step(method, rule.endpoint, rule.rule, thing, url))
    return sorted(found, key=lambda step: (step.rule, step.method, step.thing))


def permission(app: Flask, endpoint: str) -> Any:
    """The rule that a route asks."""
    return getattr(app.view_functions[endpoint], "permission", None)


class Walk:
    """Everyone with a cookie, and the means to send what changes something and take it back."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app = app
        self.files = world.files()
        self.people: dict[str, Account | None] = {name: getattr(world.cast, name, None) for name in WALKERS}
        self.cookies = {name: _cookie(app, person) for name, person in self.people.items()}
        self.csrf_token = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(CSRF)
        db.session.commit()

    def answer(self, step: Step, name: str) -> TestResponse:
        """What one of the walkers is answered; nothing of it stays."""
        if step.method == "GET":
            return self.browser(name).get(step.url, buffered=True)
        with undone():
            answer = self.browser(name).post(step.url, data=self.tokens())
        self._put_files_back()
        return answer

    def browser(self, name: str) -> FlaskClient:
        """A fresh browser of one of the walkers: the last one may have been signed out."""
        browser = self.app.test_client()
        browser.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self.cookies[name])
        return browser

    def tokens(self) -> dict[str, str]:
        """What every form carries."""
        return {"csrf_token": self.csrf_token, "form_key": secrets.token_urlsafe(12)}

    def _put_files_back(self) -> None:
        for path, content in self.files.items():
            if not path.exists():
                path.write_bytes(content)

    def statuses(self, step: Step) -> Statuses:
        """The status for everyone."""
        return {name: self.answer(step, name).status_code for name in WALKERS}


def _cookie(app: Flask, person: Account | None) -> str:
    kept = {"csrf_token": CSRF} | ({"_user_id": actions.start_session(person)} if person else {})
    return str(app.session_interface.get_signing_serializer(app).dumps(kept))  # type: ignore[attr-defined]


@contextmanager
def bare(app: Flask) -> Iterator[None]:
    """Let pages have no menu and errors no page: only the status counts here, and drawing them is half of a walk."""
    before = app.before_request_funcs[None]
    app.before_request_funcs[None] = [*before, _without_menu]
    try:
        with without_error_pages(app):
            yield
    finally:
        app.before_request_funcs[None] = before


@contextmanager
def without_error_pages(app: Flask) -> Iterator[None]:
    """Let errors have no page."""
    app.handle_http_exception = lambda error: error.get_response()  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        del app.handle_http_exception


def _without_menu() -> None:
    g.is_bare = True


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is written meanwhile, also what a request commits."""
    db.session.commit()
    savepoint = db.engine.begin_nested()  # type: ignore[attr-defined]  # the tests' engine is one connection
    try:
        yield
    finally:
        savepoint.rollback()
        db.session.expire_all()


def liberal(user: Any, *_things: Any) -> bool:
    """What a rule is when its line is lost: everyone who has signed in."""
    return bool(user.is_authenticated)


@contextmanager
def lost(rule: View) -> Iterator[None]:
    """Let a rule permit everyone who has signed in, wherever it was imported to."""
    kept, rule.__code__ = rule.__code__, liberal.__code__
    try:
        yield
    finally:
        rule.__code__ = kept


def table(walk: Walk, walked: list[Step]) -> list[str]:
    """The lines of the table for these steps."""
    return [f"{step.line:80} {' '.join(map(str, walk.statuses(step).values()))}" for step in walked]


def kept_table() -> list[str]:
    """The lines of the table as they are checked in."""
    return [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]


def kept_statuses() -> dict[str, Statuses]:
    """The statuses of the table as it is checked in, by what begins the line."""
    split = (line.rsplit(maxsplit=len(WALKERS)) for line in kept_table())
    return {line: dict(zip(WALKERS, map(int, codes), strict=True)) for line, *codes in split}


def write(lines: list[str]) -> None:
    """Keep these lines."""
    TABLE.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")


def is_rewriting() -> bool:
    """Whether the table is to be written anew."""
    return REWRITING in os.environ


if __name__ == "__main__":
    os.environ[REWRITING] = "1"
    sys.exit(pytest.main(["-q", "-k", "of_the_table", str(TABLE.parent / "test_access.py")]))
