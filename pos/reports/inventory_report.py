"""What stands on the shelf, what it is worth, what runs low or out of date, and how it moved; for the owner alone.

Movements lead back from the stock of now, so that it can be told for the end of any day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, func, select

from pos.accounts.models import User
from pos.catalog import alerts
from pos.catalog.models import Product, StockMovement
from pos.core import clock
from pos.core.db import execute, table
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.language import lazy_pgettext
from pos.core.money import round_half_up
from pos.reports.spans import Span, moments
from pos.reports.table import MOST_ROWS, NOTHING, Column, Table, made, quantity, rupees
from pos.reports.words import movement_name
from pos.settings import store

_products, _movements, _users = table(Product), table(StockMovement), table(User)
_NAMES = (_products.c.id, _products.c.name, _products.c.category, _products.c.unit)
PRODUCT = (Column("product", _l("Product")), Column("category", _l("Category")), Column("unit", _l("Unit")))

VALUATION_COLUMNS = (
    *PRODUCT,
    quantity("stock_quantity", _l("In stock")),
    rupees("cost_price", _l("Cost price"), summed=False),
    rupees("price", _l("Price"), summed=False),
    rupees("cost_value", _l("Worth at cost")),
    rupees("sale_value", _l("Worth at price")),
)


def valuation(wanted: Span) -> Table:
    """What stood on the shelf at the end of the last day, at the prices of today, what is worth most first."""
    since = _moved_since_the_end_of(wanted.last)
    names = (*_NAMES, _products.c.stock_quantity, _products.c.cost_price, _products.c.price)
    products = execute(select(*names).order_by(_products.c.search_key)).all()
    stocks = [(row, row.stock_quantity - since.get(row.id, NOTHING)) for row in products]
    rows = [_valued(row, stock) for row, stock in stocks if stock]
    rows.sort(key=lambda row: -row[6])
    note = _("Prices are those of today. Goods without a cost price count with none.")
    title = _("Worth of the stock")
    return made("inventory-valuation", title, VALUATION_COLUMNS, rows, (None, wanted.last), note)


def _moved_since_the_end_of(day: date) -> dict[Any, Any]:
    # Stock is the sum of its movements (the proof says so): back over the late ones needs no look at the millions.
    _begins, ends = clock.day_bounds(day, day, store.current().timezone)
    moved = select(_movements.c.product_id, func.sum(_movements.c.quantity_change).label("moved"))
    rows = execute(moved.where(_movements.c.created_at >= ends).group_by(_movements.c.product_id)).all()
    return {row.product_id: row.moved for row in rows}


def _valued(row: Row[Any], stock: Any) -> Sequence[Any]:
    cost = round_half_up((row.cost_price or NOTHING) * stock)
    about = (row.name, row.category, row.unit, stock, row.cost_price, row.price)
    return (*about, cost, round_half_up(row.price * stock))


LOW_COLUMNS = (
    *PRODUCT,
    quantity("stock_quantity", _l("In stock")),
    quantity("min_stock_level", _l("Minimum")),
    quantity("missing_quantity", _l("Missing")),
    rupees("cost_price", _l("Cost price"), summed=False),
    rupees("missing_value", _l("To buy, at cost")),
)


def low(_wanted: Span) -> Table:
    """Products of which less is left now than their own minimum, by category."""
    names = (*_NAMES, _products.c.stock_quantity, _products.c.min_stock_level, _products.c.cost_price)
    order = (_products.c.category, _products.c.search_key)
    rows = [_missing(row) for row in execute(select(*names).where(alerts.is_low()).order_by(*order)).all()]
    return made("inventory-low", _("Stock that runs low"), LOW_COLUMNS, rows)


def _missing(row: Row[Any]) -> Sequence[Any]:
    missing = row.min_stock_level - row.stock_quantity
    worth = round_half_up((row.cost_price or NOTHING) * missing)
    about = (row.name, row.category, row.unit, row.stock_quantity, row.min_stock_level)
    return (*about, missing, row.cost_price, worth)


EXPIRING_COLUMNS = (
    *PRODUCT,
    Column("expiry_date", _l("Good until"), "date"),
    Column("days_left", _l("Days left"), "whole"),
    quantity("stock_quantity", _l("In stock")),
    rupees("cost_value", _l("Worth at cost")),
)


def expiring(_wanted: Span) -> Table:
    """Goods on the shelf that expire within the store's own days of warning, those past their day too."""
    terms = store.current()
    names = (*_NAMES, _products.c.expiry_date, _products.c.stock_quantity, _products.c.cost_price)
    soon = alerts.expires_by(alerts.alert_day(terms))
    found = execute(select(*names).where(soon).order_by(_products.c.expiry_date, _products.c.search_key)).all()
    rows = [
        (
            *(row.name, row.category, row.unit, row.expiry_date, (row.expiry_date - terms.today()).days),
            *(row.stock_quantity, round_half_up((row.cost_price or NOTHING) * row.stock_quantity)),
        )
        for row in found
    ]
    return made("inventory-expiring", _("Goods that expire"), EXPIRING_COLUMNS, rows)


MOVEMENT_COLUMNS = (
    Column("moved_at", _l("When"), "moment"),
    Column("product", _l("Product")),
    Column("unit", _l("Unit")),
    Column("movement_type", _l("Why"), words=movement_name),
    quantity("quantity_change", lazy_pgettext("movement", "Change")),
    quantity("stock_before", _l("Before")),
    quantity("stock_after", _l("After")),
    Column("notes", _l("Notes")),
    Column("made_by", _l("By")),
)


def movements(wanted: Span) -> Table:
    """Every movement of stock in the span, in order."""
    begins, ends = moments(wanted)
    statement = (
        select(_movements, _products.c.name, _products.c.unit, _users.c.full_name)
        .join(_products, _products.c.id == _movements.c.product_id)
        .outerjoin(_users, _users.c.id == _movements.c.created_by)
        .where(_movements.c.created_at >= begins, _movements.c.created_at < ends)
        .order_by(_movements.c.created_at, _movements.c.id)
        .limit(MOST_ROWS + 1)
    )
    rows = [
        (
            *(row.created_at, row.name, row.unit, row.movement_type),
            *(row.quantity_change, row.stock_before, row.stock_after, row.notes, row.full_name),
        )
        for row in execute(statement).all()
    ]
    days = (wanted.first, wanted.last)
    return made("inventory-movements", _("Movements of stock"), MOVEMENT_COLUMNS, rows, days)


REGISTER_COLUMNS = (
    *PRODUCT,
    quantity("opening_stock", _l("Opening")),
    quantity("restocked_quantity", _l("Restocked")),
    quantity("sold_quantity", _l("Sold")),
    quantity("returned_quantity", _l("Came back")),
    quantity("adjusted_quantity", _l("Adjusted")),
    quantity("closing_stock", _l("Closing")),
)
KINDS = ("RESTOCK", "SALE", "RETURN", "ADJUSTMENT")


def register(wanted: Span) -> Table:
    """For each product that stood or moved in the span: opening + restocked + sold + came back + adjusted = closing."""
    begins, ends = moments(wanted)
    in_span = and_(_movements.c.created_at >= begins)
    moved = select(_movements.c.product_id, _movements.c.movement_type, in_span.label("in_span"))
    moved = moved.add_columns(func.sum(_movements.c.quantity_change).label("change"))
    moved = moved.where(_movements.c.created_at < ends)
    sums: dict[Any, dict[str, Any]] = {}
    grouped = moved.group_by(_movements.c.product_id, _movements.c.movement_type, in_span)
    for row in execute(grouped).all():
        found = sums.setdefault(row.product_id, dict.fromkeys(("OPENING", *KINDS), NOTHING))
        found[row.movement_type if row.in_span else "OPENING"] += row.change
    listed = execute(select(*_NAMES).order_by(_products.c.search_key)).all()
    rows = [_registered(row, sums[row.id]) for row in listed if row.id in sums and any(sums[row.id].values())]
    days = (wanted.first, wanted.last)
    return made("inventory-register", _("Stock register"), REGISTER_COLUMNS, rows, days)


def _registered(row: Row[Any], found: dict[str, Any]) -> Sequence[Any]:
    changes = tuple(found[kind] for kind in KINDS)
    return (row.name, row.category, row.unit, found["OPENING"], *changes, found["OPENING"] + sum(changes, NOTHING))
