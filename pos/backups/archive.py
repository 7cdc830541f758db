"""A backup file: a zip that any computer opens, the same whichever engine it came from.

It holds `manifest.json` (which store, when, which schema, how many rows), a file of JSON lines for each table, and
`SHA256SUMS`, which `sha256sum -c` understands. A row is a list of plain values in the manifest's order of columns: ids
as 32 hexadecimal digits, times as `2026-11-23 02:00:00.000000` in UTC, money and quantities as whole numbers.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from pos.core.errors import Refused
from pos.core.language import gettext as _

FORMAT = "Local POS Pro backup"
VERSION = 1
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
ROWS_AT_ONCE = 1000
LARGEST_MANIFEST_BYTES = 4 * 1024 * 1024
# A little larger than the best, and several times quicker.
COMPRESSION = 4
BYTES_MARK = "\\x"


@dataclass(frozen=True, slots=True)
class Kept:
    """One table in a backup: its columns in their order, and how many rows there are."""

    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a backup says about itself. `audit_head` is the hash of the audit log's last entry: no tail can be cut."""

    made_at: str
    store: str
    engine: str
    revision: str
    bills: int
    last_bill: str | None
    audit_entries: int
    audit_head: str | None


class Writer:
    """Writes one backup file, table by table; nothing is whole before `finish`."""

    def __init__(self, file: Path) -> None:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION)
        self._sums: dict[str, str] = {}
        self._tables: dict[str, Kept] = {}

    def add_table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write a table's rows down; they are taken a thousand at a time, however many there are."""
        count, total, rows = 0, hashlib.sha256(), iter(rows)
        with self._zip.open(_member(name), "w", force_zip64=True) as member:
            while some := list(islice(rows, ROWS_AT_ONCE)):
                lines = "".join(_line(row) for row in some).encode()
                total.update(lines)
                member.write(lines)
                count += len(some)
        self._sums[_member(name)] = total.hexdigest()
        self._tables[name] = Kept(tuple(columns), count)

    def finish(self, facts: Facts) -> None:
        """Write the manifest and the sums, and wait until the disk has all of it."""
        tables = {name: asdict(table) for name, table in self._tables.items()}
        told = {"format": FORMAT, "version": VERSION, **asdict(facts), "tables": tables}
        manifest = (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()
        self._sums[MANIFEST] = hashlib.sha256(manifest).hexdigest()
        self._zip.writestr(MANIFEST, manifest)
        self._zip.writestr(SUMS, "".join(f"{total}  {name}\n" for name, total in self._sums.items()))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        with suppress(OSError, ValueError):
            # An unfinished one wants to be ended, wherever that leads: it is thrown away.
            self._zip.close()
        self._file.close()


class Archive:
    """A backup file that is being read; every byte of it is held against its sum."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        sums = (line.split("  ", 1) for line in self._text(SUMS).splitlines())
        self._sums = {name: total for total, name in sums}
        manifest = self._text(MANIFEST)
        if hashlib.sha256(manifest.encode()).hexdigest() != self._sums.get(MANIFEST):
            raise damaged()
        told = json.loads(manifest)
        _must_be_ours(told)
        self.tables = {name: Kept(tuple(one["columns"]), one["rows"]) for name, one in told["tables"].items()}
        self.facts = Facts(**{name: told[name] for name in Facts.__dataclass_fields__})

    def rows(self, table: str) -> Iterator[list[list[Any]]]:
        """The rows of a table, some at a time; the last come only when the sum of all is right.

        Raises Refused when the file is damaged.
        """
        total, count, held = hashlib.sha256(), 0, list[list[Any]]()
        with reading(), self._zip.open(_member(table)) as member:
            while lines := list(islice(member, ROWS_AT_ONCE)):
                if held:
                    yield held
                total.update(b"".join(lines))
                held = json.loads(b"[" + b",".join(lines) + b"]")
                count += len(held)
        if total.hexdigest() != self._sums.get(_member(table)) or count != self.tables[table].rows:
            raise damaged()
        if held:
            yield held

    def _text(self, name: str) -> str:
        with self._zip.open(name) as member:
            return _whole(member).decode()


@contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """A backup file to read. Raises Refused with a sentence for what is no backup, is damaged, or is too new."""
    if not file.is_file():
        raise Refused(_("There is no file %(file)s.", file=file), code="NO_BACKUP")
    with reading():
        source = zipfile.ZipFile(file)
    with source:
        if MANIFEST not in source.namelist() or SUMS not in source.namelist():
            raise not_ours()
        with reading():
            archive = Archive(source)
        yield archive


@contextmanager
def reading() -> Iterator[None]:
    """Whatever a damaged file makes a reader stumble over becomes one sentence."""
    try:
        yield
    except zipfile.BadZipFile as error:
        raise (not_ours() if "not a zip" in str(error) else damaged()) from error
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise damaged() from error
    except OSError as error:
        raise Refused(_("The file cannot be read: %(why)s.", why=error.strerror or error), code="NO_BACKUP") from error


def damaged() -> Refused:
    """The sentence for a backup that is not as it was written."""
    sentence = _("This backup is damaged: it is not as it was written. Nothing was changed. Take another one.")
    return Refused(sentence, code="BACKUP_DAMAGED")


def not_ours() -> Refused:
    """The sentence for a file that is no backup of ours, or only the beginning of one."""
    return Refused(_("This file is no whole backup of this shop program. Nothing was changed."), code="NO_BACKUP")


def _must_be_ours(told: Any) -> None:
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise not_ours()
    if told.get("version") != VERSION:
        sentence = _("This backup was made by a newer version of the program. Update the program, then restore.")
        raise Refused(sentence, code="BACKUP_TOO_NEW")


def _whole(member: IO[bytes]) -> bytes:
    text = member.read(LARGEST_MANIFEST_BYTES + 1)
    if len(text) > LARGEST_MANIFEST_BYTES:
        raise damaged()
    return text


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _line(row: Sequence[Any]) -> str:
    return json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), default=_marked) + "\n"


def _marked(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return BYTES_MARK + bytes(value).hex()
    raise TypeError(f"no plain value: {value!r}")
