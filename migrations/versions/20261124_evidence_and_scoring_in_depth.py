"""Evidence and scoring in depth: co-authors, talks, appeals, releases, reviewers' profiles, anchors, phrases."""

import sqlalchemy as sa
from alembic import op

revision = "evidence_and_scoring_in_depth"
down_revision = "volunteers_and_polls_in_depth"
branch_labels = None
depends_on = None

UNDER_WAY_BEFORE = "state IN ('draft', 'submitted', 'incomplete', 'in review', 'to be agreed')"
UNDER_WAY = f"{UNDER_WAY_BEFORE[:-1]}, 'to be released', 'under appeal')"
LIVE_BEFORE = "state IN ('offered', 'accepted', 'draft', 'final')"
LIVE = f"seat > 0 AND {LIVE_BEFORE}"
LOOK_BEFORE = "state <> 'set aside'"
LOOK = f"seat > 0 AND {LOOK_BEFORE}"

MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "anchor_levels",
    "anchors",
    "returns",
    "appeals",
    "phrases",
    "scoring_rules",
    "assignments",
    "absences",
    "reviewer_profiles",
    "coach_talks",
    "co_authors",
)
AN_ANCHORS = "(SELECT id FROM submissions WHERE state = 'anchor')"
AN_EXTRA_REVIEW = "(SELECT id FROM reviews WHERE seat IN (0, 4))"


def upgrade() -> None:
    """Make the change."""
    _deepen_evidence()
    _deepen_reviews()
    _add_tables_of_evidence()
    _add_tables_of_reviewers()
    _add_tables_of_scoring()
    _add_anchors()


def _deepen_evidence() -> None:
    with op.batch_alter_table("submissions") as submissions:
        submissions.add_column(sa.Column("moved_at", MOMENT, nullable=True))
        submissions.add_column(sa.Column("reviewers_wanted", sa.Integer(), nullable=True))
        submissions.add_column(sa.Column("release_at", MOMENT, nullable=True))
    op.execute("UPDATE submissions SET moved_at = COALESCE(decided_at, submitted_at, started_at)")
    with op.batch_alter_table("submissions") as submissions:
        submissions.alter_column("moved_at", existing_type=MOMENT, nullable=False)
    _replace_index("submissions", "uq_submissions_one_under_way", ["person_id", "micro_credential_id"], UNDER_WAY)
    with op.batch_alter_table("artefacts") as artefacts:
        artefacts.add_column(sa.Column("position", sa.Integer(), nullable=True))
    op.execute("UPDATE artefacts SET position = number")
    with op.batch_alter_table("artefacts") as artefacts:
        artefacts.alter_column("position", existing_type=sa.Integer(), nullable=False)


def _deepen_reviews() -> None:
    with op.batch_alter_table("reviews") as reviews:
        reviews.add_column(sa.Column("anchor_use", sa.String(length=20), nullable=True))
        for name in ("answer_by", "reminded_at", "escalated_at"):
            reviews.add_column(sa.Column(name, MOMENT, nullable=True))
        reviews.drop_constraint(op.f("ck_reviews_seat"), type_="check")
        reviews.create_check_constraint(op.f("ck_reviews_seat"), "seat IN (0, 1, 2, 3, 4)")
        reviews.create_check_constraint(op.f("ck_reviews_anchor_use"), "(seat = 0) = (anchor_use IS NOT NULL)")
    _replace_index("reviews", "uq_reviews_one_live_per_seat", ["submission_id", "seat"], LIVE)
    _replace_index("reviews", "uq_reviews_one_per_reviewer", ["submission_id", "reviewer_id"], LOOK)
    with op.batch_alter_table("scores") as scores:
        scores.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("1")))
    with op.batch_alter_table("scores") as scores:
        scores.alter_column("revision", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("conflicts") as conflicts:
        conflicts.add_column(
            sa.Column("source", sa.String(length=20), nullable=False, server_default=sa.text("'recused'"))
        )
        conflicts.drop_constraint(op.f("uq_conflicts_reviewer_id_person_id"), type_="unique")
        conflicts.create_unique_constraint(
            op.f("uq_conflicts_reviewer_id_person_id_source"), ["reviewer_id", "person_id", "source"]
        )
        conflicts.create_index(op.f("ix_conflicts_person_id"), ["person_id"])
    with op.batch_alter_table("conflicts") as conflicts:
        conflicts.alter_column("source", existing_type=sa.String(length=20), server_default=None)


def _replace_index(table: str, name: str, columns: list[str], where: str) -> None:
    op.drop_index(name, table)
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def _add_tables_of_evidence() -> None:
    op.create_table(
        "co_authors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("artefact_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("named_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["artefact_id"], ["artefacts.id"], name=op.f("fk_co_authors_artefact_id_artefacts")),
        sa.ForeignKeyConstraint(["person_id"], ["accounts.id"], name=op.f("fk_co_authors_person_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_authors")),
        sa.UniqueConstraint("artefact_id", "person_id", name=op.f("uq_co_authors_artefact_id_person_id")),
    )
    op.create_index(op.f("ix_co_authors_person_id"), "co_authors", ["person_id"])
    op.create_table(
        "coach_talks",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("noted_at", MOMENT, nullable=True),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["noted_by_id"], ["accounts.id"], name=op.f("fk_coach_talks_noted_by_id_accounts")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_coach_talks_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_coach_talks")),
    )


def _add_tables_of_reviewers() -> None:
    op.create_table(
        "reviewer_profiles",
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("most_open", sa.Integer(), nullable=False),
        sa.CheckConstraint("most_open BETWEEN 0 AND 50", name=op.f("ck_reviewer_profiles_most_open")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["accounts.id"], name=op.f("fk_reviewer_profiles_reviewer_id_accounts")
        ),
        sa.PrimaryKeyConstraint("reviewer_id", name=op.f("pk_reviewer_profiles")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_absences_in_order")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["accounts.id"], name=op.f("fk_absences_reviewer_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_reviewer", "absences", ["reviewer_id", "ends_on"])
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("seats", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("chosen_ids", sa.JSON(), nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["accounts.id"], name=op.f("fk_assignments_drawn_by_id_accounts")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_assignments_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_submission_id"), "assignments", ["submission_id"])


def _add_tables_of_scoring() -> None:
    op.create_table(
        "scoring_rules",
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("double_percent", sa.Integer(), nullable=False),
        sa.Column("allows_same_school", sa.Boolean(), nullable=False),
        sa.Column("shows_others", sa.Boolean(), nullable=False),
        sa.Column("lead_looks", sa.Boolean(), nullable=False),
        sa.Column("release_weekday", sa.Integer(), nullable=True),
        sa.Column("release_time", sa.Time(), nullable=True),
        sa.CheckConstraint("double_percent BETWEEN 0 AND 100", name=op.f("ck_scoring_rules_double_percent")),
        sa.CheckConstraint("release_weekday BETWEEN 0 AND 6", name=op.f("ck_scoring_rules_release_weekday")),
        sa.CheckConstraint(
            "(release_weekday IS NULL) = (release_time IS NULL)",
            name=op.f("ck_scoring_rules_release_weekday_and_time"),
        ),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilots.id"], name=op.f("fk_scoring_rules_pilot_id_pilots")),
        sa.PrimaryKeyConstraint("pilot_id", name=op.f("pk_scoring_rules")),
    )
    op.create_table(
        "phrases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("micro_credential_id", sa.Integer(), nullable=False),
        sa.Column("criterion_code", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["micro_credential_id"],
            ["micro_credentials.id"],
            name=op.f("fk_phrases_micro_credential_id_micro_credentials"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=op.f("fk_phrases_owner_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrases")),
    )
    op.create_index("ix_phrases_criterion", "phrases", ["micro_credential_id", "criterion_code"])
    op.create_index(op.f("ix_phrases_owner_id"), "phrases", ["owner_id"])
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("level_before", sa.Integer(), nullable=False),
        sa.Column("level_after", sa.Integer(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["criterion_id"], ["criteria.id"], name=op.f("fk_appeals_criterion_id_criteria")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_appeals_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("submission_id", "criterion_id", name=op.f("uq_appeals_submission_id_criterion_id")),
    )
    op.create_index(op.f("ix_appeals_criterion_id"), "appeals", ["criterion_id"])
    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("returned_at", MOMENT, nullable=False),
        sa.Column("returned_by_id", sa.Integer(), nullable=False),
        sa.Column("final_at", MOMENT, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["returned_by_id"], ["accounts.id"], name=op.f("fk_returns_returned_by_id_accounts")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_returns_review_id_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    op.create_index(op.f("ix_returns_review_id"), "returns", ["review_id"])


def _add_anchors() -> None:
    op.create_table(
        "anchors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("allows_training", sa.Boolean(), nullable=False),
        sa.Column("allows_example", sa.Boolean(), nullable=False),
        sa.Column("trains_since", MOMENT, nullable=True),
        sa.Column("shown_since", MOMENT, nullable=True),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["accounts.id"], name=op.f("fk_anchors_asked_by_id_accounts")),
        sa.ForeignKeyConstraint(["source_id"], ["submissions.id"], name=op.f("fk_anchors_source_id_submissions")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_anchors_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchors")),
        sa.UniqueConstraint("source_id", name=op.f("uq_anchors_source_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_anchors_submission_id")),
    )
    op.create_table(
        "anchor_levels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("anchor_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("level_position", sa.Integer(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["anchor_id"], ["anchors.id"], name=op.f("fk_anchor_levels_anchor_id_anchors")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criteria.id"], name=op.f("fk_anchor_levels_criterion_id_criteria")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor_levels")),
        sa.UniqueConstraint("anchor_id", "criterion_id", name=op.f("uq_anchor_levels_anchor_id_criterion_id")),
    )
    op.create_index(op.f("ix_anchor_levels_criterion_id"), "anchor_levels", ["criterion_id"])


def downgrade() -> None:
    """Take it back: anchors and their scores go, an appeal is over, what waits for its release is to be agreed on."""
    for table in TABLES:
        op.drop_table(table)
    _forget_what_is_new()
    with op.batch_alter_table("conflicts") as conflicts:
        conflicts.drop_constraint(op.f("uq_conflicts_reviewer_id_person_id_source"), type_="unique")
        conflicts.drop_index(op.f("ix_conflicts_person_id"))
        conflicts.create_unique_constraint(op.f("uq_conflicts_reviewer_id_person_id"), ["reviewer_id", "person_id"])
        conflicts.drop_column("source")
    with op.batch_alter_table("scores") as scores:
        scores.drop_column("revision")
    _replace_index("reviews", "uq_reviews_one_live_per_seat", ["submission_id", "seat"], LIVE_BEFORE)
    _replace_index("reviews", "uq_reviews_one_per_reviewer", ["submission_id", "reviewer_id"], LOOK_BEFORE)
    with op.batch_alter_table("reviews") as reviews:
        reviews.drop_constraint(op.f("ck_reviews_anchor_use"), type_="check")
        reviews.drop_constraint(op.f("ck_reviews_seat"), type_="check")
        reviews.create_check_constraint(op.f("ck_reviews_seat"), "seat IN (1, 2, 3)")
        for name in ("anchor_use", "answer_by", "reminded_at", "escalated_at"):
            reviews.drop_column(name)
    with op.batch_alter_table("artefacts") as artefacts:
        artefacts.drop_column("position")
    _replace_index(
        "submissions", "uq_submissions_one_under_way", ["person_id", "micro_credential_id"], UNDER_WAY_BEFORE
    )
    with op.batch_alter_table("submissions") as submissions:
        for name in ("moved_at", "reviewers_wanted", "release_at"):
            submissions.drop_column(name)


def _forget_what_is_new() -> None:
    """No input is in these statements."""
    op.execute(f"DELETE FROM scores WHERE review_id IN {AN_EXTRA_REVIEW}")  # noqa: S608
    op.execute("DELETE FROM reviews WHERE seat IN (0, 4)")
    for table in ("artefacts", "part_texts"):
        op.execute(f"DELETE FROM {table} WHERE submission_id IN {AN_ANCHORS}")  # noqa: S608
    op.execute("DELETE FROM submissions WHERE state = 'anchor'")
    op.execute("UPDATE submissions SET state = 'not yet' WHERE state = 'under appeal'")
    op.execute("UPDATE submissions SET state = 'to be agreed' WHERE state = 'to be released'")
    twice = (
        "SELECT id FROM conflicts AS other WHERE other.reviewer_id = conflicts.reviewer_id"
        " AND other.person_id = conflicts.person_id AND other.id < conflicts.id"
    )
    op.execute(f"DELETE FROM conflicts WHERE EXISTS ({twice})")  # noqa: S608
