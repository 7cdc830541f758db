"""Entries of the ledger, read."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from pos.accounts.models import User
from pos.core import clock
from pos.core.db import execute, table
from pos.core.errors import Invalid, NotFound
from pos.core.language import gettext as _
from pos.core.paging import Page, paged
from pos.customers.models import CreditTransaction, Customer
from pos.settings import store

_ledger, _customers, _users = table(CreditTransaction), table(Customer), table(User)
_shown = (
    select(_ledger, _customers.c.name.label("customer_name"), _customers.c.phone.label("customer_phone"))
    .add_columns(_users.c.full_name.label("made_by"))
    .join(_customers, _customers.c.id == _ledger.c.customer_id)
    .outerjoin(_users, _users.c.id == _ledger.c.created_by)
)


def entry(entry_id: UUID) -> Row[Any]:
    """One entry with its customer's name and who made it. Raises NotFound."""
    row = execute(_shown.where(_ledger.c.id == entry_id)).first()
    if row is None:
        raise NotFound(_("There is no such entry."))
    return row


def entries(
    customer_id: UUID | None = None,
    kind: str | None = None,
    first: date | None = None,
    last: date | None = None,
    page: int = 1,
    limit: int = 20,
) -> Page:
    """One page of entries, newest first; days are the store's. Raises Invalid for a period that runs backwards."""
    if first and last and first > last:
        raise Invalid(_("The first day lies after the last."), field="startDate")
    statement = _shown
    if customer_id is not None:
        statement = statement.where(_ledger.c.customer_id == customer_id)
    if kind is not None:
        statement = statement.where(_ledger.c.transaction_type == kind)
    zone = store.current().timezone
    if first:
        statement = statement.where(_ledger.c.created_at >= clock.day_bounds(first, first, zone)[0])
    if last:
        statement = statement.where(_ledger.c.created_at < clock.day_bounds(last, last, zone)[1])
    return paged(statement.order_by(_ledger.c.created_at.desc(), _ledger.c.id.desc()), page, limit)
