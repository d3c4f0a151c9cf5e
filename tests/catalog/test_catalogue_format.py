"""A catalogue's file is checked strictly: each mistake gets a sentence with its line or field."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microcred.badges.designs import DESIGNS as DRAWN
from microcred.catalog.format import DESIGNS, canonical, problems_of, rubric_hash, sentence_of
from microcred.catalog.reading import LARGEST_FILE, read_json
from microcred.catalog.sample import SAMPLE
from microcred.errors import Refused

Change = Callable[[Any], Any]
LEVEL = "micro_credentials[0].rubric.criteria[0].levels[1]"
DEMO = Path(__file__).parents[2] / "microcred" / "demo" / "catalogue.json"


@pytest.fixture(autouse=True)
def _speak(rows: None) -> None:
    """Sentences are worded within an application."""


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_json(content)
    return str(refused.value.sentence)


def told(change: Change) -> list[str]:
    catalogue = deepcopy(SAMPLE)
    change(catalogue)
    return [str(problem) for problem in problems_of(catalogue)]


def test_the_sample_and_the_demo_are_well_formed() -> None:
    assert problems_of(SAMPLE) == []
    assert problems_of(read_json(DEMO.read_bytes())) == []


def test_the_designs_are_those_that_can_be_drawn() -> None:
    assert sorted(DESIGNS) == sorted(DRAWN)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b'{\n "format": 1,\n}',
            "Line 3, column 1: this is not JSON (Expecting property name enclosed in double quotes).",
        ),
        (b"", "Line 1, column 1: this is not JSON (Expecting value)."),
        (b"\n\n\xff", "Line 3: the text is not UTF-8."),
        (b"[" * 100_000, "The file is nested too deeply."),
        (b'{"a":' * 100_000, "The file is nested too deeply."),
        (b" " * (LARGEST_FILE + 1), "The file is larger than 2 MB."),
    ],
)
def test_what_is_no_json_is_told_with_its_line(content: bytes, sentence: str) -> None:
    assert refusal(content) == sentence


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert problems_of(read_json("\ufeff".encode() + json.dumps(SAMPLE).encode())) == []


def test_a_name_that_is_there_twice_is_told() -> None:
    written = json.dumps(SAMPLE).replace('"code": "talk"', '"code": "talk", "code": "talk"')
    assert [str(problem) for problem in problems_of(read_json(written.encode()))] == ["stacks[0].code: is there twice."]


@pytest.mark.parametrize("number", ["1" * 5000, "-" + "9" * 400, "1e999", "NaN", "Infinity", "8.0", "true", '"8"', "0"])
def test_a_hostile_number_is_told(number: str) -> None:
    written = json.dumps(SAMPLE).replace('"effort_hours": 8', f'"effort_hours": {number}')
    expected = "micro_credentials[0].effort_hours: must be a whole number from 1 to 1000."
    assert [str(problem) for problem in problems_of(read_json(written.encode()))] == [expected]


def level(catalogue: Any, place: int) -> Any:
    return catalogue["micro_credentials"][0]["rubric"]["criteria"][0]["levels"][place]


def second(catalogue: Any, **changed: Any) -> None:
    catalogue["micro_credentials"].append(deepcopy(catalogue["micro_credentials"][0]) | changed)


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (lambda c: c.pop("stacks"), ["stacks: is missing."]),
        (lambda c: c.update(format="2"), ["format: must be one of: microcred-catalogue-1."]),
        (lambda c: c.update(extra=1), ["extra: is not a field of this format."]),
        (lambda c: c.update(stacks=[]), ["stacks: must have 1 to 100 entries."]),
        (lambda c: c.update(stacks={}), ["stacks: must be a list."]),
        (lambda c: c["stacks"].append(c["stacks"][0]), ["stacks[1].code: is there twice."]),
        (lambda c: c["stacks"][0].update(title=" "), ["stacks[0].title: is empty."]),
        (lambda c: c["stacks"][0].update(title=["x"]), ["stacks[0].title: must be text."]),
        (lambda c: c["stacks"][0].update(title="x" * 161), ["stacks[0].title: is longer than 160 characters."]),
        (lambda c: c["stacks"][0].update(title="\ud800"), ["stacks[0].title: holds a character that cannot be shown."]),
        (lambda c: c["stacks"][0].update(title="a\x00"), ["stacks[0].title: holds a character that cannot be shown."]),
        (lambda c: c["stacks"].append("talk"), ["stacks[1]: must be an object with named fields."]),
        (lambda c: c["stacks"][0].update(design=[]), [f"stacks[0].design: must be one of: {', '.join(DESIGNS)}."]),
        (
            lambda c: c["stacks"][0].update(code="Talk!"),
            ["stacks[0].code: must be a code of small letters, digits and hyphens."],
        ),
        (
            lambda c: c["micro_credentials"][0].update(stack="walk"),
            ["micro_credentials[0].stack: is not the code of a stack in this file."],
        ),
        (
            lambda c: c["micro_credentials"][0].update(requires="walk"),
            ["micro_credentials[0].requires: is not the code of a micro-credential in this file."],
        ),
        (
            lambda c: c["micro_credentials"][0].update(requires="wait-time"),
            ["micro_credentials[0].requires: leads back to the micro-credential itself."],
        ),
        (lambda c: second(c), ["micro_credentials[1].code: is there twice."]),
        (
            lambda c: level(c, 1).update(points=0),
            [f"{LEVEL}.points: must be more than the points of the level before."],
        ),
        (
            lambda c: level(c, 0).update(code="met"),
            [f"{LEVEL}.code: is there twice."],
        ),
        (
            lambda c: level(c, 1).update(code="done"),
            ["micro_credentials[0].rubric.criteria[0].required_level: must be one of: not-yet, done."],
        ),
        (
            lambda c: c["micro_credentials"][0]["rubric"]["criteria"][0].update(is_required=1),
            ["micro_credentials[0].rubric.criteria[0].is_required: must be true or false."],
        ),
        (
            lambda c: c["micro_credentials"][0]["rubric"]["criteria"][0].update(is_required=False),
            ["micro_credentials[0].rubric.criteria: must have at least one criterion that is required."],
        ),
    ],
)
def test_each_mistake_is_told_with_its_field(change: Change, problems: list[str]) -> None:
    assert told(change) == problems


def test_two_that_require_each_other_are_both_told() -> None:
    def change(catalogue: Any) -> None:
        second(catalogue, code="later", requires="wait-time")
        catalogue["micro_credentials"][0]["requires"] = "later"

    sentence = "requires: leads back to the micro-credential itself."
    assert told(change) == [f"micro_credentials[{place}].{sentence}" for place in (0, 1)]


def test_what_leads_into_a_circle_but_is_not_in_it_is_no_mistake_of_its_own() -> None:
    def change(catalogue: Any) -> None:
        second(catalogue, code="later", requires="wait-time")
        catalogue["micro_credentials"][0]["requires"] = "wait-time"

    assert told(change) == ["micro_credentials[0].requires: leads back to the micro-credential itself."]


@pytest.mark.parametrize("catalogue", [None, [], 3, "text", True, float("nan"), {}])
def test_something_else_altogether_is_told(catalogue: Any) -> None:
    assert sentence_of(problems_of(catalogue)) != ""


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


@settings(max_examples=150, deadline=None)
@given(which=st.integers(0, len(places(SAMPLE)) - 1), planted=anything)
def test_anything_planted_anywhere_is_a_problem_or_well_formed(which: int, planted: Any) -> None:
    catalogue = deepcopy(SAMPLE)
    inside, key = places(catalogue)[which]
    inside[key] = planted
    assert all(str(problem).partition(": ")[2] for problem in problems_of(catalogue))


def test_a_rubric_is_named_by_what_it_says_not_by_how_it_is_written() -> None:
    rubric = SAMPLE["micro_credentials"][0]["rubric"]
    shuffled = json.loads(json.dumps(rubric, sort_keys=True))
    assert canonical({"b": "é", "a": [1]}) == '{"a":[1],"b":"é"}'
    assert rubric_hash(shuffled) == rubric_hash(rubric)
    assert rubric_hash({"criteria": []}) == "bf9807cc9a583dfe45d17a28a2e6e567d511fd880cc6b6e64734e1ae8e57f2fa"
