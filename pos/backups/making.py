"""Making a backup: a moment of the shop, written down, restored for a trial, audited, and only then called good."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select

from pos.backups import archive, kept, loading, sealing, snapshot
from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.db import execute, table, working_on
from pos.core.errors import PosError, Refused
from pos.core.language import gettext as _
from pos.sales.models import Sale
from pos.settings import store

_sales, _log = table(Sale), table(AuditEntry)
PART = ".part"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: what it says about itself, and the differences that its books had when it was tried."""

    backup: kept.Backup
    facts: archive.Facts
    differences: list[str]
    copy: Path | None
    removed: int


def make(folder: Path, copy_to: Path | None = None, key: str | None = None) -> Made:
    """Make a backup of the running shop in the folder, and a copy of it in a second one; with a key, they are locked.

    It is restored into a database of its own and audited; one whose books have differences is kept under a name that
    says so. What is older than thirty days goes. Raises Refused when there is no backup to rely on, or no copy.
    """
    try:
        _make_folder(folder)
        with kept.turn(folder):
            made = _made(folder, key)
            copied = _copied(made.backup, copy_to) if copy_to else None
            removed = len(kept.remove_old(folder, made.backup.made))
            if copied:
                kept.remove_old(copied.parent, made.backup.made)
    except PosError as error:
        if error.code != "BACKUP_RUNNING":
            kept.note_problem(folder, error.message)
        raise
    kept.note_problem(folder, made.differences[0] if made.differences else None)
    return Made(made.backup, made.facts, made.differences, copied, removed)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror
        raise Refused(_("The folder %(folder)s cannot be made: %(why)s.", folder=folder, why=why)) from error


def _made(folder: Path, key: str | None) -> Made:
    with _disk_speaking(), _workplace(folder) as workplace:
        file = workplace / "backup.zip"
        with snapshot.held_still(workplace) as connection:
            facts = written(connection, file)
        with archive.opened(file) as source:
            differences = loading.tried(source, workplace)
        made = _moment(folder, not differences)
        final = folder / kept.name_for(made, not differences)
        if key:
            file, final = sealing.seal(file, key), final.with_name(final.name + sealing.ENDING)
        os.replace(file, final)
        _settle(folder)
    return Made(kept.Backup(final, made, not differences, final.stat().st_size), facts, differences, None, 0)


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    # On the disk of the backups themselves: the system's temporary folder may be small, or memory.
    with tempfile.TemporaryDirectory(prefix=kept.UNDER_WORK, dir=folder, ignore_cleanup_errors=True) as place:
        yield Path(place)


def written(connection: Connection, file: Path) -> archive.Facts:
    """Write the moment that a connection sees into a backup file."""
    writer = archive.Writer(file)
    try:
        for name, columns in snapshot.tables(connection).items():
            writer.add_table(name, columns, snapshot.rows(connection, name, columns))
        facts = _facts(connection)
        writer.finish(facts)
    finally:
        writer.close()
    return facts


def _facts(connection: Connection) -> archive.Facts:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise Refused(_("There is no database yet: nothing was sold here."), code="NO_DATABASE")
    with working_on(connection):
        last = execute(select(_sales.c.bill_number).order_by(_sales.c.created_at.desc(), _sales.c.id.desc()).limit(1))
        head = execute(select(_log.c.number, _log.c.hash).order_by(_log.c.number.desc()).limit(1)).first()
        return archive.Facts(
            made_at=clock.now().isoformat(timespec="seconds"),
            store=store.current().store_name,
            engine=connection.dialect.name,
            revision=revision,
            bills=execute(select(func.count()).select_from(_sales)).scalar_one(),
            last_bill=last.scalar(),
            audit_entries=head.number if head else 0,
            audit_head=head.hash if head else None,
        )


def _moment(folder: Path, is_good: bool) -> datetime:
    """The store's own time now, moved on by seconds while a backup of that name is there."""
    made = clock.now().astimezone(ZoneInfo(store.current().timezone)).replace(tzinfo=None, microsecond=0)
    while list(folder.glob(kept.name_for(made, is_good) + "*")):
        made += timedelta(seconds=1)
    return made


def _copied(backup: kept.Backup, copy_to: Path) -> Path:
    """Copy a backup to a second place, such as a stick, and read it there once more."""
    if not copy_to.is_dir():
        # Made by us, it would lie on the computer's own disk under the name of a stick that is not plugged in.
        sentence = _("The backup is made, but %(folder)s is not there: plug the stick in, or make it.", folder=copy_to)
        raise Refused(sentence, code="NO_COPY")
    target, part = copy_to / backup.name, copy_to / (backup.name + PART)
    try:
        shutil.copyfile(backup.file, part)
        part.chmod(0o600)
        with part.open("rb+") as copy:
            os.fsync(copy.fileno())
        if _sum(part) != _sum(backup.file):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        os.replace(part, target)
        _settle(copy_to)
    except OSError as error:
        part.unlink(missing_ok=True)
        why = error.strerror
        sentence = _("The backup is made, but not copied to %(folder)s: %(why)s.", folder=copy_to, why=why)
        raise Refused(sentence, code="NO_COPY") from error
    return target


def _sum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _settle(folder: Path) -> None:
    """Make the disk remember the names in a folder, where it can be told to."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # A stick's file system may have nothing to say to that.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


@contextmanager
def _disk_speaking() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Refused(_("The disk is full: no backup was made. Free some space, then try again.")) from error
        raise Refused(_("No backup was made: %(why)s.", why=error.strerror or error), code="NO_BACKUP") from error
