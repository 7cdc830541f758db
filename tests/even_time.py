"""python -m tests.even_time: how long the sign-in page takes for unknown, wrong, deactivated and locked accounts.

Two hundred of each in turns, on each engine; tells the medians in milliseconds and the gap between what must look
alike, and exits 1 when one is 5 ms or more. Both the clock's time and (in brackets) the processor's are told: others
may share the machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient

from pos.accounts import throttle, users
from pos.core import clock
from pos.core.db import db
from tests.conftest import make_app
from tests.engines import ENGINES, drop_database, fresh_database
from tests.shop import PASSWORD, Shop, open_shop

TRIES, WIDEST_GAP_MS = 200, 5.0
# Who must not be told from whom by a stopwatch.
ALIKE = (("unknown", "wrong", "deactivated"), ("locked", "locked, unknown"))
WHO = {"unknown": "nobody", "wrong": "ben", "deactivated": "devi", "locked": "ben", "locked, unknown": "nobody"}
Figures = dict[str, tuple[float, float]]


def main() -> int:
    """Measure, tell, and say by the exit code whether anything can be told apart."""
    uneven = 0
    for engine in ENGINES:
        figures = measured(engine)
        for alike in ALIKE:
            told = ", ".join(f"{kind} {figures[kind][0]:.1f} ({figures[kind][1]:.1f})" for kind in alike)
            gaps = [_gap([figures[kind][which] for kind in alike]) for which in (0, 1)]
            print(f"{engine}: {told}; gap {gaps[0]:.2f} ms, of the processor's time {gaps[1]:.2f} ms")
            uneven += min(gaps) >= WIDEST_GAP_MS
    return 1 if uneven else 0


def measured(engine: str, tries: int = TRIES) -> Figures:
    """For each kind the median of the clock and of the processor, in milliseconds."""
    url = fresh_database(engine)
    with tempfile.TemporaryDirectory(prefix="pos-even-") as folder:
        app = make_app(url, Path(folder))
        with app.app_context():
            shop = open_shop(app)
            assert shop.devi.id is not None
            users.change_user(shop.asha, shop.devi.id, is_active=False)
            found = {**_taken(shop, ALIKE[0], tries, counting=False), **_locked(shop, tries)}
            db.session.remove()
            db.engine.dispose()
    drop_database(url)
    return found


def _locked(shop: Shop, tries: int) -> Figures:
    browser = shop.client()
    # The clock stands still, or the wait would be over before the measuring.
    with clock.frozen(clock.now()):
        for _try in range(6):
            for kind in ALIKE[1]:
                _asked(browser, kind)
        return _taken(shop, ALIKE[1], tries, counting=True)


def _taken(shop: Shop, kinds: tuple[str, ...], tries: int, counting: bool) -> Figures:
    browser, seconds = shop.client(), defaultdict[str, list[tuple[float, float]]](list)
    with _as_counted(counting):
        for _round in range(tries):
            for kind in kinds:
                began, processor = time.perf_counter(), time.process_time()
                assert _asked(browser, kind) == (429 if counting else 401)
                seconds[kind].append((time.perf_counter() - began, time.process_time() - processor))
    columns = {kind: zip(*taken, strict=True) for kind, taken in seconds.items()}
    medians = {kind: [1000 * statistics.median(column) for column in both] for kind, both in columns.items()}
    return {kind: (both[0], both[1]) for kind, both in medians.items()}


@contextmanager
def _as_counted(counting: bool) -> Iterator[None]:
    """Where wrong tries are not counted, each is hashed."""
    admit = throttle.admit
    if not counting:
        throttle.admit = lambda subjects: None
    try:
        yield
    finally:
        throttle.admit = admit


def _asked(browser: FlaskClient, kind: str) -> int:
    password = PASSWORD if kind == "deactivated" else "not-the-password"
    return browser.post("/sign-in", data={"email": f"{WHO[kind]}@example.com", "password": password}).status_code


def _gap(medians: list[float]) -> float:
    return max(medians) - min(medians)


if __name__ == "__main__":
    sys.exit(main())
