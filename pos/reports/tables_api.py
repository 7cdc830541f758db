"""Reports endpoints of the API (PLAN.md 3.8): tables as JSON, as PDF, and for spreadsheets."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from pos.core.api.door import ApiBlueprint, acting, answer, enveloped, for_whom
from pos.core.api.fields import CamelSchema, Moment, Percent, Quantity, Rupees, camel
from pos.reports import paper, summing
from pos.reports.all_reports import IN_PIECES, OF_NOW, VIEWS, pieces, report
from pos.reports.spans import span
from pos.reports.table import KINDS, Column, Table, must_fit
from pos.settings import store

blueprint = ApiBlueprint("tables", description="Reports for the owner and the accountant: screen, paper, spreadsheet.")
FORMATS = ("json", *paper.TYPES)
FIELDS: dict[str, type[fields.Field[Any]]] = {
    "money": Rupees,
    "quantity": Quantity,
    "percent": Percent,
    "whole": fields.Integer,
    "date": fields.Date,
    "moment": Moment,
    "text": fields.String,
}


class ColumnSchema(CamelSchema):
    """One column of a report."""

    name = fields.String(metadata={"description": "Its name in `rows` and `totals`.", "example": "totalAmount"})
    title = fields.String(metadata={"description": "Its name for people.", "example": "Billed"})
    kind = fields.String(validate=validate.OneOf(KINDS), metadata={"description": "What it holds."})


def _field(column: Column) -> fields.Field[Any]:
    unit = {"money": " Rupees.", "quantity": " In the product's own unit.", "percent": " Percent."}.get(column.kind, "")
    told = {"description": f"{column.title}.{unit}", "x-sometimes": True}
    return FIELDS[column.kind](allow_none=True, metadata=told)


def _shapes(name: str) -> tuple[type[Any], type[Any]]:
    """The arguments and the answer of one report; a row has the columns of the view that was asked for."""
    views = VIEWS[name]
    asks = "by" if name == "sales" else "view"
    of_now = sorted(OF_NOW & views.keys())
    told = f"Which table. {', '.join(of_now)}: as it stands now, whatever the days." if of_now else "Which table."
    first = next(iter(views))
    arguments: dict[str, fields.Field[Any]] = {
        asks: fields.String(load_default=first, validate=validate.OneOf(tuple(views)), metadata={"description": told}),
        "format": fields.String(
            load_default="json", validate=validate.OneOf(FORMATS), metadata={"description": "As what it is sent."}
        ),
        "start_date": fields.Date(
            load_default=None, metadata={"description": "First day; thirty days in all if none."}
        ),
        "end_date": fields.Date(load_default=None, metadata={"description": "Last day, included; today if none."}),
    }
    columns = {column.name: column for _make, found in views.values() for column in found}
    sums = {column.name: _field(column) for _make, found in views.values() for column in found if column.summed}
    rows = CamelSchema.from_dict({column.name: _field(column) for column in columns.values()}, name=f"{name}Row")
    table: dict[str, fields.Field[Any]] = {
        "name": fields.String(metadata={"description": "Report and view.", "example": f"{name}-by-{first}"}),
        "title": fields.String(metadata={"description": "For people, in the language of the token's person."}),
        "start_date": fields.Date(
            allow_none=True, attribute="first", metadata={"description": "First day; null: none."}
        ),
        "end_date": fields.Date(allow_none=True, attribute="last", metadata={"description": "Last day; null: now."}),
        "note": fields.String(allow_none=True, metadata={"description": "What to know when reading it."}),
        "columns": fields.List(fields.Nested(ColumnSchema), metadata={"description": "What a row has, in order."}),
        "rows": fields.List(fields.Nested(rows), metadata={"description": "The lines of the report."}),
        "totals": fields.Nested(CamelSchema.from_dict(sums, name=f"{name}Totals")),
    }
    called = name.capitalize()
    shape = enveloped(f"{called}Report", report=fields.Nested(CamelSchema.from_dict(table, name=f"{called}Table")))
    return CamelSchema.from_dict(arguments, name=f"{called}ReportArgs"), shape


def _answered(name: str, asked: dict[str, Any]) -> dict[str, Any] | Response:
    view = asked.get("by") or asked.get("view")
    days = (asked["start_date"], asked["end_date"])
    if asked["format"] == "csv" and view and (name, view) in IN_PIECES:
        return paper.streamed(pieces(acting(), name, view, *days), span(*days), store.current())
    table = report(acting(), name, view, *days, summing.PROGRAM_SECONDS)
    return _json(table) if asked["format"] == "json" else paper.file(table, store.current(), asked["format"])


def _json(table: Table) -> dict[str, Any]:
    must_fit(len(table.rows))
    columns = [
        {"name": camel(column.name), "title": str(column.title), "kind": column.kind} for column in table.columns
    ]
    told = {name: getattr(table, name) for name in ("name", "title", "first", "last", "note")}
    return answer(report={**told, "columns": columns, "rows": table.named(), "totals": table.named_totals()})


FILES = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in paper.TYPES.values()}
ALSO_FILES: dict[str, Any] = {"responses": {200: {"content": FILES}}}
SalesArgs, SalesAnswer = _shapes("sales")
InventoryArgs, InventoryAnswer = _shapes("inventory")
CreditArgs, CreditAnswer = _shapes("credit")
TaxArgs, TaxAnswer = _shapes("tax")
CashArgs, CashAnswer = _shapes("cash")


@blueprint.get("/reports/sales")
@blueprint.arguments(SalesArgs, location="query")
@blueprint.response(200, SalesAnswer)
@blueprint.doc(**ALSO_FILES)
@for_whom("see_reports")
def sales(asked: dict[str, Any]) -> Any:
    """What was sold, by day, bill, product, category, cashier or way of paying (owner only)."""
    return _answered("sales", asked)


@blueprint.get("/reports/inventory")
@blueprint.arguments(InventoryArgs, location="query")
@blueprint.response(200, InventoryAnswer)
@blueprint.doc(**ALSO_FILES)
@for_whom("see_reports")
def inventory(asked: dict[str, Any]) -> Any:
    """What the stock is worth, how it moved, what runs low, expires, or is not sold (owner only)."""
    return _answered("inventory", asked)


@blueprint.get("/reports/credit")
@blueprint.arguments(CreditArgs, location="query")
@blueprint.response(200, CreditAnswer)
@blueprint.doc(**ALSO_FILES)
@for_whom("see_reports")
def credit(asked: dict[str, Any]) -> Any:
    """Who owes how much and since when, and what was paid on the khata (owner only)."""
    return _answered("credit", asked)


@blueprint.get("/reports/tax")
@blueprint.arguments(TaxArgs, location="query")
@blueprint.response(200, TaxAnswer)
@blueprint.doc(**ALSO_FILES)
@for_whom("see_reports")
def tax(asked: dict[str, Any]) -> Any:
    """Tax by rate and by HSN, numbers of bills and credit notes, the summary for GSTR-1 (owner only)."""
    return _answered("tax", asked)


@blueprint.get("/reports/cash")
@blueprint.arguments(CashArgs, location="query")
@blueprint.response(200, CashAnswer)
@blueprint.doc(**ALSO_FILES)
@for_whom("see_reports")
def cash(asked: dict[str, Any]) -> Any:
    """Cash sessions with what each drawer should hold and held, and cash put in and taken out (owner only)."""
    return _answered("cash", asked)
