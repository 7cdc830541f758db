"""The OpenAPI document made whole: words, examples, refusals, keys and rights of every operation (DESIGN.md 8).

flask-smorest writes down shapes; this adds what holds for all: who may, what each refusal looks like, which requests
take an Idempotency-Key, and what every field means, from the shop's glossary where the field does not say so itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import unwrap
from typing import Any

from flask import Flask

from pos.core.api.examples import exact, example_of
from pos.core.api.fields import camel

METHODS = ("get", "post", "put", "patch", "delete")
# Status, its name, what its description says, the code and the sentence of its example.
REFUSALS: dict[int, tuple[str, str, str, str]] = {
    400: ("BadRequest", "Malformed, or some fields make no sense.", "VALIDATION_ERROR", "name: Give it a name."),
    401: ("Unauthorized", "Nobody is signed in.", "UNAUTHORIZED", "Send a bearer token."),
    403: ("Forbidden", "The role does not allow it.", "FORBIDDEN", "Your role does not allow this."),
    404: ("NotFound", "There is no such thing.", "NOT_FOUND", "There is no such product."),
    409: ("Conflict", "The shop's state does not allow it.", "INSUFFICIENT_STOCK", "Insufficient stock for Tea."),
    413: ("TooLarge", "The body is too large.", "TOO_LARGE", "That is too much at once."),
    422: ("KeyReused", "The key came before with another request.", "IDEMPOTENCY_KEY_REUSED", "Use a new key."),
    429: ("TooMany", "Too many requests.", "TOO_MANY_REQUESTS", "Too many requests. Try again in 3 seconds."),
    503: ("Unavailable", "Not now; nothing was changed.", "BUSY", "The shop is very busy just now."),
}
RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}, "example": 3}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Makes the request happen once, however often it is sent: the same key with the same body gives the"
    " first answer again, with `Idempotent-Replayed: true`; with another body it is refused (422).",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "till-2-000123",
}
TILL = {
    "in": "header",
    "name": "X-Till",
    "description": "The till at which this happens: its cash goes into the session that is open there. Without it, the"
    " only session that is open.",
    "required": False,
    "schema": {"type": "string", "maxLength": 40, "pattern": "^[ -~]*$"},
    "example": "Till 2",
}
REPLAYED = {
    "description": "`true` when this answer was given before and nothing was done again.",
    "schema": {"type": "string", "enum": ["true"]},
}
# The format of a number: by what word its description says the unit already, and what is said where it does not.
UNITS_IN_WORDS = {
    "rupees": ("rupee", "In rupees."),
    "quantity": ("unit", "In the product's unit."),
    "percent": ("percent", "In percent."),
}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Glossary:
    """What names mean (description, example), what codes say, and which roles hold a right."""

    words: Mapping[str, tuple[str, Any]]
    paths: Mapping[str, tuple[str, Any]]
    codes: Mapping[str, str]
    roles: Callable[[str], tuple[str, ...]]


def complete(document: Json, app: Flask, glossary: Glossary) -> Json:
    """The document with everything in it that a program's author needs; the one given is changed."""
    views = {(path, method): view for path, method, view in _views(app)}
    schemas: Json = document["components"]["schemas"]
    for name, schema in schemas.items():
        _explain(name, schema, glossary)
    document["components"]["responses"] = {name: _refusal(*told) for name, *told in REFUSALS.values()}
    for status in (429, 503):
        document["components"]["responses"][REFUSALS[status][0]]["headers"] = {"Retry-After": RETRY_AFTER}
    for path, item in document["paths"].items():
        for parameter in item.get("parameters", []):
            parameter["description"], parameter["example"] = glossary.paths[parameter["name"]]
        for method in METHODS:
            if method in item:
                _complete_operation(item[method], path, method, views[path, method], glossary)
    for schema in _answered(document):
        schema["required"] = [name for name, field in schema["properties"].items() if not _is_sometimes(field)]
    _give_examples(document)
    _rename_tags(document)
    document["info"]["x-codes"] = dict(glossary.codes)
    whole: Json = exact(document)
    return whole


def _views(app: Flask) -> Iterator[tuple[str, str, Any]]:
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield path, method.lower(), app.view_functions[rule.endpoint]


def _explain(name: str, schema: Json, glossary: Glossary) -> None:
    """Say of every field what it means, in what unit, and how it may look."""
    for field, about in schema.get("properties", {}).items():
        told = glossary.words.get(f"{name}.{field}") or glossary.words.get(field)
        _unfold(about)
        if told is not None:
            about.setdefault("description", told[0])
        _say_unit(about)
        if told and told[1] is not None and "enum" not in about and about.get("type") not in ("array", "object", None):
            about.setdefault("example", told[1])


def _say_unit(about: Json) -> None:
    """An amount says in what it is counted: its format is its unit."""
    unit, said = UNITS_IN_WORDS.get(about.get("format", ""), ("", "")), about.get("description", "")
    if unit[0] and not re.search(unit[0], said, re.IGNORECASE):
        about["description"] = f"{said} {unit[1]}".strip()


def _unfold(about: Json) -> None:
    """References as OpenAPI 3.0 can say more about them: nothing may stand beside one, null is said in its own way."""
    if "$ref" in about:
        about["allOf"] = [{"$ref": about.pop("$ref")}]
    for part in about.pop("anyOf", []):
        if "$ref" in part:
            about["allOf"] = [part]
            about["nullable"] = True


def _refusal(description: str, code: str, sentence: str) -> Json:
    example = {"success": False, "error": sentence, "code": code, "details": []}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}, "example": example}}
    return {"description": description, "content": content}


def _complete_operation(operation: Json, path: str, method: str, view: Any, glossary: Glossary) -> None:
    right, is_open = getattr(view, "right", None), getattr(view, "is_open_to_all", False)
    takes_key = getattr(view, "takes_key", False)
    parameters = operation.setdefault("parameters", [])
    if takes_key:
        parameters.append(KEY)
    if getattr(view, "at_a_till", False):
        parameters.append(TILL)
    for parameter in parameters:
        _explain_parameter(parameter, glossary)
    operation["operationId"] = camel(f"{operation['tags'][0].removeprefix('api_')}_{unwrap(view).__name__}")
    roles = glossary.roles(right) if right else ()
    who = "everybody, without a token" if is_open else ", ".join(roles) or "everybody with a token"
    operation["description"] = f"{operation.get('description', '')}\n\nFor: {who}.".strip()
    operation["x-roles"] = list(roles)
    if is_open:
        operation["security"] = []
    answers = operation["responses"]
    for status in [key for key in answers if not str(key).startswith("2")]:
        del answers[status]
    if takes_key:
        for answer in answers.values():
            answer.setdefault("headers", {})["Idempotent-Replayed"] = REPLAYED
    for status in _statuses(path, method, operation, bool(right), takes_key):
        answers[str(status)] = {"$ref": f"#/components/responses/{REFUSALS[status][0]}"}


def _statuses(path: str, method: str, operation: Json, has_right: bool, takes_key: bool) -> Iterator[int]:
    takes_body = "requestBody" in operation
    if takes_body or operation["parameters"] or "{" in path:
        yield 400
    yield 401
    if has_right:
        yield 403
    if "{" in path or takes_body:
        yield 404
    if method != "get":
        yield 409
    if takes_body:
        yield 413
    if takes_key:
        yield 422
    yield from (429, 503)


def _explain_parameter(parameter: Json, glossary: Glossary) -> None:
    description, example = glossary.words.get(parameter["name"], (None, None))
    if description is not None:
        parameter.setdefault("description", description)
    schema = parameter["schema"]
    if schema.get("default", "") is None:
        # None says that it was not sent: no program can send it.
        del schema["default"]
        schema.pop("nullable", None)
    if example is not None and "enum" not in schema and "default" not in schema:
        parameter.setdefault("example", example)


def _answered(document: Json) -> Iterator[Json]:
    """Every object of an answer: what stands in it is always there, but for what a role may not see."""
    seen: set[str] = set()
    for item in document["paths"].values():
        for method in METHODS:
            for answer in item.get(method, {}).get("responses", {}).values():
                for media in answer.get("content", {}).values():
                    yield from _objects(media.get("schema", {}), document, seen)
    yield from _objects({"$ref": "#/components/schemas/Error"}, document, seen)


def _objects(schema: Json, document: Json, seen: set[str]) -> Iterator[Json]:
    for part in (schema, *schema.get("allOf", [])):
        name = part.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            yield from _objects(document["components"]["schemas"][name], document, seen)
    if "items" in schema:
        yield from _objects(schema["items"], document, seen)
    if "properties" in schema:
        yield schema
        for field in schema["properties"].values():
            yield from _objects(field, document, seen)


def _is_sometimes(field: Json) -> bool:
    return bool(field.pop("x-sometimes", False))


def _give_examples(document: Json) -> None:
    """A whole example for every body and every answer, put together from those of their fields."""
    for item in document["paths"].values():
        for method in METHODS:
            operation = item.get(method, {})
            bodies = [operation.get("requestBody", {}), *operation.get("responses", {}).values()]
            for body in bodies:
                media = body.get("content", {}).get("application/json")
                if media and "example" not in media:
                    media["example"] = example_of(media["schema"], document)


def _rename_tags(document: Json) -> None:
    for tag in document.get("tags", []):
        tag["name"] = tag["name"].removeprefix("api_")
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                item[method]["tags"] = [tag.removeprefix("api_") for tag in item[method]["tags"]]
