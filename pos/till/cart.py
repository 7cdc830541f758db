"""Carts: opened, held, resumed, thrown away; they are the shop's, not a browser's (DESIGN.md 5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, exists, insert, or_, select, update

from pos.accounts.models import SignInSession
from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import at_most, execute, must_be_in_unit, one_unit, table
from pos.core.errors import Invalid, NotFound, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.prepared import Prepared
from pos.core.text import tidy
from pos.till.models import Cart, CartLine

LONGEST_NAME = 60
WORKING = ("open", "held")
# A till that nobody touched for so long has lost its session, whatever the session's row still says.
FORGOTTEN_AFTER = timedelta(hours=16)

_carts = table(Cart)
_lines = table(CartLine)
_sessions = table(SignInSession)
# Each scan sends it: written once.
_touch = Prepared(
    update(_carts)
    .where(_carts.c.id == bindparam("cart"), or_(*(_carts.c.status == working for working in WORKING)))
    .values(status="open", updated_at=bindparam("now"))
    .returning(_carts)
)
_has_lines = exists().where(_lines.c.cart_id == _carts.c.id, _lines.c.removed_at.is_(None))


def open_cart(actor: Actor, session_id: UUID | None) -> UUID:
    """The cart this person goes on with in this browser, or a new one.

    It is the last one open in this session; else the last one of a session of the same person that has ended, so that
    nothing is lost with a cookie; never one that is open in another browser that is still signed in. All that were
    left behind come along: who changed places at the till finds every bill again.
    Raises Forbidden for who may not sell.
    """
    actor.require("sell")
    here = execute(_mine(actor, session_id).limit(at_most(1))).scalar()
    return here or _brought_along(actor, session_id) or new_cart(actor, session_id)


@one_unit
def new_cart(actor: Actor, session_id: UUID | None) -> UUID:
    """An empty cart in this session: the empty one that is open already, or a new one. Raises Forbidden."""
    actor.require("sell")
    empty = _mine(actor, session_id).where(~_has_lines, _carts.c.customer_id.is_(None), _carts.c.name.is_(None))
    found = execute(empty.limit(at_most(1))).scalar()
    if found is not None:
        return UUID(str(found))
    cart_id, now = uuid7(), clock.now()
    row = {"id": cart_id, "status": "open", "session_id": session_id, "created_by": actor.id}
    execute(insert(_carts), {**row, "created_at": now, "updated_at": now})
    return cart_id


def _mine(actor: Actor, session_id: UUID | None) -> Any:
    """The open carts of this session, those last touched first."""
    statement = select(_carts.c.id).where(_carts.c.status == "open").order_by(_carts.c.updated_at.desc())
    if session_id is None:
        return statement.where(_carts.c.session_id.is_(None), _carts.c.created_by == actor.id)
    return statement.where(_carts.c.session_id == session_id)


def current(actor: Actor, session_id: UUID | None) -> UUID | None:
    """The cart that `open_cart` goes on with; None where it would begin a new one."""
    here = execute(_mine(actor, session_id).limit(at_most(1))).scalar()
    return here or execute(_left_behind(actor).limit(at_most(1))).scalar()


def _brought_along(actor: Actor, session_id: UUID | None) -> UUID | None:
    """The cart left behind that was touched last; all of them are this session's now."""
    left = list(execute(_left_behind(actor)).scalars())
    if left and session_id is not None:
        _bring(actor, left, session_id)
    return left[0] if left else None


@one_unit
def _bring(actor: Actor, left: list[UUID], session_id: UUID) -> None:
    # Another browser may have brought some of them along meanwhile.
    still = _carts.c.id.in_(left), _carts.c.id.in_(_left_behind(actor).order_by(None))
    execute(update(_carts).where(*still).values(session_id=session_id))


def _left_behind(actor: Actor) -> Any:
    """The person's open carts with goods in them whose session is over."""
    now = clock.now()
    lost = _sessions.c.ended_at.is_not(None) | (_sessions.c.expires_at <= now)
    lost |= _sessions.c.last_seen_at < now - FORGOTTEN_AFTER
    return (
        select(_carts.c.id)
        .join(_sessions, _sessions.c.id == _carts.c.session_id)
        .where(_carts.c.status == "open", _sessions.c.user_id == actor.id, lost, _has_lines)
        .order_by(_carts.c.updated_at.desc())
    )


def find(cart_id: UUID) -> Row[Any]:
    """One cart with all its columns, whatever became of it. Raises NotFound."""
    row = execute(select(_carts).filter_by(id=cart_id)).first()
    if row is None:
        raise NotFound(_("There is no such cart."), code="CART_NOT_FOUND")
    return row


def work_on(actor: Actor, cart_id: UUID) -> Row[Any]:
    """Lock the cart for a change in the caller's unit; a held one is open again. Gives its row.

    Raises Forbidden for who may not sell, NotFound, and Refused once the cart is sold or discarded.
    """
    actor.require("sell")
    must_be_in_unit()
    row = _touch.first({"cart": cart_id, "now": clock.now()})
    return row if row is not None else _refuse(cart_id)


def _refuse(cart_id: UUID) -> Row[Any]:
    row = find(cart_id)
    facts = {"cart_id": row.id, "sale_id": row.sale_id}
    if row.status == "sold":
        sentence = _("This bill has been paid and cannot be changed. Start the next one.")
        raise Refused(sentence, code="CART_SOLD", facts=facts)
    raise Refused(_("This bill was discarded. Start the next one."), code="CART_DISCARDED", facts=facts)


@one_unit
def hold(actor: Actor, cart_id: UUID, name: str | None = None) -> None:
    """Put the cart aside, under a new name or the one it has. Raises Refused when it is empty, Invalid for a name."""
    row = work_on(actor, cart_id)
    if not _count_lines(cart_id):
        raise Refused(_("There is nothing on this bill to hold."), code="CART_EMPTY")
    execute(update(_carts).filter_by(id=cart_id).values(status="held", name=_name(name) or row.name))


@one_unit
def rename(actor: Actor, cart_id: UUID, name: str | None) -> None:
    """Give the cart a name, or take it away. Raises Invalid for a name that is too long."""
    work_on(actor, cart_id)
    execute(update(_carts).filter_by(id=cart_id).values(name=_name(name)))


@one_unit
def resume(actor: Actor, cart_id: UUID, session_id: UUID | None) -> None:
    """Go on with a cart here, whoever began or held it; it is then this session's. Raises Refused when it is over."""
    work_on(actor, cart_id)
    execute(update(_carts).filter_by(id=cart_id).values(session_id=session_id))


@one_unit
def discard(actor: Actor, cart_id: UUID) -> None:
    """Throw the cart away; no bill is made of it. Its row and lines stay, for who asks later."""
    work_on(actor, cart_id)
    execute(update(_carts).filter_by(id=cart_id).values(status="discarded"))


def _name(name: str | None) -> str | None:
    tidied = tidy(name)
    if tidied and len(tidied) > LONGEST_NAME:
        sentence = _("A name is at most %(most)s letters long.", most=LONGEST_NAME)
        raise Invalid(sentence, field="name")
    return tidied


def _count_lines(cart_id: UUID) -> int:
    in_cart = (_lines.c.cart_id == cart_id, _lines.c.removed_at.is_(None))
    return len(execute(select(_lines.c.id).where(*in_cart)).all())


def waiting() -> Any:
    """A condition: carts that wait to be gone on with, which is every held one and every open one with goods in it."""
    return or_(_carts.c.status == "held", (_carts.c.status == "open") & _has_lines)


def beside(session_id: Any) -> Any:
    """A condition: carts that wait and are nobody else's just now: the held ones, and what this session has open.

    A session's id, or what will stand for it.
    """
    return or_(_carts.c.status == "held", (_carts.c.session_id == session_id) & waiting())
