"""The dry run: what would become of a file under the choices made, written beside it for the page to show."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from pos.catalog.importing import known, sorting
from pos.catalog.importing.choices import REQUIRED_SENTENCES, Choices
from pos.catalog.importing.columns import HEADERS
from pos.catalog.importing.sorting import Good, Sorted
from pos.core.importing import aside, reading
from pos.core.importing.folder import Folder
from pos.core.importing.row import Row, Unreadable
from pos.core.importing.turns import AS_LONG_AS_IT_TAKES, in_turn
from pos.core.language import gettext as _
from pos.core.money import format_quantity, format_rupees

FINDINGS = "findings"
FIRST_ROWS = 30
SHOWN_ROWS = 20
LONGEST_SHOWN = 80
_VALUES = (
    *("name", "price", "mrp", "unit", "pack_size", "category", "brand"),
    *("barcode", "code", "stock_quantity", "tax_rate", "expiry_date"),
)

Told = Callable[[int, int], None]


@in_turn()
def first_rows(folder: Folder) -> list[Row]:
    """The file's first rows, in which its header stands. Raises Unreadable."""
    rows = list(itertools.islice(reading.opened(folder.upload, HEADERS.known_names).rows(), FIRST_ROWS))
    if not rows:
        raise Unreadable(_("There are no rows in this file."))
    return rows


@in_turn(AS_LONG_AS_IT_TAKES)
def dry_run(folder: Folder, choices: Choices, told: Told) -> Sorted | None:
    """Judge the whole file and note what was found; None when it cannot be read or a column is missing.

    `told` hears how many rows are done, of about how many.
    """
    findings: dict[str, Any] = {"choices": choices.as_json(), "error": None}
    result: Sorted | None = None
    try:
        table = reading.opened(folder.upload, HEADERS.known_names)
        rows = table.rows()
        first = list(itertools.islice(rows, FIRST_ROWS))
        findings |= {"source": table.described(), **_beginning(first, choices)}
        missing = [str(sentence) for name, sentence in REQUIRED_SENTENCES.items() if name not in choices.columns]
        if missing:
            findings["error"] = " ".join(missing)
        else:
            # Opening a large workbook takes as long as reading it: the first rows are not read twice.
            every, about = itertools.chain(first, rows), table.lines()
            result = sorting.sort_out(every, choices, known.products(), lambda done: told(done, about))
            findings |= _found(result)
    except Unreadable as error:
        findings["error"] = error.message
    aside.keep(folder.aside, result.aside if result else [])
    folder.note(FINDINGS, findings)
    return result


def _beginning(first: list[Row], choices: Choices) -> dict[str, Any]:
    """What the page needs to offer the columns: names, an example of each, and the rows that may hold the names."""
    names: list[str] = next((row.cells for row in first if row.number == choices.header), [])
    examples = [row.cells for row in first if row.number > choices.header]
    return {
        "names": [_short(name) for name in names] + [""] * (len(choices.columns) - len(names)),
        "examples": [_example(examples, place) for place in range(len(choices.columns))],
        "headers": [[row.number, _short(", ".join(filter(None, row.cells)))] for row in first[:10]],
    }


def _example(rows: list[list[str]], place: int) -> str:
    return _short(next((cells[place] for cells in rows if place < len(cells) and cells[place].strip()), ""))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _found(result: Sorted) -> dict[str, Any]:
    twins = {kind: [list(twin) for twin in found] for kind, found in result.twins.items()}
    shown = [_shown(good) for good in result.good[:SHOWN_ROWS]]
    return {"counts": result.counts(), "same": dict(result.same), "twins": twins, "shown": shown}


def _shown(good: Good) -> dict[str, Any]:
    values = {name: _as_text(name, good.values[name]) for name in _VALUES if good.values.get(name) is not None}
    return {"line": good.row.line, "updates": good.target.name if good.target is not None else None, **values}


def _as_text(name: str, value: Any) -> str:
    if name in ("price", "mrp"):
        return format_rupees(value)
    if name in ("stock_quantity", "tax_rate"):
        return format_quantity(value)
    return str(value)
