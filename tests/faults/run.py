"""One fault run from the opening of the shop to the verdict."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import text

from pos.core.db import db
from tests.faults.plagues import Handover, Plagues
from tests.faults.standby import pair
from tests.faults.tills import Goods, Log, Page, Program, Till
from tests.faults.verdict import Told, complaints
from tests.races.counters import Counters, counters_at, open_counters

TILLS, AT_PAGES = 16, 4
CARTS_A_SECOND = 8
PRODUCTS, CUSTOMERS = 12, 4
# The servers suffer what the runner asks for; a rate limit would only slow the tills down.
BEFORE = """
from pathlib import Path
from pos.core.db import db
from tests.faults import trouble
with wsgi.app.app_context():
    trouble.listen(db.engine, Path(wsgi.app.instance_path))
wsgi.app.extensions["api_limits"]._limits = dict.fromkeys(wsgi.app.extensions["api_limits"]._limits)
"""


@dataclass(frozen=True)
class Report:
    """What came of a run: what is wrong, and what happened."""

    wrong: list[str]
    troubles: Counter[str]
    sent: int
    acknowledged: Counter[str]
    refused: Counter[str]
    heard: Counter[str]


def run(engine_name: str, seed: int, seconds: float, folder: Path) -> Report:
    """Sixteen tills through so many seconds of trouble; the seed draws all but the moments at which threads meet."""
    lots = random.Random(seed)
    with open_counters(engine_name, folder, BEFORE) as counters:
        _safe_commits()
        return _judged(counters, Plagues(counters.doors, _url(), folder, lots), seconds, folder, lots)


def run_with_standby(seed: int, seconds: float, folder: Path) -> Report:
    """The same on a primary with a streaming standby: at half time the primary dies, and the standby takes over."""
    lots = random.Random(seed)
    with pair(f"pair-{seed}") as both, counters_at(both.url, folder, BEFORE) as counters:
        return _judged(counters, Handover(counters.doors, both, folder, lots), seconds, folder, lots)


def _judged(counters: Counters, plagues: Plagues, seconds: float, folder: Path, lots: random.Random) -> Report:
    closing = threading.Event()
    tills = _tills(counters, folder, lots, seconds, closing)
    db.session.remove()
    db.engine.dispose()
    _work(tills, plagues, seconds, closing)
    told = Told(sorted(folder.glob("till-*.log")))
    wrong = complaints(counters.shop, told)
    seen = Counter({kind: len(of_kind) for kind, of_kind in told.seen.items()})
    heard = sum((till.heard for till in tills), Counter[str]())
    return Report(wrong, plagues.came, sum(map(len, told.sent.values())), seen, told.refused, heard)


def _url() -> str:
    return db.engine.url.render_as_string(hide_password=False)


def _safe_commits() -> None:
    """The tests' PostgreSQL forgets its last commits when it is killed; a shop's does not, nor must this one."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.execute(text(f'ALTER DATABASE "{db.engine.url.database}" SET synchronous_commit = on'))
            line.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                              "WHERE datname = current_database() AND pid <> pg_backend_pid()"))  # fmt: skip


def _tills(
    counters: Counters, folder: Path, lots: random.Random, seconds: float, closing: threading.Event
) -> list[Till]:
    shop = counters.shop
    tea = shop.product("Tea", stock="1000000")
    products = [shop.product(f"Product {n}", f"{n + 1}.50", "1000000") for n in range(PRODUCTS)]
    customers = [
        shop.customer(f"Customer {n}", f"98765432{n:02}", credit_limit=Decimal(2000)) for n in range(CUSTOMERS)
    ]
    goods = Goods([str(one) for one in products], [str(one) for one in customers])
    carts = [counters.cart(tea) for _cart in range(int(CARTS_A_SECOND * seconds))]
    made: list[Till] = []
    for n in range(TILLS):
        name, door = f"till-{n:02}", counters.doors[n % len(counters.doors)]
        own = (name, door, Log(folder / f"{name}.log"), random.Random(lots.random()), closing)
        if n < AT_PAGES:
            made.append(Page(*own, carts=carts[n::AT_PAGES], browser=counters.browsers[n].tab(door)))
        else:
            made.append(Program(*own, goods=goods))
    return made


def _work(tills: list[Till], plagues: Plagues, seconds: float, closing: threading.Event) -> None:
    failed: list[BaseException] = []

    def work(till: Till) -> None:
        try:
            till.work()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(till,), name=till.name, daemon=True) for till in tills]
    for thread in threads:
        thread.start()
    plagues.rage(seconds, closing)
    for thread in threads:
        thread.join()
    for till in tills:
        till.log.close()
    if failed:
        raise failed[0]
