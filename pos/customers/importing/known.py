"""Who is a customer already, by phone and by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, exists, select

from pos.core.db import execute, table
from pos.core.text import search_key
from pos.customers.checks import CHECKS, phone_key
from pos.customers.models import CreditTransaction, Customer

_customers, _ledger = table(Customer), table(CreditTransaction)
_kept = ("id", "credit_balance", "updated_at", *CHECKS)
# Labelled, so that a row's own names are the customer's and not the database's.
_select = select(
    *(_customers.c[name].label(name) for name in _kept),
    exists().where(_ledger.c.customer_id == _customers.c.id).label("has_entries"),
)


@dataclass(slots=True)
class Known:
    """The shop's customers as they stood at one moment. Names are compared as searching compares them."""

    by_phone: dict[str, Row[Any]] = field(default_factory=dict)
    by_name: dict[str, list[Row[Any]]] = field(default_factory=dict)

    def like(self, values: dict[str, Any]) -> tuple[str, Row[Any] | None]:
        """Whom these values speak of, and by what: the same phone, or the same name where one of both has no phone."""
        digits = phone_key(values.get("phone"))
        if digits and digits in self.by_phone:
            return "shop_phone", self.by_phone[digits]
        same_name = self.by_name.get(search_key(values["name"]), [])
        return "shop_name", next((one for one in same_name if not digits or not one.phone), None)


def customers() -> Known:
    """Everybody, those who have gone too: their phone is still theirs."""
    known = Known()
    for row in execute(_select).all():
        digits = phone_key(row.phone)
        if digits:
            known.by_phone[digits] = row
        known.by_name.setdefault(search_key(row.name), []).append(row)
    return known
