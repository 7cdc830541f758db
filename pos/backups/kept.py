"""The folder of backups: what lies in it, what is too old to stay, and what went wrong last."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pos.backups import archive, sealing
from pos.core.errors import PosError, Refused
from pos.core.language import gettext as _

KEPT_FOR = timedelta(days=30)
# Two nights were missed.
TOO_OLD = timedelta(days=2)
STAMP = "%Y%m%d_%H%M%S"
NAME = re.compile(r"backup_(\d{8}_\d{6})(_differences)?\.zip(\.age)?")
UNDER_WORK, PROBLEM, TURN = ".making-", "problem.txt", ".turn"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup in the folder. `made` is the store's own time; `is_good` says that it was restored and audited."""

    file: Path
    made: datetime
    is_good: bool
    bytes: int

    @property
    def is_locked(self) -> bool:
        """True when only a key opens it."""
        return self.file.suffix == sealing.ENDING

    @property
    def name(self) -> str:
        """The file's name."""
        return self.file.name

    def facts(self) -> archive.Facts | None:
        """What the backup says about itself, or None when it is locked or cannot say that any more."""
        try:
            with archive.opened(self.file) as source:
                return source.facts
        except PosError:
            return None


def name_for(made: datetime, is_good: bool) -> str:
    """An open backup's file name: the store's own time, and whether its books had differences."""
    return f"backup_{made.strftime(STAMP)}{'' if is_good else '_differences'}.zip"


def listed(folder: Path) -> list[Backup]:
    """The backups in a folder, newest first."""
    found = []
    for file in folder.glob("backup_*.zip*"):
        named = NAME.fullmatch(file.name)
        if named and file.is_file():
            made = datetime.strptime(named[1], STAMP)  # noqa: DTZ007
            found.append(Backup(file, made, named[2] is None, file.stat().st_size))
    return sorted(found, key=lambda backup: backup.made, reverse=True)


def newest_good(folder: Path) -> Backup | None:
    """The newest backup that was restored and audited."""
    return next((backup for backup in listed(folder) if backup.is_good), None)


def find(folder: Path, name: str) -> Backup | None:
    """The backup of this name; a name that leads out of the folder is none."""
    return next((backup for backup in listed(folder) if backup.name == name), None)


def remove_old(folder: Path, now: datetime) -> list[Backup]:
    """Remove what is older than thirty days; the newest good one stays, however old. `now` is the store's own time."""
    newest = newest_good(folder)
    old = [backup for backup in listed(folder) if backup.made < now - KEPT_FOR and backup != newest]
    for backup in old:
        backup.file.unlink(missing_ok=True)
    return old


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Be the only one who makes a backup in this folder. Raises Refused while somebody else does."""
    handle = os.open(folder / TURN, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(_("A backup is being made already."), code="BACKUP_RUNNING") from None
        # Whoever had the turn before is gone: what a killed one left is nobody's.
        for left in folder.glob(f"{UNDER_WORK}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(handle)


def is_being_made(folder: Path) -> bool:
    """True while somebody makes a backup in this folder, in whichever process."""
    try:
        handle = os.open(folder / TURN, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def note_problem(folder: Path, sentence: str | None) -> None:
    """Write down why the last backup failed, for the owner's page; None when it did not."""
    if sentence is None:
        (folder / PROBLEM).unlink(missing_ok=True)
    elif folder.is_dir():
        write_note(folder, PROBLEM, sentence + "\n")


def write_note(folder: Path, name: str, text: str) -> None:
    """Keep a few words beside the backups, for this user's eyes alone."""
    draft = folder / f".{name}.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, folder / name)


def problem(folder: Path) -> str | None:
    """Why the last backup failed, or None."""
    try:
        return (folder / PROBLEM).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None
