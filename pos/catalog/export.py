"""The catalogue as a file, with the columns that an import takes; cost prices only for who may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from sqlalchemy import select

from pos.catalog.checks import FIELDS
from pos.catalog.models import Product
from pos.core.actor import Actor
from pos.core.db import execute, table
from pos.core.money import format_plain, format_quantity
from pos.core.spreadsheets import ROWS_AT_ONCE, csv_pieces, harmless, xlsx

QUANTITIES = {"stock_quantity", "min_stock_level"}
_products = table(Product)


def columns(actor: Actor) -> tuple[str, ...]:
    """The names of the columns that this person's export has."""
    return tuple(name for name in FIELDS if name != "cost_price" or actor.may("see_costs"))


def as_csv(actor: Actor) -> Iterator[str]:
    """The whole catalogue as CSV, piece by piece. Raises Forbidden for who may not edit products."""
    actor.require("edit_products")
    names = columns(actor)
    return csv_pieces(names, _rows(names), _written)


def as_xlsx(actor: Actor) -> IO[bytes]:
    """The whole catalogue as a spreadsheet: an open file, at its beginning. Raises Forbidden as `as_csv`."""
    actor.require("edit_products")
    names = columns(actor)
    return xlsx("Products", names, _rows(names))


def _rows(names: Sequence[str]) -> Iterator[Sequence[Any]]:
    """All products in the order they were added, some at a time: no long transaction, no long list."""
    wanted = select(*(_products.c[name] for name in names), _products.c.id)
    last: UUID | None = None
    while True:
        after = wanted if last is None else wanted.where(_products.c.id > last)
        rows = execute(after.order_by(_products.c.id).limit(ROWS_AT_ONCE)).all()
        yield from (row[:-1] for row in rows)
        if len(rows) < ROWS_AT_ONCE:
            return
        last = rows[-1].id


def _written(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format_quantity(value) if name in QUANTITIES else format_plain(value)
    return value.isoformat() if isinstance(value, date) else harmless(str(value))
