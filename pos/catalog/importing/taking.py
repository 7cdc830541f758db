"""Writing what was judged good: all of it in one short transaction, or nothing (DESIGN.md 5).

Rows are made before the transaction begins; inside it only statements run, each for many rows at once.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from pos.catalog import lowering
from pos.catalog.importing.changing import Changes, Stock
from pos.catalog.importing.sorting import Good, Sorted
from pos.catalog.models import Product, ProductImport, StockMovement
from pos.catalog.products import search_text
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Refused
from pos.core.ids import uuid7
from pos.core.importing.bulk import Bulk
from pos.core.language import gettext as _
from pos.settings import store

_products = table(Product)
_movements = table(StockMovement)
_imports = table(ProductImport)


@dataclass(frozen=True, slots=True)
class Import:
    """Whose file is taken over: its id, its name, and who takes it."""

    id: UUID
    file_name: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Goods:
    """New products and their opening stock, and products that change: ready to be written."""

    new: Bulk
    opening: Bulk
    changes: Changes

    @property
    def to_write(self) -> int:
        """How many rows there are to write."""
        return len(self.new) + len(self.opening) + len(self.changes)


def made_ready(this: Import, result: Sorted) -> Goods:
    """Make the rows of the new products, so that nothing but writing is left to do; the result is used up by that.

    Raises Forbidden for a price that this person may not lower.
    """
    lowers = lowering.may_lower(this.actor)
    changes = Changes(result.good, lambda *price: None if lowers else lowering.check_price(this.actor, *price))
    stocks: list[Stock] = []
    new = Bulk(_products, _new_products(this, result.good, stocks))
    opening = Bulk(_movements, _movements_of(this, stocks, "RESTOCK", _("Opening stock")))
    return Goods(new, opening, changes)


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
    for written in itertools.chain(_change(this, goods.changes), goods.new.insert(), goods.opening.insert()):
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


def _change(this: Import, changes: Changes) -> Iterator[int]:
    for written, stocks in changes.write():
        movements = list(_movements_of(this, stocks, "ADJUSTMENT", _("Counted: %(file)s", file=this.file_name)))
        if movements:
            execute(insert(_movements), movements)
        yield written


def _movements_of(this: Import, stocks: Iterable[Stock], movement_type: str, notes: str) -> Iterator[dict[str, Any]]:
    """A movement for each product whose stock was one thing and is another."""
    now = clock.now()
    same = {"movement_type": movement_type, "reference_id": this.id, "notes": notes}
    same |= {"created_by": this.actor.id, "created_at": now}
    for product_id, before, after in stocks:
        if before != after:
            change = {"quantity_change": after - before, "stock_before": before, "stock_after": after}
            yield {"id": uuid7(), "product_id": product_id, **change, **same}
