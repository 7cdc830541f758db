"""The owner's page of the audit log: every deed as a sentence, found by person, kind, day and word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from pos.accounts import users
from pos.core import audit
from pos.core.spreadsheets import csv_pieces, harmless
from pos.core.web import actor, is_htmx, needs
from pos.reports import audit_trail
from pos.reports.audit_trail import Entry, Wanted
from pos.reports.deeds import ACTIONS, DEEDS, KINDS
from pos.reports.field_words import field_word, value_word
from pos.reports.periods import typed_day
from pos.settings import store

blueprint = Blueprint("audit", __name__, url_prefix="/audit-log")

# The page of what an entry is about, and what its address calls the id.
PAGES = {
    "sale": ("sales.bill", "sale_id"),
    "product": ("catalog.product", "product_id"),
    "customer": ("customers.person", "customer_id"),
    "user": ("accounts.user", "user_id"),
    "cash_session": ("drawer.report", "session_id"),
    "goods_receipt": ("goods.done", "reference_id"),
    "stock_take": ("goods.done", "reference_id"),
    "store": ("settings.store", None),
    "backup": ("backups.copies", None),
}
COLUMNS = ("number", "at", "who", "what", "action", "subject_type", "subject_id", "change", "hash")
LARGEST_NUMBER = 2**62


@blueprint.get("")
@needs("see_reports")
def entries() -> ResponseReturnValue:
    """The log, newest first, or what is asked for of it; with `format` csv all of that as a file."""
    wanted = _wanted()
    if request.args.get("format") == "csv":
        return _file(wanted)
    found = audit_trail.page(actor(), wanted, _number("before"), _number("after"))
    kept = {name: value for name, value in request.args.items() if value and name not in ("before", "after")}
    values = {"found": found, "kept": kept, "address_of": _address, "field_word": field_word, "value_word": value_word}
    if is_htmx():
        return render_template("reports/_audit.html", **values)
    choices = {"kinds": KINDS, "actions": ACTIONS, "people": {str(one.id): one.full_name for one in users.everybody()}}
    return render_template("reports/audit.html", wanted=wanted, **values, **choices)


@blueprint.get("/chain")
@needs("see_reports")
def chain() -> str:
    """Whether each entry of the whole log is as it was written and follows the one before it."""
    broken = list(audit.broken_links())
    values = {"broken": broken, "last": audit.last_link()}
    return render_template("reports/_chain.html" if is_htmx() else "reports/chain.html", **values)


def _wanted() -> Wanted:
    asked = request.args
    kind, action = asked.get("kind"), asked.get("action")
    return Wanted(
        search=(asked.get("q") or "").strip()[:100],
        person=asked.get("person", type=UUID),
        kind=kind if kind in KINDS else None,
        action=action if action in DEEDS else None,
        first=typed_day(asked.get("first")),
        last=typed_day(asked.get("last")),
    )


def _number(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 0 <= number <= LARGEST_NUMBER else None


def _address(entry: Entry) -> str | None:
    endpoint, argument = PAGES.get(entry.subject_type, (None, None))
    if endpoint is None or (argument and not entry.subject_id):
        return None
    return url_for(endpoint, **{argument: entry.subject_id}) if argument else url_for(endpoint)  # type: ignore[arg-type]


def _file(wanted: Wanted) -> Response:
    rows = _rows(audit_trail.everything(actor(), wanted))
    name = f"audit-log-{store.current().today().isoformat()}.csv"
    named = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "no-store"}
    pieces = stream_with_context(csv_pieces(COLUMNS, rows, lambda _column, value: harmless(str(value))))
    return Response(pieces, mimetype="text/csv", headers=named)


def _rows(found: Iterator[Entry]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        about = (one.action, one.subject_type, one.subject_id or "")
        yield (one.number, one.at.isoformat(), one.actor_name, one.sentence, *about, one.raw, one.hash)
