"""A crowd guesses at one PIN at one moment: five guesses are looked at, however many come (RELIABILITY.md 34)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from pos.accounts import own_pin, passwords, pins, places, throttle
from pos.accounts.models import MOST_WRONG_PINS, Pin, SignInSession
from pos.accounts.sessions import SignedIn
from pos.core.errors import PosError
from tests.races.crowd import at_once
from tests.races.seats import seat
from tests.shop import PASSWORD, Shop

PIN, CROWD = "4917", 16
pytestmark = pytest.mark.hashes_anew


@pytest.fixture
def seats(shop: Shop) -> list[SignedIn]:
    """Devi is signed in on many tablets; Ben has a PIN."""
    own_pin.set_pin(shop.ben, PASSWORD, PIN)
    return [seat(shop) for _tablet in range(CROWD)]


def tries(shop: Shop, at: SignedIn, pin: str, place: int) -> str:
    assert shop.ben.id is not None
    try:
        places.change_place(at, shop.ben.id, pin, f"10.0.1.{place}", None)
    except PosError as error:
        return error.code
    return "in"


def all_try(shop: Shop, at: list[SignedIn], pin: str) -> Counter[str]:
    works: list[Callable[[], Any]] = [partial(tries, shop, one, pin, place) for place, one in enumerate(at)]
    return Counter(str(word) for of_one in at_once(shop, works) for word in of_one)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that a guess was compared with."""
    seen: list[str] = []

    def note(stored: str | None, _pin: str) -> bool:
        if stored:
            seen.append(stored)
        return False

    monkeypatch.setattr(passwords, "matches", note)
    monkeypatch.setitem(throttle.FREE_TRIES, "seat", CROWD * 2)
    return seen


def test_a_crowd_of_wrong_pins_is_looked_at_five_times(shop: Shop, seats: list[SignedIn], looked_at: list[str]) -> None:
    heard = all_try(shop, seats, "9999")
    assert len(looked_at) == MOST_WRONG_PINS
    assert sum(heard.values()) == CROWD
    assert set(heard) <= {"PIN_WRONG", "PIN_SHUT"}
    assert [row.failures for row in shop.rows(Pin)] == [MOST_WRONG_PINS]


def test_the_race_sees_a_count_that_comes_after_the_look(
    shop: Shop, seats: list[SignedIn], looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = shop.rows(Pin)
    monkeypatch.setattr(pins, "count_guess", lambda _user_id: row.pin_hash)
    all_try(shop, seats, "9999")
    assert len(looked_at) == CROWD


def test_one_seat_is_handed_over_once(shop: Shop, seats: list[SignedIn]) -> None:
    heard = all_try(shop, [seats[0]] * 4, PIN)
    assert heard == {"in": 1, "UNAUTHORIZED": 3}
    bens = [row for row in shop.rows(SignInSession, ended_at=None) if row.user_id == shop.ben.id]
    assert len(bens) == 1
