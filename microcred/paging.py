"""One page of a long list: thirty rows, and where the others are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from microcred.db import db

ROWS = 30


@dataclass
class Page:
    """The rows of page `number` (from 1 to `last`) out of `total`; `address` is the list's own, with its filters."""

    rows: Sequence[Any]
    number: int
    total: int
    address: str

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one."""
        return max(1, -(-self.total // ROWS))

    def url(self, number: int) -> str:
        """The address of another page of the same list."""
        return f"{self.address}{'&' if '?' in self.address else '?'}page={number}"


def page_of(statement: Select[Any], wanted: str | None, address: str) -> Page:
    """The wanted page of a statement that selects entities; a page that doesn't exist becomes the nearest that does."""
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    number = int(wanted) if wanted and wanted.isascii() and wanted.isdecimal() and len(wanted) < 7 else 1
    number = min(max(number, 1), max(1, -(-total // ROWS)))
    rows = db.session.scalars(statement.limit(ROWS).offset((number - 1) * ROWS)).unique().all()
    return Page(rows, number, total, address)
