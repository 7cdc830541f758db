"""Examples of whole bodies, put together from the examples of their fields."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

DEEPEST = 8
BY_FORMAT = {
    "uuid": "01a20742-5b1e-7cc3-9f0a-3d2b6f7e8c11",
    "date": "2026-11-03",
    "date-time": "2026-11-03T14:30:00.000000Z",
}
BY_TYPE: dict[str | None, Any] = {"string": "text", "integer": 1, "number": 1, "boolean": True, "object": {}}


def example_of(schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> Any:
    """One value that fits the schema."""
    if "example" in schema:
        return schema["example"]
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return example_of(document["components"]["schemas"][name], document, depth + 1)
    if schema.get("nullable"):
        return None
    for part in schema.get("allOf", []):
        return example_of(part, document, depth + 1)
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [] if depth > DEEPEST else [example_of(schema["items"], document, depth + 1)]
    if schema.get("properties"):
        return {name: example_of(field, document, depth + 1) for name, field in schema["properties"].items()}
    return BY_FORMAT.get(schema.get("format", ""), BY_TYPE.get(schema.get("type")))


def exact(part: Any) -> Any:
    """The same with every number that has a point as an exact one with two decimals: 22.00 and not 22.0."""
    if isinstance(part, dict):
        return {name: exact(value) for name, value in part.items()}
    if isinstance(part, list):
        return [exact(value) for value in part]
    return Decimal(f"{part:.2f}") if type(part) is float else part
