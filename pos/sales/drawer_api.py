"""Cash drawer endpoints of the API: sessions opened, filled, emptied, counted, and their X and Z reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from pos.core.api.door import (
    ApiBlueprint,
    PageSchema,
    PagingArgs,
    acting,
    answer,
    at_a_till,
    enveloped,
    for_whom,
    idempotency_key,
    listed,
    takes_key,
)
from pos.core.api.fields import BodySchema, CamelSchema, Moment, Rupees, Text, WholeNumber
from pos.sales import drawer, drawer_sums
from pos.sales.drawer import DENOMINATIONS
from pos.sales.models import METHODS

blueprint = ApiBlueprint("drawer", description="The cash drawer of a till: opened, filled, counted and closed.")


class SessionRowSchema(CamelSchema):
    """One till's drawer from its opening float to its count at the close."""

    id = fields.UUID()
    till = fields.String()
    opening_float = Rupees()
    opened_by = fields.String(attribute="opener", allow_none=True)
    opened_at = Moment()
    closed_by = fields.String(attribute="closer", allow_none=True)
    closed_at = Moment(allow_none=True)
    expected = Rupees(allow_none=True)
    counted = Rupees(allow_none=True)
    note = fields.String(allow_none=True)


class MethodSumsSchema(CamelSchema):
    """What came in and went out by one way of paying."""

    method = fields.String(validate=validate.OneOf(METHODS))
    sales = Rupees(metadata={"description": "For bills: rupees.", "example": 1540.00})
    khata = Rupees(metadata={"description": "Paid on customers' credit: rupees.", "example": 500.00})
    refunds = Rupees(metadata={"description": "Given back: rupees.", "example": 100.00})
    net = Rupees(metadata={"description": "sales + khata - refunds: rupees.", "example": 1940.00})


class CashMoveSchema(CamelSchema):
    """Cash put into the drawer, or taken out."""

    direction = fields.String(validate=validate.OneOf(("IN", "OUT")))
    amount = Rupees()
    reason = fields.String()
    created_at = Moment()


class SessionSchema(SessionRowSchema):
    """An X report while it is open, the Z report once it is closed: expected = float + cash + in - out."""

    number = fields.Integer(metadata={"description": "Counts the sessions of its till.", "example": 12})
    difference = Rupees(allow_none=True)
    denominations = fields.Dict(keys=fields.String(), values=fields.Integer())
    bills = fields.Integer(metadata={"description": "Bills made in it.", "example": 84})
    sold = Rupees()
    credit = Rupees()
    voids = fields.Integer()
    voided = Rupees()
    handed_over = Rupees()
    change = Rupees()
    cash_in = Rupees()
    cash_out = Rupees()
    outside = Rupees()
    methods = fields.List(fields.Nested(MethodSumsSchema))
    movements = fields.List(fields.Nested(CashMoveSchema))


class OpeningArgs(BodySchema):
    """What lies in the drawer, and of which till; without a name the request's own (X-Till), or Till 1."""

    opening_float = Rupees(required=True, metadata={"example": 500.00})
    till = Text(load_default=None, allow_none=True, validate=validate.Length(max=40))


class MoveArgs(BodySchema):
    """Cash put in or taken out, and what for."""

    direction = fields.String(required=True, validate=validate.OneOf(("IN", "OUT")))
    amount = Rupees(required=True)
    reason = Text(required=True, validate=validate.Length(1, 255))


class ClosingArgs(BodySchema):
    """A count: of notes and coins by their worth, or the sum alone; a difference of a rupee or more needs a note."""

    counted = Rupees(load_default=None, allow_none=True)
    denominations = fields.Dict(
        keys=WholeNumber(validate=validate.OneOf(DENOMINATIONS)),
        values=WholeNumber(validate=validate.Range(0, drawer.MOST_PIECES)),
        load_default=None,
        allow_none=True,
        metadata={"example": {"500": 2, "100": 3}},
    )
    note = Text(load_default=None, allow_none=True, validate=validate.Length(max=255))
    seen_expected = Rupees(load_default=None, allow_none=True)


SessionsAnswer = enveloped(
    "Sessions", sessions=fields.List(fields.Nested(SessionRowSchema)), pagination=fields.Nested(PageSchema)
)
SessionAnswer = enveloped("Session", session=fields.Nested(SessionSchema))


@blueprint.get("/cash-sessions")
@blueprint.arguments(PagingArgs, location="query")
@blueprint.response(200, SessionsAnswer)
@for_whom("see_sales")
def all_sessions(asked: dict[str, Any]) -> dict[str, Any]:
    """All sessions of all tills, newest first."""
    return listed("sessions", drawer_sums.sessions(asked["page"], asked["limit"]))


@blueprint.get("/cash-sessions/<uuid:session_id>")
@blueprint.response(200, SessionAnswer)
@for_whom("see_sales")
def session(session_id: UUID) -> dict[str, Any]:
    """One session with its sums: an X report while it is open, the Z report once it is closed."""
    return answer(session=_whole(session_id))


@blueprint.post("/cash-sessions")
@blueprint.arguments(OpeningArgs)
@blueprint.response(201, SessionAnswer)
@for_whom("sell")
@takes_key
@at_a_till
def open_session(asked: dict[str, Any]) -> Any:
    """Open a till's drawer. Requests that name the till in X-Till put their money into it."""
    done = drawer.open_session(acting(), asked["opening_float"], asked["till"], idempotency_key())
    return _told(done, done.id, 201)


@blueprint.post("/cash-sessions/<uuid:session_id>/movements")
@blueprint.arguments(MoveArgs)
@blueprint.response(201, SessionAnswer)
@for_whom("sell")
@takes_key
def move_cash(asked: dict[str, Any], session_id: UUID) -> Any:
    """Put cash into the drawer, or take it out."""
    how = (asked["direction"], asked["amount"], asked["reason"], idempotency_key())
    return _told(drawer.move_cash(acting(), session_id, *how), session_id, 201)


@blueprint.post("/cash-sessions/<uuid:session_id>/close")
@blueprint.arguments(ClosingArgs)
@blueprint.response(200, SessionAnswer)
@for_whom("sell")
@takes_key
def close_session(asked: dict[str, Any], session_id: UUID) -> Any:
    """Close the drawer that was counted; the answer is its Z report."""
    return _told(drawer.close_session(acting(), session_id, **asked, key=idempotency_key()), session_id, 200)


def _told(done: drawer.Done, session_id: UUID, status: int) -> Any:
    body = answer(session=_whole(session_id))
    return (body, status, {"Idempotent-Replayed": "true"}) if done.replayed else body


def _whole(session_id: UUID) -> dict[str, Any]:
    shown = drawer_sums.drawer_report(session_id)
    sums = shown.sums
    told = {name: getattr(shown.session, name) for name in ("id", "till", "opening_float", "opener", "opened_at")}
    told |= {name: getattr(shown.session, name) for name in ("closer", "closed_at", "counted", "note")}
    told |= {name: getattr(sums, name) for name in ("bills", "sold", "credit", "voids", "voided")}
    told |= {"handed_over": sums.handed_over, "change": sums.change}
    told |= {"cash_in": sums.cash_in, "cash_out": sums.cash_out, "expected": sums.expected}
    told |= {"methods": list(sums.methods.values()), "movements": shown.movements, "outside": shown.outside}
    pieces = {str(worth): count for worth, count in shown.pieces.items()}
    return told | {"number": shown.number, "difference": shown.difference, "denominations": pieces}
