"""Changing places at one till by PIN."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pos.accounts import own_pin, passwords, pins, places, sessions, signin, throttle, users
from pos.accounts.models import MOST_WRONG_PINS, Pin, SignInSession
from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.errors import Invalid, TooManyTries
from pos.core.ids import uuid7
from pos.till import cart, lines
from tests.accounts.at_one_till import OTHER, goes_on, seat_of, staffed, who_is_at
from tests.accounts.test_pins import PIN, with_pin
from tests.accounts.test_two_factor import switched_on
from tests.shop import PASSWORD, Shop


@pytest.fixture
def two(shop: Shop) -> Shop:
    return staffed(shop)


def test_a_right_pin_ends_one_session_and_begins_the_next(two: Shop) -> None:
    ben = two.client("ben")
    with ben.session_transaction() as cookie:
        before = cookie["_user_id"]
        cookie["csrf_token"] = "of-ben"
    answer = goes_on(ben, two.chitra, OTHER)  # type: ignore[attr-defined]
    assert (answer.status_code, answer.location) == (303, "/")
    assert who_is_at(ben) == "Chitra Rao"
    with ben.session_transaction() as cookie:
        assert cookie["_user_id"] != before
        assert cookie.get("csrf_token") != "of-ben"
    assert sessions.find(before, "pages") is None
    (entry,) = two.rows(AuditEntry, action="session.changed_places")
    assert entry.actor_name == "Chitra Rao"
    assert '"from": "Ben Thomas"' in entry.change
    assert ben.get("/profile").text.count("This browser") == 1


def test_the_new_session_ends_when_the_old_one_would_have(two: Shop) -> None:
    seat = seat_of(two)
    later = clock.now() + timedelta(days=3)
    with clock.frozen(later):
        new_id, _token = places.change_place(seat, two.devi.id, "60418", "10.0.0.1", None)  # type: ignore[arg-type]
    assert two.row(SignInSession, new_id).expires_at == seat.expires_at


def test_each_has_their_own_carts_and_finds_them_all_again(two: Shop) -> None:
    seat = seat_of(two)
    tea = two.product()
    first = cart.open_cart(two.ben, seat.session_id)
    lines.add_product(two.ben, first, tea)
    second = cart.new_cart(two.ben, seat.session_id)
    lines.add_product(two.ben, second, tea)
    chitra = two.chitra  # type: ignore[attr-defined]
    _id, token = places.change_place(seat, chitra.id, OTHER, "10.0.0.1", None)
    hers = sessions.find(token, "pages")
    assert hers is not None
    assert cart.open_cart(chitra, hers.session_id) not in (first, second)
    again, _token = places.change_place(hers, two.ben.id, PIN, "10.0.0.1", None)  # type: ignore[arg-type]
    assert cart.open_cart(two.ben, again) == second
    assert {cart.find(one).session_id for one in (first, second)} == {again}


@pytest.mark.parametrize("case", ["wrong", "nobody", "no pin", "owner", "empty", "letters", "long"])
def test_what_is_not_right_changes_nothing_and_says_the_same(two: Shop, case: str) -> None:
    ben = two.client("ben")
    person = {"nobody": uuid7(), "no pin": two.asha.id, "owner": two.asha.id}.get(case, two.devi.id)
    pin = {"empty": "", "letters": "abcd", "long": "9" * 20_000}.get(case, "9999")
    answer = ben.post("/change-person", data={"person": str(person), "pin": pin})
    assert answer.status_code == 400
    assert "This PIN is not right." in answer.text
    assert who_is_at(ben) == "Ben Thomas"
    (entry,) = two.rows(AuditEntry, action="session.pin_refused")
    assert entry.actor_name == "Ben Thomas"
    assert "9999" not in entry.change


def test_somebody_must_be_chosen(two: Shop) -> None:
    answer = two.client("ben").post("/change-person", data={"pin": OTHER})
    assert answer.status_code == 400
    assert "Choose who you are." in answer.text


def test_who_has_no_pin_takes_as_much_work_as_who_has_one(two: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str | None] = []
    seat = seat_of(two)

    def note(stored: str | None, _pin: str) -> bool:
        compared.append(stored)
        return False

    monkeypatch.setattr(passwords, "matches", note)
    for person in (two.devi.id, two.asha.id, uuid7()):
        with pytest.raises(Invalid):
            places.change_place(seat, person, "9999", "10.0.0.1", None)  # type: ignore[arg-type]
    assert [bool(one) for one in compared] == [True, False, False]


def test_five_wrong_tries_shut_it_even_for_the_right_one(two: Shop) -> None:
    seat = seat_of(two)
    for _guess in range(MOST_WRONG_PINS):
        with pytest.raises(Invalid) as refused:
            places.change_place(seat, two.devi.id, "9999", "10.0.0.1", None)  # type: ignore[arg-type]
    assert refused.value.code == "PIN_SHUT"
    with pytest.raises(Invalid, match="shut"):
        places.change_place(seat, two.devi.id, "60418", "10.0.0.1", None)  # type: ignore[arg-type]
    page = two.client("ben").get("/change-person").text
    assert "PIN shut: sign in with the password" in page
    assert pins.state(two.ben.id).is_shut is False  # type: ignore[arg-type]


def test_a_right_one_forgives_the_slips_before_it(two: Shop) -> None:
    seat = seat_of(two)
    for _guess in range(MOST_WRONG_PINS - 1):
        with pytest.raises(Invalid):
            places.change_place(seat, two.devi.id, "9999", "10.0.0.1", None)  # type: ignore[arg-type]
    places.change_place(seat, two.devi.id, "60418", "10.0.0.1", None)  # type: ignore[arg-type]
    assert {row.failures for row in two.rows(Pin)} == {0}


def test_one_seat_that_guesses_at_many_people_has_to_wait(two: Shop) -> None:
    seat = seat_of(two)
    with clock.frozen(clock.now()):
        for _guess in range(throttle.FREE_TRIES["seat"]):
            with pytest.raises(Invalid):
                places.change_place(seat, uuid7(), "9999", "10.0.0.1", None)
        other = seat_of(two)
        for one in (seat, other):
            with pytest.raises(TooManyTries):
                places.change_place(one, uuid7(), "9999", "10.0.0.2", None)


def test_whose_role_or_place_changed_is_not_let_in(two: Shop) -> None:
    ben = two.client("ben")
    users.change_user(two.asha, two.devi.id, is_active=False)  # type: ignore[arg-type]
    users.change_user(two.asha, two.chitra.id, role="owner")  # type: ignore[attr-defined]
    assert goes_on(ben, two.devi, "60418").status_code == 400
    assert goes_on(ben, two.chitra, OTHER).status_code == 400  # type: ignore[attr-defined]
    assert who_is_at(ben) == "Ben Thomas"


def test_a_pin_that_changes_while_it_is_compared_lets_nobody_in(two: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    seat, matches = seat_of(two), passwords.matches

    def meanwhile(stored: str | None, pin: str) -> bool:
        right = matches(stored, pin)
        users.change_user(two.asha, two.devi.id, role="owner")  # type: ignore[arg-type]
        return right

    monkeypatch.setattr(passwords, "matches", meanwhile)
    with pytest.raises(Invalid):
        places.change_place(seat, two.devi.id, "60418", "10.0.0.1", None)  # type: ignore[arg-type]


def test_a_session_that_ended_hands_nothing_on(two: Shop) -> None:
    ben = two.client("ben")
    with ben.session_transaction() as cookie:
        stolen = dict(cookie)
    goes_on(ben, two.devi, "60418")
    thief = two.app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(stolen)
    assert goes_on(thief, two.devi, "60418").location.startswith("/sign-in")
    assert thief.get("/till").location.startswith("/sign-in")


def test_another_site_cannot_send_it(two: Shop) -> None:
    ben = two.client("ben")
    data = {"person": str(two.devi.id), "pin": "60418"}
    for path in ("/change-person", "/lock", "/profile/pin"):
        assert ben.post(path, data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert who_is_at(ben) == "Ben Thomas"


def test_the_owner_at_the_till_hands_over_and_nothing_of_hers_stays(two: Shop) -> None:
    asha = two.client("asha")
    assert goes_on(asha, two.ben, PIN).status_code == 303
    assert who_is_at(asha) == "Ben Thomas"
    assert asha.get("/people").status_code == 403


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_leads_to_no_other_site(two: Shop, address: str) -> None:
    ben = two.client("ben")
    ben.post("/lock")
    assert goes_on(ben, two.ben, PIN, next=address).location == "/"


def test_the_page_names_who_may_come_and_says_so_when_nobody_can(shop: Shop) -> None:
    ben = shop.client("ben")
    assert "Nobody else has a PIN yet." in ben.get("/change-person").text
    with_pin(shop)
    assert "Nobody else has a PIN yet." in ben.get("/change-person").text
    with_pin(shop, "devi")
    page = ben.get("/change-person").text
    assert "Devi Kale" in page
    assert 'value="' + str(shop.ben.id) not in page
    own_pin.remove(shop.asha, shop.ben.id)  # type: ignore[arg-type]
    switched_on(shop, "devi")
    assert "Devi Kale" not in ben.get("/change-person").text


def test_the_page_takes_as_many_queries_for_many_people(two: Shop, count_queries: Any) -> None:
    with count_queries() as queries:
        assert len(pins.holders()) == 3
    assert len(queries) == 1


def test_the_audit_log_says_it_in_sentences(two: Shop) -> None:
    ben = two.client("ben")
    goes_on(ben, two.devi, "9999")
    goes_on(ben, two.chitra, OTHER)  # type: ignore[attr-defined]
    ben.post("/lock")
    page = two.client("asha").get("/audit-log").text
    assert "Chitra Rao took the place of Ben Thomas by PIN at 127.0.0.1" in page
    assert "A wrong PIN for Devi Kale where Ben Thomas was signed in, at 127.0.0.1" in page
    assert "Chitra Rao locked the till" in page
    assert "Ben Thomas chose a PIN" in page


def test_guesses_at_pins_keep_nobody_from_signing_in_with_the_password(two: Shop) -> None:
    guesses = 0
    for who, of in (("ben", two.devi), ("devi", two.ben), ("chitra", two.ben)):
        seat = seat_of(two, who)
        for _guess in range(throttle.FREE_TRIES["seat"]):
            try:
                places.change_place(seat, of.id, "9999", "10.0.0.9", None)  # type: ignore[arg-type]
            except Invalid:
                guesses += 1
            except TooManyTries:
                break
    assert guesses == throttle.FREE_TRIES["till"]
    signin.sign_in("ben@example.com", PASSWORD, "pages", "10.0.0.9")
    assert not pins.state(two.ben.id).is_shut  # type: ignore[arg-type]
