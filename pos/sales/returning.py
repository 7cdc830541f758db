"""Taking goods back: a credit note for some lines of a bill, never more than was sold (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert

from pos.catalog import shelf
from pos.catalog.models import LOOSE_UNITS
from pos.core import audit, idempotency
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, Problem, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import format_quantity, from_paise, to_milli, to_paise
from pos.core.numbering import numbered_now
from pos.core.text import tidy
from pos.customers import credit, purchases
from pos.sales.models import METHODS, Payment
from pos.sales.return_pricing import SoldLine, Worth, points_of, round_off_of, worth
from pos.sales.returned import SoFar, so_far
from pos.sales.returns_and_drawer import CreditNote, CreditNoteItem
from pos.sales.voiding import LONGEST_REASON, lock_sale
from pos.settings import store

SCOPE = "return"
SERIES = "CRN"
KHATA = "KHATA"


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """So much of one line of the bill comes back; spoiled goods (`fit_for_sale` False) do not go on the shelf."""

    sale_item_id: UUID
    quantity: Decimal
    fit_for_sale: bool = True


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

    `refund_to` is CASH, UPI, CARD, BANK_TRANSFER or KHATA. Money is given back only as far as money was paid; the rest
    comes off the khata, and what is no longer owed there is given in cash. Raises Forbidden for staff, NotFound,
    Invalid, Refused with every line that asks too much, KeyReused.
    """
    actor.require("take_returns")
    why = _checked(lines, refund_to, reason)
    note_id = uuid7()
    wish = {"sale": sale_id, "to": refund_to, "lines": sorted(_wish(line) for line in lines)}
    earlier = key and idempotency.claim(SCOPE, key, idempotency.fingerprint(wish), note_id)
    if earlier:
        return Returned(earlier, replayed=True)
    sale = lock_sale(sale_id)
    if sale.payment_status == "VOIDED":
        raise Refused(_("%(number)s is voided: nothing is left to return.", number=sale.bill_number), code="VOIDED")
    _take_back(actor, sale, note_id, lines, refund_to, why)
    return Returned(note_id, replayed=False)


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
    worths = _worths(lines, before, sale.gst_mode == "regular")
    taxable = from_paise(sum(w.taxable for w in worths.values()))
    tax = from_paise(sum(w.tax for w in worths.values()))
    total = taxable + tax + _round_off(sale, before, taxable + tax)
    notes = _("Return of %(number)s", number=sale.bill_number)
    _restock(actor, lines, before, note_id, notes)
    customer = credit.lock_customer(sale.customer_id) if sale.customer_id else None
    money = min(total, before.money_left) if refund_to != KHATA else Decimal(0)
    repaid = credit.reverse(actor, customer, total - money, sale.id, notes) if customer else total - money
    refund = money + repaid
    points = _points(sale, customer, before, total)
    terms = store.current()
    number, moment = numbered_now(SERIES, terms.timezone, terms.bill_year_start_month)
    row = {"id": note_id, "note_number": str(number), "note_year": number.year, "note_sequence": number.sequence}
    row |= {"sale_id": sale.id, "customer_id": sale.customer_id, "reason": why, "taxable": taxable, "tax_amount": tax}
    row |= {"round_off": total - taxable - tax, "total_amount": total, "points_taken_back": points}
    row |= {"refund_amount": refund, "credit_reversed": total - refund, "created_by": actor.id, "created_at": moment}
    execute(insert(table(CreditNote)), row)
    execute(insert(table(CreditNoteItem)), [_item(line, before, worths, note_id) for line in lines])
    if refund > 0:
        method = refund_to if refund_to != KHATA else "CASH"
        paid = {"id": uuid7(), "sale_id": sale.id, "credit_note_id": note_id, "kind": "REFUND", "method": method}
        amounts = {"amount": refund, "tendered": refund, "created_by": actor.id, "created_at": moment}
        execute(insert(table(Payment)), {**paid, **amounts})
    change = {"number": str(number), "bill": sale.bill_number, "total": total, "refund": refund, "reason": why}
    audit.record(actor, "sale.returned", "sale", sale.id, change)


def _round_off(sale: Row[Any], before: SoFar, goods: Decimal) -> Decimal:
    whole = to_paise(sale.total_amount - sale.round_off)
    so_many, now = to_paise(before.goods), to_paise(before.goods + goods)
    return from_paise(round_off_of(to_paise(sale.round_off), so_many, now, whole))


def _worths(lines: Sequence[ReturnLine], before: SoFar, halves: bool) -> dict[UUID, Worth]:
    worths: dict[UUID, Worth] = {}
    problems: list[Problem] = []
    for line in lines:
        item = before.items.get(line.sale_item_id)
        problem = _too_much(line, item, before)
        if problem or item is None:
            problems += [problem] if problem else []
            continue
        sold, back = to_milli(item.quantity), to_milli(before.returned.get(item.id, Decimal(0)))
        whole = SoldLine(sold, back, to_paise(item.taxable), to_paise(item.tax))
        worths[item.id] = worth(whole, to_milli(line.quantity), halves)
    if problems:
        raise Refused("; ".join(p.message for p in problems), code=problems[0].code, problems=problems)
    return worths


def _too_much(line: ReturnLine, item: Row[Any] | None, before: SoFar) -> Problem | None:
    if item is None:
        return Problem(_("This line is not on the bill."), "NOT_ON_THE_BILL", "items", str(line.sale_item_id))
    left = item.quantity - before.returned.get(item.id, Decimal(0))
    if line.quantity <= 0 or (line.quantity % 1 and item.unit not in LOOSE_UNITS):
        sentence = _("Enter how much of %(name)s comes back.", name=item.product_name)
        return Problem(sentence, "VALIDATION_ERROR", "items", str(item.id))
    if line.quantity > left:
        sentence = _("Only %(left)s of %(name)s can come back.", left=format_quantity(left), name=item.product_name)
        return Problem(sentence, "MORE_THAN_SOLD", "items", str(item.id))
    return None


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
