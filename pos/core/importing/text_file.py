"""CSV as shops have it: UTF-8, UTF-16 or Windows-1252; parted by commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pos.core.importing.row import Row, Unreadable
from pos.core.language import gettext as _

CHUNK_BYTES = 256 * 1024
SAMPLE_ROWS = 30
LONGEST_SAMPLE = 5_000
DELIMITERS = (",", ";", "\t")
# How many of these cells are names of columns.
KnownNames = Callable[[Sequence[str]], int]
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x19\x1b]")
# Excel writes and reads this first line to tell the delimiter.
TOLD_DELIMITER = re.compile(r"^sep=(.)\r?\n?$")


@dataclass(frozen=True, slots=True)
class Format:
    """How a text file is to be read; `lines` counts its line ends."""

    encoding: str
    delimiter: str
    told: bool
    lines: int

    def described(self) -> str:
        """The format in words."""
        sign = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}[self.delimiter]
        encoding = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(self.encoding, self.encoding.upper())
        return _("CSV, %(encoding)s, parted by %(sign)s", encoding=encoding, sign=sign)


def looked_at(path: Path, known_names: KnownNames) -> Format:
    """Find out the encoding, and the delimiter: the one that parts the columns' names as they are known.

    Raises Unreadable for a file that is no text.
    """
    encoding, lines = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        told = TOLD_DELIMITER.match(file.readline())
    if told and told[1] in DELIMITERS:
        return Format(encoding, told[1], True, lines)
    return Format(encoding, _delimiter(path, encoding, known_names), False, lines)


def rows(path: Path, how: Format) -> Iterator[Row]:
    """Every row, the empty ones too. Raises Unreadable where a quotation mark is left open."""
    with path.open(encoding=how.encoding, newline="") as file:
        before = 0
        if how.told:
            file.readline()
            before = 1
        reader = csv.reader(file, delimiter=how.delimiter, strict=True)
        line = before + 1
        try:
            for number, cells in enumerate(reader, line):
                yield Row(line, number, cells)
                line = before + reader.line_num + 1
        except csv.Error as error:
            raise Unreadable(_broken(line)) from error


def _broken(line: int) -> str:
    return _(
        "Line %(line)s cannot be read: a quotation mark that opens there is not closed rightly, or a cell is far too"
        " long. Correct that line, then upload the file again.",
        line=line,
    )


def _encoding(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        start = file.read(4096)
    marked = next((name for mark, name in MARKS.items() if start.startswith(mark)), None)
    guesses = [marked] if marked else [*_unmarked_utf16(start), "utf-8", "cp1252"]
    for guess in guesses:
        lines = _lines_if(path, guess)
        if lines is not None:
            return guess, lines
    raise Unreadable(_("This is neither a CSV nor an Excel file. Save the list as CSV or .xlsx, then upload that."))


def _unmarked_utf16(start: bytes) -> list[str]:
    """UTF-16 without a mark: every second byte of plain Latin text is zero."""
    if b"\0" not in start:
        return []
    return ["utf-16-le" if start[1:200:2].count(0) > start[0:200:2].count(0) else "utf-16-be"]


def _lines_if(path: Path, encoding: str) -> int | None:
    """How many lines the file has when it is text in this encoding, else None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                text = decoder.decode(chunk)
                if _NO_TEXT.search(text):
                    return None
                lines += text.count("\n") or text.count("\r")
            decoder.decode(b"", final=True)
        except UnicodeError:
            return None
    return lines + 1


def _delimiter(path: Path, encoding: str, known_names: KnownNames) -> str:
    """The sign that gives the most columns whose names are known, and then the most columns."""
    with path.open(encoding=encoding, newline="") as file:
        # The rest of a line of ten megabytes would tell nothing more.
        sample = [line[:LONGEST_SAMPLE] for line in itertools.islice(file, SAMPLE_ROWS)]
    return max(DELIMITERS, key=lambda sign: _fitness(sample, sign, known_names))


def _fitness(sample: list[str], delimiter: str, known_names: KnownNames) -> tuple[int, int]:
    try:
        parted = list(csv.reader(sample, delimiter=delimiter))
    except csv.Error:
        return (-1, 0)
    known = max((known_names(cells) for cells in parted), default=0)
    widths = sorted(len(cells) for cells in parted if cells)
    return (known, widths[len(widths) // 2] if widths else 0)
