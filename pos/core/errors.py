"""What can go wrong, as sentences for a person; each kind knows its HTTP status and its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a request: a sentence, and where it is (a field, or a product's id)."""

    message: str
    code: str = "INVALID"
    field: str | None = None
    subject: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The problem as it stands in `details` of an API answer."""
        return {name: value for name, value in asdict(self).items() if value is not None}


class PosError(Exception):
    """A refusal that a person can read. Nothing was changed."""

    status: ClassVar[int] = 400
    code: str = "INVALID"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        field: str | None = None,
        problems: Sequence[Problem] = (),
        facts: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.field = field
        self.problems = tuple(problems)
        self.facts = facts or {}


class ConfigurationError(Exception):
    """The shop cannot start as it is set up; the message says what to change."""


class Invalid(PosError):
    """The request does not make sense as it stands (400)."""

    code = "VALIDATION_ERROR"


class NotSignedIn(PosError):
    """Nobody is signed in, or the session has ended (401)."""

    status = 401
    code = "UNAUTHORIZED"


class Forbidden(PosError):
    """Signed in, but the role does not allow this (403)."""

    status = 403
    code = "FORBIDDEN"


class NotFound(PosError):
    """No such thing in this shop (404)."""

    status = 404
    code = "NOT_FOUND"


class Refused(PosError):
    """The request is well formed, but the shop's state does not allow it (409)."""

    status = 409
    code = "CONFLICT"


class KeyReused(PosError):
    """An idempotency key came again with another request (422)."""

    status = 422
    code = "IDEMPOTENCY_KEY_REUSED"


class TooManyTries(PosError):
    """Too many wrong tries; `facts["retry_after"]` says how many seconds to wait (429)."""

    status = 429
    code = "TOO_MANY_REQUESTS"


class Busy(PosError):
    """The database could not take the work now; nothing was changed, the same request may be sent again (503)."""

    status = 503
    code = "BUSY"


def refuse_all(problems: Sequence[Problem]) -> None:
    """Raise one refusal that tells every problem at once; do nothing when there is none."""
    if problems:
        raise Refused("; ".join(p.message for p in problems), code=problems[0].code, problems=problems)
