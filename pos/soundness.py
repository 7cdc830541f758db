"""Looking the shop's file through for damage: before anybody sells, or while they sell where that takes long.

A look takes a second for a quarter of a gigabyte. A larger file is looked through beside the selling when it is as this
program left it, as far as the system tells, and had been looked through then. After a power cut, on a file that was
copied or restored, or that another program wrote to, nobody sells before the whole of it was read.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pos.core.engine import journal_mode, sqlite_module

log = logging.getLogger("pos.soundness")

SMALL_BYTES = 256 * 1024 * 1024
MARK = ".left-in-order"
LONGEST_GOODBYE_SECONDS = 10.0


def may_wait(file: Path) -> bool:
    """True for a large file whose look may go on beside the selling.

    The mark that says so is taken away: it holds for one start.
    """
    mark = _mark_of(file)
    try:
        said = mark.read_text(encoding="ascii")
        mark.unlink()
    except (OSError, ValueError):
        return False
    # Without a write-ahead log, who reads for a minute keeps everybody from writing as long.
    return journal_mode() == "WAL" and not is_small(file) and _is_closed(file) and said == _state_of(file)


def what_is_wrong_with(file: Path) -> str | None:
    """Read the whole file; what SQLite finds wrong with it, or None, also where another program keeps it locked."""
    line = _line_to(file)
    try:
        return _read_through(line)
    except sqlite_module().OperationalError as error:
        return None if "locked" in str(error) else first_line(error)
    finally:
        line.close()


def _read_through(line: Any) -> str | None:
    try:
        line.execute("PRAGMA query_only = ON")
        said = str(line.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite_module().OperationalError:
        raise
    except sqlite_module().DatabaseError as error:
        return first_line(error)
    return None if said == "ok" else " ".join(said.split())


def first_line(error: BaseException | None) -> str:
    """What an error says first, as a part of a sentence."""
    return str(error).strip().partition("\n")[0].rstrip(".")


class Look:
    """A look through the file that goes on while the shop sells; `why` is what was found, `is_done` that it ended."""

    def __init__(self, file: Path, close_the_shop: Callable[[], None]) -> None:
        self.why: str | None = None
        self.is_done = False
        self._file, self._close = file, close_the_shop
        self._line = _line_to(file)
        self._thread = threading.Thread(target=self._through, name="soundness", daemon=True)

    def begin(self) -> None:
        """Look, in a thread of its own; who finds damage closes the shop at once."""
        self._thread.start()

    def end(self) -> None:
        """Break the look off, if it is not over."""
        with suppress(sqlite_module().ProgrammingError):
            self._line.interrupt()
        self._thread.join(LONGEST_GOODBYE_SECONDS)

    def _through(self) -> None:
        try:
            self.why = _read_through(self._line)
        except sqlite_module().OperationalError:
            # Broken off, or the disk does not answer: then it was not looked through.
            log.warning("%s was not looked through to its end", self._file, exc_info=True)
            return
        finally:
            self._line.close()
        self.is_done = True
        if self.why:
            log.critical("%s is damaged (%s): the shop closes", self._file, self.why)
            self._close()
        else:
            log.info("%s was looked through while the shop is open: it is sound", self._file)


@contextmanager
def looked_after(file: Path | None, is_done: bool, close_the_shop: Callable[[], None]) -> Iterator[Look | None]:
    """Look a large file through, as long as this lasts, unless it is done already; gives the look.

    `file` is None where there is none: PostgreSQL looks after its own.
    """
    look = None
    if file is not None and not is_done:
        look = Look(file, close_the_shop)
        look.begin()
    try:
        yield look
    finally:
        if look is not None:
            look.end()


def leave_in_order(file: Path | None) -> None:
    """Note what the file is like, once nobody has it open: the next start need not read all of it first."""
    if file is None or is_small(file) or not _is_closed(file):
        return
    try:
        _mark_of(file).write_text(_state_of(file), encoding="ascii")
    except OSError:
        log.warning("it could not be noted that the file was left in order", exc_info=True)


def is_small(file: Path) -> bool:
    """True when looking through the file keeps nobody waiting."""
    return file.stat().st_size <= SMALL_BYTES


def _mark_of(file: Path) -> Path:
    return file.with_name(file.name + MARK)


def _is_closed(file: Path) -> bool:
    """Whoever closes a file last, in order, leaves no log of it behind."""
    return not any(file.with_name(file.name + end).exists() for end in ("-wal", "-journal"))


def _state_of(file: Path) -> str:
    found = os.stat(file)
    return f"{found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns}"


def _line_to(file: Path) -> Any:
    """A connection that writes nothing into the file, not even what the log still holds for it.

    But a journal that a power cut left behind is played back first, for which it must be written to.
    """
    must_be_mended = file.with_name(file.name + "-journal").exists()
    address = f"{file.absolute().as_uri()}?mode={'rw' if must_be_mended else 'ro'}"
    return sqlite_module().connect(address, uri=True, timeout=20, isolation_level=None, check_same_thread=False)
