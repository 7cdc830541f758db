"""Reads the worked bills of docs/pricing.md: each with its terms, its lines, its tax rows and its totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pos.sales.pricing import AskedLine, BillDiscount, Terms

PAGE = Path(__file__).parents[2] / "docs" / "pricing.md"
Row = dict[str, str]


@dataclass
class WorkedBill:
    """One example of the page, its tables by the heading of their first column."""

    name: str
    tables: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def terms(self) -> Terms:
        row = self.tables["GST mode"][0]
        return Terms(row["GST mode"], row["Prices"] == "include tax", row["Whole rupees"] == "yes")

    @property
    def bill_discount(self) -> BillDiscount:
        asked = self.tables["GST mode"][0]["Bill discount"]
        if asked.endswith("%"):
            return BillDiscount(percent=Decimal(asked.removesuffix("%").strip()))
        return BillDiscount(amount=number(asked))

    @property
    def points(self) -> Decimal:
        return number(self.tables["GST mode"][0]["Points"]) or Decimal(0)

    @property
    def lines(self) -> list[AskedLine]:
        return [_asked(row) for row in self.tables["Goods"]]


def number(cell: str) -> Decimal | None:
    """The number in a cell; nothing for an empty one or a dash."""
    return Decimal(cell) if cell not in ("", "–") else None


def worked_bills() -> list[WorkedBill]:
    """Every example of the page, in its order."""
    bills: list[WorkedBill] = []
    for heading, rows in _tables(PAGE.read_text(encoding="utf-8").partition("## Worked bills")[2]):
        if not bills or bills[-1].name != heading:
            bills.append(WorkedBill(heading))
        bills[-1].tables[next(iter(rows[0]))] = rows
    return bills


def _tables(text: str) -> Iterator[tuple[str, list[Row]]]:
    heading, table = "", list[list[str]]()
    for line in [*text.splitlines(), ""]:
        if line.startswith("### "):
            heading = line.removeprefix("### ")
        elif line.startswith("|"):
            table.append([cell.strip() for cell in line.strip("|").split("|")])
        elif table:
            yield heading, [dict(zip(table[0], row, strict=True)) for row in table[2:]]
            table = []


def _asked(row: Row) -> AskedLine:
    return AskedLine(
        unit_price=Decimal(row["Price"]),
        quantity=Decimal(row["Quantity"]),
        tax_rate=Decimal(row["Rate"]),
        discount=number(row.get("Discount", "")) or Decimal(0),
        amount=number(row.get("Worth", "")),
        mrp=number(row.get("MRP", "")),
    )
