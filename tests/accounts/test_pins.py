"""A PIN of one's own: chosen with the password, kept as a hash, gone with whatever it stood on; page and API."""

from __future__ import annotations

from typing import Any

import pytest

from pos.accounts import own_pin, pins, users
from pos.accounts.models import MOST_WRONG_PINS, Pin
from pos.core.audit import AuditEntry
from pos.core.db import one_unit
from pos.core.errors import Forbidden, Invalid, NotFound, Refused
from pos.core.ids import uuid7
from tests.accounts.test_two_factor import at, switched_on
from tests.api import Program
from tests.shop import PASSWORD, Shop

PIN = "4917"
TYPED = {"password": PASSWORD, "pin": PIN, "pin_again": PIN}


def with_pin(shop: Shop, who: str = "ben", pin: str = PIN) -> Any:
    """The person's id, once they have a PIN."""
    person = getattr(shop, who)
    own_pin.set_pin(person, PASSWORD, pin)
    return person.id


@pytest.mark.parametrize("pin", ["4917", "83520", "0907315", "60418275"])
def test_four_to_eight_digits_are_a_pin(pin: str) -> None:
    assert pins.checked(pin) == pin


@pytest.mark.parametrize("pin", ["", "491", "491749174", "49a7", " 4917", "४९१७", "49.7", "-491"])
def test_what_is_not_four_to_eight_digits_is_none(pin: str) -> None:
    with pytest.raises(Invalid, match="4 to 8 digits"):
        pins.checked(pin)


@pytest.mark.parametrize(
    "pin", ["0000", "1234", "4321", "8901", "0987", "1212", "1122", "123123", "27272727", "1987", "2026", "2580"]
)
def test_what_everybody_tries_first_is_none(pin: str) -> None:
    with pytest.raises(Invalid, match="easy to guess"):
        pins.checked(pin)


def test_it_is_chosen_and_changed_at_the_profile_with_the_password(shop: Shop) -> None:
    ben = shop.client("ben")
    assert "Choose a PIN" in ben.get("/profile").text
    answer = ben.post("/profile/pin", data=TYPED)
    assert (answer.status_code, answer.location) == (303, "/profile#pin")
    assert pins.state(shop.ben.id).is_set  # type: ignore[arg-type]
    assert "Change the PIN" in ben.get("/profile").text
    (before,) = shop.rows(Pin)
    assert ben.post("/profile/pin", data={**TYPED, "pin": "8352", "pin_again": "8352"}).status_code == 303
    (after,) = shop.rows(Pin)
    assert before.pin_hash != after.pin_hash
    assert after.pin_hash.startswith("$argon2id$")


def test_it_stands_nowhere_but_as_a_hash(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    ben = shop.client("ben")
    ben.post("/profile/pin", data=TYPED)
    told = " ".join(str(row) for row in shop.rows(AuditEntry))
    for place in (told, caplog.text, ben.get("/profile/pin").text, ben.get("/profile").text):
        assert PIN not in place.replace(str(shop.ben.id), "")
    assert "argon2" not in told


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "wrong-password"}, "Your current password is not right."),
        ({"pin": "1234", "pin_again": "1234"}, "This PIN is easy to guess."),
        ({"pin_again": "4918"}, "The two PINs are not the same."),
        ({"pin": "", "pin_again": ""}, "Choose a PIN of 4 to 8 digits."),
    ],
)
def test_what_is_refused_says_why(shop: Shop, change: dict[str, str], words: str) -> None:
    answer = shop.client("ben").post("/profile/pin", data=TYPED | change)
    assert answer.status_code == 400
    assert words in answer.text
    assert shop.rows(Pin) == []


def test_owners_and_who_has_a_second_factor_have_none(shop: Shop) -> None:
    answer = shop.client("asha").post("/profile/pin", data=TYPED)
    assert answer.status_code == 409
    assert "Owners always sign in with their password." in answer.text
    switched_on(shop)
    with at(), pytest.raises(Refused, match="two-factor"):
        own_pin.set_pin(shop.ben, PASSWORD, PIN)
    assert shop.rows(Pin) == []


@pytest.mark.parametrize("end", ["own password", "new password", "role", "deactivated", "second factor", "owner"])
def test_it_goes_with_what_it_stood_on(shop: Shop, end: str) -> None:
    ben = with_pin(shop)
    if end == "own password":
        users.change_password(shop.ben, None, current=PASSWORD, new="another-namaste-7")
    elif end == "second factor":
        switched_on(shop)
    elif end == "owner":
        assert shop.client("asha").post(f"/people/{ben}/pin/remove").status_code == 303
    else:
        change: dict[str, Any] = {"new password": {"password": "another-namaste-7"}, "role": {"role": "owner"}}
        users.change_user(shop.asha, ben, **change.get(end, {"is_active": False}))
    assert shop.rows(Pin) == []


def test_another_name_or_language_leaves_it(shop: Shop) -> None:
    ben = with_pin(shop)
    users.change_user(shop.asha, ben, full_name="Ben T.")
    users.change_own_profile(shop.ben, language="hi")
    assert pins.state(ben).is_set


def test_it_is_removed_with_the_password_and_by_the_owner_who_never_sees_it(shop: Shop) -> None:
    ben = with_pin(shop)
    browser = shop.client("ben")
    assert browser.post("/profile/pin/remove", data={"password": "wrong"}).status_code == 400
    assert browser.post("/profile/pin/remove", data={"password": PASSWORD}).status_code == 303
    assert shop.rows(Pin) == []
    with_pin(shop)
    page = shop.client("asha").get(f"/people/{ben}").text
    assert "Remove the PIN" in page
    assert PIN not in page
    for who in ("ben", "devi"):
        with pytest.raises(Forbidden):
            own_pin.remove(getattr(shop, who), ben)
    own_pin.remove(shop.asha, ben)
    own_pin.remove(shop.asha, ben)
    with pytest.raises(NotFound):
        own_pin.remove(shop.asha, uuid7())
    deeds = [row.action for row in shop.rows(AuditEntry) if "pin" in row.action]
    assert deeds == ["user.pin_set", "user.pin_removed"] * 2


def test_a_sign_in_with_the_password_opens_it_again(shop: Shop) -> None:
    ben = with_pin(shop)
    for _guess in range(MOST_WRONG_PINS):
        assert pins.count_guess(ben)
    assert pins.count_guess(ben) is None
    assert pins.state(ben).is_shut
    shop.app.test_client().post("/sign-in", data={"email": "ben@example.com", "password": PASSWORD})
    assert not pins.state(ben).is_shut


def test_programs_choose_and_remove_it_with_the_password(shop: Shop) -> None:
    ben = Program(shop, "ben")
    state = ben.get("/auth/pin").json["data"]["pin"]
    assert state == {"isSet": False, "madeAt": None, "isShut": False}
    assert ben.put("/auth/pin", {"password": PASSWORD, "pin": PIN}).status_code == 200
    assert ben.get("/auth/pin").json["data"]["pin"]["isSet"] is True
    easy = ben.put("/auth/pin", {"password": PASSWORD, "pin": "0000"})
    assert (easy.status_code, easy.json["details"][0]["field"]) == (400, "pin")
    assert ben.put("/auth/pin", {"password": "wrong", "pin": PIN}).status_code == 400
    assert ben.post("/auth/pin/remove", {"password": "wrong"}).status_code == 400
    assert ben.post("/auth/pin/remove", {"password": PASSWORD}).status_code == 200
    assert ben.get("/auth/pin").json["data"]["pin"]["isSet"] is False


def test_programs_of_the_owner_remove_anybodys_and_have_none(shop: Shop) -> None:
    ben, asha = with_pin(shop), Program(shop, "asha")
    refused = asha.put("/auth/pin", {"password": PASSWORD, "pin": PIN})
    assert (refused.status_code, refused.json["code"]) == (409, "PIN_NOT_FOR_OWNERS")
    assert Program(shop, "devi").delete(f"/users/{ben}/pin").status_code == 403
    assert asha.delete(f"/users/{ben}/pin").status_code == 200
    assert shop.rows(Pin) == []


def test_nobody_signs_in_by_pin_as_a_program_or_at_the_sign_in_page(shop: Shop) -> None:
    with_pin(shop)
    typed = {"email": "ben@example.com", "password": PIN}
    assert shop.app.test_client().post("/api/v1/auth/login", json=typed).status_code == 401
    assert shop.app.test_client().post("/sign-in", data=typed).status_code == 401
    stranger = shop.app.test_client().post("/change-person", data={"person": str(shop.ben.id), "pin": PIN})
    assert stranger.location.startswith("/sign-in")


def test_a_pin_that_was_left_over_opens_nothing(shop: Shop) -> None:
    """What should have taken it away failed to: the door looks for itself."""
    ben = with_pin(shop)
    (row,) = shop.rows(Pin)
    users.change_user(shop.asha, ben, role="owner")
    _left_over(row)
    assert pins.holders() == []
    assert pins.count_guess(ben) is None
    users.change_user(shop.asha, ben, role="cashier", is_active=False)
    _left_over(row)
    assert pins.count_guess(ben) is None


def _left_over(row: Any) -> None:
    one_unit(pins.keep)(row.user_id, row.pin_hash)
