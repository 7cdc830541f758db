"""The owner's page of backups."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from pos.backups import kept, making
from pos.backups.commands import folder_of
from pos.core.db import execute
from tests.backups.trade import trade
from tests.shop import Shop

LONGEST_BACKUP_SECONDS = 60


@pytest.fixture
def engine_name() -> str:
    """A page shows files, whichever engine they came from."""
    return "sqlite"


@pytest.fixture
def folder(app: Flask) -> Path:
    return folder_of(app.extensions["pos"]["config"])


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_without_a_backup_it_warns_and_offers_one(shop: Shop) -> None:
    page = words(shop.client("asha").get("/backups").text)
    assert "no good backup of the last two days" in page
    assert "Back up now" in page
    assert "Every day at 02:00, kept for 30 days." in page


def test_it_lists_what_there_is(shop: Shop, folder: Path) -> None:
    trade(shop)
    made = making.make(folder)
    (folder / "backup_20260101_020000.zip").write_bytes(b"damaged")
    page = shop.client("asha").get("/backups").text
    assert "The newest good backup is of" in words(page)
    assert "4" in words(page)
    assert "Restored and audited" in page
    assert "Damaged" in page
    assert f'href="/backups/{made.backup.name}"' in page
    assert f"restore {made.backup.file}" in words(page)


def test_it_says_what_went_wrong(shop: Shop, folder: Path) -> None:
    folder.mkdir()
    kept.note_problem(folder, "The disk is full: no backup was made.")
    assert "The disk is full" in words(shop.client("asha").get("/backups").text)


def test_back_up_now_makes_one_and_the_page_looks_again(shop: Shop, folder: Path) -> None:
    asha = shop.client("asha")
    answer = asha.post("/backups")
    assert (answer.status_code, answer.location) == (303, "/backups")
    page = asha.get("/backups").text
    assert "A backup is being made" in page
    assert 'hx-trigger="every 1s"' in page
    until = time.monotonic() + LONGEST_BACKUP_SECONDS
    while "being made" in page and time.monotonic() < until:
        time.sleep(0.2)
        page = asha.get("/backups", headers={"HX-Request": "true"}).text
    assert page.startswith('<section id="copies"')
    assert "The newest good backup is of" in page
    assert "hx-trigger" not in page


def test_a_download_is_the_file_and_stands_in_the_audit_log(shop: Shop, folder: Path) -> None:
    backup = making.make(folder).backup
    answer = shop.client("asha").get(f"/backups/{backup.name}")
    assert answer.data == backup.file.read_bytes()
    assert answer.headers["Content-Disposition"] == f"attachment; filename={backup.name}"
    assert answer.headers["Cache-Control"] == "no-store"
    taken = execute(text("SELECT actor_name, change FROM audit_log WHERE action = 'backup.taken_along'")).one()
    assert taken.actor_name == "Asha Patil"
    assert backup.name in taken.change


@pytest.mark.parametrize("name", ["..%2fshop.db", "shop.db", ".turn", "problem.txt", "backup_20260101_000000.zip"])
def test_nothing_else_can_be_downloaded(shop: Shop, folder: Path, name: str) -> None:
    making.make(folder)
    assert shop.client("asha").get(f"/backups/{name}").status_code == 404


def test_only_the_owner_sees_it(shop: Shop, folder: Path) -> None:
    for who in ("ben", "devi"):
        assert shop.client(who).get("/backups").status_code == 403
        assert shop.client(who).post("/backups").status_code == 403
    assert "/backups" in shop.client("asha").get("/profile").text
    assert "/backups" not in shop.client("ben").get("/profile").text
