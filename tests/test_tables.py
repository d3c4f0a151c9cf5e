"""Tables to take along: cells stay text in a spreadsheet."""

import csv
import io

import pytest

from microcred.tables import csv_response


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
