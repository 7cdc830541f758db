"""a cap on the discounts of cashiers

Revision: 0002
Follows: 0001
Made: 2026-11-23 12:50:00.000000
"""

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    # No default: a shop that gave what discounts it liked goes on as before. In SQL, as only so both engines take a
    # column with its CHECK without writing the table anew.
    op.execute(
        "ALTER TABLE store_settings ADD COLUMN cashier_discount_cap_bp INTEGER"
        " CONSTRAINT ck_store_settings_cashier_discount_cap CHECK (cashier_discount_cap_bp BETWEEN 0 AND 10000)"
    )


def downgrade():
    op.execute("ALTER TABLE store_settings DROP COLUMN cashier_discount_cap_bp")
