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
from microcred.recognition.balance import broken_books
from microcred.recognition.ledger import take_back, write_off
from microcred.recognition.models import HandOut
from microcred.recognition.stock_models import StockVerb

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
ROWS_OF_SCORING = f"""
INSERT INTO stacks (id, code, title, description, design) VALUES (1, 'talk', 'Talk', 'Talking', 'book');
INSERT INTO micro_credentials (id, code, stack_id, title, skill, why, effort_hours, reviewer_hours, subjects, alignment)
  VALUES (1, 'wait', 1, 'Wait', 'Waits', 'It helps', 8, 1, '[]', '[]');
INSERT INTO rubrics (id, micro_credential_id, version, hash, created_at) VALUES (1, 1, 1, 'hash', '{MOMENT}');
INSERT INTO criteria (id, rubric_id, position, code, name, is_required, required_position)
  VALUES (1, 1, 0, 'plan', 'Plans', true, 1);
INSERT INTO evidence_parts (id, micro_credential_id, position, code, name, prompt, word_limit, takes_files)
  VALUES (1, 1, 0, 'overview', 'Overview', 'What?', 99, true);
INSERT INTO submissions (id, code_name, person_id, pilot_id, micro_credential_id, rubric_id, attempt, state, started_at,
  submitted_at) VALUES (1, 'Maple', 1, 1, 1, 1, 1, 'in review', '{MOMENT}', '{LATER}');
INSERT INTO artefacts (id, submission_id, part_id, number, link, caption, added_at)
  VALUES (1, 1, 1, 3, 'https://school.example', '', '{MOMENT}');
INSERT INTO reviews (id, submission_id, reviewer_id, seat, state, offered_at, due_at, comment)
  VALUES (1, 1, 1, 1, 'draft', '{LATER}', '{LATER}', '');
INSERT INTO scores (id, review_id, criterion_id, level_position, feedback, saved_at)
  VALUES (1, 1, 1, 1, 'Clear', '{LATER}');
INSERT INTO conflicts (id, reviewer_id, person_id, declared_at) VALUES (1, 1, 1, '{MOMENT}')
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
            for statement in f"{FIRST_ROWS};{ROWS_OF_SCORING}".split(";"):
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


def test_evidence_and_reviews_stay_as_they_were(app_of_its_own: Flask) -> None:
    upgrade()
    assert rows("SELECT state, moved_at = submitted_at, reviewers_wanted FROM submissions") == [
        ("in review", True, None)
    ]
    assert rows("SELECT number, position FROM artefacts") == [(3, 3)]
    assert rows("SELECT state, seat, anchor_use FROM reviews") == [("draft", 1, None)]
    assert rows("SELECT feedback, revision FROM scores") == [("Clear", 1)]
    assert rows("SELECT reviewer_id, person_id, source FROM conflicts") == [(1, 1, "recused")]


def test_on_the_way_back_an_appeal_is_over_and_anchors_are_gone(
    app_of_its_own: Flask,
) -> None:
    upgrade()
    columns = "person_id, pilot_id, micro_credential_id, rubric_id, attempt, started_at, moved_at"
    copies = (("Alder", "under appeal"), ("Beech", "anchor"))
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("UPDATE submissions SET state = 'denied'"))
        for number, (name, state) in enumerate(copies, start=2):
            connection.execute(
                text(
                    f"INSERT INTO submissions (id, code_name, state, {columns})"
                    f" SELECT {number}, '{name}', '{state}', {columns} FROM submissions WHERE id = 1"
                )
            )
        connection.execute(
            text(
                "INSERT INTO reviews (id, submission_id, reviewer_id, seat, state, anchor_use, offered_at, due_at,"
                f" comment) VALUES (2, 3, 1, 0, 'final', 'training', '{LATER}', '{LATER}', '')".replace(":", r"\:")
            )
        )
        connection.execute(
            text("INSERT INTO conflicts SELECT 2, reviewer_id, person_id, declared_at, 'named' FROM conflicts")
        )
    downgrade(revision="first_tables")
    assert rows("SELECT code_name, state FROM submissions ORDER BY id") == [
        ("Maple", "denied"),
        ("Alder", "not yet"),
    ]
    assert rows("SELECT id, seat FROM reviews") == [(1, 1)]
    assert rows("SELECT feedback FROM scores") == [("Clear",)]
    assert rows("SELECT reviewer_id, person_id FROM conflicts") == [(1, 1)]


GIVEN_AWAY = f"""
INSERT INTO giveaways (id, pilot_id, code, name, name_fr, description, supplier, supplier_url, picture, value_cents,
  stock, rule, announced_at) VALUES
  (1, 1, 'mug', 'Mug', 'Tasse', '', '', '', '', 850, 6, 'voted', '{MOMENT}'),
  (2, 1, 'tote', 'Tote', '', '', '', '', '', 300, 0, 'joined', '{MOMENT}');
INSERT INTO entitlements (id, person_id, giveaway_id, reason, because, due_at) VALUES
  (1, 1, 1, 'voted:1', '{{}}', '{MOMENT}'), (2, 1, 1, 'voted:2', '{{}}', '{MOMENT}');
INSERT INTO hand_outs (id, entitlement_id, given_at, given_by_id, value_cents, acknowledged_at, undone_at) VALUES
  (1, 1, '{MOMENT}', 1, 850, '{LATER}', NULL), (2, 2, '{MOMENT}', 1, 850, NULL, '{LATER}');
INSERT INTO stock_moves (giveaway_id, verb, quantity, moved_at, by_id, note, hand_out_id) VALUES
  (1, 'received', 10, '{MOMENT}', 1, 'A box', NULL), (1, 'given', -1, '{MOMENT}', 1, '', 1),
  (1, 'given', -1, '{MOMENT}', 1, '', 2), (1, 'undone', 1, '{LATER}', 1, '', 2),
  (1, 'lost', -2, '{LATER}', 1, 'Behind the shelf', NULL), (1, 'counted', -1, '{LATER}', 1, '', NULL)
"""
LEDGER_BEFORE = [
    (1, "received", 10),
    (2, "given", -1),
    (3, "given", -1),
    (4, "undone", 1),
    (5, "lost", -2),
    (6, "counted", -1),
]


def write(statements: str) -> None:
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for statement in statements.split(";"):
            connection.execute(text(statement.replace(":", r"\:")))


def test_what_lay_in_one_list_lies_in_the_districts_store(app_of_its_own: Flask) -> None:
    upgrade(revision="evidence_and_scoring_in_depth")
    write(GIVEN_AWAY)
    upgrade()
    assert rows("SELECT is_districts, school_id FROM stores") == [(True, None)]
    assert rows("SELECT giveaway_id, position, name FROM variants ORDER BY giveaway_id") == [(1, 0, ""), (2, 0, "")]
    lying = "SELECT giveaway_id, quantity FROM stocks JOIN variants ON variants.id = variant_id ORDER BY giveaway_id"
    assert rows(lying) == [(1, 6), (2, 0)]
    assert rows("SELECT quantity, remaining, unit_price_cents FROM deliveries ORDER BY id") == [
        (7, 6, 850),
        (0, 0, 300),
    ]
    assert rows("SELECT id, cost_cents, acknowledged_by FROM hand_outs ORDER BY id") == [
        (1, 850, "page"),
        (2, 850, None),
    ]
    assert rows("SELECT id, verb, quantity FROM stock_moves ORDER BY id") == LEDGER_BEFORE
    assert rows("SELECT SUM(quantity), SUM(cost_cents) FROM stock_moves") == [(6, 6 * 850)]


def test_the_books_balance_after_the_migration_and_after_the_next_hand_out(app_of_its_own: Flask) -> None:
    upgrade(revision="evidence_and_scoring_in_depth")
    write(GIVEN_AWAY)
    upgrade()
    assert list(broken_books()) == []
    hand_out = db.session.get_one(HandOut, 1)
    take_back(hand_out, "Broken handle", is_fit=True, by=hand_out.given_by)
    write_off(hand_out.entitlement.giveaway, StockVerb.LOST, 7, "", by=hand_out.given_by)
    assert (hand_out.entitlement.giveaway.stock, list(broken_books())) == (0, [])


def test_the_way_back_keeps_the_sums_of_the_giveaways(app_of_its_own: Flask) -> None:
    upgrade(revision="evidence_and_scoring_in_depth")
    write(GIVEN_AWAY)
    upgrade()
    write(
        "INSERT INTO stores (id, is_districts, school_id) VALUES (9, false, 1);"
        "INSERT INTO stock_moves (id, giveaway_id, variant_id, store_id, verb, quantity, cost_cents, moved_at, note)"
        f" VALUES (7, 1, 1, 1, 'transferred', -2, 0, '{LATER}', ''), (8, 1, 1, 9, 'transferred', 2, 0, '{LATER}', '')"
    )
    downgrade(revision="evidence_and_scoring_in_depth")
    assert rows("SELECT id, stock, value_cents FROM giveaways ORDER BY id") == [(1, 6, 850), (2, 0, 300)]
    assert rows("SELECT id, verb, quantity FROM stock_moves ORDER BY id") == LEDGER_BEFORE
    assert rows("SELECT id, value_cents FROM hand_outs ORDER BY id") == [(1, 850), (2, 850)]
    upgrade()
    assert list(broken_books()) == []
