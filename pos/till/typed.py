"""What a cashier types for a quantity, a weight, an amount or a discount, read the way it is said in a shop."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from pos.catalog.models import LOOSE_UNITS
from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.core.money import format_rupees, quantity, rupees

_WITH_UNIT = re.compile(r"^\s*([\d.,]+)\s*([a-z]+)\.?\s*$", re.IGNORECASE)
# How many of the product's own unit one typed unit is: 250 g of something sold by the kilo is 0.250.
_GRAMS = {"g": "gm", "gm": "gm", "gms": "gm", "gram": "gm", "grams": "gm"}
_KILOS = {"kg": "kg", "kgs": "kg", "kilo": "kg", "k": "kg"}
_LITRES = {"l": "ltr", "ltr": "ltr", "lt": "ltr", "litre": "ltr", "liter": "ltr", "ml": "ml"}
_SPOKEN = {**_GRAMS, **_KILOS, **_LITRES}
_TIMES = {("gm", "kg"): "0.001", ("ml", "ltr"): "0.001", ("kg", "gm"): "1000", ("ltr", "ml"): "1000"}
# One line stays well below the largest bill and the largest quantity that the shop can write.
MOST_RUPEES = Decimal("99999999.99")
MOST_OF_ONE = Decimal("999999.999")


def is_loose(unit: str) -> bool:
    """True for what is weighed or measured out."""
    return unit in LOOSE_UNITS


def amount_of_goods(typed: str | int | Decimal, unit: str) -> Decimal:
    """A quantity above zero in the product's unit; `250 g` of something sold by the kilo is 0.250.

    Countable units take whole numbers only. Raises Invalid at the field `quantity`.
    """
    amount = _read(quantity, _in_own_unit(typed, unit), "quantity")
    if amount <= 0:
        raise Invalid(_("The quantity must be above zero."), field="quantity")
    if amount % 1 and not is_loose(unit):
        raise Invalid(_("This is sold in whole numbers: write 1, 2 or 3."), field="quantity")
    return amount


def _in_own_unit(typed: str | int | Decimal, unit: str) -> str | int | Decimal:
    spoken = _WITH_UNIT.match(typed) if isinstance(typed, str) else None
    if spoken is None or not is_loose(unit):
        return typed
    number, name = spoken.groups()
    said = _SPOKEN.get(name.lower())
    if said == unit:
        return number
    times = _TIMES.get((said or "", unit))
    if times is None:
        return typed
    return (_read(quantity, number, "quantity") * Decimal(times)).normalize() + 0


def rupees_worth(typed: str | int | Decimal, unit: str) -> Decimal:
    """An amount above zero for which loose goods are asked. Raises Invalid at the field `amount`."""
    amount = _read(rupees, typed, "amount")
    if amount <= 0:
        raise Invalid(_("The amount must be above zero."), field="amount")
    if not is_loose(unit):
        raise Invalid(_("Only loose goods are sold by the rupee."), field="amount")
    return amount


def discount_per_unit(typed: str | int | Decimal, price: Decimal) -> Decimal:
    """Rupees off each unit, none for an empty text. Raises Invalid at the field `discount`."""
    if isinstance(typed, str) and not typed.strip():
        return Decimal(0)
    amount = _read(rupees, typed, "discount")
    if amount < 0:
        raise Invalid(_("A discount is never below zero."), field="discount")
    if amount > price:
        sentence = _("The discount is more than the price of %(price)s.", price=format_rupees(price))
        raise Invalid(sentence, field="discount")
    return amount


def percent(typed: str) -> Decimal:
    """A percent from 0 to 100 with at most two decimals. Raises Invalid at the field `discount`."""
    part = _read(rupees, typed.strip().removesuffix("%"), "discount")
    if not 0 <= part <= 100:
        raise Invalid(_("A percent is from 0 to 100."), field="discount")
    return part


def _read(reader: Callable[[str | int | Decimal], Decimal], typed: str | int | Decimal, field: str) -> Decimal:
    try:
        return reader(typed)
    except ValueError as error:
        raise Invalid(str(error), field=field) from error
