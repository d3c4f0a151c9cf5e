"""What differs between two versions of a rubric, told criterion by criterion and word by word."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask

from microcred.catalog.differences import Piece, differences, words
from microcred.catalog.sample import SAMPLE

RUBRIC: dict[str, Any] = SAMPLE["micro_credentials"][0]["rubric"]


@pytest.fixture(autouse=True)
def speaking(app: Flask) -> Iterator[None]:
    """Labels need a language."""
    with app.test_request_context():
        yield


def changed(**fields: Any) -> dict[str, Any]:
    """The sample's rubric with other fields in its only criterion."""
    return {"criteria": [deepcopy(RUBRIC["criteria"][0]) | fields]}


def told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The differences as plain texts."""
    return [
        (each.kind, each.name, [(change.label, shown(change.pieces)) for change in each.changes])
        for each in differences(before, after)
    ]


def shown(pieces: list[Piece]) -> str:
    marks = {"same": "{}", "added": "+[{}]", "removed": "-[{}]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("a b c", "a b c", "a b c"),
        ("", "new", "+[new]"),
        ("old", "", "-[old]"),
        ("wait three seconds", "wait five seconds", "wait -[three ]+[five ]seconds"),
        ("one two", "one two three", "one two +[three]"),
        ("one\ntwo", "one  two", "one  two"),
        ("one.", "one", "-[one.]+[one]"),
        (" ", "a", "+[a]"),
    ],
)
def test_inserted_and_removed_words_are_marked(before: str, after: str, pieces: str) -> None:
    assert shown(words(before, after)) == pieces


def test_texts_too_long_to_compare_are_shown_as_replaced() -> None:
    long = "word " * 1001
    assert words(long, long + "more") == [Piece("removed", long), Piece("added", long + "more")]


def test_the_same_rubric_differs_in_nothing() -> None:
    assert differences(RUBRIC, deepcopy(RUBRIC)) == []


def test_a_changed_criterion_tells_what_changed() -> None:
    low, high = deepcopy(RUBRIC["criteria"][0]["levels"])
    high |= {"name": "Shown", "points": 3, "descriptor": "There are five seconds after most questions."}
    after = changed(name="The silence", is_required=False, required_level="not-yet", levels=[low, high])
    assert told(RUBRIC, after) == [
        (
            "changed",
            "The silence",
            [
                ("Name", "The -[pause]+[silence]"),
                ("Has to be met", "-[yes]+[no]"),
                ("Met from", "-[Met]+[Not yet]"),
                ("Level “Shown”: name", "-[Met]+[Shown]"),
                ("Level “Shown”: points", "-[1]+[3]"),
                ("Level “Shown”: how one recognises it", "There are -[three ]+[five ]seconds after most questions."),
            ],
        )
    ]


def test_an_added_and_a_removed_criterion_are_told_in_full() -> None:
    everything = ["Name", "Has to be met", "Met from", *[f"Level “{name}”: {what}" for name in ("Not yet", "Met")
                  for what in ("name", "points", "how one recognises it")]]  # fmt: skip
    found = differences(RUBRIC, changed(code="other", name="Other"))
    assert [(each.kind, each.name) for each in found] == [("added", "Other"), ("removed", "The pause")]
    assert [[change.label for change in each.changes] for each in found] == [everything, everything]
    assert [{piece.kind for change in each.changes for piece in change.pieces} for each in found] == [
        {"added"},
        {"removed"},
    ]


def test_levels_come_and_go() -> None:
    levels = deepcopy(RUBRIC["criteria"][0]["levels"])
    levels[0] |= {"code": "nothing", "name": "Nothing"}
    assert [change.label for change in differences(RUBRIC, changed(levels=levels))[0].changes] == [
        *[f"Level “Nothing”: {what}" for what in ("name", "points", "how one recognises it")],
        *[f"Level “Not yet”: {what}" for what in ("name", "points", "how one recognises it")],
    ]


def test_only_what_moved_is_told_to_stand_elsewhere() -> None:
    criteria = [changed(code=code, name=code)["criteria"][0] for code in ("a", "b", "c")]
    before, after = {"criteria": criteria}, {"criteria": [criteria[2], criteria[0], criteria[1]]}
    assert told(before, after) == [("changed", "c", [("Order", "+[stands elsewhere among the criteria]")])]
    upside_down = changed(levels=RUBRIC["criteria"][0]["levels"][::-1])
    assert [change.label for change in differences(RUBRIC, upside_down)[0].changes] == ["Order"]


def test_spaces_alone_are_told_as_such() -> None:
    after = changed(name="The  pause")
    assert [change.is_only_spaces for change in differences(RUBRIC, after)[0].changes] == [True]
