"""Writing what was judged good: all of it in one short transaction, or nothing (DESIGN.md 5).

Rows are made before the transaction begins; inside it only statements run, each for many rows at once.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update

from pos.catalog.checks import FIELDS
from pos.catalog.importing.bulk import ROWS_AT_ONCE, Bulk
from pos.catalog.importing.sorting import Good, Sorted
from pos.catalog.models import Product, ProductImport, StockMovement
from pos.catalog.products import search_text
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.settings import store

T = TypeVar("T")
# A product, and its stock before and after.
Stock = tuple[UUID, Decimal, Decimal]

_products = table(Product)
_movements = table(StockMovement)
_imports = table(ProductImport)
_whole = select(*(column.label(column.key) for column in _products.c))
_lock = _whole.where(_products.c.id.in_(bindparam("ids", expanding=True))).order_by(_products.c.id).with_for_update()
_written = (*FIELDS, "search_key", "updated_at")
_change = (
    update(_products)
    .where(_products.c.id == bindparam("product"))
    .values({name: bindparam(f"new_{name}", type_=_products.c[name].type) for name in _written})
)


@dataclass(frozen=True, slots=True)
class Import:
    """Whose file is taken over: its id, its name, and who takes it."""

    id: UUID
    file_name: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Goods:
    """New products and their opening stock, ready to be written, and the goods whose products change, by product."""

    new: Bulk
    opening: Bulk
    changed: list[Good]

    @property
    def to_write(self) -> int:
        """How many rows there are to write."""
        return len(self.new) + len(self.opening) + len(self.changed)


def made_ready(this: Import, result: Sorted) -> Goods:
    """Make the rows of the new products, so that nothing but writing is left to do; the result is used up by that."""
    changed = [good for good in result.good if good.target is not None]
    stocks: list[Stock] = []
    new = Bulk(_products, _new_products(this, result.good, stocks))
    opening = Bulk(_movements, _movements_of(this, stocks, "RESTOCK", _("Opening stock")))
    return Goods(new, opening, sorted(changed, key=_product_id))


@one_unit
def take(this: Import, goods: Goods, outcome: dict[str, Any], told: Callable[[int], None]) -> None:
    """Write everything, with its movements, the import's outcome and one entry in the audit log.

    `told` hears how many rows are written. Raises Forbidden, and Refused when the import is not running: then somebody
    else has taken it or thrown it away.
    """
    this.actor.require("edit_products")
    running = update(_imports).where(_imports.c.id == this.id, _imports.c.status == "running")
    if execute(running.values(status="done", outcome=json.dumps(outcome), updated_at=clock.now())).rowcount != 1:
        raise Refused(_("This import is over already."), code="IMPORT_OVER")
    done = 0
    for some in _parts(goods.changed):
        _change_products(this, some)
        done += len(some)
        told(done)
    for written in itertools.chain(goods.new.insert(), goods.opening.insert()):
        done += written
        told(done)
    change = {"file": this.file_name, **outcome}
    audit.record(this.actor, "products.imported", "product_import", this.id, change)


def _new_products(this: Import, goods: list[Good], stocks: list[Stock]) -> Iterator[dict[str, Any]]:
    """The new products' rows in the file's order; notes their stocks, and lets go of each good that is done."""
    usual_least, now = store.current().min_stock_default, clock.now()
    same = {"times_sold": 0, "created_by": this.actor.id, "created_at": now, "updated_at": now}
    goods.reverse()
    while goods:
        good = goods.pop()
        if good.target is None:
            row = {**good.values, **same, "id": uuid7(), "search_key": search_text(good.values)}
            if row["min_stock_level"] is None:
                row["min_stock_level"] = usual_least
            stocks.append((row["id"], Decimal(0), row["stock_quantity"]))
            yield row


def _product_id(good: Good) -> UUID:
    assert good.target is not None
    product_id: UUID = good.target.id
    return product_id


def _parts(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    return (whole[start : start + ROWS_AT_ONCE] for start in range(0, len(whole), ROWS_AT_ONCE))


def _change_products(this: Import, goods: Sequence[Good]) -> None:
    """Change some products as they stand now, locked in the order in which everybody locks them."""
    held = {row.id: row for row in execute(_lock, {"ids": [_product_id(good) for good in goods]})}
    now = clock.now()
    pairs = [(held[_product_id(good)], good.values) for good in goods]
    pairs = [(row, changes) for row, changes in pairs if any(row._mapping[name] != changes[name] for name in changes)]
    if not pairs:
        return
    execute(_change, [_changed(row, changes, now) for row, changes in pairs])
    moved = [(row.id, row.stock_quantity, changes.get("stock_quantity", row.stock_quantity)) for row, changes in pairs]
    movements = list(_movements_of(this, moved, "ADJUSTMENT", _("Counted: %(file)s", file=this.file_name)))
    if movements:
        execute(insert(_movements), movements)


def _changed(row: Row[Any], changes: dict[str, Any], now: datetime) -> dict[str, Any]:
    values = {**row._mapping, **changes}
    if values["min_stock_level"] is None:
        values["min_stock_level"] = row.min_stock_level
    values |= {"search_key": search_text(values), "updated_at": now}
    return {"product": row.id, **{f"new_{name}": values[name] for name in _written}}


def _movements_of(this: Import, stocks: Iterable[Stock], movement_type: str, notes: str) -> Iterator[dict[str, Any]]:
    """A movement for each product whose stock was one thing and is another."""
    now = clock.now()
    same = {"movement_type": movement_type, "reference_id": this.id, "notes": notes}
    same |= {"created_by": this.actor.id, "created_at": now}
    for product_id, before, after in stocks:
        if before != after:
            change = {"quantity_change": after - before, "stock_before": before, "stock_after": after}
            yield {"id": uuid7(), "product_id": product_id, **change, **same}
