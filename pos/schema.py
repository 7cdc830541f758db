"""Bring the database's schema up to what this version needs, before the shop opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import flask_migrate
from alembic.util import CommandError
from flask import Flask
from sqlalchemy.exc import DBAPIError

from pos import soundness
from pos.backups import kept
from pos.backups.commands import folder_of
from pos.core.db import db
from pos.core.errors import ConfigurationError
from pos.core.health import why_not_ready
from pos.soundness import first_line

NEWER = "The database was made by a newer version of the shop, or a damaged one: {why}. Run the newer version."
UNREADABLE = "The database cannot be used: {why}."
DAMAGED = "The database cannot be used: {file} is damaged ({why}). The shop did not open and changed nothing. {what}"
FOUND_LATER = "{file} is damaged ({why}). The shop was closed as soon as that was found. {what}"
RESTORE = "Put the newest good backup in its place: .venv/bin/flask --app wsgi restore {backup}"
NO_BACKUP = "There is no backup in {folder}: look on your USB stick, then run .venv/bin/flask --app wsgi restore FILE"


def bring_up_to_date(app: Flask) -> bool:
    """Run the migrations that are missing; costs one query when there are none.

    False when a large file is still to be looked through for damage (`pos.soundness`). Raises ConfigurationError when
    the database does not answer, is damaged, no database, or newer than this version.
    """
    looked_through = _looked_through(app)
    if not _is_current(app):
        _migrate(app)
    return looked_through


def _migrate(app: Flask) -> None:
    # A context of its own: the look for what is missing must not hold its transaction while tables change.
    with app.app_context():
        try:
            flask_migrate.upgrade()
        except (CommandError, SystemExit) as error:
            # Flask-Migrate writes what went wrong into the log and exits.
            why = error.__context__ if isinstance(error, SystemExit) else error
            raise ConfigurationError(NEWER.format(why=first_line(why))) from error
        except DBAPIError as error:
            raise ConfigurationError(UNREADABLE.format(why=first_line(error.orig))) from error


def file_of(app: Flask) -> Path | None:
    """The file that holds the books; None where there is none (yet), or PostgreSQL keeps them."""
    with app.app_context():
        file = db.engine.url.database
        is_file = db.engine.dialect.name == "sqlite" and file and Path(file).is_file()
        return Path(str(file)) if is_file else None


def refuse(app: Flask, file: Path, why: str, sentence: str = DAMAGED) -> NoReturn:
    """Say that the file is damaged, and which backup to put in its place. Raises ConfigurationError."""
    folder = folder_of(app.extensions["pos"]["config"])
    newest = kept.newest_good(folder)
    what = RESTORE.format(backup=newest.file) if newest else NO_BACKUP.format(folder=folder)
    raise ConfigurationError(sentence.format(file=file, why=why, what=what))


def _looked_through(app: Flask) -> bool:
    """Look through the file before anybody sells: what is written into a damaged one damages it further.

    False where that is left for later: a large file that is as this program left it, in a shop that is up to date.
    """
    file = file_of(app)
    if file is None:
        return True
    if soundness.may_wait(file) and _is_current(app):
        return False
    why = soundness.what_is_wrong_with(file)
    if why:
        refuse(app, file, why)
    return True


def _is_current(app: Flask) -> bool:
    with app.app_context():
        return why_not_ready() is None


@contextmanager
def soundly(app: Flask, looked_through: bool, close_the_shop: Callable[[], None]) -> Iterator[None]:
    """Look a large file through while the shop sells, unless that was done; then leave it so that the next may wait.

    Raises ConfigurationError, once the shop is closed, when it was found damaged.
    """
    file = file_of(app)
    with soundness.looked_after(file, looked_through, close_the_shop) as look:
        yield
    if file is None:
        return
    with app.app_context():
        db.engine.dispose()
    if look and look.why:
        refuse(app, file, look.why, FOUND_LATER)
    if look is None or look.is_done:
        soundness.leave_in_order(file)
