"""The owner's pages on which a backup is brought in, and on which the shop becomes what one says it was."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, render_template
from flask.typing import ResponseReturnValue

from pos.backups import bringing_in, kept, sealing
from pos.backups.commands import folder_of
from pos.backups.forms import BringForm, RestoreForm
from pos.backups.newest import shop_moment
from pos.backups.reopening import Reopening
from pos.backups.views import blueprint
from pos.core.errors import NotFound, PosError
from pos.core.language import gettext as _
from pos.core.web import actor, attach, is_htmx, needs, see_other, takes_files


@blueprint.post("/bring-in")
@needs("change_settings")
@takes_files
def bring_in() -> ResponseReturnValue:
    """Take a backup file into the list; what is wrong with it is said above the list."""
    form, config = BringForm(), current_app.extensions["pos"]["config"]
    given = form.file.data
    if given is None or not getattr(given, "filename", ""):
        flash(_("Choose the file of a backup."), "bad")
        return see_other("backups.copies")
    try:
        backup = bringing_in.bring_in(actor(), folder_of(config), given.stream, given.filename, config.backup_key)
    except PosError as error:
        flash(error.message, "bad")
        return see_other("backups.copies")
    return see_other("backups.restore", name=backup.name)


@blueprint.get("/<name>/restore")
@needs("change_settings")
def restore(name: str) -> str:
    """What the backup holds, what would be put aside for it, and the question for the password."""
    return _page(_found(name), RestoreForm())


@blueprint.post("/<name>/restore")
@needs("change_settings")
def restore_now(name: str) -> ResponseReturnValue:
    """Close the shop, restore, and open it again; the page that is shown waits for that."""
    backup, form = _found(name), RestoreForm()
    config = current_app.extensions["pos"]["config"]
    try:
        _reopening().ask(actor(), form.password.data or "", backup.file, _key(form), config.instance)
    except PosError as error:
        attach(form, error)
        return _page(backup, form), error.status
    return render_template("backups/restoring.html", backup=backup)


@blueprint.get("/restoring")
@needs("change_settings")
def restoring() -> ResponseReturnValue:
    """Nothing while the order waits; then to the list, which says what came of it."""
    if _reopening().order is not None and is_htmx():
        return Response(status=204)
    return see_other("backups.copies")


def _reopening() -> Reopening:
    found: Reopening = current_app.extensions["pos"]["reopening"]
    return found


def _key(form: RestoreForm) -> str | None:
    kept_key: str | None = current_app.extensions["pos"]["config"].backup_key
    return (form.key.data or "").strip() or kept_key


def _found(name: str) -> kept.Backup:
    backup = kept.find(folder_of(current_app.extensions["pos"]["config"]), name)
    if backup is None:
        raise NotFound(_("There is no such backup."))
    return backup


def _page(backup: kept.Backup, form: RestoreForm) -> str:
    config = current_app.extensions["pos"]["config"]
    asks_key = backup.is_locked and not sealing.can_open(config.backup_key)
    values: dict[str, Any] = {"backup": backup, "made": shop_moment(backup.made), "form": form, "asks_key": asks_key}
    values |= {"facts": backup.facts(), "can_reopen": _reopening().close is not None}
    return render_template("backups/restore.html", **values)
