"""How a migration reaches the database: through the application's own engine, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection, text

from microcred.db import db


def run() -> None:
    """Run the migrations; a table that SQLite cannot alter is copied."""
    with db.engine.connect().execution_options(writes=True) as connection, _without_foreign_keys(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=True,
            render_item=_render,
        )
        with context.begin_transaction():
            context.run_migrations()
            _refuse_astray(connection)


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite put a copy in a table's place while others point to it.

    The switch does nothing within a transaction, so it is thrown on the bare connection.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    bare = connection.connection.driver_connection
    assert bare is not None, "it is connected"  # noqa: S101
    bare.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        bare.execute("PRAGMA foreign_keys = ON")


def _refuse_astray(connection: Connection) -> None:
    astray = connection.execute(text("PRAGMA foreign_key_check")).all() if connection.dialect.name == "sqlite" else []
    if astray:
        raise RuntimeError(f"rows would point nowhere after the migration: {astray[:3]}")


def _render(kind: str, thing: object, _context: object) -> str | bool:
    if kind == "type" and type(thing).__name__ == "Moment":
        return "sa.DateTime(timezone=True)"
    return False


run()
