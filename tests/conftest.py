"""One application and one database for the whole run; every test sees the cast and leaves nothing behind."""

import contextvars
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from typing import cast as cast_to

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from werkzeug.test import TestResponse

from microcred import create_app
from microcred.accounts import actions
from microcred.accounts.models import Account
from microcred.db import db
from microcred.keys import make_keys
from tests.cast import Cast, make_cast
from tests.postgres import Server, running_postgres
from tests.world import World, make_world

CSRF = "a token that the session and the form share"
HTMX = {"HX-Request": "true"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database` chooses where the rows live."""
    parser.addoption("--database", choices=("sqlite", "postgres"), default="sqlite")


@pytest.fixture(scope="session")
def on_postgres(request: pytest.FixtureRequest) -> bool:
    """Whether this run is on PostgreSQL."""
    return bool(request.config.getoption("--database") == "postgres")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of our own."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def environment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, on_postgres: bool
) -> dict[str, str]:
    """The settings of the application under test."""
    folder = tmp_path_factory.mktemp("data")
    make_keys(folder / "keys")
    settings = {"MICROCRED_DATA": str(folder), "MICROCRED_SECURE_COOKIES": "0", "MICROCRED_DISTRICT": "Test district"}
    if on_postgres:
        settings["DATABASE_URL"] = request.getfixturevalue("postgres").create("microcred")
    return settings


class Browser(FlaskClient):
    """A client that runs each call in an empty context, so that it shares no session with the test."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; what the test wrote is there, and what the request wrote is seen afterwards."""
        db.session.commit()
        response: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        return response

    def send(self, url: str, /, *, key: str | None = None, htmx: bool = False, **fields: Any) -> TestResponse:
        """Post a form with its tokens, as a page would; `htmx` asks for the fragment."""
        with self.session_transaction() as session:
            session["csrf_token"] = CSRF
        signer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
        tokens = {"csrf_token": signer.dumps(CSRF), "form_key": key or secrets.token_urlsafe(12)}
        return self.post(url, data=tokens | fields, headers=HTMX if htmx else {})


@pytest.fixture(scope="session")
def app(environment: dict[str, str]) -> Iterator[Flask]:
    """The application, with its tables made and the cast written."""
    app = create_app(environment)
    app.test_client_class = Browser
    with app.app_context():
        db.create_all()
        db.session.configure(join_transaction_mode="create_savepoint")
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def rows(app: Flask) -> Iterator[None]:
    """An application context in which everything that is written is taken back after the test."""
    with app.app_context():
        engine = db.engines[None]
        connection = engine.connect()
        transaction = connection.begin()
        engines = cast_to("dict[Any, Any]", db.engines)
        engines[None] = connection
        try:
            yield
        finally:
            db.session.remove()
            transaction.rollback()
            connection.close()
            engines[None] = engine


@pytest.fixture
def cast(rows: None) -> Cast:
    """The people of tests/cast.py."""
    return make_cast()


@pytest.fixture
def world(cast: Cast) -> World:
    """The pilot of tests/world.py."""
    return make_world(cast)


@pytest.fixture
def visitor(app: Flask, rows: None) -> Browser:
    """Somebody who has not signed in."""
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


@pytest.fixture
def browse(app: Flask, rows: None) -> Callable[[Account], Browser]:
    """A browser in which somebody is signed in."""

    def sign_in(person: Account) -> Browser:
        client = app.test_client()
        assert isinstance(client, Browser)
        token = actions.start_session(person)
        db.session.commit()
        with client.session_transaction() as session:
            session.permanent = True
            session["_user_id"] = token
        return client

    return sign_in


@pytest.fixture
def count_queries(rows: None) -> Callable[[Callable[[], Any]], int]:
    """Counts the statements, other than savepoints, that a call sends to the database."""

    def count(call: Callable[[], Any]) -> int:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not re.match(r"(SAVEPOINT|RELEASE|ROLLBACK|BEGIN)", statement):
                statements.append(statement)

        engine = db.engine.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    return count


@pytest.fixture
def data_folder(environment: dict[str, str]) -> Path:
    """Where the application under test keeps its keys and files."""
    return Path(environment["MICROCRED_DATA"])
