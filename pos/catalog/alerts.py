"""What the shelf needs: goods that run low, and goods that expire soon or have (PLAN.md 3.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, literal_column, select

from pos.catalog.models import Product
from pos.core.db import table
from pos.core.paging import LEAST_LIMIT, Page, paged
from pos.settings.store import Store

FIRST_ROWS = 5
_products = table(Product)
_NAMES = ("id", "name", "pack_size", "category", "unit", "stock_quantity", "min_stock_level", "expiry_date")
_shown = select(*(_products.c[name] for name in _NAMES))


@dataclass(frozen=True, slots=True)
class Alerts:
    """The first goods that run low and that expire, each with how many there are in all (`low.total`)."""

    low: Page
    expiring: Page
    today: date


def is_low() -> ColumnElement[bool]:
    """On sale, and less on the shelf than the product's own minimum."""
    return and_(_products.c.stock_quantity < _products.c.min_stock_level, _products.c.status == "active")


def expires_by(last: date) -> ColumnElement[bool]:
    """On sale and on the shelf, and good until this day at most, those past their day too."""
    on_shelf = and_(_products.c.stock_quantity > 0, _products.c.status == "active")
    return and_(_products.c.expiry_date.is_not(None), _products.c.expiry_date <= last, on_shelf)


def alert_day(store: Store) -> date:
    """The last day that counts as soon, by the store's own `expiry_alert_days`."""
    return store.today() + timedelta(days=store.expiry_alert_days)


def low_stock(page: int = 1, limit: int = LEAST_LIMIT) -> Page:
    """Goods that run low, what has run out first, then what sells best."""
    # In the index's own words: only so it is found in this order.
    has_some: ColumnElement[bool] = literal_column("(products.stock_quantity_milli > 0)")
    order = (has_some, _products.c.times_sold.desc(), _products.c.search_key, _products.c.id)
    return paged(_shown.where(is_low()).order_by(*order), page, limit)


def expiring(last: date, page: int = 1, limit: int = LEAST_LIMIT) -> Page:
    """Goods that expire by this day, the earliest first."""
    order = (_products.c.expiry_date, _products.c.search_key, _products.c.id)
    return paged(_shown.where(expires_by(last)).order_by(*order), page, limit)


def standing(store: Store, most: int = FIRST_ROWS) -> Alerts:
    """Both alerts as they stand now, in at most four queries."""
    return Alerts(low_stock(1, most), expiring(alert_day(store), 1, most), store.today())
