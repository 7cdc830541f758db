"""Backups that only a key opens: made, tried, restored with it, and of no use without it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from pos.accounts.roles import COMMAND_LINE
from pos.backups import archive, kept, making, restoring, sealing
from pos.backups.commands import job_of
from pos.config import from_environment
from pos.core.errors import ConfigurationError, Refused
from tests.backups.trade import bill_numbers, other_shop, sums, trade
from tests.engines import ENGINES
from tests.shop import Shop

LOCK, SECRET = sealing.new_pair()


@pytest.fixture
def engine_name() -> str:
    """What is locked is a file, whichever engine it came from."""
    return "sqlite"


@pytest.fixture
def locked(shop: Shop, tmp_path: Path) -> kept.Backup:
    trade(shop)
    return making.make(tmp_path / "backups", key=LOCK).backup


def test_it_says_nothing_of_the_shop_and_is_named_for_what_it_is(locked: kept.Backup) -> None:
    assert locked.name.endswith(".zip.age")
    assert locked.is_locked
    assert locked.is_good
    assert locked.facts() is None
    content = locked.file.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    assert b"manifest" not in content
    assert [backup.name for backup in kept.listed(locked.file.parent)] == [locked.name]
    assert [file.name for file in locked.file.parent.iterdir() if not file.name.startswith(".")] == [locked.name]


def test_it_is_the_same_backup_within(locked: kept.Backup, tmp_path: Path) -> None:
    open_one = making.make(tmp_path / "open").backup
    with sealing.opened(locked.file, SECRET) as plain:
        assert sums(plain) == sums(open_one.file)
        assert plain.stat().st_mode & 0o077 == 0
    assert not plain.exists()


@pytest.mark.parametrize("engine", ENGINES)
def test_its_secret_key_restores_it(locked: kept.Backup, tmp_path: Path, engine: str) -> None:
    with other_shop(engine, tmp_path / "other"):
        done = restoring.restore(COMMAND_LINE, locked.file, key=f" {SECRET.lower()}\n", workplace=tmp_path)
        assert (done.facts.bills, len(bill_numbers())) == (4, 4)
    assert list(tmp_path.glob(".opening-*")) == []


@pytest.mark.parametrize(
    ("key", "sentence"),
    [(None, "is locked"), (LOCK, "is locked"), (sealing.new_pair()[1], "not the key")],
    ids=["none", "the lock", "another"],
)
def test_without_it_nothing_is_changed(locked: kept.Backup, tmp_path: Path, key: str | None, sentence: str) -> None:
    with other_shop("sqlite", tmp_path / "other"), pytest.raises(Refused, match=sentence):
        restoring.restore(COMMAND_LINE, locked.file, key=key)


def test_a_byte_that_changed_is_found(locked: kept.Backup, tmp_path: Path) -> None:
    whole, chance, hurt = locked.file.read_bytes(), random.Random(7), tmp_path / "hurt.zip.age"
    for _one in range(40):
        changed = bytearray(whole)
        changed[chance.randrange(len(sealing.BEGINS), len(whole))] ^= 1 << chance.randrange(8)
        hurt.write_bytes(changed)
        with pytest.raises(Refused), sealing.opened(hurt, SECRET) as plain, archive.opened(plain):
            pass
    hurt.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refused, match="damaged"), sealing.opened(hurt, SECRET):
        pass


def test_an_open_backup_needs_no_key(shop: Shop, tmp_path: Path) -> None:
    made = making.make(tmp_path / "backups").backup
    with sealing.opened(made.file, None) as plain:
        assert plain == made.file


def test_the_command_makes_keys_and_takes_them(locked: kept.Backup, tmp_path: Path) -> None:
    with other_shop("sqlite", tmp_path / "other") as app:
        run = app.test_cli_runner().invoke
        told = run(args=["backup-key"]).stdout
        lock = next(word.removeprefix("BACKUP_KEY=") for word in told.split() if word.startswith("BACKUP_KEY=age1"))
        secret = next(word for word in told.split() if word.startswith(sealing.SECRET))
        assert sealing.is_key(lock)
        assert sealing.is_key(secret)
        assert not sealing.is_key(lock[:-1])
        refused = run(args=["restore", str(locked.file)])
        assert (refused.exit_code, "is locked" in refused.stderr) == (1, True)


TYPO = LOCK[:20] + ("q" if LOCK[20] != "q" else "p") + LOCK[21:]


@pytest.mark.parametrize(
    "key", ["secret", LOCK[:-1], SECRET + "A", TYPO], ids=["a word", "short", "long", "one letter off"]
)
def test_half_a_key_stops_the_start(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigurationError, match="BACKUP_KEY"):
        from_environment({"POS_INSTANCE": str(tmp_path), "BACKUP_KEY": key})


def test_the_running_shop_locks_its_backups_where_a_key_is_set(app: Flask, tmp_path: Path) -> None:
    config = replace(app.extensions["pos"]["config"], instance=tmp_path / "locked", backup_key=LOCK)
    job = job_of(config)
    job.start()
    assert job.wait(60)
    assert [backup.is_locked for backup in kept.listed(job.folder)] == [True]
