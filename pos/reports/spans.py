"""Days that a report is about, and the conditions that find what was sold in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, text

from pos.core import clock
from pos.core.db import table
from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.sales.models import Sale
from pos.settings import store

LONGEST_DAYS = 3 * 366
_sales = table(Sale)


@dataclass(frozen=True, slots=True)
class Span:
    """From which day to which, both included, in the store's days."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def before(self) -> Span:
        """The span of the same length right before this one."""
        return Span(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


def span(first: date | None, last: date | None) -> Span:
    """The span that is asked for; the last thirty days where nothing is. Raises Invalid."""
    if any(day is not None and not 2000 <= day.year <= 2199 for day in (first, last)):
        raise Invalid(_("Ask for days from 2000 to 2199."), field="startDate")
    today = store.current().today()
    last = last or today
    first = first or last - timedelta(days=29)
    if first > last:
        raise Invalid(_("The first day lies after the last."), field="startDate")
    if (last - first).days >= LONGEST_DAYS:
        raise Invalid(_("Ask for at most three years at once."), field="startDate")
    return Span(first, last)


def within(wanted: Span) -> tuple[ColumnElement[bool], ...]:
    """Conditions on sales: made in the span, and not voided."""
    return (
        _sales.c.payment_status != "VOIDED",
        _sales.c.business_day >= wanted.first,
        _sales.c.business_day <= wanted.last,
    )


def cost_milli() -> ColumnElement[Any]:
    """The sum of what sold lines cost, in paise times thousandths; lines without a cost price count as nothing."""
    # Paise times thousandths: a whole number until it is divided, once, at the end.
    return func.sum(text("COALESCE(sale_items.cost_price_paise, 0) * sale_items.quantity_milli"))


def returned_cost() -> ColumnElement[Any]:
    """What returned lines take off the cost, counted like `cost_milli`."""
    # Spoiled goods are paid back and gone: only what went back on the shelf takes its cost with it.
    return literal_column(
        "CASE WHEN credit_note_items.fit_for_sale THEN"
        " COALESCE(sale_items.cost_price_paise, 0) * credit_note_items.quantity_milli ELSE 0 END"
    )


def moments(wanted: Span) -> tuple[datetime, datetime]:
    """The UTC moments between which the span lies."""
    return clock.day_bounds(wanted.first, wanted.last, store.current().timezone)
