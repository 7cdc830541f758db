"""The list of products: searched, narrowed, sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select

from pos.catalog import search_index
from pos.catalog.alerts import expires_by, is_low
from pos.catalog.models import STATUSES, Product
from pos.core.db import at_most, execute, table
from pos.core.paging import LEAST_LIMIT, Page, paged
from pos.core.text import like, search_words

_products = table(Product)
MOST_BRANDS = 300
_LEFT_OUT = {"search_key", "created_by"}
_shown = select(*(column for column in _products.c if column.key not in _LEFT_OUT))

SORTS: dict[str, ColumnElement[Any]] = {
    "name": _products.c.search_key,
    "price": _products.c.price,
    "stock": _products.c.stock_quantity,
    "expiry": _products.c.expiry_date,
    "updated": _products.c.updated_at,
}
# What a person who chooses this order wants to see first.
FALLING = {"updated"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for. `status` None is any; `expires_by` keeps what is good until then at most.

    `sort` is one of SORTS, anything else counts as name; `falling` None is the order's own direction.
    """

    words: str = ""
    category: str | None = None
    status: str | None = None
    low: bool = False
    expires_by: date | None = None
    sort: str = "name"
    falling: bool | None = None

    @property
    def order(self) -> str:
        """The order in force."""
        return self.sort if self.sort in SORTS else "name"

    @property
    def falls(self) -> bool:
        """True when the largest comes first."""
        return self.order in FALLING if self.falling is None else self.falling


def products(wanted: Wanted, page: int = 1, limit: int = LEAST_LIMIT, *, nearest: bool = False) -> Page:
    """One page of the products that somebody looks for: two queries, whatever is asked.

    Show a row's cost price only to who may see it.
    """
    return paged(_ordered(_narrowed(wanted), wanted), page, limit, nearest=nearest)


def these(ids: Sequence[UUID]) -> list[Row[Any]]:
    """These products in this order, without those that are not there: one query, none for no ids."""
    rows = {row.id: row for row in execute(_shown.where(_products.c.id.in_(ids)))} if ids else {}
    return [rows[one] for one in ids if one in rows]


def categories() -> list[str]:
    """The names of all categories that goods are filed under, by name."""
    name = _products.c.category
    return list(execute(select(name).where(name.is_not(None)).distinct().order_by(name)).scalars())


def brands(most: int = MOST_BRANDS) -> list[str]:
    """The names of the brands with the most products, by name: enough to pick from while typing."""
    name = _products.c.brand
    counted = select(name).where(name.is_not(None)).group_by(name).order_by(func.count().desc(), name)
    return sorted(execute(counted.limit(at_most(most))).scalars())


def _narrowed(wanted: Wanted) -> Select[Any]:
    statement = _shown
    words = search_words(wanted.words)
    for word in words:
        statement = statement.where(_products.c.search_key.like(like(word), escape="\\"))
    near = search_index.holding(words)
    statement = statement if near is None else statement.where(_products.c.id.in_(near))
    if wanted.category:
        statement = statement.where(_products.c.category == wanted.category)
    if wanted.status in STATUSES:
        statement = statement.where(_products.c.status == wanted.status)
    if wanted.low:
        statement = statement.where(is_low())
    if wanted.expires_by:
        statement = statement.where(expires_by(wanted.expires_by))
    return statement


def _ordered(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    by = SORTS[wanted.order]
    direction = by.desc() if wanted.falls else by.asc()
    # What has no date comes last in either direction, on both engines.
    missing = [by.is_(None)] if wanted.order == "expiry" else []
    return statement.order_by(*missing, direction, _products.c.search_key, _products.c.id)
