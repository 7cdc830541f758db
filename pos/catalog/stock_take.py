"""Stock take: what was counted on the shelves becomes the stock, every difference at once, each with its movement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from pos.catalog import shelf, units
from pos.catalog.models import Product, StockMovement
from pos.core import audit, clock, idempotency
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, Problem
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import LARGEST_QUANTITY, NotAQuantity, format_quantity, quantity
from pos.core.text import tidy

SCOPE = "stock_take"
LONGEST_NOTE = 255
_products, _movements = table(Product), table(StockMovement)


@dataclass(frozen=True, slots=True)
class CountedLine:
    """So much of a product was counted; `seen` is the stock when the counting of it began, None for now.

    What was sold or came in since then is still added: only what was wrong on the shelf is set right.
    """

    product_id: UUID
    counted: Any
    seen: Any = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The stock take (its movements name it), and whether the same key had done it before."""

    take_id: UUID
    replayed: bool


@one_unit
def take_stock(actor: Actor, lines: Sequence[CountedLine], notes: str | None = None, key: str | None = None) -> Taken:
    """Set the stock of everything counted right, all or nothing; a count that fits is written down too.

    Raises Forbidden, Invalid with every problem of every line, KeyReused.
    """
    actor.require("move_stock")
    note, take_id = (tidy(notes) or "")[:LONGEST_NOTE] or _("Stock take"), uuid7()
    if key:
        wish = {"notes": note, "lines": [[str(o.product_id), str(o.counted), str(o.seen)] for o in lines]}
        earlier = idempotency.claim(SCOPE, key, idempotency.fingerprint(wish), take_id)
        if earlier:
            return Taken(earlier, replayed=True)
    products = shelf.lock_products(line.product_id for line in lines)
    changes = _changes(lines, products)
    moment = clock.now()
    stamp = {"reference_id": take_id, "notes": note, "created_by": actor.id, "created_at": moment}
    for product, change in changes:
        if change:
            moved = update(_products).where(_products.c.id == product.id)
            execute(moved.values(stock_quantity=_products.c.stock_quantity + change))
    execute(insert(_movements), [stamp | _movement(product, change) for product, change in changes])
    told = [{"product": product.name, "difference": change} for product, change in changes if change]
    audit.record(actor, "stock.taken", "stock_take", take_id, {"counted": len(changes), "lines": told, "notes": note})
    return Taken(take_id, replayed=False)


def difference(counted: Any, seen: Any, held: Decimal) -> Decimal | None:
    """How much too much (above zero) or too little was kept in the books; None where the count is none."""
    try:
        return quantity(counted) - (held if seen in (None, "") else quantity(seen))
    except NotAQuantity:
        return None


def _changes(lines: Sequence[CountedLine], products: Any) -> list[tuple[Row[Any], Decimal]]:
    problems = [] if lines else [Problem(_("Scan what you count."), Invalid.code, "lines")]
    if len({line.product_id for line in lines}) < len(lines):
        problems.append(Problem(_("Name each product once."), Invalid.code, "lines"))
    changes = []
    for line in lines:
        product = products.get(line.product_id)
        change, wrong = _change(line, product)
        if wrong:
            name = f"{product.name}: " if product else ""
            problems.append(Problem(name + wrong, Invalid.code, "quantity", str(line.product_id)))
        changes.append((product, change))
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return changes


def _change(line: CountedLine, product: Row[Any] | None) -> tuple[Decimal, str | None]:
    """By how much the stock changes, and what is wrong with the count."""
    nothing = Decimal(0)
    if product is None:
        return nothing, _("There is no such product.")
    change = difference(line.counted if line.counted is not None else "", line.seen, product.stock_quantity)
    if change is None:
        return nothing, _("Enter how much you counted, like 3.")
    counted = quantity(line.counted)
    if counted < 0:
        return nothing, _("A quantity cannot be below zero.")
    if not units.fits(product.unit, counted):
        return nothing, units.sentence(product.unit)
    after = product.stock_quantity + change
    if after < 0:
        return nothing, _("More was sold since than you counted. Count it again.")
    if after > LARGEST_QUANTITY:
        return nothing, _("The stock can be at most %(largest)s.", largest=format_quantity(LARGEST_QUANTITY))
    return change, None


def _movement(product: Row[Any], change: Decimal) -> dict[str, Any]:
    before = product.stock_quantity
    row = {"id": uuid7(), "product_id": product.id, "movement_type": "ADJUSTMENT", "quantity_change": change}
    return row | {"stock_before": before, "stock_after": before + change}
