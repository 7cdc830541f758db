"""How the shop does over time (PLAN.md 3.6); for the owner alone. Voided bills do not count, returns are taken off.

What was returned counts when its credit note was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, func, select, text

from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import dialect, execute, table
from pos.core.money import divide_half_up, from_paise, to_paise
from pos.customers.models import Customer
from pos.reports.spans import Span, cost_milli, moments, returned_cost, within
from pos.sales.models import Sale, SaleItem
from pos.sales.returns_and_drawer import CreditNote, CreditNoteItem
from pos.settings import store

PERIODS = ("hour", "day", "week", "month")
_sales, _items, _customers = table(Sale), table(SaleItem), table(Customer)
_notes, _back = table(CreditNote), table(CreditNoteItem)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Takings:
    """Sums in rupees: `net_amount` is what was billed less what was returned."""

    bills_count: int
    total_amount: Decimal
    returns_amount: Decimal
    discount_amount: Decimal
    tax_amount: Decimal
    credit_amount: Decimal

    @property
    def net_amount(self) -> Decimal:
        """Billed less returned."""
        return self.total_amount - self.returns_amount

    @property
    def average_bill(self) -> Decimal:
        """What a bill comes to on average, to the paisa."""
        paise = int(self.total_amount * 100)
        return from_paise(divide_half_up(paise, self.bills_count)) if self.bills_count else NOTHING


def takings(actor: Actor, wanted: Span) -> Takings:
    """The sums of a span. Raises Forbidden for all but the owner."""
    actor.require("see_reports")
    c = _sales.c
    sums = (func.count(), func.sum(c.total_amount), func.sum(c.discount_amount))
    row = execute(select(*sums, func.sum(c.tax_amount), func.sum(c.credit_amount)).where(*within(wanted))).one()
    count, total, discount, tax, credit = row
    nothing = NOTHING
    returned = sum((one.amount for one in _returns(wanted)), nothing)
    return Takings(count, total or nothing, returned, discount or nothing, tax or nothing, credit or nothing)


@dataclass(frozen=True, slots=True)
class Bucket:
    """One hour (0 to 23), day, week (its Monday) or month (its first) of a trend, in rupees."""

    start: str
    bills_count: int
    total_amount: Decimal
    returns_amount: Decimal
    revenue: Decimal
    cost: Decimal
    profit: Decimal


def trend(actor: Actor, wanted: Span, by: str) -> list[Bucket]:
    """The span in buckets, without gaps; revenue is without tax, cost as it was on the day of each bill.

    Both are less what came back. Goods that had no cost price count with none, and spoiled goods that came back keep
    their cost: they are gone. Raises Forbidden for all but the owner.
    """
    actor.require("see_reports")
    key = _hour() if by == "hour" else _sales.c.business_day
    bills = execute(
        select(key.label("key"), func.count().label("bills"), func.sum(_sales.c.total_amount).label("total"))
        .where(*within(wanted))
        .group_by(text("key"))
    ).all()
    goods = execute(
        select(key.label("key"), func.sum(_items.c.taxable).label("revenue"), cost_milli().label("cost"))
        .select_from(_items.join(_sales, _sales.c.id == _items.c.sale_id))
        .where(*within(wanted))
        .group_by(text("key"))
    ).all()
    return _buckets(bills, goods, _came_back(wanted), wanted, by)


def _hour() -> ColumnElement[Any]:
    zone = store.current().timezone
    if dialect() == "postgresql":
        return func.extract("hour", func.timezone(zone, _sales.c.created_at))
    offset = clock.now().astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return func.strftime("%H", _sales.c.created_at, f"{int(offset.total_seconds()) // 60:+d} minutes")


def _returns(wanted: Span) -> Sequence[Row[Any]]:
    """What was given back, by the moment of the credit note."""
    begins, ends = moments(wanted)
    made = select(_notes.c.created_at, _notes.c.total_amount.label("amount"))
    return execute(made.where(_notes.c.created_at >= begins, _notes.c.created_at < ends)).all()


def _came_back(wanted: Span) -> list[tuple[datetime, int, int, int]]:
    """What was returned: its moment, what was given back, and revenue (paise) and cost (paise times thousandths)."""
    begins, ends = moments(wanted)
    joined = _back.join(_notes, _notes.c.id == _back.c.credit_note_id).join(_items, _items.c.id == _back.c.sale_item_id)
    goods = select(_notes.c.created_at, _back.c.taxable, returned_cost().label("cost")).select_from(joined)
    goods = goods.where(_notes.c.created_at >= begins, _notes.c.created_at < ends)
    given = [(row.created_at, to_paise(row.amount), 0, 0) for row in _returns(wanted)]
    return given + [(row.created_at, 0, to_paise(row.taxable), int(row.cost)) for row in execute(goods).all()]


def _buckets(
    bills: Sequence[Row[Any]],
    goods: Sequence[Row[Any]],
    returns: Sequence[tuple[datetime, int, int, int]],
    wanted: Span,
    by: str,
) -> list[Bucket]:
    sums = {start: [0, 0, 0, 0, 0] for start in _starts(wanted, by)}
    zone = ZoneInfo(store.current().timezone)
    for row in bills:
        sums[start_of(row.key, by)][0] += row.bills
        sums[start_of(row.key, by)][1] += to_paise(row.total)
    for moment, given, revenue, cost in returns:
        local = moment.astimezone(zone)
        found = sums[start_of(local.hour if by == "hour" else local.date(), by)]
        found[2] += given
        found[3] -= revenue
        found[4] -= cost
    for row in goods:
        sums[start_of(row.key, by)][3] += to_paise(row.revenue)
        sums[start_of(row.key, by)][4] += int(row.cost)
    return [_bucket(start, *found) for start, found in sums.items()]


def _bucket(start: str, bills: int, total: int, returned: int, revenue: int, cost: int) -> Bucket:
    cost_paise = divide_half_up(cost, 1000)
    amounts = (total, returned, revenue, cost_paise, revenue - cost_paise)
    return Bucket(start, bills, *(from_paise(amount) for amount in amounts))


def _starts(wanted: Span, by: str) -> list[str]:
    if by == "hour":
        return [f"{hour:02d}" for hour in range(24)]
    days = (wanted.first + timedelta(days=n) for n in range(wanted.days))
    return list(dict.fromkeys(start_of(day, by) for day in days))


def start_of(key: Any, by: str) -> str:
    """The bucket of an hour (0 to 23) or of a day."""
    if by == "hour":
        return f"{int(key):02d}"
    if by == "week":
        return (key - timedelta(days=key.weekday())).isoformat()
    return key.replace(day=1).isoformat() if by == "month" else key.isoformat()
