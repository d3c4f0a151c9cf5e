"""Tables that people take along: a CSV file that spreadsheets open as it is meant."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from microcred.web import Answer

BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be run as a formula by a spreadsheet."""

Rows = Iterable[Sequence[Any]]


def csv_response(name: str, columns: Sequence[Any], rows: Rows) -> Response:
    """A CSV file to download, sent row by row; `rows` are sequences of cells in the order of `columns`.

    Rows from the database are read before they are handed over: when they are sent, the transaction has ended.
    """
    response = Response(_lines([columns], rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response


@dataclass
class CsvAnswer(Answer):
    """The answer to an attempt that records a download: the file itself.

    A GET changes nothing, so whoever records a download offers it as a POST, whose `act` calls `record`. `rows` is
    called within the same transaction.
    """

    name: str = "table"
    columns: Sequence[Any] = ()
    rows: Callable[[], Rows] = tuple

    def shown(self, said: str | None, undo: str | None) -> Response:
        """The download is on record: here is the file."""
        return csv_response(self.name, self.columns, self.rows())


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
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
