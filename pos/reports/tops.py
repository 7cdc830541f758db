"""The best sellers and the best customers of a span, for the owner alone; voided bills do not count (PLAN.md 3.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

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
# More customers than this are not asked for by name.
MOST_NAMED = 500


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


# All are counted and added up in the database, where a shop sells tens of thousands of goods; some of them are told.
_RANKED = f"""
    WITH found AS MATERIALIZED ({TOP_PRODUCTS})
    SELECT f.*, whole.* FROM (SELECT COUNT(*) AS all_rows, COALESCE(SUM(revenue), 0) AS all_revenue,
                                     COALESCE(SUM(profit), 0) AS all_profit FROM found) whole
    LEFT JOIN (SELECT * FROM found {{those}}) f ON 1 = 1 ORDER BY {{order}} DESC, name, product_id"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Ranking:
    """Some of the goods that a span sold, and of all of them: how many, revenue and profit in rupees."""

    products: Sequence[TopProduct]
    count: int
    revenue: Decimal
    profit: Decimal


def top_products(actor: Actor, wanted: Span, by: str = "revenue", most: int = 10) -> Sequence[TopProduct]:
    """The best sellers by `revenue`, `quantity` or `profit`. Raises Forbidden for all but the owner."""
    return ranking(actor, wanted, by, most).products


def ranking(actor: Actor, wanted: Span, by: str = "revenue", most: int = 10, those: Sequence[UUID] = ()) -> Ranking:
    """The best sellers by `revenue`, `quantity` or `profit`, or `those` goods alone.

    Raises Forbidden for all but the owner.
    """
    actor.require("see_reports")
    make_ready(wanted)
    order = by if by in ("quantity", "profit") else "revenue"
    told: dict[str, Any] = {f"product{place}": product_id for place, product_id in enumerate(those)} or {"most": most}
    named = ", ".join(f":{name}" for name in told)
    which = f"WHERE product_id IN ({named})" if those else f"ORDER BY {order} DESC, name, product_id LIMIT :most"
    # The sums of a span stand in the place that is left.
    found = product_sums(wanted, _RANKED.replace("{those}", which).replace("{order}", order), **told)
    sums = (from_paise(int(paise)) for paise in (found[0].all_revenue, found[0].all_profit))
    return Ranking([_product(row) for row in found if row.product_id is not None], found[0].all_rows, *sums)


def _product(row: Row[Any]) -> TopProduct:
    return TopProduct(
        *(UUID(str(row.product_id)), row.name, row.unit, from_milli(int(row.quantity))),
        *(from_paise(int(paise)) for paise in (row.revenue, row.profit)),
    )


@dataclass(frozen=True, slots=True)
class TopCustomer:
    """A customer by what was bought in a span; what was returned is taken off.

    Profit is without tax, and None where nobody asked for it.
    """

    customer_id: Any
    name: str
    bills_count: int
    total_spent: Decimal
    profit: Decimal | None = None


def top_customers(
    actor: Actor, wanted: Span, most: int = 10, by: str = "total_spent", with_profit: int | None = None
) -> list[TopCustomer]:
    """The best customers by `total_spent`, `bills_count` or `profit`. Raises Forbidden for all but the owner.

    The first `with_profit` have their profit, all unless told otherwise: it takes every line of what they bought.
    """
    actor.require("see_reports")
    everybody = _customers_of(wanted)
    if by == "profit":
        everybody = _with_profit(everybody, _earned(wanted))
    top = sorted(everybody, key=lambda customer: (-getattr(customer, by), customer.name))[:most]
    if by == "profit":
        return top
    shown = top[:with_profit]
    return [*_with_profit(shown, _earned(wanted, [one.customer_id for one in shown])), *top[len(shown) :]]


def _with_profit(customers: Sequence[TopCustomer], earned: Mapping[Any, Decimal]) -> list[TopCustomer]:
    return [replace(one, profit=earned.get(one.customer_id, NOTHING)) for one in customers]


def _customers_of(wanted: Span) -> list[TopCustomer]:
    """Everybody who bought something in the span, in no order."""
    each = select(_sales.c.customer_id, func.count().label("bills"), func.sum(_sales.c.total_amount).label("total"))
    mine = each.where(*within(wanted)).group_by(_sales.c.customer_id).subquery()
    named = select(_customers.c.id, _customers.c.name, mine.c.bills, mine.c.total)
    bought = execute(named.join(mine, mine.c.customer_id == _customers.c.id)).all()
    back = _given_back(wanted)
    return [TopCustomer(row.id, row.name, row.bills, row.total - back.get(row.id, NOTHING)) for row in bought]


def _given_back(wanted: Span) -> dict[Any, Decimal]:
    begins, ends = moments(wanted)
    returned = execute(
        select(_notes.c.customer_id, func.sum(_notes.c.total_amount).label("total"))
        .where(_notes.c.created_at >= begins, _notes.c.created_at < ends, _notes.c.customer_id.is_not(None))
        .group_by(_notes.c.customer_id)
    )
    return {row.customer_id: row.total for row in returned}


def _earned(wanted: Span, who: Sequence[UUID] | None = None) -> dict[Any, Decimal]:
    """What each customer brought, or each of these, less what came back."""
    if who is not None and len(who) > MOST_NAMED:
        who = None
    begins, ends = moments(wanted)
    mine = () if who is None else (_sales.c.customer_id.in_(who),)
    # First the bills of the span: SQLite would read every line there ever was rather than look some thousand up.
    those = select(_sales.c.id, _sales.c.customer_id).where(*within(wanted), *mine)
    bills = those.cte("bills").prefix_with("MATERIALIZED")
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
