"""The document as its page shows it: every operation with its fields in rows, nested ones under their parents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pos.core.api.document import METHODS, Json

DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One field: its whole name (`items[].quantity`), its type, whether it must or may be there, what it means."""

    name: str
    kind: str
    needed: bool
    about: str
    choices: tuple[Any, ...]
    example: Any


def operations(document: Json) -> list[Json]:
    """Every operation with its method, its path and all its parameters, by tag."""
    order = [tag["name"] for tag in document.get("tags", [])]
    found = [
        {
            **item[method],
            "method": method.upper(),
            "path": path,
            "parameters": [*item.get("parameters", []), *item[method]["parameters"]],
        }
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]
    return sorted(found, key=lambda one: order.index(one["tags"][0]))


def rows(schema: Json, document: Json, before: str = "", depth: int = 0) -> Iterator[Row]:
    """The fields of a body or an answer, one by one, those inside others after them."""
    schema = _resolved(schema, document)
    if "items" in schema:
        yield from rows(schema["items"], document, f"{before}[]", depth)
    needed = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        whole = f"{before}.{name}" if before else name
        inner = _resolved(field, document)
        choices = tuple(inner.get("enum", ()))
        about = field.get("description", inner.get("description", ""))
        yield Row(whole, _kind(field, inner), name in needed, about, choices, field.get("example"))
        if depth < DEEPEST:
            yield from rows(inner, document, whole, depth + 1)


def _resolved(schema: Json, document: Json) -> Json:
    for part in (schema, *schema.get("allOf", [])):
        if "$ref" in part:
            found: Json = document["components"]["schemas"][part["$ref"].rpartition("/")[2]]
            return found
    return schema


def _kind(field: Json, inner: Json) -> str:
    kind = str(inner.get("format") or inner.get("type", "object"))
    return f"{kind} or null" if field.get("nullable") else kind
