"""the shop

Revision: 0001
Follows: 
Made: 2026-11-23 06:09:43.265761
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

# What is written once and never changed or removed (DESIGN.md 6; GST rule 56).
APPEND_ONLY = (
    "audit_log",
    "stock_movements",
    "credit_transactions",
    "sale_items",
    "payments",
    "credit_notes",
    "credit_note_items",
    "cash_movements",
    "idempotency_keys",
)
# A bill changes in nothing but its notes and its void.
BILL_FACTS = (
    "id bill_number bill_year bill_sequence customer_id customer_name customer_phone subtotal_paise"
    " discount_amount_paise bill_discount_paise tax_amount_paise round_off_paise total_amount_paise"
    " amount_tendered_paise change_due_paise amount_paid_paise credit_amount_paise saving_paise payment_method gst_mode"
    " prices_include_tax points_redeemed points_earned business_day cart_id cash_session_id created_by created_at"
).split()


def forbid_changes():
    """Triggers on both engines: not even a mistake in the program rewrites the books."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("""
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$""")
    for table in APPEND_ONLY:
        refuse(f"{table}_update", f"UPDATE ON {table}", table)
        refuse(f"{table}_delete", f"DELETE ON {table}", table)
    refuse("sales_facts", f"UPDATE OF {', '.join(BILL_FACTS)} ON sales", "sales")
    refuse("sales_delete", "DELETE ON sales", "sales")
    refuse("bill_counters_delete", "DELETE ON bill_counters", "bill_counters")
    refuse("cash_sessions_delete", "DELETE ON cash_sessions", "cash_sessions")
    refuse_to_reopen()
    refuse_steps_back()


def refuse(name, event, table):
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    else:
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")


def refuse_to_reopen():
    """A drawer that was counted stays counted."""
    event = "BEFORE UPDATE ON cash_sessions FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL)"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE TRIGGER cash_sessions_closed {event} EXECUTE FUNCTION refuse_change()")
    else:
        op.execute(f"CREATE TRIGGER cash_sessions_closed {event} BEGIN SELECT RAISE(ABORT, 'the session is closed'); END")


def refuse_steps_back():
    """A counter goes up by one, and never back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER bill_counters_step BEFORE UPDATE ON bill_counters FOR EACH ROW"
            " WHEN (NEW.last_number <> OLD.last_number + 1 OR NEW.series <> OLD.series OR NEW.year <> OLD.year)"
            " EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER bill_counters_step BEFORE UPDATE ON bill_counters"
            " WHEN NEW.last_number <> OLD.last_number + 1 OR NEW.series <> OLD.series OR NEW.year <> OLD.year"
            " BEGIN SELECT RAISE(ABORT, 'bill_counters goes up by one'); END"
        )


def allow_changes():
    """The way back, for a downgrade."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change() CASCADE")


def upgrade():
    op.create_table('audit_log',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('actor_name', sa.String(length=255), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=64), nullable=True),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_log'))
    )
    with op.batch_alter_table('audit_log', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_log_action'), ['action'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_log_at'), ['at'], unique=False)
        batch_op.create_index('ix_audit_log_subject', ['subject_type', 'subject_id'], unique=False)

    op.create_table('bill_counters',
    sa.Column('series', sa.String(length=4), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.CheckConstraint('last_number BETWEEN 0 AND 999999', name=op.f('ck_bill_counters_six_digits')),
    sa.PrimaryKeyConstraint('series', 'year', name=op.f('pk_bill_counters'))
    )
    op.create_table('customers',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('phone', sa.String(length=15), nullable=True),
    sa.Column('phone_key', sa.String(length=15), nullable=True),
    sa.Column('email', sa.String(length=255), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('language', sa.String(length=5), nullable=True),
    sa.Column('credit_balance_paise', sa.BigInteger(), nullable=False),
    sa.Column('credit_limit_paise', sa.BigInteger(), nullable=False),
    sa.Column('loyalty_points', sa.Integer(), nullable=False),
    sa.Column('total_purchases', sa.Integer(), nullable=False),
    sa.Column('total_spent_paise', sa.BigInteger(), nullable=False),
    sa.Column('last_purchase_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_reminded_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.String(length=50), nullable=False),
    sa.Column('search_key', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('active', 'inactive', 'blocked')", name=op.f('ck_customers_status')),
    sa.CheckConstraint('credit_balance_paise >= 0', name=op.f('ck_customers_credit_balance')),
    sa.CheckConstraint('credit_limit_paise >= 0', name=op.f('ck_customers_credit_limit')),
    sa.CheckConstraint('loyalty_points >= 0', name=op.f('ck_customers_loyalty_points')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customers'))
    )
    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.create_index('idx_customers_credit', ['credit_balance_paise'], unique=False, sqlite_where=sa.text('credit_balance_paise > 0'), postgresql_where=sa.text('credit_balance_paise > 0'))
        batch_op.create_index('idx_customers_name', ['name'], unique=False)
        batch_op.create_index('idx_customers_phone', ['phone'], unique=False)
        batch_op.create_index('uq_customers_phone_key', ['phone_key'], unique=True, sqlite_where=sa.text('phone_key IS NOT NULL'), postgresql_where=sa.text('phone_key IS NOT NULL'))

    op.create_table('idempotency_keys',
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('result_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'key', name=op.f('pk_idempotency_keys'))
    )
    op.create_table('store_settings',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('the_only', sa.Integer(), nullable=False),
    sa.Column('store_name', sa.String(length=255), nullable=False),
    sa.Column('contact_number', sa.String(length=15), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('currency_symbol', sa.String(length=10), nullable=False),
    sa.Column('tax_rate_bp', sa.Integer(), nullable=False),
    sa.Column('min_stock_default_milli', sa.BigInteger(), nullable=False),
    sa.Column('receipt_header', sa.Text(), nullable=True),
    sa.Column('receipt_footer', sa.Text(), nullable=True),
    sa.Column('timezone', sa.String(length=60), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('prices_include_tax', sa.Boolean(), nullable=False),
    sa.Column('gst_mode', sa.String(length=20), nullable=False),
    sa.Column('gstin', sa.String(length=15), nullable=True),
    sa.Column('round_to_rupee', sa.Boolean(), nullable=False),
    sa.Column('upi_id', sa.String(length=255), nullable=True),
    sa.Column('upi_name', sa.String(length=99), nullable=True),
    sa.Column('bill_year_start_month', sa.Integer(), nullable=False),
    sa.Column('receipt_size', sa.String(length=5), nullable=False),
    sa.Column('expiry_alert_days', sa.Integer(), nullable=False),
    sa.Column('loyalty_enabled', sa.Boolean(), nullable=False),
    sa.Column('loyalty_rupees_per_point_paise', sa.BigInteger(), nullable=False),
    sa.Column('loyalty_point_worth_paise', sa.BigInteger(), nullable=False),
    sa.Column('cash_sessions_enabled', sa.Boolean(), nullable=False),
    sa.Column('credit_limit_default_paise', sa.BigInteger(), nullable=False),
    sa.Column('logo', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("gst_mode = 'none' OR gstin IS NOT NULL", name=op.f('ck_store_settings_gstin_when_registered')),
    sa.CheckConstraint("gst_mode IN ('none', 'regular', 'composition')", name=op.f('ck_store_settings_gst_mode')),
    sa.CheckConstraint("receipt_size IN ('80mm', '58mm', 'a4', 'a5')", name=op.f('ck_store_settings_receipt_size')),
    sa.CheckConstraint('bill_year_start_month BETWEEN 1 AND 12', name=op.f('ck_store_settings_bill_year_start_month')),
    sa.CheckConstraint('credit_limit_default_paise >= 0', name=op.f('ck_store_settings_credit_limit_default')),
    sa.CheckConstraint('min_stock_default_milli >= 0', name=op.f('ck_store_settings_min_stock_default')),
    sa.CheckConstraint('tax_rate_bp BETWEEN 0 AND 10000', name=op.f('ck_store_settings_tax_rate')),
    sa.CheckConstraint('the_only = 1', name=op.f('ck_store_settings_only_one_store')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_store_settings')),
    sa.UniqueConstraint('the_only', name='uq_store_settings_the_only')
    )
    op.create_table('users',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('password_hash', sa.String(length=255), nullable=False),
    sa.Column('full_name', sa.String(length=255), nullable=False),
    sa.Column('role', sa.String(length=50), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_login_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('otp_secret', sa.String(length=64), nullable=True),
    sa.Column('otp_on_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('otp_last_step', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("role IN ('owner', 'cashier', 'staff')", name=op.f('ck_users_role')),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_users_email_lower')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users'))
    )
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.create_index('idx_users_email', ['email'], unique=True)
        batch_op.create_index('idx_users_role', ['role'], unique=False)

    op.create_table('wrong_passwords',
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('subject', name=op.f('pk_wrong_passwords'))
    )
    op.create_table('cash_sessions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('till', sa.String(length=40), nullable=False),
    sa.Column('opening_float_paise', sa.BigInteger(), nullable=False),
    sa.Column('opened_by', sa.Uuid(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_by', sa.Uuid(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expected_paise', sa.BigInteger(), nullable=True),
    sa.Column('counted_paise', sa.BigInteger(), nullable=True),
    sa.Column('denominations', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.CheckConstraint('(closed_at IS NULL) = (counted_paise IS NULL)', name=op.f('ck_cash_sessions_closed_when_counted')),
    sa.CheckConstraint('counted_paise IS NULL OR counted_paise >= 0', name=op.f('ck_cash_sessions_counted')),
    sa.CheckConstraint('opening_float_paise >= 0', name=op.f('ck_cash_sessions_opening_float')),
    sa.ForeignKeyConstraint(['closed_by'], ['users.id'], name=op.f('fk_cash_sessions_closed_by_users')),
    sa.ForeignKeyConstraint(['opened_by'], ['users.id'], name=op.f('fk_cash_sessions_opened_by_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cash_sessions'))
    )
    with op.batch_alter_table('cash_sessions', schema=None) as batch_op:
        batch_op.create_index('uq_cash_sessions_open_till', ['till'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('product_imports',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('choices', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('preview', 'running', 'done', 'failed', 'discarded')", name=op.f('ck_product_imports_status')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_product_imports_created_by_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product_imports'))
    )
    op.create_table('stock_drafts',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('lines', sa.Text(), nullable=False),
    sa.Column('notes', sa.String(length=255), nullable=True),
    sa.Column('result_id', sa.Uuid(), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('receive', 'count', 'labels')", name=op.f('ck_stock_drafts_kind')),
    sa.CheckConstraint("status IN ('open', 'posted', 'discarded')", name=op.f('ck_stock_drafts_status')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_stock_drafts_created_by_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_drafts'))
    )
    op.create_table('products',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('brand', sa.String(length=100), nullable=True),
    sa.Column('category', sa.String(length=100), nullable=True),
    sa.Column('pack_size', sa.String(length=50), nullable=True),
    sa.Column('price_paise', sa.BigInteger(), nullable=False),
    sa.Column('mrp_paise', sa.BigInteger(), nullable=True),
    sa.Column('cost_price_paise', sa.BigInteger(), nullable=True),
    sa.Column('stock_quantity_milli', sa.BigInteger(), nullable=False),
    sa.Column('min_stock_level_milli', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(length=50), nullable=False),
    sa.Column('barcode', sa.String(length=100), nullable=True),
    sa.Column('code', sa.String(length=50), nullable=True),
    sa.Column('hsn_code', sa.String(length=8), nullable=True),
    sa.Column('tax_rate_bp', sa.Integer(), nullable=True),
    sa.Column('expiry_date', sa.Date(), nullable=True),
    sa.Column('status', sa.String(length=50), nullable=False),
    sa.Column('search_key', sa.Text(), nullable=False),
    sa.Column('times_sold', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('active', 'inactive', 'discontinued')", name=op.f('ck_products_status')),
    sa.CheckConstraint("unit IN ('pcs', 'kg', 'gm', 'ltr', 'ml', 'dozen', 'packet')", name=op.f('ck_products_unit')),
    sa.CheckConstraint('cost_price_paise >= 0', name=op.f('ck_products_cost_price')),
    sa.CheckConstraint('min_stock_level_milli >= 0', name=op.f('ck_products_min_stock_level')),
    sa.CheckConstraint('mrp_paise IS NULL OR price_paise <= mrp_paise', name=op.f('ck_products_price_within_mrp')),
    sa.CheckConstraint('price_paise >= 0', name=op.f('ck_products_price')),
    sa.CheckConstraint('stock_quantity_milli >= 0', name=op.f('ck_products_stock_quantity')),
    sa.CheckConstraint('tax_rate_bp BETWEEN 0 AND 10000', name=op.f('ck_products_tax_rate')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_products_created_by_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products')),
    sa.UniqueConstraint('code', name=op.f('uq_products_code'))
    )
    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.create_index('idx_products_barcode', ['barcode'], unique=True)
        batch_op.create_index('idx_products_best_sellers', ['status', 'times_sold'], unique=False)
        batch_op.create_index('idx_products_category', ['category'], unique=False)
        batch_op.create_index('idx_products_expiry', ['expiry_date'], unique=False, sqlite_where=sa.text('expiry_date IS NOT NULL'), postgresql_where=sa.text('expiry_date IS NOT NULL'))
        batch_op.create_index('idx_products_low_stock', ['stock_quantity_milli', 'min_stock_level_milli'], unique=False, sqlite_where=sa.text('stock_quantity_milli < min_stock_level_milli'), postgresql_where=sa.text('stock_quantity_milli < min_stock_level_milli'))
        batch_op.create_index('idx_products_name', ['name'], unique=False)
        batch_op.create_index('idx_products_status', ['status'], unique=False)

    op.create_table('recovery_codes',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_recovery_codes_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_codes'))
    )
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.create_index('ix_recovery_codes_user_id', ['user_id'], unique=False)

    op.create_table('sessions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('door', sa.String(length=10), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=True),
    sa.Column('browser', sa.String(length=255), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("door IN ('pages', 'api')", name=op.f('ck_sessions_door')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sessions_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sessions_token_hash'))
    )
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.create_index('ix_sessions_user_id_open', ['user_id', 'ended_at'], unique=False)

    op.create_table('cash_movements',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('cash_session_id', sa.Uuid(), nullable=False),
    sa.Column('direction', sa.String(length=3), nullable=False),
    sa.Column('amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=255), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("direction IN ('IN', 'OUT')", name=op.f('ck_cash_movements_direction')),
    sa.CheckConstraint('amount_paise > 0', name=op.f('ck_cash_movements_amount')),
    sa.ForeignKeyConstraint(['cash_session_id'], ['cash_sessions.id'], name=op.f('fk_cash_movements_cash_session_id_cash_sessions')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_cash_movements_created_by_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cash_movements'))
    )
    with op.batch_alter_table('cash_movements', schema=None) as batch_op:
        batch_op.create_index('idx_cash_movements_session', ['cash_session_id'], unique=False)

    op.create_table('sales',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('bill_number', sa.String(length=50), nullable=False),
    sa.Column('bill_year', sa.Integer(), nullable=False),
    sa.Column('bill_sequence', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('customer_name', sa.String(length=255), nullable=True),
    sa.Column('customer_phone', sa.String(length=15), nullable=True),
    sa.Column('subtotal_paise', sa.BigInteger(), nullable=False),
    sa.Column('discount_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('bill_discount_paise', sa.BigInteger(), nullable=False),
    sa.Column('tax_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('round_off_paise', sa.BigInteger(), nullable=False),
    sa.Column('total_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('amount_tendered_paise', sa.BigInteger(), nullable=False),
    sa.Column('change_due_paise', sa.BigInteger(), nullable=False),
    sa.Column('amount_paid_paise', sa.BigInteger(), nullable=False),
    sa.Column('credit_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('saving_paise', sa.BigInteger(), nullable=False),
    sa.Column('payment_method', sa.String(length=50), nullable=False),
    sa.Column('payment_status', sa.String(length=50), nullable=False),
    sa.Column('gst_mode', sa.String(length=20), nullable=False),
    sa.Column('prices_include_tax', sa.Boolean(), nullable=False),
    sa.Column('points_redeemed', sa.Integer(), nullable=False),
    sa.Column('points_earned', sa.Integer(), nullable=False),
    sa.Column('business_day', sa.Date(), nullable=False),
    sa.Column('cart_id', sa.Uuid(), nullable=True),
    sa.Column('cash_session_id', sa.Uuid(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_by', sa.Uuid(), nullable=True),
    sa.Column('void_reason', sa.Text(), nullable=True),
    sa.CheckConstraint("(payment_status = 'VOIDED') = (voided_at IS NOT NULL)", name=op.f('ck_sales_voided')),
    sa.CheckConstraint("payment_method IN ('CASH', 'UPI', 'CARD', 'BANK_TRANSFER', 'CREDIT', 'PARTIAL', 'MIXED')", name=op.f('ck_sales_payment_method')),
    sa.CheckConstraint("payment_status IN ('PAID', 'PARTIAL', 'CREDIT', 'VOIDED')", name=op.f('ck_sales_payment_status')),
    sa.CheckConstraint('amount_paid_paise + credit_amount_paise = total_amount_paise', name=op.f('ck_sales_payment_amounts')),
    sa.CheckConstraint('amount_tendered_paise - change_due_paise = amount_paid_paise', name=op.f('ck_sales_change')),
    sa.CheckConstraint('credit_amount_paise = 0 OR customer_id IS NOT NULL', name=op.f('ck_sales_credit_needs_customer')),
    sa.CheckConstraint('credit_amount_paise >= 0 AND change_due_paise >= 0', name=op.f('ck_sales_credit_not_negative')),
    sa.CheckConstraint('round_off_paise BETWEEN -49 AND 50', name=op.f('ck_sales_round_off')),
    sa.CheckConstraint('subtotal_paise - discount_amount_paise + tax_amount_paise + round_off_paise = total_amount_paise', name=op.f('ck_sales_adds_up')),
    sa.CheckConstraint('total_amount_paise >= 0 AND amount_paid_paise >= 0', name=op.f('ck_sales_not_negative')),
    sa.ForeignKeyConstraint(['cash_session_id'], ['cash_sessions.id'], name=op.f('fk_sales_cash_session_id_cash_sessions')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_sales_created_by_users')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_sales_customer_id_customers')),
    sa.ForeignKeyConstraint(['voided_by'], ['users.id'], name=op.f('fk_sales_voided_by_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sales')),
    sa.UniqueConstraint('bill_year', 'bill_sequence', name='uq_sales_bill_sequence'),
    sa.UniqueConstraint('cart_id', name=op.f('uq_sales_cart_id'))
    )
    with op.batch_alter_table('sales', schema=None) as batch_op:
        batch_op.create_index('idx_sales_bill_number', ['bill_number'], unique=True)
        batch_op.create_index('idx_sales_business_day', ['business_day'], unique=False)
        batch_op.create_index('idx_sales_cash_session', ['cash_session_id'], unique=False, sqlite_where=sa.text('cash_session_id IS NOT NULL'), postgresql_where=sa.text('cash_session_id IS NOT NULL'))
        batch_op.create_index('idx_sales_created_by', ['created_by', 'created_at'], unique=False)
        batch_op.create_index('idx_sales_customer', ['customer_id', 'created_at'], unique=False)
        batch_op.create_index('idx_sales_date', ['created_at'], unique=False)
        batch_op.create_index('idx_sales_status', ['payment_status'], unique=False)
        batch_op.create_index('idx_sales_total', ['total_amount_paise'], unique=False)

    op.create_table('stock_movements',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('movement_type', sa.String(length=50), nullable=False),
    sa.Column('quantity_change_milli', sa.BigInteger(), nullable=False),
    sa.Column('stock_before_milli', sa.BigInteger(), nullable=False),
    sa.Column('stock_after_milli', sa.BigInteger(), nullable=False),
    sa.Column('reference_id', sa.Uuid(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("movement_type IN ('SALE', 'RETURN', 'ADJUSTMENT', 'RESTOCK')", name=op.f('ck_stock_movements_movement_type')),
    sa.CheckConstraint('stock_after_milli >= 0', name=op.f('ck_stock_movements_stock_after')),
    sa.CheckConstraint('stock_before_milli + quantity_change_milli = stock_after_milli', name=op.f('ck_stock_movements_adds_up')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_stock_movements_created_by_users')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_stock_movements_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_movements'))
    )
    with op.batch_alter_table('stock_movements', schema=None) as batch_op:
        batch_op.create_index('idx_stock_movements_product', ['product_id', 'created_at'], unique=False)
        batch_op.create_index('idx_stock_movements_reference', ['reference_id'], unique=False)
        batch_op.create_index('idx_stock_movements_created_at', ['created_at'], unique=False)

    op.create_table('carts',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=True),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('bill_discount_paise', sa.BigInteger(), nullable=False),
    sa.Column('bill_discount_percent_bp', sa.Integer(), nullable=False),
    sa.Column('points_to_redeem', sa.Integer(), nullable=False),
    sa.Column('notes', sa.String(length=500), nullable=True),
    sa.Column('sale_id', sa.Uuid(), nullable=True),
    sa.Column('session_id', sa.Uuid(), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('open', 'held', 'sold', 'discarded')", name=op.f('ck_carts_status')),
    sa.CheckConstraint('bill_discount_paise >= 0', name=op.f('ck_carts_bill_discount')),
    sa.CheckConstraint('bill_discount_percent_bp BETWEEN 0 AND 10000', name=op.f('ck_carts_bill_discount_percent')),
    sa.CheckConstraint('points_to_redeem >= 0', name=op.f('ck_carts_points_to_redeem')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_carts_created_by_users')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_carts_customer_id_customers')),
    sa.ForeignKeyConstraint(['sale_id'], ['sales.id'], name=op.f('fk_carts_sale_id_sales')),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_carts_session_id_sessions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carts'))
    )
    with op.batch_alter_table('carts', schema=None) as batch_op:
        batch_op.create_index('ix_carts_owner', ['created_by', 'status'], unique=False)
        batch_op.create_index('ix_carts_status', ['status', 'updated_at'], unique=False)

    op.create_table('credit_notes',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('note_number', sa.String(length=16), nullable=False),
    sa.Column('note_year', sa.Integer(), nullable=False),
    sa.Column('note_sequence', sa.Integer(), nullable=False),
    sa.Column('sale_id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('taxable_paise', sa.BigInteger(), nullable=False),
    sa.Column('tax_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('round_off_paise', sa.BigInteger(), nullable=False),
    sa.Column('total_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('refund_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('credit_reversed_paise', sa.BigInteger(), nullable=False),
    sa.Column('points_taken_back', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('total_amount_paise = refund_amount_paise + credit_reversed_paise AND refund_amount_paise >= 0 AND credit_reversed_paise >= 0', name=op.f('ck_credit_notes_refund')),
    sa.CheckConstraint('total_amount_paise = taxable_paise + tax_amount_paise + round_off_paise', name=op.f('ck_credit_notes_adds_up')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_credit_notes_created_by_users')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_credit_notes_customer_id_customers')),
    sa.ForeignKeyConstraint(['sale_id'], ['sales.id'], name=op.f('fk_credit_notes_sale_id_sales')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_notes')),
    sa.UniqueConstraint('note_number', name=op.f('uq_credit_notes_note_number')),
    sa.UniqueConstraint('note_year', 'note_sequence', name='uq_credit_notes_sequence')
    )
    with op.batch_alter_table('credit_notes', schema=None) as batch_op:
        batch_op.create_index('idx_credit_notes_date', ['created_at'], unique=False)
        batch_op.create_index('idx_credit_notes_sale', ['sale_id'], unique=False)

    op.create_table('credit_transactions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('sale_id', sa.Uuid(), nullable=True),
    sa.Column('transaction_type', sa.String(length=50), nullable=False),
    sa.Column('amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('balance_before_paise', sa.BigInteger(), nullable=False),
    sa.Column('balance_after_paise', sa.BigInteger(), nullable=False),
    sa.Column('payment_method', sa.String(length=50), nullable=True),
    sa.Column('reference', sa.String(length=100), nullable=True),
    sa.Column('receipt_number', sa.String(length=16), nullable=True),
    sa.Column('cash_session_id', sa.Uuid(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("balance_after_paise - balance_before_paise = CASE WHEN transaction_type IN ('CREDIT_TAKEN', 'OPENING_BALANCE') THEN amount_paise WHEN transaction_type IN ('PAYMENT_MADE', 'CREDIT_REVERSED') THEN -amount_paise WHEN balance_after_paise > balance_before_paise THEN amount_paise ELSE -amount_paise END", name=op.f('ck_credit_transactions_adds_up')),
    sa.CheckConstraint("transaction_type IN ('CREDIT_TAKEN', 'PAYMENT_MADE', 'CREDIT_REVERSED', 'OPENING_BALANCE', 'CORRECTION')", name=op.f('ck_credit_transactions_transaction_type')),
    sa.CheckConstraint('amount_paise > 0', name=op.f('ck_credit_transactions_amount')),
    sa.CheckConstraint('balance_after_paise >= 0', name=op.f('ck_credit_transactions_balance_after')),
    sa.ForeignKeyConstraint(['cash_session_id'], ['cash_sessions.id'], name=op.f('fk_credit_transactions_cash_session_id_cash_sessions')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_credit_transactions_created_by_users')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_credit_transactions_customer_id_customers')),
    sa.ForeignKeyConstraint(['sale_id'], ['sales.id'], name=op.f('fk_credit_transactions_sale_id_sales')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_transactions')),
    sa.UniqueConstraint('receipt_number', name=op.f('uq_credit_transactions_receipt_number'))
    )
    with op.batch_alter_table('credit_transactions', schema=None) as batch_op:
        batch_op.create_index('idx_credit_txn_cash_session', ['cash_session_id'], unique=False, sqlite_where=sa.text('cash_session_id IS NOT NULL'), postgresql_where=sa.text('cash_session_id IS NOT NULL'))
        batch_op.create_index('idx_credit_txn_customer', ['customer_id', 'created_at'], unique=False)
        batch_op.create_index('idx_credit_txn_sale', ['sale_id'], unique=False)
        batch_op.create_index('idx_credit_txn_type', ['transaction_type'], unique=False)

    op.create_table('sale_items',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sale_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('product_name', sa.String(length=255), nullable=False),
    sa.Column('unit', sa.String(length=50), nullable=False),
    sa.Column('hsn_code', sa.String(length=8), nullable=True),
    sa.Column('quantity_milli', sa.BigInteger(), nullable=False),
    sa.Column('unit_price_paise', sa.BigInteger(), nullable=False),
    sa.Column('mrp_paise', sa.BigInteger(), nullable=True),
    sa.Column('cost_price_paise', sa.BigInteger(), nullable=True),
    sa.Column('sold_by_amount', sa.Boolean(), nullable=False),
    sa.Column('gross_paise', sa.BigInteger(), nullable=False),
    sa.Column('discount_paise', sa.BigInteger(), nullable=False),
    sa.Column('discount_amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('line_total_paise', sa.BigInteger(), nullable=False),
    sa.Column('bill_discount_paise', sa.BigInteger(), nullable=False),
    sa.Column('tax_rate_bp', sa.Integer(), nullable=False),
    sa.Column('taxable_paise', sa.BigInteger(), nullable=False),
    sa.Column('tax_paise', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('discount_paise >= 0 AND bill_discount_paise >= 0', name=op.f('ck_sale_items_discount')),
    sa.CheckConstraint('gross_paise - discount_amount_paise = line_total_paise', name=op.f('ck_sale_items_line_total')),
    sa.CheckConstraint('line_total_paise >= bill_discount_paise', name=op.f('ck_sale_items_bill_discount')),
    sa.CheckConstraint('quantity_milli > 0', name=op.f('ck_sale_items_quantity')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_sale_items_product_id_products')),
    sa.ForeignKeyConstraint(['sale_id'], ['sales.id'], name=op.f('fk_sale_items_sale_id_sales'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sale_items')),
    sa.UniqueConstraint('sale_id', 'position', name='uq_sale_items_position')
    )
    with op.batch_alter_table('sale_items', schema=None) as batch_op:
        batch_op.create_index('idx_sale_items_product', ['product_id', 'created_at'], unique=False)
        batch_op.create_index('idx_sale_items_sale', ['sale_id'], unique=False)

    op.create_table('cart_lines',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('cart_id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('quantity_milli', sa.BigInteger(), nullable=False),
    sa.Column('amount_paise', sa.BigInteger(), nullable=True),
    sa.Column('unit_price_paise', sa.BigInteger(), nullable=False),
    sa.Column('discount_paise', sa.BigInteger(), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount_paise IS NULL OR amount_paise > 0', name=op.f('ck_cart_lines_amount')),
    sa.CheckConstraint('discount_paise >= 0', name=op.f('ck_cart_lines_discount')),
    sa.CheckConstraint('quantity_milli > 0', name=op.f('ck_cart_lines_quantity')),
    sa.ForeignKeyConstraint(['cart_id'], ['carts.id'], name=op.f('fk_cart_lines_cart_id_carts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_cart_lines_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cart_lines'))
    )
    with op.batch_alter_table('cart_lines', schema=None) as batch_op:
        batch_op.create_index('ix_cart_lines_cart', ['cart_id', 'position'], unique=False)
        batch_op.create_index('uq_cart_lines_product', ['cart_id', 'product_id'], unique=True, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.create_table('credit_note_items',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('credit_note_id', sa.Uuid(), nullable=False),
    sa.Column('sale_item_id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('quantity_milli', sa.BigInteger(), nullable=False),
    sa.Column('taxable_paise', sa.BigInteger(), nullable=False),
    sa.Column('tax_paise', sa.BigInteger(), nullable=False),
    sa.Column('fit_for_sale', sa.Boolean(), nullable=False),
    sa.CheckConstraint('quantity_milli > 0', name=op.f('ck_credit_note_items_quantity')),
    sa.CheckConstraint('taxable_paise >= 0 AND tax_paise >= 0', name=op.f('ck_credit_note_items_not_negative')),
    sa.ForeignKeyConstraint(['credit_note_id'], ['credit_notes.id'], name=op.f('fk_credit_note_items_credit_note_id_credit_notes')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_credit_note_items_product_id_products')),
    sa.ForeignKeyConstraint(['sale_item_id'], ['sale_items.id'], name=op.f('fk_credit_note_items_sale_item_id_sale_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_note_items'))
    )
    with op.batch_alter_table('credit_note_items', schema=None) as batch_op:
        batch_op.create_index('idx_credit_note_items_item', ['sale_item_id'], unique=False)
        batch_op.create_index('idx_credit_note_items_note', ['credit_note_id'], unique=False)

    op.create_table('payments',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sale_id', sa.Uuid(), nullable=False),
    sa.Column('credit_note_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('method', sa.String(length=50), nullable=False),
    sa.Column('amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('tendered_paise', sa.BigInteger(), nullable=False),
    sa.Column('reference', sa.String(length=100), nullable=True),
    sa.Column('cash_session_id', sa.Uuid(), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('TENDER', 'REFUND')", name=op.f('ck_payments_kind')),
    sa.CheckConstraint("method = 'CASH' OR tendered_paise = amount_paise", name=op.f('ck_payments_change_is_cash')),
    sa.CheckConstraint("method IN ('CASH', 'UPI', 'CARD', 'BANK_TRANSFER')", name=op.f('ck_payments_method')),
    sa.CheckConstraint('amount_paise > 0 AND tendered_paise >= amount_paise', name=op.f('ck_payments_amount')),
    sa.ForeignKeyConstraint(['cash_session_id'], ['cash_sessions.id'], name=op.f('fk_payments_cash_session_id_cash_sessions')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_payments_created_by_users')),
    sa.ForeignKeyConstraint(['credit_note_id'], ['credit_notes.id'], name=op.f('fk_payments_credit_note_id_credit_notes')),
    sa.ForeignKeyConstraint(['sale_id'], ['sales.id'], name=op.f('fk_payments_sale_id_sales')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payments'))
    )
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.create_index('idx_payments_cash_session', ['cash_session_id', 'created_at'], unique=False)
        batch_op.create_index('idx_payments_sale', ['sale_id'], unique=False)

    forbid_changes()


def downgrade():
    allow_changes()
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_index('idx_payments_sale')
        batch_op.drop_index('idx_payments_cash_session')

    op.drop_table('payments')
    with op.batch_alter_table('credit_note_items', schema=None) as batch_op:
        batch_op.drop_index('idx_credit_note_items_note')
        batch_op.drop_index('idx_credit_note_items_item')

    op.drop_table('credit_note_items')
    with op.batch_alter_table('cart_lines', schema=None) as batch_op:
        batch_op.drop_index('uq_cart_lines_product', sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))
        batch_op.drop_index('ix_cart_lines_cart')

    op.drop_table('cart_lines')
    with op.batch_alter_table('sale_items', schema=None) as batch_op:
        batch_op.drop_index('idx_sale_items_sale')
        batch_op.drop_index('idx_sale_items_product')

    op.drop_table('sale_items')
    with op.batch_alter_table('credit_transactions', schema=None) as batch_op:
        batch_op.drop_index('idx_credit_txn_type')
        batch_op.drop_index('idx_credit_txn_sale')
        batch_op.drop_index('idx_credit_txn_customer')
        batch_op.drop_index('idx_credit_txn_cash_session', sqlite_where=sa.text('cash_session_id IS NOT NULL'), postgresql_where=sa.text('cash_session_id IS NOT NULL'))

    op.drop_table('credit_transactions')
    with op.batch_alter_table('credit_notes', schema=None) as batch_op:
        batch_op.drop_index('idx_credit_notes_sale')
        batch_op.drop_index('idx_credit_notes_date')

    op.drop_table('credit_notes')
    with op.batch_alter_table('carts', schema=None) as batch_op:
        batch_op.drop_index('ix_carts_status')
        batch_op.drop_index('ix_carts_owner')

    op.drop_table('carts')
    with op.batch_alter_table('stock_movements', schema=None) as batch_op:
        batch_op.drop_index('idx_stock_movements_created_at')
        batch_op.drop_index('idx_stock_movements_reference')
        batch_op.drop_index('idx_stock_movements_product')

    op.drop_table('stock_movements')
    with op.batch_alter_table('sales', schema=None) as batch_op:
        batch_op.drop_index('idx_sales_total')
        batch_op.drop_index('idx_sales_status')
        batch_op.drop_index('idx_sales_date')
        batch_op.drop_index('idx_sales_customer')
        batch_op.drop_index('idx_sales_created_by')
        batch_op.drop_index('idx_sales_cash_session', sqlite_where=sa.text('cash_session_id IS NOT NULL'), postgresql_where=sa.text('cash_session_id IS NOT NULL'))
        batch_op.drop_index('idx_sales_business_day')
        batch_op.drop_index('idx_sales_bill_number')

    op.drop_table('sales')
    with op.batch_alter_table('cash_movements', schema=None) as batch_op:
        batch_op.drop_index('idx_cash_movements_session')

    op.drop_table('cash_movements')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_index('ix_sessions_user_id_open')

    op.drop_table('sessions')
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.drop_index('ix_recovery_codes_user_id')

    op.drop_table('recovery_codes')
    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.drop_index('idx_products_status')
        batch_op.drop_index('idx_products_name')
        batch_op.drop_index('idx_products_low_stock', sqlite_where=sa.text('stock_quantity_milli < min_stock_level_milli'), postgresql_where=sa.text('stock_quantity_milli < min_stock_level_milli'))
        batch_op.drop_index('idx_products_expiry', sqlite_where=sa.text('expiry_date IS NOT NULL'), postgresql_where=sa.text('expiry_date IS NOT NULL'))
        batch_op.drop_index('idx_products_category')
        batch_op.drop_index('idx_products_best_sellers')
        batch_op.drop_index('idx_products_barcode')

    op.drop_table('products')
    op.drop_table('product_imports')
    op.drop_table('stock_drafts')
    with op.batch_alter_table('cash_sessions', schema=None) as batch_op:
        batch_op.drop_index('uq_cash_sessions_open_till', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.drop_table('cash_sessions')
    op.drop_table('wrong_passwords')
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_index('idx_users_role')
        batch_op.drop_index('idx_users_email')

    op.drop_table('users')
    op.drop_table('store_settings')
    op.drop_table('idempotency_keys')
    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.drop_index('uq_customers_phone_key', sqlite_where=sa.text('phone_key IS NOT NULL'), postgresql_where=sa.text('phone_key IS NOT NULL'))
        batch_op.drop_index('idx_customers_phone')
        batch_op.drop_index('idx_customers_name')
        batch_op.drop_index('idx_customers_credit', sqlite_where=sa.text('credit_balance_paise > 0'), postgresql_where=sa.text('credit_balance_paise > 0'))

    op.drop_table('customers')
    op.drop_table('bill_counters')
    with op.batch_alter_table('audit_log', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_log_subject')
        batch_op.drop_index(batch_op.f('ix_audit_log_at'))
        batch_op.drop_index(batch_op.f('ix_audit_log_action'))

    op.drop_table('audit_log')
