"""The buttons within the form of a micro-credential: rows are added, moved, removed and taken back before saving."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from microcred.accounts.models import Account
from microcred.catalog import actions, queries
from microcred.catalog.drafting import Step, step_of, take
from microcred.catalog.exporting import micro_credential_entry
from microcred.catalog.models import MicroCredential
from microcred.catalog.sample import SAMPLE
from tests.cast import Cast
from tests.catalog.test_catalogue_editor import form_of
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
LEVELS = "criteria-0-levels"


@pytest.fixture
def micro_credential(cast: Cast) -> MicroCredential:
    """The sample's only micro-credential."""
    return actions.import_catalogue(deepcopy(SAMPLE), by=cast.cora)[0]


def after(said: str, typed: dict[str, str]) -> tuple[dict[str, str], str]:
    step = step_of(said)
    assert step is not None
    fields, row = take(step, MultiDict(typed))
    return fields.to_dict(), row


def criterion(place: int, name: str) -> dict[str, str]:
    return {f"criteria-{place}-name": name, f"criteria-{place}-levels-0-name": f"{name}, low"}


def test_a_button_says_one_of_a_few_things() -> None:
    assert step_of("criteria-2:up") == Step("criteria", 2, "up")
    assert step_of("criteria-2-levels-11:remove") == Step("criteria-2-levels", 11, "remove")
    assert step_of("evidence:add") == Step("evidence", 0, "add")
    unsaid = [
        "",
        "preview",
        "criteria:up",
        "criteria-1:add",
        "title-0:up",
        "criteria-999:up",
        "criteria-1:drop",
        "x" * 999,
    ]
    assert [step_of(said) for said in unsaid] == [None] * 8


def test_a_row_changes_places_with_its_neighbour_and_takes_its_levels_along() -> None:
    typed = criterion(0, "A") | criterion(1, "B") | criterion(10, "K") | {"title": "criteria-0-name"}
    moved = criterion(1, "A") | criterion(0, "B") | criterion(10, "K") | {"title": "criteria-0-name"}
    assert after("criteria-1:up", typed) == (moved, "criteria-0")
    assert after("criteria-0:down", typed) == (moved, "criteria-1")


@pytest.mark.parametrize("said", ["criteria-0:up", "criteria-1:down", "criteria-7:up", "criteria-7:remove"])
def test_what_cannot_be_done_changes_nothing(said: str) -> None:
    typed = criterion(0, "A") | criterion(1, "B")
    assert after(said, typed)[0] == typed


def test_points_go_on_rising_when_levels_move() -> None:
    typed = {f"{LEVELS}-0-points": "1", f"{LEVELS}-1-points": "3", f"{LEVELS}-0-name": "A", f"{LEVELS}-1-name": "B"}
    assert after(f"{LEVELS}-0:down", typed)[0] == typed | {f"{LEVELS}-0-name": "B", f"{LEVELS}-1-name": "A"}
    of_criterion = {"criteria-0-levels-0-points": "1", "criteria-1-levels-0-points": "3"}
    moved = {"criteria-1-levels-0-points": "1", "criteria-0-levels-0-points": "3"}
    assert after("criteria-0:down", of_criterion)[0] == moved


def test_the_required_level_stays_the_same_one_when_levels_move() -> None:
    typed = {f"{LEVELS}-0-name": "Low", f"{LEVELS}-1-name": "High", "criteria-0-required_level": "1"}
    moved = {f"{LEVELS}-0-name": "High", f"{LEVELS}-1-name": "Low", "criteria-0-required_level": "0"}
    assert after(f"{LEVELS}-1:up", typed) == (moved, f"{LEVELS}-0")


def test_a_criterion_is_added_with_the_names_of_the_first_ones_levels() -> None:
    typed = {
        "criteria-0-name": "A",
        f"{LEVELS}-0-name": "Low",
        f"{LEVELS}-0-points": "2",
        f"{LEVELS}-0-descriptor": "x",
    }
    typed |= {"criteria-0-required_level": "0", f"{LEVELS}-0-code": "low"}
    fresh = {"criteria-1-name": "", "criteria-1-levels-0-name": "Low", "criteria-1-levels-0-points": "2"}
    fresh |= {"criteria-1-is_required": "y", "criteria-1-required_level": "0"}
    assert after("criteria:add", typed) == (typed | fresh, "criteria-1")


def test_there_is_an_end_to_adding() -> None:
    levels = {f"{LEVELS}-{place}-name": "Level" for place in range(7)}
    assert after(f"{LEVELS}:add", levels)[0] == levels | {f"{LEVELS}-7-name": ""}
    full = levels | {f"{LEVELS}-7-name": ""}
    assert after(f"{LEVELS}:add", full)[0] == full


def test_a_removed_row_can_be_taken_back() -> None:
    typed = criterion(0, "A")
    removed, _row = after("criteria-0:remove", typed)
    assert removed == typed | {"criteria-0-removed": "y"}
    assert after("criteria-0:restore", removed)[0] == typed | {"criteria-0-removed": ""}


def test_a_step_keeps_what_was_typed_and_stores_nothing(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    url, cora = f"/catalog/{micro_credential.id}", browse(cast.cora)
    fields = form_of(cora.get(f"{url}/edit").text) | {"title": "Typed", "evidence-0-word_limit": "many"}
    response = cora.send(url, **fields, step=f"{LEVELS}:add")
    assert response.status_code == 200
    kept = form_of(response.text)
    assert {name: kept.get(name) for name in fields} == fields
    assert [name for name in kept if name not in fields] == [
        f"{LEVELS}-2-{field}" for field in ("code", "removed", "name", "points", "descriptor")
    ]
    assert micro_credential_entry(micro_credential) == SAMPLE["micro_credentials"][0]


def test_under_htmx_a_step_answers_the_form_alone_and_looks_at_the_row(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    url, cora = f"/catalog/{micro_credential.id}", browse(cast.cora)
    fields = form_of(cora.get(f"{url}/edit").text)
    response = cora.send(url, htmx=True, **fields, step="criteria:add")
    assert response.text.startswith('<div id="micro-credential-editor">')
    assert response.text.count("data-focus") == 1
    assert 'id="criteria-1" tabindex="-1" data-focus' in response.text


def test_rows_moved_and_removed_by_buttons_are_saved_so(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    url, cora = f"/catalog/{micro_credential.id}", browse(cast.cora)
    fields = form_of(cora.get(f"{url}/edit").text)
    for step in (
        f"{LEVELS}:add",
        "criteria:add",
        "criteria-1:up",
        "criteria-1-levels-2:up",
        "criteria-1-levels-2:remove",
    ):
        fields = form_of(cora.send(url, **fields, step=step).text)
        fields |= {"criteria-1-name": "New"} if step == "criteria:add" else {}
        fields |= (
            {f"criteria-1-levels-{place}-descriptor": "Seen." for place in (0, 1)} if step == "criteria:add" else {}
        )
        fields |= {f"{LEVELS}-2-name": "Best", f"{LEVELS}-2-descriptor": "x"} if step == f"{LEVELS}:add" else {}
    fields |= {"criteria-0-levels-2-removed": "y"}
    response = cora.send(url, **fields)
    assert response.status_code == 422
    assert "choose a level" in response.text
    assert cora.send(url, **fields | {"criteria-1-required_level": "1"}).status_code == 303
    told = [
        (each["code"], each["required_level"], [level["name"] for level in each["levels"]])
        for each in micro_credential_entry(micro_credential)["rubric"]["criteria"]
    ]
    assert told == [("new", "met", ["Not yet", "Met"]), ("pause", "best", ["Not yet", "Best"])]
    assert [each.version for each in queries.versions(micro_credential)] == [2, 1]


def test_a_preview_shows_what_is_typed_and_stores_nothing(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    url, cora = f"/catalog/{micro_credential.id}", browse(cast.cora)
    fields = form_of(cora.get(f"{url}/edit").text)
    same = cora.send(url, **fields, step="preview").text
    assert "Nothing: there will be no new version." in same
    page = cora.send(
        url, **fields | {"criteria-0-name": "The silence", "why": "Because.", "evidence-0-prompt": ""}, step="preview"
    )
    assert page.status_code == 200
    assert ("<del>" in page.text, page.text.count('name="preview-1"'), "<p>Because.</p>" in page.text) == (
        True,
        2,
        True,
    )
    assert micro_credential_entry(micro_credential) == SAMPLE["micro_credentials"][0]


def test_the_name_of_a_level_is_text_wherever_it_is_shown(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    url, cora = f"/catalog/{micro_credential.id}", browse(cast.cora)
    fields = form_of(cora.get(f"{url}/edit").text) | {f"{LEVELS}-1-name": "<b>Met</b>", "criteria-0-name": "<b>P</b>"}
    for step in ("preview", "criteria-0:remove", f"{LEVELS}-1:remove"):
        page = cora.send(url, **fields, step=step).text
        assert ("<b>Met</b>" in page, "<b>P</b>" in page, "&lt;b&gt;Met&lt;/b&gt;" in page) == (False, False, True)


@pytest.mark.parametrize("step", ["preview", "nonsense", "criteria-0:remove", "evidence-0:up"])
def test_an_empty_form_takes_any_step(cast: Cast, micro_credential: MicroCredential, browse: Browse, step: str) -> None:
    cora = browse(cast.cora)
    urls = ("/catalog", f"/catalog/{micro_credential.id}")
    assert [cora.send(url, step=step).status_code for url in urls] == [200, 200]
    typed: dict[str, Any] = {"criteria-0-name": "A", "evidence-0-name": "B", "criteria-0-levels-0-name": "C"}
    assert [cora.send(url, **typed, step=step).status_code for url in urls] == [200, 200]
