"""The udhaar ledger: only this module adds entries, and the balance is always their sum (PLAN.md 2.7, 5.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import execute, must_be_in_unit, table
from pos.core.errors import NotFound, Problem, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import format_rupees
from pos.customers.models import CreditTransaction, Customer

_customers = table(Customer)
_ledger = table(CreditTransaction)


def lock_customer(customer_id: UUID) -> Row[Any]:
    """The customer, locked until the unit ends. Raises NotFound."""
    must_be_in_unit()
    row = execute(select(_customers).filter_by(id=customer_id).with_for_update(key_share=True)).first()
    if row is None:
        raise NotFound(_("There is no such customer."), code="CUSTOMER_NOT_FOUND", field="customerId")
    return row


def refusal(customer: Row[Any], new_credit: Decimal) -> Problem | None:
    """Why this customer may not take so much credit, or None (PLAN.md 5.2's sentence)."""
    if customer.status != "active":
        sentence = _(
            "%(name)s gets no credit: the account is %(status)s.", name=customer.name, status=_status(customer)
        )
        return Problem(sentence, "CUSTOMER_BLOCKED", "customerId", str(customer.id))
    would_be = customer.credit_balance + new_credit
    if would_be <= customer.credit_limit:
        return None
    sentence = _(
        "Credit limit exceeded. Limit: %(limit)s, Current: %(current)s, New: %(new)s, Would be: %(would_be)s",
        limit=format_rupees(customer.credit_limit),
        current=format_rupees(customer.credit_balance),
        new=format_rupees(new_credit),
        would_be=format_rupees(would_be),
    )
    return Problem(sentence, "CREDIT_LIMIT_EXCEEDED", "customerId", str(customer.id))


def _status(customer: Row[Any]) -> str:
    return _("blocked") if customer.status == "blocked" else _("inactive")


def charge(actor: Actor, customer: Row[Any], amount: Decimal, sale_id: UUID, notes: str) -> None:
    """Put a bill's unpaid part on the khata. The customer must be locked.

    Raises Refused when the limit does not allow it: the guard in the UPDATE holds even where nobody asked before.
    """
    must_be_in_unit()
    within = _customers.c.credit_balance + amount <= _customers.c.credit_limit
    statement = update(_customers).where(_customers.c.id == customer.id, within, _customers.c.status == "active")
    taken = execute(statement.values(credit_balance=_customers.c.credit_balance + amount))
    if taken.rowcount != 1:
        problem = refusal(customer, amount)
        raise Refused(problem.message if problem else _("The credit was refused."), code="CREDIT_LIMIT_EXCEEDED")
    entry = {"id": uuid7(), "customer_id": customer.id, "sale_id": sale_id, "transaction_type": "CREDIT_TAKEN"}
    entry |= {"amount": amount, "balance_before": customer.credit_balance, "notes": notes}
    entry |= {"balance_after": customer.credit_balance + amount, "created_by": actor.id, "created_at": clock.now()}
    execute(insert(_ledger), entry)


def reverse(actor: Actor, customer: Row[Any], amount: Decimal, sale_id: UUID, notes: str) -> Decimal:
    """Take a voided or returned bill's credit off the khata, never below zero; gives what could not be taken off.

    The customer must be locked. What comes back is money that the customer has paid meanwhile: it is to be refunded.
    """
    must_be_in_unit()
    taken_off = min(amount, customer.credit_balance)
    if taken_off > 0:
        after = customer.credit_balance - taken_off
        statement = update(_customers).where(_customers.c.id == customer.id, _customers.c.credit_balance >= taken_off)
        if execute(statement.values(credit_balance=_customers.c.credit_balance - taken_off)).rowcount != 1:
            raise Refused(_("The khata changed just now. Please try again."), code="CONFLICT")
        entry = {"id": uuid7(), "customer_id": customer.id, "sale_id": sale_id, "transaction_type": "CREDIT_REVERSED"}
        entry |= {"amount": taken_off, "balance_before": customer.credit_balance, "balance_after": after}
        execute(insert(_ledger), {**entry, "notes": notes, "created_by": actor.id, "created_at": clock.now()})
    return amount - taken_off
