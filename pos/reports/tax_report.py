"""Tax of a span by rate, by HSN, and the numbers of the papers that were given out; for the owner and the accountant.

Every amount is that of the bills (voided ones left out) less that of the credit notes made in the span. CGST and SGST
are the two equal halves that registered shops show; the tax of other bills stands in `tax_amount` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, case, func, select

from pos.core.db import execute, table
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.money import from_basis_points, from_milli, from_paise, to_paise
from pos.reports.spans import Span, moments
from pos.reports.sums import tax_sums
from pos.reports.table import NOTHING, Column, Table, made, quantity, rupees, whole
from pos.reports.words import kind_name
from pos.sales.models import Sale
from pos.sales.returns_and_drawer import CreditNote

_sales, _notes = table(Sale), table(CreditNote)

TAXES = (
    rupees("taxable", _l("Taxable")),
    rupees("cgst_amount", _l("CGST")),
    rupees("sgst_amount", _l("SGST")),
    rupees("tax_amount", _l("Tax")),
)
RATE_COLUMNS = (
    Column("tax_rate", _l("Rate"), "percent"),
    rupees("billed_taxable", _l("Billed")),
    rupees("returned_taxable", _l("Returned")),
    *TAXES,
    rupees("total_amount", _l("With tax")),
)


def by_rate(wanted: Span) -> Table:
    """What was taxed at each rate, and how much tax that is (GSTR-1 table 7, GSTR-3B table 3.1)."""
    sums = _by_key(wanted, lambda row: (from_basis_points(row.tax_rate_bp),))
    rows = [
        (rate, found.billed, found.returned, *found.taxes, found.taxable + found.tax)
        for (rate,), found in sorted(sums.items())
    ]
    return made("tax-by-rate", _("Tax by rate"), RATE_COLUMNS, rows, (wanted.first, wanted.last))


HSN_COLUMNS = (
    Column("hsn_code", _l("HSN")),
    Column("unit", _l("Unit")),
    Column("tax_rate", _l("Rate"), "percent"),
    quantity("quantity", _l("Quantity")),
    rupees("total_amount", _l("With tax")),
    *TAXES,
)


def by_hsn(wanted: Span) -> Table:
    """Goods by HSN code, unit and rate, less what came back (GSTR-1 table 12); None is goods without a code."""
    sums = _by_key(wanted, lambda row: (row.hsn_code, row.unit, from_basis_points(row.tax_rate_bp)))
    rows = [
        (code or None, unit, rate, found.quantity, found.taxable + found.tax, *found.taxes)
        for (code, unit, rate), found in sorted(sums.items())
    ]
    return made("tax-by-hsn", _("Tax by HSN"), HSN_COLUMNS, rows, (wanted.first, wanted.last))


DOCUMENT_COLUMNS = (
    Column("kind", _l("Paper"), words=kind_name),
    Column("from_number", _l("From")),
    Column("to_number", _l("To")),
    whole("documents_count", _l("Given out")),
    whole("cancelled_count", _l("Cancelled")),
    whole("net_count", _l("Net")),
)


def documents(wanted: Span) -> Table:
    """The numbers given out in the span, from which to which, and how many were cancelled (GSTR-1 table 13)."""
    begins, ends = moments(wanted)
    bills = select(_sales.c.bill_year, func.min(_sales.c.bill_number), func.max(_sales.c.bill_number), func.count())
    bills = bills.add_columns(func.count(case((_sales.c.payment_status == "VOIDED", 1))))
    bills = bills.where(_sales.c.business_day >= wanted.first, _sales.c.business_day <= wanted.last)
    notes = select(_notes.c.note_year, func.min(_notes.c.note_number), func.max(_notes.c.note_number), func.count())
    notes = notes.where(_notes.c.created_at >= begins, _notes.c.created_at < ends)
    rows: list[Sequence[Any]] = []
    for _year, least, most, count, gone in _by_year(bills, _sales.c.bill_year):
        rows.append(("BILL", least, most, count, gone, count - gone))
    rows += [
        ("CREDIT_NOTE", least, most, count, 0, count)
        for _year, least, most, count in _by_year(notes, _notes.c.note_year)
    ]
    title = _("Numbers of bills and credit notes")
    return made("tax-documents", title, DOCUMENT_COLUMNS, rows, (wanted.first, wanted.last))


def _by_year(statement: Any, year: Any) -> Sequence[Any]:
    return execute(statement.group_by(year).order_by(year)).all()


def taken_off(wanted: Span) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """What the credit notes of the span took off: taxable, CGST, SGST and all tax, above zero."""
    found = _Sums()
    for row in tax_sums(wanted):
        found.take(row, "back_", -1)
    taxable, cgst, sgst, tax = found.taxes
    return -taxable, -cgst, -sgst, -tax


class _Sums:
    """What was billed and returned under one key, in rupees; quantities in the key's own unit."""

    def __init__(self) -> None:
        self.billed = self.returned = self.tax = self.halved = self.quantity = NOTHING

    def take(self, row: Row[Any], what: str, sign: int) -> None:
        """Add what was sold (`what` is "") or take off what came back (`back_`)."""
        taxable, tax = (from_paise(int(getattr(row, f"{what}{name}_paise"))) for name in ("taxable", "tax"))
        if what:
            self.returned += taxable
        else:
            self.billed += taxable
        self.tax += sign * tax
        self.quantity += sign * from_milli(int(getattr(row, f"{what}quantity_milli")))
        if row.gst_mode == "regular":
            self.halved += sign * tax

    @property
    def taxable(self) -> Decimal:
        return self.billed - self.returned

    @property
    def taxes(self) -> tuple[Decimal, Decimal, Decimal, Decimal]:
        """Taxable, CGST, SGST and all tax. In regular mode the tax of every line is even in paise: two equal halves."""
        half = from_paise(to_paise(self.halved) // 2)
        return self.taxable, half, half, self.tax


def _by_key(wanted: Span, key_of: Callable[[Row[Any]], tuple[Any, ...]]) -> dict[tuple[Any, ...], _Sums]:
    sums: dict[tuple[Any, ...], _Sums] = {}
    for row in tax_sums(wanted):
        found = sums.setdefault(key_of(row), _Sums())
        found.take(row, "", 1)
        found.take(row, "back_", -1)
    return sums
