"""Customers: found by a few digits or letters, added where they stand, changed, blocked, sent away (PLAN.md 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from pos.core import audit, clock, idempotency
from pos.core.actor import Actor
from pos.core.db import at_most, connection, execute, one_unit, table
from pos.core.errors import NotFound, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.text import like, search_key, search_words
from pos.customers.checks import checked, phone_key, phone_part
from pos.customers.models import Customer

SCOPE = "customer"
_customers = table(Customer)
# A row's mapping carries the database's names (credit_balance_paise) unless its columns are labelled.
_named = select(*(column.label(column.key) for column in _customers.c))
NOTHING_YET = {"credit_balance": Decimal(0), "loyalty_points": 0, "total_purchases": 0, "total_spent": Decimal(0)}


def find(customer_id: UUID) -> Row[Any]:
    """One customer with all columns. Raises NotFound."""
    row = execute(_named.where(_customers.c.id == customer_id)).first()
    if row is None:
        raise NotFound(_("There is no such customer."), code="CUSTOMER_NOT_FOUND", field="customerId")
    return row


def look_up(query: str, most: int = 8) -> Sequence[Row[Any]]:
    """Customers whose name or phone holds every word of the query; who bought last comes first."""
    statement = select(_customers).where(_customers.c.status != "inactive", *matching(query))
    # Both engines put the never-seen last: on SQLite NULL is smallest, on PostgreSQL it is said.
    latest = _customers.c.last_purchase_at.desc().nulls_last()
    return execute(statement.order_by(latest, _customers.c.name).limit(at_most(most))).all()


def matching(query: str) -> list[Any]:
    """Conditions that find customers by the words of a query; a number is found however it is typed."""
    words = [_customers.c.search_key.like(like(word), escape="\\") for word in search_words(query)]
    digits = phone_part(query)
    return [or_(_customers.c.phone_key.like(like(digits)), and_(*words))] if digits else words


@one_unit
def add_customer(actor: Actor, *, key: str | None = None, **values: Any) -> UUID:
    """Add a customer; the same `key` again adds nothing.

    Raises Forbidden for staff, Invalid with every problem, Refused when the phone is known, KeyReused.
    """
    actor.require("edit_customers")
    customer_id, now = uuid7(), clock.now()
    earlier = key and idempotency.claim(SCOPE, key, idempotency.fingerprint(values), customer_id)
    if earlier:
        return earlier
    typed = checked(values)
    keys = found_by(typed)
    row = {"id": customer_id, **typed, **keys, **NOTHING_YET, "created_at": now, "updated_at": now}
    with _phones_kept_apart(keys["phone_key"]):
        execute(insert(_customers), row)
    audit.record(actor, "customer.added", "customer", customer_id, {"name": typed["name"]})
    return customer_id


@one_unit
def change_customer(
    actor: Actor, customer_id: UUID, values: Mapping[str, Any], seen_at: datetime | None = None
) -> None:
    """Change the named values of a customer; balance, points and totals move by their own verbs alone.

    `seen_at` is the `updated_at` that the editor saw: Refused when somebody else changed the customer since. Raises
    Forbidden for staff, NotFound, Invalid with every problem, Refused when the phone is another customer's.
    """
    actor.require("edit_customers")
    before = _locked(customer_id)
    if seen_at is not None and seen_at != before.updated_at:
        sentence = _("Somebody else changed %(name)s while you edited. Compare, then save again.", name=before.name)
        raise Refused(sentence, code="CHANGED_MEANWHILE")
    typed = checked(values, dict(before._mapping))
    changes = {name: value for name, value in typed.items() if value != before._mapping[name]}
    if not changes:
        return
    keys = found_by({**before._mapping, **changes})
    with _phones_kept_apart(keys["phone_key"], but=customer_id):
        statement = update(_customers).where(_customers.c.id == customer_id)
        execute(statement.values(**changes, **keys, updated_at=clock.now()))
    change = {name: [_told(before._mapping[name]), _told(value)] for name, value in changes.items()}
    audit.record(actor, "customer.changed", "customer", customer_id, change)


def set_status(actor: Actor, customer_id: UUID, status: str) -> None:
    """Make a customer active, inactive (gone) or blocked (no more credit). What they owe stays owed."""
    change_customer(actor, customer_id, {"status": status})


def _locked(customer_id: UUID) -> Row[Any]:
    row = execute(_named.where(_customers.c.id == customer_id).with_for_update()).first()
    if row is None:
        raise NotFound(_("There is no such customer."), code="CUSTOMER_NOT_FOUND", field="customerId")
    return row


def found_by(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a customer is found by: the last ten digits of the phone, and name and digits to search in."""
    digits = phone_key(values["phone"])
    return {"phone_key": digits, "search_key": search_key(values["name"], digits)}


def _told(value: Any) -> str | None:
    return None if value is None else str(value)


@contextmanager
def _phones_kept_apart(digits: str | None, but: UUID | None = None) -> Iterator[None]:
    """Write inside, and refuse a phone that another customer has, even one added at the same moment."""
    _refuse_known(digits, but)
    try:
        with connection().begin_nested():
            yield
    except IntegrityError:
        _refuse_known(digits, but)
        raise


def _refuse_known(digits: str | None, but: UUID | None) -> None:
    if digits is None:
        return
    known = execute(select(_customers.c.id, _customers.c.name).where(_customers.c.phone_key == digits)).first()
    if known and known.id != but:
        sentence = _("%(name)s has this phone number already.", name=known.name)
        raise Refused(sentence, code="DUPLICATE_PHONE", field="phone", facts={"customer_id": known.id})
