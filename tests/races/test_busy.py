"""A locked or full database answers 503, keeps the form, loses nothing, and works again without a restart."""

import resource
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pysqlite3
from sqlalchemy import func, select

from microcred.accounts.actions import start_session
from microcred.accounts.models import Account, School
from microcred.db import db, writing
from tests.races.conftest import Field, session
from tests.server import Reply, Server

ROOM_LEFT = 64 * 1024


@contextmanager
def locked(field: Field) -> Iterator[None]:
    """Hold the lock that a new school needs."""
    if field.database_url:
        with psycopg.connect(field.database_url) as connection:
            connection.execute("LOCK TABLE schools IN ACCESS EXCLUSIVE MODE")
            yield
            connection.rollback()
        return
    connection = pysqlite3.connect(str(field.folder / "microcred.sqlite"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.close()


def add_school(server: Server, token: str, name: str) -> Reply:
    return session(server, token).post("/schools", secrets.token_hex(8), name=name)


def schools(field: Field) -> int:
    with field.app.app_context():
        return db.session.scalar(select(func.count()).select_from(School)) or 0


def is_kept(reply: Reply, name: str) -> bool:
    """Whether the answer says that nothing was lost and offers to send the same once more."""
    return f'name="name" value="{name}"' in reply.text and reply.headers["Retry-After"] == "5"


def test_a_locked_database_keeps_the_form(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        token = token_of(cast.adam)
    with field.served() as server:
        with locked(field):
            refused = add_school(server, token, "West school")
        assert (refused.status, is_kept(refused, "West school")) == (503, True)
        assert schools(field) == 2
        assert add_school(server, token, "West school").status == 303
    assert schools(field) == 3


def test_a_full_disk_keeps_the_form_and_works_again_without_a_restart(
    tmp_path: Path,
) -> None:
    field = Field(tmp_path, "")
    with field.prepared() as cast, writing():
        token = start_session(cast.adam)
    with field.served() as server:
        add_school(server, token, "First school")
        limit_files(server, (field.folder / "microcred.sqlite-wal").stat().st_size + ROOM_LEFT)
        names = [f"School {number} {'x' * 90}" for number in range(60)]
        refused = next(reply for name in names if (reply := add_school(server, token, name)).status != 303)
        assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        limit_files(server, resource.RLIM_INFINITY)
        before = schools(field)
        assert add_school(server, token, "Last school").status == 303
        assert schools(field) == before + 1


def limit_files(server: Server, size: int) -> None:
    """Let no process of the server write a file beyond that size, as on a full disk."""
    listed = subprocess.run(["pgrep", "-P", str(server.process_id)], capture_output=True, text=True, check=True)
    for process_id in [server.process_id, *map(int, listed.stdout.split())]:
        resource.prlimit(process_id, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
