"""Taking goods back: a credit note for some lines of a bill, never more than was sold (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert

from pos.catalog import shelf
from pos.core import audit, idempotency
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, Problem, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import from_paise, to_paise
from pos.core.numbering import numbered_now
from pos.core.text import tidy
from pos.customers import credit, people, purchases
from pos.sales.models import METHODS, Payment
from pos.sales.reckoning import KHATA, Reckoned, ReturnLine, reckon, worths_of
from pos.sales.return_pricing import Worth, points_of
from pos.sales.returned import SoFar, so_far
from pos.sales.returns_and_drawer import CreditNote, CreditNoteItem
from pos.sales.voiding import LONGEST_REASON, find_sale, lock_sale
from pos.settings import store, tills

SCOPE = "return"
SERIES = "CRN"
__all__ = ["KHATA", "ReturnLine", "Returned", "preview", "return_items"]


@dataclass(frozen=True, slots=True)
class Returned:
    """The credit note that a return made, and whether the same key had made it before."""

    credit_note_id: UUID
    replayed: bool


@one_unit
def return_items(
    actor: Actor,
    sale_id: UUID,
    lines: Sequence[ReturnLine],
    *,
    refund_to: str,
    reason: str | None,
    key: str | None = None,
) -> Returned:
    """Take some of a bill's goods back and give a credit note with a number of its own gapless series.

    `refund_to` is CASH, UPI, CARD, BANK_TRANSFER or KHATA; `reckoning` says what is given back. Raises Forbidden for
    staff, NotFound, Invalid, Refused for a void bill or with every line that asks too much, KeyReused.
    """
    actor.require("take_returns")
    why = _checked(lines, refund_to, reason)
    note_id = uuid7()
    wish = {"sale": sale_id, "to": refund_to, "lines": sorted(_wish(line) for line in lines)}
    earlier = key and idempotency.claim(SCOPE, key, idempotency.fingerprint(wish), note_id)
    if earlier:
        return Returned(earlier, replayed=True)
    sale = lock_sale(sale_id)
    _refuse_void(sale)
    _take_back(actor, sale, note_id, lines, refund_to, why)
    return Returned(note_id, replayed=False)


def preview(actor: Actor, sale_id: UUID, lines: Sequence[ReturnLine], refund_to: str) -> Reckoned:
    """What `return_items` would come to now; nothing is changed. Raises what it raises."""
    actor.require("take_returns")
    _checked(lines, refund_to, "-")
    sale = find_sale(sale_id)
    _refuse_void(sale)
    before = so_far(sale)
    balance = people.find(sale.customer_id).credit_balance if sale.customer_id else None
    return reckon(sale, before, worths_of(sale, before, lines), refund_to, balance)


def _refuse_void(sale: Row[Any]) -> None:
    if sale.payment_status == "VOIDED":
        raise Refused(_("%(number)s is voided: nothing is left to return.", number=sale.bill_number), code="VOIDED")


def _checked(lines: Sequence[ReturnLine], refund_to: str, reason: str | None) -> str:
    problems = []
    why = (tidy(reason) or "")[:LONGEST_REASON]
    if not lines:
        problems.append(Problem(_("Choose what comes back."), "VALIDATION_ERROR", "items"))
    if len({line.sale_item_id for line in lines}) < len(lines):
        problems.append(Problem(_("Name each line of the bill once."), "VALIDATION_ERROR", "items"))
    if refund_to not in (*METHODS, KHATA):
        problems.append(Problem(_("Choose how the money is given back."), "VALIDATION_ERROR", "refund_to"))
    if not why:
        problems.append(Problem(_("Say why the goods come back."), "VALIDATION_ERROR", "reason"))
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return why


def _wish(line: ReturnLine) -> str:
    return f"{line.sale_item_id} {line.quantity.normalize():f} {line.fit_for_sale}"


def _take_back(
    actor: Actor, sale: Row[Any], note_id: UUID, lines: Sequence[ReturnLine], refund_to: str, why: str
) -> None:
    before = so_far(sale)
    worths = worths_of(sale, before, lines)
    terms = store.current()
    # Rows are locked in one order everywhere: the bill before, then the drawer, products, the customer.
    drawer = tills.session_for_money(actor, terms)
    notes = _("Return of %(number)s", number=sale.bill_number)
    _restock(actor, lines, before, note_id, notes)
    customer = credit.lock_customer(sale.customer_id) if sale.customer_id else None
    worked = reckon(sale, before, worths, refund_to, customer.credit_balance if customer else None)
    if customer and worked.off_khata > 0:
        credit.reverse(actor, customer, worked.off_khata, sale.id, notes)
    points = _points(sale, customer, before, worked.total)
    number, moment = numbered_now(SERIES, terms.timezone, terms.bill_year_start_month)
    row = {"id": note_id, "note_number": str(number), "note_year": number.year, "note_sequence": number.sequence}
    row |= {"sale_id": sale.id, "customer_id": sale.customer_id, "reason": why, "points_taken_back": points}
    row |= {"taxable": worked.taxable, "tax_amount": worked.tax, "round_off": worked.round_off}
    row |= {"total_amount": worked.total, "refund_amount": worked.refund, "credit_reversed": worked.off_khata}
    row |= {"created_by": actor.id, "created_at": moment}
    execute(insert(table(CreditNote)), row)
    execute(insert(table(CreditNoteItem)), [_item(line, before, worths, note_id) for line in lines])
    if worked.refund > 0:
        paid = {"id": uuid7(), "sale_id": sale.id, "credit_note_id": note_id, "cash_session_id": drawer}
        paid |= {"kind": "REFUND", "method": worked.method, "amount": worked.refund, "tendered": worked.refund}
        execute(insert(table(Payment)), {**paid, "created_by": actor.id, "created_at": moment})
    change = {"number": str(number), "bill": sale.bill_number, "total": worked.total, "refund": worked.refund}
    change |= {"reason": why}
    audit.record(actor, "sale.returned", "sale", sale.id, change)


def _restock(actor: Actor, lines: Sequence[ReturnLine], before: SoFar, note_id: UUID, notes: str) -> None:
    fit: dict[UUID, Decimal] = {}
    for line in lines:
        if line.fit_for_sale:
            product = before.items[line.sale_item_id].product_id
            fit[product] = fit.get(product, Decimal(0)) + line.quantity
    if fit:
        shelf.put_back(actor, fit, note_id, notes)


def _points(sale: Row[Any], customer: Row[Any] | None, before: SoFar, total: Decimal) -> int:
    if customer is None:
        return 0
    worth_before, worth_after, whole = (to_paise(x) for x in (before.total, before.total + total, sale.total_amount))
    earned = points_of(sale.points_earned, worth_before, worth_after, whole)
    redeemed = points_of(sale.points_redeemed, worth_before, worth_after, whole)
    return purchases.forget(customer, total, earned, redeemed, whole_bill=False)


def _item(line: ReturnLine, before: SoFar, worths: Mapping[UUID, Worth], note_id: UUID) -> dict[str, Any]:
    part = worths[line.sale_item_id]
    return {
        "id": uuid7(),
        "credit_note_id": note_id,
        "sale_item_id": line.sale_item_id,
        "product_id": before.items[line.sale_item_id].product_id,
        "quantity": line.quantity,
        "taxable": from_paise(part.taxable),
        "tax": from_paise(part.tax),
        "fit_for_sale": line.fit_for_sale,
    }
