"""Which passwords are fit to be used, and how they are kept (ASVS 6.2 and 11.4)."""

from __future__ import annotations

import unicodedata
from threading import Thread

import pytest
from flask import Flask

from pos.accounts import passwords
from pos.core.errors import Invalid

pytestmark = pytest.mark.hashes_anew


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.mark.parametrize(
    "password", ["namaste-ji-9", "एक लंबा वाक्य", "x" * 5 + "yz!" * 20, "a b c d e f", "P" * 126 + "qr"]
)
def test_any_signs_will_do_when_there_are_enough(app: Flask, password: str) -> None:
    assert passwords.checked(password) == password


@pytest.mark.parametrize("password", ["", "seven77", "x" * 50 + "yz" * 40])
def test_too_short_and_too_long_are_refused(app: Flask, password: str) -> None:
    with pytest.raises(Invalid, match="8 to 128 characters") as refusal:
        passwords.checked(password)
    assert refusal.value.field == "password"


@pytest.mark.parametrize(
    "password",
    ["password", "PassWord1", "12345678", "india@123", "Krishna123", "aaaaaaaaaa", "abababab", "Asha@Example.com"],
)
def test_what_is_guessed_first_is_refused(app: Flask, password: str) -> None:
    with pytest.raises(Invalid, match="easy to guess"):
        passwords.checked(password, "asha@example.com")


def test_the_name_before_the_at_sign_is_no_password(app: Flask) -> None:
    with pytest.raises(Invalid, match="easy to guess"):
        passwords.checked("asha.patil", "Asha.Patil@example.com")


def test_three_thousand_common_passwords_are_known() -> None:
    assert len(passwords.common()) >= 3000
    assert all(word == word.casefold() and len(word) >= passwords.SHORTEST for word in passwords.common())


def test_the_last_of_sixty_four_signs_matters(app: Flask) -> None:
    long = "correct horse battery staple and sixty four signs of a sentence!"
    assert len(long) == 64
    stored = passwords.hashed(passwords.checked(long))
    assert passwords.matches(stored, long)
    assert not passwords.matches(stored, long[:-1] + "?")
    assert not passwords.matches(stored, long[:-1])


def test_two_hashes_of_one_password_differ_and_cost_what_owasp_asks() -> None:
    one, other = passwords.hashed("namaste-ji-9"), passwords.hashed("namaste-ji-9")
    assert one != other
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_letters_composed_in_another_way_are_the_same_password() -> None:
    composed = unicodedata.normalize("NFC", "café-crème-à-la")
    stored = passwords.hashed(unicodedata.normalize("NFD", composed))
    assert passwords.matches(stored, composed)


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$m=19456,t=2,p=1$broken"])
def test_what_is_no_hash_matches_nothing(stored: str | None) -> None:
    assert passwords.matches(stored, "namaste-ji-9") is False


def test_signs_that_are_no_text_match_nothing() -> None:
    stored = passwords.hashed("namaste-ji-9")
    assert passwords.matches(stored, "\ud800\x00") is False
    assert passwords.matches(stored, "x" * 1_000_000) is False


def test_a_crowd_of_hashes_goes_on_two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most = 0, 0

    class Hasher:
        def hash(self, _password: bytes) -> str:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            at_once -= 1
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    crowd = [Thread(target=passwords.hashed, args=("namaste-ji-9",)) for _person in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(10)
    assert 1 <= most <= 2
