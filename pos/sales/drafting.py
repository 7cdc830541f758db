"""Locking and checking a checkout: every problem of a bill is found before any is told (issue: all at once)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from pos.catalog import shelf
from pos.catalog.models import LOOSE_UNITS
from pos.core.actor import Actor
from pos.core.errors import Forbidden, Invalid, NotFound, PosError, Problem, Refused
from pos.core.language import gettext as _
from pos.core.money import format_quantity, format_rupees
from pos.customers import credit, purchases
from pos.sales import caps, tendering
from pos.sales.order import MOST_LINES, Checkout, CheckoutLine
from pos.sales.pricing import (
    BillTooLarge,
    BuysNothing,
    DiscountTooLarge,
    PricedBill,
    price_bill,
    quantity_for_amount,
)
from pos.sales.quote import asked_line, terms
from pos.sales.tendering import Settlement
from pos.settings.store import Store

INVALID_CODES = {"VALIDATION_ERROR", "CUSTOMER_REQUIRED", "DISCOUNT_TOO_LARGE", "CHANGE_ON_CASH_ONLY", "PAID_ALREADY"}
MISSING_CODES = {"PRODUCT_NOT_FOUND", "CUSTOMER_NOT_FOUND"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A checkout that may become a bill: its rows are locked, its price is known, nothing is written yet."""

    store: Store
    products: Mapping[UUID, Row[Any]]
    required: Mapping[UUID, Decimal]
    customer: Row[Any] | None
    bill: PricedBill
    settlement: Settlement
    cash_session_id: UUID | None = None


def drafted(actor: Actor, checkout: Checkout, store: Store, cash_session_id: UUID | None = None) -> Draft:
    """Lock products, then the customer; price; check. Raises one refusal that names every problem."""
    _check_size(checkout.lines)
    products = shelf.lock_products(line.product_id for line in checkout.lines)
    problems = [problem for line in checkout.lines for problem in _line_problems(line, products)]
    required = _required(checkout.lines)
    problems += _stock_problems(required, products)
    customer, missing = _customer(checkout.customer_id)
    problems += missing
    problems += _some(purchases.points_refusal(customer, checkout.points_to_redeem, store))
    bill = _price(checkout, products, store, problems)
    if bill is not None:
        problems += _some(caps.above_cap(actor, store, bill))
        problems += _money_problems(checkout, bill, customer, bool(problems))
    if problems or bill is None:
        raise _refusal(problems)
    settlement = tendering.settle(checkout.tenders, bill.total)
    return Draft(store, products, required, customer, bill, settlement, cash_session_id)


def _check_size(lines: Sequence[CheckoutLine]) -> None:
    if not lines:
        raise Invalid(_("At least one item required"), field="items")
    if len(lines) > MOST_LINES:
        sentence = _("A bill holds at most %(most)s lines. Make two bills.", most=MOST_LINES)
        raise Invalid(sentence, field="items", code="TOO_MANY_LINES")


def _line_problems(line: CheckoutLine, products: Mapping[UUID, Row[Any]]) -> list[Problem]:
    product = products.get(line.product_id)
    subject = str(line.product_id)
    if product is None:
        sentence = _("Product %(id)s not found", id=subject)
        return [Problem(sentence, "PRODUCT_NOT_FOUND", "items", subject)]
    problems = []
    if product.status != "active":
        sentence = _("%(name)s is no longer sold.", name=product.name)
        problems.append(Problem(sentence, "PRODUCT_NOT_FOR_SALE", "items", subject))
    if line.quantity <= 0 or (line.quantity % 1 and product.unit not in LOOSE_UNITS):
        sentence = _("%(name)s is sold in whole numbers, at least 1.", name=product.name)
        if product.unit in LOOSE_UNITS:
            sentence = _("The quantity of %(name)s must be above zero.", name=product.name)
        problems.append(Problem(sentence, "VALIDATION_ERROR", "items", subject))
    if line.discount < 0:
        problems.append(Problem(_("A discount is never below zero."), "VALIDATION_ERROR", "items", subject))
    return problems + _some(_price_changed(line, product) or _worth_changed(line, product))


def _price_changed(line: CheckoutLine, product: Row[Any]) -> Problem | None:
    if line.shown_price is None or line.shown_price == product.price:
        return None
    sentence = _(
        "The price of %(name)s changed from %(old)s to %(new)s. Look at the bill again.",
        name=product.name,
        old=format_rupees(line.shown_price),
        new=format_rupees(product.price),
    )
    return Problem(sentence, "PRICE_CHANGED", "items", str(product.id))


def _worth_changed(line: CheckoutLine, product: Row[Any]) -> Problem | None:
    """Rupees' worth is what it buys at today's price, whoever worked it out; else a rupee's worth empties the shelf."""
    if line.amount is None:
        return None
    try:
        buys = quantity_for_amount(line.amount, product.price)
    except BuysNothing:
        # Pricing says why.
        return None
    if buys == line.quantity:
        return None
    sentence = _(
        "%(amount)s of %(name)s is %(quantity)s now. Look at the bill again.",
        amount=format_rupees(line.amount),
        name=product.name,
        quantity=f"{format_quantity(buys)} {product.unit}",
    )
    return Problem(sentence, "PRICE_CHANGED", "items", str(product.id))


def _required(lines: Sequence[CheckoutLine]) -> dict[UUID, Decimal]:
    required: dict[UUID, Decimal] = {}
    for line in lines:
        required[line.product_id] = required.get(line.product_id, Decimal(0)) + line.quantity
    return required


def _stock_problems(required: Mapping[UUID, Decimal], products: Mapping[UUID, Row[Any]]) -> list[Problem]:
    found = [shelf.short_of(products[one], needed) for one, needed in required.items() if one in products]
    return [problem for problem in found if problem]


def _customer(customer_id: UUID | None) -> tuple[Row[Any] | None, list[Problem]]:
    if customer_id is None:
        return None, []
    try:
        return credit.lock_customer(customer_id), []
    except NotFound as error:
        return None, [Problem(error.message, "CUSTOMER_NOT_FOUND", "customerId", str(customer_id))]


def _price(
    checkout: Checkout, products: Mapping[UUID, Row[Any]], store: Store, problems: list[Problem]
) -> PricedBill | None:
    """The priced bill, or None where the lines cannot even be priced; what keeps them from it joins the problems."""
    if any(p.code in {"VALIDATION_ERROR", "PRODUCT_NOT_FOUND", "NO_POINTS"} for p in problems):
        return None
    lines = [asked_line(products[o.product_id], o.quantity, o.discount, o.amount, store) for o in checkout.lines]
    redeemed = checkout.points_to_redeem * store.loyalty_point_worth
    try:
        return price_bill(lines, terms(store), checkout.bill_discount, redeemed)
    except DiscountTooLarge as error:
        problems.append(Problem(str(error), "DISCOUNT_TOO_LARGE", "billDiscount"))
    except (BuysNothing, BillTooLarge) as error:
        problems.append(Problem(str(error), "VALIDATION_ERROR", "items"))
    return None


def _money_problems(
    checkout: Checkout, bill: PricedBill, customer: Row[Any] | None, known_problems: bool
) -> list[Problem]:
    problems = tendering.problems_of(checkout.tenders, bill.total, checkout.customer_id is not None)
    if checkout.shown_total is not None and checkout.shown_total != bill.total and not known_problems:
        sentence = _("The total is %(total)s now. Look at the bill again.", total=format_rupees(bill.total))
        problems.append(Problem(sentence, "PRICE_CHANGED", "total"))
    if customer is not None and not problems:
        unpaid = tendering.settle(checkout.tenders, bill.total).credit
        problems += _some(credit.refusal(customer, unpaid) if unpaid > 0 else None)
    return problems


def _some(problem: Problem | None) -> list[Problem]:
    return [problem] if problem else []


def _refusal(problems: Sequence[Problem]) -> PosError:
    codes = {p.code for p in problems}
    kind: type[PosError] = Refused
    if codes == {caps.CODE}:
        kind = Forbidden
    elif codes <= INVALID_CODES:
        kind = Invalid
    elif codes <= MISSING_CODES:
        kind = NotFound
    return kind(
        "; ".join(p.message for p in problems), code=problems[0].code, problems=problems, field=problems[0].field
    )
