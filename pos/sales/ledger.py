"""Sales as programs and lists read them: rows under PLAN.md's names, by filters, with sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, case, func, select

from pos.core.actor import Actor
from pos.core.db import execute, table
from pos.core.errors import Invalid, NotFound
from pos.core.language import gettext as _
from pos.core.paging import Page, paged
from pos.core.prepared import Prepared
from pos.sales.models import Payment, Sale, SaleItem
from pos.sales.searching import matching

_sales, _items, _payments = table(Sale), table(SaleItem), table(Payment)
# Every checkout of a program is answered by these.
_this: BindParameter[UUID] = bindparam("this")
_sale = Prepared(select(_sales).where(_sales.c.id == _this))
_items_of = Prepared(select(_items).where(_items.c.sale_id == _this).order_by(_items.c.position))
_payments_of = Prepared(select(_payments).where(_payments.c.sale_id == _this).order_by(_payments.c.id))
SORTS = ("createdAt", "totalAmount", "billNumber")
_SORTED_BY = {
    "createdAt": _sales.c.created_at,
    "totalAmount": _sales.c.total_amount,
    "billNumber": _sales.c.bill_number,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sales are wanted; days are the store's, both ends included."""

    search: str = ""
    first: date | None = None
    last: date | None = None
    status: str | None = None
    method: str | None = None
    customer_id: UUID | None = None
    cashier_id: UUID | None = None


def sale(actor: Actor, sale_id: UUID) -> dict[str, Any]:
    """One sale with its items and payments. Raises Forbidden for staff, NotFound."""
    actor.require("see_sales")
    this = {"this": sale_id}
    row = _sale.first(this)
    if row is None:
        raise NotFound(_("There is no such bill."), code="SALE_NOT_FOUND")
    return row._asdict() | {"items": _items_of.rows(this), "payments": _payments_of.rows(this)}


def sales(
    actor: Actor, wanted: Wanted, sort: str = "createdAt", descending: bool = True, page: int = 1, limit: int = 20
) -> Page:
    """One page of the sales that are wanted, without their items. Raises Forbidden for staff, Invalid."""
    actor.require("see_sales")
    column = _SORTED_BY[sort]
    order = (column.desc(), _sales.c.id.desc()) if descending else (column.asc(), _sales.c.id.asc())
    return paged(filtered(select(_sales), wanted).order_by(*order), page, limit)


def summary(actor: Actor, wanted: Wanted) -> Mapping[str, Any]:
    """Count and sums in rupees of the sales that are wanted, without voided ones. Raises Forbidden, Invalid."""
    actor.require("see_sales")
    c = _sales.c
    on_credit = func.count(case((c.credit_amount > 0, 1)))
    sums = (
        func.count().label("bills_count"),
        func.coalesce(func.sum(c.total_amount), Decimal(0)).label("total_amount"),
        func.coalesce(func.sum(c.amount_paid), Decimal(0)).label("amount_paid"),
        func.coalesce(func.sum(c.credit_amount), Decimal(0)).label("credit_amount"),
        func.coalesce(func.sum(c.tax_amount), Decimal(0)).label("tax_amount"),
        func.coalesce(func.sum(c.discount_amount), Decimal(0)).label("discount_amount"),
        on_credit.label("credit_sales"),
        (func.count() - on_credit).label("cash_sales"),
    )
    statement = filtered(select(*sums).select_from(_sales), wanted).where(c.payment_status != "VOIDED")
    return dict(execute(statement).mappings().one())


def filtered(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    """The statement over sales, narrowed to those that are wanted. Raises Invalid when the days are the wrong way."""
    if wanted.first and wanted.last and wanted.first > wanted.last:
        raise Invalid(_("The first day lies after the last."), field="startDate")
    equal: dict[str, Any] = {"payment_status": wanted.status, "payment_method": wanted.method}
    equal |= {"customer_id": wanted.customer_id, "created_by": wanted.cashier_id}
    conditions = [_sales.c[name] == value for name, value in equal.items() if value is not None]
    if wanted.first:
        conditions.append(_sales.c.business_day >= wanted.first)
    if wanted.last:
        conditions.append(_sales.c.business_day <= wanted.last)
    return matching(statement.where(*conditions), wanted.search, wanted.first, wanted.last)
