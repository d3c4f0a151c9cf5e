"""Tables that people take along: a CSV file, or a workbook, that spreadsheets open as it is meant."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response
from wtforms import SelectField

from microcred.fields import choices
from microcred.web import Answer, Form
from microcred.words import stamp

BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be run as a formula by a spreadsheet."""

FORMATS = {"csv": "CSV", "xlsx": "XLSX"}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Rows = Iterable[Sequence[Any]]


class DownloadForm(Form):
    """As which file a table is taken along; CSV when nothing is said."""

    format = SelectField(choices=choices(FORMATS), default="csv")


def csv_response(name: str, columns: Sequence[Any], rows: Rows) -> Response:
    """A CSV file to download; `rows` are sequences of cells (texts, numbers, days, moments) in the order of `columns`.

    It is written whole before it is sent: by then the transaction has ended, and with it the reader’s language.
    """
    return _attached(Response("".join(_lines([columns], rows)), mimetype="text/csv"), f"{name}.csv")


def xlsx_response(name: str, columns: Sequence[Any], rows: Rows) -> Response:
    """The same table as a workbook."""
    from microcred.workbook import workbook  # which few need, and which takes long to load

    return _attached(Response(workbook(name, columns, rows), mimetype=WORKBOOK), f"{name}.xlsx")


def _attached(response: Response, name: str) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@dataclass
class TableAnswer(Answer):
    """The answer to an attempt that records a download: the file itself.

    A GET changes nothing, so whoever records a download offers it as a POST, whose `act` calls `record`. `rows` is
    called within the same transaction; `format` says as which file.
    """

    name: str = "table"
    columns: Sequence[Any] = ()
    rows: Callable[[], Rows] = tuple
    format: str = "csv"

    def shown(self, said: str | None, undo: str | None) -> Response:
        """The download is on record: here is the file."""
        respond = xlsx_response if self.format == "xlsx" else csv_response
        return respond(self.name, self.columns, self.rows())


def _lines(*parts: Rows) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    for rows in parts:
        for row in rows:
            line = io.StringIO()
            csv.writer(line).writerow([_cell(value) for value in row])
            yield line.getvalue()


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    text = _written(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _written(value: Any) -> str:
    """Moments in local school time, days as 2026-12-03, anything else as it is."""
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else str(value)
