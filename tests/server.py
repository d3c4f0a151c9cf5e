"""The real application under gunicorn, on a database of its own, for tests of what happens at the same moment."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import EnvironBuilder

from microcred import create_app
from microcred.db import db
from microcred.keys import make_keys

ROOT = Path(__file__).parent.parent
SECONDS_TO_START = 60


class Reply(NamedTuple):
    """What the server answered."""

    status: int
    headers: dict[str, str]
    text: str


class Server(NamedTuple):
    """A running server, and the application object with which a test reads and writes the same database."""

    app: Flask
    port: int
    folder: Path
    process_id: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


class Session:
    """A signed-in browser: its cookies, and a connection for each call, so that many threads may call at once."""

    def __init__(self, server: Server, token: str) -> None:
        self.port = server.port
        cookies = SecureCookieSessionInterface().get_signing_serializer(server.app)
        assert cookies is not None
        self.cookie = f"microcred={cookies.dumps({'_permanent': True, '_user_id': token, 'csrf_token': 'shared'})}"
        self.csrf = URLSafeTimedSerializer(server.app.secret_key or "", salt="wtf-csrf-token").dumps("shared")

    def post(self, path: str, key: str, **fields: Any) -> Reply:
        """Send a form with its tokens; a list is a field with several values, a pair of bytes and a name a file."""
        files = {name: (BytesIO(value[0]), value[1]) for name, value in fields.items() if isinstance(value, tuple)}
        form = EnvironBuilder(method="POST", data={"csrf_token": self.csrf, "form_key": key} | fields | files)
        environment = form.get_environ()
        return self._call("POST", path, environment["wsgi.input"].read(), {"Content-Type": environment["CONTENT_TYPE"]})

    def get(self, path: str) -> Reply:
        """Fetch a page."""
        return self._call("GET", path, None, {})

    def _call(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, headers | {"Cookie": self.cookie, "Connection": "close"})
            response = connection.getresponse()
            return Reply(response.status, dict(response.headers), response.read().decode("utf-8", "replace"))


def settings(folder: Path, database_url: str = "", **extra: str) -> dict[str, str]:
    """The environment of a server on that data folder."""
    make_keys(folder / "keys")
    return {
        "MICROCRED_DATA": str(folder),
        "MICROCRED_SECURE_COOKIES": "0",
        "DATABASE_URL": database_url,
        "MICROCRED_DISTRICT": "Test district",
        **extra,
    }


def empty_database(folder: Path, database_url: str = "", **extra: str) -> Flask:
    """An application whose tables have just been made."""
    app = create_app(settings(folder, database_url, **extra))
    with app.app_context():
        db.drop_all()
        db.create_all()
    return app


@contextmanager
def serving(
    app: Flask, folder: Path, database_url: str = "", *, application: str = "app:app", workers: int = 2, **extra: str
) -> Iterator[Server]:
    """Serve on a free loopback port with gunicorn until the block ends."""
    port = _free_port()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MICROCRED_")}
    environment |= settings(folder, database_url, **extra) | {"PORT": str(port), "WORKERS": str(workers)}
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", application]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _await(port, process, folder)
        yield Server(app, port, folder, process.pid)
    finally:
        process.terminate()
        process.wait(40)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"the server did not start: {(folder / 'server.log').read_text()[-2000:]}")


def at_once(calls: list[Any], threads: int = 32) -> list[Any]:
    """Make every call, `threads` at a time; returns what they returned, in order."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda call: call(), calls))


def faults_in(folder: Path) -> list[str]:
    """The kinds of fault that the server wrote to its log."""
    return re.findall(r'"fault": "(\w+)"', (folder / "server.log").read_text())
