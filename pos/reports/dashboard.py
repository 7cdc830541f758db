"""The shop at a glance (PLAN.md 3.6): today's sales, what is owed, what the shelf needs, who is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select

from pos.catalog import alerts
from pos.catalog.models import Product
from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import execute, table
from pos.customers import listing
from pos.customers.models import Customer
from pos.sales.models import Sale
from pos.settings import store
from pos.settings.store import Store

NEW_DAYS = 7
_sales, _products, _customers = table(Sale), table(Product), table(Customer)


@dataclass(frozen=True, slots=True)
class TodaySales:
    """Bills of one day without voided ones; `cash_sales` are paid in full, of `credit_sales` something is owed."""

    total_amount: Decimal
    bills_count: int
    cash_sales: int
    credit_sales: int


@dataclass(frozen=True, slots=True)
class Outstanding:
    """All that is owed to the shop, in rupees, and by how many."""

    total_amount: Decimal
    customers_count: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """How many products are sold, run low, or expire soon."""

    active_products: int
    low_stock_count: int
    expiring_count: int


@dataclass(frozen=True, slots=True)
class People:
    """How many customers there are, and how many came new in the last seven days."""

    total: int
    new_this_week: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """PLAN.md's figures; those that a role may not see are None."""

    today_sales: TodaySales | None
    credit_outstanding: Outstanding | None
    inventory: Inventory
    customers: People | None
    alerts: alerts.Alerts


def dashboard(actor: Actor) -> Dashboard:
    """What this person may see of the shop now. Raises NotSignedIn for nobody."""
    actor.require("see_dashboard")
    terms = store.current()
    standing = alerts.standing(terms)
    active = select(func.count()).select_from(_products).where(_products.c.status == "active")
    shelf = Inventory(execute(active).scalar_one(), standing.low.total, standing.expiring.total)
    at_the_till = actor.may("see_sales")
    return Dashboard(
        today_sales=day_sales(terms.today()) if at_the_till else None,
        credit_outstanding=Outstanding(*listing.outstanding()) if at_the_till else None,
        inventory=shelf,
        customers=_people(terms) if at_the_till else None,
        alerts=standing,
    )


def day_sales(day: date) -> TodaySales:
    """The bills of one day of the store."""
    c = _sales.c
    on_credit = func.count(case((c.credit_amount > 0, 1)))
    wanted = select(func.sum(c.total_amount), func.count(), on_credit)
    total, bills, credit = execute(wanted.where(c.business_day == day, c.payment_status != "VOIDED")).one()
    return TodaySales(total or Decimal(0), bills, bills - credit, credit)


def _people(terms: Store) -> People:
    first = terms.today() - timedelta(days=NEW_DAYS - 1)
    since = clock.day_bounds(first, first, terms.timezone)[0]
    new = func.count(case((_customers.c.created_at >= since, 1)))
    row: Any = execute(select(func.count(), new).where(_customers.c.status != "inactive")).one()
    return People(*row)
