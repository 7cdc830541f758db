"""kill -9 in mid-checkout, by lot: what was acknowledged is kept, what is kept was sent, and once (RELIABILITY.md 2).

SEED=n draws the same moments again; THOROUGH=20 kills twenty times as often.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from pos.core.db import db, execute
from tests.engines import ENGINES
from tests.races.counters import Counters, is_bill, open_counters, pay
from tests.races.crowd import bills, books_in_order, numbers_in_order, stock
from tests.served import LONGEST_ANSWER_SECONDS, Browser
from tests.thorough import rounds, seeded

KILLS = 3
TILLS = 6
LONGEST_LIFE_SECONDS = 0.6
ENOUGH = 100_000


@dataclass
class Log:
    """What the cashiers know: the carts they sent, and those whose bill they saw."""

    waiting: list[str]
    sent: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)

    def next(self) -> str | None:
        return self.waiting.pop() if self.waiting else None


def sell_until_the_server_dies(till: Browser, log: Log) -> None:
    """Cart after cart; the one whose answer never came is taken up first by whoever comes next."""
    while cart := log.next():
        log.sent.add(cart)
        try:
            answer = pay(till, cart)
        except (OSError, http.client.HTTPException):
            log.waiting.append(cart)
            return
        assert is_bill(answer), answer.words
        log.seen.add(cart)


def one_life(counters: Counters, log: Log, wait: Callable[[], None]) -> None:
    """Everybody sells; after the wait the first server process is killed, in the middle of whatever it does."""
    db.session.remove()
    tills = [counters.browsers[0].tab() for _till in range(TILLS)]
    threads = [threading.Thread(target=sell_until_the_server_dies, args=(till, log)) for till in tills]
    for thread in threads:
        thread.start()
    wait()
    counters.doors[0].kill()
    for thread in threads:
        thread.join()
    counters.doors[0].open()


def sold_carts() -> set[str]:
    db.session.rollback()
    found = execute(text("SELECT cart_id FROM sales")).scalars().all()
    assert len(found) == len(set(found))
    return {f"/till/{UUID(str(cart_id))}" for cart_id in found}


def complaints(counters: Counters, log: Log, tea: UUID) -> list[str]:
    sold = sold_carts()
    found = [f"acknowledged and lost: {cart}" for cart in log.seen - sold]
    found += [f"sold and never sent: {cart}" for cart in sold - log.sent]
    if stock(counters.shop, tea) != ENOUGH - len(sold):
        found.append(f"{ENOUGH - stock(counters.shop, tea)} left the shelf for {len(sold)} bills")
    return found + numbers_in_order() + books_in_order()


def lives(lots: random.Random) -> Iterable[float]:
    return [lots.uniform(0.02, LONGEST_LIFE_SECONDS) for _kill in range(rounds(KILLS))]


@pytest.mark.parametrize("engine_name", ENGINES)
def test_no_acknowledged_bill_is_lost_and_none_is_made_twice(engine_name: str, tmp_path: Path) -> None:
    with open_counters(engine_name, tmp_path) as counters:
        tea = counters.shop.product("Tea", stock=str(ENOUGH))
        log = Log([])
        for seconds in lives(seeded()):
            log.waiting += [counters.cart(tea) for _cart in range(40 - len(log.waiting))]
            one_life(counters, log, partial(time.sleep, seconds))
            assert complaints(counters, log, tea) == []
        sell_until_the_server_dies(counters.browsers[0].tab(), log)
        assert log.seen == log.sent == sold_carts()
        assert complaints(counters, log, tea) == []


def until_a_bill_is_there() -> None:
    given_up_at = time.monotonic() + LONGEST_ANSWER_SECONDS
    while not bills():
        assert time.monotonic() < given_up_at, "nobody sells"
        time.sleep(0.01)


BILL_AND_SHELF_APART = """
import time, pytest
from pos.catalog import shelf
from tests.races import damage
patch = pytest.MonkeyPatch()
damage.bill_in_a_unit_of_its_own(patch)
take_out = shelf.take_out
patch.setattr(shelf, "take_out", lambda *bill: (time.sleep(60), take_out(*bill)))
"""


def test_the_kill_finds_a_bill_whose_goods_never_left_the_shelf(tmp_path: Path) -> None:
    with open_counters("sqlite", tmp_path, BILL_AND_SHELF_APART) as counters:
        tea = counters.shop.product("Tea", stock=str(ENOUGH))
        log = Log([counters.cart(tea) for _cart in range(20)])
        one_life(counters, log, until_a_bill_is_there)
        assert any("left the shelf" in found for found in complaints(counters, log, tea))
