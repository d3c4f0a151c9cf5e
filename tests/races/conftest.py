"""A field for races: a database of its own with the cast on it, and the real server in front."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask

from microcred.accounts import actions
from microcred.accounts.models import Account
from microcred.db import db, writing
from tests.cast import Cast, make_cast
from tests.server import Server, Session, empty_database, serving
from tests.world import World, make_world


class Field:
    """An application on an empty database, before the race starts, and the people in it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url = folder, database_url
        self.app: Flask = empty_database(folder, database_url)

    @contextmanager
    def prepared(self) -> Iterator[Cast]:
        """Write what the race needs; the cast is there."""
        with self.app.app_context():
            yield make_cast()
            db.session.commit()
            db.session.remove()

    @contextmanager
    def served(self, application: str = "app:app") -> Iterator[Server]:
        """The server, two workers of four threads."""
        with serving(self.app, self.folder, self.database_url, application=application) as server:
            yield server


@pytest.fixture
def field(tmp_path: Path, on_postgres: bool, request: pytest.FixtureRequest) -> Iterator[Field]:
    """A fresh field on the database of this run."""
    url = request.getfixturevalue("postgres").create("race") if on_postgres else ""
    field = Field(tmp_path, url)
    yield field
    with field.app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def token_of(field: Field) -> Callable[[Account], str]:
    """Signs somebody in and returns the token."""

    def start(person: Account) -> str:
        with writing():
            return actions.start_session(person)

    return start


def session(server: Server, token: str) -> Session:
    """A browser of its own for one call."""
    return Session(server, token)


class Stage(NamedTuple):
    """A running server, and the world of tests/world.py on it."""

    field: Field
    server: Server
    world: World

    def session(self, person: Account | None) -> Session:
        """A browser in which somebody is signed in; nobody, without a person."""
        return session(self.server, actions.start_session(person) if person else "")


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory, on_postgres: bool, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """One server for every test of a module; it has the planted routes too. What a test needs it makes itself."""
    url = request.getfixturevalue("postgres").create("stage") if on_postgres else ""
    field = Field(tmp_path_factory.mktemp("stage"), url)
    with field.app.app_context(), field.served("tests.races.control:app") as server:
        yield Stage(field, server, make_world(make_cast()))
        db.session.remove()
        db.engine.dispose()
