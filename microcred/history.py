"""record(actor, verb, thing): the history that every action writes, chained so that no change goes unnoticed."""

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, CheckConstraint, Connection, ForeignKey, Select, String, event, select
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from microcred.db import Model, db, utcnow

FIRST = "0" * 64


class Entry(Model):
    """One thing that somebody did.

    `commitment` is a salted hash of the payload (who, what, to what). Erasing empties payload and salt; the chain of
    hashes over the commitments stays valid.
    """

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    verb: Mapped[str] = mapped_column(String(60))
    thing: Mapped[str] = mapped_column(String(60))
    thing_id: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    salt: Mapped[str | None] = mapped_column(String(32))
    commitment: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64), unique=True)


class Head(Model):
    """The newest seal: one row, locked by whoever adds entries, in the last moment of a transaction."""

    __tablename__ = "history_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seal: Mapped[str] = mapped_column(String(64))


@event.listens_for(Head.__table__, "after_create")
def _first_seal(table: Any, connection: Connection, **_options: Any) -> None:
    connection.execute(table.insert().values(id=1, seal=FIRST))


def record(actor: Any, verb: str, thing: Any, **details: Any) -> Entry:
    """Add to the history that `actor` (None: the application itself) did `verb` to `thing`, within the transaction.

    `details` are JSON values; never what somebody voted, and no name: ids suffice. The entry is sealed and written
    right before the commit.
    """
    db.session.flush()
    entry = Entry(
        happened_at=utcnow(),
        actor_id=actor and actor.id,
        verb=verb,
        thing=type(thing).__name__,
        thing_id=str(thing.id),
        details=details,
        salt=secrets.token_hex(16),
    )
    entry.commitment = commitment(entry)
    db.session.info.setdefault("unsealed", []).append(entry)
    return entry


@event.listens_for(db.session, "before_commit")
def _seal_entries(session: Session) -> None:
    """Seal what was recorded: so late that whoever holds the head waits for nothing else, and nobody deadlocks.

    The end of a savepoint is too early for it.
    """
    if session.in_nested_transaction():
        return
    entries: list[Entry] = session.info.pop("unsealed", [])
    if not entries:
        return
    session.flush()
    newest = select(Head).with_for_update().execution_options(populate_existing=True)
    head = session.scalars(newest).one()
    for entry in entries:
        entry.seal = head.seal = _seal(head.seal, entry)
        session.add(entry)


@event.listens_for(db.session, "after_transaction_create")
def _mark_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _recorded_before[transaction] = len(session.info.get("unsealed", ()))


@event.listens_for(db.session, "after_soft_rollback")
def _forget_entries(session: Session, transaction: SessionTransaction) -> None:
    """Forget what is rolled back: all of it, or what was recorded since the savepoint."""
    rolled_back = transaction
    while rolled_back.parent and not rolled_back.nested:
        rolled_back = rolled_back.parent
    del session.info.get("unsealed", [])[_recorded_before.get(rolled_back, 0) :]


_recorded_before: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()
"""How many entries were waiting to be sealed when a savepoint began."""


def commitment(entry: Entry) -> str:
    """SHA-256, as 64 hex digits, of the salt and the payload in canonical JSON."""
    payload = [entry.actor_id, entry.verb, entry.thing, entry.thing_id, entry.details]
    return hashlib.sha256(f"{entry.salt}{json.dumps(payload, sort_keys=True)}".encode()).hexdigest()


def _seal(previous: str, entry: Entry) -> str:
    return hashlib.sha256(f"{previous}{entry.happened_at.isoformat()}{entry.commitment}".encode()).hexdigest()


def page_of_history() -> Select[Entry]:
    """Every entry, the newest first."""
    return select(Entry).order_by(Entry.id.desc())


def broken_entries() -> list[int]:
    """The ids of entries that do not follow from the one before, or whose payload is not what was committed to."""
    seal, broken = FIRST, []
    for entry in db.session.scalars(select(Entry).order_by(Entry.id).execution_options(yield_per=500)):
        kept = entry.salt is None or entry.commitment == commitment(entry)
        if not kept or entry.seal != _seal(seal, entry):
            broken.append(entry.id)
        seal = entry.seal
    head = db.session.get(Head, 1)
    if head and head.seal != seal:
        broken.append(0)
    return broken
