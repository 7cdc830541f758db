"""Is the shop alive, and is it ready (DESIGN.md 8)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app
from sqlalchemy.exc import DBAPIError

from pos.core.db import connection
from pos.core.web import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """200 `ok` while the process answers; asks the database nothing."""
    return Response("ok", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """200 when the database answers and its schema is current, else 503 with a sentence."""
    sentence = why_not_ready()
    return Response(sentence or "ready", status=503 if sentence else 200, mimetype="text/plain")


def why_not_ready() -> str | None:
    """What keeps the shop from selling, or None."""
    try:
        found = MigrationContext.configure(connection()).get_current_revision()
    except DBAPIError:
        return "The database does not answer."
    wanted = newest_revision(str(Path(current_app.root_path).parent / "migrations"))
    if found == wanted:
        return None
    return (
        f"The database's schema is {found or 'empty'}, this version needs {wanted}: run `flask --app wsgi db upgrade`."
    )


@cache
def newest_revision(folder: str) -> str | None:
    """The revision that the migrations in this folder lead to."""
    config = Config()
    config.set_main_option("script_location", folder)
    return ScriptDirectory.from_config(config).get_current_head()
