"""ASVS 5.0 chapters 6 and 11: passwords, how they are kept, and how slowly they are guessed."""

from __future__ import annotations

import re
import statistics
import time
from datetime import UTC, datetime

import pytest
from flask import Flask

from pos.accounts import passwords, signin, throttle
from pos.accounts.models import User
from pos.core import clock
from pos.core.db import execute, table
from pos.core.errors import Invalid, NotSignedIn
from tests.shop import PASSWORD, Shop

NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
SENTENCE = "correct horse battery staple and sixty four signs of a sentence!"


@pytest.fixture
def engine_name() -> str:
    """The counting itself is tested on both engines (tests/accounts/test_throttle.py)."""
    return "sqlite"


def signs_in(shop: Shop, who: str, password: str) -> int:
    """The status that a try to sign in at the page gets."""
    typed = {"email": f"{who}@example.com", "password": password}
    return shop.client().post("/sign-in", data=typed).status_code


def test_asvs_6_2_4_the_three_thousand_most_common_passwords_are_refused(app: Flask) -> None:
    common = sorted(passwords.common())
    assert len(common) >= 3000
    taken = []
    for word in common:
        try:
            taken.append(passwords.checked(word))
        except Invalid:
            continue
    assert taken == []


def test_asvs_6_2_9_sixty_four_signs_are_taken_and_the_last_one_counts(shop: Shop) -> None:
    assert len(SENTENCE) == 64
    given = {"current": PASSWORD, "password": SENTENCE, "password_again": SENTENCE}
    assert shop.client("ben").post("/profile/password", data=given).status_code == 303
    assert [signs_in(shop, "ben", one) for one in (SENTENCE[:-1] + "?", SENTENCE[:-1], SENTENCE)] == [401, 401, 303]


def test_asvs_6_3_1_guessing_is_slowed_for_the_account_and_the_address(shop: Shop) -> None:
    with clock.frozen(NOON):
        at_one_account = [signs_in(shop, "ben", f"guess-{n}") for n in range(30)]
        at_many = [signs_in(shop, f"person{n}", "guess") for n in range(30)]
    assert at_one_account == [401] * 5 + [429] * 25
    assert at_many.count(401) <= 20


@pytest.mark.parametrize("email", ["admin", "root", "owner", "admin@example.com", "test@example.com"])
def test_asvs_6_3_2_a_fresh_shop_has_no_account_that_lets_anybody_in(app: Flask, email: str) -> None:
    assert execute(table(User).select()).all() == []
    browser = app.test_client()
    for password in ("admin", "password", "changeme", ""):
        told = browser.post("/api/v1/auth/login", json={"email": email, "password": password})
        assert told.status_code in (400, 401, 409, 429)
        assert browser.post("/sign-in", data={"email": email, "password": password}).status_code in (401, 429)
    assert browser.get("/people").location == "/set-up"


def test_asvs_6_3_4_the_page_and_the_api_count_wrong_passwords_together(shop: Shop) -> None:
    with clock.frozen(NOON):
        wrong = {"email": "ben@example.com", "password": "wrong"}
        at_api = [shop.client().post("/api/v1/auth/login", json=wrong).status_code for _try in range(3)]
        at_page = [signs_in(shop, "ben", "wrong") for _try in range(3)]
        right = {"email": "ben@example.com", "password": PASSWORD}
        assert shop.client().post("/api/v1/auth/login", json=right).status_code == 429
    assert (at_api, at_page) == ([401] * 3, [401, 401, 429])


@pytest.fixture
def even(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told to wait, so that each try is hashed."""
    monkeypatch.setattr(throttle, "admit", lambda tries: None)


@pytest.mark.hashes_anew
def test_asvs_6_3_8_nobody_learns_from_words_or_time_whether_an_account_exists(shop: Shop, even: None) -> None:
    differs = re.compile(r"[\w.-]{60,}|(nobody|ben)@")
    typed = [{"email": f"{who}@example.com", "password": "wrong-wrong"} for who in ("ben", "nobody")]
    answers = [shop.client().post("/sign-in", data=one) for one in typed]
    assert len({(answer.status_code, differs.sub("", answer.text)) for answer in answers}) == 1

    def seconds(email: str) -> float:
        start = time.process_time()
        with pytest.raises(NotSignedIn):
            signin.sign_in(email, "wrong-wrong", "pages", "127.0.0.1")
        return time.process_time() - start

    pairs = [(seconds("ben@example.com"), seconds("nobody@example.com")) for _round in range(9)]
    known, unknown = (statistics.median(each) for each in zip(*pairs, strict=True))
    # The figure itself: python -m tests.even_time.
    assert abs(known - unknown) < 0.35 * max(known, unknown)


def test_asvs_11_4_2_passwords_are_kept_as_owasp_asks(shop: Shop) -> None:
    for row in shop.rows(User):
        assert row.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert PASSWORD not in row.password_hash
    assert len({row.password_hash for row in shop.rows(User)}) == 3
