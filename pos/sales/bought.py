"""What one customer bought: the bills, and the goods that come back again and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from pos.core.db import at_most, execute, table
from pos.core.paging import Page, paged
from pos.sales.models import Sale, SaleItem

MOST_GOODS = 10
_sales, _items = table(Sale), table(SaleItem)


def bills_of(customer_id: UUID, page: int = 1, limit: int = 20) -> Page:
    """One page of a customer's bills, newest first, each with the number of its `lines`; two queries."""
    lines = select(func.count()).where(_items.c.sale_id == _sales.c.id).scalar_subquery()
    shown = ("id", "bill_number", "created_at", "total_amount", "credit_amount", "payment_method", "payment_status")
    statement = select(*(_sales.c[name] for name in shown), lines.label("lines"))
    statement = statement.where(_sales.c.customer_id == customer_id)
    return paged(statement.order_by(_sales.c.created_at.desc(), _sales.c.id.desc()), page, limit, nearest=True)


def bought_most(customer_id: UUID, most: int = MOST_GOODS) -> Sequence[Row[Any]]:
    """The goods on most of a customer's bills: `product_id`, `name`, `unit`, on how many `bills`, `quantity`, `latest`.

    Voided bills do not count.
    """
    bills = func.count(_items.c.sale_id.distinct())
    latest = func.max(_items.c.created_at)
    return execute(
        select(_items.c.product_id, _items.c.unit, func.max(_items.c.product_name).label("name"), bills.label("bills"))
        .add_columns(func.sum(_items.c.quantity).label("quantity"), latest.label("latest"))
        .join(_sales, _sales.c.id == _items.c.sale_id)
        .where(_sales.c.customer_id == customer_id, _sales.c.payment_status != "VOIDED")
        .group_by(_items.c.product_id, _items.c.unit)
        .order_by(bills.desc(), latest.desc(), _items.c.product_id)
        .limit(at_most(most))
    ).all()
