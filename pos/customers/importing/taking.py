"""Writing what was judged good: all of it in one short transaction, or nothing (DESIGN.md 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from pos.core import audit, clock, idempotency
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Refused
from pos.core.ids import uuid7
from pos.core.importing.bulk import Bulk
from pos.core.language import gettext as _
from pos.customers import khata
from pos.customers.checks import CHECKS
from pos.customers.importing.sorting import Good, Sorted
from pos.customers.models import CreditTransaction, Customer
from pos.customers.people import NOTHING_YET, found_by

SCOPE = "customers_import"
_customers, _ledger = table(Customer), table(CreditTransaction)
_lock = select(_customers.c.id, _customers.c.updated_at).order_by(_customers.c.id).with_for_update()
_written = (*CHECKS, "phone_key", "search_key", "updated_at")
_change = (
    update(_customers)
    .where(_customers.c.id == bindparam("customer"))
    .values({name: bindparam(f"new_{name}", type_=_customers.c[name].type) for name in _written})
)


@one_unit
def take(actor: Actor, import_id: UUID, file_name: str, result: Sorted) -> None:
    """Write everybody, with their opening balances and one entry in the audit log; once for an import.

    Raises Forbidden, and Refused when one of those who change has changed since they were looked at. A phone that
    somebody took in the same moment surfaces as IntegrityError: judge again.
    """
    actor.require("edit_customers")
    key = str(import_id)
    if idempotency.claim(SCOPE, key, idempotency.fingerprint({"import": key}), import_id):
        return
    _change_known([good for good in result.good if good.target is not None])
    _add_new(actor, [good for good in result.good if good.target is None], file_name)
    for good in result.good:
        if good.target is not None and good.owed:
            khata.open_balance(actor, good.target.id, good.owed, _notes(file_name))
    change = {"file": file_name, **result.counts(), "owed": result.owed}
    audit.record(actor, "customers.imported", "customer_import", import_id, change)


def _add_new(actor: Actor, new: Sequence[Good], file_name: str) -> None:
    now, people, entries = clock.now(), [], []
    for good in new:
        row = {"id": uuid7(), **NOTHING_YET, **good.values, **found_by(good.values), "credit_balance": good.owed}
        people.append(row | {"created_at": now, "updated_at": now})
        if good.owed:
            entry = {"id": uuid7(), "customer_id": row["id"], "transaction_type": "OPENING_BALANCE"}
            entry |= {"amount": good.owed, "balance_before": NOTHING_YET["credit_balance"], "balance_after": good.owed}
            entries.append(entry | {"notes": _notes(file_name), "created_by": actor.id, "created_at": now})
    for bulk in (Bulk(_customers, people), Bulk(_ledger, entries)):
        for _written_rows in bulk.insert():
            pass


def _change_known(changed: Sequence[Good]) -> None:
    targets = {good.target.id: good for good in changed if good.target is not None}
    held = {row.id: row for row in execute(_lock.where(_customers.c.id.in_(list(targets))))} if targets else {}
    now, rows = clock.now(), []
    for customer_id, good in targets.items():
        assert good.target is not None
        if customer_id not in held or held[customer_id].updated_at != good.target.updated_at:
            sentence = _("%(name)s was changed just now. Look at the file again.", name=good.target.name)
            raise Refused(sentence, code="CHANGED_MEANWHILE")
        before = {name: getattr(good.target, name) for name in CHECKS}
        values: dict[str, Any] = {**before, **good.values}
        if values != before:
            values |= found_by(values) | {"updated_at": now}
            rows.append({"customer": customer_id, **{f"new_{name}": values[name] for name in _written}})
    if rows:
        execute(_change, rows)


def _notes(file_name: str) -> str:
    return _("Opening balance, from %(file)s", file=file_name)[: khata.LONGEST_NOTE]
