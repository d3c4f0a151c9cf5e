"""A rubric as a table: what is written is read back to the letter, and what is wrong is told with line and column."""

import csv
import io
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask

from microcred.catalog.format import rubric_hash, written
from microcred.catalog.rubric_file import read_rubric
from microcred.catalog.rubric_table import COLUMNS, table_of
from microcred.catalog.sample import SAMPLE
from microcred.errors import Refused

HEAD = ",".join(COLUMNS)
PAUSE = "pause,The pause,yes,met,not-yet,Not yet,0,None.\npause,The pause,yes,met,met,Met,1,Three seconds.\n"
RUBRIC: dict[str, Any] = SAMPLE["micro_credentials"][0]["rubric"]


@pytest.fixture(autouse=True)
def speaking(app: Flask) -> Iterator[None]:
    """Sentences need a language."""
    with app.test_request_context():
        yield


def as_csv(rubric: dict[str, Any], delimiter: str = ",") -> bytes:
    lines = io.StringIO()
    csv.writer(lines, delimiter=delimiter).writerows([COLUMNS, *table_of(rubric)])
    return lines.getvalue().encode()


def tricky() -> dict[str, Any]:
    """A rubric with everything that a spreadsheet could spoil."""
    rubric = deepcopy(RUBRIC)
    rubric["criteria"].append(deepcopy(rubric["criteria"][0]) | {"code": "answers", "name": "=SUM(A1:A9)"})
    low, high = rubric["criteria"][1]["levels"]
    low["name"], high["name"] = "-1, or “less”; not more", "'+quoted"
    low["descriptor"], high["descriptor"] = "@first\n\nsecond, “third”; l’été", "''=twice"
    rubric["criteria"][1]["is_required"] = False
    return rubric


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_what_is_written_is_read_back_to_the_letter(delimiter: str, mark: bytes) -> None:
    assert read_rubric(mark + as_csv(tricky(), delimiter)) == tricky()
    assert read_rubric(mark + written(tricky()).encode()) == tricky()
    assert rubric_hash(read_rubric(as_csv(tricky()))) == rubric_hash(tricky())


def test_nothing_that_is_written_would_be_run_by_a_spreadsheet() -> None:
    cells = [str(cell) for line in table_of(tricky()) for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert "'=SUM(A1:A9)" in cells


def test_there_is_one_line_for_each_level() -> None:
    assert list(table_of(RUBRIC)) == [
        ["pause", "The pause", "yes", "met", "not-yet", "Not yet", 0, "The teacher answers their own question."],
        ["pause", "The pause", "yes", "met", "met", "Met", 1, "There are three seconds after most questions."],
    ]


def test_columns_may_stand_in_any_order_and_a_criterion_need_be_said_once() -> None:
    lines = [
        "Points,descriptor,level_name,level_code,required_level,is_required,criterion_name,criterion_code,",
        "0,None.,Not yet,not-yet,met,OUI,The pause,pause,",
        "",
        ",,,,",
        "1,Three seconds.,Met,met",
    ]
    read = read_rubric("\r\n".join(lines).encode())
    assert read == read_rubric(f"{HEAD}\n{PAUSE}".encode())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Line 1: columns are missing: criterion_code, criterion_name, is_required"),
        (HEAD.replace("points,", "").encode(), "Line 1: columns are missing: points."),
        (f"{HEAD},points\n".encode(), "Line 1: columns are there twice: points."),
        (f"{HEAD},weight%s\n".encode(), "Line 1: unknown columns: weight%s."),
        (f"{HEAD}\n".encode(), "The file: must have 1 to 12 entries."),
        (f"{HEAD}\n{PAUSE}a,b,c,d,e,f,g,h,more\n".encode(), "Line 4 has more cells than line 1."),
        (f'{HEAD}\n{PAUSE}"open'.encode(), "Line 4: this is no CSV (unexpected end of data)."),
        (f"{HEAD}\n{PAUSE}".encode() + b"\xe9", "Line 4: the text is not UTF-8."),
        (HEAD.encode() + b" " * 2_000_000, "The file is larger than 2 MB."),
        (b'{"criteria": []}', "criteria: must have 1 to 12 entries."),
        (b"[", "Line 1, column 2: this is not JSON"),
    ],
)
def test_a_file_that_is_no_rubric_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_rubric(content)
    assert str(refusal.value.sentence).startswith(sentence)


@pytest.mark.parametrize(
    ("line", "column", "typed", "sentence"),
    [
        (3, "level_code", "not-yet", "Line 3, column level_code: is there twice."),
        (2, "required_level", "", "column required_level: is empty: from which level on is the criterion met?"),
        (2, "required_level", "gold", "Line 2, column required_level: must be one of: not-yet, met."),
        (3, "required_level", "not-yet", "Line 3, column required_level: differs from line 2."),
        (3, "criterion_name", "Silence", "Line 3, column criterion_name: differs from line 2."),
        (2, "is_required", "perhaps", "Line 2, column is_required: must be yes or no."),
        (2, "criterion_code", "", "Line 2, column criterion_code: must be a code"),
        (3, "points", "0", "Line 3, column points: must be more than the points of the level before."),
        (3, "points", "1.5", "Line 3, column points: must be a whole number from 0 to 1000."),
        (3, "points", "9" * 400, "Line 3, column points: must be a whole number from 0 to 1000."),
        (3, "level_name", "x" * 81, "Line 3, column level_name: is longer than 80 characters."),
        (3, "descriptor", " ", "Line 3, column descriptor: is empty."),
        (3, "descriptor", "a\x00b", "Line 3, column descriptor: holds a character that cannot be shown."),
        (3, "criterion_code", "other", "Line 2, the levels of the criterion: must have 2 to 8 entries."),
    ],
)
def test_what_is_wrong_is_told_with_line_and_column(line: int, column: str, typed: str, sentence: str) -> None:
    rows = [list(map(str, row)) for row in table_of(RUBRIC)]
    rows[line - 2][COLUMNS.index(column)] = typed
    lines = io.StringIO()
    csv.writer(lines).writerows([COLUMNS, *rows])
    with pytest.raises(Refused) as refusal:
        read_rubric(lines.getvalue().encode())
    assert sentence in str(refusal.value.sentence)


def test_a_criterion_that_comes_again_further_down_is_there_twice() -> None:
    other = PAUSE.replace("pause,The pause", "other,Other")
    with pytest.raises(Refused) as refusal:
        read_rubric(f"{HEAD}\n{PAUSE}{other}{PAUSE}".encode())
    assert str(refusal.value.sentence) == "Line 6, column criterion_code: is there twice."


def test_a_rubric_that_requires_nothing_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        read_rubric(f"{HEAD}\n{PAUSE}".replace(",yes,", ",no,").encode())
    assert str(refusal.value.sentence) == "The file: must have at least one criterion that is required."


def test_lines_are_counted_where_a_cell_holds_several() -> None:
    spread = PAUSE.replace("None.", '"None.\nNot one."')
    with pytest.raises(Refused) as refusal:
        read_rubric(f"{HEAD}\n{spread.replace(',met,Met', ',MET,Met')}".encode())
    assert "Line 4, column level_code: must be a code" in str(refusal.value.sentence)
