"""alerts by index

Revision: 0006
Follows: 0005
Made: 2026-11-23 14:00:00.000000
"""

from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

LOW, EXPIRES = "stock_quantity_milli < min_stock_level_milli", "expiry_date IS NOT NULL"


def make_anew(low, expiry):
    """In SQL, as SQLite would write the whole table anew for an index with an expression."""
    op.execute("DROP INDEX idx_products_low_stock")
    op.execute("DROP INDEX idx_products_expiry")
    op.execute(f"CREATE INDEX idx_products_low_stock ON products ({low}) WHERE {LOW}")
    op.execute(f"CREATE INDEX idx_products_expiry ON products ({expiry}) WHERE {EXPIRES}")


def upgrade():
    make_anew("status, (stock_quantity_milli > 0), times_sold DESC", "status, expiry_date, stock_quantity_milli")


def downgrade():
    make_anew("stock_quantity_milli, min_stock_level_milli", "expiry_date")
