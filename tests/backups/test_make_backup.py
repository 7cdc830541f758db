"""Making a backup: of a shop that goes on selling, tried and audited before it is called good."""

from __future__ import annotations

import stat
import subprocess
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from pos.backups import archive, kept, making
from pos.core import clock
from pos.core.db import db, execute
from pos.core.errors import Refused
from tests.backups.trade import LOGO, bill_numbers, sell, sums, trade
from tests.shop import Shop

NIGHT = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def test_a_backup_is_named_for_the_stores_own_time_and_is_its_owners_alone(shop: Shop, folder: Path) -> None:
    trade(shop)
    with clock.frozen(NIGHT):
        made = making.make(folder)
        again = making.make(folder)
    assert made.backup.name == "backup_20261123_020000.zip"
    assert again.backup.name == "backup_20261123_020001.zip"
    assert made.backup.is_good
    assert stat.S_IMODE(made.backup.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {file.name for file in folder.iterdir()} == {made.backup.name, again.backup.name, kept.TURN}


def test_it_says_what_it_holds(shop: Shop, folder: Path, engine_name: str) -> None:
    trade(shop)
    facts = making.make(folder).facts
    assert (facts.store, facts.engine, facts.bills) == ("Asha Kirana", engine_name, 4)
    assert facts.last_bill == max(bill_numbers())
    head = execute(text("SELECT number, hash FROM audit_log ORDER BY number DESC")).first()
    assert (facts.audit_entries, facts.audit_head) == tuple(head)


def test_two_backups_of_the_same_moment_hold_the_same(shop: Shop, folder: Path) -> None:
    trade(shop)
    first, second = making.make(folder).backup.file, making.make(folder).backup.file
    assert sums(first) == sums(second)


def test_its_sums_are_checked_by_any_computer(shop: Shop, folder: Path, tmp_path: Path) -> None:
    trade(shop)
    with zipfile.ZipFile(making.make(folder).backup.file) as made:
        made.extractall(tmp_path / "out")
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", archive.SUMS], cwd=tmp_path / "out", check=True)


def test_no_secret_of_the_program_is_in_it(shop: Shop, folder: Path, app: Flask) -> None:
    config = app.extensions["pos"]["config"]
    shop.client("ben")
    with zipfile.ZipFile(making.make(folder).backup.file) as made:
        everything = b"".join(made.read(name) for name in made.namelist())
    assert config.secret_key.encode() not in everything
    assert config.jwt_secret.encode() not in everything
    assert LOGO.hex().encode() not in everything


def test_a_shop_that_sells_meanwhile_loses_nothing_that_was_acknowledged(
    shop: Shop, folder: Path, app: Flask, engine_name: str
) -> None:
    """RELIABILITY 12: at random moments; the books of each backup are clean, and every bill from before is in it."""
    tea = shop.product(stock="100000")
    acknowledged: list[UUID] = []
    closing = threading.Event()

    def cashier() -> None:
        with app.app_context():
            while not closing.is_set():
                acknowledged.append(sell(shop, tea))
            db.session.remove()

    cashiers = [threading.Thread(target=cashier) for _one in range(3)]
    for thread in cashiers:
        thread.start()
    try:
        for _moment in range(4):
            before = len(acknowledged)
            made = making.make(folder)
            assert made.differences == []
            assert made.facts.bills >= before
    finally:
        closing.set()
        for thread in cashiers:
            thread.join()
    # They sold meanwhile, or nothing was shown.
    assert len(acknowledged) > before > 0


def test_books_with_differences_are_kept_under_a_name_that_says_so(shop: Shop, folder: Path) -> None:
    trade(shop)
    execute(text("UPDATE products SET stock_quantity_milli = stock_quantity_milli + 1000 WHERE name = 'Rice'"))
    db.session.commit()
    made = making.make(folder)
    assert "stock of Rice: 40 is kept, the movements say 39" in made.differences
    assert made.backup.name.endswith("_differences.zip")
    assert kept.newest_good(folder) is None
    assert "Rice" in (kept.problem(folder) or "")


def test_a_good_backup_ends_the_problem_of_the_last(shop: Shop, folder: Path) -> None:
    folder.mkdir()
    kept.note_problem(folder, "The disk is full.")
    making.make(folder)
    assert kept.problem(folder) is None


def test_thirty_days_are_kept_and_always_the_newest_good_one(shop: Shop, folder: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    for days in (0, 1, 31, 32, 64):
        with clock.frozen(NIGHT + timedelta(days=days)):
            made = making.make(folder, stick)
    assert [backup.made.date().isoformat() for backup in kept.listed(folder)] == ["2027-01-26"]
    assert made.removed == 2
    assert [backup.name for backup in kept.listed(stick)] == [made.backup.name]
    kept.remove_old(folder, made.backup.made + timedelta(days=99))
    assert kept.listed(folder) == [made.backup]


def test_what_is_no_backup_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    names = {"backup_old.zip", "photos.zip", "backup_20200101_000000.zip.part", "shop.db"}
    for name in names:
        (folder / name).touch()
    kept.remove_old(folder, datetime(2026, 1, 1))
    assert {file.name for file in folder.iterdir()} == names


def test_a_copy_goes_to_the_stick(shop: Shop, folder: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    made = making.make(folder, stick)
    assert made.copy == stick / made.backup.name
    assert made.copy.read_bytes() == made.backup.file.read_bytes()
    assert stat.S_IMODE(made.copy.stat().st_mode) == 0o600


def test_a_stick_that_is_not_plugged_in_is_told_and_the_backup_stays(shop: Shop, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="plug the stick in"):
        making.make(folder, tmp_path / "stick")
    assert kept.newest_good(folder) is not None
    assert "plug the stick in" in (kept.problem(folder) or "")
    assert not (tmp_path / "stick").exists()


def test_only_one_makes_a_backup_at_a_time(shop: Shop, folder: Path) -> None:
    folder.mkdir()
    with kept.turn(folder):
        assert kept.is_being_made(folder)
        with pytest.raises(Refused, match="being made already"):
            making.make(folder)
    assert not kept.is_being_made(folder)
    assert kept.problem(folder) is None


def test_what_a_killed_backup_left_is_cleared_away(shop: Shop, folder: Path) -> None:
    left = folder / f"{kept.UNDER_WORK}abc"
    left.mkdir(parents=True)
    (left / "backup.zip").write_bytes(b"half")
    making.make(folder)
    assert not left.exists()


def test_a_folder_that_cannot_be_made_is_told(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="cannot be made"):
        making.make(tmp_path / "file" / "backups")


def test_the_command_says_where_it_is(shop: Shop, app: Flask, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["backup"])
    assert done.exit_code == 0, done.output
    (backup,) = kept.listed(tmp_path / "backups")
    assert str(backup.file) in done.stdout
    elsewhere = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "elsewhere")])
    assert elsewhere.exit_code == 0
    assert kept.newest_good(tmp_path / "elsewhere")


def test_the_command_exits_with_1_when_the_books_have_differences(shop: Shop, app: Flask) -> None:
    shop.product("Rice")
    execute(text("UPDATE products SET stock_quantity_milli = 1000"))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["backup"])
    assert done.exit_code == 1
    assert "stock of Rice" in done.stderr
    assert "its books have differences" in done.stderr
