"""A table as an XLSX workbook: what was typed stays text, numbers and moments stay what they are."""

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from microcred.db import utcnow
from microcred.schooldays import local

LONGEST_TEXT = 32_767
"""What a cell holds, in UTF-16 code units."""

LARGEST_WHOLE = 2**53
"""Numbers beyond lose digits in a spreadsheet, and are written as text."""

NARROWEST, WIDEST = 8, 60
"""How many characters wide a column is."""

UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML file may hold."""

FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
MOMENTS, DAYS, AMOUNTS = "yyyy-mm-dd hh:mm", "yyyy-mm-dd", "0.00"


def workbook(name: str, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """The file: one sheet, its head bold and always in sight."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        book.set_properties({"created": utcnow().replace(tzinfo=None)})
        sheet = book.add_worksheet(FORBIDDEN_IN_NAMES.sub(" ", name)[:31])
        sheet.freeze_panes(1, 0)
        _Filling(book, sheet).fill(columns, rows)
    return file.getvalue()


class _Filling:
    """Writes one row after the other, and then makes each column as wide as its longest cell."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.bold = book.add_format({"bold": True})
        looks = (MOMENTS, DAYS, AMOUNTS)
        self.moments, self.days, self.amounts = (book.add_format({"num_format": each}) for each in looks)
        self.widths: dict[int, int] = {}

    def fill(self, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
        for place, title in enumerate(columns):
            self._text(0, place, str(title), self.bold)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                self._cell(number, place, value)
        for place, width in self.widths.items():
            self.sheet.set_column(place, place, min(max(width + 2, NARROWEST), WIDEST))

    def _cell(self, row: int, place: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, date):
            self._moment(row, place, value)
        elif _is_number(value):
            self.sheet.write_number(row, place, value, self.amounts if isinstance(value, Decimal) else None)
        else:
            self._text(row, place, str(value))

    def _moment(self, row: int, place: int, value: date) -> None:
        is_moment = isinstance(value, datetime)
        self._widen(place, len(MOMENTS if is_moment else DAYS))
        wall = local(value).replace(tzinfo=None, microsecond=0) if isinstance(value, datetime) else value
        self.sheet.write_datetime(row, place, wall, self.moments if is_moment else self.days)

    def _text(self, row: int, place: int, text: str, look: Any = None) -> None:
        shown = _shortened(UNSHOWABLE.sub("\ufffd", text))
        self._widen(place, max(map(len, shown.splitlines()), default=0))
        self.sheet.write_string(row, place, shown, look)

    def _widen(self, place: int, length: int) -> None:
        self.widths[place] = max(self.widths.get(place, 0), length)


def _is_number(value: Any) -> bool:
    is_one = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return is_one and math.isfinite(value) and bool(-LARGEST_WHOLE < value < LARGEST_WHOLE)


def _shortened(text: str) -> str:
    """At most as much of a text as a cell holds, without half a character at its end."""
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * LONGEST_TEXT else units[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
