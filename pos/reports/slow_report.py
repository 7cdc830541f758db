"""Goods that lie on the shelf: not sold at all in a span, or so slowly that they last for months; for the owner alone.

Stock is that of now. Goods that came into the catalogue during the span are not judged yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from pos.core import clock
from pos.core.columns import UtcTime
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.money import divide_half_up, from_milli, from_paise
from pos.reports.fetching import Listing, listed
from pos.reports.inventory_report import PRODUCT
from pos.reports.spans import Span, moments
from pos.reports.summed import whole_paise
from pos.reports.sums import product_sums
from pos.reports.table import Column, Table, made, quantity, rupees
from pos.settings import store

WORTH = ("cost_value", "sale_value")
# What would last longer than a season at the pace of the span is slow.
SLOW_DAYS = 90

DEAD_COLUMNS = (
    *PRODUCT,
    quantity("stock_quantity", _l("In stock")),
    Column("last_sold", _l("Last sold"), "date"),
    Column("days_unsold", _l("Days since"), "whole"),
    rupees("cost_price", _l("Cost price"), summed=False),
    rupees("cost_value", _l("Worth at cost")),
    rupees("sale_value", _l("Worth at price")),
)


# Looked up in the index of lines, for these goods alone.
LAST_SOLD = """(SELECT i.created_at FROM sale_items i JOIN sales s ON s.id = i.sale_id
              WHERE i.product_id = f.product_id AND s.payment_status <> 'VOIDED'
              ORDER BY i.created_at DESC LIMIT 1) AS sold_at"""


def dead(wanted: Span) -> Table:
    """Goods on the shelf of which nothing was sold in the span, what ties up most money first."""
    today, zone = store.current().today(), store.current().timezone

    def unsold(row: Row[Any]) -> Sequence[Any]:
        last = clock.business_day(row.sold_at, zone) if row.sold_at else None
        days = (today - last).days if last else None
        return (*_about(row), last, days, *_price(row))

    listing = Listing(_those("sold IS NULL"), "cost_value DESC, search_key, product_id", WORTH, [LAST_SOLD])
    rows, worth = listed(listing, _asking(wanted, {"sold_at": UtcTime()}), unsold)
    title = _("Goods that nobody bought")
    note = _("On the shelf now, in the catalogue since before these days, and not sold in them.")
    return made("inventory-dead", title, DEAD_COLUMNS, rows, (wanted.first, wanted.last), note, _in_rupees(worth))


SLOW_COLUMNS = (
    *PRODUCT,
    quantity("stock_quantity", _l("In stock")),
    quantity("sold_quantity", _l("Sold")),
    Column("cover_days", _l("Lasts days"), "whole"),
    rupees("cost_price", _l("Cost price"), summed=False),
    rupees("cost_value", _l("Worth at cost")),
    rupees("sale_value", _l("Worth at price")),
)


# How many days the stock of now lasts at the pace of the span; whole, half up.
_LASTS = "(stock * :days * 2 + net) / (net * 2)"


def slow(wanted: Span) -> Table:
    """Goods that were sold in the span, but at that pace last longer than a season; what lasts longest first."""

    def sold(row: Row[Any]) -> Sequence[Any]:
        net = from_milli(int(row.net))
        days = divide_half_up(int(row.stock) * wanted.days, int(row.net))
        return (*_about(row), net, days, *_price(row))

    listing = Listing(_those(f"net > 0 AND {_LASTS} > {SLOW_DAYS}"), f"{_LASTS} DESC, name, product_id", WORTH)
    rows, worth = listed(listing, _asking(wanted, days=wanted.days), sold)
    note = _("At the pace of these days the stock of now would last longer than %(days)s days.", days=SLOW_DAYS)
    title, days = _("Goods that sell slowly"), (wanted.first, wanted.last)
    return made("inventory-slow", title, SLOW_COLUMNS, rows, days, note, _in_rupees(worth))


def _those(condition: str) -> str:
    """The statement of goods on the shelf that were in the catalogue before the span, of which this is true."""
    return f"""
        SELECT * FROM (
            SELECT p.id AS product_id, p.name, p.category, p.unit, p.search_key, p.stock_quantity_milli AS stock,
                   p.cost_price_paise AS cost,
                   {whole_paise("COALESCE(p.cost_price_paise, 0) * p.stock_quantity_milli")} AS cost_value,
                   {whole_paise("p.price_paise * p.stock_quantity_milli")} AS sale_value,
                   CAST(g.quantity_milli - g.back_quantity_milli AS BIGINT) AS net,
                   CASE WHEN g.quantity_milli > 0 THEN 1 END AS sold
            FROM products p LEFT JOIN {{goods}} g ON g.product_id = p.id
            WHERE p.stock_quantity_milli > 0 AND p.status = 'active' AND p.created_at < :known) p
        WHERE {condition}"""  # noqa: S608


def _asking(wanted: Span, kinds: Mapping[str, Any] | None = None, **told: Any) -> Callable[[str], Sequence[Row[Any]]]:
    begins, _ends = moments(wanted)
    return lambda statement: product_sums(wanted, statement, kinds, known=begins, **told)


def _about(row: Row[Any]) -> Sequence[Any]:
    return (row.name, row.category, row.unit, from_milli(row.stock))


def _price(row: Row[Any]) -> Sequence[Any]:
    cost = None if row.cost is None else from_paise(row.cost)
    return (cost, from_paise(int(row.cost_value)), from_paise(int(row.sale_value)))


def _in_rupees(worth: Mapping[str, int]) -> dict[str, Any]:
    return {name: from_paise(paise) for name, paise in worth.items()}
