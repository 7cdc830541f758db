"""The rows that are not taken, kept as a file of their own: read in pages, or downloaded to be corrected."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path

from pos.core.importing.row import Aside, Row
from pos.core.language import gettext as _
from pos.core.spreadsheets import BYTE_ORDER_MARK, harmless


def keep(path: Path, rows: Iterable[Aside]) -> None:
    """Write down the rows that are not taken."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([one.kind, one.reason, one.row.line, one.row.number, *one.row.cells] for one in rows)


def kept(path: Path, kind: str | None = None) -> Iterator[Aside]:
    """The rows that were written down: the bad, those left out, or both, in the file's order."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for what, reason, line, number, *cells in csv.reader(file):
            if kind in (None, what):
                yield Aside(Row(int(line), int(number), cells), what, reason)


def page(path: Path, kind: str, number: int, limit: int) -> list[Aside]:
    """One page of the rows of a kind; pages count from 1."""
    return list(itertools.islice(kept(path, kind), (number - 1) * limit, number * limit))


def as_csv(path: Path, header: Sequence[str], kind: str | None = None) -> Iterator[str]:
    """The rows as a CSV file with the columns as they came, and the line and the reason behind them."""
    yield BYTE_ORDER_MARK + _line([*header, _("Line"), _("Why it is not taken")])
    for one in kept(path, kind):
        filled = one.row.cells + [""] * (len(header) - len(one.row.cells))
        yield _line([*filled, str(one.row.line), one.reason])


def _line(cells: Iterable[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow(harmless(cell) for cell in cells)
    return out.getvalue()
