"""stock of months that are over

Revision: 0010
Follows: 0009
Made: 2026-11-24 02:40:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

# Any constant will do: it names the lock that keeps stock from being summed while movements of an earlier day are written.
STOCK_LOCK = 7_303_016
FIGURES = ("opening", "restocked", "sold", "returned", "adjusted")


def forget_months():
    """Triggers on both engines: a movement with a moment of a summed month takes its mark, and all later ones, away."""
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            "CREATE TRIGGER stock_movements_sums AFTER INSERT ON stock_movements"
            " BEGIN DELETE FROM stock_spans WHERE ends > NEW.created_at; END"
        )
        return
    # Today's movements, which are nearly all, take no lock: no month is summed before it is over for days. The marks are
    # locked in the order in which whoever sums locks them.
    op.execute(f"""
        CREATE FUNCTION forget_stock_of_months() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE earliest timestamptz;
        BEGIN
            SELECT min(created_at) INTO earliest FROM moved;
            IF earliest < now() - INTERVAL '1 day' THEN
                PERFORM pg_advisory_xact_lock_shared({STOCK_LOCK}, 0);
                PERFORM 1 FROM stock_spans WHERE ends > earliest ORDER BY span DESC FOR UPDATE;
            END IF;
            DELETE FROM stock_spans WHERE ends > earliest;
            RETURN NULL;
        END $$""")
    op.execute(
        "CREATE TRIGGER stock_movements_sums AFTER INSERT ON stock_movements REFERENCING NEW TABLE AS moved"
        " FOR EACH STATEMENT EXECUTE FUNCTION forget_stock_of_months()"
    )


def upgrade():
    op.create_table(
        "stock_spans",
        sa.Column("span", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.CheckConstraint("begins < ends", name=op.f("ck_stock_spans_order")),
        sa.PrimaryKeyConstraint("span", name=op.f("pk_stock_spans")),
    )
    op.create_index("idx_stock_spans_ends", "stock_spans", ["ends"])
    op.create_table(
        "stock_sums",
        sa.Column("span", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        *(sa.Column(f"{name}_milli", sa.BigInteger(), nullable=False) for name in FIGURES),
        sa.PrimaryKeyConstraint("span", "product_id", name=op.f("pk_stock_sums")),
        sqlite_with_rowid=False,
    )
    forget_months()


def downgrade():
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP TRIGGER stock_movements_sums" + (" ON stock_movements" if on_postgresql else ""))
    if on_postgresql:
        op.execute("DROP FUNCTION forget_stock_of_months()")
    op.drop_table("stock_sums")
    op.drop_index("idx_stock_spans_ends", table_name="stock_spans")
    op.drop_table("stock_spans")
