"""What holds for the whole cart: its customer, the discount on the bill, points to redeem, a note."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import update

from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, Refused
from pos.core.language import gettext as _
from pos.core.money import rupees
from pos.core.text import tidy
from pos.customers import people, purchases
from pos.sales import caps
from pos.settings import store
from pos.till import cart, quoting, typed
from pos.till.models import Cart

LONGEST_NOTE = 500
_carts = table(Cart)


@one_unit
def set_customer(actor: Actor, cart_id: UUID, customer_id: UUID | None) -> None:
    """Put the customer on the cart, or take off who is on it, with the points that were to be redeemed.

    Raises NotFound for the customer, Refused for one who no longer buys here.
    """
    row = cart.work_on(actor, cart_id)
    if customer_id is not None and people.find(customer_id).status == "inactive":
        raise Refused(_("This customer is no longer active."), code="CUSTOMER_INACTIVE", field="customerId")
    points = row.points_to_redeem if customer_id == row.customer_id else 0
    _write(cart_id, customer_id=customer_id, points_to_redeem=points)


@one_unit
def add_customer(actor: Actor, cart_id: UUID, name: str, phone: str | None) -> UUID:
    """Add somebody new and put them on the cart. Raises Invalid with every problem, Refused for a known phone."""
    cart.work_on(actor, cart_id)
    customer_id = people.add_customer(actor, name=name, phone=phone)
    _write(cart_id, customer_id=customer_id, points_to_redeem=0)
    return customer_id


@one_unit
def set_bill_discount(actor: Actor, cart_id: UUID, discount: str, kind: str = "amount") -> None:
    """Take rupees, or a percent (kind `percent`, or a `%` behind the number), off the bill; none for an empty text.

    Raises Invalid when it makes no sense or is more than the bill, Forbidden when it is more than this person may give.
    """
    cart.work_on(actor, cart_id)
    amount, percent = _discount(discount.strip(), kind)
    _write(cart_id, bill_discount=amount, bill_discount_percent=percent)
    _check(actor, cart_id, "discount")


def _discount(text: str, kind: str) -> tuple[Decimal, Decimal]:
    if not text:
        return Decimal(0), Decimal(0)
    if kind == "percent" or text.endswith("%"):
        return Decimal(0), typed.percent(text)
    try:
        amount = rupees(text)
    except ValueError as error:
        raise Invalid(str(error), field="discount") from error
    if amount < 0:
        raise Invalid(_("A discount is never below zero."), field="discount")
    return amount, Decimal(0)


@one_unit
def set_points(actor: Actor, cart_id: UUID, points: str) -> None:
    """Redeem so many of the customer's points on this bill. Raises Invalid when there are not so many to redeem."""
    row = cart.work_on(actor, cart_id)
    text = points.strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Invalid(_("Points are whole numbers."), field="points")
    customer = people.find(row.customer_id) if row.customer_id else None
    problem = purchases.points_refusal(customer, int(text), store.current())
    if problem:
        raise Invalid(problem.message, field="points", code=problem.code)
    _write(cart_id, points_to_redeem=int(text))
    _check(actor, cart_id, "points")


def _check(actor: Actor, cart_id: UUID, field: str) -> None:
    """Refuse what would be more than the bill, or more than this person may give; the unit is then undone."""
    current = store.current()
    quote = quoting.quoted(cart_id, current)
    if quote.problems:
        raise Invalid(quote.problems[0], field=field)
    if field == "discount":
        caps.check_cap(actor, current, quote.bill, field)


@one_unit
def set_note(actor: Actor, cart_id: UUID, note: str | None) -> None:
    """Write a note that will stand on the bill. Raises Invalid for one that is too long."""
    cart.work_on(actor, cart_id)
    tidied = tidy(note)
    if tidied and len(tidied) > LONGEST_NOTE:
        raise Invalid(_("A note is at most %(most)s letters long.", most=LONGEST_NOTE), field="notes")
    _write(cart_id, notes=tidied)


def _write(cart_id: UUID, **values: Any) -> None:
    execute(update(_carts).filter_by(id=cart_id).values(**values))
