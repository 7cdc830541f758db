"""Who was let in, changed places or got another role, as sentences of the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pos.core.language import gettext as _
from pos.reports.field_words import value_word

Change = Mapping[str, Any]


def person_changed(told: dict[str, str], change: Change) -> str:
    """Somebody's role, rest or password was changed."""
    if change.get("is_active") == ["True", "False"]:
        return _("%(who)s sent %(what)s home: no signing in any more", **told)
    if change.get("is_active") == ["False", "True"]:
        return _("%(who)s let %(what)s sign in again", **told)
    if set(change) == {"password"}:
        return _("%(who)s gave %(what)s a new password", **told)
    return _("%(who)s changed %(what)s", **told)


def hired(told: dict[str, str], change: Change) -> str:
    """Somebody was added, in a role."""
    role = value_word(str(change.get("role") or ""), "role")
    return _("%(who)s added %(what)s as %(role)s", **told, role=role)


def came_in(told: dict[str, str], change: Change) -> str:
    """A person or a program signed in."""
    if change.get("door") == "api":
        return _("%(who)s signed a program in from %(address)s", **told, address=change.get("address", ""))
    return _("%(who)s signed in from %(address)s", **told, address=change.get("address", ""))


def changed_places(told: dict[str, str], change: Change) -> str:
    """Somebody came in by PIN, in another's place or back in their own."""
    if change.get("from") == told["who"]:
        return _("%(who)s unlocked the till at %(address)s", **told, address=change.get("address", ""))
    facts = {"before": change.get("from", ""), "address": change.get("address", "")}
    return _("%(who)s took the place of %(before)s by PIN at %(address)s", **told, **facts)


def pin_refused(told: dict[str, str], change: Change) -> str:
    """A wrong PIN, and whether it is shut now."""
    # A forged form may name a person who is not there.
    facts = {**told, "what": told["what"] or _("Somebody"), "address": change.get("address", "")}
    if change.get("shut"):
        return _("A wrong PIN for %(what)s, now shut, where %(who)s was signed in, at %(address)s", **facts)
    return _("A wrong PIN for %(what)s where %(who)s was signed in, at %(address)s", **facts)
