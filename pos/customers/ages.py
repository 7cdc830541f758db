"""How old the debts are, the oldest paid first: 0 to 30 days, 31 to 60, 61 to 90, and older (PLAN.md 3.5).

What a voided or returned bill takes off the khata settles that bill itself; payments and corrections settle the oldest
debt. So what is still owed are the newest debts that add up to the balance, and the database finds them in one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Subquery, and_, func, or_, select, type_coerce

from pos.core import clock
from pos.core.columns import Rupees
from pos.core.db import execute, table
from pos.core.fields import ZERO
from pos.customers.models import CreditTransaction, Customer
from pos.settings.store import Store

LIMITS_DAYS = (30, 60, 90)
_ledger, _customers = table(CreditTransaction), table(Customer)


@dataclass(frozen=True, slots=True)
class Ages:
    """What is owed by age of the debt in rupees; `oldest` is the store's day on which the oldest of it was taken."""

    to_30: Decimal = ZERO
    to_60: Decimal = ZERO
    to_90: Decimal = ZERO
    over_90: Decimal = ZERO
    oldest: date | None = None

    @property
    def total(self) -> Decimal:
        """All that is owed."""
        return self.to_30 + self.to_60 + self.to_90 + self.over_90


def aged(debts: Iterable[tuple[date, Decimal]], today: date) -> Ages:
    """Debts by their age: the store's day on which each was taken, and what is left of it in rupees."""
    sums, oldest = [ZERO] * (len(LIMITS_DAYS) + 1), None
    ends = [today - timedelta(days=limit) for limit in LIMITS_DAYS]
    for day, amount in debts:
        sums[sum(day < end for end in ends)] += amount
        oldest = day if oldest is None or day < oldest else oldest
    to_30, to_60, to_90, over_90 = sums
    return Ages(to_30, to_60, to_90, over_90, oldest)


def ages(customer_ids: Iterable[UUID], store: Store) -> Mapping[UUID, Ages]:
    """How old the debts of these customers are, in one query; who owes nothing has all zeros."""
    debts: dict[UUID, list[tuple[date, Decimal]]] = {customer_id: [] for customer_id in customer_ids}
    for customer_id, day, amount in _unpaid_of(list(debts), store):
        debts[customer_id].append((day, amount))
    return {customer_id: aged(theirs, store.today()) for customer_id, theirs in debts.items()}


def ages_of_all(store: Store) -> Ages:
    """How old everything is that is owed to the shop."""
    return aged(((day, amount) for _customer_id, day, amount in _unpaid_of(None, store)), store.today())


def _unpaid_of(customer_ids: list[UUID] | None, store: Store) -> list[tuple[UUID, date, Decimal]]:
    debts = unpaid()
    statement = select(debts)
    if customer_ids is not None:
        statement = statement.where(debts.c.customer_id.in_(customer_ids))
    return [
        (row.customer_id, clock.business_day(row.since, store.timezone), min(row.amount, row.owed - row.newer))
        for row in execute(statement)
    ]


def unpaid() -> Subquery:
    """Every debt that is not wholly paid: `customer_id`, `since`, `amount`, what is `newer`, and all that is `owed`."""
    net = _net_debts()
    newest_first = (net.c.since.desc(), net.c.debt.desc())
    up_to = func.sum(net.c.amount).over(partition_by=net.c.customer_id, order_by=newest_first, rows=(None, 0))
    # Arithmetic forgets that it counts money.
    newer = type_coerce(up_to - net.c.amount, Rupees)
    ranked = select(net, newer.label("newer")).subquery("ranked")
    owed = _customers.c.credit_balance
    return (
        select(ranked.c.customer_id, ranked.c.since, ranked.c.amount, ranked.c.newer, owed.label("owed"))
        .join(_customers, _customers.c.id == ranked.c.customer_id)
        .where(ranked.c.newer < owed)
        .subquery("unpaid")
    )


def _net_debts() -> Subquery:
    """Debts of those who owe: bills less what was voided or returned of them, opening balances, corrections upwards."""
    change = _ledger.c.balance_after - _ledger.c.balance_before
    of_a_bill = _ledger.c.transaction_type.in_(("CREDIT_TAKEN", "CREDIT_REVERSED"))
    debt = func.coalesce(_ledger.c.sale_id, _ledger.c.id)
    owing = select(_customers.c.id).where(_customers.c.credit_balance > 0)
    return (
        select(_ledger.c.customer_id, debt.label("debt"), func.min(_ledger.c.created_at).label("since"))
        .add_columns(type_coerce(func.sum(change), Rupees).label("amount"))
        .where(_ledger.c.customer_id.in_(owing))
        .where(or_(of_a_bill, and_(_ledger.c.transaction_type != "PAYMENT_MADE", change > 0)))
        .group_by(_ledger.c.customer_id, debt)
        .having(func.sum(change) > 0)
        .subquery("net")
    )
