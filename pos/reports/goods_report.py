"""What was sold in a span, by product and by category, less what came back; for the owner alone.

Amounts are rupees without and with tax; the round-off of whole bills belongs to no product. Goods that had no cost
price count with none, and spoiled goods that came back keep their cost: they are gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from pos.catalog.models import Product
from pos.core.db import execute, table
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.money import divide_half_up, from_paise
from pos.reports.spans import Span, cost_milli, within
from pos.reports.table import NOTHING, Column, Table, made, quantity, rupees, whole
from pos.reports.tops import returned_goods
from pos.sales.models import Sale, SaleItem

_sales, _items, _products = table(Sale), table(SaleItem), table(Product)

AMOUNTS = (
    rupees("taxable", _l("Without tax")),
    rupees("tax_amount", _l("Tax")),
    rupees("total_amount", _l("With tax")),
    rupees("cost_amount", _l("Cost")),
    rupees("profit_amount", _l("Profit")),
)
PRODUCT_COLUMNS = (
    Column("product", _l("Product")),
    Column("category", _l("Category")),
    Column("unit", _l("Unit")),
    quantity("sold_quantity", _l("Sold")),
    quantity("returned_quantity", _l("Came back")),
    *AMOUNTS,
)
CATEGORY_COLUMNS = (Column("category", _l("Category")), whole("products_count", _l("Products")), *AMOUNTS)


def by_product(wanted: Span) -> Table:
    """Each product that was sold or came back, what brought most first."""
    days = (wanted.first, wanted.last)
    return made("sales-by-product", _("Sales by product"), PRODUCT_COLUMNS, _goods(wanted), days)


def by_category(wanted: Span) -> Table:
    """Each category, what brought most first; None is what has none."""
    sums: dict[str | None, list[Any]] = {}
    for row in _goods(wanted):
        found = sums.setdefault(row[1], [0, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING])
        found[0] += 1
        found[1:] = [before + amount for before, amount in zip(found[1:], row[5:], strict=True)]
    rows = sorted(((name, *found) for name, found in sums.items()), key=lambda row: (-row[2], row[0] or ""))
    days = (wanted.first, wanted.last)
    return made("sales-by-category", _("Sales by category"), CATEGORY_COLUMNS, rows, days)


def _goods(wanted: Span) -> list[Sequence[Any]]:
    sold = {row.product_id: row for row in execute(_sold(wanted)).all()}
    back = {row.product_id: row for row in returned_goods(wanted)}
    names = (_products.c.id, _products.c.name, _products.c.category, _products.c.unit)
    rows = []
    for product in execute(select(*names).order_by(_products.c.search_key)).all():
        if product.id in sold or product.id in back:
            rows.append(_row(product, sold.get(product.id), back.get(product.id)))
    return sorted(rows, key=lambda row: -row[7])


def _sold(wanted: Span) -> Any:
    sums = [func.sum(_items.c[name]).label(name) for name in ("quantity", "taxable", "tax")]
    joined = _items.join(_sales, _sales.c.id == _items.c.sale_id)
    statement = select(_items.c.product_id, *sums, cost_milli().label("cost")).select_from(joined)
    return statement.where(*within(wanted)).group_by(_items.c.product_id)


def _row(product: Any, sold: Any, back: Any) -> Sequence[Any]:
    taxable = (sold.taxable if sold else NOTHING) - (back.revenue if back else NOTHING)
    tax = (sold.tax if sold else NOTHING) - (back.tax if back else NOTHING)
    cost_and_milli = (int(sold.cost) if sold else 0) - (int(back.cost) if back else 0)
    cost = from_paise(divide_half_up(cost_and_milli, 1000))
    quantities = (sold.quantity if sold else Decimal(0), back.quantity if back else Decimal(0))
    about = (product.name, product.category, product.unit)
    return (*about, *quantities, taxable, tax, taxable + tax, cost, taxable - cost)
