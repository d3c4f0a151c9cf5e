"""Twenty hands click at once on every form that changes something: one change, and one answer for all."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask import Flask

from microcred.accounts.actions import start_session
from microcred.db import db, writing
from tests.cast import make_cast
from tests.races.click_cases import CASES
from tests.races.clicks import SIGNED_OUT, Click, Race, Send, raced, sender
from tests.races.conftest import Field, session
from tests.server import Server, faults_in
from tests.world import World, make_world

EXEMPT = {
    "accounts.sign_in": "Signing in again is a session more, and no work of anybody.",
    "accounts.sign_in_as": "The same, in the demo only.",
    "accounts.sign_out": "Whoever is out is out: the second click finds nobody signed in.",
    "accounts.sign_out_everywhere": "The same, for every session.",
    "accounts.choose_language": "It sets one value, and sets the same one again.",
    "badges.verify_badge": "It changes nothing.",
}


class Stage(NamedTuple):
    """The running server and the world on it."""

    field: Field
    server: Server
    world: World

    def sender(self, url: str, click: Click) -> Send:
        """What sends this click."""
        token = start_session(click.by) if click.by else ""
        return sender(session(self.server, token), url, click.fields)


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory, on_postgres: bool, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """One server for every form."""
    url = request.getfixturevalue("postgres").create("clicks") if on_postgres else ""
    field = Field(tmp_path_factory.mktemp("clicks"), url)
    with field.app.app_context(), field.served("tests.races.control:app") as server:
        world = make_world(make_cast())
        yield Stage(field, server, world)
        db.session.remove()
        db.engine.dispose()


def changing_routes(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}


def test_every_form_that_changes_something_is_clicked(stage: Stage) -> None:
    assert changing_routes(stage.field.app) == CASES.keys() | EXEMPT.keys()


@pytest.mark.parametrize("endpoint", sorted(CASES))
def test_twenty_clicks_are_one(stage: Stage, endpoint: str) -> None:
    faults = faults_in(stage.field.folder)
    race, click = clicked(stage, endpoint)
    assert race.once, "one click changes something"
    assert race.twenty == race.once
    answers = race.answers - ({(SIGNED_OUT, "")} if click.ends_session else set())
    assert [status for status, _location in answers] in ([200], [303])
    assert faults_in(stage.field.folder) == faults


def clicked(stage: Stage, endpoint: str) -> tuple[Race, Click]:
    """Click once on a form, and twenty times on its twin."""
    clicks: list[Click] = []

    def ready() -> Send:
        with writing():
            clicks.append(CASES[endpoint](stage.world))
            with stage.field.app.test_request_context():
                url = stage.field.app.url_for(endpoint, **clicks[-1].thing)
            return stage.sender(url, clicks[-1])

    return raced(ready), clicks[-1]


def test_a_form_without_a_key_changes_more_than_once(stage: Stage) -> None:
    def ready() -> Send:
        with writing():
            return stage.sender("/planted/schools", Click(stage.world.cast.adam, {}))

    race = raced(ready)
    assert (race.once["schools", "added"], race.twenty["schools", "added"] > 1) == (1, True)
