"""The catalogue as a file, with the columns that an import takes; cost prices only for who may see them."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy import select

from pos.catalog.checks import FIELDS
from pos.catalog.models import Product
from pos.core.actor import Actor
from pos.core.db import execute, table
from pos.core.money import format_plain, format_quantity

ROWS_AT_ONCE = 1000
# What Excel, LibreOffice and Google Sheets take as the beginning of a formula (OWASP: CSV injection).
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
QUANTITIES = {"stock_quantity", "min_stock_level"}
# Excel reads a CSV as UTF-8, Devanagari and all, only behind this mark.
BYTE_ORDER_MARK = "\ufeff"
LARGEST_IN_MEMORY_BYTES = 2_000_000
_products = table(Product)


def columns(actor: Actor) -> tuple[str, ...]:
    """The names of the columns that this person's export has."""
    return tuple(name for name in FIELDS if name != "cost_price" or actor.may("see_costs"))


def as_csv(actor: Actor) -> Iterator[str]:
    """The whole catalogue as CSV, piece by piece. Raises Forbidden for who may not edit products."""
    actor.require("edit_products")
    return _csv_pieces(columns(actor))


def as_xlsx(actor: Actor) -> IO[bytes]:
    """The whole catalogue as a spreadsheet: an open file, at its beginning. Raises Forbidden as `as_csv`."""
    actor.require("edit_products")
    names = columns(actor)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Products")
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 40
    sheet.append(names)
    for row in _rows(names):
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.SpooledTemporaryFile(max_size=LARGEST_IN_MEMORY_BYTES)  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return file


def harmless(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would run it; any other text as it is."""
    return f"'{text}" if text.startswith(RUN_BY_SPREADSHEETS) else text


def _csv_pieces(names: Sequence[str]) -> Iterator[str]:
    piece = io.StringIO()
    writer = csv.writer(piece)
    piece.write(BYTE_ORDER_MARK)
    writer.writerow(names)
    for number, row in enumerate(_rows(names), start=1):
        writer.writerow([_written(name, value) for name, value in zip(names, row, strict=True)])
        if number % ROWS_AT_ONCE == 0:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()


def _rows(names: Sequence[str]) -> Iterator[Sequence[Any]]:
    """All products in the order they were added, some at a time: no long transaction, no long list."""
    wanted = select(*(_products.c[name] for name in names), _products.c.id)
    last: UUID | None = None
    while True:
        after = wanted if last is None else wanted.where(_products.c.id > last)
        rows = execute(after.order_by(_products.c.id).limit(ROWS_AT_ONCE)).all()
        yield from (row[:-1] for row in rows)
        if len(rows) < ROWS_AT_ONCE:
            return
        last = rows[-1].id


def _written(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format_quantity(value) if name in QUANTITIES else format_plain(value)
    return value.isoformat() if isinstance(value, date) else harmless(str(value))


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value)
    # Else openpyxl takes a text that begins with = for a formula.
    cell.data_type = "s"
    return cell
