"""Restoring from the owner's page: the shop closes, becomes what the backup says, and opens again by itself."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pos.accounts import users
from pos.backups import archive, kept, restoring, sealing
from pos.core import clock
from pos.core.actor import Actor
from pos.core.errors import PosError, Refused
from pos.core.language import gettext as _
from pos.core.language import speaking

OUTCOME = "restored.json"
# Long enough for the answer to reach the browser that asked.
CLOSES_AFTER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Order:
    """What the shop is to become once it is closed, and who said so."""

    actor: Actor
    file: Path
    key: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the last order; `problem` says why nothing was changed. Times are ISO 8601 text in UTC."""

    at: str
    by: str
    name: str
    made_at: str | None = None
    set_aside: str | None = None
    problem: str | None = None


class Reopening:
    """One server's readiness to close, restore and open again; `close` is None where nothing would open it again."""

    def __init__(self) -> None:
        self.close: Callable[[], None] | None = None
        self.order: Order | None = None

    def ask(self, actor: Actor, password: str, file: Path, key: str | None, workplace: Path) -> None:
        """Make sure that it is the owner still, look through the whole backup, then close the shop to restore it.

        Raises Forbidden for all but the owner, what `users.confirm_password` raises, and Refused for what
        `looked_through` refuses and where the shop cannot open itself again.
        """
        actor.require("change_settings")
        users.confirm_password(actor, password)
        if self.close is None:
            raise Refused(_("This server cannot open itself again: restore by the command below."), code="NO_REOPENING")
        looked_through(file, key, workplace)
        self.order = Order(actor, file, key)
        threading.Timer(CLOSES_AFTER_SECONDS, self.close).start()


def looked_through(file: Path, key: str | None, workplace: Path) -> archive.Facts:
    """Read every byte of a backup; gives what it says of itself. Raises Refused when it is locked, damaged or none."""
    with sealing.opened(file, key, workplace) as plain, archive.opened(plain) as source:
        for table in source.tables:
            for _rows in source.rows(table):
                pass
        return source.facts


def end_this_server() -> None:
    """Close the shop as Ctrl-C does."""
    os.kill(os.getpid(), signal.SIGTERM)


def carry_out(order: Order, folder: Path, workplace: Path) -> Outcome:
    """Restore what was ordered, with the shop closed, and keep what came of it for the owner's page."""
    # Whoever asked may not exist in the restored shop, or be somebody else.
    actor = replace(order.actor, id=None)
    told = {"at": clock.now().isoformat(timespec="seconds"), "by": actor.name, "name": order.file.name}
    with speaking(actor.language or "en"):
        try:
            done = restoring.restore(actor, order.file, key=order.key, workplace=workplace)
            outcome = Outcome(**told, made_at=done.facts.made_at, set_aside=done.set_aside)
        except PosError as error:
            outcome = Outcome(**told, problem=error.message)
    kept.write_note(folder, OUTCOME, json.dumps(asdict(outcome), ensure_ascii=False))
    return outcome


def outcome(folder: Path) -> Outcome | None:
    """What came of the last restore from the page; None when there was none."""
    try:
        return Outcome(**json.loads((folder / OUTCOME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
