"""Everybody keeps their own name, email, language and password."""

from __future__ import annotations

import pytest

from pos.accounts import users
from pos.accounts.models import User
from pos.core.actor import NOBODY
from pos.core.audit import AuditEntry
from pos.core.errors import Invalid, NotSignedIn, TooManyTries
from tests.shop import PASSWORD, Shop

NEW = "a-new-long-secret"


@pytest.mark.parametrize("who", ["asha", "ben", "devi"])
def test_everybody_changes_their_own_name_email_and_language(shop: Shop, who: str) -> None:
    browser, person = shop.client(who), getattr(shop, who)
    typed = {"full_name": "New Name", "email": f"{who}.new@example.com", "language": "hi"}
    assert browser.post("/profile", data=typed).location == "/profile"
    changed = shop.row(User, person.id)
    assert (changed.full_name, changed.email, changed.language) == tuple(typed.values())
    assert changed.role == person.role
    assert 'lang="hi"' in browser.get("/profile").text


def test_an_empty_language_means_the_stores(shop: Shop) -> None:
    users.change_own_profile(shop.ben, language="hi")
    browser = shop.client("ben")
    assert browser.post("/profile", data={"full_name": "Ben", "email": "ben@example.com", "language": ""}).location
    assert shop.row(User, shop.ben.id).language is None  # type: ignore[arg-type]


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(shop: Shop) -> None:
    answer = shop.client("ben").post("/profile", data={"full_name": "", "email": "devi@example.com"})
    assert answer.status_code == 400
    assert 'id="full_name-error"' in answer.text
    taken = shop.client("ben").post("/profile", data={"full_name": "Ben", "email": "devi@example.com"})
    assert taken.status_code == 409
    assert 'id="email-error"' in taken.text
    assert 'value="devi@example.com"' in taken.text
    assert shop.row(User, shop.ben.id).email == "ben@example.com"  # type: ignore[arg-type]


@pytest.mark.parametrize("extra", [{"role": "owner"}, {"is_active": ""}, {"id": "x"}, {"password": NEW}])
def test_a_role_cannot_be_smuggled_in(shop: Shop, extra: dict[str, str]) -> None:
    before = shop.row(User, shop.ben.id)  # type: ignore[arg-type]
    typed = {"full_name": "Ben", "email": "ben@example.com", "language": "", **extra}
    shop.client("ben").post("/profile", data=typed)
    after = shop.row(User, shop.ben.id)  # type: ignore[arg-type]
    assert (after.role, after.is_active, after.id) == (before.role, before.is_active, before.id)
    assert after.password_hash == before.password_hash


def test_nobody_has_no_profile(shop: Shop) -> None:
    with pytest.raises(NotSignedIn):
        users.change_own_profile(NOBODY, full_name="x")
    with pytest.raises(NotSignedIn):
        users.change_password(NOBODY, None, current=PASSWORD, new=NEW)


def test_a_new_password_needs_the_old_one(shop: Shop) -> None:
    browser = shop.client("ben")
    wrong = browser.post(
        "/profile/password", data={"current": "not-the-password", "password": NEW, "password_again": NEW}
    )
    assert (wrong.status_code, 'id="current-error"' in wrong.text) == (400, True)
    right = browser.post("/profile/password", data={"current": PASSWORD, "password": NEW, "password_again": NEW})
    assert (right.status_code, right.location) == (303, "/profile")
    assert shop.client().post("/sign-in", data={"email": "ben@example.com", "password": PASSWORD}).status_code == 401
    assert shop.client().post("/sign-in", data={"email": "ben@example.com", "password": NEW}).status_code == 303
    (entry,) = shop.rows(AuditEntry, action="user.password_changed")
    assert entry.change == "{}"


@pytest.mark.parametrize(
    ("new", "again", "field"),
    [("short", "short", "password"), ("12345678", "12345678", "password"), (NEW, NEW + "x", "password_again")],
)
def test_a_new_password_must_be_fit_to_be_used(shop: Shop, new: str, again: str, field: str) -> None:
    before = shop.row(User, shop.ben.id).password_hash  # type: ignore[arg-type]
    typed = {"current": PASSWORD, "password": new, "password_again": again}
    answer = shop.client("ben").post("/profile/password", data=typed)
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (400, True)
    assert shop.row(User, shop.ben.id).password_hash == before  # type: ignore[arg-type]


def test_guessing_the_current_password_at_an_open_tablet_slows_down(shop: Shop) -> None:
    for _guess in range(5):
        with pytest.raises(Invalid):
            users.change_password(shop.ben, None, current="wrong", new=NEW)
    with pytest.raises(TooManyTries):
        users.change_password(shop.ben, None, current=PASSWORD, new=NEW)


def test_the_address_of_the_password_leads_to_the_profile(shop: Shop) -> None:
    assert shop.client("ben").get("/profile/password").location == "/profile#change-password"
