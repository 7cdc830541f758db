"""The cash drawer of a till: opened with a float, filled and emptied with reasons, counted and closed (DESIGN.md 6).

Money that is taken or given while a session is open finds its way into it by `pos.settings.tills`. Closing waits for
what is on its way, and never holds up a sale: what comes after is outside any session.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from pos.core import audit, clock, idempotency
from pos.core.actor import Actor
from pos.core.db import connection, execute, one_unit, table
from pos.core.errors import Invalid, NotFound, Problem, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.language import ngettext
from pos.core.money import format_rupees, rupees
from pos.core.text import tidy
from pos.sales.drawer_sums import drawer_sums
from pos.sales.returns_and_drawer import CashMovement
from pos.settings import store, tills
from pos.settings.models import CashSession
from pos.settings.store import Store

OPENINGS, MOVES, CLOSINGS = "drawer_open", "drawer_move", "drawer_close"
DENOMINATIONS = (500, 200, 100, 50, 20, 10, 5, 2, 1)
MOST_PIECES = 100_000
# There are no coins for paise: less than this is nobody's mistake.
SMALLEST_COIN = Decimal(1)
LONGEST_REASON = 255
_sessions, _movements = table(CashSession), table(CashMovement)


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb made (a session or a movement), and whether the same key had made it before."""

    id: UUID
    replayed: bool


@one_unit
def open_session(actor: Actor, opening_float: Any, till: str | None = None, key: str | None = None) -> Done:
    """Open a till's drawer with so many rupees in it; the actor's own till where none is named.

    Raises Forbidden for staff, Invalid, Refused where the shop counts no drawer or the till is open already, KeyReused.
    """
    actor.require("sell")
    name = tills.till_name(till) or actor.till or tills.DEFAULT_TILL
    amount = _amount(opening_float, "opening_float", least=Decimal(0))
    session_id = uuid7()
    earlier = key and _claim(OPENINGS, key, {"till": name, "float": str(amount)}, session_id)
    if earlier:
        return Done(earlier, replayed=True)
    if not store.current().cash_sessions_enabled:
        sentence = _("This shop counts no drawer. The owner turns that on in the settings.")
        raise Refused(sentence, code="NO_CASH_SESSIONS")
    _refuse_open_till(name)
    row = {"id": session_id, "till": name, "opening_float": amount, "opened_by": actor.id, "opened_at": clock.now()}
    try:
        with connection().begin_nested():
            execute(insert(_sessions), row)
    except IntegrityError:
        _refuse_open_till(name)
        raise
    audit.record(actor, "drawer.opened", "cash_session", session_id, {"till": name, "float": amount})
    return Done(session_id, replayed=False)


def cash_in(actor: Actor, session_id: UUID, amount: Any, reason: str | None, key: str | None = None) -> Done:
    """Put cash into the drawer that is no sale, like change from the bank. Raises what `move_cash` raises."""
    return move_cash(actor, session_id, "IN", amount, reason, key)


def cash_out(actor: Actor, session_id: UUID, amount: Any, reason: str | None, key: str | None = None) -> Done:
    """Take cash out of the drawer, like for tea or to the bank. Raises what `move_cash` raises."""
    return move_cash(actor, session_id, "OUT", amount, reason, key)


@one_unit
def move_cash(
    actor: Actor, session_id: UUID, direction: str, amount: Any, reason: str | None, key: str | None = None
) -> Done:
    """Put so many rupees in (IN) or take them out (OUT), with a reason; the same key does it once.

    Raises Forbidden for staff, NotFound, Invalid, Refused once the session is closed, KeyReused.
    """
    actor.require("sell")
    rupees_moved, why = _checked_move(direction, amount, reason)
    movement_id = uuid7()
    wish = {"session": session_id, "direction": direction, "amount": str(rupees_moved), "reason": why}
    earlier = key and _claim(MOVES, key, wish, movement_id)
    if earlier:
        return Done(earlier, replayed=True)
    held = _held(session_id, read=True)
    _refuse_closed(held)
    row = {"id": movement_id, "cash_session_id": session_id, "direction": direction, "amount": rupees_moved}
    execute(insert(_movements), {**row, "reason": why, "created_by": actor.id, "created_at": clock.now()})
    change = {"till": held.till, "direction": direction, "amount": rupees_moved, "reason": why}
    audit.record(actor, "drawer.cash_moved", "cash_session", session_id, change)
    return Done(movement_id, replayed=False)


@one_unit
def close_session(
    actor: Actor,
    session_id: UUID,
    *,
    counted: Any = None,
    denominations: Mapping[int, int] | None = None,
    note: str | None = None,
    seen_expected: Decimal | None = None,
    key: str | None = None,
) -> Done:
    """Close a drawer that was counted: in all (`counted`, rupees) or by denomination, which then is the count.

    A rupee or more between counted and expected needs a note. `seen_expected` is what the person was shown: Refused
    when money has moved since. Raises Forbidden for staff, NotFound, Invalid, Refused once it is closed, KeyReused.
    """
    actor.require("sell")
    amount = worth_of(denominations) if denominations else _amount(counted, "counted", least=Decimal(0))
    why = _text(note, "note")
    wish = {"session": session_id, "counted": str(amount), "note": why}
    earlier = key and _claim(CLOSINGS, key, wish, session_id)
    if earlier:
        return Done(earlier, replayed=True)
    held = _held(session_id)
    _refuse_closed(held)
    expected = drawer_sums(held).expected
    _refuse_stale(expected, seen_expected)
    if abs(amount - expected) >= SMALLEST_COIN and not why:
        raise Invalid(_("Say what may have caused the difference."), field="note")
    pieces = {str(worth): count for worth, count in (denominations or {}).items() if count}
    closed = {"closed_by": actor.id, "closed_at": clock.now(), "expected": expected, "counted": amount, "note": why}
    closed |= {"denominations": json.dumps(pieces) if pieces else None}
    execute(update(_sessions).where(_sessions.c.id == session_id).values(**closed))
    change = {"till": held.till, "expected": expected, "counted": amount, "difference": amount - expected, "note": why}
    audit.record(actor, "drawer.closed", "cash_session", session_id, change)
    return Done(session_id, replayed=False)


def advice(actor: Actor) -> str | None:
    """What should be done about the drawer of the actor's till, as a sentence; None where all is well."""
    terms = store.current()
    if not terms.cash_sessions_enabled:
        return None
    mine = tills.session_of(actor)
    if mine is None:
        till = actor.till or tills.DEFAULT_TILL
        return _("The drawer of %(till)s is not open: cash taken now is outside any session.", till=till)
    return left_open(mine, terms)


def left_open(held: Row[Any], terms: Store) -> str | None:
    """That a drawer is open since an earlier day of the store's, as a sentence; None for one of today."""
    days = (terms.today() - clock.business_day(held.opened_at, terms.timezone)).days
    if days < 1:
        return None
    return ngettext(
        "The drawer of %(till)s was not closed yesterday. Count it and close it.",
        "The drawer of %(till)s has been open for %(num)s days. Count it and close it.",
        days,
        till=held.till,
    )


def worth_of(denominations: Mapping[int, int]) -> Decimal:
    """What so many notes and coins of each kind come to, in rupees. Raises Invalid for a kind or count that is none."""
    for worth, count in denominations.items():
        if worth not in DENOMINATIONS or not 0 <= count <= MOST_PIECES:
            sentence = _("Count notes and coins of ₹%(worth)s in whole numbers.", worth=worth)
            raise Invalid(sentence, field=f"pieces_{worth}")
    return Decimal(sum(worth * count for worth, count in denominations.items()))


def _claim(scope: str, key: str, wish: Mapping[str, Any], result: UUID) -> UUID | None:
    return idempotency.claim(scope, key, idempotency.fingerprint(wish), result)


def _held(session_id: UUID, read: bool = False) -> Row[Any]:
    """The session, locked: `read` for money that joins it, else against all of that."""
    row = execute(select(_sessions).where(_sessions.c.id == session_id).with_for_update(read=read)).first()
    if row is None:
        raise NotFound(_("There is no such cash session."), code="CASH_SESSION_NOT_FOUND")
    return row


def _refuse_closed(held: Row[Any]) -> None:
    if held.closed_at is not None:
        raise Refused(_("This drawer is closed already."), code="CASH_SESSION_CLOSED")


def _refuse_open_till(name: str) -> None:
    if any(row.till.casefold() == name.casefold() for row in tills.open_sessions()):
        raise Refused(_("The drawer of %(till)s is open already.", till=name), code="CASH_SESSION_OPEN", field="till")


def _refuse_stale(expected: Decimal, seen: Decimal | None) -> None:
    if seen is not None and seen != expected:
        sentence = _(
            "Money moved while you counted: %(now)s should be there now, not %(before)s. Look again.",
            now=format_rupees(expected),
            before=format_rupees(seen),
        )
        raise Refused(sentence, code="CHANGED_MEANWHILE")


def _checked_move(direction: str, amount: Any, reason: str | None) -> tuple[Decimal, str]:
    problems = []
    moved, why = Decimal(0), None
    if direction not in ("IN", "OUT"):
        problems.append(Problem(_("Choose one of: %(choices)s.", choices="IN, OUT"), Invalid.code, "direction"))
    try:
        moved = _amount(amount, "amount", least=Decimal("0.01"))
        why = _text(reason, "reason")
    except Invalid as error:
        problems.append(Problem(error.message, error.code, error.field))
    if why is None and not problems:
        problems.append(Problem(_("Say what for, like “tea” or “to the bank”."), Invalid.code, "reason"))
    if problems or why is None:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return moved, why


def _amount(value: Any, field: str, least: Decimal) -> Decimal:
    try:
        amount = rupees(value if value is not None else "")
    except ValueError as error:
        raise Invalid(str(error), field=field) from error
    if amount < least:
        raise Invalid(_("Enter an amount above zero.") if least else _("An amount cannot be below zero."), field=field)
    return amount


def _text(text: str | None, field: str) -> str | None:
    said = tidy(text)
    if said and len(said) > LONGEST_REASON:
        raise Invalid(_("Please use at most %(longest)s characters.", longest=LONGEST_REASON), field=field)
    return said
