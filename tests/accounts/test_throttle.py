"""Wrong tries slow down, for the account and for the address, across restarts (RELIABILITY.md row 34)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from pos.accounts import signin, throttle
from pos.accounts.models import WrongPasswords
from pos.accounts.throttle import Subject
from pos.core import clock
from pos.core.errors import NotSignedIn, PosError, TooManyTries
from tests.accounts.together import at_once
from tests.conftest import make_app
from tests.shop import PASSWORD, Shop

NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
ACCOUNT = [Subject("account", "ben@example.com")]
FAR = "192.168.77.20"


def tries(who: str, password: str, address: str = FAR) -> PosError | None:
    """What a try to sign in is told; None when it was let in."""
    try:
        signin.sign_in(f"{who}@example.com", password, "pages", address)
    except (NotSignedIn, TooManyTries) as error:
        return error
    return None


def refused_for(deed: Callable[[], object]) -> int:
    with pytest.raises(TooManyTries) as refusal:
        deed()
    seconds: int = refusal.value.facts["retry_after"]
    return seconds


def test_the_wait_doubles_with_each_wrong_try_up_to_a_quarter_of_an_hour(app: Flask) -> None:
    moment, waits = NOON, []
    for _try in range(5):
        with clock.frozen(moment):
            throttle.admit(ACCOUNT)
    for _try in range(11):
        with clock.frozen(moment):
            waits.append(refused_for(lambda: throttle.admit(ACCOUNT)))
        moment += timedelta(seconds=waits[-1])
        with clock.frozen(moment):
            throttle.admit(ACCOUNT)
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert max(waits) <= 900


def test_a_hundred_wrong_passwords_are_told_to_wait_and_survive_a_restart(
    shop: Shop, database_url: str, tmp_path: Path
) -> None:
    with clock.frozen(NOON):
        told = [tries("ben", f"wrong-{number}") for number in range(100)]
        assert [isinstance(error, NotSignedIn) for error in told] == [True] * 5 + [False] * 95
        assert isinstance(tries("ben", PASSWORD), TooManyTries)
    again = make_app(database_url, tmp_path)
    with again.app_context(), clock.frozen(NOON):
        assert isinstance(tries("ben", PASSWORD), TooManyTries)
    with clock.frozen(NOON + timedelta(minutes=1)):
        assert tries("ben", PASSWORD) is None


def test_the_page_says_how_long_to_wait(shop: Shop) -> None:
    with clock.frozen(NOON):
        for _try in range(5):
            tries("ben", "wrong", "127.0.0.1")
        answer = shop.client().post("/sign-in", data={"email": "ben@example.com", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert "Too many wrong tries. Try again in 1 second." in answer.text


def test_who_signed_in_here_before_is_not_locked_out_by_somebody_elsewhere(shop: Shop) -> None:
    with clock.frozen(NOON):
        assert tries("asha", PASSWORD, "127.0.0.1") is None
        for number in range(30):
            tries("asha", f"wrong-{number}", FAR)
        assert isinstance(tries("asha", PASSWORD, FAR), TooManyTries)
        assert tries("asha", PASSWORD, "127.0.0.1") is None


def test_at_a_known_tablet_guessing_is_as_slow_as_anywhere(shop: Shop) -> None:
    with clock.frozen(NOON):
        assert tries("asha", PASSWORD, FAR) is None
        told = [tries("asha", "wrong", FAR) for _try in range(8)]
    assert [isinstance(error, TooManyTries) for error in told] == [False] * 5 + [True] * 3


def test_one_address_cannot_try_a_password_on_everybody(shop: Shop) -> None:
    with clock.frozen(NOON):
        told = [tries(f"person{number}", "wrong") for number in range(25)]
        assert [isinstance(error, TooManyTries) for error in told] == [False] * 20 + [True] * 5
        assert tries("ben", PASSWORD, "192.168.77.21") is None


def test_a_made_up_forwarding_header_changes_nothing(shop: Shop) -> None:
    browser = shop.client()
    typed = {"email": "ben@example.com", "password": "wrong"}
    with clock.frozen(NOON):
        told = [
            browser.post("/sign-in", data=typed, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
            for number in range(7)
        ]
    assert told == [401] * 5 + [429] * 2


def test_a_right_password_starts_the_account_anew(shop: Shop) -> None:
    with clock.frozen(NOON):
        for _round in range(4):
            for _try in range(4):
                tries("ben", "wrong")
            assert tries("ben", PASSWORD) is None


def test_slips_at_a_shared_tablet_do_not_add_up_over_the_days(shop: Shop) -> None:
    for day in range(40):
        with clock.frozen(NOON + timedelta(hours=12 * day)):
            assert isinstance(tries("ben", "wrong"), NotSignedIn)
            assert tries("ben", PASSWORD) is None


def test_being_told_to_wait_does_not_make_the_wait_longer(app: Flask) -> None:
    with clock.frozen(NOON):
        for _try in range(5):
            throttle.admit(ACCOUNT)
        waits = {refused_for(lambda: throttle.admit(ACCOUNT)) for _again in range(50)}
    assert waits == {1}


def test_a_clock_that_was_set_back_locks_nobody_out(app: Flask) -> None:
    with clock.frozen(NOON):
        for _try in range(6):
            try:
                throttle.admit(ACCOUNT)
            except TooManyTries:
                break
    with clock.frozen(NOON - timedelta(days=2)):
        assert refused_for(lambda: throttle.admit(ACCOUNT)) <= 900


def test_a_crowd_of_tries_at_one_moment_gains_nothing(app: Flask) -> None:
    with clock.frozen(NOON):
        outcomes = at_once(app, *[lambda: throttle.admit(ACCOUNT)] * 12)
    assert sorted(outcomes) == ["TOO_MANY_REQUESTS"] * 7 + ["done"] * 5


def test_what_is_long_past_is_removed(shop: Shop) -> None:
    with clock.frozen(NOON):
        tries("ben", "wrong")
    with clock.frozen(NOON + timedelta(days=2)):
        tries("devi", "wrong", "192.168.77.99")
        stored = shop.rows(WrongPasswords)
    assert len(stored) == 2
    assert not any("@" in row.subject for row in stored)
