"""Tables to take along: what was typed stays text in a spreadsheet."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import openpyxl
import pytest
from flask import Flask
from openpyxl.worksheet.worksheet import Worksheet

from microcred.db import at
from microcred.tables import csv_response, xlsx_response


def test_a_file_begins_with_a_byte_order_mark_and_its_columns() -> None:
    response = csv_response("people", ["Name", "Days"], [["Zoé", 3], [None, -2]])
    assert response.get_data() == b"\xef\xbb\xbfName,Days\r\nZo\xc3\xa9,3\r\n,-2\r\n"
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=people.csv"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    written = csv_response("people", ["Why"], [[text, "x"]]).get_data(as_text=True)
    assert list(csv.reader(io.StringIO(written, newline="")))[1] == [f"'{text}", "x"]


@pytest.mark.parametrize("text", ["a=b", "1-2", " =1", "", 'a,b\n"c"'])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    written = csv_response("people", ["Why"], [[text, "x"]]).get_data(as_text=True)
    assert list(csv.reader(io.StringIO(written, newline="")))[1] == [text, "x"]


TYPED = ["=1+1", "https://example.org/x", "00123", "{=A1}", "@SUM(A1)", " two\nlines ", "Zoé 🙂", "'=1"]


def read_back(rows: list[list[Any]], columns: tuple[str, ...] = ("Name",)) -> Worksheet:
    written = xlsx_response("people", columns, rows).get_data()
    return cast("Worksheet", openpyxl.load_workbook(io.BytesIO(written)).active)


@pytest.mark.parametrize("text", TYPED)
def test_what_was_typed_stays_text_in_a_workbook(app: Flask, text: str) -> None:
    with app.app_context():
        cell = read_back([[text]])["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "a\ud800b", "a\uffffb", "a\x1bb"])
def test_what_no_xml_may_hold_is_shown_as_lost(app: Flask, text: str) -> None:
    with app.app_context():
        assert read_back([[text]])["A2"].value == "a\ufffdb"


@pytest.mark.parametrize("text", ["x" * 40_000, "🙂" * 20_000])
def test_a_very_long_text_is_cut_to_what_a_cell_holds(app: Flask, text: str) -> None:
    with app.app_context():
        kept = read_back([[text]])["A2"].value
    assert isinstance(kept, str)
    assert len(kept.encode("utf-16-le")) // 2 == 32_767 - (text[0] == "🙂")
    assert text.startswith(kept)


def test_numbers_days_and_moments_stay_what_they_are(app: Flask) -> None:
    noon = datetime(2026, 12, 3, 17, 0, 5, tzinfo=UTC)
    row = [7, -2.5, Decimal("2.50"), date(2026, 12, 3), noon, None, True, 2**60, float("nan")]
    with app.app_context():
        cells = read_back([row])[2]
    assert [cell.value for cell in cells] == [
        7,
        -2.5,
        2.5,
        datetime(2026, 12, 3),  # noqa: DTZ001 — a spreadsheet knows no time zone
        datetime(2026, 12, 3, 12, 0, 5),  # noqa: DTZ001
        None,
        "True",
        str(2**60),
        "nan",
    ]
    assert [cells[place].number_format for place in (2, 3, 4)] == ["0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]


def test_the_head_is_bold_and_stays_in_sight_and_columns_are_as_wide_as_their_texts(app: Flask) -> None:
    with app.app_context():
        sheet = read_back([["x" * 30, "y" * 500, ""]], ("Name", "Why", "E"))
    assert [(cell.value, cell.font.bold) for cell in sheet[1]] == [("Name", True), ("Why", True), ("E", True)]
    assert (sheet.freeze_panes, sheet["A2"].font.bold) == ("A2", False)
    assert [round(sheet.column_dimensions[name].width) for name in "ABC"] == [33, 61, 9]


def test_a_workbook_is_named_and_typed_and_the_same_twice(app: Flask) -> None:
    with app.app_context(), at(datetime(2026, 12, 3, tzinfo=UTC)):
        first, second = (xlsx_response("a/b: 'long' name of a table", ["Name"], [["Zoé"]]) for _each in range(2))
    assert first.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert first.headers["Content-Disposition"].endswith('.xlsx"')
    assert first.get_data() == second.get_data()


def test_moments_and_days_are_written_in_a_csv_file(app: Flask) -> None:
    row = [datetime(2026, 12, 3, 17, tzinfo=UTC), date(2026, 12, 4), Decimal("2.50")]
    with app.test_request_context():
        assert (
            csv_response("people", ["a"], [row]).get_data(as_text=True)
            == "\ufeffa\r\n2026-12-03 12:00,2026-12-04,2.50\r\n"
        )


def test_a_file_is_whole_before_it_is_sent(app: Flask) -> None:
    with app.test_request_context():
        response = csv_response("moments", ["When"], [[datetime(2026, 12, 3, 21, 5, tzinfo=UTC)]])
    assert response.get_data(as_text=True).splitlines()[1:] == ["2026-12-03 16:05"]
