"""Reports as files for spreadsheets: numbers stay numbers, days stay days, and no text is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pos.core.language import gettext as _
from pos.core.money import format_plain, format_quantity
from pos.core.spreadsheets import BYTE_ORDER_MARK, any_cell, harmless, new_workbook, text_cell
from pos.reports.table import NUMBERS, Column, Table
from pos.settings.store import Store

FORMATS = {
    "money": "#,##0.00",
    "quantity": "0.###",
    "percent": "0.##",
    "whole": "0",
    "date": "dd-mm-yyyy",
    "moment": "dd-mm-yyyy hh:mm",
}
WIDTHS = {"text": 24, "money": 14, "moment": 18}
USUAL_WIDTH = 12
HEAD_ROW = 4


def as_csv(table: Table, store: Store) -> str:
    """The table as CSV for Excel and everything else: titles, rows, sums."""
    return "".join(csv_lines([table], store))


def csv_lines(pieces: Iterable[Table], store: Store) -> Iterator[str]:
    """One report that comes in pieces, each going on where the one before it ended, as one CSV with one row of sums."""
    sums: list[Any] | None = None
    for number, table in enumerate(pieces):
        if number == 0:
            yield BYTE_ORDER_MARK + _line([str(column.title) for column in table.columns])
        for row in table.rows:
            yield _line([_written(column, value, store) for column, value in zip(table.columns, row, strict=True)])
        columns, sums = table.columns, _added(sums, table.totals)
    if sums is not None:
        yield _line(named_sums([_written(column, value, store) for column, value in zip(columns, sums, strict=True)]))


def _line(cells: Sequence[str]) -> str:
    piece = io.StringIO()
    csv.writer(piece).writerow(cells)
    return piece.getvalue()


def _added(sums: list[Any] | None, more: Sequence[Any] | None) -> list[Any] | None:
    if sums is None or more is None:
        return list(more) if more is not None else None
    return [one if other is None else one + other for one, other in zip(sums, more, strict=True)]


def as_xlsx(table: Table, store: Store) -> bytes:
    """The table as a spreadsheet: its name and days on top, a head that stays in sight, a filter, sums at the end."""
    from openpyxl.utils import get_column_letter

    book = new_workbook()
    sheet = book.create_sheet(table.name[:31])
    for place, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column.kind, USUAL_WIDTH)
    sheet.freeze_panes = f"B{HEAD_ROW + 1}"
    last_column = get_column_letter(len(table.columns))
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{last_column}{HEAD_ROW + len(table.rows)}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.append([_text(sheet, f"{store.store_name}: {table.title}", is_bold=True)])
    sheet.append([_text(sheet, days_of(table, store))])
    sheet.append([_text(sheet, table.note or "")])
    sheet.append([_head(sheet, column) for column in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, column, value, store) for column, value in zip(table.columns, row, strict=True)])
    if table.totals is not None:
        pairs = zip(table.columns, named_sums(table.totals), strict=True)
        sheet.append([_cell(sheet, column, value, store, is_bold=True) for column, value in pairs])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def days_of(table: Table, store: Store) -> str:
    """The days that the table is about, in words."""
    if table.last is None:
        return _("On %(day)s", day=_day(store.today()))
    if table.first is None:
        return _("At the end of %(day)s", day=_day(table.last))
    return _("From %(first)s to %(last)s", first=_day(table.first), last=_day(table.last))


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def named_sums(sums: Sequence[Any]) -> list[Any]:
    """The sums with their name in the first column that has none."""
    return [_("Total") if place == 0 and not value else value for place, value in enumerate(sums)]


def _written(column: Column, value: Any, store: Store) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format_plain(value) if column.kind == "money" else format_quantity(value)
    if isinstance(value, datetime):
        return f"{_local(value, store):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return harmless(column.words(value) if column.words else str(value))


def _head(sheet: Any, column: Column) -> Any:
    from openpyxl.styles import Alignment

    cell = _text(sheet, str(column.title), is_bold=True)
    cell.alignment = Alignment(horizontal="right" if column.kind in NUMBERS else "left", wrap_text=True)
    return cell


def _cell(sheet: Any, column: Column, value: Any, store: Store, is_bold: bool = False) -> Any:
    if isinstance(value, str):
        return _text(sheet, column.words(value) if column.words and not is_bold else value, is_bold)
    cell = any_cell(sheet, _local(value, store) if isinstance(value, datetime) else value)
    if column.kind in FORMATS:
        cell.number_format = FORMATS[column.kind]
    return _bold(cell) if is_bold else cell


def _text(sheet: Any, value: str, is_bold: bool = False) -> Any:
    cell = text_cell(sheet, value)
    return _bold(cell) if is_bold else cell


def _bold(cell: Any) -> Any:
    from openpyxl.styles import Font

    cell.font = Font(bold=True)
    return cell


def _local(moment: datetime, store: Store) -> datetime:
    """The moment as the shop's clock showed it: spreadsheets know no time zones."""
    return moment.astimezone(ZoneInfo(store.timezone)).replace(tzinfo=None)
