"""Restoring: the shop is what the backup says it was, on whichever engine, and what was there is kept aside."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from pos.accounts.models import SignInSession
from pos.accounts.roles import COMMAND_LINE
from pos.backups import archive, making, restoring, shutter
from pos.core.db import db, execute, table
from pos.core.engine import sqlite_module
from pos.core.errors import ConfigurationError, Forbidden, PosError, Refused
from pos.core.health import why_not_ready
from pos.reports import books
from pos.settings.models import StoreSettings
from tests.backups.trade import LOGO, bill_numbers, other_shop, sell, sums, trade
from tests.engines import ENGINES
from tests.shop import Shop


@pytest.fixture
def backup(shop: Shop, tmp_path: Path) -> Path:
    """A backup of a shop that has traded, away from it."""
    trade(shop)
    shop.client("ben")
    return making.make(tmp_path / "backups").backup.file


@pytest.fixture(params=ENGINES)
def other_engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def other(other_engine: str, tmp_path: Path) -> Iterator[Flask]:
    """Another computer's shop program, its database still without rows."""
    with other_shop(other_engine, tmp_path / "other") as app:
        yield app


def test_every_row_comes_back_on_either_engine(backup: Path, other: Flask, tmp_path: Path) -> None:
    before = bill_numbers()
    done = restoring.restore(COMMAND_LINE, backup)
    assert done.differences == list(books.differences()) == []
    assert why_not_ready() is None
    assert done.facts.bills == 4
    assert before == set()
    assert len(bill_numbers()) == 4
    assert execute(select(table(StoreSettings).c.logo)).scalar_one() == LOGO
    again = making.make(tmp_path / "again").backup.file
    assert sums(again) == sums(backup)


def test_a_restored_shop_goes_on_selling(shop: Shop, backup: Path, other: Flask) -> None:
    restoring.restore(COMMAND_LINE, backup)
    cola = shop.product("Cola")
    sell(shop, cola)
    assert len(bill_numbers()) == 5
    assert list(books.differences()) == []
    with pytest.raises(Exception, match="append-only"):
        execute(text("DELETE FROM payments"))


def test_a_restore_is_in_the_audit_log_and_everybody_signs_in_again(backup: Path, other: Flask) -> None:
    restoring.restore(COMMAND_LINE, backup)
    entry = execute(text("SELECT action, change FROM audit_log ORDER BY number DESC")).first()
    assert entry.action == "shop.restored"
    assert json.loads(entry.change)["file"] == backup.name
    assert execute(select(table(SignInSession)).where(table(SignInSession).c.ended_at.is_(None))).all() == []


@pytest.mark.parametrize("other_engine", ["sqlite"])
def test_a_computer_without_any_database_gets_one(backup: Path, other_engine: str, tmp_path: Path) -> None:
    with other_shop(other_engine, tmp_path / "new", template=False):
        done = restoring.restore(COMMAND_LINE, backup)
        assert done.set_aside is None
        assert len(bill_numbers()) == 4


def test_a_postgresql_without_any_table_gets_them(backup: Path, tmp_path: Path) -> None:
    with other_shop("postgresql", tmp_path / "new", template=False):
        assert restoring.restore(COMMAND_LINE, backup).set_aside is None
        assert len(bill_numbers()) == 4
        assert why_not_ready() is None


def test_what_was_sold_since_is_kept_aside(shop: Shop, backup: Path, other: Flask, other_engine: str) -> None:
    restoring.restore(COMMAND_LINE, backup)
    sell(shop, shop.product("Cola"))
    done = restoring.restore(COMMAND_LINE, backup)
    assert len(bill_numbers()) == 4
    assert done.set_aside
    counted = "SELECT count(*) FROM sales"
    if other_engine == "postgresql":
        assert execute(text(counted.replace("sales", f"{done.set_aside}.sales"))).scalar() == 5
    else:
        with_log = sqlite_module().connect(done.set_aside)
        assert with_log.execute(counted).fetchone() == (5,)
        with_log.close()


@pytest.mark.parametrize("other_engine", ["sqlite"])
def test_a_log_that_is_left_beside_is_not_played_into_the_restored_shop(
    shop: Shop, backup: Path, other: Flask, tmp_path: Path
) -> None:
    """RELIABILITY 13: the log of a killed shop stands beside the file; SQLite would take it for its own."""
    restoring.restore(COMMAND_LINE, backup)
    file = Path(str(db.engine.url.database))
    killed = tmp_path / "killed"
    killed.mkdir()
    sell(shop, shop.product("Cola"))
    for ending in ("", "-wal", "-shm"):
        shutil.copyfile(f"{file}{ending}", killed / f"shop.db{ending}")
    db.session.remove()
    db.engine.dispose()
    for ending in ("", "-wal", "-shm"):
        shutil.copyfile(killed / f"shop.db{ending}", f"{file}{ending}")
    assert Path(f"{file}-wal").stat().st_size > 0
    done = restoring.restore(COMMAND_LINE, backup)
    assert done.set_aside
    assert Path(f"{done.set_aside}-wal").stat().st_size > 0
    assert not Path(f"{file}-wal").exists()
    assert len(bill_numbers()) == 4
    assert list(books.differences()) == []
    assert execute(text("PRAGMA integrity_check")).scalar() == "ok"


@pytest.mark.parametrize("other_engine", ["sqlite"])
def test_a_damaged_database_is_replaced_and_kept(backup: Path, other: Flask) -> None:
    db.session.remove()
    db.engine.dispose()
    file = Path(str(db.engine.url.database))
    file.write_bytes(b"this was a shop once" * 500)
    done = restoring.restore(COMMAND_LINE, backup)
    assert done.set_aside
    assert Path(done.set_aside).read_bytes().startswith(b"this was")
    assert len(bill_numbers()) == 4


class TestRefused:
    """With a sentence, and nothing is changed."""

    @pytest.fixture(autouse=True)
    def unchanged(self, backup: Path) -> Iterator[None]:
        before = _everything()
        yield
        assert _everything() == before
        assert len(bill_numbers()) == 4

    @pytest.fixture(params=["sqlite"])
    def engine_name(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.mark.parametrize("engine_name", ENGINES)
    def test_a_damaged_file(self, backup: Path, tmp_path: Path) -> None:
        """A byte here and there: either it is found, or what it changed is no part of the shop."""
        whole, chance = backup.read_bytes(), random.Random(7)
        with zipfile.ZipFile(backup) as made:
            places = [item.header_offset + 60 for item in made.infolist() if item.file_size]
        for place in [*places, *(chance.randrange(len(whole)) for _one in range(60))]:
            hurt = bytearray(whole)
            hurt[place] ^= 1 << chance.randrange(8)
            (tmp_path / "hurt.zip").write_bytes(hurt)
            assert _is_found(tmp_path / "hurt.zip", backup), f"byte {place}"

    def test_half_a_file(self, backup: Path, tmp_path: Path) -> None:
        half = tmp_path / "half.zip"
        half.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
        with pytest.raises(Refused, match="no whole backup"):
            restoring.restore(COMMAND_LINE, half)

    def test_a_damaged_table(self, backup: Path, tmp_path: Path) -> None:
        hurt = rewritten(backup, tmp_path, "tables/products.jsonl", lambda rows: rows.replace(b"Rice", b"Mice"))
        with pytest.raises(Refused, match="damaged"):
            restoring.restore(COMMAND_LINE, hurt)

    def test_a_damaged_manifest(self, backup: Path, tmp_path: Path) -> None:
        hurt = rewritten(backup, tmp_path, archive.MANIFEST, lambda told: told.replace(b"Asha", b"Usha"))
        with pytest.raises(Refused, match="damaged"):
            restoring.restore(COMMAND_LINE, hurt)

    def test_another_programs_file(self, tmp_path: Path) -> None:
        (tmp_path / "photos.zip").write_bytes(b"no zip at all")
        with pytest.raises(Refused, match="no whole backup of this shop program"):
            restoring.restore(COMMAND_LINE, tmp_path / "photos.zip")
        with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
            other.writestr("picture.jpg", "x")
        with pytest.raises(Refused, match="no whole backup of this shop program"):
            restoring.restore(COMMAND_LINE, tmp_path / "other.zip")

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="There is no file"):
            restoring.restore(COMMAND_LINE, tmp_path / "gone.zip")

    @pytest.mark.parametrize(
        ("name", "value", "sentence"), [("version", 2, "newer version"), ("revision", "9999", "another version")]
    )
    def test_a_newer_programs_backup(
        self, backup: Path, tmp_path: Path, name: str, value: object, sentence: str
    ) -> None:
        def newer(told: bytes) -> bytes:
            return json.dumps({**json.loads(told), name: value}).encode()

        with pytest.raises(Refused, match=sentence):
            restoring.restore(COMMAND_LINE, rewritten(backup, tmp_path, archive.MANIFEST, newer, with_sum=True))

    @pytest.mark.parametrize("engine_name", ENGINES)
    def test_a_shop_that_is_open(self, backup: Path, engine_name: str) -> None:
        url = db.engine.url.render_as_string(hide_password=False)
        if engine_name == "sqlite":
            with shutter.up(url), shutter.up(url), pytest.raises(Refused, match="The shop is open"):
                restoring.restore(COMMAND_LINE, backup)
            with shutter.down(url), pytest.raises(ConfigurationError, match="being restored"), shutter.up(url):
                pass
            return
        plain = url.replace("+psycopg", "")
        with psycopg.connect(plain), pytest.raises(Refused, match="1 connections"):
            restoring.restore(COMMAND_LINE, backup)

    def test_everybody_but_the_owner(self, shop: Shop, backup: Path) -> None:
        for person in (shop.ben, shop.devi):
            with pytest.raises(Forbidden):
                restoring.restore(person, backup)


def test_books_with_differences_are_restored_only_when_told_so(shop: Shop, app: Flask, tmp_path: Path) -> None:
    shop.product("Rice")
    execute(text("UPDATE products SET stock_quantity_milli = 1000"))
    db.session.commit()
    made = making.make(tmp_path / "backups").backup.file
    with other_shop("sqlite", tmp_path / "other") as other:
        run = other.test_cli_runner().invoke
        refused = run(args=["restore", str(made)])
        assert refused.exit_code == 1
        assert "stock of Rice" in refused.stderr
        assert "Nothing was changed" in refused.stderr
        assert execute(text("SELECT count(*) FROM products")).scalar() == 0
        taken = run(args=["restore", str(made), "--even-with-differences"])
        assert taken.exit_code == 1
        assert "is restored" in taken.stdout
        assert execute(text("SELECT count(*) FROM products")).scalar() == 1


def test_the_command_says_what_was_done(backup: Path, other: Flask) -> None:
    done = other.test_cli_runner().invoke(args=["restore", str(backup)])
    assert done.exit_code == 0, done.output
    assert "Asha Kirana is restored as of" in done.stdout
    assert "4 bills, the last BILL-" in done.stdout
    assert "What was there before is kept" in done.stdout
    assert "right to the paisa" in done.stdout
    missing = other.test_cli_runner().invoke(args=["restore", "gone.zip"])
    assert (missing.exit_code, missing.stderr) == (1, "There is no file gone.zip.\n")


def rewritten(
    backup: Path, tmp_path: Path, member: str, change: Callable[[bytes], bytes], with_sum: bool = False
) -> Path:
    """The backup with one member changed; with a sum to match, as its own program would have written it."""
    hurt = tmp_path / "rewritten.zip"
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(hurt, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == member:
                old, content = content, change(content)
            if name == archive.SUMS and with_sum:
                before, after = (hashlib.sha256(one).hexdigest().encode() for one in (old, target.read(member)))
                content = content.replace(before, after)
            target.writestr(name, content)
    return hurt


def _is_found(hurt: Path, backup: Path) -> bool:
    try:
        with archive.opened(hurt) as source:
            read = {name: list(itertools.chain.from_iterable(source.rows(name))) for name in source.tables}
    except PosError:
        return True
    with archive.opened(backup) as source:
        return read == {name: list(itertools.chain.from_iterable(source.rows(name))) for name in source.tables}


def _everything() -> dict[str, list[tuple[object, ...]]]:
    db.session.rollback()
    return {
        name: [tuple(row) for row in execute(text(f"SELECT * FROM {name} ORDER BY 1")).all()]
        for name in sorted(db.metadata.tables)
    }
