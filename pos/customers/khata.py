"""Money that comes in on the khata, and corrections of it; every entry is final (PLAN.md 2.7, 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from pos.core import audit, clock, idempotency
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import format_rupees, rupees
from pos.core.numbering import bill_year, next_number
from pos.core.text import tidy
from pos.customers.credit import lock_customer
from pos.customers.models import CreditTransaction, Customer
from pos.settings import store

METHODS = ("CASH", "UPI", "CARD", "BANK_TRANSFER")
RECEIPTS = "RCPT"
PAYMENTS = "credit_payment"
CORRECTIONS = "credit_correction"
LONGEST = 255

_customers = table(Customer)
_ledger = table(CreditTransaction)


@dataclass(frozen=True, slots=True)
class Entered:
    """The ledger entry that a verb made, and whether the same key had made it before."""

    entry_id: UUID
    replayed: bool


@one_unit
def take_credit_payment(
    actor: Actor,
    customer_id: UUID,
    *,
    amount: Any,
    method: str,
    reference: str | None = None,
    notes: str | None = None,
    key: str | None = None,
) -> Entered:
    """Take money for what a customer owes; gives the entry, which has a receipt number of its own gapless series.

    `amount` in rupees, above zero and at most the balance. The same key gives the same entry again. Raises Forbidden
    for staff, NotFound, Invalid, Refused when more is paid than is owed, KeyReused.
    """
    actor.require("take_credit_payment")
    wish = {"customer": customer_id, "amount": amount, "method": method, "reference": reference, "notes": notes}
    entry_id = uuid7()
    earlier = key and idempotency.claim(PAYMENTS, key, idempotency.fingerprint(_plain(wish)), entry_id)
    if earlier:
        return Entered(earlier, replayed=True)
    paid = _amount(amount)
    if method not in METHODS:
        raise Invalid(_("Pay by one of: %(methods)s.", methods=", ".join(METHODS)), field="payment_method")
    customer = lock_customer(customer_id)
    _refuse_more_than_owed(customer, paid)
    day = clock.today(store.current().timezone)
    number = str(next_number(RECEIPTS, bill_year(day, store.current().bill_year_start_month)))
    extra = {"payment_method": method, "reference": _note(reference, 100), "receipt_number": number}
    _enter(actor, customer, entry_id, "PAYMENT_MADE", -paid, {**extra, "notes": _note(notes)})
    audit.record(actor, "credit.paid", "customer", customer_id, {"amount": paid, "method": method, "receipt": number})
    return Entered(entry_id, replayed=False)


@one_unit
def correct_balance(
    actor: Actor, customer_id: UUID, *, new_balance: Any, reason: str | None, key: str | None = None
) -> Entered:
    """Set right what a customer owes, by an entry with a reason: the old entries stay as they are.

    Only the owner may (a correction can forgive a debt). Raises Forbidden, NotFound, Invalid without a reason or when
    nothing would change, KeyReused.
    """
    actor.require("correct_credit")
    wish = {"customer": customer_id, "new_balance": new_balance, "reason": reason}
    entry_id = uuid7()
    earlier = key and idempotency.claim(CORRECTIONS, key, idempotency.fingerprint(_plain(wish)), entry_id)
    if earlier:
        return Entered(earlier, replayed=True)
    try:
        balance = rupees(new_balance)
    except ValueError as error:
        raise Invalid(str(error), field="new_balance") from error
    why = _note(reason)
    if balance < 0 or not why:
        sentence = _("A balance is never below zero.") if balance < 0 else _("Say why the balance is corrected.")
        raise Invalid(sentence, field="new_balance" if balance < 0 else "reason")
    customer = lock_customer(customer_id)
    change = balance - customer.credit_balance
    if change == 0:
        raise Invalid(_("The balance is that already."), field="new_balance")
    _enter(actor, customer, entry_id, "CORRECTION", change, {"notes": why})
    change_told = {"from": customer.credit_balance, "to": balance, "reason": why}
    audit.record(actor, "credit.corrected", "customer", customer_id, change_told)
    return Entered(entry_id, replayed=False)


@one_unit
def open_balance(actor: Actor, customer_id: UUID, amount: Decimal, notes: str | None = None) -> None:
    """Write down what a new customer owes from before, from the paper khata. Raises Refused once there is an entry."""
    actor.require("edit_customers")
    paid = _amount(amount)
    customer = lock_customer(customer_id)
    if has_entries(customer_id):
        raise Refused(_("%(name)s has entries already; correct the balance instead.", name=customer.name))
    _enter(actor, customer, uuid7(), "OPENING_BALANCE", paid, {"notes": _note(notes) or _("Opening balance")})
    audit.record(actor, "credit.opened", "customer", customer_id, {"amount": paid})


def has_entries(customer_id: UUID) -> bool:
    """True when the customer's ledger has any entry."""
    return execute(_ledger.select().where(_ledger.c.customer_id == customer_id).limit(1)).first() is not None


def _enter(
    actor: Actor, customer: Row[Any], entry_id: UUID, kind: str, change: Decimal, extra: Mapping[str, Any]
) -> None:
    """Move the locked customer's balance and append the entry: nowhere else does a payment touch either."""
    after = customer.credit_balance + change
    guard = (_customers.c.id == customer.id, _customers.c.credit_balance + change >= 0)
    moved = execute(update(_customers).where(*guard).values(credit_balance=_customers.c.credit_balance + change))
    if moved.rowcount != 1:
        _refuse_more_than_owed(customer, -change)
    row = {"id": entry_id, "customer_id": customer.id, "transaction_type": kind, "amount": abs(change)}
    row |= {"balance_before": customer.credit_balance, "balance_after": after}
    execute(insert(_ledger), {**row, "created_by": actor.id, "created_at": clock.now(), **extra})


def _refuse_more_than_owed(customer: Row[Any], paid: Decimal) -> None:
    if paid > customer.credit_balance:
        owed = format_rupees(customer.credit_balance)
        sentence = _("%(name)s owes %(owed)s. A payment cannot be more than that.", name=customer.name, owed=owed)
        raise Refused(sentence, code="PAYMENT_EXCEEDS_BALANCE", field="amount")


def _amount(value: Any) -> Decimal:
    try:
        amount = rupees(value)
    except ValueError as error:
        raise Invalid(str(error), field="amount") from error
    if amount <= 0:
        raise Invalid(_("Enter an amount above zero."), field="amount")
    return amount


def _note(text: str | None, longest: int = LONGEST) -> str | None:
    return (tidy(text) or "")[:longest] or None


def _plain(wish: Mapping[str, Any]) -> dict[str, Any]:
    """The wish with its numbers written in one way, so that 500 and 500.00 are the same request."""
    return {name: _number(value) if name in {"amount", "new_balance"} else value for name, value in wish.items()}


def _number(value: Any) -> str:
    try:
        return str(rupees(value))
    except ValueError:
        return str(value)
