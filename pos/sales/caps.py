"""How much a person may take off a bill: the owner what she likes, a cashier what she allows (docs/pricing.md)."""

from __future__ import annotations

from decimal import Decimal

from pos.core.actor import Actor
from pos.core.errors import Forbidden, Problem
from pos.core.language import gettext as _
from pos.core.money import divide_half_up, format_quantity, format_rupees, from_paise, to_basis_points, to_paise
from pos.sales.priced import PricedBill
from pos.settings.store import Store

CODE = "DISCOUNT_ABOVE_CAP"
_WHOLE = 10_000  # 100 % in basis points


def above_cap(actor: Actor, store: Store, bill: PricedBill) -> Problem | None:
    """What is wrong when this person takes more off the bill than the store allows; points redeemed do not count."""
    cap = store.cashier_discount_cap
    if cap is None or actor.may("discount_freely"):
        return None
    most, given = largest(bill.gross, cap), bill.discount_amount - bill.redeemed
    if given <= most:
        return None
    sentence = _(
        "%(given)s is taken off this bill; you may take off %(most)s (%(cap)s %%). Take off less, or ask the owner.",
        given=format_rupees(given),
        most=format_rupees(most),
        cap=format_quantity(cap),
    )
    return Problem(sentence, CODE, "billDiscount")


def largest(gross: Decimal, cap: Decimal) -> Decimal:
    """The rupees that `cap` percent of the shelf prices are, to the paisa, half up: as a percent off the bill is."""
    return from_paise(divide_half_up(to_paise(gross) * to_basis_points(cap), _WHOLE))


def check_cap(actor: Actor, store: Store, bill: PricedBill, field: str) -> None:
    """Raises Forbidden when this person takes more off the bill than the store allows."""
    problem = above_cap(actor, store, bill)
    if problem:
        raise Forbidden(problem.message, code=CODE, field=field)
