"""A click on a form, made by twenty hands at the same moment, and what it changed in the database."""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table

from microcred.accounts.models import Account
from microcred.db import db
from tests.server import Reply, Session, at_once

HANDS = 20
UNCOUNTED = {"form_keys", "history_head"}
"""The key itself is what is tested; the head of the history follows from its entries."""

SIGNED_OUT = 401

Row = tuple[Any, ...]
Rows = dict[Row, Row]
Change = Counter[Row]
Send = Callable[[str], Reply]


@dataclass
class Click:
    """Who sends which fields about what; `ends_session` when the session it is sent in ends by it."""

    by: Account | None
    thing: dict[str, Any]
    fields: dict[str, Any] = field(default_factory=dict)
    ends_session: bool = False


class Race(NamedTuple):
    """What twenty hands were answered, and what one click and twenty changed."""

    replies: list[Reply]
    once: Change
    twenty: Change

    @property
    def answers(self) -> set[tuple[int, str]]:
        """Every answer that somebody got, as its status and where it leads."""
        return {(reply.status, reply.headers.get("Location", "")) for reply in self.replies}


def raced(ready: Callable[[], Send]) -> Race:
    """Make a form ready and click once; make its twin ready and click with twenty hands and one key."""
    once = ready()
    before = snapshot()
    once(secrets.token_hex(8))
    after, twenty = snapshot(), ready()
    between, key = snapshot(), secrets.token_hex(8)
    replies = at_once([lambda: twenty(key)] * HANDS, HANDS)
    return Race(replies, changes(before, after), changes(between, snapshot()))


def sender(session: Session, url: str, fields: dict[str, Any]) -> Send:
    """What sends a form under a key."""
    return lambda key: session.post(url, key, **fields)


def snapshot() -> dict[str, Rows]:
    """Every row of every table, as the database holds it."""
    tables = [table for table in db.metadata.sorted_tables if table.name not in UNCOUNTED]
    with db.engine.connect() as connection:
        return {table.name: _rows(connection, table) for table in tables}


def _rows(connection: Connection, table: Table) -> Rows:
    names = [column.name for column in table.columns]
    keys = [names.index(column.name) for column in table.primary_key]
    rows = connection.exec_driver_sql(f"SELECT {', '.join(names)} FROM {table.name}")
    return {tuple(row[place] for place in keys): tuple(row) for row in rows}


def changes(before: dict[str, Rows], after: dict[str, Rows]) -> Change:
    """How many rows of which table were added, removed and changed, and by how much their numbers changed."""
    found: Change = Counter()
    for name, rows in after.items():
        earlier = before[name]
        found[name, "added"] += len(rows.keys() - earlier.keys())
        found[name, "removed"] += len(earlier.keys() - rows.keys())
        for key in rows.keys() & earlier.keys():
            if rows[key] != earlier[key]:
                found[name, "changed", *_differences(name, earlier[key], rows[key])] += 1
    return +found


def _differences(name: str, before: Row, after: Row) -> list[tuple[str, int]]:
    columns = zip(db.metadata.tables[name].columns, before, after, strict=True)
    return [(column.name, _growth(column.name, old, new)) for column, old, new in columns if old != new]


def _growth(name: str, before: Any, after: Any) -> int:
    is_number = isinstance(before, int) and isinstance(after, int) and not name.endswith("_id")
    return after - before if is_number else 0
