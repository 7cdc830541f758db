"""One bill with everything it shows, by its id or its number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, or_, select

from pos.accounts.models import User
from pos.core.db import at_most, execute, table
from pos.core.errors import NotFound
from pos.core.language import gettext as _
from pos.customers.models import CreditTransaction, Customer
from pos.sales.bill import Bill, BillCustomer, BillLine, BillPayment
from pos.sales.models import Payment, Sale, SaleItem
from pos.settings import store

_sales, _items, _payments = table(Sale), table(SaleItem), table(Payment)
_customers, _ledger = table(Customer), table(CreditTransaction)
_cashier, _voider = table(User).alias("cashier"), table(User).alias("voider")

_LINE = tuple(BillLine.__dataclass_fields__)
_PAYMENT = tuple(BillPayment.__dataclass_fields__)

_sale = (
    select(
        _sales,
        _cashier.c.full_name.label("cashier"),
        _voider.c.full_name.label("voider"),
        _customers.c.address.label("customer_address"),
        _customers.c.credit_balance.label("customer_balance"),
    )
    .outerjoin(_cashier, _cashier.c.id == _sales.c.created_by)
    .outerjoin(_voider, _voider.c.id == _sales.c.voided_by)
    .outerjoin(_customers, _customers.c.id == _sales.c.customer_id)
)


def bill(sale_id: UUID) -> Bill:
    """One bill with its lines in order, payments, customer and store, in five queries. Raises NotFound."""
    row = execute(_sale.where(_sales.c.id == sale_id)).first()
    if row is None:
        raise NotFound(_("There is no such bill in this shop."))
    lines = select(*(_items.c[name] for name in _LINE)).where(_items.c.sale_id == sale_id).order_by(_items.c.position)
    paid = select(*(_payments.c[name] for name in _PAYMENT)).where(_payments.c.sale_id == sale_id)
    return _bill(
        row,
        [BillLine(*line) for line in execute(lines)],
        [BillPayment(*payment) for payment in execute(paid.order_by(_payments.c.created_at, _payments.c.id))],
    )


def _bill(row: Row[Any], lines: list[BillLine], payments: list[BillPayment]) -> Bill:
    return Bill(
        id=row.id, number=row.bill_number, made_at=row.created_at, business_day=row.business_day,
        store=store.current(), cashier=row.cashier, customer=_customer(row), lines=lines, payments=payments,
        subtotal=row.subtotal, discount_amount=row.discount_amount, bill_discount=row.bill_discount,
        tax_amount=row.tax_amount, round_off=row.round_off, total=row.total_amount, tendered=row.amount_tendered,
        change_due=row.change_due, paid=row.amount_paid, credit=row.credit_amount, saving=row.saving,
        method=row.payment_method, status=row.payment_status, gst_mode=row.gst_mode,
        prices_include_tax=row.prices_include_tax, points_redeemed=row.points_redeemed,
        points_earned=row.points_earned, notes=row.notes, voided_at=row.voided_at, voided_by=row.voider,
        void_reason=row.void_reason,
    )  # fmt: skip


def _customer(row: Row[Any]) -> BillCustomer | None:
    if row.customer_id is None:
        return BillCustomer(None, row.customer_name, row.customer_phone) if row.customer_name else None
    return BillCustomer(
        row.customer_id,
        row.customer_name,
        row.customer_phone,
        row.customer_address,
        _balance_after(row),
        row.customer_balance,
    )


def _balance_after(row: Row[Any]) -> Any:
    """What the ledger says right after the bill: the bill's own entry, or else the last one before it."""
    own = (_ledger.c.sale_id == row.id) & (_ledger.c.transaction_type == "CREDIT_TAKEN")
    entry = (
        select(_ledger.c.balance_after)
        .where(_ledger.c.customer_id == row.customer_id, or_(own, _ledger.c.created_at <= row.created_at))
        .order_by(case((own, 0), else_=1), _ledger.c.created_at.desc(), _ledger.c.id.desc())
        .limit(at_most(1))
    )
    return execute(entry).scalar()


def find_by_number(number: str) -> UUID | None:
    """The id of the bill with this number, however it was typed; None when there is none."""
    found: UUID | None = execute(select(_sales.c.id).where(_sales.c.bill_number == number.strip().upper())).scalar()
    return found
