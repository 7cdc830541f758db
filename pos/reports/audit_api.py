"""The audit log for programs: who did what, newest first, a stretch at a time by its numbers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from pos.core.api.door import ApiBlueprint, acting, answer, enveloped, for_whom
from pos.core.api.fields import CamelSchema, Moment, WholeNumber
from pos.reports import audit_trail
from pos.reports.audit_trail import Wanted
from pos.reports.deeds import DEEDS, KINDS

blueprint = ApiBlueprint("audit", description="The audit log: who did what, and when (owner only).")


class AuditArgs(CamelSchema):
    """What is looked for in the log."""

    before = WholeNumber(
        load_default=None, validate=validate.Range(1), metadata={"description": "Entries older than this number."}
    )
    search = fields.String(
        load_default="", validate=validate.Length(max=100), metadata={"description": "Words of bills, names, reasons."}
    )
    user_id = fields.UUID(load_default=None, metadata={"description": "What this person did."})
    subject_type = fields.String(
        load_default=None, validate=validate.OneOf(tuple(KINDS)), metadata={"description": "What it is about."}
    )
    action = fields.String(
        load_default=None, validate=validate.OneOf(tuple(DEEDS)), metadata={"description": "What was done."}
    )
    start_date = fields.Date(load_default=None, metadata={"description": "First day, of all days if none."})
    end_date = fields.Date(load_default=None, metadata={"description": "Last day, included."})


class AuditEntrySchema(CamelSchema):
    """One deed, sealed by the next."""

    number = fields.Integer(metadata={"description": "Its number; they have no gap.", "example": 4711})
    at = Moment(metadata={"description": "When it was done."})
    actor_name = fields.String(metadata={"description": "Who did it; empty for a stranger.", "example": "Asha Patil"})
    action = fields.String(metadata={"description": "What was done.", "example": "sale.voided"})
    subject_type = fields.String(metadata={"description": "What it is about.", "example": "sale"})
    subject_id = fields.String(allow_none=True, metadata={"description": "Its id, if it has one.", "example": None})
    sentence = fields.String(
        metadata={
            "description": "The same for people, in the token's language.",
            "example": "Asha Patil voided bill BILL-2026-000012: wrong items",
        }
    )
    change = fields.String(
        attribute="raw", metadata={"description": "What changed, as JSON.", "example": '{"reason": "wrong items"}'}
    )
    hash = fields.String(metadata={"description": "Its seal: SHA-256 of it and of the seal before it."})
    as_written = fields.Boolean(metadata={"description": "False: it was changed afterwards.", "example": True})


AuditAnswer = enveloped(
    "AuditLog",
    entries=fields.List(fields.Nested(AuditEntrySchema), metadata={"description": "Fifty of them, newest first."}),
    next_before=fields.Integer(
        allow_none=True, metadata={"description": "Send it as `before` for what is older; null: that was all."}
    ),
)


@blueprint.get("/audit-log")
@blueprint.arguments(AuditArgs, location="query")
@blueprint.response(200, AuditAnswer)
@for_whom("see_reports")
def entries(asked: dict[str, Any]) -> dict[str, Any]:
    """Who did what, newest first (owner only)."""
    wanted = Wanted(
        search=asked["search"],
        person=asked["user_id"],
        kind=asked["subject_type"],
        action=asked["action"],
        first=asked["start_date"],
        last=asked["end_date"],
    )
    found = audit_trail.page(acting(), wanted, asked["before"])
    return answer(entries=found.entries, next_before=found.entries[-1].number if found.older else None)
