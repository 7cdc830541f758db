"""The log: one JSON object a line, the request's id on each, and nothing in it that lets anybody in."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pos.core import logs
from pos.core.web import public
from tests.api import Program
from tests.shop import PASSWORD, Shop

PHONE = "9876543210"
TOKEN = "Zq3" + "x7Y_-" * 8


@pytest.fixture
def engine_name() -> str:
    """What is written does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Any]:
    """Gives the lines that were written to the file so far."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.write_to(tmp_path)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in (tmp_path / logs.FILE).read_text().splitlines()]
    logging.captureWarnings(False)
    root.setLevel(level)
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"called {PHONE} twice", "called *******210 twice"),
        ("called +91 98765 43210", "called *******210"),
        ("password=hunter2&email=a@b.c", "password=[...]&email=a@b.c"),
        ('{"password": "hun ter", "total": 3}', '{"password": [...], "total": 3}'),
        ("Authorization: Bearer abc.def", "Authorization: [...]"),
        ("token eyJhbGciOi.eyJzdWIi.c2lnbmF0", "token [...]"),
        (f"cookie {TOKEN} sent", "cookie [...] sent"),
        ("postgresql://shop:hunter2@db/pos", "postgresql://shop:[...]@db/pos"),
        ("sale 0193a8d2-5c1e-7b3a-9f00-1234567890ab of 8901234567890", None),
        ("BILL-2026-000001, 1.234567 s, line 1234567890", None),
    ],
)
def test_what_lets_somebody_in_and_full_phone_numbers_are_blotted_out(said: str, kept: str | None) -> None:
    assert logs.blotted(said) == (said if kept is None else kept)


def test_a_line_is_one_object_with_its_trace(written: Any) -> None:
    try:
        raise ValueError(f"no such phone: {PHONE}\nand a second line")
    except ValueError:
        logging.getLogger("pos").exception("it failed")
    (line,) = written()
    assert (line["level"], line["from"], line["says"]) == ("error", "pos", "it failed")
    assert "ValueError: no such phone: *******210" in line["trace"]


def test_only_the_shops_own_user_reads_the_file_and_it_turns(
    written: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = [one for one in logging.getLogger().handlers if isinstance(one, logs._PrivateFile)]
    file.maxBytes = 2000
    for number in range(200):
        logging.getLogger("pos").info("line %s", number)
    files = sorted(tmp_path.glob("shop.log*"))
    assert len(files) == logs.OLD_FILES + 1
    assert all(stat.S_IMODE(one.stat().st_mode) == 0o600 and one.stat().st_size <= 2000 for one in files)


def test_every_request_has_a_number_of_its_own_on_its_answer_and_its_lines(shop: Shop, written: Any) -> None:
    answers = [shop.client("ben").get(path) for path in ("/till", "/people", "/no/such/page")]
    numbers = [answer.headers["X-Request-Id"] for answer in answers]
    assert len(set(numbers)) == 3
    told = {line["request"]: line for line in written() if line["from"] == "pos.requests"}
    assert [told[number]["status"] for number in numbers] == [answer.status_code for answer in answers]
    assert told[numbers[0]]["person"] == str(shop.ben.id)
    assert logs.request_id.get() is None


def test_an_error_page_shows_the_number_that_stands_in_the_log(own_app: Flask, written: Any) -> None:
    @public
    def fail() -> str:
        raise ZeroDivisionError("secret detail")

    own_app.add_url_rule("/fail", "fail", fail)
    answer = own_app.test_client().get("/fail")
    number = answer.headers["X-Request-Id"]
    assert (answer.status_code, number in answer.text, "secret" in answer.text) == (500, True, False)
    assert "ZeroDivisionError" in next(line["trace"] for line in written() if line["request"] == number)


def test_a_days_work_leaves_no_password_token_or_phone_in_it(shop: Shop, written: Any, tmp_path: Path) -> None:
    asha = Program(shop, "asha")
    asha.post("/customers", {"name": "Chitra", "phone": PHONE})
    asha.get("/customers", search=PHONE)
    shop.client("ben").get(f"/customers?q={PHONE}")
    shop.client().post("/sign-in", data={"email": "ben@example.com", "password": PASSWORD})
    shop.client().post("/sign-in", data={"email": "ben@example.com", "password": "wrong-password-9"})
    text = (tmp_path / logs.FILE).read_text()
    assert len(written()) >= 5
    secrets = [PHONE, PASSWORD, "wrong-password-9", asha.headers["Authorization"].split()[1]]
    assert [secret for secret in secrets if secret in text] == []


def test_a_folder_that_takes_no_file_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    logs.write_to(tmp_path / "missing")
    logging.captureWarnings(False)
    logging.getLogger("pos").warning("still here")
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
    assert "still here" in capsys.readouterr().err
