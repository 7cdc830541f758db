"""How promises to pay stand, read from the ledger alone: kept, late, due today or coming.

What is paid since a promise was made counts towards it; a correction downwards counts like a payment, and one upwards
takes back what was counted before it, as that is how a wrong payment is put right. Whoever owes nothing any more, for
whatever reason, has kept it, until a correction says that this was wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Subquery, and_, case, func, literal, select, type_coerce

from pos.core.columns import Rupees
from pos.core.db import execute, table
from pos.core.fields import ZERO
from pos.core.paging import Page, paged
from pos.customers.models import CreditTransaction, Customer, Promise
from pos.customers.people import matching

# In the order in which a shopkeeper asks.
OPEN = ("late", "today", "coming")
STATES = (*OPEN, "kept")
RECENT = timedelta(days=7)
_promises, _ledger, _customers = table(Promise), table(CreditTransaction), table(Customer)
_owing = _customers.c.credit_balance > 0
_NOTHING = literal(ZERO, Rupees)
# What can keep a promise, or undo that: bills and opening balances do neither.
_LESSEN = ("PAYMENT_MADE", "CORRECTION", "CREDIT_REVERSED")


@dataclass(frozen=True, slots=True)
class Sum:
    """So many promises that are not kept, and what is missing of them in rupees."""

    count: int = 0
    missing: Decimal = ZERO


def promise_of(customer_id: UUID, today: date) -> Row[Any] | None:
    """The customer's newest promise and how it stands on this day of the store; None without one."""
    return promises_of([customer_id], today).get(customer_id)


def promises_of(customer_ids: Collection[UUID], today: date) -> Mapping[UUID, Row[Any]]:
    """The newest promise of each of these customers who made one, and how it stands, in one query."""
    rows = execute(_standing(today, _promises.c.customer_id.in_(customer_ids))).all()
    return {row.id: row for row in rows}


def promises(
    today: date,
    search: str = "",
    state: str | None = None,
    page: int = 1,
    limit: int = 50,
    total: int | None = None,
) -> Page:
    """One page of the promises that are not kept, by their day: each with its customer, `missing` and `state`.

    `state` is one of `OPEN`; without one, all of them. `total` is how many there are, where that is known.
    """
    narrowed = [_due(state, today)] if state else []
    found = _unkept(today, *matching(search), *narrowed)
    ordered = select(found).order_by(found.c.due_date, found.c.search_key, found.c.id)
    return paged(ordered, page, limit, nearest=True, total=total)


def sums(today: date) -> Mapping[str, Sum]:
    """How many promises are late, due today and coming, and what is missing of them, in one query."""
    return _sums(today)


def recent_sums(today: date) -> Mapping[str, Sum]:
    """The same of those alone that are due today or were in the week before: few, however many ever promised."""
    return _sums(today, _promises.c.due_date.between(today - RECENT, today))


def counted(found: Mapping[str, Sum], state: str | None = None) -> int:
    """How many promises these sums are of, or those in one state."""
    return sum(one.count for name, one in found.items() if not state or name == state)


def _sums(today: date, *narrowed: Any) -> Mapping[str, Sum]:
    found = _unkept(today, *narrowed)
    missing = func.sum(found.c.missing).label("missing")
    rows = execute(select(found.c.state, func.count().label("counted"), missing).group_by(found.c.state)).all()
    made = {row.state: Sum(row.counted, row.missing) for row in rows}
    return {state: made.get(state, Sum()) for state in OPEN}


def _due(state: str, today: date) -> Any:
    day = _promises.c.due_date
    return {"late": day < today, "today": day == today, "coming": day > today}[state]


def _unkept(today: date, *narrowed: Any) -> Subquery:
    # Who owes nothing has kept every promise: they need no look into the ledger.
    found = _standing(today, _owing, *narrowed).subquery("standing")
    return select(found).where(found.c.missing > ZERO).subquery("unkept")


def _standing(today: date, *narrowed: Any) -> Select[Any]:
    """Customers with what they `promised`, its `due_date` and `promise_notes`, what is `missing` of it, its `state`."""
    paid = _paid_since(*narrowed)
    left = type_coerce(_promises.c.amount - func.coalesce(paid.c.paid, _NOTHING), Rupees)
    owed = _customers.c.credit_balance
    kept = func.coalesce(paid.c.cleared, 0) == 1
    missing = case((kept, _NOTHING), (left <= _NOTHING, _NOTHING), (left < owed, left), else_=owed)
    state = case((missing == _NOTHING, "kept"), *((_due(one, today), one) for one in OPEN[:2]), else_=OPEN[2])
    about = (_promises.c.amount.label("promised"), _promises.c.due_date, _promises.c.notes.label("promise_notes"))
    return (
        select(_customers, *about, _promises.c.created_at.label("promised_at"))
        .add_columns(missing.label("missing"), state.label("state"))
        .join(_promises, _promises.c.customer_id == _customers.c.id)
        .outerjoin(paid, paid.c.customer_id == _customers.c.id)
        .where(*narrowed)
    )


def _paid_since(*narrowed: Any) -> Subquery:
    """Of each customer: what was `paid` since the promise and not taken back, and whether the khata was `cleared`."""
    entry = _entries_since(*narrowed)
    # The largest sum of the newest entries: what a correction upwards took back counts no longer, but never below 0.
    paid = func.max(case((entry.c.so_far > _NOTHING, entry.c.so_far), else_=_NOTHING))
    cleared = func.max(case((and_(entry.c.balance_after == _NOTHING, entry.c.taken_back == 0), 1), else_=0))
    return (
        select(entry.c.customer_id, type_coerce(paid, Rupees).label("paid"), cleared.label("cleared"))
        .group_by(entry.c.customer_id)
        .subquery("paid_since")
    )


def _entries_since(*narrowed: Any) -> Subquery:
    """Entries since each promise, with the sums over them and all newer ones."""
    change = type_coerce(_ledger.c.balance_before - _ledger.c.balance_after, Rupees)
    corrected = _ledger.c.transaction_type == "CORRECTION"
    counted = case((_ledger.c.transaction_type == "PAYMENT_MADE", change), (corrected, change), else_=_NOTHING)
    takes_back = case((and_(corrected, change < _NOTHING), literal(1)), else_=0)
    # Written so that no planner reads all entries of these kinds: those of who promised are few, and have an index.
    kind = func.coalesce(_ledger.c.transaction_type, "")
    return (
        select(_ledger.c.customer_id, _ledger.c.balance_after)
        .add_columns(type_coerce(_with_newer(counted), Rupees).label("so_far"))
        .add_columns(_with_newer(takes_back).label("taken_back"))
        .join(_promises, _promises.c.customer_id == _ledger.c.customer_id)
        .join(_customers, _customers.c.id == _promises.c.customer_id)
        .where(_ledger.c.created_at >= _promises.c.created_at, kind.in_(_LESSEN), *narrowed)
        .subquery("since")
    )


def _with_newer(value: Any) -> Any:
    newest_first = (_ledger.c.created_at.desc(), _ledger.c.id.desc())
    return func.sum(value).over(partition_by=_ledger.c.customer_id, order_by=newest_first, rows=(None, 0))
