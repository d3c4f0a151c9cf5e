"""Twenty hands click at once on every form that changes something: one change, and one answer for all."""

import pytest
from flask import Flask

from microcred.db import writing
from tests.races.click_cases import CASES
from tests.races.clicks import SIGNED_OUT, Click, Race, Send, raced, sender
from tests.races.conftest import Stage
from tests.server import faults_in

EXEMPT = {
    "accounts.sign_in": "Signing in again is a session more, and no work of anybody.",
    "accounts.sign_in_as": "The same, in the demo only.",
    "accounts.sign_out": "Whoever is out is out: the second click finds nobody signed in.",
    "accounts.sign_out_everywhere": "The same, for every session.",
    "accounts.choose_language": "It sets one value, and sets the same one again.",
    "badges.verify_badge": "It changes nothing.",
    "recognition.look_at_file": "It shows what a file would change.",
    "recognition.try_batch": "It is a dry run.",
}


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
            return sender(stage.session(clicks[-1].by), url, clicks[-1].fields)

    return raced(ready), clicks[-1]


def test_a_form_without_a_key_changes_more_than_once(stage: Stage) -> None:
    def ready() -> Send:
        with writing():
            return sender(stage.session(stage.world.cast.adam), "/planted/schools", {})

    race = raced(ready)
    assert (race.once["schools", "added"], race.twenty["schools", "added"] > 1) == (1, True)
