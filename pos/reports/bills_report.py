"""Every paper of a span: bills in order, voided ones with nothing but their number, credit notes below zero.

For the owner alone (PLAN.md 3.8). A month has tens of thousands of papers and a page shows a few hundred: amounts stay
whole paise until a row is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Row, func, select, type_coerce

from pos.accounts.models import User
from pos.core import clock
from pos.core.db import at_most, execute, table
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.money import from_paise
from pos.reports.fetching import Fetched
from pos.reports.spans import Span, moments
from pos.reports.table import MOST_ROWS, MOST_SHOWN, Column, Table, made, must_fit, rupees
from pos.reports.words import kind_name
from pos.sales.models import Sale
from pos.sales.returns_and_drawer import CreditNote
from pos.sales.words import method_name, status_name
from pos.settings import store

_sales, _notes, _users = table(Sale), table(CreditNote), table(User)

COLUMNS = (
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


# When it was made, its number, how it becomes a row, and what the database says of it.
Paper = tuple[datetime, str, Callable[[Row[Any]], Sequence[Any]], Row[Any]]
# Whole paise, one for each column that is summed.
Amounts = tuple[int, ...]
AMOUNTS = [column.name for column in COLUMNS if column.summed]
# As the database adds them up.
NOTES_SUMMED = ("taxable", "tax_amount", "round_off", "total_amount", "amount_paid", "credit_amount")
SUMMED = ("subtotal", "discount_amount", *NOTES_SUMMED[1:])


def by_bill(wanted: Span) -> Table:
    """Every paper of the span in order. Raises Invalid for more of them than anybody reads."""
    count, totals = _added_up(wanted)
    must_fit(count, MOST_ROWS)
    rows = Fetched(_papers(wanted, MOST_SHOWN), count, partial(_papers, wanted), lambda paper: paper[2](paper[3]))
    days = (wanted.first, wanted.last)
    return made("sales-by-bill", _("Sales by bill"), COLUMNS, rows, days, totals=totals)


def _added_up(wanted: Span) -> tuple[int, dict[str, Decimal]]:
    """How many papers there are, and the sums of all of them: each status counts as a bill in that status does."""
    bills = _sums_of(_bills(wanted), SUMMED, "payment_status")
    notes = [row for row in _sums_of(_notes_of(wanted), NOTES_SUMMED) if row.papers]
    amounts = [*map(_of_bill, bills), *map(_of_note, notes)]
    sums = map(sum, zip(*amounts, strict=True)) if amounts else [0] * len(AMOUNTS)
    totals = {name: from_paise(int(amount)) for name, amount in zip(AMOUNTS, sums, strict=True)}
    return sum(row.papers for row in (*bills, *notes)), totals


def _sums_of(papers: Any, names: Sequence[str], *by: str) -> Sequence[Row[Any]]:
    found = papers.subquery().c
    added_up = (func.sum(found[name]).label(name) for name in names)
    groups = [found[name] for name in by]
    statement = select(*groups, func.count().label("papers"), *added_up)
    rows: Sequence[Row[Any]] = execute(statement.group_by(*groups) if groups else statement).all()
    return rows


def _papers(wanted: Span, most: int | None = None) -> list[Paper]:
    """All papers in order, or so many of them from the first on."""
    note_row = partial(_note_row, zone=store.current().timezone)
    bills, notes = _bills(wanted).order_by(*_order(_sales)), _notes_of(wanted).order_by(*_order(_notes))
    if most is not None:
        bills, notes = bills.limit(at_most(most)), notes.limit(at_most(most))
    papers: list[Paper] = [(row.created_at, row.bill_number, _bill_row, row) for row in execute(bills)]
    papers += [(row.created_at, row.note_number, note_row, row) for row in execute(notes)]
    papers.sort(key=lambda paper: paper[:2])
    return papers[:most]


def _order(papers: Any) -> Any:
    return papers.c.created_at, papers.c.id


def _paise(column: Any, name: str | None = None) -> Any:
    return type_coerce(column, BigInteger).label(name or column.key)


def _bills(wanted: Span) -> Any:
    c = _sales.c
    about = (c.created_at, c.business_day, c.bill_number, c.customer_name, c.payment_method, c.payment_status)
    sums = (_paise(c.subtotal), _paise(c.discount_amount), _paise(c.tax_amount), _paise(c.round_off))
    paid = (_paise(c.total_amount), _paise(c.amount_paid), _paise(c.credit_amount))
    return (
        select(*about, *sums, *paid, _users.c.full_name.label("cashier"))
        .outerjoin(_users, _users.c.id == c.created_by)
        .where(c.business_day >= wanted.first, c.business_day <= wanted.last)
    )


def _notes_of(wanted: Span) -> Any:
    c, (begins, ends) = _notes.c, moments(wanted)
    about = (c.created_at, c.note_number, _sales.c.customer_name, _users.c.full_name.label("cashier"))
    sums = (_paise(c.taxable), _paise(c.tax_amount), _paise(c.round_off), _paise(c.total_amount))
    back = (_paise(c.refund_amount, "amount_paid"), _paise(c.credit_reversed, "credit_amount"))
    return (
        select(*about, *sums, *back)
        .join(_sales, _sales.c.id == c.sale_id)
        .outerjoin(_users, _users.c.id == c.created_by)
        .where(c.created_at >= begins, c.created_at < ends)
    )


def _of_bill(row: Row[Any]) -> Amounts:
    if row.payment_status == "VOIDED":
        return (0, 0, 0, 0, 0, 0, row.total_amount)
    return (row.subtotal - row.discount_amount, *_of_paper(row), 0)


def _of_note(row: Row[Any]) -> Amounts:
    return (-row.taxable, *(-amount for amount in _of_paper(row)), 0)


def _of_paper(row: Row[Any]) -> Amounts:
    return (row.tax_amount, row.round_off, row.total_amount, row.amount_paid, row.credit_amount)


def _bill_row(row: Row[Any]) -> Sequence[Any]:
    about = (row.business_day, row.bill_number, "BILL", row.customer_name, row.cashier)
    return (*about, row.payment_method, row.payment_status, *_in_rupees(_of_bill(row)))


def _note_row(row: Row[Any], zone: str) -> Sequence[Any]:
    day = clock.business_day(row.created_at, zone)
    about = (day, row.note_number, "CREDIT_NOTE", row.customer_name, row.cashier)
    return (*about, None, None, *_in_rupees(_of_note(row)))


def _in_rupees(amounts: Amounts) -> list[Decimal]:
    return [from_paise(amount) for amount in amounts]
