"""Goods that come in, many at once: onto the shelf, with what they cost, until when they are good, and their MRP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from pos.catalog import units
from pos.catalog.checks import problems_of
from pos.catalog.models import Product, StockMovement
from pos.core import audit, clock, idempotency
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Forbidden, Invalid, Problem
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import (
    LARGEST_QUANTITY,
    NotAQuantity,
    divide_half_up,
    format_quantity,
    from_paise,
    quantity,
    to_milli,
    to_paise,
)
from pos.core.text import tidy

SCOPE = "goods_received"
LONGEST_NOTE = 255
_products, _movements = table(Product), table(StockMovement)
_whole = select(*(column.label(column.key) for column in _products.c))


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """So much of a product came in, as it was typed or typed already; what is None or empty stays as it was.

    `cost_price` is what one unit cost, in rupees.
    """

    product_id: UUID
    quantity: Any
    cost_price: Any = None
    mrp: Any = None
    expiry_date: Any = None


@dataclass(frozen=True, slots=True)
class Received:
    """The receipt under which the goods came in (their movements name it), and whether the key had done it before."""

    receipt_id: UUID
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Line:
    product: Row[Any]
    amount: Decimal
    values: Mapping[str, Any]


@one_unit
def receive_goods(
    actor: Actor, lines: Sequence[GoodsLine], notes: str | None = None, key: str | None = None
) -> Received:
    """Put goods on the shelf with a movement each; cost prices become the weighted average, all or nothing.

    Good until is the earlier day, of what stands on the shelf and what comes. Raises Forbidden for a cost price from
    anybody but the owner, Invalid with every problem of every line, KeyReused.
    """
    actor.require("move_stock")
    _refuse_costs(actor, lines)
    note, receipt_id = (tidy(notes) or "")[:LONGEST_NOTE] or None, uuid7()
    if key:
        wish = {"notes": note, "lines": [[str(part) for part in _parts(line)] for line in lines]}
        earlier = idempotency.claim(SCOPE, key, idempotency.fingerprint(wish), receipt_id)
        if earlier:
            return Received(earlier, replayed=True)
    checked = _checked(lines)
    moment = clock.now()
    stamp = {"reference_id": receipt_id, "notes": note, "created_by": actor.id, "created_at": moment}
    for line in checked:
        execute(update(_products).where(_products.c.id == line.product.id).values(**_changes(line, moment)))
    execute(insert(_movements), [stamp | _movement(line) for line in checked])
    told = [{"product": one.product.name, "quantity": one.amount, **one.values} for one in checked]
    audit.record(actor, "goods.received", "goods_receipt", receipt_id, {"lines": told, "notes": note})
    return Received(receipt_id, replayed=False)


def average_cost(held: Decimal, cost: Decimal | None, coming: Decimal, new_cost: Decimal) -> Decimal:
    """What one unit costs on average, in rupees, once so many join so many; half up to the paisa.

    What is on the shelf without a known cost counts like what comes.
    """
    if cost is None or held <= 0:
        return new_cost
    milli, more = to_milli(held), to_milli(coming)
    return from_paise(divide_half_up(to_paise(cost) * milli + to_paise(new_cost) * more, milli + more))


def _parts(line: GoodsLine) -> tuple[Any, ...]:
    return line.product_id, line.quantity, line.cost_price, line.mrp, line.expiry_date


def _refuse_costs(actor: Actor, lines: Sequence[GoodsLine]) -> None:
    if not actor.may("see_costs") and any(line.cost_price not in (None, "") for line in lines):
        raise Forbidden(_("Only the owner of the shop sees and sets cost prices."), field="cost_price")


def _checked(lines: Sequence[GoodsLine]) -> list[_Line]:
    """The lines with their products locked by id. Raises Invalid with every problem."""
    ids = [line.product_id for line in lines]
    problems = [] if lines else [Problem(_("Scan what comes in."), Invalid.code, "lines")]
    if len(set(ids)) < len(ids):
        problems.append(Problem(_("Name each product once."), Invalid.code, "lines"))
    locked = execute(_whole.where(_products.c.id.in_(ids)).order_by(_products.c.id).with_for_update())
    products = {row.id: row for row in locked}
    checked = [_checked_line(line, products.get(line.product_id), problems) for line in lines]
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return [line for line in checked if line]


def _checked_line(line: GoodsLine, product: Row[Any] | None, problems: list[Problem]) -> _Line | None:
    subject = str(line.product_id)
    if product is None:
        problems.append(Problem(_("There is no such product."), "PRODUCT_NOT_FOUND", "lines", subject))
        return None
    amount, wrong = _amount(line.quantity, product)
    if wrong:
        problems.append(Problem(_of_product(product, wrong), Invalid.code, "quantity", subject))
    given = {"cost_price": line.cost_price, "mrp": line.mrp, "expiry_date": line.expiry_date}
    given = {name: value for name, value in given.items() if value not in (None, "")}
    values, refused = problems_of(given, product._asdict()) if given else ({}, [])
    problems += [Problem(_of_product(product, one.message), one.code, one.field, subject) for one in refused]
    return _Line(product, amount, values)


def _of_product(product: Row[Any], problem: str) -> str:
    return _("%(name)s: %(problem)s", name=product.name, problem=problem)


def _amount(given: Any, product: Row[Any]) -> tuple[Decimal, str | None]:
    """How much comes in, and what is wrong with it."""
    try:
        amount = quantity(given if given is not None else "")
    except NotAQuantity as error:
        return Decimal(0), str(error)
    if amount <= 0:
        return amount, _("Enter a quantity above zero.")
    if not units.fits(product.unit, amount):
        return amount, units.sentence(product.unit)
    if product.stock_quantity + amount > LARGEST_QUANTITY:
        return amount, _("The stock can be at most %(largest)s.", largest=format_quantity(LARGEST_QUANTITY))
    return amount, None


def _changes(line: _Line, moment: Any) -> dict[str, Any]:
    product, values = line.product, dict(line.values)
    if "cost_price" in values:
        values["cost_price"] = average_cost(
            product.stock_quantity, product.cost_price, line.amount, values["cost_price"]
        )
    if "expiry_date" in values:
        values["expiry_date"] = _first_to_go(product, values["expiry_date"])
    moved = {"stock_quantity": _products.c.stock_quantity + line.amount}
    edited = any(product._mapping[name] != value for name, value in values.items())
    return moved | values | ({"updated_at": moment} if edited else {})


def _first_to_go(product: Row[Any], coming: date) -> date:
    """The day by which the first of it must be sold: an empty shelf knows no older one."""
    if product.stock_quantity <= 0 or product.expiry_date is None:
        return coming
    earlier: date = min(product.expiry_date, coming)
    return earlier


def _movement(line: _Line) -> dict[str, Any]:
    before = line.product.stock_quantity
    row = {"id": uuid7(), "product_id": line.product.id, "movement_type": "RESTOCK", "quantity_change": line.amount}
    return row | {"stock_before": before, "stock_after": before + line.amount}
