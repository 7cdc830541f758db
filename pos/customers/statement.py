"""What a customer may check at home: the entries of a period, from what was owed to what is owed (PLAN.md 2.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, type_coerce

from pos.core import clock
from pos.core.columns import Rupees
from pos.core.db import execute, table
from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.customers.models import CreditTransaction
from pos.settings.store import Store

_ledger = table(CreditTransaction)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Statement:
    """The ledger of one customer from the first day to the last: opening + taken - paid = closing, in rupees."""

    first: date
    last: date
    opening: Decimal
    entries: Sequence[Row[Any]]
    taken: Decimal
    paid: Decimal
    closing: Decimal


def statement(customer_id: UUID, first: date, last: date, store: Store) -> Statement:
    """The customer's statement of a period in the store's days. Raises Invalid when the period runs backwards."""
    if first > last:
        raise Invalid(_("The first day lies after the last."), field="first")
    begins, ends = clock.day_bounds(first, last, store.timezone)
    entries = execute(_entries(customer_id).where(_ledger.c.created_at >= begins, _ledger.c.created_at < ends)).all()
    # The sum of what moved before, not the last balance: it is right even where the clock was once set back.
    moved = type_coerce(func.sum(_ledger.c.balance_after - _ledger.c.balance_before), Rupees)
    opening = execute(select(moved).where(_ledger.c.customer_id == customer_id, _ledger.c.created_at < begins)).scalar()
    opening = opening or NOTHING
    changes = [entry.balance_after - entry.balance_before for entry in entries]
    taken = sum((change for change in changes if change > 0), NOTHING)
    paid = -sum((change for change in changes if change < 0), NOTHING)
    return Statement(first, last, opening, entries, taken, paid, opening + taken - paid)


def _entries(customer_id: UUID) -> Any:
    wanted = select(_ledger).where(_ledger.c.customer_id == customer_id)
    return wanted.order_by(_ledger.c.created_at, _ledger.c.id)
