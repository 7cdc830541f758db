"""The checkout: one bill, once, whole or not at all (PLAN.md 5.1, DESIGN.md 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pos.catalog import shelf
from pos.core import audit, clock, idempotency
from pos.core.actor import Actor
from pos.core.db import one_unit
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.numbering import numbered_now
from pos.customers import credit, purchases
from pos.sales import writing
from pos.sales.drafting import Draft, drafted
from pos.sales.order import Checkout, CheckoutLine, fingerprint
from pos.sales.tendering import Tender
from pos.settings import store, tills

__all__ = ["Checkout", "CheckoutLine", "Completed", "Tender", "complete_sale"]

SERIES = "BILL"


@dataclass(frozen=True, slots=True)
class Completed:
    """The bill that a checkout made, and whether it was made before by the same key."""

    sale_id: UUID
    replayed: bool


@one_unit
def complete_sale(actor: Actor, checkout: Checkout, key: str | None = None, scope: str = "till") -> Completed:
    """Make a bill: lines, stock, movements, payments, credit, customer's totals, number, audit, all in one unit.

    The same key with the same checkout gives the same bill again. A refused checkout does not burn its key.
    Raises Forbidden, Invalid or Refused with every problem of the bill at once, KeyReused, Busy.
    """
    actor.require("sell")
    sale_id = uuid7()
    earlier = idempotency.claim(scope, key, fingerprint(checkout), sale_id) if key is not None else None
    if earlier is not None:
        return Completed(earlier, replayed=True)
    terms = store.current()
    drawer = tills.session_for_money(actor, terms)
    _complete(actor, sale_id, checkout, drafted(actor, checkout, terms, drawer))
    return Completed(sale_id, replayed=False)


def _complete(actor: Actor, sale_id: UUID, checkout: Checkout, draft: Draft) -> None:
    earned = purchases.points_for(draft.bill.total, draft.store) if draft.customer else 0
    # One moment, read after all locks: day, year and every row of the bill agree, and numbers follow the clock.
    number, moment = numbered_now(SERIES, draft.store.timezone, draft.store.bill_year_start_month)
    day = clock.business_day(moment, draft.store.timezone)
    notes = _("Sale %(number)s", number=number)
    writing.write_sale(actor, sale_id, checkout, draft, number, moment, day, earned)
    shelf.take_out(actor, draft.required, draft.products, sale_id, notes)
    if draft.customer is not None:
        purchases.remember(draft.customer, draft.bill.total, earned, checkout.points_to_redeem)
        if draft.settlement.credit > 0:
            credit.charge(actor, draft.customer, draft.settlement.credit, sale_id, notes)
    change = {"number": str(number), "total": draft.bill.total, "credit": draft.settlement.credit}
    audit.record(actor, "sale.completed", "sale", sale_id, change)
