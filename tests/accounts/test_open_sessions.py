"""Where one is signed in: a list, one of it ended, all of it ended (ASVS 5.0, 7.4.3 and 7.5.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pos.accounts import open_sessions, sessions
from pos.accounts.models import SignInSession
from pos.accounts.open_sessions import described
from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, NotFound
from tests.shop import PASSWORD, Shop

ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


def signed_in(shop: Shop, who: str, browser: str = ANDROID) -> Any:
    client = shop.app.test_client()
    typed = {"email": f"{who}@example.com", "password": PASSWORD}
    assert client.post("/sign-in", data=typed, headers={"User-Agent": browser}).status_code == 303
    return client


def token(shop: Shop, who: str) -> dict[str, str]:
    body = {"email": f"{who}@example.com", "password": PASSWORD}
    answer: Any = shop.app.test_client().post("/api/v1/auth/login", json=body)
    return {"Authorization": f"Bearer {answer.json['data']['token']}"}


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (ANDROID, "Chrome on Android"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Safari/604.1", "Safari on iPad"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
        ("curl/8.5", "An unknown browser"),
        (None, "An unknown browser"),
    ],
)
def test_a_browser_is_called_as_people_know_it(shop: Shop, agent: str | None, words: str) -> None:
    assert described(agent) == words


def test_the_profile_lists_where_one_is_signed_in_and_says_which_is_here(shop: Shop) -> None:
    here = signed_in(shop, "ben")
    signed_in(shop, "ben", "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/127.0")
    token(shop, "ben")
    signed_in(shop, "devi")
    page = here.get("/profile").text
    assert page.count("This browser") == 1
    for words in ("Chrome on Android", "Firefox on Windows", "A program", "127.0.0.1"):
        assert words in page
    assert page.count('class="sessions"') == 1
    assert page.count("/end") == 3


def test_one_is_signed_out_at_once_and_the_others_stay(shop: Shop) -> None:
    here, there = signed_in(shop, "ben"), signed_in(shop, "ben", "Firefox/1 Windows")
    other = next(one for one in open_sessions.of_person(shop.ben, shop.ben.id) if "Windows" in one.what)  # type: ignore[arg-type]
    assert here.post(f"/profile/sessions/{other.id}/end").location == "/profile#sessions"
    assert there.get("/profile").status_code == 303
    assert here.get("/profile").status_code == 200
    here.post(f"/profile/sessions/{other.id}/end")
    (entry,) = shop.rows(AuditEntry, action="session.shut")
    assert (entry.actor_name, entry.subject_id) == ("Ben Thomas", str(other.id))


def test_asvs_7_4_3_everywhere_else_is_signed_out_programs_too(shop: Shop) -> None:
    here, there, program = signed_in(shop, "ben"), signed_in(shop, "ben"), token(shop, "ben")
    devi = signed_in(shop, "devi")
    assert here.post("/profile/sessions/end").location == "/profile#sessions"
    assert here.get("/profile").status_code == 200
    assert there.get("/profile").status_code == 303
    assert shop.app.test_client().get("/api/v1/auth/me", headers=program).status_code == 401
    assert devi.get("/profile").status_code == 200
    assert "Sign out everywhere else" not in here.get("/profile").text
    (entry,) = shop.rows(AuditEntry, action="session.all_shut")
    assert (entry.actor_name, entry.change) == ("Ben Thomas", '{"sessions": 2}')


def test_asvs_7_5_2_the_owner_signs_others_out(shop: Shop) -> None:
    ben, program, asha = signed_in(shop, "ben"), token(shop, "ben"), shop.client("asha")
    page = asha.get(f"/people/{shop.ben.id}").text
    assert "Chrome on Android" in page
    assert "This browser" not in page
    one = next(each for each in open_sessions.of_person(shop.asha, shop.ben.id) if not each.is_program)  # type: ignore[arg-type]
    asha.post(f"/people/{shop.ben.id}/sessions/{one.id}/end")
    assert ben.get("/profile").status_code == 303
    assert shop.app.test_client().get("/api/v1/auth/me", headers=program).status_code == 200
    asha.post(f"/people/{shop.ben.id}/sessions/end")
    assert shop.app.test_client().get("/api/v1/auth/me", headers=program).status_code == 401
    assert asha.post(f"/people/{shop.asha.id}/sessions/end").status_code == 303
    assert asha.get("/profile").status_code == 200


def test_nobody_sees_or_ends_anothers(shop: Shop) -> None:
    asha = signed_in(shop, "asha")
    (hers,) = open_sessions.of_person(shop.asha, shop.asha.id)  # type: ignore[arg-type]
    for who in ("ben", "devi"):
        person = getattr(shop, who)
        with pytest.raises(Forbidden):
            open_sessions.of_person(person, shop.asha.id)  # type: ignore[arg-type]
        with pytest.raises(Forbidden):
            open_sessions.shut_all(person, shop.asha.id)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            open_sessions.shut(person, hers.id)
        assert shop.client(who).post(f"/profile/sessions/{hers.id}/end").status_code == 404
    assert asha.get("/profile").status_code == 200


def test_what_is_over_is_not_listed(shop: Shop) -> None:
    signed_in(shop, "ben")
    token(shop, "ben")
    (ended,) = (one for one in open_sessions.of_person(shop.ben, shop.ben.id) if one.is_program)  # type: ignore[arg-type]
    sessions.end(ended.id)
    assert len(open_sessions.of_person(shop.ben, shop.ben.id)) == 1  # type: ignore[arg-type]
    with clock.frozen(clock.now() + timedelta(hours=20)):
        assert open_sessions.of_person(shop.ben, shop.ben.id) == []  # type: ignore[arg-type]


def test_the_list_takes_few_queries_however_long_it_is(shop: Shop, count_queries: Any) -> None:
    for _tablet in range(5):
        signed_in(shop, "ben")
    with count_queries() as queries:
        assert len(open_sessions.of_person(shop.ben, shop.ben.id)) == 5  # type: ignore[arg-type]
    assert len(queries) <= 3


def test_the_secret_of_a_session_is_not_on_the_page(shop: Shop) -> None:
    here = signed_in(shop, "ben")
    page = here.get("/profile").text
    assert not any(row.token_hash in page for row in shop.rows(SignInSession))
