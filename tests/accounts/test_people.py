"""The owner adds, changes and sends home the people of the shop; one owner always stays."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from pos.accounts import users
from pos.accounts.models import User
from pos.accounts.roles import RIGHTS
from pos.core.actor import NOBODY
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, NotFound, NotSignedIn, Refused
from pos.core.ids import uuid7
from tests.accounts.together import at_once
from tests.shop import PASSWORD, Shop

ESHA = {"full_name": "Esha Rao", "email": "esha@example.com", "role": "cashier", "password": "udhaar-khata-7"}


def id_of(person: Any) -> UUID:
    assert person.id is not None
    found: UUID = person.id
    return found


def row(shop: Shop, user_id: UUID) -> Any:
    return shop.row(User, user_id)


def test_the_roles_hold_the_rights_of_the_plan() -> None:
    shelf = {"see_dashboard", "edit_products", "move_stock", "change_own_profile"}
    till = {"sell", "see_sales", "edit_customers", "take_credit_payment", "take_returns"}
    owners = {"void_sale", "change_settings", "manage_users", "see_reports", "see_costs", "correct_credit"}
    owners |= {"discount_freely"}
    assert dict(RIGHTS) == {"staff": shelf, "cashier": shelf | till, "owner": shelf | till | owners}


def test_the_owner_adds_somebody_who_can_then_sign_in(shop: Shop) -> None:
    answer = shop.client("asha").post("/people/new", data=ESHA)
    assert (answer.status_code, answer.location) == (303, "/people")
    signed_in = shop.client().post("/sign-in", data={"email": ESHA["email"], "password": ESHA["password"]})
    assert signed_in.status_code == 303
    (entry,) = [e for e in shop.rows(AuditEntry, action="user.added") if e.actor_name == "Asha Patil"]
    assert json.loads(entry.change) == {name: ESHA[name] for name in ("email", "full_name", "role")}


@pytest.mark.parametrize("who", ["ben", "devi"])
def test_nobody_but_the_owner_manages_people(shop: Shop, who: str) -> None:
    person = getattr(shop, who)
    with pytest.raises(Forbidden):
        users.create_user(person, **ESHA)
    with pytest.raises(Forbidden):
        users.change_user(person, id_of(person), role="owner")
    with pytest.raises(NotSignedIn):
        users.create_user(NOBODY, **ESHA)
    assert shop.client(who).get("/people").status_code == 403
    assert shop.client(who).post("/people/new", data=ESHA).status_code == 403
    assert shop.client(who).post(f"/people/{person.id}", data={"role": "owner"}).status_code == 403
    assert row(shop, id_of(person)).role == person.role


def test_every_problem_of_a_new_person_is_told_and_what_was_typed_stays(shop: Shop) -> None:
    wrong = {"full_name": " ", "email": "esha", "role": "king", "password": "kurz"}
    answer = shop.client("asha").post("/people/new", data=wrong)
    assert answer.status_code == 400
    for name in ("full_name", "email", "role", "password"):
        assert f'id="{name}-error"' in answer.text, name
    assert 'value="esha"' in answer.text
    assert "kurz" not in answer.text


def test_an_email_belongs_to_one_person(shop: Shop) -> None:
    answer = shop.client("asha").post("/people/new", data={**ESHA, "email": "BEN@example.com"})
    assert answer.status_code == 409
    assert 'id="email-error"' in answer.text
    with pytest.raises(Refused) as refusal:
        users.change_user(shop.asha, id_of(shop.ben), email="devi@example.com")
    assert (refusal.value.code, refusal.value.field) == ("DUPLICATE_EMAIL", "email")


@pytest.mark.parametrize(
    "email", ["", "esha", "@example.com", "esha@", "e sha@example.com", "a" * 65 + "@x.in", "<b>@x.in", "a@b@c"]
)
def test_what_is_no_email_is_refused(shop: Shop, email: str) -> None:
    with pytest.raises(Invalid):
        users.create_user(shop.asha, **{**ESHA, "email": email})


def test_the_owner_changes_name_email_role_and_password(shop: Shop) -> None:
    ben = id_of(shop.ben)
    typed = {"full_name": "Ben Thomas Jr", "email": "ben2@example.com", "role": "staff", "password": "another-secret-1"}
    assert shop.client("asha").post(f"/people/{ben}", data=typed).status_code == 303
    changed = row(shop, ben)
    assert (changed.full_name, changed.email, changed.role) == ("Ben Thomas Jr", "ben2@example.com", "staff")
    (entry,) = shop.rows(AuditEntry, action="user.changed")
    assert json.loads(entry.change)["role"] == ["cashier", "staff"]
    assert "another-secret-1" not in entry.change


def test_an_empty_password_keeps_the_old_one(shop: Shop) -> None:
    ben, before = id_of(shop.ben), row(shop, id_of(shop.ben)).password_hash
    page = shop.client("asha").get(f"/people/{ben}").text
    assert 'value="ben@example.com"' in page
    assert 'checked id="role-1" name="role" type="radio" value="cashier"' in page
    typed = {"full_name": "Ben", "email": "ben@example.com", "role": "cashier", "password": ""}
    assert shop.client("asha").post(f"/people/{ben}", data=typed).status_code == 303
    assert row(shop, ben).password_hash == before


def test_sending_somebody_home_asks_first_and_can_be_undone(shop: Shop) -> None:
    ben, asha = id_of(shop.ben), shop.client("asha")
    asked = asha.get(f"/people/{ben}/deactivate")
    assert (asked.status_code, "Deactivate Ben Thomas?" in asked.text) == (200, True)
    assert row(shop, ben).is_active
    assert asha.post(f"/people/{ben}/deactivate").status_code == 303
    assert not row(shop, ben).is_active
    page = asha.get("/people").text
    assert "Ben Thomas can no longer sign in." in page
    assert f"/people/{ben}/reactivate" in page
    assert asha.post(f"/people/{ben}/reactivate").status_code == 303
    assert row(shop, ben).is_active
    assert shop.client().post("/sign-in", data={"email": "ben@example.com", "password": PASSWORD}).status_code == 303


def test_the_last_owner_can_neither_leave_nor_step_down(shop: Shop) -> None:
    asha, browser = id_of(shop.asha), shop.client("asha")
    answer = browser.post(f"/people/{asha}/deactivate")
    assert answer.status_code == 409
    assert "needs at least one owner" in answer.text
    stepped = browser.post(f"/people/{asha}", data={"full_name": "Asha", "email": "asha@example.com", "role": "staff"})
    assert stepped.status_code == 409
    assert (row(shop, asha).role, row(shop, asha).is_active) == ("owner", True)


def test_with_a_second_owner_the_first_may_go(shop: Shop) -> None:
    users.change_user(shop.asha, id_of(shop.ben), role="owner")
    users.change_user(shop.asha, id_of(shop.asha), is_active=False)
    assert not row(shop, id_of(shop.asha)).is_active


@pytest.mark.parametrize("change", [{"role": "cashier"}, {"is_active": False}])
def test_two_owners_who_send_each_other_home_leave_one(shop: Shop, change: dict[str, Any]) -> None:
    asha, ben = id_of(shop.asha), id_of(shop.ben)
    users.change_user(shop.asha, ben, role="owner")
    outcomes = at_once(
        shop.app,
        lambda: users.change_user(shop.asha, ben, **change),
        lambda: users.change_user(shop.asha, asha, **change),
    )
    assert sorted(outcomes) == ["LAST_OWNER", "done"]
    assert len(shop.rows(User, role="owner", is_active=True)) == 1


def test_somebody_unknown_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound):
        users.change_user(shop.asha, uuid7(), full_name="Nobody")
    assert shop.client("asha").get(f"/people/{uuid7()}").status_code == 404
    assert shop.client("asha").post(f"/people/{uuid7()}/reactivate").status_code == 404


def test_fields_that_nobody_may_set_are_refused(shop: Shop) -> None:
    for name in ("id", "password_hash", "created_at", "is_admin"):
        with pytest.raises(Invalid):
            users.change_user(shop.asha, id_of(shop.ben), **{name: "x"})
        with pytest.raises(Invalid):
            users.change_own_profile(shop.ben, **{name: "x"})


def test_nobody_reads_a_password_hash(shop: Shop) -> None:
    assert not any("password_hash" in person._mapping for person in users.everybody())
    assert "argon2" not in shop.client("asha").get("/people").text


def test_a_name_is_shown_as_text_whatever_it_is(shop: Shop) -> None:
    name = "<script>alert(1)</script>"
    users.change_user(shop.asha, id_of(shop.ben), full_name=name)
    for page in ("/people", f"/people/{shop.ben.id}", f"/people/{shop.ben.id}/deactivate"):
        assert name not in shop.client("asha").get(page).text


def test_the_list_takes_the_same_few_queries_for_any_number(shop: Shop, count_queries: Any) -> None:
    browser = shop.client("asha")
    with count_queries() as few:
        browser.get("/people")
    for number in range(12):
        users.create_user(shop.asha, **{**ESHA, "email": f"esha{number}@example.com"})
    with count_queries() as many:
        page = browser.get("/people").text
    assert page.count("esha") == 12
    assert len(many) == len(few) <= 3
