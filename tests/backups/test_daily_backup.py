"""Every day from inside the running shop, and as soon as it opens when a night was missed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from flask import Flask

from pos.backups import daily, kept
from pos.backups.commands import job_of
from pos.backups.job import Job
from pos.core import clock
from tests.backups.trade import trade
from tests.shop import Shop

TWO, LONGEST_BACKUP_SECONDS = time(2), 60


@pytest.fixture
def engine_name() -> str:
    """The clock does not depend on the engine."""
    return "sqlite"


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, "2026-11-23 10:00", True),
        ("20261123_020000", "2026-11-23 10:00", False),
        ("20261123_020000", "2026-11-24 01:59", False),
        ("20261123_020000", "2026-11-24 02:00", True),
        ("20261123_150000", "2026-11-24 01:00", False),
        ("20261121_150000", "2026-11-23 01:00", True),
        ("20261123_015900", "2026-11-23 02:00", True),
    ],
)
def test_it_is_due_once_after_each_time_of_day(tmp_path: Path, last: str | None, now: str, due: bool) -> None:
    if last:
        (tmp_path / f"backup_{last}.zip").touch()
    (tmp_path / "backup_20261201_000000_differences.zip").touch()
    assert daily.is_due(tmp_path, TWO, datetime.fromisoformat(now)) is due


class Made(Job):
    """Notes what is begun, and says how it ended."""

    def __init__(self, folder: Path, good: bool = True) -> None:
        super().__init__(folder, {})
        self.begun, self.good, self.began = 0, good, threading.Event()

    def start(self) -> None:
        self.begun += 1
        self.began.set()

    def wait(self, seconds: float) -> bool:
        return self.good


def test_the_stores_own_time_counts(tmp_path: Path) -> None:
    (tmp_path / "backup_20261122_020000.zip").touch()
    job = Made(tmp_path)
    with clock.frozen(datetime(2026, 11, 22, 20, 29, tzinfo=UTC)):
        assert daily.look(job, TWO, "Asia/Kolkata")
        assert job.begun == 0
    with clock.frozen(datetime(2026, 11, 22, 20, 30, tzinfo=UTC)):
        assert daily.look(job, TWO, "Asia/Kolkata")
    assert job.begun == 1


def test_a_shop_that_is_not_set_up_makes_none(tmp_path: Path) -> None:
    job = Made(tmp_path)
    assert daily.look(job, TWO, None)
    assert job.begun == 0


def test_while_one_is_made_no_other_begins(tmp_path: Path) -> None:
    job = Made(tmp_path)
    with kept.turn(tmp_path):
        assert daily.look(job, TWO, "Asia/Kolkata")
    assert job.begun == 0


def test_the_open_shop_looks_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "LOOK_EVERY_SECONDS", 0.01)
    job = Made(tmp_path)
    with daily.made_daily(job, TWO, lambda: "Asia/Kolkata"):
        assert job.began.wait(5)


def test_an_empty_time_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "LOOK_EVERY_SECONDS", 0.001)
    job = Made(tmp_path)
    with daily.made_daily(job, None, lambda: "Asia/Kolkata"):
        assert not job.began.wait(0.1)


def test_after_a_failure_it_waits_an_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "LOOK_EVERY_SECONDS", 0.001)
    job = Made(tmp_path, good=False)
    with daily.made_daily(job, TWO, lambda: "Asia/Kolkata"):
        assert job.began.wait(5)
        assert not threading.Event().wait(0.1)
    assert job.begun == 1


def test_a_process_of_its_own_makes_it(shop: Shop, app: Flask) -> None:
    trade(shop)
    job = job_of(app.extensions["pos"]["config"])
    assert daily.look(job, TWO, "Asia/Kolkata")
    newest = kept.newest_good(job.folder)
    assert newest is not None
    facts = newest.facts()
    assert facts is not None
    assert facts.bills == 4
    assert not job.is_running()
    assert daily.look(job, TWO, "Asia/Kolkata")
    assert len(kept.listed(job.folder)) == 1


def test_closing_the_shop_gives_up_what_is_being_made(shop: Shop, app: Flask) -> None:
    job = Job(app.extensions["pos"]["config"].instance / "backups", {"DATABASE_URL": "sqlite:////nowhere/shop.db"})
    job.start()
    assert job.is_running()
    job.stop()
    assert not job.is_running()
    assert kept.listed(job.folder) == []
