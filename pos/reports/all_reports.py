"""All reports by name and view, and the one verb that makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from pos.core.actor import Actor
from pos.core.db import look_at_one_moment
from pos.core.errors import NotFound
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.reports import (
    bills_report,
    credit_report,
    drawer_report,
    goods_report,
    gstr1_report,
    inventory_report,
    sales_report,
    slow_report,
    stock_sums,
    summing,
    tax_report,
)
from pos.reports.spans import Span, span
from pos.reports.table import Column, Table

# The first view of each is the one that is made when none is named.
VIEWS: Mapping[str, Mapping[str, tuple[Callable[[Span], Table], tuple[Column, ...]]]] = {
    "sales": {
        "day": (sales_report.by_day, sales_report.DAY_COLUMNS),
        "bill": (bills_report.by_bill, bills_report.COLUMNS),
        "product": (goods_report.by_product, goods_report.PRODUCT_COLUMNS),
        "category": (goods_report.by_category, goods_report.CATEGORY_COLUMNS),
        "cashier": (sales_report.by_cashier, sales_report.CASHIER_COLUMNS),
        "method": (sales_report.by_method, sales_report.METHOD_COLUMNS),
    },
    "inventory": {
        "valuation": (inventory_report.valuation, inventory_report.VALUATION_COLUMNS),
        "register": (inventory_report.register, inventory_report.REGISTER_COLUMNS),
        "movements": (inventory_report.movements, inventory_report.MOVEMENT_COLUMNS),
        "low": (inventory_report.low, inventory_report.LOW_COLUMNS),
        "expiring": (inventory_report.expiring, inventory_report.EXPIRING_COLUMNS),
        "dead": (slow_report.dead, slow_report.DEAD_COLUMNS),
        "slow": (slow_report.slow, slow_report.SLOW_COLUMNS),
    },
    "credit": {
        "outstanding": (credit_report.outstanding, credit_report.OUTSTANDING_COLUMNS),
        "collections": (credit_report.collections, credit_report.COLLECTION_COLUMNS),
    },
    "tax": {
        "rate": (tax_report.by_rate, tax_report.RATE_COLUMNS),
        "hsn": (tax_report.by_hsn, tax_report.HSN_COLUMNS),
        "documents": (tax_report.documents, tax_report.DOCUMENT_COLUMNS),
        "gstr1": (gstr1_report.gstr1, gstr1_report.COLUMNS),
    },
    "cash": {
        "sessions": (drawer_report.sessions, drawer_report.SESSION_COLUMNS),
        "drawer": (drawer_report.movements, drawer_report.MOVEMENT_COLUMNS),
    },
}
TITLES = {
    "sales": _l("Sales"),
    "inventory": _l("Stock"),
    "credit": _l("Khata"),
    "tax": _l("Tax"),
    "cash": _l("Cash drawer"),
}
VIEW_TITLES = {
    "day": _l("By day"),
    "bill": _l("By bill"),
    "product": _l("By product"),
    "category": _l("By category"),
    "cashier": _l("By cashier"),
    "method": _l("By way of paying"),
    "valuation": _l("Worth"),
    "register": _l("Register"),
    "movements": _l("Movements"),
    "low": _l("Runs low"),
    "expiring": _l("Expires"),
    "dead": _l("Not sold"),
    "slow": _l("Sells slowly"),
    "outstanding": _l("Who owes"),
    "collections": _l("Payments"),
    "rate": _l("By rate"),
    "hsn": _l("By HSN"),
    "documents": _l("Numbers"),
    "gstr1": _l("GSTR-1"),
    "sessions": _l("Cash sessions"),
    "drawer": _l("Put in and taken out"),
}
# These tell how things stand now, whatever days are asked for.
OF_NOW = frozenset({"low", "expiring", "outstanding"})


# Lists of what happened, in order: however long, they are told day after day.
IN_PIECES = frozenset({("sales", "bill"), ("inventory", "movements")})


# These read sums where there are some, and have them made where there are none.
FROM_SUMS = frozenset(
    {
        *(("sales", view) for view in ("day", "product", "category", "cashier", "method")),
        *(("tax", view) for view in ("rate", "hsn", "gstr1")),
        *(("inventory", view) for view in ("dead", "slow")),
    }
)


# These read what stood when months began.
OF_STOCK_THEN = frozenset({"valuation", "register"})


def report(
    actor: Actor,
    name: str,
    view: str | None,
    first: date | None,
    last: date | None,
    seconds: float = summing.PAGE_SECONDS,
) -> Table:
    """One report of a span, the last thirty days where none is named.

    Raises Forbidden for all but the owner, NotFound for a report there is not, Invalid for days that make no sense,
    StillSumming when its days could not be summed in so many seconds.
    """
    actor.require("see_reports")
    views = VIEWS.get(name, {})
    chosen = view or next(iter(views), "")
    if chosen not in views:
        raise NotFound(_("There is no such report."))
    make, _columns = views[chosen]
    wanted = span(first, last)
    if (name, chosen) in FROM_SUMS:
        summing.make_ready(wanted, seconds)
    if name == "inventory" and chosen in OF_STOCK_THEN:
        stock_sums.make_ready(wanted.first if chosen == "register" else wanted.last + summing.DAY, seconds)
    # A long report asks for its sums and its rows apart.
    look_at_one_moment()
    return make(wanted)


def pieces(actor: Actor, name: str, view: str, first: date | None, last: date | None) -> Iterator[Table]:
    """A report of IN_PIECES, day after day; no more than one is ever held. Raises what `report` raises."""
    actor.require("see_reports")
    (make, _columns), wanted = VIEWS[name][view], span(first, last)
    days = (wanted.first + timedelta(days=number) for number in range(wanted.days))
    return (make(Span(day, day)) for day in days)
