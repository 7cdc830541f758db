"""Rows out of a file of any common kind; what it is, its content says and not its name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pos.core.importing import text_file, workbook
from pos.core.importing.row import MOST_COLUMNS, Row, Unreadable
from pos.core.language import gettext as _

MOST_ROWS = 100_000
OLD_EXCEL = bytes.fromhex("D0CF11E0A1B11AE1")


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read as rows, as often as one likes."""

    path: Path
    how: text_file.Format | workbook.Sheet

    def rows(self) -> Iterator[Row]:
        """The rows that hold something, each with its line. Raises Unreadable where the file is broken."""
        count = 0
        for row in self._all():
            if not any(cell.strip() for cell in row.cells):
                continue
            count += 1
            if count > MOST_ROWS:
                raise Unreadable(_("The file has more than %(most)s rows. Split it.", most=f"{MOST_ROWS:,}"))
            if len(row.cells) > MOST_COLUMNS:
                raise Unreadable(_("Line %(line)s has more than %(most)s columns.", line=row.line, most=MOST_COLUMNS))
            yield row

    def _all(self) -> Iterator[Row]:
        if isinstance(self.how, text_file.Format):
            return text_file.rows(self.path, self.how)
        return workbook.rows(self.path, self.how)

    def described(self) -> str:
        """What the file is, in words for a person."""
        return self.how.described()

    def lines(self) -> int:
        """About how many lines it has; 0 when nobody knows before they are read."""
        return self.how.lines


def opened(path: Path, known_names: text_file.KnownNames) -> Table:
    """Find out what kind of file it is. Raises Unreadable, with what to do, for kinds that hold no rows.

    `known_names` tells how many cells of a row are names of columns.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(OLD_EXCEL):
        raise Unreadable(
            _("This is an old Excel file (.xls), or one with a password. Save it as .xlsx or CSV, then upload that.")
        )
    if start.startswith(b"%PDF"):
        raise Unreadable(_("This is a PDF. Ask for the list as an Excel or CSV file."))
    if start.startswith(b"PK") and zipfile.is_zipfile(path):
        return Table(path, workbook.looked_at(path))
    return Table(path, text_file.looked_at(path, known_names))
