"""Voiding a bill: everything it did is undone by new entries, and it keeps its number (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update

from pos.catalog import shelf
from pos.core import audit, clock, idempotency
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, NotFound, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.text import tidy
from pos.customers import credit, people, purchases
from pos.sales.models import Payment, Sale, SaleItem
from pos.sales.returns_and_drawer import CreditNote
from pos.settings import store, tills

SCOPE = "void"
LONGEST_REASON = 255
_sales = table(Sale)
_items = table(SaleItem)
_payments = table(Payment)
_notes = table(CreditNote)


@dataclass(frozen=True, slots=True)
class Voided:
    """What a void gives back, in rupees: by method, and in cash for credit that was repaid meanwhile."""

    sale_id: UUID
    refunds: dict[str, Decimal]
    replayed: bool


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What a void gives back, in rupees: by method, and off the khata; `repaid` credit is among the cash."""

    refunds: dict[str, Decimal]
    off_khata: Decimal
    repaid: Decimal


@one_unit
def void_sale(actor: Actor, sale_id: UUID, reason: str | None, key: str | None = None) -> Voided:
    """Void a bill: stock comes back, payments are refunded, credit, totals and points are reversed.

    What is already voided stays so and is answered as before. Raises Forbidden for all but the owner, NotFound, Invalid
    without a reason, Refused when goods of the bill were returned before, KeyReused.
    """
    actor.require("void_sale")
    why = (tidy(reason) or "")[:LONGEST_REASON]
    if not why:
        raise Invalid(_("Say why the bill is voided."), field="reason")
    if key:
        idempotency.claim(SCOPE, key, idempotency.fingerprint({"sale": sale_id}), sale_id)
    sale = lock_sale(sale_id)
    if sale.payment_status == "VOIDED":
        return Voided(sale_id, _refunds(sale_id), replayed=True)
    _refuse_after_returns(sale)
    _undo(actor, sale, why, tills.session_for_money(actor, store.current()))
    return Voided(sale_id, _refunds(sale_id), replayed=False)


def lock_sale(sale_id: UUID) -> Row[Any]:
    """The bill, locked until the unit ends: the second of two clerks sees what the first did. Raises NotFound."""
    sale = execute(select(_sales).where(_sales.c.id == sale_id).with_for_update()).first()
    if sale is None:
        raise NotFound(_("There is no such bill."), code="SALE_NOT_FOUND")
    return sale


def find_sale(sale_id: UUID) -> Row[Any]:
    """The bill as it stands, for looking at. Raises NotFound."""
    sale = execute(select(_sales).where(_sales.c.id == sale_id)).first()
    if sale is None:
        raise NotFound(_("There is no such bill."), code="SALE_NOT_FOUND")
    return sale


def preview(actor: Actor, sale_id: UUID) -> GivenBack:
    """What `void_sale` would give back now; nothing is changed. Raises Forbidden, NotFound, Refused."""
    actor.require("void_sale")
    sale = find_sale(sale_id)
    _refuse_after_returns(sale)
    balance = people.find(sale.customer_id).credit_balance if sale.customer_id else Decimal(0)
    return _given_back(sale, balance)


def _given_back(sale: Row[Any], balance: Decimal) -> GivenBack:
    tenders = execute(select(_payments).where(_payments.c.sale_id == sale.id, _payments.c.kind == "TENDER")).all()
    refunds = _by_method(tenders)
    off_khata = min(sale.credit_amount, balance)
    repaid = sale.credit_amount - off_khata
    if repaid > 0:
        refunds["CASH"] = refunds.get("CASH", Decimal(0)) + repaid
    return GivenBack(refunds, off_khata, repaid)


def _refuse_after_returns(sale: Row[Any]) -> None:
    returned = execute(select(func.count()).select_from(_notes).where(_notes.c.sale_id == sale.id)).scalar_one()
    if returned:
        sentence = _(
            "Goods of %(number)s were returned already. Return the rest instead of voiding it.", number=sale.bill_number
        )
        raise Refused(sentence, code="RETURNED_ALREADY")


def _undo(actor: Actor, sale: Row[Any], why: str, drawer: UUID | None) -> None:
    notes = _("Void of %(number)s", number=sale.bill_number)
    shelf.put_back(actor, _goods(sale.id), sale.id, notes)
    customer = credit.lock_customer(sale.customer_id) if sale.customer_id else None
    back = _given_back(sale, customer.credit_balance if customer else Decimal(0))
    if customer is not None:
        credit.reverse(actor, customer, back.off_khata, sale.id, notes)
        purchases.forget(customer, sale.total_amount, sale.points_earned, sale.points_redeemed, whole_bill=True)
    moment = clock.now()
    for method, amount in back.refunds.items():
        row = {"id": uuid7(), "sale_id": sale.id, "kind": "REFUND", "method": method, "amount": amount}
        row |= {"tendered": amount, "cash_session_id": drawer, "created_by": actor.id, "created_at": moment}
        execute(insert(_payments), row)
    voided = {"payment_status": "VOIDED", "voided_at": moment, "voided_by": actor.id, "void_reason": why}
    execute(update(_sales).where(_sales.c.id == sale.id).values(**voided, updated_at=moment))
    change = {"number": sale.bill_number, "total": sale.total_amount, "reason": why, "refunds": back.refunds}
    audit.record(actor, "sale.voided", "sale", sale.id, change)


def _goods(sale_id: UUID) -> dict[UUID, Decimal]:
    goods: dict[UUID, Decimal] = {}
    for row in execute(select(_items.c.product_id, _items.c.quantity).where(_items.c.sale_id == sale_id)):
        goods[row.product_id] = goods.get(row.product_id, Decimal(0)) + row.quantity
    return goods


def _by_method(payments: Sequence[Row[Any]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for payment in payments:
        sums[payment.method] = sums.get(payment.method, Decimal(0)) + payment.amount
    return sums


def _refunds(sale_id: UUID) -> dict[str, Decimal]:
    wanted = (_payments.c.sale_id == sale_id, _payments.c.kind == "REFUND", _payments.c.credit_note_id.is_(None))
    return _by_method(execute(select(_payments).where(*wanted)).all())
