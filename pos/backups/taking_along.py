"""A backup leaves the shop: whoever takes one along takes everything."""

from __future__ import annotations

from pos.core import audit
from pos.core.actor import Actor
from pos.core.db import one_unit


@one_unit
def note(actor: Actor, name: str) -> None:
    """Write down who took a backup along. Raises Forbidden for all but the owner."""
    actor.require("change_settings")
    audit.record(actor, "backup.taken_along", "backup", None, {"file": name})
