"""What a district has entered outlives every migration, forwards and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from microcred import create_app
from microcred.cli import init_migrations
from microcred.db import db
from microcred.keys import make_keys

MOMENT = "2026-10-01 16:00:00.250000"
LATER = "2026-10-02 08:30:00.000000"
FIRST_ROWS = f"""
INSERT INTO schools (id, name) VALUES (1, 'North school');
INSERT INTO accounts (id, name, email, school_id, created_at) VALUES (1, 'Amara', 'amara@school.local', 1, '{MOMENT}');
INSERT INTO pilots (id, title, purpose, success, places, places_taken, sign_up_opens_at, starts_on, ends_on,
  reviewers_per_submission, created_at) VALUES (1, 'Talk', 'To see', 'Half', 2, 0, '{MOMENT}', '2026-10-01',
  '2026-12-01', 2, '{MOMENT}');
INSERT INTO volunteers (id, pilot_id, person_id, school_id, state, why, applied_at, approved_at, offers_expired)
  VALUES (1, 1, 1, 1, 'waiting', 'Yes', '{MOMENT}', '{LATER}', 0);
INSERT INTO polls (id, pilot_id, question, method, max_approvals, seats, shows_standings_to_voters, created_at,
  closes_at, lots) VALUES (1, 1, 'Which?', 'approve', 5, 3, true, '{MOMENT}', '{LATER}', '[]'),
  (2, 1, 'Which next?', 'approve', 5, 2, false, '{MOMENT}', '{LATER}', '[]');
INSERT INTO ballots (id, poll_id, voter_mark, choice) VALUES ('one', 1, 'mark', '["A"]')
"""
LATER_IN_MICROSECONDS = 1_790_929_800_000_000


@pytest.fixture
def app_of_its_own(tmp_path: Path, request: pytest.FixtureRequest, on_postgres: bool) -> Iterator[Flask]:
    """An application whose database has only the first tables, with rows in them."""
    make_keys(tmp_path / "keys")
    url = request.getfixturevalue("postgres").create("migrated") if on_postgres else ""
    app = create_app({"MICROCRED_DATA": str(tmp_path), "DATABASE_URL": url})
    init_migrations(app)
    with app.app_context():
        upgrade(revision="first_tables")
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            for statement in FIRST_ROWS.split(";"):
                connection.execute(text(statement.replace(":", r"\:")))
        yield app
        db.session.remove()
        db.engine.dispose()


def rows(question: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def test_who_waited_keeps_the_place_in_line(app_of_its_own: Flask) -> None:
    upgrade()
    assert rows("SELECT id, turn, state FROM volunteers") == [(1, LATER_IN_MICROSECONDS, "waiting")]


def test_polls_show_their_standings_to_the_same_people(app_of_its_own: Flask) -> None:
    upgrade()
    shown = "SELECT id, shows_standings_to, seats, audience FROM polls ORDER BY id"
    assert rows(shown) == [(1, "voters", 3, "schools"), (2, "all", 2, "schools")]
    assert rows("SELECT id, voter_mark, most_wanted FROM ballots") == [("one", "mark", None)]


def test_the_way_back_loses_nothing_that_was_there_before(app_of_its_own: Flask) -> None:
    upgrade()
    downgrade(revision="first_tables")
    assert rows("SELECT id, shows_standings_to_voters, seats FROM polls ORDER BY id") == [(1, True, 3), (2, False, 2)]
    assert rows("SELECT id, voter_mark FROM ballots") == [("one", "mark")]
    assert rows("SELECT id, state FROM volunteers") == [(1, "waiting")]


def test_what_the_database_refuses_it_still_refuses(app_of_its_own: Flask) -> None:
    upgrade()
    for broken in ("seats = 0", "seats = NULL", "budget_hours = 5", "max_approvals = 0"):
        with pytest.raises(Exception, match=r"(?i)check constraint"), db.engine.connect() as connection:
            connection.execution_options(writes=True).execute(text(f"UPDATE polls SET {broken} WHERE id = 1"))
