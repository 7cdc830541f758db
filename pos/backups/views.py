"""The owner's page of backups: what there is, how old it is, make one now, take one along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, send_file
from flask.typing import ResponseReturnValue

from pos.backups import kept, reopening, taking_along
from pos.backups.commands import folder_of, job_of
from pos.backups.newest import newest, shop_moment
from pos.core.errors import NotFound
from pos.core.language import gettext as _
from pos.core.web import actor, needs, page_or_fragment, see_other

blueprint = Blueprint("backups", __name__, url_prefix="/backups")


@blueprint.get("")
@needs("change_settings")
def copies() -> str:
    """Every backup that is kept, newest first; the list alone for htmx, which looks again while one is made."""
    config = current_app.extensions["pos"]["config"]
    return page_or_fragment("backups/backups.html", "backups/_copies.html", config=config, **_state(folder_of(config)))


@blueprint.post("")
@needs("change_settings")
def make() -> ResponseReturnValue:
    """Begin a backup; the page tells when it is there."""
    job_of(current_app.extensions["pos"]["config"]).start()
    return see_other("backups.copies")


@blueprint.get("/<name>")
@needs("change_settings")
def download(name: str) -> ResponseReturnValue:
    """One backup, to be kept elsewhere; that it left the shop is in the audit log."""
    backup = kept.find(folder_of(current_app.extensions["pos"]["config"]), name)
    if backup is None:
        raise NotFound(_("There is no such backup."))
    taking_along.note(actor(), backup.name)
    answer = send_file(backup.file, mimetype="application/zip", as_attachment=True, download_name=backup.name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _state(folder: Path) -> dict[str, Any]:
    return {
        "backups": [(one, shop_moment(one.made), one.facts()) for one in kept.listed(folder)],
        "newest": kept.newest_good(folder),
        "state": newest(folder),
        "is_running": job_of(current_app.extensions["pos"]["config"]).is_running(),
        "restored": reopening.outcome(folder),
        "folder": folder,
    }


# The pages of restoring stand on this blueprint.
from pos.backups import restore_views  # noqa: E402, F401
