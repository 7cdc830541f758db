"""Taking goods off the shelf for a bill: locked in one order, guarded, each with its movement (DESIGN.md 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update

from pos.catalog.models import Product, StockMovement
from pos.core import clock
from pos.core.actor import Actor
from pos.core.columns import Quantity
from pos.core.db import must_be_in_unit, table
from pos.core.errors import Busy, Problem
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import format_quantity
from pos.core.prepared import Among, Prepared

_products = table(Product)
_movements = table(StockMovement)
_FOR_A_BILL = ("id", "name", "price", "mrp", "cost_price", "stock_quantity", "unit", "hsn_code", "tax_rate", "status")
_read = select(*(_products.c[name] for name in _FOR_A_BILL)).order_by(_products.c.id)
# Not the key: goods that are being billed at one till are scanned at another meanwhile.
_lock = Among(_products.c.id.type, lambda ids: _read.where(_products.c.id.in_(ids)).with_for_update(key_share=True))
_taken = bindparam("taken", type_=Quantity)
_take = Prepared(
    update(_products)
    .where(_products.c.id == bindparam("product"), _products.c.stock_quantity >= _taken)
    .values(stock_quantity=_products.c.stock_quantity - _taken, times_sold=_products.c.times_sold + 1)
)
_given = bindparam("given", type_=Quantity)
_give = Prepared(
    update(_products)
    .where(_products.c.id == bindparam("product"))
    .values(stock_quantity=_products.c.stock_quantity + _given)
)
_move = Prepared(insert(_movements))


def lock_products(ids: Iterable[UUID]) -> dict[UUID, Any]:
    """The products as they stand, locked by id so that two bills never wait for each other in a circle."""
    must_be_in_unit()
    return {row.id: row for row in _lock.rows(sorted(set(ids)))}


def short_of(product: Row[Any], required: Decimal) -> Problem | None:
    """What is wrong when the shelf holds less than a bill asks for (PLAN.md 5.3)."""
    if product.stock_quantity >= required:
        return None
    sentence = _(
        "Insufficient stock for %(name)s. Available: %(available)s, Required: %(required)s",
        name=product.name,
        available=format_quantity(product.stock_quantity),
        required=format_quantity(required),
    )
    return Problem(sentence, "INSUFFICIENT_STOCK", "items", str(product.id))


def take_out(
    actor: Actor, required: Mapping[UUID, Decimal], products: Mapping[UUID, Row[Any]], sale_id: UUID, notes: str
) -> None:
    """Move the goods of one bill off the shelf; the products must be locked and checked before."""
    must_be_in_unit()
    order = sorted(required)
    taken = _take.run_each([{"product": product_id, "taken": required[product_id]} for product_id in order])
    if taken != len(order):
        # The rows are locked and were checked: only a mistake in the program leads here; a CHECK stands behind it.
        raise Busy(_("The stock changed while the bill was made. Nothing was changed; please try again."))
    now = clock.now()
    _move.run_each([_movement(actor, products[one], -required[one], sale_id, notes, now) for one in order])


def _movement(actor: Actor, product: Row[Any], change: Decimal, sale_id: UUID, notes: str, now: Any) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "product_id": product.id,
        "movement_type": "SALE",
        "quantity_change": change,
        "stock_before": product.stock_quantity,
        "stock_after": product.stock_quantity + change,
        "reference_id": sale_id,
        "notes": notes,
        "created_by": actor.id,
        "created_at": now,
    }


def put_back(actor: Actor, returned: Mapping[UUID, Decimal], reference_id: UUID, notes: str) -> None:
    """Put goods of a voided or returned bill back on the shelf, each with its RETURN movement."""
    must_be_in_unit()
    products = lock_products(returned)
    order = sorted(returned)
    _give.run_each([{"product": product_id, "given": returned[product_id]} for product_id in order])
    now = clock.now()
    moves = [_movement(actor, products[one], returned[one], reference_id, notes, now) for one in order]
    _move.run_each([move | {"movement_type": "RETURN"} for move in moves])
