"""Lists of customers: everybody, who owes, who was not seen for long; each a page at a time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from pos.core import clock
from pos.core.db import execute, table
from pos.core.paging import Page, paged
from pos.customers.models import Customer
from pos.customers.people import matching

NOT_SEEN_DAYS = 30
FILTERS = ("all", "with_credit", "near_limit", "not_seen", "blocked", "inactive")
SORTS = ("name", "balance", "spent", "last_purchase", "updated")

_customers = table(Customer)
_SORTED_BY: dict[str, Any] = {
    "name": _customers.c.name,
    "balance": _customers.c.credit_balance,
    "spent": _customers.c.total_spent,
    "last_purchase": _customers.c.last_purchase_at,
    "updated": _customers.c.updated_at,
}


def customers(
    search: str = "", chosen: str = "all", sort: str = "name", descending: bool = False, page: int = 1, limit: int = 50
) -> Page:
    """One page of customers; an unknown filter or sort is the first of its kind. `near_limit` is over 80 %."""
    statement = select(_customers).where(*matching(search), *_conditions(chosen))
    column = _SORTED_BY.get(sort, _customers.c.name)
    order = column.desc().nulls_last() if descending else column.asc().nulls_last()
    return paged(statement.order_by(order, _customers.c.id), page, limit)


def _conditions(chosen: str) -> list[Any]:
    c = _customers.c
    if chosen == "with_credit":
        return [c.credit_balance > 0]
    if chosen == "near_limit":
        # Whole paise on both sides: five times the balance is over four times the limit.
        return [c.credit_balance > 0, c.credit_balance * 5 > c.credit_limit * 4]
    if chosen == "not_seen":
        long_ago = clock.now() - timedelta(days=NOT_SEEN_DAYS)
        return [c.status == "active", (c.last_purchase_at < long_ago) | c.last_purchase_at.is_(None)]
    if chosen in {"blocked", "inactive"}:
        return [c.status == chosen]
    return [c.status != "inactive"]


def outstanding() -> tuple[Decimal, int]:
    """All that is owed to the shop in rupees, and by how many customers."""
    owing = select(func.sum(_customers.c.credit_balance), func.count()).where(_customers.c.credit_balance > 0)
    total, people = execute(owing).one()
    return total or Decimal(0), people
