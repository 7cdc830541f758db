"""Taking goods of the starter list over: all that have a price, in one transaction, none of them twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select

from pos.catalog import units
from pos.catalog.checks import problems_of, refuse
from pos.catalog.models import Product, StockMovement
from pos.catalog.products import search_text
from pos.catalog.starter.goods import Good, Section, by_code
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, Problem
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import NotAQuantity, quantity
from pos.settings import store
from pos.settings.store import Store

NAMES = ("en", "hi", "both")
_products, _movements = table(Product), table(StockMovement)


@dataclass(frozen=True, slots=True)
class Wish:
    """One good of the list, by its code, with what was typed for it; without a price it is not taken over.

    An empty `stock` is the usual one.
    """

    code: str
    price: Any
    stock: Any = None


@dataclass(frozen=True, slots=True)
class Taken:
    """How many products are new, and how many of those wished for were in the shop already."""

    new: int
    there: int


def there_already() -> frozenset[str]:
    """The codes of the goods that the shop has: under their code, or under one of their names."""
    names = {good.name(names): code for code, (_section, good) in by_code().items() for names in NAMES}
    known = or_(_products.c.code.in_(by_code()), _products.c.name.in_(names))
    rows = execute(select(_products.c.code, _products.c.name).where(known)).all()
    return frozenset(row.code if row.code in by_code() else names[row.name] for row in rows)


@one_unit
def take_over(actor: Actor, wishes: Sequence[Wish], names: str = "en", usual_stock: Any = 0) -> Taken:
    """Put the goods that have a price into the catalogue, their stock as a movement each; who is there already stays.

    GST rates come along only to a shop that is registered for it: no other may collect GST. Raises Forbidden, Invalid
    with every problem (its subject is the good's code).
    """
    actor.require("edit_products")
    # Of two who take over at once the second finds what the first has taken.
    store.exists(lock=True)
    priced = [wish for wish in wishes if not _is_empty(wish.price)]
    there = there_already()
    rows = _checked([wish for wish in priced if wish.code not in there], names, usual_stock)
    if not priced:
        raise Invalid(_("Type a price for at least one of them."), field="prices")
    if rows:
        _write(actor, rows)
    return Taken(len(rows), len(priced) - len(rows))


def _is_empty(typed: Any) -> bool:
    return typed is None or (isinstance(typed, str) and not typed.strip())


def _checked(wishes: Sequence[Wish], names: str, usual_stock: Any) -> list[dict[str, Any]]:
    problems: list[Problem] = []
    terms, usual = store.current(), _usual(usual_stock, problems)
    rows = [_row(wish, names, usual, terms, problems) for wish in wishes]
    refuse(problems)
    return rows


def _usual(typed: Any, problems: list[Problem]) -> Decimal:
    """The stock of what has none of its own: whole, for most of the list is counted."""
    try:
        amount = Decimal(0) if _is_empty(typed) else quantity(typed)
    except NotAQuantity as error:
        problems.append(Problem(str(error), Invalid.code, "usual_stock"))
        return Decimal(0)
    if amount < 0 or not units.fits(units.USUAL, amount):
        problems.append(Problem(_("Enter a whole number, like 20, or 0."), Invalid.code, "usual_stock"))
    return amount


def _row(wish: Wish, names: str, usual: Decimal, terms: Store, problems: list[Problem]) -> dict[str, Any]:
    found = by_code().get(wish.code)
    if found is None:
        problems.append(Problem(_("There is no such product."), Invalid.code, "prices", wish.code))
        return {}
    values = _values(*found, names, terms) | {"price": wish.price}
    values["stock_quantity"] = usual if _is_empty(wish.stock) else wish.stock
    typed, refused = problems_of(values)
    if typed.get("price") == 0:
        # On the list of a wholesaler a free sample may stand; nobody means to sell sugar for nothing.
        sentence = _("Enter a price above zero, or leave it empty.")
        refused.append(Problem(sentence, Invalid.code, "price"))
    problems += [Problem(one.message, one.code, one.field, wish.code) for one in refused]
    if typed.get("min_stock_level") is None:
        typed["min_stock_level"] = terms.min_stock_default
    return typed


def _values(section: Section, good: Good, names: str, terms: Store) -> dict[str, Any]:
    values: dict[str, Any] = {"name": good.name(names), "code": good.code, "unit": good.unit}
    values |= {"category": section.name("hi" if names == "hi" else "en"), "pack_size": good.pack_size}
    return values | {"hsn_code": good.hsn_code, "tax_rate": good.tax_rate if terms.gst_mode == "regular" else None}


def _write(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> None:
    now, taking_id = clock.now(), uuid7()
    stamp = {"created_by": actor.id, "created_at": now}
    new = [{**row, **stamp, "id": uuid7(), "search_key": search_text(row), "updated_at": now} for row in rows]
    execute(insert(_products), [{**row, "times_sold": 0} for row in new])
    moved = list(_opening(new, taking_id, stamp))
    if moved:
        actor.require("move_stock")
        execute(insert(_movements), moved)
    told = [{"product": row["name"], "price": str(row["price"]), "stock": str(row["stock_quantity"])} for row in new]
    audit.record(actor, "products.starter_taken", "starter_list", taking_id, {"products": told})


def _opening(rows: Iterable[Mapping[str, Any]], taking_id: UUID, stamp: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    same = {"movement_type": "RESTOCK", "stock_before": Decimal(0), "notes": _("Opening stock"), **stamp}
    for row in rows:
        amount = row["stock_quantity"]
        if amount:
            change = {"quantity_change": amount, "stock_after": amount, "reference_id": taking_id}
            yield {"id": uuid7(), "product_id": row["id"], **same, **change}
