"""the moment of the newest number

Revision: 0005
Follows: 0004
Made: 2026-11-23 13:00:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

# The moment of the last number of each counter: of bills and notes by their index, of receipts the newest of the year.
MOMENTS = {
    "BILL": "SELECT created_at FROM sales WHERE bill_year = year AND bill_sequence = last_number",
    "CRN": "SELECT created_at FROM credit_notes WHERE note_year = year AND note_sequence = last_number",
    "RCPT": "SELECT MAX(created_at) FROM credit_transactions"
    " WHERE receipt_number LIKE 'RCPT-' || CAST(year AS TEXT) || '-%'",
}
SAME_COUNTER = "NEW.series <> OLD.series OR NEW.year <> OLD.year"
ONE_STEP = f"NEW.last_number <> OLD.last_number + 1 OR {SAME_COUNTER}"
# The owner may say that the clock is right: then the moment moves and the number stays.
ONE_STEP_OR_NONE = f"NEW.last_number NOT IN (OLD.last_number, OLD.last_number + 1) OR {SAME_COUNTER}"


def upgrade():
    guard_steps(ONE_STEP_OR_NONE)
    op.add_column("bill_counters", sa.Column("last_at", sa.DateTime(timezone=True), nullable=True))
    for series, moment in MOMENTS.items():
        op.execute(f"UPDATE bill_counters SET last_at = ({moment}) WHERE series = '{series}'")


def downgrade():
    op.drop_column("bill_counters", "last_at")
    guard_steps(ONE_STEP)


def guard_steps(refused):
    """A counter goes up by one, and never back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER bill_counters_step ON bill_counters")
        op.execute(
            "CREATE TRIGGER bill_counters_step BEFORE UPDATE ON bill_counters FOR EACH ROW"
            f" WHEN ({refused}) EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute("DROP TRIGGER bill_counters_step")
        op.execute(
            f"CREATE TRIGGER bill_counters_step BEFORE UPDATE ON bill_counters WHEN {refused}"
            " BEGIN SELECT RAISE(ABORT, 'bill_counters goes up by one'); END"
        )
