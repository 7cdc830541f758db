"""How money, quantities and times look in a page: Jinja filters."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Flask

from pos.core.language import local_date, local_time
from pos.core.money import format_plain, format_quantity, format_rupees


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
