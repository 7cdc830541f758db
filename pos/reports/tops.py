"""The best sellers and the best customers of a span, for the owner alone; voided bills do not count (PLAN.md 3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from pos.core.actor import Actor
from pos.core.db import execute, table
from pos.core.money import divide_half_up, from_milli, from_paise, to_paise
from pos.customers.models import Customer
from pos.reports.spans import Span, cost_milli, moments, returned_cost, within
from pos.reports.summed import whole_paise
from pos.reports.summing import make_ready
from pos.reports.sums import product_sums
from pos.sales.models import Sale, SaleItem
from pos.sales.returns_and_drawer import CreditNote, CreditNoteItem

_sales, _items, _customers = table(Sale), table(SaleItem), table(Customer)
_notes, _back = table(CreditNote), table(CreditNoteItem)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class TopProduct:
    """A product by what it sold in a span: net quantity, revenue without tax, profit; returns are taken off."""

    product_id: Any
    name: str
    unit: str
    quantity: Decimal
    revenue: Decimal
    profit: Decimal


TOP_PRODUCTS = f"""
    SELECT p.id AS product_id, p.name AS name, p.unit, g.quantity_milli - g.back_quantity_milli AS quantity,
           g.taxable_paise - g.back_taxable_paise AS revenue,
           g.taxable_paise - g.back_taxable_paise - {whole_paise("g.cost - g.back_cost")} AS profit
    FROM {{goods}} g JOIN products p ON p.id = g.product_id WHERE g.quantity_milli > 0"""  # noqa: S608


def top_products(actor: Actor, wanted: Span, by: str = "revenue", most: int = 10) -> list[TopProduct]:
    """The best sellers by `revenue`, `quantity` or `profit`. Raises Forbidden for all but the owner."""
    actor.require("see_reports")
    make_ready(wanted)
    order = by if by in ("quantity", "profit") else "revenue"
    found = product_sums(wanted, f"{TOP_PRODUCTS} ORDER BY {order} DESC, name LIMIT :most", most=most)
    return [
        TopProduct(
            *(UUID(str(row.product_id)), row.name, row.unit, from_milli(int(row.quantity))),
            *(from_paise(int(paise)) for paise in (row.revenue, row.profit)),
        )
        for row in found
    ]


@dataclass(frozen=True, slots=True)
class TopCustomer:
    """A customer by what was bought in a span; what was returned is taken off. Profit is without tax."""

    customer_id: Any
    name: str
    bills_count: int
    total_spent: Decimal
    profit: Decimal


def top_customers(actor: Actor, wanted: Span, most: int = 10, by: str = "total_spent") -> list[TopCustomer]:
    """The best customers by `total_spent`, `bills_count` or `profit`. Raises Forbidden for all but the owner."""
    actor.require("see_reports")
    bought = execute(
        select(
            _customers.c.id,
            _customers.c.name,
            func.count().label("bills"),
            func.sum(_sales.c.total_amount).label("total"),
        )
        .select_from(_sales.join(_customers, _customers.c.id == _sales.c.customer_id))
        .where(*within(wanted))
        .group_by(_customers.c.id, _customers.c.name)
    ).all()
    back, earned = _given_back(wanted), _earned(wanted)
    top = [
        TopCustomer(row.id, row.name, row.bills, row.total - back.get(row.id, NOTHING), earned.get(row.id, NOTHING))
        for row in bought
    ]
    return sorted(top, key=lambda customer: (-getattr(customer, by), customer.name))[:most]


def _given_back(wanted: Span) -> dict[Any, Decimal]:
    begins, ends = moments(wanted)
    returned = execute(
        select(_notes.c.customer_id, func.sum(_notes.c.total_amount).label("total"))
        .where(_notes.c.created_at >= begins, _notes.c.created_at < ends, _notes.c.customer_id.is_not(None))
        .group_by(_notes.c.customer_id)
    )
    return {row.customer_id: row.total for row in returned}


def _earned(wanted: Span) -> dict[Any, Decimal]:
    """What each customer brought, less what came back."""
    begins, ends = moments(wanted)
    # First the bills of the span: SQLite would read every line there ever was rather than look some thousand up.
    bills = select(_sales.c.id, _sales.c.customer_id).where(*within(wanted)).cte("bills").prefix_with("MATERIALIZED")
    sold = select(bills.c.customer_id, func.sum(_items.c.taxable).label("revenue"), cost_milli().label("cost"))
    sold = sold.select_from(bills.join(_items, _items.c.sale_id == bills.c.id))
    back = select(_notes.c.customer_id, func.sum(_back.c.taxable).label("revenue"))
    back = back.add_columns(func.sum(returned_cost()).label("cost")).select_from(
        _back.join(_notes, _notes.c.id == _back.c.credit_note_id).join(_items, _items.c.id == _back.c.sale_item_id)
    )
    back = back.where(_notes.c.created_at >= begins, _notes.c.created_at < ends)
    sums: dict[Any, list[int]] = {}
    for statement, of, sign in ((sold, bills, 1), (back, _notes, -1)):
        known = statement.where(of.c.customer_id.is_not(None)).group_by(of.c.customer_id)
        for row in execute(known).all():
            found = sums.setdefault(row.customer_id, [0, 0])
            found[0] += sign * to_paise(row.revenue)
            found[1] += sign * int(row.cost)
    return {who: from_paise(revenue - divide_half_up(cost, 1000)) for who, (revenue, cost) in sums.items()}
