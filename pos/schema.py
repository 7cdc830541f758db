"""Bring the database's schema up to what this version needs, before the shop opens."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
from alembic.util import CommandError
from flask import Flask
from sqlalchemy.exc import DBAPIError

from pos.backups import kept
from pos.backups.commands import folder_of
from pos.core.db import db
from pos.core.engine import sqlite_module
from pos.core.errors import ConfigurationError
from pos.core.health import why_not_ready

NEWER = "The database was made by a newer version of the shop, or a damaged one: {why}. Run the newer version."
UNREADABLE = "The database cannot be used: {why}."
DAMAGED = "The database cannot be used: {file} is damaged ({why}). The shop did not open and changed nothing. {what}"
RESTORE = "Put the newest good backup in its place: .venv/bin/flask --app wsgi restore {backup}"
NO_BACKUP = "There is no backup in {folder}: look on your USB stick, then run .venv/bin/flask --app wsgi restore FILE"


def bring_up_to_date(app: Flask) -> None:
    """Run the migrations that are missing; costs one query when there are none.

    Raises ConfigurationError when the database does not answer, is no database, or is newer than this version.
    """
    with app.app_context():
        _refuse_a_damaged_file(app)
        if why_not_ready() is None:
            return
    # A context of its own: the look above must not hold its transaction while tables change.
    with app.app_context():
        try:
            flask_migrate.upgrade()
        except (CommandError, SystemExit) as error:
            # Flask-Migrate writes what went wrong into the log and exits.
            why = error.__context__ if isinstance(error, SystemExit) else error
            raise ConfigurationError(NEWER.format(why=_first_line(why))) from error
        except DBAPIError as error:
            raise ConfigurationError(UNREADABLE.format(why=_first_line(error.orig))) from error


def _refuse_a_damaged_file(app: Flask) -> None:
    """Look through the whole file before anybody sells: what is written into a damaged one damages it further."""
    file = db.engine.url.database
    if db.engine.dialect.name != "sqlite" or not file or not Path(file).is_file():
        return
    why = _what_is_wrong_with(file)
    if why:
        folder = folder_of(app.extensions["pos"]["config"])
        newest = kept.newest_good(folder)
        what = RESTORE.format(backup=newest.file) if newest else NO_BACKUP.format(folder=folder)
        raise ConfigurationError(DAMAGED.format(file=file, why=why, what=what))


def _what_is_wrong_with(file: str) -> str | None:
    module = sqlite_module()
    line = module.connect(file, timeout=20, isolation_level=None)
    try:
        line.execute("PRAGMA query_only = ON")
        said = str(line.execute("PRAGMA quick_check(1)").fetchone()[0])
    except module.DatabaseError as error:
        return None if "locked" in str(error) else _first_line(error)
    finally:
        line.close()
    return None if said == "ok" else " ".join(said.split())


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
