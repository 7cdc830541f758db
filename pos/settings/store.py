"""The store's terms: read by everybody, changed by the owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import at_most, execute, find_anew, found_once, one_unit, table
from pos.core.errors import Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.numbering import bill_year, newest_year
from pos.core.prepared import Prepared
from pos.settings.checks import checked, sensible
from pos.settings.models import StoreSettings

_table = table(StoreSettings)


@dataclass(frozen=True, slots=True)
class Store:
    """The store as it stands now. Money in rupees, rates in percent, months 1 to 12. No cap: any discount goes."""

    store_name: str
    contact_number: str | None = None
    address: str | None = None
    currency_symbol: str = "₹"
    tax_rate: Decimal = Decimal("5.00")
    min_stock_default: Decimal = Decimal(10)
    receipt_header: str | None = None
    receipt_footer: str | None = None
    timezone: str = "Asia/Kolkata"
    language: str = "en"
    prices_include_tax: bool = False
    gst_mode: str = "none"
    gstin: str | None = None
    round_to_rupee: bool = False
    upi_id: str | None = None
    upi_name: str | None = None
    bill_year_start_month: int = 1
    receipt_size: str = "80mm"
    expiry_alert_days: int = 30
    loyalty_enabled: bool = False
    loyalty_rupees_per_point: Decimal = Decimal(100)
    loyalty_point_worth: Decimal = Decimal(1)
    cash_sessions_enabled: bool = False
    credit_limit_default: Decimal = Decimal(5000)
    cashier_discount_cap: Decimal | None = None

    def today(self) -> date:
        """The store's calendar day now."""
        return clock.today(self.timezone)


NAMES = tuple(Store.__dataclass_fields__)
_select = select(*(_table.c[name] for name in NAMES)).limit(at_most(1))
_read = Prepared(_select)
BEFORE_SET_UP = Store(store_name="Local POS Pro")


def current() -> Store:
    """The store's terms now, the same throughout a unit; a nameless store with the defaults before the first set-up."""
    return found_once(_table.name, _current)


def _current() -> Store:
    row = _read.first()
    return Store(*row) if row else BEFORE_SET_UP


def changed_at() -> datetime | None:
    """When somebody changed the terms last (UTC); None before the set-up."""
    moment: datetime | None = execute(select(_table.c.updated_at).limit(at_most(1))).scalar()
    return moment


def tried(values: Mapping[str, Any]) -> Store:
    """The store as these terms would make it, of which nothing is kept; what makes no sense stays as it is."""
    before = current()
    return replace(before, **sensible(values))


def exists(lock: bool = False) -> bool:
    """True once the store has been set up; with `lock`, nobody else changes its terms until the unit is over."""
    if lock:
        # What was found before the lock may have been changed while it was waited for.
        find_anew(_table.name)
    return execute(_select.with_for_update() if lock else _select).first() is not None


def open_store(actor: Actor, values: Mapping[str, Any]) -> None:
    """Write the store's one row for the first time, in the caller's unit.

    Raises Invalid with every problem when a value makes no sense.
    """
    terms = checked(values, BEFORE_SET_UP)
    execute(insert(_table), {"id": uuid7(), "set_up_at": clock.now(), **terms})
    find_anew(_table.name)
    audit.record(actor, "settings.opened", "store", change={name: str(value) for name, value in terms.items()})


@one_unit
def change_settings(actor: Actor, values: Mapping[str, Any], seen_at: datetime | None = None) -> Store:
    """Change some of the store's terms; those not named stay.

    `seen_at` is the `changed_at` that the editor saw. Raises Forbidden for everybody but the owner, Invalid with every
    problem when a value makes no sense, Refused when somebody else has changed the terms since.
    """
    actor.require("change_settings")
    if not exists(lock=True):
        # An owner made by the command line has seen no set-up page: the first terms saved open the store.
        open_store(actor, {"store_name": BEFORE_SET_UP.store_name, **values})
        return current()
    if seen_at is not None and seen_at != changed_at():
        sentence = _("Somebody else changed the settings while you edited them. Compare, then save again.")
        raise Refused(sentence, code="CHANGED_MEANWHILE")
    before = current()
    terms = checked(values, before)
    changes = {name: value for name, value in terms.items() if value != getattr(before, name)}
    _keep_years_in_order(changes, before)
    if changes:
        execute(update(_table).values(**changes, updated_at=clock.now()))
        find_anew(_table.name)
        audit.record(actor, "settings.changed", "store", change=_from_to(before, changes))
    return current()


def _keep_years_in_order(changes: Mapping[str, Any], before: Store) -> None:
    """A bill year that began later than the one in use would give out its numbers again (GST rule 46(b))."""
    month, newest = changes.get("bill_year_start_month"), newest_year()
    if month is None or newest is None or bill_year(before.today(), month) >= newest:
        return
    sentence = _(
        "Bills of %(year)s are numbered already. Change the month when a new bill year begins, before its first bill.",
        year=newest,
    )
    raise Refused(sentence, code="BILL_YEAR_IN_USE", field="bill_year_start_month")


def _from_to(before: Store, changes: Mapping[str, Any]) -> dict[str, list[str]]:
    return {name: [str(getattr(before, name)), str(value)] for name, value in changes.items()}
