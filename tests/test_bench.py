"""The bench: measures on a database of its own, leaves nothing behind, and prints its table."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from pos import soundness
from pos.bench import floor, measures, opening, visitor
from pos.bench.commands import LAST_RUN, table
from pos.bench.measures import Figure, percentile, rate
from pos.bench.place import opened
from pos.core.db import db, execute
from pos.demo.demo import Size
from pos.reports import books
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from tests.backups.trade import trade
from tests.shop import Shop

TINY = ("--seconds", "0.2", "--samples", "6", "--products", "60", "--customers", "3", "--bills", "12")
ROWS = (
    "checkout of 5 lines by raw SQL, 1 at once",
    "checkout of 5 lines by raw SQL, 8 at once",
    "checkout of 5 lines by the verb, 1 at once",
    "checkout of 5 lines by the verb, 8 at once",
    "checkout of 5 lines through HTTP, 1 at once",
    "checkout of 5 lines through HTTP, 8 at once",
    "scan to line, cart of 20 lines: p50 at the server",
    "scan to line, cart of 20 lines: p99 at the server",
    "search, three letters: p50 at the server",
    "search, two words: p99 at the server",
    "bill of 10 lines as a PDF, warm: p50 at the server",
    "start of the server",
    "dashboard: p50 at the server",
    "a month's bills as a spreadsheet: at the server",
    "memory of the server after all that",
)


def databases() -> set[str]:
    if db.engine.dialect.name == "sqlite":
        return set()
    return set(execute(text("SELECT datname FROM pg_database WHERE datname LIKE 'pos_bench_%'")).scalars())


@pytest.mark.slow
def test_it_prints_its_table_and_leaves_the_shop_alone(shop: Shop, app: Flask, tmp_path: Path) -> None:
    trade(shop)
    before = execute(text("SELECT count(*), max(hash) FROM audit_log")).one()
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=["bench", *TINY])
    assert done.exit_code == 0, done.output
    for row in ROWS:
        assert re.search(rf"^{re.escape(row)} +[\d,.]+ (/s|ms|MB)", done.stdout, re.M), row
    assert "The books after all that: right to the paisa." in done.stdout
    assert execute(text("SELECT count(*), max(hash) FROM audit_log")).one() == before
    assert list(books.differences()) == []
    assert list(tmp_path.glob("bench-*")) == []
    assert databases() == set()
    (figures,) = json.loads((tmp_path / LAST_RUN).read_text()).values()
    assert set(ROWS) <= set(figures)


@pytest.mark.slow
def test_growth_is_measured_in_three_shops_and_drawn(shop: Shop, app: Flask, tmp_path: Path) -> None:
    sizes = ["--products", "60", "--customers", "0", "--bills", "20", "--samples", "3"]
    done = app.test_cli_runner().invoke(args=["bench", "--growth", str(tmp_path / "growth.svg"), *sizes])
    assert done.exit_code == 0, done.output
    assert done.stdout.count("search, two words: p99 at the server") == 3
    picture = (tmp_path / "growth.svg").read_text()
    assert picture.startswith("<svg ")
    assert "60 goods, 20 bills" in picture
    assert databases() == set()


def test_it_measures_a_copy_of_the_shop(shop: Shop, app: Flask, tmp_path: Path) -> None:
    trade(shop)
    for number in range(12):
        shop.product(f"Biscuits {number}", barcode=f"890100000{number:04d}")
    before = execute(text("SELECT count(*) FROM sales")).scalar()
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=["bench", *TINY[:4], "--of-this-shop"])
    assert done.exit_code == 0, done.output
    assert "a copy of this shop" in done.stdout
    assert execute(text("SELECT count(*) FROM sales")).scalar() == before
    assert list(tmp_path.glob("bench-*")) == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_large_file_is_opened_as_it_was_left_in_order(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    large = "from pos import soundness\nsoundness.SMALL_BYTES = 0\n"
    monkeypatch.setattr(visitor, "WITHOUT_LIMITS", large + visitor.WITHOUT_LIMITS)
    with opened(app, Size(60, 3, 12)) as place:
        assert opening.in_order(place) == []
        monkeypatch.setattr(soundness, "SMALL_BYTES", 0)
        figures = opening.in_order(place)
    assert [one.name for one in figures] == [
        "start of the server: a file of 0.0 GB is looked through first",
        "start of the server after it was closed in order",
    ]


def test_the_last_run_stands_beside(tmp_path: Path) -> None:
    figures = [Figure("checkout", 1234.5, "/s", 2469.0), Figure("scan", 4.25, "ms")]
    lines = table(figures, {"checkout": 1000.0}).splitlines()
    assert lines[1].split() == ["checkout", "1,234", "/s", "0.50", "1,000.0"]
    assert lines[2].split() == ["scan", "4.2", "ms"]


def test_percentiles() -> None:
    times = [float(n) for n in range(100, 0, -1)]
    assert (percentile(times, 50), percentile(times, 99), percentile([7.0], 99)) == (51.0, 100.0, 7.0)


def test_a_rate_counts_all_workers() -> None:
    closed: list[int] = []
    done: list[int] = []

    @contextmanager
    def bench(place: int) -> Iterator[measures.Work]:
        def work() -> None:
            threading.Event().wait(0.01)
            done.append(place)

        yield work
        closed.append(place)

    found = rate(bench, 4, 0.3)
    # All that was done but the first of each; how fast that is, a busy machine decides.
    assert found.per_second == (len(done) - 4) / 0.3
    assert 0 < found.per_second <= 400
    assert set(done) == {0, 1, 2, 3}
    assert sorted(closed) == [0, 1, 2, 3]


def test_a_worker_that_fails_is_heard() -> None:
    @contextmanager
    def bench(place: int) -> Iterator[measures.Work]:
        def work() -> None:
            if place == 2:
                raise ValueError("no stock")

        yield work

    with pytest.raises(ValueError, match="no stock"):
        rate(bench, 4, 0.1)


def words(statement: str) -> tuple[str, str] | None:
    """What a statement does, and to which table; None for one that only begins or locks."""
    found = re.match(r"(INSERT INTO|UPDATE|SELECT\b.*?\bFROM)\s+(\w+)", statement.strip(), re.S)
    return (found[1].split()[0], found[2]) if found else None


def test_the_floor_sends_a_statement_for_each_that_a_checkout_sends(
    shop: Shop, count_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rice, salt = shop.product("Rice"), shop.product("Salt")
    lines = tuple(CheckoutLine(one, Decimal(1)) for one in (rice, salt))
    checkout = Checkout(lines, (Tender("CASH", Decimal(100)),))
    complete_sale(shop.ben, checkout, "the first bill of a year asks for more")
    with count_queries() as seen:
        done = complete_sale(shop.ben, checkout, "a key")
    pattern = floor.pattern_of(done.sale_id)
    db.session.rollback()
    raw: list[str] = []
    translated = floor.Driver._dialect

    def heard(driver: floor.Driver, statement: str) -> str:
        raw.append(statement)
        return translated(driver, statement)

    monkeypatch.setattr(floor.Driver, "_dialect", heard)
    url = db.engine.url.render_as_string(hide_password=False)
    with floor.cashier(url, pattern, [SimpleNamespace(id=rice), SimpleNamespace(id=salt)], 1) as write:
        write()
    asked = [words(one) for one in seen]
    assert [words(one) for one in raw if words(one)] == [one for one in asked if one]
    assert len(asked) >= 11
