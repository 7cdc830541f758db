"""People for programs: the owner lists them, changes them, and sends them home."""

from __future__ import annotations

from uuid import uuid4

from tests.api import Program
from tests.shop import Shop


def test_the_owner_lists_and_changes_people(shop: Shop) -> None:
    asha = Program(shop, "asha")
    people = asha.get("/users").json["data"]["users"]
    assert {one["fullName"] for one in people} == {"Asha Patil", "Ben Thomas", "Devi Kale"}
    assert "passwordHash" not in people[0]
    changed = asha.put(f"/users/{shop.devi.id}", {"role": "cashier", "fullName": "Devi K."})
    assert (changed.json["data"]["user"]["role"], changed.json["data"]["user"]["fullName"]) == ("cashier", "Devi K.")
    assert asha.get(f"/users/{shop.devi.id}").json["data"]["user"]["role"] == "cashier"
    assert asha.get(f"/users/{uuid4()}").status_code == 404


def test_whoever_is_sent_home_is_out_at_once(shop: Shop) -> None:
    asha, ben = Program(shop, "asha"), Program(shop, "ben")
    assert asha.put(f"/users/{shop.ben.id}", {"isActive": False}).json["data"]["user"]["isActive"] is False
    assert ben.get("/auth/me").status_code == 401


def test_somebody_always_owns_the_shop(shop: Shop) -> None:
    answer = Program(shop, "asha").put(f"/users/{shop.asha.id}", {"role": "staff"})
    assert (answer.status_code, answer.json["code"]) == (409, "LAST_OWNER")
