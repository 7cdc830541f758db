"""What a customer's display shows just now: read, never written, in two statements while nothing has changed.

A display asks every second, so it neither prolongs the cashier's session nor waits among those who write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, exists, or_, select

from pos.accounts import sessions
from pos.accounts.models import SignInSession, User
from pos.core import clock
from pos.core.db import at_most, table
from pos.core.prepared import Prepared
from pos.settings.models import StoreSettings
from pos.till.display import Payment
from pos.till.models import Cart, CartLine, CustomerDisplay

# So long the bill that was paid stays in sight, if nothing comes after it.
THANKS_LAST = timedelta(minutes=1)
MOST_CARTS = 20

_displays, _sessions, _users, _carts, _lines, _store = map(
    table, (CustomerDisplay, SignInSession, User, Cart, CartLine, StoreSettings)
)
_find = Prepared(
    select(
        _displays,
        _sessions.c.last_seen_at,
        _users.c.role,
        select(_store.c.updated_at).limit(at_most(1)).scalar_subquery().label("store_changed_at"),
    )
    .join(_sessions, _sessions.c.id == _displays.c.session_id)
    .join(_users, _users.c.id == _sessions.c.user_id)
    .where(
        _displays.c.id == bindparam("display"),
        _sessions.c.ended_at.is_(None),
        _sessions.c.expires_at > bindparam("now"),
        _users.c.is_active,
    )
)
_in_cart = exists().where(_lines.c.cart_id == _carts.c.id, _lines.c.removed_at.is_(None))
_is_sold = and_(_carts.c.status == "sold", _carts.c.updated_at > bindparam("since"))
# Those of the session, and the one on the cashier's screen: that may be left from a session before.
_at_hand = Prepared(
    select(*(_carts.c[name] for name in ("id", "status", "sale_id", "updated_at")), _in_cart.label("has_lines"))
    .where(or_(_carts.c.session_id == bindparam("session"), _carts.c.id == bindparam("looked_at")))
    .where(or_(_carts.c.status == "open", _is_sold))
    .order_by(_carts.c.updated_at.desc())
    .limit(at_most(MOST_CARTS))
)


@dataclass(frozen=True, slots=True)
class Showing:
    """What is to be shown: `welcome`, a `bill` that grows, its `payment`, or `thanks` for a bill that was paid.

    `version` differs whenever something else is to be seen.
    """

    kind: str
    version: str
    cart_id: UUID | None = None
    sale_id: UUID | None = None
    payment: Payment | None = None


def showing(display_id: UUID) -> Showing | None:
    """What this display shows now; None when its session is over or the cashier closed it."""
    now = clock.now()
    row = _find.first({"display": display_id, "now": now})
    if row is None or sessions.has_idled(row.last_seen_at, row.role):
        return None
    values = {"session": row.session_id, "looked_at": row.cart_id, "since": now - THANKS_LAST}
    carts = _at_hand.rows(values)
    # Later than all of them the cashier may have looked at one that is held or over: then none is on the screen.
    in_sight = [cart for cart in carts if _moment(cart, row) >= row.looked_at or row.cart_id is None]
    current = max(in_sight, key=lambda cart: _moment(cart, row), default=None)
    if current is not None and current.status == "open" and current.has_lines:
        return _of_cart(row, current)
    # Nothing is on the next bill yet, or nobody has begun one.
    paid = max((cart for cart in carts if cart.status == "sold"), key=lambda cart: cart.updated_at, default=None)
    if paid is not None:
        return Showing("thanks", _version(row, "thanks", paid), paid.id, paid.sale_id)
    return Showing("welcome", _version(row, "welcome"))


def _moment(cart: Row[Any], row: Row[Any]) -> datetime:
    """When the cashier was at this cart last: changed it, or looked at it."""
    changed: datetime = cart.updated_at
    return max(changed, row.looked_at) if cart.id == row.cart_id else changed


def _of_cart(row: Row[Any], cart: Row[Any]) -> Showing:
    """The cart; its payment as long as nothing was changed in it after the sheet was seen."""
    if cart.id == row.cart_id and row.due is not None and row.looked_at >= cart.updated_at:
        payment = Payment(row.asked, row.due, row.change)
        return Showing("payment", _version(row, "payment", cart, payment), cart.id, payment=payment)
    return Showing("bill", _version(row, "bill", cart), cart.id)


def _version(row: Row[Any], kind: str, cart: Row[Any] | None = None, payment: Payment | None = None) -> str:
    of_cart: Sequence[Any] = (cart.id, cart.updated_at) if cart is not None else ()
    told = repr((kind, row.store_changed_at, *of_cart, payment))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
