"""The pages of an import: bring a file in, decide about it, watch it being taken over, see what came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, render_template, request
from flask.typing import ResponseReturnValue

from pos.catalog.import_forms import KIND_LABELS, ChoicesForm, UploadForm, filled_in
from pos.catalog.importing import choices, columns, imports, preview
from pos.catalog.importing.work import Worker, percent_done
from pos.core.errors import Invalid, PosError
from pos.core.importing import aside
from pos.core.importing.folder import LARGEST_FILE_MEGABYTES, Folder
from pos.core.language import gettext as _
from pos.core.paging import LEAST_LIMIT, Page, asked_page
from pos.core.web import actor, attach, is_htmx, needs, see_other, takes_files

blueprint = Blueprint("imports", __name__, url_prefix="/products/import")

# A small file is done at once: nobody should see a page of progress flash by.
LOOK_WAIT_SECONDS = 1.5
TAKE_WAIT_SECONDS = 0.7
KINDS = {"bad": "bad", "left": "left"}


@blueprint.route("", methods=["GET", "POST"])
@needs("edit_products")
@takes_files
def upload() -> ResponseReturnValue:
    """Bring a file in; the imports of late stand below."""
    form = UploadForm()
    if request.method == "GET":
        return _upload_page(form)
    try:
        import_id = _brought_in()
    except Invalid as error:
        attach(form, error)
        return _upload_page(form), error.status
    return see_other("imports.look", import_id=import_id)


@blueprint.get("/<uuid:import_id>")
@needs("edit_products")
def look(import_id: UUID) -> ResponseReturnValue:
    """The import as it stands: what would come in, how far the work is, or what came of it."""
    row = _settled(import_id)
    if row.status == "discarded":
        return see_other("imports.upload")
    if row.status == "done":
        return _done_page(row)
    if row.status == "running" or not _worker().look(actor(), import_id, LOOK_WAIT_SECONDS):
        return render_template("imports/working.html", this=row, percent=percent_done(_folder(import_id)))
    return _preview_page(row)


@blueprint.get("/<uuid:import_id>/progress")
@needs("edit_products")
def progress(import_id: UUID) -> ResponseReturnValue:
    """The bar that a page asks for again and again; at the end it leads to what came of it."""
    row = _settled(import_id)
    working = row.status == "running" or (row.status in imports.OPEN and not _worker().look(actor(), import_id))
    if not working or not is_htmx():
        return see_other("imports.look", import_id=import_id)
    return render_template("imports/_progress.html", this=row, percent=percent_done(_folder(import_id)))


@blueprint.post("/<uuid:import_id>/choices")
@needs("edit_products")
def decide(import_id: UUID) -> ResponseReturnValue:
    """Keep what was decided, and look again."""
    row, form = imports.find(actor(), import_id), ChoicesForm()
    try:
        imports.decide(actor(), _uploads(), import_id, form.given())
    except Invalid as error:
        return _decided_wrongly(row, form, error)
    return see_other("imports.look", import_id=import_id)


@blueprint.post("/<uuid:import_id>/take")
@needs("edit_products")
def take(import_id: UUID) -> ResponseReturnValue:
    """Take the file over as it was shown; who changed a choice since then sees first what that makes of it."""
    row, form = imports.find(actor(), import_id), ChoicesForm()
    try:
        changed = row.status in imports.OPEN and imports.decide(actor(), _uploads(), import_id, form.given())
    except Invalid as error:
        return _decided_wrongly(row, form, error)
    if changed:
        flash(_("You changed something: look at what comes of it now, then take it over."), "warning")
    else:
        _worker().take(actor(), import_id, TAKE_WAIT_SECONDS)
    return see_other("imports.look", import_id=import_id)


@blueprint.post("/<uuid:import_id>/discard")
@needs("edit_products")
def discard(import_id: UUID) -> ResponseReturnValue:
    """Throw the file away."""
    imports.discard(actor(), _uploads(), import_id)
    flash(_("The file was thrown away. Nothing of it came into the shop."))
    return see_other("imports.upload")


@blueprint.get("/<uuid:import_id>/rows/<any(bad, left):kind>")
@needs("edit_products")
def rows(import_id: UUID, kind: str) -> str:
    """All rows that are bad, or left out, in pages."""
    row = imports.find(actor(), import_id)
    path = _folder(import_id).aside
    total = sum(1 for _one in aside.kept(path, kind))
    pages = max(1, -(-total // LEAST_LIMIT))
    number = min(asked_page(request.args.get("page")), pages)
    found = aside.page(path, kind, number, LEAST_LIMIT)
    return render_template(
        "imports/rows.html", this=row, kind=kind, rows=found, page=Page([], total, number, LEAST_LIMIT)
    )


@blueprint.get("/<uuid:import_id>/rows/<any(bad, left):kind>.csv")
@needs("edit_products")
def rows_csv(import_id: UUID, kind: str) -> Response:
    """The same rows as a file, to be corrected and brought in again."""
    imports.find(actor(), import_id)
    folder = _folder(import_id)
    names = (folder.noted(preview.FINDINGS) or {}).get("names", [])
    named = {"Content-Disposition": f"attachment; filename=rows-{kind}.csv"}
    return Response(aside.as_csv(folder.aside, names, kind), mimetype="text/csv", headers=named)


def _uploads() -> Path:
    instance: Path = current_app.extensions["pos"]["config"].instance
    return instance / "uploads"


def _folder(import_id: UUID) -> Folder:
    return Folder(_uploads(), import_id)


def _worker() -> Worker:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return Worker(_uploads(), app.app_context)


def _settled(import_id: UUID) -> Any:
    return imports.settled(actor(), _uploads(), imports.find(actor(), import_id))


def _brought_in() -> UUID:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(_("Choose a file first."), field="file")
    return imports.bring_in(actor(), _uploads(), file.filename, file.stream)


def _upload_page(form: UploadForm) -> str:
    late = imports.recent(actor())
    most = LARGEST_FILE_MEGABYTES
    return render_template("imports/upload.html", form=form, recent=late, most=most, fields=_fields())


def _preview_page(row: Any, form: ChoicesForm | None = None, chosen: list[str] | None = None) -> str:
    decided = choices.from_json(row.choices).seen_by(actor())
    findings = _folder(row.id).noted(preview.FINDINGS) or {}
    form = form or ChoicesForm(formdata=None, data=filled_in(decided))
    form.offer_headers(findings.get("headers", []))
    return render_template(
        "imports/preview.html",
        this=row,
        form=form,
        findings=findings,
        chosen=chosen or [name or "" for name in decided.columns],
        rows=aside.page(_folder(row.id).aside, "bad", 1, 5),
        fields=_fields(),
        kinds=KIND_LABELS,
        reason=json.loads(row.outcome)["reason"] if row.status == "failed" else None,
    )


def _decided_wrongly(row: Any, form: ChoicesForm, error: PosError) -> ResponseReturnValue:
    attach(form, error)
    return _preview_page(row, form, request.form.getlist("columns")), error.status


def _done_page(row: Any) -> str:
    kept = _folder(row.id).aside.exists()
    return render_template("imports/done.html", this=row, outcome=json.loads(row.outcome), rows_kept=kept)


def _fields() -> dict[str, str]:
    return {name: label for name, label in columns.FIELDS.items() if name != "cost_price" or actor().may("see_costs")}
