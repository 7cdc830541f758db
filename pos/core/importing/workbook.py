"""Excel workbooks (.xlsx), read row by row; what would unpack to more than a shop can hold is refused unopened."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from pos.core.importing.row import MOST_COLUMNS, Row, Unreadable
from pos.core.language import gettext as _

LARGEST_UNPACKED_BYTES = 80 * 1024 * 1024
MOST_PARTS = 1000
# Excel's own: a cell that says it stands below them has a million empty rows above it, or a billion.
MOST_LINES = 1_048_576
BOOK = "xl/workbook.xml"
# Excel itself keeps fifteen digits; what a float adds behind them was never in the sheet.
EXACT_DIGITS = ".15g"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet that is read: the first visible one that holds anything."""

    title: str
    lines: int
    others: int

    def described(self) -> str:
        """The sheet in words."""
        if self.others:
            return _("Excel, sheet “%(title)s”; the other sheets are left out", title=self.title)
        return _("Excel, sheet “%(title)s”", title=self.title)


def looked_at(path: Path) -> Sheet:
    """Choose the sheet. Raises Unreadable for a bomb, for other packed files, and for a workbook without rows."""
    _refuse_bombs(path)
    with _book(path) as book:
        for sheet in book.worksheets:
            told_rows = int(sheet.max_row or 0)
            sheet.reset_dimensions()
            beginning = sheet.iter_rows(max_row=50, values_only=True) if sheet.sheet_state == "visible" else ()
            if any(cell is not None for row in beginning for cell in row):
                return Sheet(sheet.title, told_rows, len(book.worksheets) - 1)
    raise Unreadable(_("There is nothing in this workbook."))


def rows(path: Path, sheet: Sheet) -> Iterator[Row]:
    """Every row of the sheet, its cells as text. Raises Unreadable where the workbook is broken."""
    with _book(path) as book:
        opened = book[sheet.title]
        opened.reset_dimensions()
        for number, cells in enumerate(opened.iter_rows(max_row=MOST_LINES), 1):
            yield Row(number, number, [_text(cell) for cell in cells[: MOST_COLUMNS + 1]])


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _unreadable() from error
    if BOOK not in {part.filename for part in parts}:
        raise Unreadable(_("This is a packed file, but no Excel workbook. Save the list as .xlsx or CSV."))
    # Unpacking stops at the size that a part declares, so the declared sizes are the true limit.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED_BYTES:
        raise Unreadable(_("This workbook unpacks to far too much. Save the one sheet with the list as CSV."))


@contextmanager
def _book(path: Path) -> Iterator[Any]:
    """The workbook, opened by its content: openpyxl would look at a path's ending. What fails inside is Unreadable."""
    with path.open("rb") as file:
        try:
            book = _loaded(file)
            yield book
            book.close()
        except (Unreadable, GeneratorExit):
            raise
        except Exception as error:
            # Broken files fail in every layer: zip, XML, numbers, dates.
            raise _unreadable() from error


def _loaded(file: IO[bytes]) -> Any:
    # Where it is needed: it takes 8 MB, and most shops open no workbook.
    import openpyxl

    with warnings.catch_warnings():
        # openpyxl warns of decorations that it does not know; rows have none.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)


def _unreadable() -> Unreadable:
    return Unreadable(_("This Excel file is damaged. Open it, save it again as .xlsx or CSV, then upload that."))


def _text(cell: Any) -> str:
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, float):
        return _number(value, cell.number_format or "")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return str(value)


def _number(value: float, shown_as: str) -> str:
    number = Decimal(format(value, EXACT_DIGITS))
    if "%" in shown_as:
        return f"{(number * 100).normalize():f}%"
    return f"{number.normalize():f}"
