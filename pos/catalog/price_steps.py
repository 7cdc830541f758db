"""All prices of a list moved by so much: worked out, never written; a person looks at them before they are saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.core.money import NotMoney, round_half_up, rupees

# What moves, by its name on the page.
MOVES: Mapping[str, tuple[str, ...]] = {
    "price": ("price",),
    "mrp": ("mrp",),
    "both": ("mrp", "price"),
    "cost_price": ("cost_price",),
}
DIRECTIONS = {"up": 1, "down": -1}
UNITS = ("percent", "rupees")
ROUNDINGS = {"rupee": Decimal(1), "half": Decimal("0.50"), "paisa": Decimal("0.01")}


@dataclass(frozen=True, slots=True)
class Step:
    """By how much prices move: so many percent or rupees, below zero downwards, to a multiple of `rounding`."""

    fields: tuple[str, ...]
    amount: Decimal
    in_percent: bool
    rounding: Decimal

    def moved(self, price: Decimal) -> Decimal:
        """What a price of so many rupees becomes; half up. It may come out below zero, which saving refuses."""
        more = price * self.amount / 100 if self.in_percent else self.amount
        return round_half_up(price + more, self.rounding)


def read(asked: Mapping[str, Any]) -> Step:
    """The step that a form asks for. Raises Invalid for an amount that is none, or none above zero."""
    amount = _amount(asked.get("step_amount", ""))
    direction = DIRECTIONS.get(asked.get("step_direction", ""), 1)
    fields = MOVES.get(asked.get("step_field", ""), MOVES["price"])
    rounding = ROUNDINGS.get(asked.get("step_rounding", ""), ROUNDINGS["rupee"])
    return Step(fields, direction * amount, asked.get("step_unit") != "rupees", rounding)


def _amount(typed: str) -> Decimal:
    try:
        amount = rupees(typed.strip().removesuffix("%").strip())
    except NotMoney:
        amount = Decimal(0)
    if amount <= 0:
        raise Invalid(_("Enter by how much, like 5 or 2.50."), field="step_amount")
    return amount
