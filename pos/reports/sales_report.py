"""What was sold in a span, by day, bill, cashier and way of paying (PLAN.md 3.8); for the owner alone.

A voided bill counts nowhere; what was returned counts on the day of its credit note. However it is cut, a span comes to
the same net: what was billed less what was returned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select

from pos.accounts.models import User
from pos.core import clock
from pos.core.db import execute, table
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.reports.spans import Span, moments, within
from pos.reports.table import MOST_ROWS, NOTHING, Column, Table, made, rupees, whole
from pos.reports.words import kind_name
from pos.sales.models import METHODS, Payment, Sale
from pos.sales.returns_and_drawer import CreditNote
from pos.sales.words import method_name, status_name
from pos.settings import store

_sales, _notes, _payments, _users = table(Sale), table(CreditNote), table(Payment), table(User)
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
    bills = {row.business_day: row for row in _bill_sums(wanted, _sales.c.business_day)}
    zone = store.current().timezone
    returned = _summed((clock.business_day(note.created_at, zone), note.total_amount) for note in notes_of(wanted))
    rows = [_day(day, bills.get(day), returned[day]) for day in sorted(bills.keys() | returned.keys())]
    return made("sales-by-day", _("Sales by day"), DAY_COLUMNS, rows, (wanted.first, wanted.last))


def _day(day: Any, bills: Row[Any] | None, returned: Any) -> Sequence[Any]:
    goods, off, tax, round_off, total, paid, credit = _sums(bills)
    count = bills.bills_count if bills else 0
    return (day, count, goods, off, tax, round_off, total, returned, total - returned, paid, credit)


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
    bills = {row.created_by: row for row in _bill_sums(wanted, _sales.c.created_by)}
    returned = _summed((note.created_by, note.total_amount) for note in notes_of(wanted))
    voided = {row.created_by: row for row in _voided(wanted)}
    names = {row.id: row.full_name for row in execute(select(_users.c.id, _users.c.full_name)).all()}
    rows = []
    for who in bills.keys() | returned.keys() | voided.keys():
        _goods, off, _tax, _round_off, total, paid, credit = _sums(bills.get(who))
        count = bills[who].bills_count if who in bills else 0
        gone = (voided[who].bills_count, voided[who].total_amount) if who in voided else (0, NOTHING)
        name = names.get(who) or _("command line")
        rows.append((name, count, off, total, returned[who], total - returned[who], paid, credit, *gone))
    rows.sort(key=lambda row: (-row[5], row[0]))
    return made("sales-by-cashier", _("Sales by cashier"), CASHIER_COLUMNS, rows, (wanted.first, wanted.last))


METHOD_COLUMNS = (
    Column("payment_method", _l("Paid by"), words=method_name),
    whole("payments_count", _l("Payments")),
    rupees("received_amount", _l("Received")),
    rupees("refunded_amount", _l("Given back")),
    rupees("net_amount", _l("Net sales")),
)


def by_method(wanted: Span) -> Table:
    """How the bills were paid and returns given back; CREDIT is what went on the khata, less what came off it."""
    count, total = func.count().label("tenders"), func.sum(_payments.c.amount).label("amount")
    tenders = select(_payments.c.method, count, total).join(_sales, _sales.c.id == _payments.c.sale_id)
    paid = {
        row.method: row
        for row in execute(
            tenders.where(*within(wanted), _payments.c.kind == "TENDER").group_by(_payments.c.method)
        ).all()
    }
    back = _refunds(wanted)
    rows: list[Sequence[Any]] = []
    for method in METHODS:
        if method in paid or method in back:
            received, tender_count = (paid[method].amount, paid[method].tenders) if method in paid else (NOTHING, 0)
            given = back.get(method, NOTHING)
            rows.append((method, tender_count, received, given, received - given))
    rows += _khata_row(wanted)
    return made("sales-by-method", _("Sales by way of paying"), METHOD_COLUMNS, rows, (wanted.first, wanted.last))


def _refunds(wanted: Span) -> Mapping[str, Any]:
    begins, ends = moments(wanted)
    given = select(_payments.c.method, func.sum(_payments.c.amount).label("amount"))
    given = given.join(_notes, _notes.c.id == _payments.c.credit_note_id)
    given = given.where(_notes.c.created_at >= begins, _notes.c.created_at < ends, _payments.c.kind == "REFUND")
    return {row.method: row.amount for row in execute(given.group_by(_payments.c.method)).all()}


def _khata_row(wanted: Span) -> list[Sequence[Any]]:
    owing = select(func.count(), func.sum(_sales.c.credit_amount)).where(*within(wanted), _sales.c.credit_amount > 0)
    count, taken = execute(owing).one()
    off = sum((note.credit_reversed for note in notes_of(wanted)), NOTHING)
    taken = taken or NOTHING
    return [("CREDIT", count, taken, off, taken - off)] if taken or off else []


BILL_COLUMNS = (
    Column("day", _l("Day"), "date"),
    Column("number", _l("Number")),
    Column("kind", _l("Paper"), words=kind_name),
    Column("customer", _l("Customer")),
    Column("cashier", _l("Sold by")),
    Column("payment_method", _l("Paid by"), words=method_name),
    Column("payment_status", _l("Status"), words=status_name),
    rupees("taxable", _l("Taxable")),
    rupees("tax_amount", _l("Tax")),
    rupees("round_off", _l("Round-off")),
    rupees("total_amount", _l("Total")),
    rupees("amount_paid", _l("Paid")),
    rupees("credit_amount", _l("On khata")),
    rupees("voided_amount", _l("Voided")),
)


def by_bill(wanted: Span) -> Table:
    """Every paper in order: bills, voided ones with nothing but their number; credit notes count below zero."""
    zone = store.current().timezone
    papers = [(row.created_at, _bill(row)) for row in execute(_bills(wanted)).all()]
    papers += [(note.created_at, _note(note, zone)) for note in notes_of(wanted)]
    papers.sort(key=lambda paper: (paper[0], paper[1][1]))
    rows = [row for _moment, row in papers]
    return made("sales-by-bill", _("Sales by bill"), BILL_COLUMNS, rows, (wanted.first, wanted.last))


def _bills(wanted: Span) -> Any:
    c = _sales.c
    return (
        select(_sales, _users.c.full_name.label("cashier"))
        .outerjoin(_users, _users.c.id == c.created_by)
        .where(c.business_day >= wanted.first, c.business_day <= wanted.last)
        .order_by(c.created_at, c.id)
        .limit(MOST_ROWS + 1)
    )


def _bill(row: Row[Any]) -> Sequence[Any]:
    about = (row.business_day, row.bill_number, "BILL", row.customer_name, row.cashier)
    how = (row.payment_method, row.payment_status)
    if row.payment_status == "VOIDED":
        return (*about, *how, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, row.total_amount)
    goods = row.subtotal - row.discount_amount
    sums = (goods, row.tax_amount, row.round_off, row.total_amount, row.amount_paid, row.credit_amount)
    return (*about, *how, *sums, NOTHING)


def _note(note: Row[Any], zone: str) -> Sequence[Any]:
    day = clock.business_day(note.created_at, zone)
    about = (day, note.note_number, "CREDIT_NOTE", note.customer, note.taken_by, None, None)
    sums = (note.taxable, note.tax_amount, note.round_off, note.total_amount, note.refund_amount, note.credit_reversed)
    return (*about, *(-amount for amount in sums), NOTHING)


def notes_of(wanted: Span) -> Sequence[Row[Any]]:
    """The credit notes of a span in order, with `customer` (as on the bill) and `taken_by`."""
    begins, ends = moments(wanted)
    made_then = (_notes.c.created_at >= begins, _notes.c.created_at < ends)
    return execute(
        select(_notes, _sales.c.customer_name.label("customer"), _users.c.full_name.label("taken_by"))
        .join(_sales, _sales.c.id == _notes.c.sale_id)
        .outerjoin(_users, _users.c.id == _notes.c.created_by)
        .where(*made_then)
        .order_by(_notes.c.created_at, _notes.c.id)
        .limit(MOST_ROWS + 1)
    ).all()


def _bill_sums(wanted: Span, key: Any) -> Sequence[Row[Any]]:
    sums = [func.sum(_sales.c[name]).label(name) for name in BILL_SUMS]
    return execute(select(key, func.count().label("bills_count"), *sums).where(*within(wanted)).group_by(key)).all()


def _sums(row: Row[Any] | None) -> Sequence[Any]:
    return [getattr(row, name) for name in BILL_SUMS] if row else [NOTHING] * len(BILL_SUMS)


def _voided(wanted: Span) -> Sequence[Row[Any]]:
    c = _sales.c
    gone = (c.business_day >= wanted.first, c.business_day <= wanted.last, c.payment_status == "VOIDED")
    sums = (func.count().label("bills_count"), func.sum(c.total_amount).label("total_amount"))
    return execute(select(c.created_by, *sums).where(*gone).group_by(c.created_by)).all()


def _summed(amounts: Iterable[tuple[Any, Any]]) -> defaultdict[Any, Any]:
    sums: defaultdict[Any, Any] = defaultdict(lambda: NOTHING)
    for key, amount in amounts:
        sums[key] += amount
    return sums
