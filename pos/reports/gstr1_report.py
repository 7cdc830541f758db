"""The figures of GSTR-1 in one table, for the accountant: what the tax reports tell, by the numbers of the form.

Every buyer is a consumer of the store's own state: bills hold no buyer's GSTIN and no other place of supply. What came
back is taken off in tables 7, 8 and 12 already; the line of the credit notes only tells how much that was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.reports import tax_report
from pos.reports.spans import Span
from pos.reports.table import NOTHING, Column, Table, made, quantity, rupees
from pos.reports.words import kind_name, section_name

COLUMNS = (
    Column("section", _l("Table"), words=section_name),
    Column("what", _l("What")),
    Column("tax_rate", _l("Rate"), "percent"),
    Column("unit", _l("Unit")),
    quantity("quantity", _l("Quantity")),
    Column("from_number", _l("From")),
    Column("to_number", _l("To")),
    # Nothing has a sum over all sections: the goods of tables 7 and 8 are those of table 12.
    Column("documents_count", _l("Given out"), "whole"),
    Column("cancelled_count", _l("Cancelled"), "whole"),
    Column("net_count", _l("Net"), "whole"),
    rupees("taxable", _l("Taxable"), summed=False),
    rupees("cgst_amount", _l("CGST"), summed=False),
    rupees("sgst_amount", _l("SGST"), summed=False),
    rupees("tax_amount", _l("Tax"), summed=False),
)
AMOUNTS = ("taxable", "cgst_amount", "sgst_amount", "tax_amount")
COUNTS = ("documents_count", "cancelled_count", "net_count")


def gstr1(wanted: Span) -> Table:
    """Tables 7, 8, 12 and 13 of GSTR-1, each with its own sums, and what the credit notes took off."""
    goods = [row | {"what": row["hsn_code"] or _("Without HSN")} for row in tax_report.by_hsn(wanted).named()]
    rates = [_rate(rate, goods) for rate in sorted({row["tax_rate"] for row in goods})]
    papers = [row | {"what": kind_name(row["kind"])} for row in tax_report.documents(wanted).named()]
    notes = sum(row["net_count"] for row in papers if row["kind"] == "CREDIT_NOTE")
    rows = [
        *_section("7", (row for row in rates if row["tax_rate"]), AMOUNTS),
        *_section("8", (row for row in rates if not row["tax_rate"]), AMOUNTS),
        *_section("9B", _taken_off(wanted, notes), AMOUNTS),
        *_section("12", goods, AMOUNTS),
        *_section("13", papers, COUNTS),
    ]
    note = _("Every buyer counts as a consumer of the store's own state. Tables 7, 8 and 12 are less the credit notes.")
    return made("tax-gstr1", _("Summary for GSTR-1"), COLUMNS, rows, (wanted.first, wanted.last), note)


def _rate(rate: Decimal, goods: list[dict[str, Any]]) -> dict[str, Any]:
    of_it = [row for row in goods if row["tax_rate"] == rate]
    return {"tax_rate": rate, **{name: sum((row[name] for row in of_it), NOTHING) for name in AMOUNTS}}


def _taken_off(wanted: Span, count: int) -> list[dict[str, Any]]:
    if not count:
        return []
    amounts = dict(zip(AMOUNTS, tax_report.taken_off(wanted), strict=True))
    return [{"what": _("Taken off in 7, 8 and 12 already"), "net_count": count, **amounts}]


def _section(section: str, found: Iterable[dict[str, Any]], summed: Sequence[str]) -> list[Sequence[Any]]:
    rows = list(found)
    if len(rows) > 1:
        sums: dict[str, Decimal | int] = {
            name: sum((row[name] for row in rows), NOTHING if summed is AMOUNTS else 0) for name in summed
        }
        rows.append({"what": _("Total"), **sums})
    # What a row of another report tells besides, this one has no column for.
    return [(section, *(row.get(column.name) for column in COLUMNS[1:])) for row in rows]
