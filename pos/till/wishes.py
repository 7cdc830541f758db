"""How much of a product somebody asks for: so much of it, or as much as so many rupees buy."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.sales.pricing import BuysNothing, quantity_for_amount
from pos.till import typed


@dataclass(frozen=True, slots=True)
class Wish:
    """So much of a product: a quantity, or as much as `amount` rupees buy."""

    quantity: Decimal
    amount: Decimal | None = None


def wish_for(product: Row[Any], quantity: str | Decimal | None, amount: str | Decimal | None) -> Wish:
    """What was typed for a product; one piece of countable goods for nothing. Raises Invalid (WEIGHT_NEEDED)."""
    if amount not in (None, ""):
        return worth(product, typed.rupees_worth(amount or "", product.unit))
    if quantity not in (None, ""):
        return Wish(typed.amount_of_goods(quantity or "", product.unit))
    if typed.is_loose(product.unit):
        sentence = _("How much %(name)s? Type a weight, or the rupees it is to cost.", name=product.name)
        raise Invalid(sentence, field="quantity", code="WEIGHT_NEEDED")
    return Wish(Decimal(1))


def worth(product: Row[Any], amount: Decimal) -> Wish:
    """As much as this amount buys at the product's price. Raises Invalid at the field `amount` when that is nothing."""
    try:
        return Wish(quantity_for_amount(amount, product.price), amount)
    except BuysNothing as error:
        raise Invalid(str(error), field="amount") from error


def together(product: Row[Any], line: Row[Any], wish: Wish) -> Wish:
    """Rupees' worth and rupees' worth stay rupees' worth; anything else becomes a quantity."""
    if line.amount is not None and wish.amount is not None:
        return worth(product, line.amount + wish.amount)
    return Wish(line.quantity + wish.quantity)


def check_size(product: Row[Any], wish: Wish) -> None:
    """Raise Invalid for more than a line of a bill can hold."""
    if wish.quantity > typed.MOST_OF_ONE or wish.quantity * product.price > typed.MOST_RUPEES:
        raise Invalid(_("That is more than fits on a bill."), field="quantity")
