"""The customers as a file."""

from __future__ import annotations

from flask import Response, send_file, stream_with_context
from flask.typing import ResponseReturnValue

from pos.core.web import actor, needs
from pos.customers import export
from pos.customers.views import blueprint
from pos.settings import store

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/export.csv")
@needs("edit_customers")
def export_csv() -> ResponseReturnValue:
    """All customers as CSV."""
    named = {"Content-Disposition": f"attachment; filename={_file()}.csv"}
    return Response(stream_with_context(export.as_csv(actor())), mimetype="text/csv", headers=named)


@blueprint.get("/export.xlsx")
@needs("edit_customers")
def export_xlsx() -> ResponseReturnValue:
    """All customers as a spreadsheet."""
    return send_file(export.as_xlsx(actor()), mimetype=SHEET, as_attachment=True, download_name=f"{_file()}.xlsx")


def _file() -> str:
    return f"customers-{store.current().today().isoformat()}"
