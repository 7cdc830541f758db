"""What the address of the list of bills asks for, and what its choices are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from pos.core.language import lazy_gettext as _l
from pos.sales.ledger import Wanted
from pos.sales.models import STATUSES, SUMMED_METHODS

LONGEST_SEARCH = 100
NAMES = ("q", "days", "first", "last", "status", "method", "cashier", "limit")
DAYS_LABELS = {
    "all": _l("All days"),
    "today": _l("Today"),
    "yesterday": _l("Yesterday"),
    "week": _l("This week"),
    "month": _l("This month"),
    "own": _l("Own days"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for, and which of the choices of days is pressed."""

    wanted: Wanted
    days: str
    first: date | None
    last: date | None


def asked(arguments: Mapping[str, str], today: date) -> Asked:
    """What the list is asked for; what makes no sense is not asked for. A week begins on Monday."""
    days = arguments.get("days", "")
    days = days if days in DAYS_LABELS else "all"
    first, last = _own(arguments) if days == "own" else _span(days, today)
    wanted = Wanted(
        search=arguments.get("q", "").strip()[:LONGEST_SEARCH],
        first=first,
        last=last,
        status=_one_of(arguments.get("status"), STATUSES),
        method=_one_of(arguments.get("method"), SUMMED_METHODS),
        cashier_id=_id(arguments.get("cashier")),
    )
    # Whoever begins to choose days of their own begins with this month.
    shown = (first, last) if days == "own" and (first or last) else (today.replace(day=1), today)
    return Asked(wanted, days, *shown)


def kept(arguments: Mapping[str, str]) -> dict[str, str]:
    """What links to other pages of the same list keep: everything but the page."""
    return {name: arguments[name] for name in NAMES if arguments.get(name)}


def _span(days: str, today: date) -> tuple[date | None, date | None]:
    yesterday = today - timedelta(days=1)
    spans = {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "week": (today - timedelta(days=today.weekday()), today),
        "month": (today.replace(day=1), today),
    }
    return spans.get(days, (None, None))


def _own(arguments: Mapping[str, str]) -> tuple[date | None, date | None]:
    first, last = _day(arguments.get("first")), _day(arguments.get("last"))
    # Whichever way round somebody typed them.
    return (last, first) if first and last and first > last else (first, last)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _one_of(text: str | None, known: tuple[str, ...]) -> str | None:
    return text if text in known else None
