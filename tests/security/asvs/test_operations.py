"""ASVS 5.0 chapters 13 and 16: nothing of the inside is shown, everything that matters is written down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from pos.core.audit import AuditEntry
from pos.core.web import public
from tests.races import faults
from tests.races.crowd import books_in_order
from tests.races.test_any_statement_may_fail import Counter, everything
from tests.shop import PASSWORD, Shop

ROOT = Path(__file__).resolve().parents[3]
SERVED = "import wsgi; print(wsgi.app.debug, wsgi.app.testing, 'debugger' in repr(wsgi.app.wsgi_app).lower())"
INSIDE = ("Traceback", "secret detail", "ZeroDivisionError", "/pos/", "werkzeug")


@pytest.fixture
def failing(own_app: Flask) -> Flask:
    """A shop with a page, and an address for programs, that fail inside."""

    @public
    def fail() -> str:
        raise ZeroDivisionError("secret detail")

    own_app.add_url_rule("/fail", "fail", fail)
    own_app.add_url_rule("/api/v1/fail", "api_fail", fail)
    return own_app


def test_asvs_13_4_2_the_served_shop_has_no_debugger(tmp_path: Path, failing: Flask) -> None:
    environ = {"POS_INSTANCE": str(tmp_path / "own"), "PATH": "/usr/bin:/bin"}
    said = subprocess.run(
        [sys.executable, "-c", SERVED], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["False", "False", "False"]
    for path in ("/console", "/fail?__debugger__=yes&cmd=resource&f=debugger.js"):
        assert "debugger" not in failing.test_client().get(path).text.lower().replace("__debugger__=yes", "").replace(
            "debugger.js", ""
        )


def test_asvs_16_3_1_every_sign_in_and_every_refusal_is_written_down(shop: Shop) -> None:
    for door in ("/sign-in", "/api/v1/auth/login"):
        for password in (PASSWORD, "wrong-wrong"):
            typed = {"email": "ben@example.com", "password": password}
            shop.client().post(door, **({"json": typed} if door.startswith("/api") else {"data": typed}))
    shop.client("ben").post("/sign-out")
    shop.client("ben").get("/people")
    kept = [row.action for row in shop.rows(AuditEntry)]
    told = {action: kept.count(action) for action in ("session.started", "session.refused", "session.ended")}
    assert told == {"session.started": 2, "session.refused": 2, "session.ended": 1}
    assert kept.count("access.denied") == 1


@pytest.mark.parametrize("path", ["/fail", "/api/v1/fail"])
def test_asvs_16_5_1_a_failure_shows_nothing_of_the_inside(failing: Flask, path: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        told = failing.test_client().get(path, headers=headers)
        assert told.status_code == 500
        assert [word for word in INSIDE if word in told.text] == []


def test_asvs_16_5_3_a_commit_that_fails_leaves_nothing_and_the_same_again_is_one_bill(shop: Shop) -> None:
    counter = Counter(shop)
    before, key = everything(), counter.next_key()
    with faults.commit_fails(), pytest.raises(faults.Unplugged):
        counter.sell(key)
    assert everything() == before
    counter.sell(key)
    counter.sell(key)
    assert (len(everything()["sales"]), books_in_order()) == (1, [])
