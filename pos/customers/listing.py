"""Lists of customers: everybody, who owes, who was not seen for long; each a page at a time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select

from pos.core import clock
from pos.core.db import execute, table
from pos.core.fields import ZERO
from pos.core.paging import Page, paged
from pos.customers.ages import unpaid
from pos.customers.models import CreditTransaction, Customer
from pos.customers.people import matching

NOT_SEEN_DAYS = 30
FILTERS = ("all", "with_credit", "near_limit", "not_seen", "blocked", "inactive")
SORTS = ("name", "balance", "spent", "last_purchase", "updated")
DEBTORS_SORTS = ("balance", "oldest", "moved", "name")

_customers, _ledger = table(Customer), table(CreditTransaction)
_SORTED_BY: dict[str, Any] = {
    "name": _customers.c.search_key,
    "balance": _customers.c.credit_balance,
    "spent": _customers.c.total_spent,
    "last_purchase": _customers.c.last_purchase_at,
    "updated": _customers.c.updated_at,
}


def customers(
    search: str = "",
    chosen: str = "all",
    sort: str = "name",
    descending: bool = False,
    page: int = 1,
    limit: int = 50,
    *,
    status: str | None = None,
    nearest: bool = False,
) -> Page:
    """One page of customers; an unknown filter or sort is the first of its kind.

    `near_limit` is over 80 % of the limit; those who have gone are found as `inactive` alone, by that `status`, or as
    they owe.
    """
    narrowed = _conditions(chosen) if chosen != "all" or status is None else []
    if status is not None:
        narrowed.append(_customers.c.status == status)
    statement = select(_customers).where(*matching(search), *narrowed)
    column = _SORTED_BY.get(sort, _customers.c.search_key)
    order = column.desc().nulls_last() if descending else column.asc().nulls_last()
    return paged(statement.order_by(order, _customers.c.search_key, _customers.c.id), page, limit, nearest=nearest)


def _conditions(chosen: str) -> list[Any]:
    c = _customers.c
    if chosen == "with_credit":
        return [c.credit_balance > 0]
    if chosen == "near_limit":
        # Both sides in the same unit and exact: five times the balance is over four times the limit.
        return [c.credit_balance > 0, c.credit_balance * 5 > c.credit_limit * 4]
    if chosen == "not_seen":
        long_ago = clock.now() - timedelta(days=NOT_SEEN_DAYS)
        last_seen = func.coalesce(c.last_purchase_at, c.created_at)
        return [c.status == "active", last_seen < long_ago]
    if chosen in {"blocked", "inactive"}:
        return [c.status == chosen]
    return [c.status != "inactive"]


def outstanding() -> tuple[Decimal, int]:
    """All that is owed to the shop in rupees, and by how many customers."""
    owing = select(func.sum(_customers.c.credit_balance), func.count()).where(_customers.c.credit_balance > 0)
    total, people = execute(owing).one()
    return total or ZERO, people


def counts() -> dict[str, int]:
    """How many customers each of the filters that ask for care would show, in one query."""
    names = ("near_limit", "not_seen")
    counted = [func.count().filter(and_(*_conditions(name))).label(name) for name in names]
    return dict(execute(select(*counted).select_from(_customers)).one()._mapping)


def debtors(search: str = "", sort: str = "balance", page: int = 1, limit: int = 50) -> Page:
    """One page of those who owe: each customer with `oldest`, since when, and `moved`, when something last did (UTC).

    Sorted by the largest balance, the oldest debt, the newest movement, or by name.
    """
    debts = unpaid()
    oldest = select(debts.c.customer_id, func.min(debts.c.since).label("oldest")).group_by(debts.c.customer_id)
    moved = select(_ledger.c.customer_id, func.max(_ledger.c.created_at).label("moved"))
    of_oldest, of_moved = oldest.subquery("of_oldest"), moved.group_by(_ledger.c.customer_id).subquery("of_moved")
    order = {"oldest": of_oldest.c.oldest.asc(), "moved": of_moved.c.moved.desc(), "name": _customers.c.search_key}
    statement = (
        select(_customers, of_oldest.c.oldest, of_moved.c.moved)
        .outerjoin(of_oldest, of_oldest.c.customer_id == _customers.c.id)
        .outerjoin(of_moved, of_moved.c.customer_id == _customers.c.id)
        .where(_customers.c.credit_balance > 0, *matching(search))
        .order_by(order.get(sort, _customers.c.credit_balance.desc()), _customers.c.search_key, _customers.c.id)
    )
    return paged(statement, page, limit, nearest=True)
