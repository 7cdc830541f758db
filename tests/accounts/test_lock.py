"""A till that is locked shows and does nothing until a PIN or a password is given."""

from __future__ import annotations

import pytest

from pos.accounts import places
from pos.accounts.models import SignInSession
from pos.core.audit import AuditEntry
from tests.accounts.at_one_till import goes_on, seat_of, staffed, who_is_at
from tests.accounts.test_pins import PIN
from tests.shop import PASSWORD, Shop


@pytest.fixture
def two(shop: Shop) -> Shop:
    return staffed(shop)


def test_a_locked_till_shows_and_does_nothing(two: Shop) -> None:
    asha = two.client("asha")
    till = asha.get("/till").location
    answer = asha.post("/lock", headers={"Referer": f"http://localhost{till}"})
    assert answer.location == f"/change-person?next={till}"
    assert "The till is locked" in asha.get(answer.location).text
    for path in ("/", till, "/people", "/profile", "/reports", "/help", "/backups"):
        assert asha.get(path).location.startswith("/change-person?next="), path
    for path in (f"{till}/scan", "/sign-out", "/lock", "/profile/password", "/settings"):
        assert asha.post(path, data={"q": "M3"}).location.startswith("/change-person"), path
    part = asha.post(f"{till}/scan", data={"q": "M3"}, headers={"HX-Request": "true"})
    assert (part.status_code, part.text) == (204, "")
    assert part.headers["HX-Redirect"].startswith("/change-person")
    assert asha.get("/api/v1/auth/me").status_code == 401


def test_a_locked_till_opens_for_a_pin_of_anybody(two: Shop) -> None:
    ben = two.client("ben")
    ben.post("/lock")
    assert goes_on(ben, two.ben, "9999").status_code == 400
    assert ben.get("/profile").status_code == 303
    assert goes_on(ben, two.ben, PIN, next="/products?q=salt").location == "/products?q=salt"
    assert who_is_at(ben) == "Ben Thomas"
    ben.post("/lock")
    assert goes_on(ben, two.devi, "60418", next="/till/of-ben").location == "/"
    assert who_is_at(ben) == "Devi Kale"


def test_a_locked_till_opens_for_a_password_which_ends_the_locked_session(two: Shop) -> None:
    ben = two.client("ben")
    ben.post("/lock")
    (locked,) = [row for row in two.rows(SignInSession, ended_at=None) if row.locked_at]
    assert ben.get("/sign-in").status_code == 200
    answer = ben.post("/sign-in", data={"email": "asha@example.com", "password": PASSWORD})
    assert answer.status_code == 303
    assert who_is_at(ben) == "Asha Patil"
    assert two.row(SignInSession, locked.id).ended_at is not None


def test_locking_twice_is_locking_once(two: Shop) -> None:
    seat = seat_of(two)
    places.lock(two.ben, seat.session_id)
    places.lock(two.ben, seat.session_id)
    assert len(two.rows(AuditEntry, action="session.locked")) == 1
