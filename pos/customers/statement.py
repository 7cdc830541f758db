"""What a customer may check at home: the entries of a period, and how old the debts are (PLAN.md 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from pos.core import clock
from pos.core.db import execute, table
from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.customers.models import CreditTransaction
from pos.settings.store import Store

_ledger = table(CreditTransaction)
AGES = (30, 60, 90)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Statement:
    """The ledger of one customer from the first day to the last: opening + taken - paid = closing, in rupees."""

    first: date
    last: date
    opening: Decimal
    entries: Sequence[Row[Any]]
    taken: Decimal
    paid: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True)
class Ages:
    """What is owed by age of the debt, oldest debts paid first; `oldest` is the day of the oldest unpaid one."""

    to_30: Decimal
    to_60: Decimal
    to_90: Decimal
    over_90: Decimal
    oldest: date | None

    @property
    def total(self) -> Decimal:
        """All that is owed."""
        return self.to_30 + self.to_60 + self.to_90 + self.over_90


def statement(customer_id: UUID, first: date, last: date, store: Store) -> Statement:
    """The customer's statement of a period in the store's days. Raises Invalid when the period runs backwards."""
    if first > last:
        raise Invalid(_("The first day lies after the last."), field="first")
    begins, ends = clock.day_bounds(first, last, store.timezone)
    entries = execute(_entries(customer_id).where(_ledger.c.created_at >= begins, _ledger.c.created_at < ends)).all()
    before = execute(
        select(_ledger.c.balance_after)
        .where(_ledger.c.customer_id == customer_id, _ledger.c.created_at < begins)
        .order_by(_ledger.c.created_at.desc(), _ledger.c.id.desc())
        .limit(1)
    ).scalar()
    opening = before or NOTHING
    changes = [entry.balance_after - entry.balance_before for entry in entries]
    taken = sum((change for change in changes if change > 0), NOTHING)
    paid = -sum((change for change in changes if change < 0), NOTHING)
    return Statement(first, last, opening, entries, taken, paid, opening + taken - paid)


def _entries(customer_id: UUID) -> Any:
    wanted = select(_ledger).where(_ledger.c.customer_id == customer_id)
    return wanted.order_by(_ledger.c.created_at, _ledger.c.id)


def ages(customer_ids: Iterable[UUID], store: Store) -> Mapping[UUID, Ages]:
    """How old the debts of these customers are, read in one query; who owes nothing has all zeros."""
    wanted = list(customer_ids)
    columns = (_ledger.c.customer_id, _ledger.c.created_at, _ledger.c.balance_before, _ledger.c.balance_after)
    rows = execute(
        select(*columns).where(_ledger.c.customer_id.in_(wanted)).order_by(_ledger.c.created_at, _ledger.c.id)
    ).all()
    entries: dict[UUID, list[Row[Any]]] = {customer_id: [] for customer_id in wanted}
    for row in rows:
        entries[row.customer_id].append(row)
    today = store.today()
    return {customer_id: _ages(own, today, store.timezone) for customer_id, own in entries.items()}


def _ages(entries: Sequence[Row[Any]], today: date, timezone: str) -> Ages:
    debts = [
        (clock.business_day(entry.created_at, timezone), entry.balance_after - entry.balance_before)
        for entry in entries
        if entry.balance_after > entry.balance_before
    ]
    paid = sum((e.balance_before - e.balance_after for e in entries if e.balance_after < e.balance_before), NOTHING)
    unpaid: list[tuple[date, Decimal]] = []
    for day, amount in debts:
        settled = min(paid, amount)
        paid -= settled
        if amount > settled:
            unpaid.append((day, amount - settled))
    return _by_age(unpaid, today)


def _by_age(unpaid: Sequence[tuple[date, Decimal]], today: date) -> Ages:
    limits = [today - timedelta(days=days) for days in AGES]
    sums = [NOTHING] * 4
    for day, amount in unpaid:
        sums[sum(day < limit for limit in limits)] += amount
    to_30, to_60, to_90, over_90 = sums
    return Ages(to_30, to_60, to_90, over_90, oldest=unpaid[0][0] if unpaid else None)
