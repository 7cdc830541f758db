"""promises

Revision: 0008
Follows: 0007
Made: 2026-11-23 19:30:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('promises',
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('amount_paise', sa.BigInteger(), nullable=False),
    sa.Column('due_date', sa.Date(), nullable=False),
    sa.Column('notes', sa.String(length=255), nullable=True),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount_paise > 0', name=op.f('ck_promises_amount')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_promises_created_by_users')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_promises_customer_id_customers')),
    sa.PrimaryKeyConstraint('customer_id', name=op.f('pk_promises'))
    )
    op.create_index('idx_promises_due_date', 'promises', ['due_date'])


def downgrade():
    op.drop_index('idx_promises_due_date', table_name='promises')
    op.drop_table('promises')
