"""How a bill is paid: what each tender counts, the change, and what stays on credit (DESIGN.md 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos.core.errors import Problem
from pos.core.language import gettext as _
from pos.core.money import format_rupees
from pos.sales.models import METHODS

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tender:
    """Money handed over: `amount` in rupees, as the customer gave it; `reference` is a UPI or card slip's number."""

    method: str
    amount: Decimal
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """One tender as it counts on the bill: `amount` is at most `tendered`, and less only when cash gives change."""

    method: str
    amount: Decimal
    tendered: Decimal
    reference: str | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the bill is settled: tendered - change = paid, paid + credit = total."""

    payments: tuple[Paid, ...]
    tendered: Decimal
    change: Decimal
    paid: Decimal
    credit: Decimal
    method: str
    status: str


def problems_of(tenders: Sequence[Tender], total: Decimal, has_customer: bool) -> list[Problem]:
    """Everything that is wrong with paying this total so."""
    problems = [_bad_tender(t) for t in tenders if t.method not in METHODS or t.amount < 0]
    cashless = sum((t.amount for t in tenders if t.method != "CASH"), NOTHING)
    tendered = sum((t.amount for t in tenders), NOTHING)
    if cashless > total:
        sentence = _("Change is given on cash alone: %(paid)s is more than the bill.", paid=format_rupees(cashless))
        problems.append(Problem(sentence, "CHANGE_ON_CASH_ONLY", "amountPaid"))
    elif tendered > cashless >= total > 0:
        sentence = _("The bill is paid without the cash. Take the cash off the bill.")
        problems.append(Problem(sentence, "PAID_ALREADY", "amountPaid"))
    if tendered < total and not has_customer:
        problems.append(Problem(_("Customer required for credit sales"), "CUSTOMER_REQUIRED", "customerId"))
    return problems


def _bad_tender(tender: Tender) -> Problem:
    if tender.method not in METHODS:
        sentence = _("Pay by one of: %(methods)s.", methods=", ".join(METHODS))
        return Problem(sentence, "VALIDATION_ERROR", "paymentMethod")
    return Problem(_("An amount paid is never below zero."), "VALIDATION_ERROR", "amountPaid")


def settle(tenders: Sequence[Tender], total: Decimal) -> Settlement:
    """Settle a bill with tenders that have no problems: cashless ones count whole, cash counts up to what is left."""
    given = [t for t in tenders if t.amount > 0]
    cashless = [Paid(t.method, t.amount, t.amount, t.reference) for t in given if t.method != "CASH"]
    left = total - sum((p.amount for p in cashless), NOTHING)
    cash = sum((t.amount for t in given if t.method == "CASH"), NOTHING)
    counted = min(cash, left)
    drawer = [Paid("CASH", counted, cash, None)] if counted > 0 else []
    payments = (*drawer, *cashless)
    paid = total - left + counted
    change = cash - counted
    return Settlement(payments, paid + change, change, paid, total - paid, *_summary(payments, total - paid))


def _summary(payments: Sequence[Paid], credit: Decimal) -> tuple[str, str]:
    if credit > 0:
        return ("PARTIAL", "PARTIAL") if payments else ("CREDIT", "CREDIT")
    methods = {p.method for p in payments} or {"CASH"}
    return (methods.pop() if len(methods) == 1 else "MIXED"), "PAID"
