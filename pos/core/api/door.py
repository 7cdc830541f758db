"""API blueprints: parsing, the envelope, and the bearer token that says who asks (DESIGN.md 1 and 8)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, NoReturn, ParamSpec, TypeVar

import flask_smorest
from flask import Flask, Request, Response, current_app, g, render_template, request
from marshmallow import RAISE, ValidationError
from webargs.flaskparser import FlaskParser

from pos.core import idempotency
from pos.core.actor import Actor
from pos.core.api import limits, other_sites
from pos.core.api.docs import operations, rows
from pos.core.api.document import Glossary, complete
from pos.core.api.exact_json import ExactJSON, refuse_non_objects
from pos.core.api.fields import Moment, Percent, Quantity, Rupees
from pos.core.api.shapes import DaysArgs as DaysArgs
from pos.core.api.shapes import ErrorSchema
from pos.core.api.shapes import PageSchema as PageSchema
from pos.core.api.shapes import PagingArgs as PagingArgs
from pos.core.api.shapes import enveloped as enveloped
from pos.core.errors import Invalid, NotSignedIn, Problem
from pos.core.language import gettext as _
from pos.core.paging import Page
from pos.core.web import client_address

P = ParamSpec("P")
R = TypeVar("R")
PREFIX = "/api/v1"
MOST_PROBLEMS = 200
LARGEST_BODY_BYTES = 1024 * 1024
UNITS = {Rupees: "rupees", Quantity: "quantity", Percent: "percent"}
ABOUT = """\
The till, the khata and the stock book of a kirana store.

Money is rupees, quantities are in the product's own unit: exact JSON numbers (`22.00`, `0.350`), or the same as text;
at most two decimals of money and three of a quantity, no exponents. Times are UTC, ISO 8601 with Z; days the store's.
Answers are `{"success": true, "data": ...}`, refusals `{"success": false, "error": "a sentence", "code": "A_WORD",
"details": [...]}`. Fields that are not in this document are refused by name; an empty text for a field that may be null
means null. Sign in at `/api/v1/auth/login` and send the token with every request: `Authorization: Bearer ...`."""


class Door(flask_smorest.Api):
    """The API's document and blueprints; errors are answered by `pos.core.refusals`, like everywhere."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ErrorSchema

    def __init__(self, app: Flask, glossary: Glossary) -> None:
        self._glossary = glossary
        self._whole: dict[str, Any] | None = None
        super().__init__(app)
        for field, unit in UNITS.items():
            self.register_field(field, "number", unit)
        self.register_field(Moment, "string", "date-time")

    def document(self) -> dict[str, Any]:
        """The OpenAPI document, whole."""
        if self._whole is None:
            self._whole = complete(copy.deepcopy(self.spec.to_dict()), self._app, self._glossary)
        return self._whole

    def _openapi_json(self) -> Response:
        return current_app.response_class(current_app.json.dumps(self.document()), mimetype="application/json")

    def _docs(self) -> str:
        whole = self.document()
        values = {"operations": operations(whole), "rows": rows, "dumped": current_app.json.dumps}
        return render_template("api/docs.html", document=whole, **values)

    def _register_swagger_ui_rule(self, blueprint: Any) -> None:
        """The document for people: a page of our own, as Swagger's needs scripts that the policy blocks."""
        blueprint.add_url_rule("/docs", endpoint="docs", view_func=self._docs)

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

    def arguments(self, schema: Any, **options: Any) -> Callable[..., Any]:
        """Read a view's arguments by this schema, made once and not anew for each request."""
        made = schema() if isinstance(schema, type) else schema
        return super().arguments(made, **options)


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


def takes_key(view: Callable[P, R]) -> Callable[P, R]:
    """Mark an API view that an Idempotency-Key makes happen once."""
    view.takes_key = True  # type: ignore[attr-defined]
    return view


def at_a_till(view: Callable[P, R]) -> Callable[P, R]:
    """Mark an API view whose money goes into the drawer of the till that X-Till names."""
    view.at_a_till = True  # type: ignore[attr-defined]
    return view


def _let_in() -> None:
    if request.method == "OPTIONS":
        # A browser asks for another site's page, and sends no token with that.
        return
    request.max_content_length = LARGEST_BODY_BYTES
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "is_open_to_all", False):
        limits.count(limits.ADDRESS, client_address())
        return
    try:
        g.signed_in = _holder()
    except NotSignedIn:
        limits.count(limits.ADDRESS, client_address())
        raise
    limits.count(limits.PERSON, str(g.signed_in.actor.id))
    if hasattr(view, "right"):
        g.signed_in.actor.require(view.right)


def _holder() -> Any:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn(_("Send a bearer token: sign in at /api/v1/auth/login."))
    return current_app.extensions["pos"]["token_reader"](token.strip())


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


def answer(**data: Any) -> dict[str, Any]:
    """A successful answer."""
    return {"success": True, "data": data}


def listed(name: str, page: Page) -> dict[str, Any]:
    """A page of a list under its plural, with its pagination."""
    return answer(**{name: page.rows, "pagination": page})


def install(app: Flask, glossary: Glossary, origin: str | None) -> Door:
    """Open the API's door on the app; features register their blueprints with what is returned.

    `origin` is the one other site whose pages may use the API from a browser.
    """
    app.json = ExactJSON(app)
    limits.install(app)
    other_sites.install(app, origin)
    app.config.update(
        API_TITLE="Local POS Pro",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": ABOUT},
            "components": {
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            },
            "security": [{"bearer": []}],
        },
    )
    return Door(app, glossary)
