"""A shop served by real processes, with tills at its pages: every click goes through a socket, as in a shop."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from pos.core.db import db
from pos.till import cart, lines, terms
from tests.conftest import make_app
from tests.engines import drop_database, fresh_database
from tests.served import WITHOUT_PRINTING, Browser, Door, Page, served_widely
from tests.shop import Shop, open_shop

R = TypeVar("R")
LONGEST_RACE_SECONDS = 300
BROWSERS = 4


@dataclass
class Counters:
    """The shop, its server processes, and a few browsers in which Ben is signed in, each at one of the processes."""

    shop: Shop
    doors: list[Door]
    browsers: list[Browser]

    def tills(self, how_many: int) -> list[Browser]:
        """So many tabs of the browsers, spread over the server processes."""
        return [self.browsers[place % len(self.browsers)].tab() for place in range(how_many)]

    def cart(self, *products: UUID, customer: UUID | None = None) -> str:
        """The address of a cart with one of each, made beforehand: a race is about paying."""
        made = cart.new_cart(self.shop.ben, None)
        for product in products:
            lines.add_product(self.shop.ben, made, product)
        if customer is not None:
            terms.set_customer(self.shop.ben, made, customer)
        return f"/till/{made}"

    def said(self) -> str:
        """What the server processes printed: a traceback in it is nothing a shop should see."""
        return "".join(door.said for door in self.doors)


@contextmanager
def open_counters(engine_name: str, folder: Path, before: str = "") -> Iterator[Counters]:
    """A shop of this engine with its goods still to come; `before` runs in each server process before it opens."""
    url = fresh_database(engine_name)
    with counters_at(url, folder, before) as counters:
        yield counters
    drop_database(url)


@contextmanager
def counters_at(url: str, folder: Path, before: str = "") -> Iterator[Counters]:
    """The same in a database that has the schema and nothing else."""
    app = make_app(url, folder)
    with app.app_context():
        shop = open_shop(app)
        with served_widely(url, folder, before=WITHOUT_PRINTING + before) as doors:
            browsers = [Browser(doors[place % len(doors)]) for place in range(BROWSERS)]
            for browser in browsers:
                browser.sign_in("ben@example.com")
            yield Counters(shop, doors, browsers)
            for browser in browsers:
                browser.hang_up()
        db.session.remove()
        db.engine.dispose()


def all_at_once(works: Sequence[Callable[[], R]]) -> list[R]:
    """Let everybody go at one moment; gives what each came back with."""
    db.session.remove()
    gate = threading.Barrier(len(works))
    results: dict[int, R] = {}

    def go(place: int) -> None:
        gate.wait(LONGEST_RACE_SECONDS)
        results[place] = works[place]()

    threads = [threading.Thread(target=go, args=(place,), daemon=True) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_RACE_SECONDS)
    assert len(results) == len(works), "a till came back with nothing"
    return [results[place] for place in range(len(works))]


def pay(till: Browser, cart_address: str, **given: str) -> Page:
    """Press “Complete bill”; by default with a hundred rupees in cash."""
    return till.send(f"{cart_address}/pay", **(given or {"cash": "100"}))


def is_bill(answer: Page) -> bool:
    """True where the answer leads to the finished bill."""
    return answer.status == 303 and urlsplit(answer.address).path.endswith("/done")


def told(answers: Sequence[Page]) -> Counter[str]:
    """How often the tills were told what: `bill`, or the status of a refusal."""
    return Counter("bill" if is_bill(answer) else str(answer.status) for answer in answers)
