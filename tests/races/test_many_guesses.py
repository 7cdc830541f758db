"""A crowd guesses at one moment: as many guesses are looked at as one after the other would be (RELIABILITY.md 34)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pyotp
import pytest

from pos.accounts import passwords, signin, throttle, two_factor
from pos.accounts.models import RecoveryCode, SignInSession, User, WrongPasswords
from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.errors import PosError
from tests.races.crowd import at_once
from tests.shop import PASSWORD, Shop

pytestmark = pytest.mark.hashes_anew
NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
CROWD = 24
LOOKED_AT = throttle.FREE_TRIES["account"]


@pytest.fixture(autouse=True)
def noon() -> Any:
    """One moment, in which no waiting ends."""
    with clock.frozen(NOON):
        yield


def tries(password: str, otp: str | None = None, place: int = 0) -> str:
    """One of the crowd, at an address of its own, tries to sign in as Ben; what it was told."""
    try:
        signin.sign_in("ben@example.com", password, "pages", f"192.168.1.{place}", otp=otp)
    except PosError as error:
        return error.code
    return "in"


def all_try(shop: Shop, works: list[Callable[[], Any]]) -> Counter[str]:
    return Counter(str(word) for of_one in at_once(shop, works) for word in of_one)


def guessers(password: str, otp: str | None = None) -> list[Callable[[], Any]]:
    return [partial(tries, password, otp, place) for place in range(CROWD)]


def complaints(shop: Shop, heard: Counter[str]) -> list[str]:
    found = []
    if heard != {"UNAUTHORIZED": LOOKED_AT, "TOO_MANY_REQUESTS": CROWD - LOOKED_AT}:
        found.append(f"the crowd was told {dict(heard)}")
    account = throttle.Subject("account", "ben@example.com").key
    counted = {row.subject: row.failures for row in shop.rows(WrongPasswords)}
    if counted.get(account) != LOOKED_AT:
        found.append(f"{counted.get(account)} tries are counted")
    return found


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were compared."""
    seen: list[str] = []

    def note(_hash: str | None, password: str) -> bool:
        seen.append(password)
        return False

    monkeypatch.setattr(passwords, "matches", note)
    return seen


def test_a_crowd_of_wrong_passwords_is_looked_at_five_times(shop: Shop, looked_at: list[str]) -> None:
    heard = all_try(shop, guessers("not-the-password"))
    assert complaints(shop, heard) == []
    assert len(looked_at) == LOOKED_AT
    refused = [row for row in shop.rows(AuditEntry) if row.action == "session.refused"]
    assert len(refused) == LOOKED_AT


def test_the_race_sees_a_count_that_was_read_before(
    shop: Shop, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = throttle._locked_count

    def read_before(subject: throttle.Subject, now: datetime) -> tuple[int, timedelta]:
        locked(subject, now)
        return 0, timedelta(0)

    monkeypatch.setattr(throttle, "_locked_count", read_before)
    assert complaints(shop, all_try(shop, guessers("not-the-password"))) == [
        f"the crowd was told {{'UNAUTHORIZED': {CROWD}}}",
        "1 tries are counted",
    ]


def test_people_who_sign_in_at_one_moment_all_come_in(shop: Shop) -> None:
    works: list[Callable[[], Any]] = [lambda: tries(PASSWORD)] * LOOKED_AT
    assert all_try(shop, works) == {"in": LOOKED_AT}
    assert len({row.token_hash for row in shop.rows(SignInSession)}) == LOOKED_AT
    assert {row.failures for row in shop.rows(WrongPasswords)} == {0}


@pytest.mark.parametrize("kind", ["from the phone", "from paper"])
def test_a_code_that_several_show_at_one_moment_lets_one_in(shop: Shop, kind: str) -> None:
    with clock.frozen(NOON - timedelta(minutes=10)):
        two_factor.begin(shop.ben, PASSWORD)
        recovery = two_factor.switch_on(shop.ben, None, from_phone(shop))
    code = from_phone(shop) if kind == "from the phone" else recovery[0]
    heard = all_try(shop, [lambda: tries(PASSWORD, code)] * LOOKED_AT)
    assert heard == {"in": 1, "OTP_WRONG": LOOKED_AT - 1}
    used = sum(row.used_at is not None for row in shop.rows(RecoveryCode))
    assert used == (kind == "from paper")


def from_phone(shop: Shop) -> str:
    """What Ben's phone shows now."""
    assert shop.ben.id is not None
    secret = shop.row(User, shop.ben.id).otp_secret
    return pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // two_factor.STEP_SECONDS)
