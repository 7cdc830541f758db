"""Every refusal is a sentence: a page, a fragment, or JSON; never a traceback, also when the database is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from pos.core.db import db
from pos.core.errors import Busy, Forbidden, Invalid, KeyReused, NotFound, PosError, Problem, Refused, TooManyTries
from pos.core.web import public
from tests.conftest import make_app
from tests.shop import Shop


@pytest.fixture
def engine_name() -> str:
    """What people see does not depend on the engine."""
    return "sqlite"


TROUBLES: dict[str, tuple[Exception, int, str]] = {
    "invalid": (Invalid("Make sense."), 400, "VALIDATION_ERROR"),
    "forbidden": (Forbidden("Not you."), 403, "FORBIDDEN"),
    "missing": (NotFound("Not here."), 404, "NOT_FOUND"),
    "refused": (Refused("Not now.", code="INSUFFICIENT_STOCK"), 409, "INSUFFICIENT_STOCK"),
    "reused": (KeyReused("Used."), 422, "IDEMPOTENCY_KEY_REUSED"),
    "hasty": (TooManyTries("Wait.", facts={"retry_after": 7}), 429, "TOO_MANY_REQUESTS"),
    "busy": (Busy("Busy."), 503, "BUSY"),
    "bug": (ZeroDivisionError("secret detail"), 500, "INTERNAL"),
    "conflict": (IntegrityError("INSERT secret", {}, Exception("unique")), 409, "CONFLICT"),
    "data": (DataError("INSERT secret", {}, Exception("NUL")), 400, "VALIDATION_ERROR"),
    "full": (OperationalError("INSERT secret", {}, Exception("database or disk is full")), 503, "DISK_FULL"),
    "gone": (OperationalError("SELECT secret", {}, Exception("connection refused")), 503, "BUSY"),
    "crowded": (PoolTimeout("QueuePool limit"), 503, "BUSY"),
}


@pytest.fixture
def troubled(own_app: Flask) -> Flask:
    """The shop with a page, and an address for programs, for each kind of trouble."""
    own_app.config["PROPAGATE_EXCEPTIONS"] = False

    @public
    def trouble(kind: str) -> str:
        raise TROUBLES[kind][0]

    @public
    def several(kind: str) -> str:
        raise Refused("Two things.", problems=[Problem("First <b>thing</b>.", "A"), Problem("Second thing.", "B")])

    own_app.add_url_rule("/trouble/<kind>", "trouble", trouble)
    own_app.add_url_rule("/api/v1/trouble/<kind>", "api_trouble", trouble)
    own_app.add_url_rule("/several/<kind>", "several", several)
    return own_app


@pytest.mark.parametrize("kind", TROUBLES)
def test_a_person_reads_a_page_with_a_sentence(troubled: Flask, kind: str) -> None:
    error, status, _code = TROUBLES[kind]
    answer = troubled.test_client().get(f"/trouble/{kind}")
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    if isinstance(error, PosError):
        assert error.message in answer.text


@pytest.mark.parametrize("kind", TROUBLES)
def test_htmx_gets_the_sentence_beside_the_form(troubled: Flask, kind: str) -> None:
    answer = troubled.test_client().get(f"/trouble/{kind}", headers={"HX-Request": "true"})
    assert answer.status_code == TROUBLES[kind][1]
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#problems", "innerHTML")
    assert answer.text.strip().startswith('<div id="problem"')
    assert "<html" not in answer.text


@pytest.mark.parametrize("kind", TROUBLES)
def test_a_program_gets_the_envelope(troubled: Flask, kind: str) -> None:
    answer = troubled.test_client().get(f"/api/v1/trouble/{kind}")
    _error, status, code = TROUBLES[kind]
    assert answer.status_code == status
    body = answer.get_json()
    assert (body["success"], body["code"]) == (False, code)
    assert set(body) == {"success", "error", "code", "details"}
    assert "secret" not in body["error"]


def test_when_to_come_back_is_told(troubled: Flask) -> None:
    browser = troubled.test_client()
    assert browser.get("/trouble/hasty").headers["Retry-After"] == "7"
    assert browser.get("/trouble/busy").headers["Retry-After"] == "1"
    assert "Retry-After" not in browser.get("/trouble/refused").headers


def test_every_problem_is_listed_and_escaped(troubled: Flask) -> None:
    page = troubled.test_client().get("/several/x").text
    assert "First &lt;b&gt;thing&lt;/b&gt;." in page
    assert "Second thing." in page


def test_an_unknown_address_and_a_wrong_method_say_so(shop: Shop) -> None:
    missing = shop.client().get("/nowhere")
    assert (missing.status_code, "There is no such page" in missing.text) == (404, True)
    wrong = shop.client("asha").get("/sign-out")
    assert (wrong.status_code, "POST" in wrong.headers["Allow"]) == (405, True)


@pytest.mark.parametrize(
    ("who", "path", "kind"),
    [
        (None, "/sign-in", "x-www-form-urlencoded"),
        (None, "/api/v1/auth/login", "json"),
        ("devi", "/products/import", "x-www-form-urlencoded"),
    ],
)
def test_too_much_at_once_is_refused(shop: Shop, who: str | None, path: str, kind: str) -> None:
    """Before it is read: a million little fields would keep a thread busy for half a minute."""
    answer = shop.client(who).post(path, data=b"a&" * 600_000, content_type=f"application/{kind}")
    assert answer.status_code == 413


def test_a_program_hears_of_so_many_problems_and_no_more(shop: Shop) -> None:
    answer = shop.client().post("/api/v1/auth/login", json={f"f{number}": 1 for number in range(1000)})
    assert (answer.status_code, len(answer.get_json()["details"])) == (400, 200)


def test_the_page_leads_back_to_where_it_may_work_next_time(troubled: Flask) -> None:
    assert 'href="/trouble/busy"' in troubled.test_client().get("/trouble/busy").text
    assert 'href="/trouble/missing"' not in troubled.test_client().get("/trouble/missing").text


@pytest.fixture
def cut_off(shop: Shop) -> Iterator[list[str]]:
    """The database is gone: every statement fails; gives what was asked of it."""
    asked: list[str] = []

    def fail(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)
        raise OperationalError(statement, {}, Exception("server closed the connection unexpectedly"))

    event.listen(db.engine, "before_cursor_execute", fail)
    yield asked
    event.remove(db.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("path", ["/", "/people", "/sign-in", "/till", "/nowhere", "/set-up"])
@pytest.mark.parametrize("who", ["asha", None])
def test_without_a_database_every_page_says_so(shop: Shop, path: str, who: str | None, request: Any) -> None:
    browser = shop.client(who)
    asked = request.getfixturevalue("cut_off")
    answer = browser.get(path)
    assert answer.status_code == (404 if path == "/nowhere" else 503)
    assert "<h1>" in answer.text
    assert len(asked) <= 2


def test_without_a_database_a_fragment_and_the_files_still_come(shop: Shop, cut_off: list[str]) -> None:
    fragment = shop.client().get("/till", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["Retry-After"]) == (503, "1")
    assert "The database does not answer" in fragment.text
    assert shop.client().get("/static/css/base.css").status_code == 200
    assert shop.client().get("/healthz").status_code == 200
    assert shop.client().get("/readyz").status_code == 503


def test_no_server_at_all_is_a_sentence_too(tmp_path: Path) -> None:
    app = make_app("postgresql://nobody@127.0.0.1:1/none", tmp_path)
    answer = app.test_client().get("/sign-in")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text


def test_nothing_that_the_engine_says_reaches_the_page(troubled: Flask) -> None:
    for kind, (error, _status, _code) in TROUBLES.items():
        if isinstance(error, DBAPIError):
            page = troubled.test_client().get(f"/trouble/{kind}").text
            assert str(error.orig) not in page.replace("disk of the shop", "")


def test_the_log_of_a_failed_statement_tells_nobodys_secrets(own_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the values that were sent nor the row that PostgreSQL quotes in its second line."""
    phone = "".join(map(str, range(9, -1, -1)))

    @public
    def fail() -> str:
        return str(db.session.execute(text("SELECT no_such_column, :phone"), {"phone": phone}))

    @public
    def quote() -> str:
        raise IntegrityError("INSERT", {}, Exception(f"duplicate key\nDETAIL:  Key (phone_key)=({phone}) exists."))

    own_app.add_url_rule("/fail", "fail", fail)
    own_app.add_url_rule("/quote", "quote", quote)
    for path in ("/fail", "/quote"):
        own_app.test_client().get(path)
    assert "no such column" in caplog.text
    assert "duplicate key" in caplog.text
    assert "in quote" in caplog.text
    assert phone not in caplog.text
