"""When the shop cannot go on: a sentence that says what to do, an exit code that is not 0, and no harm done."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from pos.backups import making
from pos.core import clock
from pos.core.db import db, execute
from pos.core.engine import sqlite_module
from tests.api import Program
from tests.conftest import make_app
from tests.engines import ENGINES, drop_database, fresh_database
from tests.faults import trouble
from tests.races.crowd import basket, bills, books_in_order, numbers_in_order, try_to
from tests.shop import Shop, open_shop
from tests.test_commands import refused
from tests.thorough import rounds, seeded

PAGE_BYTES = 4096
LEFT_FREE_BYTES = 400_000
SALES, CUTS = 150, 40
FULL = "database or disk is full"


@pytest.fixture
def engine_name() -> str:
    """Files that are damaged and disks that are full are SQLite's; what PostgreSQL says is tested below."""
    return "sqlite"


def damaged(file: Path) -> bytes:
    """Sixty-four random bytes at the beginning of every third page, the first one not among them."""
    lots, pages = seeded(), file.stat().st_size // PAGE_BYTES
    with file.open("r+b") as opened:
        for page in range(2, pages, 3):
            opened.seek(page * PAGE_BYTES)
            opened.write(lots.randbytes(64))
    return file.read_bytes()


def test_a_damaged_file_stops_the_start_names_the_backup_and_is_not_written_to(shop: Shop, tmp_path: Path) -> None:
    try_to(shop, basket(shop.product()))
    backup = making.make(tmp_path / "backups").backup.file
    db.session.remove()
    db.engine.dispose()
    shutil.copyfile(str(db.engine.url.database), tmp_path / "shop.db")
    before = damaged(tmp_path / "shop.db")
    said = refused(tmp_path)
    assert "is damaged" in said
    assert f"flask --app wsgi restore {backup}" in said
    assert (tmp_path / "shop.db").read_bytes() == before


def test_without_a_backup_it_says_where_else_to_look(tmp_path: Path) -> None:
    url = fresh_database("sqlite")
    shutil.copyfile(url.removeprefix("sqlite:///"), tmp_path / "shop.db")
    damaged(tmp_path / "shop.db")
    assert "There is no backup in" in refused(tmp_path)
    drop_database(url)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_newer_schema_stops_the_start_and_is_left_as_it_is(engine_name: str, app: Flask, tmp_path: Path) -> None:
    right = execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    execute(text("UPDATE alembic_version SET version_num = '9999_the_future'"))
    db.session.commit()
    url = db.engine.url.render_as_string(hide_password=False)
    db.session.remove()
    db.engine.dispose()
    assert "Run the newer version." in refused(tmp_path, DATABASE_URL=url)
    try:
        assert execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999_the_future"
    finally:
        execute(text("UPDATE alembic_version SET version_num = :right"), {"right": right})
        db.session.commit()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A disk of eight megabytes, or None where this machine lets nobody make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(folder)]
    made = subprocess.run(command, capture_output=True, check=False).returncode == 0
    yield folder if made else None
    if made:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def filled(folder: Path) -> Callable[[], None]:
    """Fill this disk but for a little; gives what makes room again."""
    ballast = folder / "ballast"
    ballast.write_bytes(b"x" * (shutil.disk_usage(folder).free - LEFT_FREE_BYTES))
    return ballast.unlink


def limited(folder: Path) -> Callable[[], None]:
    """Where no small disk is to be had, SQLite itself is told that its file must not grow."""
    trouble.listen(db.engine, folder)
    trouble.ask_for(folder, trouble.Trouble(disk_is_full=True))
    return lambda: trouble.ask_for(folder, trouble.Trouble())


def test_on_a_full_disk_what_was_sold_stays_pages_show_and_selling_goes_on_once_there_is_room(
    small_disk: Path | None, tmp_path: Path
) -> None:
    url, folder, system = fresh_database("sqlite"), small_disk or tmp_path, clock._source
    shutil.copyfile(url.removeprefix("sqlite:///"), folder / "shop.db")
    app = make_app(f"sqlite:///{folder / 'shop.db'}", folder)
    with app.app_context():
        shop = open_shop(app)
        tea, ben = shop.product(stock="100000"), shop.client("ben")
        asha = Program(shop, "asha")
        make_room = filled(folder) if small_disk else limited(folder)
        heard = [try_to(shop, basket(tea), f"bill {turn}") for turn in range(SALES)]
        sold = [one.bill.sale_id for one in heard if one.bill]
        assert len(sold) < SALES
        assert {str(getattr(one.error, "orig", one.error)) for one in heard if one.error} == {FULL}
        assert bills() == len(sold)
        assert ben.get("/sales").status_code == 200
        body = {"items": [{"productId": str(tea), "quantity": 1}], "paymentMethod": "CASH", "amountPaid": 100}
        answers = [asha.post("/sales", body) for _try in range(5)]
        assert {(one.status_code, one.json["code"]) for one in answers} == {(503, "DISK_FULL")}
        assert "free some space" in answers[0].json["error"]
        make_room()
        again = [try_to(shop, basket(tea), f"bill {turn}").word for turn in range(SALES)]
        assert Counter(again) == {"again": len(sold), "bill": SALES - len(sold)}
        assert numbers_in_order() + books_in_order() == []
        assert execute(text("PRAGMA integrity_check")).scalar() == "ok"
        db.session.remove()
        db.engine.dispose()
    clock._source = system
    drop_database(url)


def cut(log: bytes, lots: random.Random) -> bytes:
    """The log as a power cut leaves it: its beginning, and perhaps some bytes that were never written right."""
    kept = log[: lots.randrange(len(log))]
    return kept + lots.randbytes(lots.randrange(200)) if lots.random() < 0.5 else kept


def test_a_log_cut_anywhere_leaves_a_whole_shop_with_the_first_of_its_bills(
    shop: Shop, tmp_path: Path, app: Flask
) -> None:
    tea, file, lots = shop.product(), Path(str(db.engine.url.database)), seeded()
    sales = [try_to(shop, basket(tea)).bill for _bill in range(6)]
    parts = [file.read_bytes(), Path(f"{file}-wal").read_bytes()]
    left = set()
    for turn in range(rounds(CUTS)):
        copy = tmp_path / f"cut-{turn}.db"
        copy.write_bytes(parts[0])
        Path(f"{copy}-wal").write_bytes(cut(parts[1], lots))
        with closing(sqlite_module().connect(str(copy))) as line:
            assert line.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            numbers = [row[0] for row in line.execute("SELECT bill_sequence FROM sales ORDER BY 1")]
            assert numbers == list(range(1, len(numbers) + 1))
            assert line.execute("SELECT COUNT(*) FROM sale_items").fetchone() == (len(numbers),)
        left.add(len(numbers))
    assert max(left) <= len(sales)
    assert len(left) > 1


def test_the_pool_hands_out_no_connection_that_could_lose_a_commit(app: Flask) -> None:
    lines = [db.engine.connect() for _line in range(5)]
    told = [line.exec_driver_sql("PRAGMA synchronous").scalar() for line in lines]
    for line in lines:
        line.close()
    assert told == [2] * 5
