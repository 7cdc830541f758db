"""How the shop does over time (PLAN.md 3.6); for the owner alone. Voided bills do not count, returns are taken off.

What was returned counts when its credit note was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pos.core.actor import Actor
from pos.core.money import divide_half_up, from_paise
from pos.reports.spans import Span
from pos.reports.sums import bill_sums

PERIODS = ("hour", "day", "week", "month")


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
    names = ("bills_count", "total_amount_paise", "returns_amount_paise", "discount_amount_paise")
    rows = bill_sums(wanted, "cashier")
    count, *paise = (sum(row[name] for row in rows) for name in (*names, "tax_amount_paise", "credit_amount_paise"))
    return Takings(count, *(from_paise(amount) for amount in paise))


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


# Bills, what they came to, what was given back, revenue and cost: what counts, and what is taken off it.
_FIGURES = (
    ("bills_count", None),
    ("total_amount_paise", None),
    ("returns_amount_paise", None),
    ("taxable_paise", "back_taxable_paise"),
    ("cost", "back_cost"),
)


def trend(actor: Actor, wanted: Span, by: str) -> list[Bucket]:
    """The span in buckets, without gaps; revenue is without tax, cost as it was on the day of each bill.

    Both are less what came back. Goods that had no cost price count with none, and spoiled goods that came back keep
    their cost: they are gone. Raises Forbidden for all but the owner.
    """
    actor.require("see_reports")
    key = "hour" if by == "hour" else "day"
    sums = {start: [0, 0, 0, 0, 0] for start in _starts(wanted, by)}
    for row in bill_sums(wanted, key):
        found = sums[start_of(row[key], by)]
        for place, (more, less) in enumerate(_FIGURES):
            found[place] += row[more] - (row[less] if less else 0)
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
