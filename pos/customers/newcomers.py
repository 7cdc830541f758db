"""New customers who bring a debt along from the paper khata: added and opened in one unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from pos.core.actor import Actor
from pos.core.db import one_unit
from pos.core.errors import Invalid, Problem
from pos.core.language import gettext as _
from pos.core.money import format_rupees, rupees
from pos.customers import khata, people
from pos.customers.checks import first_limit, problems_of

ZERO = Decimal(0)


@one_unit
def add_with_balance(
    actor: Actor, values: Mapping[str, Any], opening_balance: Any = None, key: str | None = None
) -> UUID:
    """Add a customer who owes `opening_balance` rupees already; None, an empty text or 0 is nothing.

    Raises what `people.add_customer` and `khata.open_balance` raise, every problem of both at once.
    """
    actor.require("edit_customers")
    owed = _checked(values, opening_balance)
    customer_id = people.add_customer(actor, key=key, **values)
    if owed:
        khata.open_balance(actor, customer_id, owed, key=key)
    return customer_id


def _checked(values: Mapping[str, Any], opening_balance: Any) -> Decimal:
    typed, problems = problems_of(values)
    try:
        owed = rupees(opening_balance) if opening_balance not in (None, "") else ZERO
        problems += opening_problems(owed, typed.get("credit_limit", first_limit()))
    except ValueError as error:
        owed = ZERO
        problems.append(Problem(str(error), Invalid.code, "opening_balance"))
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return owed


def opening_problems(owed: Decimal, limit: Decimal) -> list[Problem]:
    """Why nobody can begin with this balance under this limit."""
    if owed < 0:
        return [Problem(_("A balance is never below zero."), Invalid.code, "opening_balance")]
    if owed > limit:
        sentence = _("The limit cannot be below what is owed now, %(owed)s.", owed=format_rupees(owed))
        return [Problem(sentence, Invalid.code, "credit_limit")]
    return []
