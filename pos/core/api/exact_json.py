"""JSON in which money stays exact: Decimals in, Decimals out, no float between (DESIGN.md 3)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import simplejson
from flask.json.provider import JSONProvider

from pos.core.errors import Invalid
from pos.core.language import gettext as _

DEEPEST = 20
LONGEST_NUMBER = 40


def _number(text: str) -> Decimal | int:
    """A JSON number as it is written. Exponents are refused: `1e999` is no price. Raises ValueError."""
    if len(text) > LONGEST_NUMBER or re.search("[eE]", text):
        raise ValueError("a number with an exponent, or far too long")
    return Decimal(text) if "." in text else int(text)


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if hasattr(value, "__html__") or type(value).__name__ == "LazyString":
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class ExactJSON(JSONProvider):
    """Flask's JSON with exact decimals, times in UTC with Z, and no NaN, Infinity or exponents."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """The object as JSON text."""
        kwargs.setdefault("default", _plain)
        return str(simplejson.dumps(obj, use_decimal=True, ensure_ascii=False, allow_nan=False, **kwargs))

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The text as Python objects. Raises ValueError for what is not JSON, RFC 8259, or not exact."""
        text = s.decode("utf-8") if isinstance(s, bytes) else s
        try:
            loaded = simplejson.loads(text, parse_float=_number, parse_int=_number, parse_constant=_constant, **kwargs)
            if "\\ud" in text.lower():
                # Half of a pair is no character (RFC 8259, 8.2): it could be neither stored nor told.
                self.dumps(loaded).encode()
        except RecursionError as error:
            raise ValueError("nested too deep") from error
        return loaded


def refuse_non_objects(body: Any) -> dict[str, Any]:
    """The body of a request, which must be a JSON object. Raises Invalid."""
    if isinstance(body, dict):
        return body
    raise Invalid(_("Send a JSON object."), code="MALFORMED_JSON")
