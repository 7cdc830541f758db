"""The customer's displays of a sign-in session: opened by the cashier, joined with a code, closed with the session.

Who takes the place at the till by PIN takes its displays over.
A display has no powers: it is shown what `displayed` reads. What it is shown besides the carts, which bill the cashier
looks at and where its payment stands, the till's pages note here; a shop without displays writes nothing.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from pos.accounts import places
from pos.accounts.models import SignInSession
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Busy, Invalid
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.prepared import Prepared
from pos.till import cart
from pos.till.models import CustomerDisplay

log = logging.getLogger("pos.till")

CODE_LASTS = timedelta(minutes=10)
# Without what looks alike on a screen across the counter. Eight of them are 39 bits: nobody guesses one in ten minutes.
SIGNS = "ABCDEFGHJKLMNPQRTUVWXYZ2346789"
CODE_LENGTH = 8

_displays, _sessions = table(CustomerDisplay), table(SignInSession)
# Each page of the till asks it once.
_of_session = Prepared(select(_displays).where(_displays.c.session_id == bindparam("session")))


class Code(NamedTuple):
    """What opens a display at another device, and until when (UTC)."""

    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Payment:
    """Where a payment stands, in rupees: what its QR code asks for, what is still due, the change."""

    asked: Decimal
    due: Decimal
    change: Decimal


NO_PAYMENT: dict[str, Decimal | None] = {"asked": None, "due": None, "change": None}


@one_unit
def open_display(actor: Actor, session_id: UUID) -> UUID:
    """Let this session's bills be shown to the customer; gives the id under which all its displays show them.

    Opening it again changes nothing. Raises Forbidden for who may not sell.
    """
    actor.require("sell")
    # Two taps at once: the second waits, and finds what the first has made.
    execute(select(_sessions.c.id).filter_by(id=session_id).with_for_update())
    found = _find(session_id)
    if found is not None:
        return UUID(str(found.id))
    _forget_old_ones()
    row = {"id": uuid7(), "session_id": session_id, "looked_at": clock.now(), "created_at": clock.now()}
    # What stands on the till's screen already, perhaps from a session before.
    execute(insert(_displays), {**row, "cart_id": cart.current(actor, session_id)})
    audit.record(actor, "display.opened", "session", session_id)
    return UUID(str(row["id"]))


def _find(session_id: UUID | None) -> Row[Any] | None:
    found: Row[Any] | None = _of_session.first({"session": session_id})
    return found


def _forget_old_ones() -> None:
    """A display that died with its session comes back in no way."""
    over = select(_sessions.c.id).where(_sessions.c.ended_at.is_not(None) | (_sessions.c.expires_at <= clock.now()))
    execute(delete(_displays).where(_displays.c.session_id.in_(over)))


@one_unit
def offer_code(actor: Actor, session_id: UUID) -> Code:
    """A code for another device, in place of the one before; it holds for ten minutes. Raises Forbidden."""
    display_id = open_display(actor, session_id)
    code = Code("".join(secrets.choice(SIGNS) for _sign in range(CODE_LENGTH)), clock.now() + CODE_LASTS)
    execute(update(_displays).filter_by(id=display_id).values(code=code.text, code_until=code.until))
    return code


def code_of(session_id: UUID) -> Code | None:
    """The code that holds now, to be shown again; None where there is none."""
    row = _find(session_id)
    if row is None or row.code is None or row.code_until <= clock.now():
        return None
    return Code(row.code, row.code_until)


def is_open(session_id: UUID) -> bool:
    """True when this session's bills may be shown to the customer."""
    return _find(session_id) is not None


def joined(typed: str) -> UUID:
    """The id of the displays whose code this is, however it was typed. Raises Invalid at the field `code`."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())[: CODE_LENGTH + 1]
    holds = (_displays.c.code == code, _displays.c.code_until > clock.now())
    found = execute(select(_displays.c.id).where(*holds)).scalar() if len(code) == CODE_LENGTH else None
    if found is None:
        sentence = _("This code is not right, or it is too old. Ask the cashier for a new one.")
        raise Invalid(sentence, field="code", code="DISPLAY_CODE_WRONG")
    return UUID(str(found))


@one_unit
def close_displays(actor: Actor, session_id: UUID) -> None:
    """Every display of this session shows nothing from now on, and its code opens none. Raises Forbidden."""
    actor.require("sell")
    if execute(delete(_displays).where(_displays.c.session_id == session_id)).rowcount:
        audit.record(actor, "display.closed", "session", session_id)


@places.followed_by
def _go_along(before: UUID, after: UUID) -> None:
    """The screen before the customer stays one; of the bill of who left it shows nothing more, and its code is void."""
    nothing = {"cart_id": None, "code": None, "code_until": None, "looked_at": clock.now(), **NO_PAYMENT}
    execute(update(_displays).filter_by(session_id=before).values(session_id=after, **nothing))


def look_at(session_id: UUID | None, cart_id: UUID, touched_at: datetime, payment: Payment | None = None) -> None:
    """Note that the cashier has this cart on the screen, and where its payment stands while its sheet is open.

    `touched_at` is the cart's last change. Without a display it is one look; what is noted already is not written
    again, and a display that lags behind keeps no cashier waiting: where the shop is busy, nothing is noted.
    """
    row = _find(session_id) if session_id else None
    amounts: dict[str, Any] = {**NO_PAYMENT, **(asdict(payment) if payment else {})}
    if row is None or (_is_noted(row, {"cart_id": cart_id, **amounts}) and row.looked_at >= touched_at):
        return
    try:
        _note(row.id, cart_id, amounts)
    except (Busy, DBAPIError):
        log.warning("a customer's display could not be told", exc_info=True)


def _is_noted(row: Row[Any], values: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


@one_unit
def _note(display_id: UUID, cart_id: UUID, amounts: dict[str, Any]) -> None:
    execute(update(_displays).filter_by(id=display_id).values(cart_id=cart_id, looked_at=clock.now(), **amounts))
