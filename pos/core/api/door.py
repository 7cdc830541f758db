"""API blueprints: parsing, the envelope, and the bearer token that says who asks (DESIGN.md 1 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, NoReturn, ParamSpec, TypeVar

import flask_smorest
from flask import Flask, Request, current_app, g, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser

from pos.core import idempotency
from pos.core.actor import Actor
from pos.core.api.exact_json import ExactJSON, refuse_non_objects
from pos.core.api.fields import CamelSchema, WholeNumber
from pos.core.errors import Invalid, NotSignedIn, Problem
from pos.core.language import gettext as _
from pos.core.paging import Page

P = ParamSpec("P")
R = TypeVar("R")
PREFIX = "/api/v1"
MOST_PROBLEMS = 200
ANSWERS = {400: "ERROR", 401: "ERROR", 403: "ERROR", 429: "ERROR", 503: "ERROR"}


class Door(flask_smorest.Api):
    """The API's document and blueprints; errors are answered by `pos.core.refusals`, like everywhere."""

    def _register_error_handlers(self) -> None:
        """Leave every error to the shop's own handlers."""


class Parser(FlaskParser):
    """Reads requests; what does not fit is refused with every problem at once (400)."""

    # A misspelt `startdate` must not give a report of other days.
    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}

    def handle_error(self, error: ValidationError, *args: Any, **kwargs: Any) -> NoReturn:
        """Turn marshmallow's messages into problems with their fields."""
        by_place = error.messages if isinstance(error.messages, dict) else {"json": error.messages}
        # Not more than a person can read: a body may have a hundred thousand unknown fields.
        problems = list(islice(_problems(list(by_place.values()), ""), MOST_PROBLEMS))
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)

    def _raw_load_json(self, req: Request) -> Any:
        """The body as exact JSON; whoever sends none is told to."""
        if not req.is_json:
            raise Invalid(_("Send the request as JSON, with Content-Type: application/json."), code="MALFORMED_JSON")
        try:
            return refuse_non_objects(current_app.json.loads(req.get_data(cache=True)))
        except (ValueError, UnicodeDecodeError) as error:
            raise Invalid(_("The request's body is not valid JSON."), code="MALFORMED_JSON") from error


def _problems(messages: Any, place: str) -> Iterator[Problem]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _problems(inner, _inside(place, name))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _problems(inner, place)
    else:
        sentence = f"{place}: {messages}" if place else str(messages)
        yield Problem(sentence, "VALIDATION_ERROR", place or None)


def _inside(place: str, name: Any) -> str:
    if name == "_schema":
        return place
    return f"{place}.{name}" if place else str(name)


class ApiBlueprint(flask_smorest.Blueprint):
    """A feature's API. Every endpoint asks for a bearer token but those marked `open_to_all`."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, *, description: str) -> None:
        super().__init__(f"api_{name}", __name__, url_prefix=PREFIX, description=description)
        self.before_request(_let_in)


def open_to_all(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark an API view that works without a token."""
    view.is_open_to_all = True  # type: ignore[attr-defined]
    return view


def for_whom(right: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Turn away who lacks the right before the body is even read; the verb behind checks for itself."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.right = right  # type: ignore[attr-defined]
        return view

    return mark


def _let_in() -> None:
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "is_open_to_all", False):
        return
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn(_("Send a bearer token: sign in at /api/v1/auth/login."))
    g.signed_in = current_app.extensions["pos"]["token_reader"](token.strip())
    if hasattr(view, "right"):
        g.signed_in.actor.require(view.right)


def signed_in() -> Any:
    """Who holds the request's token: `session_id`, `actor` and `email`."""
    return g.signed_in


def acting() -> Actor:
    """The person for whom the program asks."""
    actor: Actor = g.signed_in.actor
    return actor


def idempotency_key() -> str | None:
    """The request's Idempotency-Key as the person's own, or None; two programs that both count from 1 never meet.

    Raises Invalid for one that is too long.
    """
    key = request.headers.get("Idempotency-Key")
    return idempotency.own_key(acting(), key) if key else None


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


class ErrorSchema(Schema):
    """A refusal: a sentence for a person, a code for a program, each problem with its field."""

    success = fields.Boolean(required=True, metadata={"description": "Always false.", "example": False})
    error = fields.String(required=True, metadata={"example": "Insufficient stock for Tea. Available: 1, Required: 2"})
    code = fields.String(required=True, metadata={"example": "INSUFFICIENT_STOCK"})
    details = fields.List(fields.Dict(), required=True)


def enveloped(name: str, **data: fields.Field[Any]) -> type[Schema]:
    """The schema of a successful answer: `{"success": true, "data": {...}}`."""
    inner = CamelSchema.from_dict(dict(data), name=f"{name}Data")
    return CamelSchema.from_dict(
        {
            "success": fields.Boolean(required=True, metadata={"description": "Always true."}),
            "data": fields.Nested(inner, required=True),
        },
        name=f"{name}Answer",
    )


def answer(**data: Any) -> dict[str, Any]:
    """A successful answer."""
    return {"success": True, "data": data}


def listed(name: str, page: Page) -> dict[str, Any]:
    """A page of a list under its plural, with its pagination."""
    return answer(**{name: page.rows, "pagination": page})


def install(app: Flask) -> Door:
    """Open the API's door on the app; features register their blueprints with what is returned."""
    app.json = ExactJSON(app)
    app.config.update(
        API_TITLE="Local POS Pro",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": "The till, the khata and the stock book of a kirana store. Money in rupees."},
            "components": {
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            },
            "security": [{"bearer": []}],
        },
    )
    return Door(app)
