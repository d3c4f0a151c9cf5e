"""Recognition in depth: stores, variants, deliveries and their cost, budgets, rules of public money, batches, codes."""

import sqlalchemy as sa
from alembic import op

revision = "recognition_in_depth"
down_revision = "evidence_and_scoring_in_depth"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "thank_preferences",
    "giveaway_starts",
    "spendings",
    "money_rules",
    "shelf_codes",
    "delivery_uses",
    "deliveries",
    "budgets",
    "stocks",
)
TABLES_POINTED_TO = ("batches", "variants", "stores")
OPTIONAL = ("per_person", "per_period", "period_days", "in_total")


def upgrade() -> None:
    """Make the change."""
    _add_stores_and_variants()
    _add_money()
    _deepen_giveaways()
    _deepen_moves()
    _deepen_hand_outs()
    _open_the_books()


def _add_stores_and_variants() -> None:
    op.create_table(
        "stores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_districts", sa.Boolean(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("is_districts = (school_id IS NULL)", name=op.f("ck_stores_district_or_school")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_stores_school_id_schools")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stores")),
        sa.UniqueConstraint("school_id", name=op.f("uq_stores_school_id")),
    )
    only = sa.text("is_districts")
    op.create_index(
        "uq_stores_one_for_the_district",
        "stores",
        ["is_districts"],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )
    op.create_table(
        "variants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("giveaway_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_fr", sa.String(length=80), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["giveaway_id"], ["giveaways.id"], name=op.f("fk_variants_giveaway_id_giveaways")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variants")),
    )
    op.create_index("ix_variants_giveaway", "variants", ["giveaway_id", "position"])
    op.create_table(
        "stocks",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stocks_never_negative")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_stocks_store_id_stores")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_stocks_variant_id_variants")),
        sa.PrimaryKeyConstraint("variant_id", "store_id", name=op.f("pk_stocks")),
    )
    op.create_index(op.f("ix_stocks_store_id"), "stocks", ["store_id"])
    op.create_table(
        "shelf_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("giveaway_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["giveaway_id"], ["giveaways.id"], name=op.f("fk_shelf_codes_giveaway_id_giveaways")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_shelf_codes_store_id_stores")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_shelf_codes_code")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_batches_made_by_id_accounts")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["accounts.id"], name=op.f("fk_batches_undone_by_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )


def _add_money() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("spent_cents", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_budgets_amount_never_negative")),
        sa.CheckConstraint("spent_cents >= 0", name=op.f("ck_budgets_spent_never_negative")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_budgets_in_order")),
        sa.ForeignKeyConstraint(["holder_id"], ["accounts.id"], name=op.f("fk_budgets_holder_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
    )
    op.create_table(
        "money_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("per_piece_cents", sa.Integer(), nullable=True),
        sa.Column("per_person_cents", sa.Integer(), nullable=True),
        sa.Column("per_school_cents", sa.Integer(), nullable=True),
        sa.Column("per_district_cents", sa.Integer(), nullable=True),
        sa.Column("two_signatures_cents", sa.Integer(), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("year_starts_in", sa.Integer(), nullable=False),
        sa.Column("keep_years", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_money_rules_one_row")),
        sa.CheckConstraint("keep_years BETWEEN 1 AND 100", name=op.f("ck_money_rules_keep_years")),
        sa.CheckConstraint("year_starts_in BETWEEN 1 AND 12", name=op.f("ck_money_rules_year_starts_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_rules")),
    )
    op.create_table(
        "spendings",
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_spendings_never_negative")),
        sa.PrimaryKeyConstraint("scope", "year", name=op.f("pk_spendings")),
    )
    op.create_table(
        "thank_preferences",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_thank_preferences_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_thank_preferences")),
    )


def _deepen_giveaways() -> None:
    op.create_table(
        "giveaway_starts",
        sa.Column("giveaway_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["giveaway_id"], ["giveaways.id"], name=op.f("fk_giveaway_starts_giveaway_id_giveaways")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_giveaway_starts_school_id_schools")),
        sa.PrimaryKeyConstraint("giveaway_id", "school_id", name=op.f("pk_giveaway_starts")),
    )
    added = (
        ("category", sa.String(length=60), "''"),
        ("currency", sa.String(length=3), "''"),
        ("needed", sa.Integer(), "1"),
        ("also", sa.JSON(), "'[]'"),
    )
    with op.batch_alter_table("giveaways") as giveaways:
        for name, kind, default in added:
            giveaways.add_column(sa.Column(name, kind, nullable=False, server_default=sa.text(default)))  # type: ignore[arg-type]
        giveaways.add_column(sa.Column("picture_file", sa.String(length=64), nullable=True))
        for name in OPTIONAL:
            giveaways.add_column(sa.Column(name, sa.Integer(), nullable=True))
        giveaways.add_column(sa.Column("until_on", sa.Date(), nullable=True))
        giveaways.add_column(sa.Column("switched_on_at", MOMENT, nullable=True))
    op.execute("UPDATE giveaways SET switched_on_at = announced_at")
    with op.batch_alter_table("giveaways") as giveaways:
        for name, kind, _default in added:
            giveaways.alter_column(name, existing_type=kind, server_default=None)  # type: ignore[arg-type]
    with op.batch_alter_table("entitlements") as entitlements:
        entitlements.add_column(sa.Column("later_until", sa.Date(), nullable=True))


def _deepen_moves() -> None:
    op.execute("INSERT INTO stores (is_districts) VALUES (true)")
    op.execute(
        "INSERT INTO variants (giveaway_id, position, name, name_fr) SELECT id, 0, '', '' FROM giveaways ORDER BY id"
    )
    with op.batch_alter_table("stock_moves") as moves:
        moves.add_column(sa.Column("variant_id", sa.Integer(), nullable=True))
        moves.add_column(sa.Column("store_id", sa.Integer(), nullable=True))
        moves.add_column(sa.Column("cost_cents", sa.Integer(), nullable=True))
        moves.add_column(sa.Column("paired_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE stock_moves SET store_id = (SELECT id FROM stores),"
        " variant_id = (SELECT id FROM variants WHERE variants.giveaway_id = stock_moves.giveaway_id),"
        " cost_cents = quantity * (SELECT value_cents FROM giveaways WHERE giveaways.id = stock_moves.giveaway_id)"
    )
    with op.batch_alter_table("stock_moves") as moves:
        for name in ("variant_id", "store_id", "cost_cents"):
            moves.alter_column(name, existing_type=sa.Integer(), nullable=False)
        moves.create_foreign_key(op.f("fk_stock_moves_variant_id_variants"), "variants", ["variant_id"], ["id"])
        moves.create_foreign_key(op.f("fk_stock_moves_store_id_stores"), "stores", ["store_id"], ["id"])
        moves.create_foreign_key(op.f("fk_stock_moves_paired_id_stock_moves"), "stock_moves", ["paired_id"], ["id"])
        for name in ("variant_id", "store_id", "hand_out_id"):
            moves.create_index(op.f(f"ix_stock_moves_{name}"), [name])


def _deepen_hand_outs() -> None:
    with op.batch_alter_table("hand_outs") as hand_outs:
        for name in ("variant_id", "store_id", "cost_cents", "batch_id", "second_signer_id"):
            hand_outs.add_column(sa.Column(name, sa.Integer(), nullable=True))
        hand_outs.add_column(sa.Column("currency", sa.String(length=3), nullable=False, server_default=sa.text("''")))
        hand_outs.add_column(sa.Column("override", sa.String(length=40), nullable=True))
        hand_outs.add_column(sa.Column("override_reason", sa.Text(), nullable=True))
        hand_outs.add_column(sa.Column("acknowledged_by", sa.String(length=10), nullable=True))
        hand_outs.add_column(sa.Column("signature", sa.Text(), nullable=True))
    op.execute(
        "UPDATE hand_outs SET store_id = (SELECT id FROM stores), cost_cents = value_cents,"
        " variant_id = (SELECT variants.id FROM variants JOIN entitlements"
        " ON entitlements.giveaway_id = variants.giveaway_id WHERE entitlements.id = hand_outs.entitlement_id)"
    )
    op.execute("UPDATE hand_outs SET acknowledged_by = 'page' WHERE acknowledged_at IS NOT NULL")
    with op.batch_alter_table("hand_outs") as hand_outs:
        for name in ("variant_id", "store_id", "cost_cents"):
            hand_outs.alter_column(name, existing_type=sa.Integer(), nullable=False)
        hand_outs.alter_column("currency", existing_type=sa.String(length=3), server_default=None)
        hand_outs.create_foreign_key(op.f("fk_hand_outs_variant_id_variants"), "variants", ["variant_id"], ["id"])
        hand_outs.create_foreign_key(op.f("fk_hand_outs_store_id_stores"), "stores", ["store_id"], ["id"])
        hand_outs.create_foreign_key(op.f("fk_hand_outs_batch_id_batches"), "batches", ["batch_id"], ["id"])
        hand_outs.create_foreign_key(
            op.f("fk_hand_outs_second_signer_id_accounts"), "accounts", ["second_signer_id"], ["id"]
        )
        for name in ("entitlement_id", "store_id", "batch_id"):
            hand_outs.create_index(op.f(f"ix_hand_outs_{name}"), [name])


def _open_the_books() -> None:
    """What is there counts as one delivery at the giveaway's value; what was given came from one that is used up."""
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("move_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("unit_price_cents", sa.Integer(), nullable=False),
        sa.Column("invoice", sa.String(length=80), nullable=False),
        sa.Column("budget_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("remaining BETWEEN 0 AND quantity", name=op.f("ck_deliveries_remaining_within_quantity")),
        sa.CheckConstraint("unit_price_cents >= 0", name=op.f("ck_deliveries_price_never_negative")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_deliveries_budget_id_budgets")),
        sa.ForeignKeyConstraint(["move_id"], ["stock_moves.id"], name=op.f("fk_deliveries_move_id_stock_moves")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_deliveries_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("move_id", name=op.f("uq_deliveries_move_id")),
    )
    op.create_index("ix_deliveries_variant", "deliveries", ["variant_id", "id"])
    op.create_index(op.f("ix_deliveries_budget_id"), "deliveries", ["budget_id"])
    op.create_table(
        "delivery_uses",
        sa.Column("move_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_uses_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(["move_id"], ["stock_moves.id"], name=op.f("fk_delivery_uses_move_id_stock_moves")),
        sa.PrimaryKeyConstraint("move_id", "delivery_id", name=op.f("pk_delivery_uses")),
    )
    op.execute(
        "INSERT INTO stocks (variant_id, store_id, quantity) SELECT variants.id, (SELECT id FROM stores), stock"
        " FROM giveaways JOIN variants ON variants.giveaway_id = giveaways.id"
    )
    op.execute(
        "INSERT INTO deliveries (variant_id, quantity, remaining, unit_price_cents, invoice)"
        " SELECT variants.id, stock + (SELECT COUNT(*) FROM stock_moves AS given WHERE given.verb = 'given'"
        " AND given.giveaway_id = giveaways.id AND given.hand_out_id IN"
        " (SELECT id FROM hand_outs WHERE undone_at IS NULL)), stock, value_cents, ''"
        " FROM giveaways JOIN variants ON variants.giveaway_id = giveaways.id ORDER BY giveaways.id"
    )
    op.execute(
        "INSERT INTO delivery_uses (move_id, delivery_id, quantity)"
        " SELECT stock_moves.id, deliveries.id, 1 FROM stock_moves"
        " JOIN deliveries ON deliveries.variant_id = stock_moves.variant_id"
        " WHERE stock_moves.verb = 'given' AND stock_moves.hand_out_id IN"
        " (SELECT id FROM hand_outs WHERE undone_at IS NULL)"
    )


def downgrade() -> None:
    """Take it back: what is known of stores, variants and prices is forgotten, the sums stay."""
    for table in TABLES:
        op.drop_table(table)
    _flatten_hand_outs()
    _flatten_moves()
    with op.batch_alter_table("entitlements") as entitlements:
        entitlements.drop_column("later_until")
    with op.batch_alter_table("giveaways") as giveaways:
        for name in ("category", "currency", "needed", "also", "picture_file", *OPTIONAL, "until_on", "switched_on_at"):
            giveaways.drop_column(name)
    for table in TABLES_POINTED_TO:
        op.drop_table(table)


def _flatten_hand_outs() -> None:
    with op.batch_alter_table("hand_outs") as hand_outs:
        for name in ("entitlement_id", "store_id", "batch_id"):
            hand_outs.drop_index(op.f(f"ix_hand_outs_{name}"))
        for name in ("variant_id_variants", "store_id_stores", "batch_id_batches", "second_signer_id_accounts"):
            hand_outs.drop_constraint(op.f(f"fk_hand_outs_{name}"), type_="foreignkey")
        for name in ("variant_id", "store_id", "cost_cents", "batch_id", "second_signer_id", "currency"):
            hand_outs.drop_column(name)
        for name in ("override", "override_reason", "acknowledged_by", "signature"):
            hand_outs.drop_column(name)


def _flatten_moves() -> None:
    op.execute("DELETE FROM stock_moves WHERE verb = 'transferred'")
    with op.batch_alter_table("stock_moves") as moves:
        for name in ("variant_id", "store_id", "hand_out_id"):
            moves.drop_index(op.f(f"ix_stock_moves_{name}"))
        for name in ("variant_id_variants", "store_id_stores", "paired_id_stock_moves"):
            moves.drop_constraint(op.f(f"fk_stock_moves_{name}"), type_="foreignkey")
        for name in ("variant_id", "store_id", "cost_cents", "paired_id"):
            moves.drop_column(name)
