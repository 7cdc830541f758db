"""Where people are signed in, for programs: listed and ended, one's own by everybody, anybody's by the owner."""

from __future__ import annotations

from uuid import uuid4

from pos.accounts.models import SignInSession
from tests.api import Program
from tests.shop import Shop


def test_a_program_sees_where_its_person_is_signed_in(shop: Shop) -> None:
    shop.client("ben").get("/profile")
    ben = Program(shop, "ben")
    Program(shop, "asha")
    listed = ben.get("/auth/sessions").json["data"]["sessions"]
    assert {one["isProgram"] for one in listed} == {True, False}
    assert [one["isThis"] for one in listed if one["isProgram"]] == [True]
    assert all(one["address"] == "127.0.0.1" and one["began"].endswith("Z") for one in listed)
    assert not any("token" in name.lower() for one in listed for name in one)


def test_it_signs_its_person_out_everywhere_else(shop: Shop) -> None:
    browser, other, this = shop.client("ben"), Program(shop, "ben"), Program(shop, "ben")
    ended = this.delete("/auth/sessions")
    assert (ended.status_code, ended.json["data"]["ended"]) == (200, 2)
    assert other.get("/auth/me").status_code == 401
    assert browser.get("/profile").status_code == 303
    assert this.get("/auth/me").status_code == 200
    assert this.delete("/auth/sessions").json["data"]["ended"] == 0


def test_one_session_is_ended_by_whose_it_is_and_by_the_owner(shop: Shop) -> None:
    first, second, asha, devi = (Program(shop, who) for who in ("ben", "ben", "asha", "devi"))
    listed = second.get("/auth/sessions").json["data"]["sessions"]
    (first_id,) = [one["id"] for one in listed if not one["isThis"]]
    assert devi.delete(f"/auth/sessions/{first_id}").status_code == 404
    assert first.get("/auth/me").status_code == 200
    assert second.delete(f"/auth/sessions/{first_id}").status_code == 200
    assert first.get("/auth/me").status_code == 401
    (second_id,) = [one["id"] for one in listed if one["isThis"]]
    assert asha.delete(f"/auth/sessions/{second_id}").status_code == 200
    assert second.get("/auth/me").status_code == 401
    assert asha.delete(f"/auth/sessions/{uuid4()}").status_code == 404


def test_the_owner_sees_and_ends_anybodys(shop: Shop) -> None:
    ben, asha = Program(shop, "ben"), Program(shop, "asha")
    assert len(asha.get(f"/users/{shop.ben.id}/sessions").json["data"]["sessions"]) == 1
    assert ben.get(f"/users/{shop.asha.id}/sessions").status_code == 403
    assert asha.delete(f"/users/{shop.ben.id}/sessions").json["data"]["ended"] == 1
    assert ben.get("/auth/me").status_code == 401
    # Oneself everywhere else: the program that asks goes on.
    again = Program(shop, "asha")
    assert asha.delete(f"/users/{shop.asha.id}/sessions").json["data"]["ended"] >= 1
    assert (asha.get("/auth/me").status_code, again.get("/auth/me").status_code) == (200, 401)
    assert asha.get(f"/users/{uuid4()}/sessions").status_code == 404
    assert all(row.ended_at for row in shop.rows(SignInSession) if row.user_id == shop.ben.id)
