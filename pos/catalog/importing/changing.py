"""Products that a file changes: what really differs is worked out before the transaction, and only that is written.

Setting every column of 27,500 products held SQLite's writer four times as long as setting the ones that differ: each
column that is set has its indexes written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, bindparam, select

from pos.catalog.importing.sorting import Good
from pos.catalog.models import Product
from pos.catalog.products import search_text
from pos.catalog.rewriting import STOCK, rewrite
from pos.core.db import execute, must_be_in_unit, session, table

ROWS_AT_ONCE = 1000
FOUND_BY = frozenset({"name", "brand", "category", "code", "barcode"})
T = TypeVar("T")
# Raises Forbidden for a name, a price before and a price after that the person may not set.
Check = Callable[[str, Decimal, Decimal], None]
# A product, and its stock before and after.
Stock = tuple[UUID, Decimal, Decimal]

_products = table(Product)
_among = _products.c.id.in_(bindparam("ids", expanding=True))
# Labelled, so that a row's own names are the product's and not the database's (`price`, not `price_paise`).
_whole = select(*(column.label(column.key) for column in _products.c)).where(_among)
_as_now = select(_products.c.id, _products.c.updated_at, _products.c.stock_quantity.label("stock_quantity"))
_lock = _as_now.where(_among).order_by(_products.c.id).with_for_update()


@dataclass(slots=True)
class Change:
    """What a file says of a product, what of that differs, and when the product that was looked at was last edited."""

    product_id: UUID
    told: dict[str, Any]
    differs: dict[str, Any]
    seen: datetime


class Changes:
    """The changes of many products, in the order in which everybody locks products."""

    def __init__(self, goods: Iterable[Good], check: Check) -> None:
        told = {good.target.id: good.values for good in goods if good.target is not None}
        self._check = check
        self._changes = [change for ids in parts(sorted(told)) for change in _looked_at(ids, told, check)]
        # Only statements inside a unit may hold a transaction open.
        session().rollback()

    def __len__(self) -> int:
        return len(self._changes)

    def write(self) -> Iterator[tuple[int, list[Stock]]]:
        """Write a part at a time; yields how many products it had, and the stocks that moved. Only inside a unit."""
        must_be_in_unit()
        for some in parts(self._changes):
            yield len(some), _written(some, self._check)


def parts(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    """The whole, a thousand at a time."""
    return (whole[start : start + ROWS_AT_ONCE] for start in range(0, len(whole), ROWS_AT_ONCE))


def _looked_at(ids: Sequence[UUID], told: dict[UUID, dict[str, Any]], check: Check) -> Iterator[Change]:
    for row in sorted(execute(_whole, {"ids": ids}), key=lambda row: row.id):
        differs = _differing(row, told[row.id], check)
        if differs or STOCK in told[row.id]:
            yield Change(row.id, told[row.id], differs, row.updated_at)


def _differing(row: Row[Any], told: dict[str, Any], check: Check) -> dict[str, Any]:
    """What an edit would change; the stock is compared when it is written, for every sale moves it."""
    check(row.name, row.price, told.get("price", row.price))
    differs = {name: value for name, value in told.items() if name != STOCK and value != row._mapping[name]}
    if differs.get("min_stock_level", "") is None:
        del differs["min_stock_level"]
    if FOUND_BY & differs.keys():
        differs["search_key"] = search_text({**row._asdict(), **differs})
    return differs


def _written(changes: Sequence[Change], check: Check) -> list[Stock]:
    held = {row.id: row for row in execute(_lock, {"ids": [one.product_id for one in changes]})}
    _look_again([one for one in changes if held[one.product_id].updated_at != one.seen], check)
    stocks: list[Stock] = []
    for one in changes:
        before = held[one.product_id].stock_quantity
        after = one.told.get(STOCK, before)
        if after != before:
            one.differs[STOCK] = after
            stocks.append((one.product_id, before, after))
    rewrite((one.product_id, one.differs) for one in changes)
    return stocks


def _look_again(changes: Sequence[Change], check: Check) -> None:
    """What was sold or edited since it was looked at is compared once more, now that nobody else can move it."""
    if changes:
        rows = {row.id: row for row in execute(_whole, {"ids": [one.product_id for one in changes]})}
        for one in changes:
            one.differs = _differing(rows[one.product_id], one.told, check)
