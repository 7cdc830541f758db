"""Promises to pay: until which day a customer will have paid how much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert

from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, Problem, Refused
from pos.core.language import gettext as _
from pos.core.money import format_rupees, rupees
from pos.core.text import tidy
from pos.customers.credit import lock_customer
from pos.customers.models import Promise
from pos.settings import store

LONGEST_NOTE = 255
MOST_DAYS_AHEAD = 366
_promises = table(Promise)


@one_unit
def promise_payment(
    actor: Actor, customer_id: UUID, *, due_date: Any, amount: Any = None, notes: str | None = None
) -> None:
    """Write down that a customer promised to pay by a day of the store; it takes the place of an earlier promise.

    `due_date` is a date, or typed as 2026-11-28: today or later, a year ahead at most. `amount` in rupees, above zero
    and at most the balance; None or nothing typed is all that is owed. Raises Forbidden for staff, NotFound, Invalid
    with every problem, Refused when nothing or less is owed.
    """
    actor.require("take_credit_payment")
    day, asked, note = _checked(due_date, amount, notes)
    customer = lock_customer(customer_id)
    promised = customer.credit_balance if asked is None else asked
    _refuse_more_than_owed(customer, promised)
    execute(delete(_promises).where(_promises.c.customer_id == customer_id))
    row = {"customer_id": customer_id, "amount": promised, "due_date": day, "notes": note}
    # After the lock: what was paid before it does not count towards the promise.
    execute(insert(_promises), {**row, "created_by": actor.id, "created_at": clock.now()})
    audit.record(actor, "credit.promised", "customer", customer_id, {"amount": promised, "by": day, "notes": note})


@one_unit
def remove_promise(actor: Actor, customer_id: UUID) -> bool:
    """Take a customer's promise away; False when there is none. Raises Forbidden for staff, NotFound."""
    actor.require("take_credit_payment")
    lock_customer(customer_id)
    found = execute(_promises.select().where(_promises.c.customer_id == customer_id)).first()
    if found is None:
        return False
    execute(delete(_promises).where(_promises.c.customer_id == customer_id))
    change = {"amount": found.amount, "by": found.due_date}
    audit.record(actor, "credit.promise_removed", "customer", customer_id, change)
    return True


def _checked(due_date: Any, amount: Any, notes: str | None) -> tuple[date, Decimal | None, str | None]:
    checks: dict[str, tuple[Callable[[Any], Any], Any]]
    checks = {"due_date": (_day, due_date), "amount": (_amount, amount), "notes": (_note, notes)}
    values: dict[str, Any] = {}
    problems = []
    for field, (check, given) in checks.items():
        try:
            values[field] = check(given)
        except ValueError as error:
            problems.append(Problem(str(error), Invalid.code, field))
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return values["due_date"], values["amount"], values["notes"]


def _day(value: Any) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value or "").strip())
    except ValueError as error:
        raise ValueError(_("Enter a day, like 2026-11-23.")) from error
    today = store.current().today()
    if day < today:
        raise ValueError(_("That day is over. Choose today or a later one."))
    if day > today + timedelta(days=MOST_DAYS_AHEAD):
        raise ValueError(_("Choose a day within one year."))
    return day


def _amount(value: Any) -> Decimal | None:
    if value is None or not str(value).strip():
        return None
    amount = rupees(value)
    if amount <= 0:
        raise ValueError(_("Enter an amount above zero."))
    return amount


def _note(text: str | None) -> str | None:
    note = tidy(text)
    if note and len(note) > LONGEST_NOTE:
        raise ValueError(_("Please use at most %(longest)s characters.", longest=LONGEST_NOTE))
    return note


def _refuse_more_than_owed(customer: Row[Any], promised: Decimal) -> None:
    if customer.credit_balance <= 0:
        sentence = _("%(name)s owes nothing: there is nothing to promise.", name=customer.name)
        raise Refused(sentence, code="NOTHING_OWED", field="amount")
    if promised > customer.credit_balance:
        owed = format_rupees(customer.credit_balance)
        sentence = _("%(name)s owes %(owed)s. A promise cannot be more than that.", name=customer.name, owed=owed)
        raise Refused(sentence, code="PROMISE_EXCEEDS_BALANCE", field="amount")
