"""A report as a file: on A4 as PDF, with the heads on every page and the pages numbered, or for a spreadsheet."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from itertools import chain
from typing import Any

from flask import Response, render_template, stream_with_context

from pos.core import clock
from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.core.language import local_time
from pos.core.money import format_quantity, format_rupees
from pos.core.printing.press import Press
from pos.core.shown import local_date
from pos.reports.sheets import as_csv, as_xlsx, csv_lines, days_of
from pos.reports.spans import Span
from pos.reports.table import NUMBERS, Column, Table
from pos.settings.store import Store

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
MOST_ROWS = 1_500
LONGEST_SECONDS = 60.0
# Longer tables are drawn ten rows at a time, each text in one line.
MOST_SINGLE_ROWS, ROWS_TOGETHER, LONGEST_LINE = 150, 10, 32
# A press of its own: no customer waits for a receipt behind the owner's year.
_press = Press(LONGEST_SECONDS)
atexit.register(_press.close)


def pdf(table: Table, store: Store) -> bytes:
    """The table as a PDF. Raises Invalid when it is too long for paper, NoPdf where this computer cannot make one."""
    if len(table.rows) > MOST_ROWS:
        sentence = _("That is too long for paper. Ask for fewer days, or take it as a spreadsheet.")
        raise Invalid(sentence, code="REPORT_TOO_LONG", field="format")
    return _press.pdf("a4", page(table, store))


def drawn(html: str) -> bytes:
    """A page on A4 as a PDF. Raises NoPdf where this computer cannot make one."""
    return _press.pdf("a4", html)


def file(table: Table, store: Store, wanted: str) -> Response:
    """The table as a file to keep: `pdf`, `xlsx` or `csv`. Raises what `pdf` raises."""
    if wanted == "pdf":
        content: bytes | str = pdf(table, store)
    else:
        content = as_xlsx(table, store) if wanted == "xlsx" else as_csv(table, store)
    last = table.last or store.today()
    days = f"{table.first:%Y-%m-%d}-{last:%Y-%m-%d}" if table.first else f"{last:%Y-%m-%d}"
    return _named(content, f"{table.name}-{days}", wanted)


def streamed(pieces: Iterator[Table], wanted: Span, store: Store) -> Response:
    """A report in pieces as a CSV that is written while it is sent, however long it grows."""
    first = next(pieces)
    lines = stream_with_context(csv_lines(chain([first], pieces), store))
    return _named(lines, f"{first.name}-{wanted.first:%Y-%m-%d}-{wanted.last:%Y-%m-%d}", "csv")


def _named(content: bytes | str | Iterator[str], name: str, kind: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, mimetype=TYPES[kind], headers=named)


def page(table: Table, store: Store) -> str:
    """What the press draws."""
    grouped = len(table.rows) > MOST_SINGLE_ROWS
    values = {"days": days_of(table, store), "made_at": clock.now(), "numbers": NUMBERS, "cell": shown}
    values |= {"groups": _groups(table, ROWS_TOGETHER if grouped else 1), "grouped": grouped}
    return render_template("reports/paper.html", table=table, store=store, **values)


def _groups(table: Table, at_once: int) -> Iterator[list[str]]:
    """The rows as cells of text, some rows' lines together in one cell: a cell costs the press far more than a line."""
    for start in range(0, len(table.rows), at_once):
        together = table.rows[start : start + at_once]
        yield [
            "\n".join(_line(shown(column, row[place]), at_once) for row in together)
            for place, column in enumerate(table.columns)
        ]


def _line(text: str, at_once: int) -> str:
    return text if at_once == 1 or len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"


def shown(column: Column, value: Any) -> str:
    """A value as people read it, without the currency's sign, in the reader's language."""
    if value is None:
        return ""
    if column.words is not None:
        return column.words(value)
    if column.kind == "money":
        return format_rupees(value, "")
    if column.kind in ("quantity", "percent"):
        return format_quantity(value)
    if column.kind == "date":
        return local_date(value)
    return local_time(value) if column.kind == "moment" else str(value)
