"""Volunteers and polls in depth: calls, reserved places, deputies' subjects, audiences, budgets, paper ballots."""

import sqlalchemy as sa
from alembic import op

revision = "volunteers_and_polls_in_depth"
down_revision = "first_tables"
branch_labels = None
depends_on = None

ADDED_TO_POLLS: tuple[tuple[str, sa.types.TypeEngine[object]], ...] = (
    ("has_most_wanted", sa.Boolean()),
    ("audience", sa.String(length=10)),
    ("asked_school_ids", sa.JSON()),
    ("asked_subjects", sa.JSON()),
    ("shows_standings_to", sa.String(length=10)),
    ("reminders_sent", sa.Integer()),
)


def upgrade() -> None:
    """Make the change."""
    _add_tables()
    with op.batch_alter_table("mail") as mail:
        mail.add_column(sa.Column("leaves_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("poll_options") as options:
        options.add_column(sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("ballots") as ballots:
        ballots.add_column(sa.Column("most_wanted", sa.String(length=60), nullable=True))
        ballots.add_column(_counted("is_paper", sa.Boolean(), sa.false()))
    with op.batch_alter_table("ballots") as ballots:
        ballots.alter_column("is_paper", existing_type=sa.Boolean(), server_default=None)
    _deepen_volunteers()
    _deepen_polls()


def _add_tables() -> None:
    op.create_table(
        "taught_subjects",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_taught_subjects_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "subject", name=op.f("pk_taught_subjects")),
    )
    op.create_index(op.f("ix_taught_subjects_subject"), "taught_subjects", ["subject"])
    op.create_table(
        "calls",
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("effort_hours", sa.Integer(), nullable=True),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("draws_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("seed_hash", sa.String(length=64), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilots.id"], name=op.f("fk_calls_pilot_id_pilots")),
        sa.PrimaryKeyConstraint("pilot_id", name=op.f("pk_calls")),
    )
    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=60), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_reservations_places_positive")),
        sa.CheckConstraint("(school_id IS NULL) <> (subject IS NULL)", name=op.f("ck_reservations_one_or_the_other")),
        sa.ForeignKeyConstraint(["pilot_id"], ["calls.pilot_id"], name=op.f("fk_reservations_pilot_id_calls")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_reservations_school_id_schools")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint(
            "pilot_id", "school_id", "subject", name=op.f("uq_reservations_pilot_id_school_id_subject")
        ),
    )
    op.create_table(
        "paper_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_paper_batches_poll_id_polls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batches")),
        sa.UniqueConstraint("poll_id", "file_hash", name=op.f("uq_paper_batches_poll_id_file_hash")),
    )
    op.create_table(
        "interests",
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["option_id"], ["poll_options.id"], name=op.f("fk_interests_option_id_poll_options")),
        sa.ForeignKeyConstraint(["person_id"], ["accounts.id"], name=op.f("fk_interests_person_id_accounts")),
        sa.PrimaryKeyConstraint("option_id", "person_id", name=op.f("pk_interests")),
    )
    op.create_index(op.f("ix_interests_person_id"), "interests", ["person_id"])


def _deepen_volunteers() -> None:
    with op.batch_alter_table("volunteers") as volunteers:
        volunteers.drop_index("ix_volunteers_pilot_state")
        volunteers.add_column(_counted("turn", sa.BigInteger(), sa.text("0")))
        volunteers.add_column(sa.Column("added_by_id", sa.Integer(), nullable=True))
        volunteers.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        volunteers.add_column(sa.Column("answer_mail_id", sa.Integer(), nullable=True))
        volunteers.add_column(sa.Column("release_note", sa.Text(), nullable=True))
        volunteers.create_foreign_key(op.f("fk_volunteers_added_by_id_accounts"), "accounts", ["added_by_id"], ["id"])
        volunteers.create_foreign_key(
            op.f("fk_volunteers_answer_mail_id_mail"), "mail", ["answer_mail_id"], ["id"], ondelete="SET NULL"
        )
        volunteers.create_index("ix_volunteers_pilot_state", ["pilot_id", "state", "turn"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    seconds = "unixepoch({0}, 'subsec')" if is_sqlite else "EXTRACT(EPOCH FROM {0})"
    moment = seconds.format("COALESCE(approved_at, applied_at)")
    op.execute(f"UPDATE volunteers SET turn = CAST({moment} * 1000000 AS BIGINT)")  # noqa: S608 — no input in it
    with op.batch_alter_table("volunteers") as volunteers:
        volunteers.alter_column("turn", existing_type=sa.BigInteger(), server_default=None)


def _deepen_polls() -> None:
    with op.batch_alter_table("polls") as polls:
        polls.alter_column("seats", existing_type=sa.Integer(), nullable=True)
        polls.add_column(sa.Column("dots_per_option", sa.Integer(), nullable=True))
        polls.add_column(_counted("has_most_wanted", sa.Boolean(), sa.false()))
        polls.add_column(sa.Column("budget_hours", sa.Integer(), nullable=True))
        polls.add_column(_counted("audience", sa.String(length=10), sa.text("'schools'")))
        polls.add_column(_counted("asked_school_ids", sa.JSON(), sa.text("'[]'")))
        polls.add_column(_counted("asked_subjects", sa.JSON(), sa.text("'[]'")))
        polls.add_column(_counted("shows_standings_to", sa.String(length=10), sa.text("'all'")))
        polls.add_column(_counted("reminders_sent", sa.Integer(), sa.text("0")))
        polls.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        polls.create_check_constraint(op.f("ck_polls_budget_positive"), "budget_hours > 0")
        polls.create_check_constraint(op.f("ck_polls_dots_positive"), "dots_per_option > 0")
        polls.create_check_constraint(op.f("ck_polls_seats_or_budget"), "(seats IS NULL) <> (budget_hours IS NULL)")
    op.execute("UPDATE polls SET shows_standings_to = 'voters' WHERE shows_standings_to_voters")
    with op.batch_alter_table("polls") as polls:
        polls.drop_column("shows_standings_to_voters")
        for name, kind in ADDED_TO_POLLS:
            polls.alter_column(name, existing_type=kind, server_default=None)


def _counted(name: str, kind: sa.types.TypeEngine[object], default: object) -> "sa.Column[object]":
    """A column that is never empty: rows that are there already get the default, which goes again afterwards."""
    return sa.Column(name, kind, nullable=False, server_default=default)  # type: ignore[arg-type]


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("polls") as polls:
        polls.add_column(_counted("shows_standings_to_voters", sa.Boolean(), sa.false()))
    op.execute("UPDATE polls SET shows_standings_to_voters = true WHERE shows_standings_to = 'voters'")
    op.execute("UPDATE polls SET seats = 1 WHERE seats IS NULL")
    with op.batch_alter_table("polls") as polls:
        polls.alter_column("shows_standings_to_voters", existing_type=sa.Boolean(), server_default=None)
        polls.alter_column("seats", existing_type=sa.Integer(), nullable=False)
        for name in ("budget_positive", "dots_positive", "seats_or_budget"):
            polls.drop_constraint(op.f(f"ck_polls_{name}"), type_="check")
        for name in ("dots_per_option", "budget_hours", "reminded_at", *(name for name, _ in ADDED_TO_POLLS)):
            polls.drop_column(name)
    with op.batch_alter_table("volunteers") as volunteers:
        volunteers.drop_index("ix_volunteers_pilot_state")
        for name in ("turn", "added_by_id", "reminded_at", "answer_mail_id", "release_note"):
            volunteers.drop_column(name)
        volunteers.create_index("ix_volunteers_pilot_state", ["pilot_id", "state", "approved_at"])
    added = {"ballots": ("most_wanted", "is_paper"), "poll_options": ("added_at",), "mail": ("leaves_at",)}
    for table, names in added.items():
        with op.batch_alter_table(table) as altered:
            for name in names:
                altered.drop_column(name)
    for table in ("interests", "paper_batches", "reservations", "calls", "taught_subjects"):
        op.drop_table(table)
