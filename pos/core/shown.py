"""How money, quantities and times look in a page: Jinja filters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import format_date

from pos.core.language import local_time
from pos.core.money import format_plain, format_quantity, format_rupees


def local_date(day: date | datetime | None) -> str:
    """A day in the reader's language."""
    return str(format_date(day, "d MMM y")) if day else ""


def percent(rate: Decimal | None) -> str:
    """5.00 as 5, 12.50 as 12.5."""
    return "" if rate is None else format_quantity(rate)


def install(app: Flask) -> None:
    """Give the filters to every template."""
    filters: dict[str, Any] = {
        "rupees": lambda amount: "" if amount is None else format_rupees(amount),
        "plain_rupees": lambda amount: "" if amount is None else format_plain(amount),
        "quantity": lambda amount: "" if amount is None else format_quantity(amount),
        "percent": percent,
        "local_time": local_time,
        "local_date": local_date,
    }
    app.jinja_env.filters.update(filters)
