"""What was sold in a span, by product and by category, less what came back; for the owner alone.

Amounts are rupees without and with tax; the round-off of whole bills belongs to no product. Goods that had no cost
price count with none, and spoiled goods that came back keep their cost: they are gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.money import from_milli, from_paise
from pos.reports import sums
from pos.reports.fetching import Listing, listed
from pos.reports.spans import Span
from pos.reports.summed import whole_paise
from pos.reports.table import Column, Table, made, quantity, rupees, whole

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


GOODS = f"""
    SELECT p.id AS product_id, p.name, p.category, p.unit, g.quantity_milli, g.back_quantity_milli,
           g.taxable_paise - g.back_taxable_paise AS taxable, g.tax_paise - g.back_tax_paise AS tax,
           {whole_paise("g.cost - g.back_cost")} AS cost, p.search_key,
           g.taxable_paise - g.back_taxable_paise + g.tax_paise - g.back_tax_paise AS brought
    FROM {{goods}} g JOIN products p ON p.id = g.product_id"""  # noqa: S608


SUMMED = ("taxable", "tax", "cost")


def by_product(wanted: Span) -> Table:
    """Each product that was sold or came back, what brought most first."""
    listing = Listing(GOODS, "brought DESC, search_key, product_id", SUMMED)
    rows, told = listed(listing, partial(sums.product_sums, wanted), _product)
    days = (wanted.first, wanted.last)
    title = _("Sales by product")
    return made("sales-by-product", title, PRODUCT_COLUMNS, rows, days, totals=_totals(told))


def by_category(wanted: Span) -> Table:
    """Each category, what brought most first; None is what has none."""
    rows = sums.product_sums(
        wanted,
        "SELECT category, COUNT(*) AS products, SUM(taxable) AS taxable, SUM(tax) AS tax, SUM(cost) AS cost"  # noqa: S608
        f" FROM ({GOODS}) c GROUP BY category",
    )
    named = [(row.category, row.products, *_amounts(row)) for row in rows]
    named.sort(key=lambda row: (-row[2], row[0] or ""))
    days = (wanted.first, wanted.last)
    return made("sales-by-category", _("Sales by category"), CATEGORY_COLUMNS, named, days)


def _product(row: Any) -> Sequence[Any]:
    quantities = (from_milli(int(row.quantity_milli)), from_milli(int(row.back_quantity_milli)))
    return (row.name, row.category, row.unit, *quantities, *_amounts(row))


def _amounts(row: Any) -> Sequence[Any]:
    """Taxable, tax, both together, cost and profit of whole paise."""
    taxable, tax, cost = int(row.taxable), int(row.tax), int(row.cost)
    return tuple(from_paise(amount) for amount in (taxable, tax, taxable + tax, cost, taxable - cost))


def _totals(told: Mapping[str, int]) -> dict[str, Any]:
    taxable, tax, cost = (told[name] for name in SUMMED)
    found = (taxable, tax, taxable + tax, cost, taxable - cost)
    return {column.name: from_paise(paise) for column, paise in zip(AMOUNTS, found, strict=True)}
