"""A shop with its bills comes from each old revision to the newest, and through an upgrade that is killed half-way.

RELIABILITY.md row 14. A small shop in every run; `THOROUGH=500 bin/test tests/test_old_shops.py` takes 100,000 bills.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

from pos.core.db import db, execute
from pos.demo import demo
from pos.reports import books
from tests.conftest import make_app
from tests.core.test_migrations import REVISIONS
from tests.engines import ENGINES, drop_database, fresh_database
from tests.thorough import rounds, seeded

BILLS, KILLS = 200, 2
ROOT = Path(__file__).resolve().parent.parent
# What a shop must never lose; what is worked out from it (sums, indexes for searching) may be made anew.
BILLED = ("sales", "sale_items", "payments", "credit_notes", "credit_note_items", "bill_counters")
MOVED = ("stock_movements", "credit_transactions", "cash_movements", "audit_log", "idempotency_keys")
KEPT = (*BILLED, *MOVED, "products", "customers", "users")
UPGRADE = """
import os, sys
from flask import Flask
from sqlalchemy import event
import flask_migrate
from pos import create_app
from pos.core.db import db
app, left = create_app(), [int(sys.argv[1])]
def count(*_statement):
    left[0] -= 1
    if left[0] == 0:
        os._exit(9)
with app.app_context():
    event.listen(db.engine, "before_cursor_execute", count)
    flask_migrate.upgrade()
    print(int(sys.argv[1]) - left[0])
"""


@dataclass
class OldShop:
    """A shop with bills in a database of its own."""

    app: Flask
    url: str
    folder: Path

    def now(self) -> dict[str, str]:
        """Each table's rows as one hash; and the books are right."""
        with self.app.app_context():
            found = {name: _hash_of(name) for name in KEPT}
            assert list(books.differences()) == []
            self._let_go()
        return found

    def go(self, way: str, revision: str) -> None:
        """Upgrade or downgrade to this revision."""
        with self.app.app_context():
            getattr(flask_migrate, way)(revision=revision)
            self._let_go()

    def revision(self) -> str:
        with self.app.app_context():
            found = str(execute(text("SELECT version_num FROM alembic_version")).scalar_one())
            self._let_go()
        return found

    def upgrade_killed_at(self, statement: int) -> subprocess.CompletedProcess[str]:
        """Upgrade in a process of its own, which dies at this statement without a word."""
        environ = {**os.environ, "DATABASE_URL": self.url, "POS_INSTANCE": str(self.folder)}
        command = [sys.executable, "-c", UPGRADE, str(statement)]
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    def _let_go(self) -> None:
        db.session.remove()
        db.engine.dispose()


def _hash_of(name: str) -> str:
    # By names, as a column that is added anew stands last.
    rows = execute(text(f"SELECT * FROM {name}")).mappings()
    lines = sorted(repr(sorted(row.items())) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@pytest.fixture(params=ENGINES)
def old_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OldShop]:
    """A shop of so many bills at the newest revision."""
    url = fresh_database(request.param)
    app = make_app(url, tmp_path)
    with app.app_context():
        size = demo.Size(products=60, customers=12, bills=rounds(BILLS))
        demo.fill(size, 1, ("asha@example.com", "namaste-ji-9"), lambda _bills: None)
        db.session.remove()
        db.engine.dispose()
    yield OldShop(app, url, tmp_path)
    drop_database(url)


@pytest.mark.slow
def test_from_each_old_revision_the_shop_comes_up_with_every_row_as_it_was(old_shop: OldShop) -> None:
    before = old_shop.now()
    for old in REVISIONS[-2::-1]:
        began = time.monotonic()
        old_shop.go("downgrade", old)
        assert old_shop.revision() == old
        down = time.monotonic()
        old_shop.go("upgrade", "head")
        print(f"{old}: {rounds(BILLS)} bills, down {down - began:.1f} s, up {time.monotonic() - down:.1f} s")
        assert (old, old_shop.now()) == (old, before)


@pytest.mark.slow
def test_an_upgrade_killed_half_way_leaves_the_old_shop_and_the_next_one_succeeds(old_shop: OldShop) -> None:
    before = old_shop.now()
    old_shop.go("downgrade", REVISIONS[0])
    told = old_shop.upgrade_killed_at(1_000_000_000)
    assert told.returncode == 0, told.stderr
    statements, lots = int(told.stdout.split()[-1]), seeded()
    for _kill in range(KILLS):
        old_shop.go("downgrade", REVISIONS[0])
        at = lots.randrange(statements // 4, statements)
        assert old_shop.upgrade_killed_at(at).returncode == 9
        assert (at, old_shop.revision()) == (at, REVISIONS[0])
    old_shop.go("upgrade", "head")
    assert old_shop.now() == before
