"""What the address of the list of products asks for."""

from __future__ import annotations

from collections.abc import Mapping

from pos.catalog.alerts import alert_day
from pos.catalog.listing import Wanted
from pos.core.language import lazy_gettext as _l
from pos.settings.store import Store

LONGEST_SEARCH = 200
NAMES = ("q", "category", "status", "low", "expiring", "sort", "limit")
# A minus before the name: the largest first.
SORT_LABELS = {
    "name": _l("Name"),
    "-name": _l("Name, Z first"),
    "price": _l("Price, low first"),
    "-price": _l("Price, high first"),
    "stock": _l("Stock, least first"),
    "-stock": _l("Stock, most first"),
    "expiry": _l("Expiry, soon first"),
    "-expiry": _l("Expiry, late first"),
    "-updated": _l("Changed last"),
}


def wanted(asked: Mapping[str, str], terms: Store) -> Wanted:
    """What somebody looks for; goods on sale where no status is asked for, and by name where no order is."""
    status, order = asked.get("status") or "active", sorted_by(asked)
    return Wanted(
        words=asked.get("q", "")[:LONGEST_SEARCH],
        category=asked.get("category") or None,
        status=None if status == "all" else status,
        low=bool(asked.get("low")),
        expires_by=alert_day(terms) if asked.get("expiring") else None,
        sort=order.removeprefix("-"),
        falling=order.startswith("-"),
    )


def sorted_by(asked: Mapping[str, str]) -> str:
    """The order in force, one of SORT_LABELS."""
    order = asked.get("sort", "")
    return order if order in SORT_LABELS else "name"


def kept(asked: Mapping[str, str]) -> dict[str, str]:
    """What links to other pages and orders of the same list keep: everything but the page."""
    return {name: asked[name] for name in NAMES if asked.get(name)}
