"""A report as a file: on A4 as PDF, with the heads on every page and the pages numbered, or for a spreadsheet."""

from __future__ import annotations

import atexit
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from flask import Response, render_template, stream_with_context

from pos.core import clock
from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.core.language import local_date, local_time
from pos.core.money import format_quantity, format_rupees
from pos.core.printing.press import Press
from pos.reports.sheets import as_csv, as_xlsx, csv_lines, days_of, named_sums
from pos.reports.spans import Span
from pos.reports.table import NUMBERS, Column, Table
from pos.settings.store import Store

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
MOST_ROWS = 20_000
LONGEST_SECONDS = 60.0
# Longer tables are drawn line by line, each text in one line: HTML takes a minute for ten thousand rows.
MOST_HTML_ROWS = 150
# A press of its own: no customer waits for a receipt behind the owner's year.
_press = Press(LONGEST_SECONDS)
atexit.register(_press.close)


def pdf(table: Table, store: Store) -> bytes:
    """The table as a PDF. Raises Invalid when it is too long for paper, NoPdf where this computer cannot make one."""
    if len(table.rows) > MOST_ROWS:
        sentence = _("That is too long for paper. Ask for fewer days, or take it as a spreadsheet.")
        raise Invalid(sentence, code="REPORT_TOO_LONG", field="format")
    if len(table.rows) > MOST_HTML_ROWS:
        return _press.table(long(table, store))
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
    """What the press draws of a short table."""
    values = {"days": days_of(table, store), "made_at": clock.now(), "numbers": NUMBERS, "cell": shown}
    return render_template("reports/paper.html", table=table, store=store, **values)


def long(table: Table, store: Store) -> dict[str, Any]:
    """What the press draws of a long table: all of it as texts, in the reader's language."""
    titles = [{"title": str(column.title), "right": column.kind in NUMBERS} for column in table.columns]
    made_at = _("Made on %(moment)s", moment=local_time(clock.now()))
    address, gstin = " ".join((store.address or "").split()), f"GSTIN {store.gstin}" if store.gstin else ""
    about = [(address, days_of(table, store)), (gstin, made_at), *([(table.note, "")] if table.note else [])]
    return {
        "store": store.store_name,
        "title": table.title,
        "about": about,
        "columns": titles,
        "rows": [_shown_all(table, row) for row in table.rows],
        "totals": _shown_all(table, named_sums(table.totals)) if table.totals is not None else None,
        "page": "{page} / {pages}",
    }


def _shown_all(table: Table, row: Sequence[Any]) -> list[str]:
    # What the sums are called stands in a column of words, or of days.
    pairs = zip(table.columns, row, strict=True)
    return [value if isinstance(value, str) and not column.words else shown(column, value) for column, value in pairs]


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
