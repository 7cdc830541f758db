"""Several people at one till: who has a PIN, who is there, and whose session it is."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from pos.accounts import sessions
from pos.accounts.sessions import SignedIn
from tests.accounts.test_pins import with_pin
from tests.shop import PASSWORD, Shop, person

OTHER = "8352"


def goes_on(client: FlaskClient, person: Any, pin: str, **more: str) -> Any:
    return client.post("/change-person", data={"person": str(person.id), "pin": pin, **more})


def who_is_at(client: FlaskClient) -> str:
    page = client.get("/profile").text
    return next((name for name in ("Asha Patil", "Ben Thomas", "Chitra Rao", "Devi Kale") if name in page), "nobody")


def seat_of(shop: Shop, who: str = "ben") -> SignedIn:
    """A browser in which the person has signed in with the password."""
    client = shop.app.test_client()
    client.post("/sign-in", data={"email": f"{who}@example.com", "password": PASSWORD})
    with client.session_transaction() as cookie:
        found = sessions.find(cookie["_user_id"], "pages")
    assert found is not None
    return found


def staffed(shop: Shop) -> Shop:
    """Ben and Chitra are cashiers with PINs, Devi has one too."""
    shop.chitra = person("chitra", "Chitra Rao", "cashier")  # type: ignore[attr-defined]
    with_pin(shop), with_pin(shop, "chitra", OTHER), with_pin(shop, "devi", "60418")
    return shop
