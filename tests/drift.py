"""`python -m tests.drift`: the migrations make exactly the tables that the models describe, on both databases."""

import os
import sys
import tempfile
from pathlib import Path

from alembic.util.exc import CommandError
from flask_migrate import check, upgrade

from microcred import create_app
from microcred.cli import init_migrations
from microcred.db import db
from microcred.keys import make_keys
from tests.postgres import running_postgres


def drift(database_url: str) -> str | None:
    """What differs after every migration has run on an empty database, or None."""
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder) / "keys")
        app = create_app({"MICROCRED_DATA": folder, "DATABASE_URL": database_url})
        init_migrations(app)
        with app.app_context():
            upgrade()
            try:
                check()
            except CommandError as difference:
                return str(difference)
            finally:
                db.engine.dispose()
    return None


def main() -> int:
    """Look at both databases; 1 when one of them differs."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with running_postgres() as server:
        found = {name: drift(url) for name, url in (("sqlite", ""), ("postgres", server.create("drift")))}
    for name, difference in found.items():
        print(f"{name}: {difference or 'no drift'}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
