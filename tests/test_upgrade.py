"""bin/upgrade: to another version with a backup first, and back with the old books when it fails."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.engines import drop_database, fresh_database

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ("bin", "migrations", "pos", "requirements.txt", "wsgi.py")
GOOD = 'op.create_table("offers", sa.Column("id", sa.Integer, primary_key=True))'
BAD = GOOD + '\n    op.execute("DELETE FROM no_such_table")'
UNDER_AN_OPEN_SHUTTER = """
import subprocess, sys
sys.path.insert(0, ".")
from pos.backups import shutter
with shutter.up("sqlite:///{shop}"):
    sys.exit(subprocess.run(["bin/upgrade"]).returncode)
"""
MIGRATION = '''"""Offers."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "next", "{before}"


def upgrade():
    {does}


def downgrade():
    op.drop_table("offers")
'''


class Computer:
    """A shop's computer: the program as git brought it, its environment, and a shop with a few bills."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in PROGRAM:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*cache"))
            else:
                shutil.copy(source, folder / name)
        (folder / ".gitignore").write_text("instance/\n.venv/\n__pycache__/\n")
        self._lay_environment()
        self.run("git", "init", "--quiet", "--initial-branch=main")
        self.commit("The old version")
        self.run(".venv/bin/flask", "--app", "wsgi", "db", "upgrade")
        self.run(".venv/bin/flask", "--app", "wsgi", "demo", "--products", "30", "--customers", "2", "--bills", "4")

    def _lay_environment(self) -> None:
        """The packages of this environment under a folder of the computer's own, as if bin/run had installed them."""
        kept = Path(sys.prefix)
        made = self.folder / ".venv"
        made.mkdir()
        for name in ("bin", "lib"):
            (made / name).symlink_to(kept / name)
        shutil.copy(kept / "pyvenv.cfg", made)
        self.run("sh", "-c", ". bin/environment && fingerprint requirements.txt >.venv/shop-is-installed")

    def run(self, *command: str, fails: bool = False, **settings: str) -> str:
        home = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        names = {
            f"GIT_{who}_{what}": "shop@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        environ = {**home, **names, "HOME": str(self.folder), "POS_PASSWORD": "a shop of four bills", **settings}
        done = subprocess.run(command, cwd=self.folder, env=environ, capture_output=True, text=True)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self, message: str) -> None:
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "-m", message)

    def new_version(self, does: str) -> None:
        """A branch `next` with one more migration, and the old version in place again."""
        self.run("git", "checkout", "--quiet", "-b", "next")
        (self.folder / "migrations/versions/next_offers.py").write_text(
            MIGRATION.format(before=self.revision(), does=does)
        )
        self.commit("The new version")
        self.run("git", "checkout", "--quiet", "main")

    def asked(self, statement: str) -> str:
        with sqlite3.connect(self.folder / "instance/shop.db") as shop:
            (answer,) = shop.execute(statement).fetchone()
        shop.close()
        return str(answer)

    def revision(self) -> str:
        return self.asked("SELECT version_num FROM alembic_version")

    def head(self) -> str:
        return self.run("git", "log", "-1", "--format=%s").strip()


@pytest.fixture(scope="module")
def new_computer(tmp_path_factory: pytest.TempPathFactory) -> Computer:
    return Computer(tmp_path_factory.mktemp("computer") / "local-pos")


@pytest.fixture
def computer(new_computer: Computer) -> Iterator[Computer]:
    """The same computer for each, brought back to its first day."""
    instance, first_day = new_computer.folder / "instance", new_computer.folder.parent / "first-day"
    if not first_day.exists():
        shutil.copytree(instance, first_day)
    yield new_computer
    new_computer.run("git", "checkout", "--quiet", "--force", "main")
    new_computer.run("git", "branch", "--quiet", "-D", "next")
    shutil.rmtree(instance)
    shutil.copytree(first_day, instance)


def test_the_books_come_along_to_the_new_version(computer: Computer) -> None:
    computer.new_version(GOOD)
    bills = computer.asked("SELECT count(*) FROM sales")
    said = computer.run("bin/upgrade", "next")
    assert "Made, restored for a trial and audited" in said
    assert "Open it again" in said
    assert (computer.revision(), computer.head()) == ("next", "The new version")
    assert computer.asked("SELECT count(*) FROM sales") == bills


def test_a_migration_that_fails_leads_back_with_the_old_books(computer: Computer) -> None:
    computer.new_version(BAD)
    before, bills = computer.revision(), computer.asked("SELECT count(*) FROM sales")
    said = computer.run("bin/upgrade", "next", fails=True)
    assert "no_such_table" in said
    assert "The old version and its books are back" in said
    assert (computer.revision(), computer.head()) == (before, "The old version")
    assert computer.asked("SELECT count(*) FROM sales") == bills
    assert computer.asked("SELECT count(*) FROM sqlite_master WHERE name = 'offers'") == "0"
    computer.run(".venv/bin/flask", "--app", "wsgi", "audit")


def test_an_open_shop_and_changed_files_are_left_alone(computer: Computer) -> None:
    computer.new_version(GOOD)
    holding = UNDER_AN_OPEN_SHUTTER.format(shop=computer.folder / "instance" / "shop.db")
    assert "The shop is open" in computer.run(".venv/bin/python", "-c", holding, fails=True)
    with (computer.folder / "wsgi.py").open("a") as program:
        program.write("# ours\n")
    assert "Files of the program were changed here" in computer.run("bin/upgrade", fails=True)
    assert computer.head() == "The old version"


def test_a_shop_that_is_open_on_postgresql_is_left_alone(computer: Computer) -> None:
    computer.new_version(GOOD)
    url = fresh_database("postgresql")
    try:
        with psycopg.connect(url):
            said = computer.run("bin/upgrade", "next", fails=True, DATABASE_URL=url)
    finally:
        drop_database(url)
    assert "The shop is open: 1 connections to its database" in said
    assert "Nothing was done" in said
    assert computer.head() == "The old version"
