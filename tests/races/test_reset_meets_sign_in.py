"""The owner resets a password while somebody comes in by the old one or its PIN: nobody stays who was shut out."""

from __future__ import annotations

import threading
import time

import pytest

from pos.accounts import own_pin, passwords, pins, places, signin, users
from pos.accounts.models import Pin, SignInSession
from pos.core.db import db, one_unit
from pos.core.errors import Invalid, NotSignedIn
from tests.races.seats import seat
from tests.shop import PASSWORD, Shop

pytestmark = pytest.mark.hashes_anew
PIN, NEW = "4917", "a password that only Ben is told"
# So long the owner's reset is not committed yet: time enough for who comes in to look at what is there.
HELD_SECONDS = 0.5


@one_unit
def reset(shop: Shop, written: threading.Event) -> None:
    """The owner's reset, which others can wait for before it is committed."""
    assert shop.ben.id is not None
    users.change_user(shop.asha, shop.ben.id, password=NEW)
    written.set()
    time.sleep(HELD_SECONDS)


def test_who_comes_in_by_pin_while_the_password_is_reset_stays_outside(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.ben.id is not None
    own_pin.set_pin(shop.ben, PASSWORD, PIN)
    here, written = seat(shop), threading.Event()

    def resets() -> None:
        with shop.app.app_context():
            reset(shop, written)

    owner = threading.Thread(target=resets, daemon=True)

    def compare(_stored: str | None, _pin: str) -> bool:
        owner.start()
        return written.wait(10)

    monkeypatch.setattr(passwords, "matches", compare)
    with pytest.raises(Invalid):
        places.change_place(here, shop.ben.id, PIN, "10.0.0.1", None)
    owner.join(10)
    db.session.remove()
    assert [row for row in shop.rows(SignInSession, ended_at=None) if row.user_id == shop.ben.id] == []


def test_a_pin_chosen_with_the_old_password_does_not_outlive_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shop.ben.id is not None
    hashed = pins.hashed

    def slowly(pin: str) -> str:
        assert shop.ben.id is not None
        users.change_user(shop.asha, shop.ben.id, password=NEW)
        return hashed(pin)

    monkeypatch.setattr(pins, "hashed", slowly)
    with pytest.raises(NotSignedIn):
        own_pin.set_pin(shop.ben, PASSWORD, PIN)
    assert shop.rows(Pin) == []


def test_the_old_password_opens_no_session_after_it_was_reset(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    matches = passwords.matches

    def slowly(stored: str | None, password: str) -> bool:
        assert shop.ben.id is not None
        right = matches(stored, password)
        users.change_user(shop.asha, shop.ben.id, password=NEW)
        return right

    monkeypatch.setattr(passwords, "matches", slowly)
    with pytest.raises(NotSignedIn):
        signin.sign_in("ben@example.com", PASSWORD, "pages", "10.0.0.1")
    assert shop.rows(SignInSession, user_id=shop.ben.id, ended_at=None) == []


def test_who_changes_the_old_password_does_not_undo_the_reset(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = passwords.checked

    def slowly(password: str, email: str = "") -> str:
        assert shop.ben.id is not None
        if password == "another of their own":
            users.change_user(shop.asha, shop.ben.id, password=NEW)
        return checked(password, email)

    monkeypatch.setattr(passwords, "checked", slowly)
    with pytest.raises(NotSignedIn):
        users.change_password(shop.ben, None, current=PASSWORD, new="another of their own")
    signin.sign_in("ben@example.com", NEW, "pages", "10.0.0.1")
