"""Writing a micro-credential by hand: rows are added, changed and left out, and a changed rubric is a new version."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.catalog import actions, queries
from microcred.catalog.editing import coded, slug
from microcred.catalog.exporting import micro_credential_entry
from microcred.catalog.models import MicroCredential, Stack
from microcred.catalog.sample import SAMPLE
from microcred.db import db
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Typed = dict[str, Any]


@pytest.fixture
def stack(cast: Cast) -> Stack:
    """A stack to put something in."""
    entry = {"code": "talk", "title": "Talk", "description": "Talk.", "design": "leaf-sprout"}
    return actions.create_stack(entry, by=cast.cora)


@pytest.fixture
def micro_credential(cast: Cast) -> MicroCredential:
    """The sample's only micro-credential."""
    return actions.import_catalogue(deepcopy(SAMPLE), by=cast.cora)[0]


def level(criterion: int, place: int, name: str, descriptor: str, points: str = "", code: str = "") -> Typed:
    start = f"criteria-{criterion}-levels-{place}-"
    return {f"{start}name": name, f"{start}descriptor": descriptor, f"{start}points": points, f"{start}code": code}


def typed() -> Typed:
    """What is typed for a micro-credential with one part and one criterion of two levels."""
    return (
        {
            "title": "Waiting after a question",
            "stack": "talk",
            "requires": "",
            "skill": "The teacher waits.",
            "why": "More students answer.",
            "effort_hours": "8",
            "reviewer_hours": "1",
            "subjects": " any , French,",
            "alignment": "Standards | PP | Professional practice\n",
            "evidence-0-name": "Overview",
            "evidence-0-prompt": "Describe the class.",
            "evidence-0-word_limit": "300",
            "evidence-1-name": "",
            "evidence-1-files": "y",
            "criteria-0-name": "The pause",
            "criteria-0-is_required": "y",
            "criteria-0-required_level": "1",
        }
        | level(0, 0, "Not yet", "None.")
        | level(0, 1, "Met", "Three seconds.")
        | level(0, 2, "", "")
    )


def wanted() -> dict[str, Any]:
    levels = [
        {"code": "not-yet", "name": "Not yet", "points": 0, "descriptor": "None."},
        {"code": "met", "name": "Met", "points": 1, "descriptor": "Three seconds."},
    ]
    criterion = {"code": "the-pause", "name": "The pause", "is_required": True, "required_level": "met"}
    part = {"code": "overview", "name": "Overview", "prompt": "Describe the class.", "word_limit": 300, "files": False}
    return {
        "code": "waiting-after-a-question",
        "stack": "talk",
        "requires": None,
        "title": "Waiting after a question",
        "skill": "The teacher waits.",
        "why": "More students answer.",
        "effort_hours": 8,
        "reviewer_hours": 1,
        "subjects": ["any", "French"],
        "alignment": [{"framework": "Standards", "code": "PP", "name": "Professional practice"}],
        "evidence": [part],
        "rubric": {"criteria": [criterion | {"levels": levels}]},
    }


def only() -> MicroCredential:
    return db.session.scalars(select(MicroCredential)).one()


def test_what_is_typed_becomes_a_micro_credential(cast: Cast, stack: Stack, browse: Browse) -> None:
    response = browse(cast.cora).send("/catalog", **typed())
    assert (response.status_code, response.location) == (303, f"/catalog/{only().id}")
    assert micro_credential_entry(only()) == wanted()


def test_the_form_of_a_new_one_has_rows_to_fill(cast: Cast, stack: Stack, browse: Browse) -> None:
    page = browse(cast.cora).get("/catalog/new").text
    assert page.count('-prompt"') - page.count('for="') < page.count('-prompt"')
    assert [f'name="criteria-{place}-name"' in page for place in range(4)] == [True, True, True, False]
    assert 'value="Exemplary"' in page


def test_without_a_stack_there_is_nowhere_to_put_one(cast: Cast, browse: Browse) -> None:
    page = browse(cast.cora).get("/catalog/new").text
    assert "First a stack" in page
    assert "criteria-0-name" not in page


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"title": ""}, "title", "Please fill this in."),
        ({"stack": "walk"}, "stack", "Not a valid choice."),
        ({"effort_hours": "0"}, "effort_hours", "A whole number from 1 to 1000, please."),
        ({"alignment": "only a framework"}, "alignment", "alignment[0].code: is empty."),
        ({"evidence-0-prompt": ""}, "evidence-0-prompt", "This is empty."),
        ({"evidence-0-word_limit": "many"}, "evidence-0-word_limit", "A whole number from 1 to 5000, please."),
        ({"evidence-1-prompt": "Typed without a name"}, "evidence-1-name", "Please fill this in."),
        ({"evidence-0-name": ""}, "evidence-0-name", "Please fill this in."),
        ({"criteria-0-required_level": "2"}, "criteria-0-required_level", "This must be one of: not-yet, met."),
        ({"criteria-0-required_level": "99"}, "criteria-0-required_level", "Not a valid choice."),
        ({"criteria-0-is_required": ""}, None, "must have at least one criterion that is required."),
        (level(0, 1, "Met", ""), "criteria-0-levels-1-descriptor", "This is empty."),
        (level(0, 1, "Met", "x", points="0"), "criteria-0-levels-1-points", "This must be more than the points"),
        (level(0, 1, "Met", "x", code="Ä!"), "criteria-0-levels-1-code", "This must be a code"),
        (level(0, 2, "", "A level without a name"), "criteria-0-levels-2-name", "Please fill this in."),
        (level(0, 1, "", ""), None, "rubric.criteria[0].levels: must have 2 to 8 entries."),
        (level(1, 0, "Low", "A criterion without a name"), "criteria-1-name", "Please fill this in."),
    ],
)
def test_what_is_wrong_is_told_where_it_is_and_nothing_is_written(
    cast: Cast, stack: Stack, browse: Browse, changed: Typed, field: str | None, sentence: str
) -> None:
    response = browse(cast.cora).send("/catalog", **typed() | changed)
    assert response.status_code == 422
    told = response.text.partition('role="alert"')[2].partition("</ul>")[0]
    assert sentence in told
    assert (f'href="#{field}"' in told) is (field is not None)
    assert "More students answer." in response.text
    assert db.session.scalar(select(func.count()).select_from(MicroCredential)) == 0


def test_a_title_that_is_taken_is_refused(cast: Cast, stack: Stack, browse: Browse) -> None:
    cora = browse(cast.cora)
    cora.send("/catalog", **typed())
    response = cora.send("/catalog", **typed())
    assert response.status_code == 422
    assert "Another micro-credential has that code, or a title like this." in response.text


def form_of(page: str) -> Typed:
    """The fields of a page's form as a browser would send them."""
    import html
    import re

    fields: Typed = {}
    for tag in re.findall(r"<input [^>]*>", page.partition('class="slips"')[2]):
        name, kind = (re.search(rf'\b{what}="([^"]*)"', tag) for what in ("name", "type"))
        value = re.search(r'\bvalue="([^"]*)"', tag)
        if name and not (kind and kind[1] == "checkbox" and " checked" not in tag):
            fields[name[1]] = html.unescape(value[1]) if value else ""
    for name_, text in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\s*([^<]*)</textarea>', page):
        fields[name_] = html.unescape(text)
    for name_, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        fields[name_] = chosen[1] if chosen else ""
    return {name: value for name, value in fields.items() if name not in ("csrf_token", "form_key")}


def test_saving_an_untouched_form_changes_nothing(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    url, cora, before = f"/catalog/{micro_credential.id}", browse(cast.cora), micro_credential_entry(micro_credential)
    response = cora.send(url, **form_of(cora.get(f"{url}/edit").text))
    assert (response.status_code, response.location) == (303, url)
    assert micro_credential_entry(micro_credential) == before == SAMPLE["micro_credentials"][0]
    assert [rubric.version for rubric in queries.versions(micro_credential)] == [1]


def test_a_changed_rubric_is_a_new_version_and_codes_stay(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    url, cora = f"/catalog/{micro_credential.id}", browse(cast.cora)
    fields = form_of(cora.get(f"{url}/edit").text)
    fields |= {"title": "Silence", "criteria-0-name": "The silence"}
    fields |= level(0, 2, "Mastered", "Five seconds, and every student thinks.", points="5")
    assert cora.send(url, **fields).status_code == 303
    entry = micro_credential_entry(micro_credential)
    criterion = entry["rubric"]["criteria"][0]
    assert (entry["code"], entry["title"], criterion["code"]) == ("wait-time", "Silence", "pause")
    levels = [(each["code"], each["points"]) for each in criterion["levels"]]
    assert levels == [("not-yet", 0), ("met", 1), ("mastered", 5)]
    assert [rubric.version for rubric in queries.versions(micro_credential)] == [2, 1]


def test_a_row_whose_name_is_emptied_is_left_out(cast: Cast, micro_credential: MicroCredential, browse: Browse) -> None:
    url, cora = f"/catalog/{micro_credential.id}", browse(cast.cora)
    fields = form_of(cora.get(f"{url}/edit").text)
    fields |= {
        "evidence-0-name": "",
        "evidence-1-name": "Artefacts",
        "evidence-1-prompt": "Attach.",
        "evidence-1-files": "y",
    }
    assert cora.send(url, **fields).status_code == 303
    parts = [(part.code, part.takes_files, part.retired_at is None) for part in micro_credential.parts]
    assert sorted(parts) == [("artefacts", True, True), ("overview", False, False)]
    assert [part.code for part in micro_credential.standing_parts] == ["artefacts"]


def test_nothing_requires_itself(cast: Cast, micro_credential: MicroCredential, browse: Browse) -> None:
    cora = browse(cast.cora)
    fields = form_of(cora.get(f"/catalog/{micro_credential.id}/edit").text)
    cora.send("/catalog", **typed() | {"requires": "wait-time", "title": "Later"})
    response = cora.send(f"/catalog/{micro_credential.id}", **fields | {"requires": "later"})
    assert response.status_code == 422
    assert "This requires itself, directly or by way of another." in response.text
    assert micro_credential.requires is None


@pytest.mark.parametrize(
    ("name", "code"),
    [("Réussir l’été !", "reussir-l-ete"), ("  A  b ", "a-b"), ("日本", ""), ("x" * 99, "x" * 56), ("-", "")],
)
def test_a_code_is_made_from_a_name(name: str, code: str) -> None:
    assert slug(name) == code


def test_codes_of_rows_differ() -> None:
    rows = [
        {"code": "", "name": "A"},
        {"code": "a", "name": "Old"},
        {"code": "", "name": "a"},
        {"code": "", "name": "?"},
    ]
    assert [row["code"] for row in coded(rows, "part")] == ["a-2", "a", "a-3", "part"]
