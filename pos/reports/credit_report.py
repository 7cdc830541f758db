"""Who owes how much and since when, and what was paid on the khata in a span; for the owner alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from pos.accounts.models import User
from pos.core import clock
from pos.core.db import execute, table
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.customers.ages import ages
from pos.customers.models import CreditTransaction, Customer
from pos.reports.spans import Span, moments
from pos.reports.table import MOST_ROWS, Column, Table, made, rupees
from pos.sales.words import method_name
from pos.settings import store

_customers, _ledger, _users = table(Customer), table(CreditTransaction), table(User)

OUTSTANDING_COLUMNS = (
    Column("customer", _l("Customer")),
    Column("phone", _l("Phone")),
    rupees("credit_balance", _l("Owes")),
    rupees("credit_limit", _l("Limit"), summed=False),
    rupees("days_0_to_30", _l("0 to 30 days")),
    rupees("days_31_to_60", _l("31 to 60 days")),
    rupees("days_61_to_90", _l("61 to 90 days")),
    rupees("over_90_days", _l("Over 90 days")),
    Column("oldest_day", _l("Since"), "date"),
)


def outstanding(_wanted: Span) -> Table:
    """Everybody who owes something now, the largest debt first, with how old the debts are (oldest paid first)."""
    owing = select(_customers).where(_customers.c.credit_balance > 0)
    people = execute(owing.order_by(_customers.c.credit_balance.desc(), _customers.c.search_key)).all()
    how_old = ages([person.id for person in people], store.current())
    rows = []
    for person in people:
        age = how_old[person.id]
        sums = (age.to_30, age.to_60, age.to_90, age.over_90, age.oldest)
        rows.append((person.name, person.phone, person.credit_balance, person.credit_limit, *sums))
    return made("credit-outstanding", _("Who owes, and since when"), OUTSTANDING_COLUMNS, rows)


COLLECTION_COLUMNS = (
    Column("day", _l("Day"), "date"),
    Column("receipt_number", _l("Receipt")),
    Column("customer", _l("Customer")),
    Column("payment_method", _l("Paid by"), words=method_name),
    Column("reference", _l("Reference")),
    Column("taken_by", _l("Taken by")),
    rupees("amount", _l("Paid")),
    rupees("balance_after", _l("Owed after"), summed=False),
)


def collections(wanted: Span) -> Table:
    """Every payment on the khata in the span, in order."""
    begins, ends = moments(wanted)
    statement = (
        select(_ledger, _customers.c.name, _users.c.full_name)
        .join(_customers, _customers.c.id == _ledger.c.customer_id)
        .outerjoin(_users, _users.c.id == _ledger.c.created_by)
        .where(_ledger.c.transaction_type == "PAYMENT_MADE")
        .where(_ledger.c.created_at >= begins, _ledger.c.created_at < ends)
        .order_by(_ledger.c.created_at, _ledger.c.id)
        .limit(MOST_ROWS + 1)
    )
    zone = store.current().timezone
    rows = [_collected(row, zone) for row in execute(statement).all()]
    days = (wanted.first, wanted.last)
    return made("credit-collections", _("Payments on the khata"), COLLECTION_COLUMNS, rows, days)


def _collected(row: Any, zone: str) -> tuple[Any, ...]:
    day = clock.business_day(row.created_at, zone)
    how = (row.payment_method, row.reference, row.full_name)
    return (day, row.receipt_number, row.name, *how, row.amount, row.balance_after)
