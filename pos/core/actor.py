"""Who does something, and what that person may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from pos.core.errors import Forbidden, NotSignedIn
from pos.core.language import gettext as _


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or the shop's own command line, acting in one request.

    `rights` are the names of the verbs this person may call (PLAN.md section 4); `till` is the one at which the person
    stands, if that is known.
    """

    id: UUID | None
    name: str
    role: str
    rights: frozenset[str] = field(default_factory=frozenset)
    language: str | None = None
    till: str | None = None

    def may(self, right: str) -> bool:
        """True when this person holds the right."""
        return right in self.rights

    def require(self, right: str) -> None:
        """Let the verb go on only for who holds the right.

        Raises NotSignedIn when nobody is signed in, Forbidden when the role does not allow it.
        """
        if self.may(right):
            return
        if self.role == "nobody":
            raise NotSignedIn(_("Please sign in first."))
        raise Forbidden(_("Your role does not allow this. Ask the owner of the shop."))


NOBODY = Actor(id=None, name="", role="nobody")
