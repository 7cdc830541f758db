"""Bring the database's schema up to what this version needs, before the shop opens."""

from __future__ import annotations

import flask_migrate
from alembic.util import CommandError
from flask import Flask
from sqlalchemy.exc import DBAPIError

from pos.core.errors import ConfigurationError
from pos.core.health import why_not_ready

NEWER = "The database was made by a newer version of the shop, or a damaged one: {why}. Run the newer version."
UNREADABLE = "The database cannot be used: {why}."


def bring_up_to_date(app: Flask) -> None:
    """Run the migrations that are missing; costs one query when there are none.

    Raises ConfigurationError when the database does not answer, is no database, or is newer than this version.
    """
    with app.app_context():
        if why_not_ready() is None:
            return
    # A context of its own: the look above must not hold its transaction while tables change.
    with app.app_context():
        try:
            flask_migrate.upgrade()
        except CommandError as error:
            raise ConfigurationError(NEWER.format(why=_first_line(error))) from error
        except DBAPIError as error:
            raise ConfigurationError(UNREADABLE.format(why=_first_line(error.orig))) from error


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
