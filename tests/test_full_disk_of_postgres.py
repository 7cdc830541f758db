"""A full disk under PostgreSQL: what was acknowledged stays, the till says what is wrong, and goes on with room.

Run by root the disk is a small one of its own and really full; else the server says that it is (RELIABILITY.md row 8).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from pos.core import clock
from pos.core.db import db
from tests.api import Program
from tests.conftest import make_app
from tests.faults import trouble
from tests.races.crowd import Outcome, basket, bills, books_in_order, numbers_in_order, try_to
from tests.shop import Shop, open_shop
from tests.small_disk import SmallDisks, small_disks

MOST_SALES, REFUSALS = 4000, 4
PLAIN = ("The disk of the shop's computer is full", "The database does not answer", "The database went away")


@pytest.fixture
def disks() -> Iterator[SmallDisks]:
    with small_disks("full-disk") as disks:
        yield disks


@pytest.fixture
def app_on(disks: SmallDisks, tmp_path: Path) -> Iterator[Flask]:
    app, system = make_app(disks.url, tmp_path), clock._source
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    clock._source = system


def made_full(disks: SmallDisks, which: str, left: int, folder: Path) -> Callable[[], None]:
    """Fill a disk but for so many bytes; gives what makes room again."""
    if disks.are_real:
        disks.fill(which, left)
        return disks.make_room
    trouble.listen(db.engine, folder)
    trouble.ask_for(folder, trouble.Trouble(disk_is_full=True))
    return lambda: trouble.ask_for(folder, trouble.Trouble())


def sold_until_full(shop: Shop, product: object) -> dict[str, Outcome]:
    """What each sale was told, by its key, until the shop has refused several."""
    heard: dict[str, Outcome] = {}
    while len(heard) < MOST_SALES and sum(one.bill is None for one in heard.values()) < REFUSALS:
        key = f"bill {len(heard)}"
        heard[key] = try_to(shop, basket(product), key)  # type: ignore[arg-type]
    return heard


@pytest.mark.parametrize(("which", "left"), [("data", 2_500_000), ("data", 0), ("log", 0)])
def test_what_was_sold_stays_the_till_says_what_is_wrong_and_goes_on_once_there_is_room(
    disks: SmallDisks, app_on: Flask, tmp_path: Path, which: str, left: int
) -> None:
    shop = open_shop(app_on)
    tea, asha, browser = shop.product(stock="100000"), Program(shop, "asha"), shop.client("ben")
    make_room = made_full(disks, which, left, tmp_path)
    heard = sold_until_full(shop, tea)
    sold = {key: one.bill.sale_id for key, one in heard.items() if one.bill}
    assert len(heard) < MOST_SALES
    body = {"items": [{"productId": str(tea), "quantity": 1}], "paymentMethod": "CASH", "amountPaid": 100}
    told = asha.post("/sales", body)
    assert (told.status_code, told.json["code"] in ("DISK_FULL", "BUSY")) == (503, True)
    assert told.json["error"].startswith(PLAIN)
    page = browser.get("/sales")
    assert page.status_code == 200 or (page.status_code == 503 and "The database does not answer" in page.text)
    stopped = disks.are_real and not disks.runs()
    make_room()
    db.session.remove()
    again = {key: try_to(shop, basket(tea), key) for key in heard}
    assert {key: again[key].bill.sale_id for key in sold} == sold  # type: ignore[union-attr]
    # A sale whose answer was lost with the server may have been made: then the same key gives it, once.
    assert set(Counter(one.word for one in again.values())) <= {"again", "bill"}
    assert bills() == len(heard)
    assert numbers_in_order() + books_in_order() == []
    print(f"real: {disks.are_real}, {len(sold)} sold, server stopped: {stopped}, told {told.json['code']}")
