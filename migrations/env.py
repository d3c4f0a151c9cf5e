"""How a migration reaches the database: through the application's own engine, in one transaction."""

from alembic import context

from microcred.db import db


def run() -> None:
    """Run the migrations; a table that SQLite cannot alter is copied."""
    with db.engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=True,
            transaction_per_migration=True,
            render_item=_render,
        )
        with context.begin_transaction():
            context.run_migrations()


def _render(kind: str, thing: object, _context: object) -> str | bool:
    if kind == "type" and type(thing).__name__ == "Moment":
        return "sa.DateTime(timezone=True)"
    return False


run()
