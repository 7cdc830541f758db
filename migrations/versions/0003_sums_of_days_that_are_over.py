"""sums of days that are over

Revision: 0003
Follows: 0002
Made: 2026-11-23 12:34:58.375376
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# Any constant will do: it names the locks that keep a day from being summed while something of it is being written.
DAYS_LOCK = 7_303_015
OF_THE_SALE = "last >= NEW.business_day AND first <= NEW.business_day"
OF_THE_NOTE = "ends > NEW.created_at AND begins <= NEW.created_at"


def forget_sums():
    """Triggers on both engines: whoever writes into days that are summed takes their mark away in the same breath."""
    if op.get_bind().dialect.name == "postgresql":
        forget_on_postgresql()
        return
    for name, event, condition in (
        ("sales_sums", "AFTER INSERT ON sales", OF_THE_SALE),
        ("sales_void_sums", "AFTER UPDATE OF payment_status ON sales", OF_THE_SALE),
        ("credit_notes_sums", "AFTER INSERT ON credit_notes", OF_THE_NOTE),
    ):
        op.execute(f"CREATE TRIGGER {name} {event} BEGIN DELETE FROM summed_spans WHERE {condition}; END")


def forget_on_postgresql():
    """A shared lock on the day comes first: whoever sums it waits until this is committed, and sees it then."""
    for name, day, condition in (
        ("forget_sums_of_sale", "NEW.business_day", OF_THE_SALE),
        ("forget_sums_of_note", "(NEW.created_at AT TIME ZONE 'UTC')::date", OF_THE_NOTE),
    ):
        op.execute(f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock_shared({DAYS_LOCK}, {day} - DATE '2000-01-01');
                DELETE FROM summed_spans WHERE {condition};
                RETURN NULL;
            END $$""")
    sale, note = "EXECUTE FUNCTION forget_sums_of_sale()", "EXECUTE FUNCTION forget_sums_of_note()"
    op.execute(f"CREATE TRIGGER sales_sums AFTER INSERT ON sales FOR EACH ROW {sale}")
    op.execute(f"CREATE TRIGGER sales_void_sums AFTER UPDATE OF payment_status ON sales FOR EACH ROW {sale}")
    op.execute(f"CREATE TRIGGER credit_notes_sums AFTER INSERT ON credit_notes FOR EACH ROW {note}")


def remember_sums():
    """The way back, for a downgrade: without their triggers on other tables, the tables can go."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table in (("sales_sums", "sales"), ("sales_void_sums", "sales"), ("credit_notes_sums", "credit_notes")):
        op.execute(f"DROP TRIGGER {name} ON {table}" if on_postgresql else f"DROP TRIGGER {name}")
    if on_postgresql:
        op.execute("DROP FUNCTION forget_sums_of_sale(), forget_sums_of_note()")


def upgrade():
    op.create_table('bill_sums',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('hour', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('cashier', sa.Uuid(), nullable=False),
    sa.Column('bills_count', sa.Integer(), nullable=False),
    sa.Column('subtotal_paise', sa.BigInteger(), nullable=False),
    sa.Column('discount_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('tax_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('round_off_paise', sa.BigInteger(), nullable=False),
    sa.Column('total_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('amount_paid_paise', sa.BigInteger(), nullable=False),
    sa.Column('credit_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('voided_count', sa.Integer(), nullable=False),
    sa.Column('voided_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('lines_count', sa.Integer(), nullable=False),
    sa.Column('taxable_paise', sa.BigInteger(), nullable=False),
    sa.Column('cost', sa.BigInteger(), nullable=False),
    sa.Column('notes_count', sa.Integer(), nullable=False),
    sa.Column('returns_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('back_taxable_paise', sa.BigInteger(), nullable=False),
    sa.Column('back_cost', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'hour', 'cashier', name=op.f('pk_bill_sums')),
    sqlite_with_rowid=False
    )
    op.create_table('method_sums',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('method', sa.String(length=50), nullable=False),
    sa.Column('payments_count', sa.Integer(), nullable=False),
    sa.Column('received_paise', sa.BigInteger(), nullable=False),
    sa.Column('refunded_paise', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'method', name=op.f('pk_method_sums')),
    sqlite_with_rowid=False
    )
    op.create_table('product_sums',
    sa.Column('span', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('quantity_milli', sa.BigInteger(), nullable=False),
    sa.Column('taxable_paise', sa.BigInteger(), nullable=False),
    sa.Column('tax_paise', sa.BigInteger(), nullable=False),
    sa.Column('cost', sa.BigInteger(), nullable=False),
    sa.Column('back_quantity_milli', sa.BigInteger(), nullable=False),
    sa.Column('back_taxable_paise', sa.BigInteger(), nullable=False),
    sa.Column('back_tax_paise', sa.BigInteger(), nullable=False),
    sa.Column('back_cost', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('span', 'product_id', name=op.f('pk_product_sums')),
    sqlite_with_rowid=False
    )
    op.create_table('summed_spans',
    sa.Column('span', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('begins', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends', sa.DateTime(timezone=True), nullable=False),
    sa.Column('token', sa.Uuid(), nullable=False),
    sa.Column('is_done', sa.Boolean(), nullable=False),
    sa.CheckConstraint('first <= last AND begins < ends', name=op.f('ck_summed_spans_order')),
    sa.PrimaryKeyConstraint('span', name=op.f('pk_summed_spans'))
    )
    with op.batch_alter_table('summed_spans', schema=None) as batch_op:
        batch_op.create_index('idx_summed_spans_ends', ['ends', 'begins'], unique=False)
        batch_op.create_index('idx_summed_spans_last', ['last', 'first'], unique=False)

    op.create_table('tax_sums',
    sa.Column('span', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('hsn_code', sa.String(length=8), nullable=False),
    sa.Column('unit', sa.String(length=50), nullable=False),
    sa.Column('tax_rate_bp', sa.Integer(), nullable=False),
    sa.Column('gst_mode', sa.String(length=20), nullable=False),
    sa.Column('quantity_milli', sa.BigInteger(), nullable=False),
    sa.Column('taxable_paise', sa.BigInteger(), nullable=False),
    sa.Column('tax_paise', sa.BigInteger(), nullable=False),
    sa.Column('back_quantity_milli', sa.BigInteger(), nullable=False),
    sa.Column('back_taxable_paise', sa.BigInteger(), nullable=False),
    sa.Column('back_tax_paise', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('span', 'hsn_code', 'unit', 'tax_rate_bp', 'gst_mode', name=op.f('pk_tax_sums')),
    sqlite_with_rowid=False
    )
    forget_sums()


def downgrade():
    remember_sums()
    op.drop_table('tax_sums')
    with op.batch_alter_table('summed_spans', schema=None) as batch_op:
        batch_op.drop_index('idx_summed_spans_last')
        batch_op.drop_index('idx_summed_spans_ends')

    op.drop_table('summed_spans')
    op.drop_table('product_sums')
    op.drop_table('method_sums')
    op.drop_table('bill_sums')
