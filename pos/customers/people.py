"""Customers: found by a few digits or letters, added where they stand (PLAN.md 2.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select

from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, NotFound, Problem, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import rupees
from pos.core.text import like, search_key, search_words, tidy
from pos.customers.models import Customer

FIRST_LIMIT = Decimal(5000)
_customers = table(Customer)
_DIGIT = {ord(sign): str(value) for value, sign in enumerate("०१२३४५६७८९")}


def phone_key(phone: str | None) -> str | None:
    """The last ten digits of a number however it was typed: `+91 98765-43210` is `9876543210`."""
    digits = re.sub(r"\D", "", (phone or "").translate(_DIGIT))
    return digits[-10:] or None


def find(customer_id: UUID) -> Row[Any]:
    """One customer with all columns. Raises NotFound."""
    row = execute(select(_customers).filter_by(id=customer_id)).first()
    if row is None:
        raise NotFound(_("There is no such customer."), code="CUSTOMER_NOT_FOUND", field="customerId")
    return row


def look_up(query: str, most: int = 8) -> Sequence[Row[Any]]:
    """Customers whose name or phone holds every word of the query; who bought last comes first."""
    words = search_words(query)
    statement = select(_customers).where(_customers.c.status != "inactive")
    for word in words:
        digits = phone_key(word) if re.fullmatch(r"[\d+()-]+", word.translate(_DIGIT)) else None
        statement = statement.where(_customers.c.search_key.like(like(digits or word), escape="\\"))
    # Both engines put the never-seen last: on SQLite NULL is smallest, on PostgreSQL it is said.
    latest = _customers.c.last_purchase_at.desc().nulls_last()
    return execute(statement.order_by(latest, _customers.c.name).limit(most)).all()


@one_unit
def add_customer(
    actor: Actor,
    *,
    name: str,
    phone: str | None = None,
    email: str | None = None,
    address: str | None = None,
    credit_limit: Decimal | str = FIRST_LIMIT,
) -> UUID:
    """Add a customer. Raises Forbidden for staff, Invalid with every problem, Refused when the phone is known."""
    actor.require("edit_customers")
    row = _checked(name, phone, email, address, credit_limit)
    known = row["phone_key"] and execute(select(_customers).filter_by(phone_key=row["phone_key"])).first()
    if known:
        sentence = _("%(name)s has this phone number already.", name=known.name)
        raise Refused(sentence, code="DUPLICATE_PHONE", field="phone", facts={"customer_id": known.id})
    customer_id, now = uuid7(), clock.now()
    start = {"credit_balance": Decimal(0), "loyalty_points": 0, "total_purchases": 0, "total_spent": Decimal(0)}
    execute(
        insert(_customers),
        {"id": customer_id, **row, **start, "status": "active", "created_at": now, "updated_at": now},
    )
    audit.record(actor, "customer.added", "customer", customer_id, {"name": row["name"]})
    return customer_id


def _checked(
    name: str, phone: str | None, email: str | None, address: str | None, limit: Decimal | str
) -> dict[str, Any]:
    problems: list[Problem] = []
    row: dict[str, Any] = {"name": tidy(name), "email": tidy(email), "address": tidy(address), "phone": tidy(phone)}
    row["phone_key"] = phone_key(row["phone"])
    if not row["name"] or len(row["name"]) > 255:
        problems.append(Problem(_("Enter the customer's name."), "VALIDATION_ERROR", "name"))
    if row["phone"] and (len(row["phone_key"] or "") != 10 or len(row["phone"]) > 15):
        problems.append(Problem(_("Enter a phone number of 10 digits."), "VALIDATION_ERROR", "phone"))
    try:
        row["credit_limit"] = rupees(limit)
    except ValueError as error:
        problems.append(Problem(str(error), "VALIDATION_ERROR", "credit_limit"))
    if row.get("credit_limit", 0) < 0:
        problems.append(Problem(_("A credit limit is never below zero."), "VALIDATION_ERROR", "credit_limit"))
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    row["search_key"] = search_key(row["name"], row["phone_key"])
    return row
