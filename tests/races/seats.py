"""A tablet at which somebody is signed in, for those who want to take the place."""

from __future__ import annotations

from pos.accounts import sessions
from pos.accounts.sessions import SignedIn
from pos.core.db import one_unit
from tests.shop import Shop


@one_unit
def seat(shop: Shop) -> SignedIn:
    """A tablet at which Devi is signed in."""
    assert shop.devi.id is not None
    _id, token = sessions.start(shop.devi.id, "pages", "10.0.0.1", "test")
    found = sessions.find(token, "pages")
    assert found is not None
    return found
