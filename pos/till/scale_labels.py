"""Labels of a scale that prints them: thirteen digits that hold the goods' short code and their weight or price.

GS1 leaves numbers that begin with 2 to the shop; those from 200 are our own (catalog/bars.py). Of the others, `21` to
`24` carry grams, `25` to `29` rupees and paise: two digits, a code of five, an amount of five, a check digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from pos.catalog.barcodes import check_digit
from pos.catalog.search import plain_code, scanned
from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.core.money import from_paise
from pos.till import typed
from pos.till.wishes import Wish, worth

DIGITS = 13
WEIGHT, PRICE = range(21, 25), range(25, 30)
OF_A_GRAM = {"kg": Decimal("0.001"), "gm": Decimal(1)}


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says: the goods' short code, and grams or paise."""

    code: str
    is_weight: bool
    amount: int


def read(text: str) -> Label | None:
    """What the label says, or None for a code that is none of a scale's."""
    digits = plain_code(text)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()) or check_digit(digits[:-1]) != digits[-1]:
        return None
    kind = int(digits[:2])
    if kind not in WEIGHT and kind not in PRICE:
        return None
    return Label(digits[2:7], kind in WEIGHT, int(digits[7:12]))


def goods(label: Label) -> Row[Any] | None:
    """The active loose goods with the label's code, with or without the zeros before it; None when there are none."""
    for code in dict.fromkeys((label.code, label.code.lstrip("0"))):
        product = scanned(code) if code else None
        if product is not None and typed.is_loose(product.unit):
            return product
    return None


def wish(label: Label, product: Row[Any]) -> Wish:
    """So much of the goods as the label says. Raises Invalid for a label without an amount, or goods not weighed."""
    if label.amount == 0:
        sentence = _("The label of %(name)s says no amount. Weigh it again.", name=product.name)
        raise Invalid(sentence, field="quantity", code="LABEL_EMPTY")
    if not label.is_weight:
        return worth(product, from_paise(label.amount))
    if product.unit not in OF_A_GRAM:
        sentence = _("%(name)s is sold by the litre, and the label holds a weight.", name=product.name)
        raise Invalid(sentence, field="quantity", code="LABEL_OF_WEIGHT")
    return Wish(label.amount * OF_A_GRAM[product.unit])
