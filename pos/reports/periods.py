"""Spans that owners ask for: today, this month, the financial year."""

from __future__ import annotations

from datetime import date, timedelta

from pos.core.language import lazy_gettext as _l
from pos.reports.spans import Span

TITLES = {
    "today": _l("Today"),
    "yesterday": _l("Yesterday"),
    "week": _l("7 days"),
    "days": _l("30 days"),
    "month": _l("This month"),
    "last_month": _l("Last month"),
    "year": _l("Financial year"),
}
FINANCIAL_YEAR_STARTS = 4


def periods(today: date) -> dict[str, Span]:
    """Each span by its name; those of a month or a year end today. The financial year is India's, from April."""
    day = timedelta(days=1)
    first = today.replace(day=1)
    year = today.year if today.month >= FINANCIAL_YEAR_STARTS else today.year - 1
    return {
        "today": Span(today, today),
        "yesterday": Span(today - day, today - day),
        "week": Span(today - 6 * day, today),
        "days": Span(today - 29 * day, today),
        "month": Span(first, today),
        "last_month": Span((first - day).replace(day=1), first - day),
        "year": Span(date(year, FINANCIAL_YEAR_STARTS, 1), today),
    }


def typed_day(text: str | None) -> date | None:
    """The day that an address or a date field says; None for nothing and for nonsense."""
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None
