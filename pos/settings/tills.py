"""Whose drawer money goes into: the open cash session of the till at which somebody stands (DESIGN.md 6).

A shop that counts no drawer has no sessions, and selling never stops for want of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from pos.core.actor import Actor
from pos.core.db import execute, must_be_in_unit, table
from pos.core.text import tidy
from pos.settings.models import CashSession
from pos.settings.store import Store

DEFAULT_TILL = "Till 1"
# Which till a tablet is: its browser keeps that, whoever signs in on it.
COOKIE = "till"
LONGEST_NAME = 40
_sessions = table(CashSession)
_open = select(_sessions).where(_sessions.c.closed_at.is_(None)).order_by(_sessions.c.opened_at, _sessions.c.id)


def till_name(text: str | None) -> str | None:
    """The name of a till as it was typed or kept, tidied; None where there is none."""
    return (tidy(text) or "")[:LONGEST_NAME].strip() or None


def open_sessions() -> Sequence[Row[Any]]:
    """The sessions that are open now, the oldest first."""
    rows: Sequence[Row[Any]] = execute(_open).all()
    return rows


def session_of(actor: Actor) -> Row[Any] | None:
    """The open session of the actor's till, for looking at; who names no till stands at the only one that is open."""
    rows = open_sessions()
    till = actor.till or DEFAULT_TILL
    mine = next((row for row in rows if row.till.casefold() == till.casefold()), None)
    return rows[0] if mine is None and actor.till is None and len(rows) == 1 else mine


def session_for_money(actor: Actor, store: Store) -> UUID | None:
    """The id of the session that the actor's money belongs to, held open until the unit ends; None outside any.

    Whoever closes it waits for this unit, so that what is counted has all of it (locks: RELIABILITY.md 2).
    """
    must_be_in_unit()
    chosen = session_of(actor) if store.cash_sessions_enabled else None
    if chosen is None:
        return None
    held = select(_sessions.c.id).where(_sessions.c.id == chosen.id, _sessions.c.closed_at.is_(None))
    found: UUID | None = execute(held.with_for_update(read=True)).scalar()
    return found
