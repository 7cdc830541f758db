"""What each sheet of the till shows: the questions a cashier answers besides scanning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from pos.catalog.models import Product
from pos.core.db import execute, table
from pos.core.errors import NotFound
from pos.core.language import gettext as _
from pos.core.money import divide_half_up, from_paise, to_milli, to_paise
from pos.customers import people
from pos.sales.pricing import BuysNothing, quantity_for_amount
from pos.settings.store import Store
from pos.till import quoting
from pos.till.quoted import QuotedLine

_products = table(Product)
_LITTLE = ("0.100", "0.250", "0.500", "1")
_MUCH = ("50", "100", "250", "500")
QUICK_QUANTITIES = {"kg": _LITTLE, "ltr": _LITTLE, "gm": _MUCH, "ml": _MUCH}
QUICK_RUPEES = (10, 20, 50, 100)
QUICK_PERCENTS = (2, 5, 10)
QUICK_DISCOUNTS = (5, 10, 20)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is open: its name and the values its template shows."""

    name: str
    shows: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Quick:
    """One quick answer to "how much?": so much of it costs so many rupees."""

    quantity: Decimal
    rupees: Decimal


def _weigh(_cart_id: UUID, _store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    shown = (_products.c[name] for name in ("id", "name", "price", "mrp", "unit", "stock_quantity"))
    product = execute(select(*shown).filter_by(id=given.get("product"))).first()
    if product is None:
        raise NotFound(_("There is no such product."), code="PRODUCT_NOT_FOUND")
    return {"product": product, "typed": given, **how_much(product)}


def how_much(product: QuotedLine | Row[Any]) -> dict[str, list[Quick]]:
    """Quick answers for loose goods: usual weights with their price, usual amounts with what they buy."""
    quantities = [Decimal(one) for one in QUICK_QUANTITIES.get(product.unit, ())]
    amounts = [Decimal(one) for one in QUICK_RUPEES]
    return {
        "weights": [Quick(one, _cost(one, product.price)) for one in quantities],
        "worths": [Quick(quantity_for_amount(one, product.price), one) for one in amounts if _buys(one, product.price)],
    }


def _cost(quantity: Decimal, price: Decimal) -> Decimal:
    return from_paise(divide_half_up(to_paise(price) * to_milli(quantity), 1000))


def _buys(amount: Decimal, price: Decimal) -> bool:
    try:
        return quantity_for_amount(amount, price) > 0
    except BuysNothing:
        return False


def _customer(_cart_id: UUID, _store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    query = given.get("q") or ""
    return {"query": query, "people": people.look_up(query), "typed": given}


def _terms(_cart_id: UUID, store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "typed": given,
        "percents": QUICK_PERCENTS,
        "amounts": QUICK_DISCOUNTS,
        "point_worth": store.loyalty_point_worth,
    }


def _carts(_cart_id: UUID, store: Store, _given: Mapping[str, Any]) -> dict[str, Any]:
    return {"carts": quoting.waiting(store)}


def _plain(_cart_id: UUID, _store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"typed": given}


SHEETS: Mapping[str, Callable[[UUID, Store, Mapping[str, Any]], dict[str, Any]]] = {
    "weigh": _weigh,
    "customer": _customer,
    "discount": _terms,
    "carts": _carts,
    "hold": _plain,
}
