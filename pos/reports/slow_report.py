"""Goods that lie on the shelf: not sold at all in a span, or so slowly that they last for months; for the owner alone.

Stock is that of now. Goods that came into the catalogue during the span are not judged yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from pos.catalog.models import Product
from pos.core import clock
from pos.core.db import execute, table
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.money import divide_half_up, from_milli, round_half_up, to_milli
from pos.reports.inventory_report import PRODUCT
from pos.reports.spans import Span, moments
from pos.reports.sums import product_sums
from pos.reports.table import NOTHING, Column, Table, made, quantity, rupees
from pos.sales.models import Sale, SaleItem
from pos.settings import store

# What would last longer than a season at the pace of the span is slow.
SLOW_DAYS = 90
_products, _sales, _items = table(Product), table(Sale), table(SaleItem)

DEAD_COLUMNS = (
    *PRODUCT,
    quantity("stock_quantity", _l("In stock")),
    Column("last_sold", _l("Last sold"), "date"),
    Column("days_unsold", _l("Days since"), "whole"),
    rupees("cost_price", _l("Cost price"), summed=False),
    rupees("cost_value", _l("Worth at cost")),
    rupees("sale_value", _l("Worth at price")),
)


def dead(wanted: Span) -> Table:
    """Goods on the shelf of which nothing was sold in the span, what ties up most money first."""
    today, zone = store.current().today(), store.current().timezone
    sold = sold_quantities(wanted).keys()
    rows = [
        _unsold(row, today, clock.business_day(row.sold_at, zone) if row.sold_at else None)
        for row in execute(_on_the_shelf(wanted, _last_sold())).all()
        if row.id not in sold
    ]
    rows.sort(key=lambda row: -row[7])
    title = _("Goods that nobody bought")
    note = _("On the shelf now, in the catalogue since before these days, and not sold in them.")
    return made("inventory-dead", title, DEAD_COLUMNS, rows, (wanted.first, wanted.last), note)


def _unsold(row: Row[Any], today: date, last: date | None) -> Sequence[Any]:
    about = (row.name, row.category, row.unit, row.stock_quantity)
    return (*about, last, (today - last).days if last else None, row.cost_price, *_worth(row))


SLOW_COLUMNS = (
    *PRODUCT,
    quantity("stock_quantity", _l("In stock")),
    quantity("sold_quantity", _l("Sold")),
    Column("cover_days", _l("Lasts days"), "whole"),
    rupees("cost_price", _l("Cost price"), summed=False),
    rupees("cost_value", _l("Worth at cost")),
    rupees("sale_value", _l("Worth at price")),
)


def slow(wanted: Span) -> Table:
    """Goods that were sold in the span, but at that pace last longer than a season; what lasts longest first."""
    sold = sold_quantities(wanted)
    rows = []
    for row in execute(_on_the_shelf(wanted)).all():
        days = _cover(row.stock_quantity, sold.get(row.id, NOTHING), wanted.days)
        if days is not None and days > SLOW_DAYS:
            about = (row.name, row.category, row.unit, row.stock_quantity, sold[row.id], days)
            rows.append((*about, row.cost_price, *_worth(row)))
    rows.sort(key=lambda row: (-row[5], row[0]))
    note = _("At the pace of these days the stock of now would last longer than %(days)s days.", days=SLOW_DAYS)
    return made("inventory-slow", _("Goods that sell slowly"), SLOW_COLUMNS, rows, (wanted.first, wanted.last), note)


def _cover(stock: Any, sold: Any, days: int) -> int | None:
    return divide_half_up(to_milli(stock) * days, to_milli(sold)) if sold > 0 else None


def sold_quantities(wanted: Span) -> dict[UUID, Decimal]:
    """How much was sold of each product in a span less what came back; what was sold and all came back has 0."""
    net = "SELECT product_id, quantity_milli - back_quantity_milli AS net FROM {goods} g WHERE quantity_milli > 0"
    return {UUID(str(row.product_id)): from_milli(int(row.net)) for row in product_sums(wanted, net)}


def _on_the_shelf(wanted: Span, *more: Any) -> Any:
    begins, _ends = moments(wanted)
    c = _products.c
    known = (c.stock_quantity > 0, c.status == "active", c.created_at < begins)
    names = (c.id, c.name, c.category, c.unit, c.stock_quantity, c.cost_price, c.price)
    return select(*names, *more).where(*known).order_by(c.search_key)


def _last_sold() -> Any:
    """The moment of each product's last sale, found by the index of lines."""
    sold = select(_items.c.created_at).join(_sales, _sales.c.id == _items.c.sale_id)
    sold = sold.where(_items.c.product_id == _products.c.id, _sales.c.payment_status != "VOIDED")
    return sold.order_by(_items.c.created_at.desc()).limit(1).correlate(_products).scalar_subquery().label("sold_at")


def _worth(row: Row[Any]) -> tuple[Any, Any]:
    cost = round_half_up((row.cost_price or NOTHING) * row.stock_quantity)
    return cost, round_half_up(row.price * row.stock_quantity)
