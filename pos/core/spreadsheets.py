"""Lists as files that spreadsheets open: CSV and .xlsx, in which nothing that people typed is ever run as a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any

ROWS_AT_ONCE = 1000
# What Excel, LibreOffice and Google Sheets take as the beginning of a formula (OWASP: CSV injection).
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
# Excel reads a CSV as UTF-8, Devanagari and all, only behind this mark.
BYTE_ORDER_MARK = "\ufeff"
LARGEST_IN_MEMORY_BYTES = 2_000_000
Rows = Iterable[Sequence[Any]]


def harmless(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would run it; any other text as it is."""
    return f"'{text}" if text.startswith(RUN_BY_SPREADSHEETS) else text


def csv_pieces(names: Sequence[str], rows: Rows, written: Callable[[str, Any], str]) -> Iterator[str]:
    """The rows as CSV under their columns' names, piece by piece; `written` gives a column's value as text."""
    piece = io.StringIO()
    writer = csv.writer(piece)
    piece.write(BYTE_ORDER_MARK)
    writer.writerow(names)
    for number, row in enumerate(rows, start=1):
        writer.writerow([written(name, value) for name, value in zip(names, row, strict=True)])
        if number % ROWS_AT_ONCE == 0:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()


def xlsx(title: str, names: Sequence[str], rows: Rows) -> IO[bytes]:
    """The rows as a workbook of one sheet: an open file, at its beginning. Numbers stay numbers, text stays text."""
    book = new_workbook()
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 40
    sheet.append(names)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.SpooledTemporaryFile(max_size=LARGEST_IN_MEMORY_BYTES)  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, value: Any) -> Any:
    return text_cell(sheet, value) if isinstance(value, str) else value


def new_workbook() -> Any:
    """An empty workbook that is written row by row."""
    # Where it is needed: it takes 8 MB, and most shops open no workbook.
    from openpyxl import Workbook

    return Workbook(write_only=True)


def text_cell(sheet: Any, text: str) -> Any:
    """A cell that holds this text, whatever it begins with."""
    cell = any_cell(sheet, text)
    # Else openpyxl takes a text that begins with = for a formula.
    cell.data_type = "s"
    return cell


def any_cell(sheet: Any, value: Any) -> Any:
    """A cell that can be formatted."""
    from openpyxl.cell import WriteOnlyCell

    return WriteOnlyCell(sheet, value)
