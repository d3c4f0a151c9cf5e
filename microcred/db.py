"""The database: its base class, the clock, and the manners of SQLite and PostgreSQL."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData, TypeDecorator, event, inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, registry

from microcred.config import UnusableSetting
from microcred.errors import Gone

SAFE_SQLITE = (3, 51, 3)
"""The first release without the WAL-reset fault."""

UNIQUE_VIOLATION = "23505"
"""PostgreSQL's code for it; SQLite has words only."""

LOCK_SECONDS = 5
STATEMENT_SECONDS = 10


def utcnow() -> datetime:
    """The moment it is, in UTC and aware of it."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at a moment: the demo lives through its weeks with it."""
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


_told: ContextVar[datetime | None] = ContextVar("told", default=None)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the time zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Base(DeclarativeBase):
    """The base of every table: constraints are named, so that migrations can find them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: Moment},
    )


Row = TypeVar("Row", bound=Base)

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def is_sqlite() -> bool:
    """Whether this application's database is SQLite."""
    return db.engine.dialect.name == "sqlite"


def init_database(app: Flask) -> None:
    """Connect the application to its database, with the manners that its kind needs."""
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        _prepare_sqlite(app)
    else:
        options = f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s"
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True, "connect_args": {"options": options}}
    db.init_app(app)
    with app.app_context():
        if is_sqlite():
            event.listen(db.engine, "connect", _sqlite_manners)
            event.listen(db.engine, "begin", _sqlite_begin)
        try:
            _refuse_newer_schema(Path(app.root_path).parent / "migrations" / "versions")
        finally:
            db.engine.dispose()


def _refuse_newer_schema(versions: Path) -> None:
    """Stop when the database was migrated by a later microcred; one that cannot be reached is for later to tell."""
    try:
        with db.engine.connect() as connection:
            known = {path.stem.partition("_")[2] for path in versions.glob("*.py")}
            found = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
    except DBAPIError:
        return
    if found - known:
        raise UnusableSetting("The database is newer than this microcred. Install the version that migrated it.")


def _prepare_sqlite(app: Flask) -> None:
    import pysqlite3

    if pysqlite3.sqlite_version_info < SAFE_SQLITE:
        raise UnusableSetting(f"SQLite {pysqlite3.sqlite_version} can lose data: at least 3.51.3 is needed.")
    Path(app.config["MICROCRED_DATA"]).mkdir(parents=True, exist_ok=True)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "module": pysqlite3,
        "connect_args": {"timeout": LOCK_SECONDS, "isolation_level": None},
    }


def _sqlite_manners(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={LOCK_SECONDS * 1000}",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def stop_reading() -> None:
    """End the transaction of what was read so far: what takes long should keep no connection waiting."""
    db.session.rollback()


@contextmanager
def writing() -> Iterator[None]:
    """One transaction that may write; it commits at the end, or rolls back whatever is raised.

    What was read before is forgotten and read again under the lock. On SQLite writers queue here, threads on a lock
    and workers on a lock file, and the transaction begins IMMEDIATE, so that no check is made on a state that another
    writer is about to change. Only `web` and `cli` may open one.
    """
    db.session.rollback()
    with _queue():
        db.session.connection(execution_options={"writes": True})
        tables: set[str] = db.session.info.setdefault("scrubbed", set())
        try:
            yield
            db.session.commit()
            _scrub(tables)
        except BaseException:
            db.session.rollback()
            raise
        finally:
            tables.clear()


def scrub(*tables: str) -> None:
    """Ask that once this transaction is committed nothing is left on disk of what it deleted from these tables."""
    db.session.info.setdefault("scrubbed", set()).update(tables)


def _scrub(tables: set[str]) -> None:
    """Empty SQLite's log (`secure_delete` overwrites the pages), or write PostgreSQL's tables anew.

    Somebody who still reads the old rows can keep that from happening; then the next time does it. Within a larger
    transaction nothing is final yet.
    """
    engine = db.engine.engine
    if not tables or db.engine is not engine:
        return
    if is_sqlite():
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with suppress(DBAPIError), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.exec_driver_sql(f"VACUUM FULL {table}")


_turn = threading.Lock()


class Busy(Exception):
    """The writers' queue did not move for as long as a person would wait."""


@contextmanager
def _queue() -> Iterator[None]:
    file = db.engine.engine.url.database
    if not is_sqlite() or not file:
        yield
        return
    if not _turn.acquire(timeout=LOCK_SECONDS * 4):
        raise Busy
    try:
        with Path(file + ".queue").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    finally:
        _turn.release()


def lock(row: Row) -> Row:
    """Read a row again and hold it until the end of the transaction (on SQLite the whole database is already held).

    Rows that refer to it may still be added by others, so that two actions that meet crosswise don't deadlock.
    Gone when it was removed meanwhile.
    """
    db.session.flush()
    try:
        db.session.refresh(row, with_for_update={"key_share": True, "of": type(row)})
    except InvalidRequestError:
        if inspect(row).transient:
            raise
        raise Gone from None
    return row


def is_taken(error: IntegrityError) -> bool:
    """Whether what must be there once was there already; whatever else breaks a constraint is a slip of our own."""
    return getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION or str(error.orig).startswith("UNIQUE")
