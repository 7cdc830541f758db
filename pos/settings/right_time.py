"""When the computer's clock went back: how far numbers are ahead of it, and the owner's word that it is right now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pos.core import audit, clock, numbering
from pos.core.actor import Actor
from pos.core.db import one_unit


@dataclass(frozen=True, slots=True)
class Standing:
    """What the clock shows, and the moment of the newest bill, note or receipt (UTC; None before the first)."""

    now: datetime
    newest: datetime | None

    @property
    def stops(self) -> bool:
        """True when nothing is numbered until the clock is set right, or the owner says that it is."""
        return self.newest is not None and self.newest - self.now > numbering.SLIGHTLY


def standing(actor: Actor) -> Standing:
    """Where the clock stands. Raises Forbidden for everybody but the owner."""
    actor.require("change_settings")
    return Standing(clock.now(), numbering.newest_moment())


@one_unit
def accept_clock(actor: Actor) -> Standing:
    """The owner's word that the clock is right: numbers go on from now, and the audit log says from where to where.

    A year that began too early goes on with its numbers, for no older one is opened again. Changes nothing while
    nothing is ahead of the clock. Raises Forbidden for everybody but the owner.
    """
    seen = standing(actor)
    if seen.newest is None or seen.newest <= seen.now:
        return seen
    numbering.believe_again(seen.now)
    change = {"from": seen.newest.isoformat(timespec="seconds"), "to": seen.now.isoformat(timespec="seconds")}
    audit.record(actor, "clock.accepted", "store", change=change)
    return Standing(seen.now, seen.now)
