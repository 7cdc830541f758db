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
from pos.core.db import at_most, execute, one_unit, table
from pos.core.errors import Invalid, Problem, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import format_rupees, rupees
from pos.core.numbering import numbered_now
from pos.core.text import tidy
from pos.customers.credit import lock_customer
from pos.customers.models import CreditTransaction, Customer
from pos.settings import store, tills

METHODS = ("CASH", "UPI", "CARD", "BANK_TRANSFER")
RECEIPTS = "RCPT"
PAYMENTS = "credit_payment"
CORRECTIONS = "credit_correction"
OPENINGS = "credit_opening"
LONGEST_NOTE = 255
LONGEST_REFERENCE = 100

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
    paid, told = _checked_payment(amount, method, reference, notes)
    terms = store.current()
    drawer = tills.session_for_money(actor, terms)
    customer = lock_customer(customer_id)
    _refuse_more_than_owed(customer, paid)
    number = str(numbered_now(RECEIPTS, terms.timezone, terms.bill_year_start_month)[0])
    told |= {"receipt_number": number, "cash_session_id": drawer}
    _enter(actor, customer, entry_id, "PAYMENT_MADE", -paid, told)
    audit.record(actor, "credit.paid", "customer", customer_id, {"amount": paid, "method": method, "receipt": number})
    return Entered(entry_id, replayed=False)


def _checked_payment(
    amount: Any, method: str, reference: str | None, notes: str | None
) -> tuple[Decimal, dict[str, Any]]:
    if method not in METHODS:
        raise Invalid(_("Pay by one of: %(methods)s.", methods=", ".join(METHODS)), field="payment_method")
    told = {"payment_method": method, "notes": _note(notes)}
    return _amount(amount), {**told, "reference": _note(reference, "reference", LONGEST_REFERENCE)}


@one_unit
def correct_balance(
    actor: Actor,
    customer_id: UUID,
    *,
    new_balance: Any,
    reason: str | None,
    seen_balance: Decimal | None = None,
    key: str | None = None,
) -> Entered:
    """Set right what a customer owes, by an entry with a reason: the old entries stay as they are.

    `seen_balance` is what the person saw: Refused when the balance has moved since. Only the owner may (a correction
    can forgive a debt). Raises Forbidden, NotFound, Invalid without a reason, when nothing would change or the limit is
    below it, KeyReused.
    """
    actor.require("correct_credit")
    wish = {"customer": customer_id, "new_balance": new_balance, "reason": reason}
    entry_id = uuid7()
    earlier = key and idempotency.claim(CORRECTIONS, key, idempotency.fingerprint(_plain(wish)), entry_id)
    if earlier:
        return Entered(earlier, replayed=True)
    balance, why = _checked_correction(new_balance, reason)
    customer = lock_customer(customer_id)
    if seen_balance is not None and seen_balance != customer.credit_balance:
        sentence = _("The balance is %(now)s by now. Look again.", now=format_rupees(customer.credit_balance))
        raise Refused(sentence, code="CHANGED_MEANWHILE", field="new_balance")
    change = balance - customer.credit_balance
    if change == 0:
        raise Invalid(_("The balance is that already."), field="new_balance")
    _refuse_over_limit(customer, balance, "new_balance")
    _enter(actor, customer, entry_id, "CORRECTION", change, {"notes": why})
    change_told = {"from": customer.credit_balance, "to": balance, "reason": why}
    audit.record(actor, "credit.corrected", "customer", customer_id, change_told)
    return Entered(entry_id, replayed=False)


def _checked_correction(new_balance: Any, reason: str | None) -> tuple[Decimal, str]:
    problems = []
    balance = Decimal(0)
    try:
        balance = rupees(new_balance)
        if balance < 0:
            raise ValueError(_("A balance is never below zero."))
    except ValueError as error:
        problems.append(Problem(str(error), Invalid.code, "new_balance"))
    why = _note(reason, "reason")
    if not why:
        problems.append(Problem(_("Say why the balance is corrected."), Invalid.code, "reason"))
    if problems or not why:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return balance, why


@one_unit
def open_balance(
    actor: Actor, customer_id: UUID, amount: Any, notes: str | None = None, key: str | None = None
) -> Entered:
    """Write down what a new customer owes from before, from the paper khata: the first entry of a ledger.

    `amount` in rupees, above zero and within the limit. Raises Forbidden for staff, NotFound, Invalid, Refused once
    there is an entry, KeyReused.
    """
    actor.require("edit_customers")
    wish = {"customer": customer_id, "amount": amount, "notes": notes}
    entry_id = uuid7()
    earlier = key and idempotency.claim(OPENINGS, key, idempotency.fingerprint(_plain(wish)), entry_id)
    if earlier:
        return Entered(earlier, replayed=True)
    owed = _amount(amount)
    customer = lock_customer(customer_id)
    if has_entries(customer_id):
        sentence = _("%(name)s has entries already; correct the balance instead.", name=customer.name)
        raise Refused(sentence, code="HAS_ENTRIES", field="amount")
    _refuse_over_limit(customer, owed, "amount")
    _enter(actor, customer, entry_id, "OPENING_BALANCE", owed, {"notes": _note(notes) or _("Opening balance")})
    audit.record(actor, "credit.opened", "customer", customer_id, {"amount": owed})
    return Entered(entry_id, replayed=False)


def has_entries(customer_id: UUID) -> bool:
    """True when the customer's ledger has any entry."""
    return execute(_ledger.select().where(_ledger.c.customer_id == customer_id).limit(at_most(1))).first() is not None


def _enter(
    actor: Actor, customer: Row[Any], entry_id: UUID, kind: str, change: Decimal, extra: Mapping[str, Any]
) -> None:
    """Move the locked customer's balance and append the entry: nowhere else does a payment touch either."""
    after = customer.credit_balance + change
    if not _move(customer, change):
        _refuse_more_than_owed(customer, -change)
        raise Refused(_("The khata changed just now. Please try again."), code="CONFLICT")
    row = {"id": entry_id, "customer_id": customer.id, "transaction_type": kind, "amount": abs(change)}
    row |= {"balance_before": customer.credit_balance, "balance_after": after}
    execute(insert(_ledger), {**row, "created_by": actor.id, "created_at": clock.now(), **extra})


def _move(customer: Row[Any], change: Decimal) -> bool:
    """Change the balance where it is still what the entry will say, and never to below zero."""
    seen = _customers.c.credit_balance == customer.credit_balance
    guarded = update(_customers).where(_customers.c.id == customer.id, seen, _customers.c.credit_balance + change >= 0)
    moved: bool = execute(guarded.values(credit_balance=_customers.c.credit_balance + change)).rowcount == 1
    return moved


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


def _refuse_over_limit(customer: Row[Any], balance: Decimal, field: str) -> None:
    """Nobody ever owes more than the limit: who owes more from before gets a higher limit first."""
    if customer.credit_balance < balance > customer.credit_limit:
        limit = format_rupees(customer.credit_limit)
        sentence = _("The limit of %(name)s is %(limit)s. Raise it first.", name=customer.name, limit=limit)
        raise Invalid(sentence, code="CREDIT_LIMIT_EXCEEDED", field=field)


def _note(text: str | None, field: str = "notes", longest: int = LONGEST_NOTE) -> str | None:
    note = tidy(text)
    if note and len(note) > longest:
        raise Invalid(_("Please use at most %(longest)s characters.", longest=longest), field=field)
    return note


def _plain(wish: Mapping[str, Any]) -> dict[str, Any]:
    """The wish with its numbers written in one way, so that 500 and 500.00 are the same request."""
    return {name: _number(value) if name in {"amount", "new_balance"} else value for name, value in wish.items()}


def _number(value: Any) -> str:
    try:
        return str(rupees(value))
    except ValueError:
        return str(value)
