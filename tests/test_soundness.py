"""A large file that was left in order is looked through beside the selling; any other before anybody sells."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pos import soundness
from pos.backups import making
from pos.core import engine
from pos.core.db import db
from pos.core.engine import sqlite_module
from tests.served import WITHOUT_PRINTING, Browser, Door, served
from tests.shop import Shop
from tests.test_commands import refused

# Every shop is a large one, and no receipt is printed.
LARGE = "from pos import soundness\nsoundness.SMALL_BYTES = 0\n" + WITHOUT_PRINTING
SLOWLY = """
import time
read = soundness._read_through
soundness._read_through = lambda line: time.sleep(1) or read(line)
"""
# No page and no start reads this index.
RARELY_READ = "idx_credit_notes_date"
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def engine_name() -> str:
    """PostgreSQL looks after its own files."""
    return "sqlite"


@pytest.fixture
def file(shop: Shop) -> Path:
    """The file of a shop that nobody has open."""
    db.session.remove()
    db.engine.dispose()
    return Path(str(db.engine.url.database))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts as a large one."""
    monkeypatch.setattr(soundness, "SMALL_BYTES", 0)


def mark_of(file: Path) -> Path:
    return file.with_name(file.name + soundness.MARK)


def rot(file: Path) -> None:
    """Change a page as a disk does: neither the size of the file nor its time tells of it."""
    with closing(sqlite3.connect(file)) as line:
        page, size = line.execute(
            "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = ?", [RARELY_READ]
        ).fetchone()
    before = file.stat()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xff" * 64)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def left_in_order(file: Path, tmp_path: Path) -> None:
    """Open the shop and close it again."""
    with served(f"sqlite:///{file}", tmp_path, before=LARGE) as door:
        door.stop()
        assert door.process.returncode == 0, door.said
    assert mark_of(file).exists(), "nothing says that the file was left in order"


def until_said(door: Door, words: str) -> str:
    until = time.monotonic() + 30
    while words not in door.said and time.monotonic() < until:
        time.sleep(0.02)
    assert words in door.said
    return door.said


def test_damage_that_is_found_beside_the_selling_closes_the_shop_which_does_not_open_again(
    file: Path, shop: Shop, tmp_path: Path
) -> None:
    backup = making.make(tmp_path / "backups").backup.file
    db.session.remove()
    db.engine.dispose()
    left_in_order(file, tmp_path)
    rot(file)
    with served(f"sqlite:///{file}", tmp_path, before=LARGE + SLOWLY) as door:
        with Browser(door) as browser:
            assert browser.sign_in("ben@example.com").status == 200
        said = until_said(door, "as soon as that was found")
        assert door.process.wait(30) == 1
    assert f"flask --app wsgi restore {backup}" in said
    before = file.read_bytes()
    assert "The shop did not open and changed nothing." in refused(tmp_path, DATABASE_URL=f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_what_was_left_in_order_sells_at_once_and_is_looked_through_meanwhile_a_power_cut_leaves_no_mark(
    file: Path, tmp_path: Path
) -> None:
    left_in_order(file, tmp_path)
    with served(f"sqlite:///{file}", tmp_path, before=LARGE) as door:
        assert not mark_of(file).exists(), "after a power cut the file would not be looked through first"
        until_said(door, "it is sound")
        door.stop()
    assert mark_of(file).exists()


def marked(file: Path) -> None:
    soundness.leave_in_order(file)
    assert mark_of(file).exists()


def touched(file: Path) -> None:
    os.utime(file)


def copied(file: Path) -> None:
    shutil.copy2(file, file.with_suffix(".copy"))
    file.with_suffix(".copy").replace(file)


def grown(file: Path) -> None:
    before = file.stat()
    with file.open("ab") as opened:
        opened.write(b"\0" * 4096)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def with_a_log(file: Path) -> None:
    file.with_name(file.name + "-wal").write_bytes(b"x")


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("change", [touched, copied, grown, with_a_log])
def test_a_file_that_is_not_as_it_was_left_is_looked_through_first(file: Path, change: Any) -> None:
    marked(file)
    change(file)
    assert not soundness.may_wait(file)
    file.with_name(file.name + "-wal").unlink(missing_ok=True)


@pytest.mark.usefixtures("large")
def test_the_mark_holds_for_one_start(file: Path) -> None:
    marked(file)
    assert soundness.may_wait(file)
    assert not soundness.may_wait(file)


@pytest.mark.usefixtures("large")
def test_without_a_write_ahead_log_the_look_comes_first(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of a minute would keep every till from writing as long."""
    marked(file)
    monkeypatch.setattr(soundness, "journal_mode", lambda: "DELETE")
    assert not soundness.may_wait(file)


def test_a_small_file_is_not_marked(file: Path) -> None:
    soundness.leave_in_order(file)
    assert not mark_of(file).exists()


def test_a_look_that_is_broken_off_counts_as_none(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def endless(line: Any) -> str | None:
        begun.set()
        return str(line.execute(ENDLESS).fetchone()[0])

    monkeypatch.setattr(soundness, "_read_through", endless)
    closed: list[str] = []
    with soundness.looked_after(file, False, lambda: closed.append("closed")) as look:
        assert look is not None
        assert begun.wait(10)
        time.sleep(0.05)
    assert not look.is_done
    assert look.why is None
    assert closed == []


def test_a_look_leaves_to_the_shop_what_the_log_still_holds(file: Path) -> None:
    """A file that turns out to be damaged must not have been written to by who looked."""
    kill = "import os, sys\nfrom pos.core.engine import sqlite_module\nline = sqlite_module().connect(sys.argv[1])\n"
    sell = "line.execute('CREATE TABLE sold (x)')\nline.commit()\nos._exit(0)\n"
    subprocess.run([sys.executable, "-c", kill + sell, str(file)], check=True, cwd=Path(__file__).parent.parent)
    log = file.with_name(file.name + "-wal")
    before = file.read_bytes(), log.read_bytes()
    assert soundness.what_is_wrong_with(file) is None
    assert (file.read_bytes(), log.read_bytes()) == before


def test_a_journal_that_a_power_cut_left_is_played_back_first(file: Path) -> None:
    cut = """
import os, sys
from pos.core.engine import sqlite_module
line = sqlite_module().connect(sys.argv[1], isolation_level=None)
line.execute("PRAGMA journal_mode = DELETE")
line.execute("PRAGMA cache_size = 1")
line.execute("PRAGMA cache_spill = 1")
line.execute("BEGIN IMMEDIATE")
line.execute("CREATE TABLE half (x)")
line.executemany("INSERT INTO half VALUES (?)", [("x" * 1000,)] * 500)
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", cut, str(file)], check=True, cwd=Path(__file__).parent.parent)
    assert file.with_name(file.name + "-journal").exists()
    assert soundness.what_is_wrong_with(file) is None
    with closing(sqlite_module().connect(file)) as line:
        assert line.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone()[0] == 0


def test_the_shop_writes_while_it_is_looked_through(file: Path, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The look holds its moment as long as it takes; nobody waits for it."""
    reading, go_on = threading.Event(), threading.Event()

    def slowly(line: Any) -> None:
        line.execute("BEGIN")
        line.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reading.set()
        assert go_on.wait(20)

    monkeypatch.setattr(soundness, "_read_through", slowly)
    with soundness.looked_after(file, False, lambda: None) as look:
        assert reading.wait(10)
        with closing(sqlite_module().connect(file, timeout=1, isolation_level=None)) as line:
            line.execute("CREATE TABLE beside (x)")
            line.execute("DROP TABLE beside")
        go_on.set()
    assert look is not None
    assert engine.journal_mode() == "WAL"
