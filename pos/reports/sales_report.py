"""What was sold in a span, by day, cashier and way of paying (PLAN.md 3.8); for the owner alone.

A voided bill counts nowhere; what was returned counts on the day of its credit note. However it is cut, a span comes to
the same net: what was billed less what was returned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from pos.accounts.models import User
from pos.core.db import execute, table
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.reports.spans import Span
from pos.reports.sums import bill_sums, in_rupees, method_sums
from pos.reports.table import Column, Table, made, rupees, whole
from pos.sales.models import METHODS, Sale
from pos.sales.returns_and_drawer import CreditNote
from pos.sales.words import method_name

_sales, _notes, _users = table(Sale), table(CreditNote), table(User)
BILL_SUMS = ("subtotal", "discount_amount", "tax_amount", "round_off", "total_amount", "amount_paid", "credit_amount")

DAY_COLUMNS = (
    Column("day", _l("Day"), "date"),
    whole("bills_count", _l("Bills")),
    rupees("subtotal", _l("Goods")),
    rupees("discount_amount", _l("Discount")),
    rupees("tax_amount", _l("Tax")),
    rupees("round_off", _l("Round-off")),
    rupees("total_amount", _l("Billed")),
    rupees("returns_amount", _l("Returned")),
    rupees("net_amount", _l("Net sales")),
    rupees("amount_paid", _l("Paid")),
    rupees("credit_amount", _l("On khata")),
)


def by_day(wanted: Span) -> Table:
    """Each day with a bill or a return: its bills, what they came to, what came back, what is left."""
    days = [row for row in bill_sums(wanted, "day") if row["bills_count"] or row["notes_count"]]
    rows = [_day(row) for row in sorted(days, key=lambda row: row["day"])]
    return made("sales-by-day", _("Sales by day"), DAY_COLUMNS, rows, (wanted.first, wanted.last))


def _day(row: Mapping[str, Any]) -> Sequence[Any]:
    goods, off, tax, round_off, total, paid, credit = (in_rupees(row, name) for name in BILL_SUMS)
    returned = in_rupees(row, "returns_amount")
    return (
        *(row["day"], row["bills_count"], goods, off, tax, round_off),
        *(total, returned, total - returned, paid, credit),
    )


CASHIER_COLUMNS = (
    Column("cashier", _l("Sold by")),
    whole("bills_count", _l("Bills")),
    rupees("discount_amount", _l("Discount")),
    rupees("total_amount", _l("Billed")),
    rupees("returns_amount", _l("Taken back")),
    rupees("net_amount", _l("Net sales")),
    rupees("amount_paid", _l("Paid")),
    rupees("credit_amount", _l("On khata")),
    whole("voided_count", _l("Voided bills")),
    rupees("voided_amount", _l("Voided")),
)


def by_cashier(wanted: Span) -> Table:
    """Who billed how much; returns count with who took the goods back, voided bills with who had made them."""
    names = {row.id: row.full_name for row in execute(select(_users.c.id, _users.c.full_name)).all()}
    rows = [_cashier(names.get(row["cashier"]), row) for row in bill_sums(wanted, "cashier")]
    rows.sort(key=lambda row: (-row[5], row[0]))
    return made("sales-by-cashier", _("Sales by cashier"), CASHIER_COLUMNS, rows, (wanted.first, wanted.last))


def _cashier(name: str | None, row: Mapping[str, Any]) -> Sequence[Any]:
    total, returned = in_rupees(row, "total_amount"), in_rupees(row, "returns_amount")
    sums = (in_rupees(row, "discount_amount"), total, returned, total - returned)
    paid = (in_rupees(row, "amount_paid"), in_rupees(row, "credit_amount"))
    gone = (row["voided_count"], in_rupees(row, "voided_amount"))
    return (name or _("command line"), row["bills_count"], *sums, *paid, *gone)


METHOD_COLUMNS = (
    Column("payment_method", _l("Paid by"), words=method_name),
    whole("payments_count", _l("Payments")),
    rupees("received_amount", _l("Received")),
    rupees("refunded_amount", _l("Given back")),
    rupees("net_amount", _l("Net sales")),
)


def by_method(wanted: Span) -> Table:
    """How the bills were paid and returns given back; CREDIT is what went on the khata, less what came off it."""
    found = method_sums(wanted)
    rows = [_method(found[method]) for method in (*METHODS, "CREDIT") if method in found]
    return made("sales-by-method", _("Sales by way of paying"), METHOD_COLUMNS, rows, (wanted.first, wanted.last))


def _method(row: Mapping[str, Any]) -> Sequence[Any]:
    received, given = in_rupees(row, "received"), in_rupees(row, "refunded")
    return (row["method"], row["payments_count"], received, given, received - given)
