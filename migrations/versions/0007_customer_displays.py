"""customer displays

Revision: 0007
Follows: 0006
Made: 2026-11-23 19:30:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "customer_displays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cart_id", sa.Uuid(), nullable=True),
        sa.Column("asked_paise", sa.BigInteger(), nullable=True),
        sa.Column("due_paise", sa.BigInteger(), nullable=True),
        sa.Column("change_paise", sa.BigInteger(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("due_paise >= 0 AND change_paise >= 0 AND asked_paise >= 0", name=op.f("ck_customer_displays_amounts")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_customer_displays_session_id_sessions")),
        sa.ForeignKeyConstraint(["cart_id"], ["carts.id"], name=op.f("fk_customer_displays_cart_id_carts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_displays")),
        sa.UniqueConstraint("session_id", name=op.f("uq_customer_displays_session_id")),
    )


def downgrade():
    op.drop_table("customer_displays")
