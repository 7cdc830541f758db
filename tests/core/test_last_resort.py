"""When telling an error fails too: a plain answer with the request's number, and never a trace (RELIABILITY.md 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from pos.core import refusals
from pos.core.web import public


@pytest.fixture
def engine_name() -> str:
    """No database is asked."""
    return "sqlite"


def broken(*_any: Any, **_more: Any) -> Any:
    raise RuntimeError("secret detail")


def templates_fail(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "render_template", broken)
    monkeypatch.setattr(refusals, "jsonify", broken)


def the_session_fails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    templates_fail(app, monkeypatch)
    monkeypatch.setattr(refusals, "session", broken)


def languages_fail(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "_", broken)


def the_answers_last_touch_fails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    templates_fail(app, monkeypatch)
    app.after_request(broken)


def the_end_of_the_request_fails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.teardown_request(broken)


WAYS: list[Callable[[Flask, pytest.MonkeyPatch], None]] = [
    templates_fail,
    the_session_fails,
    languages_fail,
    the_answers_last_touch_fails,
    the_end_of_the_request_fails,
]


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def failing(own_app: Flask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Flask:
    """A shop in which a page fails, and then the telling of it."""
    own_app.config["PROPAGATE_EXCEPTIONS"] = False
    for path in ("/fail", "/api/v1/fail"):
        own_app.add_url_rule(path, path, public(broken))
    request.param(own_app, monkeypatch)
    return own_app


def asked(app: Flask, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """The answer as a server gets it from the application, whatever becomes of the request's context."""
    heard: list[Any] = []
    answer: Any = app.wsgi_app
    environ = app.test_request_context(path, headers=headers).request.environ
    body = b"".join(answer(environ, lambda *told: heard.append(told)))
    status, head = heard[-1][0], heard[-1][1]
    return int(status.split()[0]), dict(head), body.decode()


def test_a_person_reads_a_plain_page_with_the_number_that_stands_in_the_log(
    failing: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    status, head, text = asked(failing, "/fail")
    assert (status, "<h1>Something went wrong on our side." in text, "गड़बड़" in text) == (500, True, True)
    assert "secret" not in text
    assert "Traceback" not in text
    assert head["X-Request-Id"] in text
    assert head["X-Request-Id"] in caplog.text
    assert "secret detail" in caplog.text
    assert "default-src 'none'" in head["Content-Security-Policy"]
    assert (head["X-Content-Type-Options"], head["Cache-Control"]) == ("nosniff", "no-store")


def test_a_program_gets_its_envelope(failing: Flask) -> None:
    status, head, text = asked(failing, "/api/v1/fail")
    assert (status, head["Content-Type"]) == (500, "application/json; charset=utf-8")
    assert failing.json.loads(text)["code"] == "INTERNAL"
    assert "secret" not in text


def test_htmx_gets_a_fragment_beside_the_form(failing: Flask) -> None:
    _status, head, text = asked(failing, "/fail", **{"HX-Request": "true"})
    assert (head["HX-Retarget"], "<html" in text) == ("#problems", False)
    assert "Something went wrong" in text


def test_who_develops_sees_what_failed(failing: Flask) -> None:
    failing.debug = True
    with pytest.raises(RuntimeError):
        asked(failing, "/fail")
