"""The customers as a file, with the columns that an import takes, and what they bought and earned beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from sqlalchemy import select

from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import execute, table
from pos.core.money import format_plain
from pos.core.spreadsheets import ROWS_AT_ONCE, csv_pieces, harmless, xlsx
from pos.customers.models import Customer
from pos.settings import store

COLUMNS = (
    *("name", "phone", "credit_balance", "credit_limit", "email", "address", "language", "status"),
    *("loyalty_points", "total_purchases", "total_spent", "last_purchase_at"),
)
_customers = table(Customer)
_wanted = select(*(_customers.c[name] for name in COLUMNS), _customers.c.id)


def as_csv(actor: Actor) -> Iterator[str]:
    """All customers as CSV, piece by piece. Raises Forbidden for staff."""
    actor.require("edit_customers")
    return csv_pieces(COLUMNS, _rows(), _written)


def as_xlsx(actor: Actor) -> IO[bytes]:
    """All customers as a spreadsheet: an open file, at its beginning. Raises Forbidden for staff."""
    actor.require("edit_customers")
    return xlsx("Customers", COLUMNS, _rows())


def _rows() -> Iterator[Sequence[Any]]:
    """All customers in the order they were added, some at a time; moments become the store's days."""
    zone = store.current().timezone
    last: UUID | None = None
    while True:
        after = _wanted if last is None else _wanted.where(_customers.c.id > last)
        rows = execute(after.order_by(_customers.c.id).limit(ROWS_AT_ONCE)).all()
        yield from ([_day(value, zone) for value in row[:-1]] for row in rows)
        if len(rows) < ROWS_AT_ONCE:
            return
        last = rows[-1].id


def _day(value: Any, zone: str) -> Any:
    return clock.business_day(value, zone) if isinstance(value, datetime) else value


def _written(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format_plain(value)
    return harmless(str(value))
