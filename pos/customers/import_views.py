"""The pages of an import of customers: bring a file in, decide about it, take it over, see what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, render_template, request
from flask.typing import ResponseReturnValue

from pos.core.errors import Invalid, PosError
from pos.core.importing import aside
from pos.core.importing.folder import LARGEST_FILE_MEGABYTES
from pos.core.language import gettext as _
from pos.core.money import rupees
from pos.core.paging import LEAST_LIMIT, Page, asked_page
from pos.core.web import actor, attach, needs, see_other, takes_files
from pos.customers.import_forms import KIND_LABELS, ChoicesForm, UploadForm, filled_in, short
from pos.customers.importing import imports
from pos.customers.importing.columns import FIELDS

blueprint = Blueprint("customer_imports", __name__, url_prefix="/customers/import")

SHOWN_ROWS = 20
BAD_ROWS = 10


@blueprint.route("", methods=["GET", "POST"])
@needs("edit_customers")
@takes_files
def upload() -> ResponseReturnValue:
    """Bring a file in."""
    form = UploadForm()
    if request.method == "GET":
        return _upload_page(form)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(_("Choose a file first."), field="file")
        import_id = imports.bring_in(actor(), uploads(), file.filename, file.stream)
    except Invalid as error:
        attach(form, Invalid(error.message, field="file"))
        return _upload_page(form), error.status
    return see_other("customer_imports.look", import_id=import_id)


@blueprint.get("/<uuid:import_id>")
@needs("edit_customers")
def look(import_id: UUID) -> ResponseReturnValue:
    """What would come in, or what came of it."""
    this = imports.find(actor(), uploads(), import_id)
    if this.outcome is not None:
        owed = rupees(this.outcome["owed"])
        return render_template("customers/import_done.html", this=this, outcome=this.outcome, owed=owed)
    return _preview_page(this)


@blueprint.post("/<uuid:import_id>/choices")
@needs("edit_customers")
def decide(import_id: UUID) -> ResponseReturnValue:
    """Keep what was decided, and look again."""
    form = ChoicesForm()
    try:
        imports.decide(actor(), uploads(), import_id, form.given())
    except Invalid as error:
        return _decided_wrongly(import_id, form, error)
    return see_other("customer_imports.look", import_id=import_id)


@blueprint.post("/<uuid:import_id>/take")
@needs("edit_customers")
def take(import_id: UUID) -> ResponseReturnValue:
    """Take the file over as it was shown; who changed a choice since then sees first what that makes of it."""
    this, form = imports.find(actor(), uploads(), import_id), ChoicesForm()
    try:
        changed = this.outcome is None and imports.decide(actor(), uploads(), import_id, form.given())
    except Invalid as error:
        return _decided_wrongly(import_id, form, error)
    if changed:
        flash(_("You changed something: look at what comes of it now, then take it over."), "warning")
    else:
        imports.take(actor(), uploads(), import_id)
    return see_other("customer_imports.look", import_id=import_id)


@blueprint.post("/<uuid:import_id>/discard")
@needs("edit_customers")
def discard(import_id: UUID) -> ResponseReturnValue:
    """Throw the file away."""
    imports.discard(actor(), uploads(), import_id)
    flash(_("The file was thrown away. Nothing of it came into the shop."))
    return see_other("customer_imports.upload")


@blueprint.get("/<uuid:import_id>/rows/<any(bad, left):kind>")
@needs("edit_customers")
def rows(import_id: UUID, kind: str) -> str:
    """All rows that are bad, or left out, in pages."""
    this = imports.find(actor(), uploads(), import_id)
    total = sum(1 for _one in aside.kept(this.folder.aside, kind))
    pages = max(1, -(-total // LEAST_LIMIT))
    number = min(asked_page(request.args.get("page")), pages)
    found = aside.page(this.folder.aside, kind, number, LEAST_LIMIT)
    page = Page([], total, number, LEAST_LIMIT)
    return render_template("imports/rows.html", this=this, kind=kind, rows=found, page=page)


@blueprint.get("/<uuid:import_id>/rows/<any(bad, left):kind>.csv")
@needs("edit_customers")
def rows_csv(import_id: UUID, kind: str) -> Response:
    """The same rows as a file, to be corrected and brought in again."""
    this = imports.find(actor(), uploads(), import_id)
    names = _names(this, imports.first_rows(this.folder))
    named = {"Content-Disposition": f"attachment; filename=rows-{kind}.csv"}
    return Response(aside.as_csv(this.folder.aside, names, kind), mimetype="text/csv", headers=named)


def uploads() -> Path:
    """Where files of customers are kept until they are taken over."""
    instance: Path = current_app.extensions["pos"]["config"].instance
    return instance / "uploads" / "customers"


def _upload_page(form: UploadForm) -> str:
    return render_template("customers/import_upload.html", form=form, most=LARGEST_FILE_MEGABYTES, fields=FIELDS)


def _names(this: imports.Import, first_rows: list[Any]) -> list[str]:
    names: list[str] = next((row.cells for row in first_rows if row.number == this.choices.header), [])
    return [short(name) for name in names] + [""] * (len(this.choices.columns) - len(names))


def _preview_page(this: imports.Import, form: ChoicesForm | None = None, chosen: list[str] | None = None) -> str:
    looked = imports.look(this)
    form = form or ChoicesForm(formdata=None, data=filled_in(this.choices))
    form.offer_headers(looked.first_rows)
    examples = [row.cells for row in looked.first_rows if row.number > this.choices.header]
    return render_template(
        "customers/import_preview.html",
        this=this,
        form=form,
        looked=looked,
        chosen=chosen or [name or "" for name in this.choices.columns],
        names=_names(this, looked.first_rows),
        examples=[_example(examples, place) for place in range(len(this.choices.columns))],
        shown=looked.result.good[:SHOWN_ROWS] if looked.result else [],
        rows=aside.page(this.folder.aside, "bad", 1, BAD_ROWS),
        fields=FIELDS,
        kinds=KIND_LABELS,
    )


def _example(rows: list[list[str]], place: int) -> str:
    return short(next((cells[place] for cells in rows if place < len(cells) and cells[place].strip()), ""))


def _decided_wrongly(import_id: UUID, form: ChoicesForm, error: PosError) -> ResponseReturnValue:
    attach(form, error)
    this = imports.find(actor(), uploads(), import_id)
    return _preview_page(this, form, request.form.getlist("columns")), error.status
