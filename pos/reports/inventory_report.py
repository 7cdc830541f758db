"""What stands on the shelf, what it is worth, what runs low or out of date, and how it moved; for the owner alone.

Movements lead back from the stock of now, so that it can be told for the end of any day.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select

from pos.accounts.models import User
from pos.catalog import alerts
from pos.catalog.models import Product, StockMovement
from pos.core.db import execute, table
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.language import lazy_pgettext
from pos.core.money import from_milli, from_paise, round_half_up
from pos.reports import stock_sums
from pos.reports.fetching import Listing, listed
from pos.reports.spans import Span, moments
from pos.reports.stock_then import FIGURES, Then
from pos.reports.summed import whole_paise
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


_NAMED = "p.id AS product_id, p.name, p.category, p.unit, p.search_key"
_PRICED = f"{_NAMED}, p.price_paise AS price, p.cost_price_paise AS had_cost, COALESCE(p.cost_price_paise, 0) AS cost"
# `{goods}` is what `then` tells of the goods.
_STOOD = f"""
    SELECT name, category, unit, opening AS stock, had_cost, price, {whole_paise("cost * opening")} AS cost_value,
           {whole_paise("price * opening")} AS sale_value, cost * opening AS worth, search_key, product_id
    FROM ({{goods}}) s WHERE opening <> 0"""  # noqa: S608


def valuation(wanted: Span) -> Table:
    """What stood on the shelf at the end of the last day, at the prices of today, what is worth most first."""
    at_its_end = _at_its_end(wanted)
    statement = _STOOD.format(goods=at_its_end.goods(_PRICED))
    listing = Listing(statement, "worth DESC, search_key, product_id", ("cost_value", "sale_value"))
    rows, worth = listed(listing, at_its_end.asked, _valued)
    note = _("Prices are those of today. Goods without a cost price count with none.")
    days = (None, wanted.last)
    title = _("Worth of the stock")
    totals = {name: from_paise(paise) for name, paise in worth.items()}
    return made("inventory-valuation", title, VALUATION_COLUMNS, rows, days, note, totals)


def worth_by_category(wanted: Span) -> Sequence[tuple[str | None, int, Decimal, Decimal]]:
    """Category, products and rupees at cost and at price of what stood at the end of the last day, most worth first."""
    at_its_end = _at_its_end(wanted)
    statement = f"""
        SELECT NULLIF(category, '') AS category, COUNT(*) AS goods, SUM(cost_value) AS cost_value,
               SUM(sale_value) AS sale_value
        FROM ({_STOOD.format(goods=at_its_end.goods(_PRICED))}) w GROUP BY 1"""  # noqa: S608
    found = at_its_end.asked(statement)
    worth = [
        (row.category, row.goods, from_paise(int(row.cost_value)), from_paise(int(row.sale_value))) for row in found
    ]
    return sorted(worth, key=lambda one: (-one[2], one[0] or ""))


def _at_its_end(wanted: Span) -> Then:
    _begins, ends = moments(wanted)
    return stock_sums.then(ends, ends)


def _valued(row: Row[Any]) -> Sequence[Any]:
    cost = None if row.had_cost is None else from_paise(row.had_cost)
    worth = (from_paise(int(row.cost_value)), from_paise(int(row.sale_value)))
    return (row.name, row.category, row.unit, from_milli(int(row.stock)), cost, from_paise(row.price), *worth)


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
_STOOD_OR_MOVED = f"""
    SELECT name, category, unit, {", ".join(FIGURES)}, search_key, product_id FROM ({{goods}}) s
    WHERE {" OR ".join(f"{name} <> 0" for name in FIGURES)}"""  # noqa: S608


def register(wanted: Span) -> Table:
    """For each product that stood or moved in the span: opening + restocked + sold + came back + adjusted = closing."""
    then = stock_sums.then(*moments(wanted))
    listing = Listing(_STOOD_OR_MOVED.format(goods=then.goods(_NAMED)), "search_key, product_id")
    rows, _sums = listed(listing, then.asked, _registered)
    return made("inventory-register", _("Stock register"), REGISTER_COLUMNS, rows, (wanted.first, wanted.last))


def _registered(row: Row[Any]) -> Sequence[Any]:
    opening, *changes = (from_milli(int(moved)) for moved in tuple(row)[3:8])
    return (row.name, row.category, row.unit, opening, *changes, opening + sum(changes, NOTHING))
