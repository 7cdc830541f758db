"""PINs to change places at one till, and sessions that are locked

Revision: 0009
Follows: 0008
Made: 2026-11-23 19:30:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    # In SQL, as SQLite then takes the column without writing the table anew.
    op.execute(f"ALTER TABLE sessions ADD COLUMN locked_at {'DATETIME' if sqlite else 'TIMESTAMP WITH TIME ZONE'}")
    op.create_table(
        "pins",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("pin_hash", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.CheckConstraint("failures BETWEEN 0 AND 5", name=op.f("ck_pins_failures")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_pins_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_pins")),
    )


def downgrade():
    # Nobody is let in by a lock that the older version does not know.
    op.execute("UPDATE sessions SET ended_at = CURRENT_TIMESTAMP WHERE locked_at IS NOT NULL AND ended_at IS NULL")
    op.drop_table("pins")
    op.execute("ALTER TABLE sessions DROP COLUMN locked_at")
