"""Restoring from the owner's page: a file is looked through; the shop closes, restores, and opens again."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from pos.backups import kept, making, reopening, sealing
from pos.backups.commands import folder_of
from pos.core.db import db, execute
from tests.backups.trade import bill_numbers, sell, trade
from tests.served import Browser, served
from tests.shop import PASSWORD, Shop

LONGEST_RESTORE_SECONDS = 60
LOCK, SECRET = sealing.new_pair()


@pytest.fixture
def folder(app: Flask) -> Path:
    return folder_of(app.extensions["pos"]["config"])


def brought(shop: Shop, content: bytes, name: str, who: str = "asha") -> Any:
    form = {"file": (BytesIO(content), name)}
    return shop.client(who).post("/backups/bring-in", data=form, content_type="multipart/form-data")


def said(shop: Shop, who: str = "asha") -> str:
    return shop.client(who).get("/backups").text


class TestOfOneShop:
    """Pages that show files: whichever engine they came from."""

    @pytest.fixture
    def engine_name(self) -> str:
        return "sqlite"

    @pytest.fixture(autouse=True)
    def reopens(self, app: Flask) -> Any:
        """As under `wsgi.py`; closing is only written down."""
        again = app.extensions["pos"]["reopening"] = reopening.Reopening()
        again.close = lambda: None
        return again

    def test_a_file_is_brought_in_and_leads_to_the_question(self, shop: Shop, folder: Path, tmp_path: Path) -> None:
        trade(shop)
        made = making.make(tmp_path / "stick").backup
        answer = brought(shop, made.file.read_bytes(), "C:\\Stick\\copy of shop.zip")
        (backup,) = kept.listed(folder)
        assert (answer.status_code, answer.location) == (303, f"/backups/{backup.name}/restore")
        assert backup.file.read_bytes() == made.file.read_bytes()
        page = shop.client("asha").get(answer.location).text
        assert "Asha Kirana" in page
        assert "the last is BILL-" in page
        noted = execute(text("SELECT actor_name FROM audit_log WHERE action = 'backup.brought_in'")).scalar()
        assert noted == "Asha Patil"

    def test_a_file_that_is_none_or_there_already_is_refused(self, shop: Shop, folder: Path) -> None:
        made = making.make(folder).backup
        whole, asha = made.file.read_bytes(), shop.client("asha")
        for content, name, sentence in (
            (whole, made.name, "is in the list already"),
            (whole[:-200], "x.zip", "no whole backup"),
            (b"", "x.zip", "Choose the file of a backup."),
            (b"PK nonsense", "../../shop.db", "no whole backup"),
        ):
            form = {"file": (BytesIO(content), name)}
            page = asha.post("/backups/bring-in", data=form, content_type="multipart/form-data", follow_redirects=True)
            assert sentence in page.text
        assert [file.name for file in folder.iterdir() if not file.name.startswith(".")] == [made.name]

    def test_a_locked_file_keeps_its_name_and_asks_for_its_key(
        self, shop: Shop, folder: Path, tmp_path: Path, reopens: reopening.Reopening
    ) -> None:
        made = making.make(tmp_path / "stick", key=LOCK).backup
        assert brought(shop, made.file.read_bytes(), "x.age").location == "/backups"
        answer = brought(shop, made.file.read_bytes(), made.name)
        asha = shop.client("asha")
        assert "Locked" in asha.get("/backups").text
        assert 'name="key"' in asha.get(answer.location).text
        for key, sentence in (("", "is locked"), (sealing.new_pair()[1], "not the key")):
            refused = asha.post(answer.location, data={"password": PASSWORD, "key": key})
            assert (refused.status_code, sentence in refused.text) == (409, True)
        assert reopens.order is None
        assert asha.post(answer.location, data={"password": PASSWORD, "key": SECRET}).status_code == 200
        assert reopens.order is not None

    def test_the_password_is_asked_for(self, shop: Shop, folder: Path, reopens: reopening.Reopening) -> None:
        made, asha = making.make(folder).backup, shop.client("asha")
        refused = asha.post(f"/backups/{made.name}/restore", data={"password": "a guess"})
        assert (refused.status_code, "current password is not right" in refused.text) == (400, True)
        assert reopens.order is None

    def test_a_damaged_backup_does_not_even_close_the_shop(
        self, shop: Shop, folder: Path, reopens: reopening.Reopening
    ) -> None:
        trade(shop)
        made = making.make(folder).backup
        with zipfile.ZipFile(made.file) as source:
            largest = max(source.infolist(), key=lambda member: member.compress_size)
        whole = bytearray(made.file.read_bytes())
        whole[largest.header_offset + largest.compress_size // 2] ^= 255
        made.file.write_bytes(whole)
        refused = shop.client("asha").post(f"/backups/{made.name}/restore", data={"password": PASSWORD})
        assert (refused.status_code, "damaged" in refused.text) == (409, True)
        assert reopens.order is None

    def test_the_page_that_waits_leads_back_when_it_is_over(
        self, shop: Shop, folder: Path, reopens: reopening.Reopening
    ) -> None:
        made, asha = making.make(folder).backup, shop.client("asha")
        page = asha.post(f"/backups/{made.name}/restore", data={"password": PASSWORD}).text
        assert 'hx-get="/backups/restoring"' in page
        poll = {"HX-Request": "true"}
        assert asha.get("/backups/restoring", headers=poll).headers.get("HX-Redirect") is None
        reopens.order = None
        assert asha.get("/backups/restoring", headers=poll).headers["HX-Redirect"] == "/backups"

    def test_a_server_that_nothing_opens_again_says_how_else(
        self, shop: Shop, folder: Path, reopens: reopening.Reopening
    ) -> None:
        reopens.close = None
        made, asha = making.make(folder).backup, shop.client("asha")
        assert f"restore {made.file}" in asha.get(f"/backups/{made.name}/restore").text
        refused = asha.post(f"/backups/{made.name}/restore", data={"password": PASSWORD})
        assert (refused.status_code, "cannot open itself again" in refused.text) == (409, True)

    def test_only_the_owner_restores_and_only_what_is_there(self, shop: Shop, folder: Path) -> None:
        made = making.make(folder).backup
        for who in ("ben", "devi"):
            client = shop.client(who)
            assert client.get(f"/backups/{made.name}/restore").status_code == 403
            assert client.post(f"/backups/{made.name}/restore").status_code == 403
            assert brought(shop, b"x", "x.zip", who).status_code == 403
        for name in ("shop.db", "backup_20260101_000000.zip"):
            assert shop.client("asha").get(f"/backups/{name}/restore").status_code == 404


def test_the_running_shop_closes_restores_and_opens_again(shop: Shop, database_url: str, tmp_path: Path) -> None:
    """On both engines, by a server as shopkeepers run it: what was sold since is aside, and selling goes on."""
    tea = shop.product("Tea", stock="50")
    sell(shop, tea)
    made = making.make(tmp_path / "backups").backup
    late = sell(shop, tea)
    # On PostgreSQL a restore wants to be alone with the database.
    db.session.remove()
    db.engine.dispose()
    with served(database_url, tmp_path) as door:
        asha = Browser(door)
        asha.sign_in("asha@example.com")
        asha.get(f"/backups/{made.name}/restore")
        assert "closed for a moment" in asha.post(f"/backups/{made.name}/restore", password=PASSWORD).words
        _wait_until(lambda: reopening.outcome(tmp_path / "backups") is not None)
        _wait_until(door._is_ready)
        asha.hang_up()
        assert asha.get(f"/sales/{late}").address.startswith("/sign-in")
        asha.sign_in("asha@example.com")
        page = asha.get("/backups").words
        assert f"Restored from {made.name} by Asha Patil." in page
        assert "What was there before is kept" in page
        assert asha.get(f"/sales/{late}").status == 404
        asha.hang_up()
        assert "is restored." in door.said
        assert len(bill_numbers()) == 1
        who = execute(text("SELECT actor_name FROM audit_log WHERE action = 'shop.restored'")).scalar()
        assert who == "Asha Patil"
        db.session.remove()
        db.engine.dispose()


def _wait_until(happened: Any) -> None:
    until = time.monotonic() + LONGEST_RESTORE_SECONDS
    while not happened():
        assert time.monotonic() < until, "the shop did not open again"
        time.sleep(0.1)
