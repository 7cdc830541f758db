"""Putting a backup in the place of the shop's database: made and proved beside it first, the old one kept aside."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, update
from sqlalchemy.exc import DBAPIError

from pos.accounts.models import SignInSession
from pos.backups import archive, loading, schemas, sealing, shutter, side_files
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import db, execute, one_unit, session, table, working_on
from pos.core.errors import Refused
from pos.core.language import gettext as _

# To the microsecond: what lies aside is never written over.
STAMP = "%Y%m%d_%H%M%S_%f"
_sessions = table(SignInSession)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, where the old database is kept (None: there was none), and what the audit found."""

    facts: archive.Facts
    set_aside: str | None
    differences: list[str]


class NotProved(Refused):
    """The backup's books have differences; nothing was changed. `differences` names them."""

    def __init__(self, differences: Sequence[str]) -> None:
        sentence = _(
            "The books in this backup have differences. Nothing was changed. Take another one, if there is one."
        )
        super().__init__(sentence, code="BOOKS_DIFFER")
        self.differences = list(differences)


def restore(
    actor: Actor,
    file: Path,
    even_with_differences: bool = False,
    *,
    key: str | None = None,
    workplace: Path | None = None,
) -> Restored:
    """Make the shop what the backup says it was; the database that is there now is kept aside.

    `key` opens a locked backup, in the workplace. Everybody signs in again. Raises Forbidden for all but the owner,
    Refused for a file that is locked, damaged, foreign or too new, and while the shop is open; then nothing changed.
    """
    actor.require("change_settings")
    url = db.engine.url
    with sealing.opened(file, key, workplace) as plain, archive.opened(plain) as source, _alone(url):
        if url.get_backend_name() == "sqlite":
            return _into_file(actor, source, file.name, Path(str(url.database)), even_with_differences)
        return _into_postgresql(actor, source, file.name, even_with_differences)


@contextmanager
def _alone(url: URL) -> Iterator[None]:
    with shutter.down(url.render_as_string(hide_password=False)), _disk_speaking():
        # Our own look at the old database must not keep it open.
        session().close()
        db.engine.dispose()
        yield


def _into_file(actor: Actor, source: archive.Archive, name: str, shop: Path, even_with_differences: bool) -> Restored:
    fresh = shop.with_name(f"{shop.name}.restoring")
    side_files.remove(fresh)
    try:
        with side_files.connected(fresh) as connection:
            loading.fill(connection, source)
            connection.exec_driver_sql("BEGIN")
            differences = _proved(actor, connection, source, name, even_with_differences)
            connection.exec_driver_sql("COMMIT")
        _secure(fresh, shop)
        aside = _set_aside(shop)
        os.replace(fresh, shop)
        _settle(shop.parent)
    finally:
        side_files.remove(fresh)
    return Restored(source.facts, aside, differences)


def _into_postgresql(actor: Actor, source: archive.Archive, name: str, even_with_differences: bool) -> Restored:
    with db.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL timezone = 'UTC'")
        schemas.must_be_alone(connection)
        place = schemas.Place.of(connection, _stamp())
        place.make_room(connection)
        loading.fill(connection, source, place.fresh)
        differences = _proved(actor, connection, source, name, even_with_differences)
        aside = place.swap(connection)
    return Restored(source.facts, aside, differences)


def _proved(
    actor: Actor, connection: Connection, source: archive.Archive, name: str, even_with_differences: bool
) -> list[str]:
    differences = loading.proved(connection)
    if differences and not even_with_differences:
        raise NotProved(differences)
    with working_on(connection):
        _note(actor, source.facts, name)
    return differences


@one_unit
def _note(actor: Actor, facts: archive.Facts, name: str) -> None:
    # A session that was ended since the backup was made must not come to life again.
    execute(update(_sessions).where(_sessions.c.ended_at.is_(None)).values(ended_at=clock.now()))
    change = {"file": name, "made_at": facts.made_at, "bills": facts.bills, "last_bill": facts.last_bill}
    audit.record(actor, "shop.restored", "backup", None, change)


def _secure(fresh: Path, shop: Path) -> None:
    """The file is whole on the disk, and as private as the one it replaces, before it takes its place."""
    fresh.chmod(shop.stat().st_mode & 0o777 if shop.exists() else 0o600)
    with fresh.open("rb+") as file:
        os.fsync(file.fileno())


def _set_aside(shop: Path) -> str | None:
    """Rename the database with everything that belongs to it: a log left behind would be played into the new one."""
    aside = shop.with_name(f"{shop.name}.before-restore-{_stamp()}")
    for ending in side_files.COMPANIONS:
        left = shop.with_name(shop.name + ending)
        if left.exists():
            os.replace(left, aside.with_name(aside.name + ending))
    return str(aside) if aside.exists() else None


def _stamp() -> str:
    return clock.now().strftime(STAMP)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _disk_speaking() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Refused(_("The disk is full. Nothing was changed. Free some space, then try again.")) from error
        raise Refused(_("The backup cannot be put in place: %(why)s.", why=error.strerror or error)) from error
    except DBAPIError as error:
        why = str(error.orig or error).strip().partition("\n")[0].rstrip(".")
        raise Refused(_("The backup cannot be put in place: %(why)s.", why=why), code="NOT_RESTORED") from error
