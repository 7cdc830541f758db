"""Shapes that every answer has: the envelope, the refusal, the page of a list (DESIGN.md 8)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from pos.core.api.fields import CamelSchema, WholeNumber


class PageSchema(CamelSchema):
    """Where a page of a list stands."""

    total = fields.Integer(metadata={"description": "Rows in the whole list.", "example": 234})
    page = fields.Integer(metadata={"description": "This page, from 1.", "example": 1})
    limit = fields.Integer(metadata={"description": "Rows on a page.", "example": 20})
    total_pages = fields.Integer(attribute="pages", metadata={"description": "Pages in all.", "example": 12})


class PagingArgs(CamelSchema):
    """Which page of a list is wanted."""

    page = WholeNumber(load_default=1, validate=validate.Range(1, 1_000_000), metadata={"description": "From 1."})
    limit = WholeNumber(load_default=20, validate=validate.Range(1, 100), metadata={"description": "Rows, up to 100."})


class DaysArgs(PagingArgs):
    """Which page of what happened in some days; of everything where none are named."""

    start_date = fields.Date(load_default=None)
    end_date = fields.Date(load_default=None)


class ProblemSchema(CamelSchema):
    """One of several things that are wrong."""

    message = fields.String()
    code = fields.String()
    field = fields.String(metadata={"x-sometimes": True})
    subject = fields.String(metadata={"x-sometimes": True})


class ErrorSchema(CamelSchema):
    """A refusal: a sentence for a person, a code for a program, each problem with its field."""

    success = fields.Boolean(metadata={"description": "Always false.", "example": False, "enum": [False]})
    error = fields.String()
    code = fields.String()
    details = fields.List(fields.Nested(ProblemSchema))


def enveloped(name: str, **data: fields.Field[Any]) -> type[Schema]:
    """The schema of a successful answer: `{"success": true, "data": {...}}`."""
    inner = CamelSchema.from_dict(dict(data), name=f"{name}Data")
    return CamelSchema.from_dict(
        {
            "success": fields.Boolean(metadata={"description": "Always true.", "example": True, "enum": [True]}),
            "data": fields.Nested(inner),
        },
        name=f"{name}Answer",
    )
