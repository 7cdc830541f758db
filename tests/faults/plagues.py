"""What befalls a shop from outside and inside, one after the other, in an order drawn by lot."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from pos.core.numbering import SLIGHTLY
from tests.engines import restart_postgres
from tests.faults.owner import say_the_clock_is_right
from tests.faults.standby import Pair
from tests.faults.trouble import Trouble, ask_for
from tests.served import Door

CLOCK_STEPS = (-3600.0, 7200.0, -60.0, 86_400.0, 0.0)


class Plagues:
    """Brings one trouble after the other on a served shop, until time is up; then all is well again."""

    def __init__(self, doors: list[Door], database_url: str, folder: Path, lots: random.Random) -> None:
        self._doors, self._url, self._folder, self._lots = doors, database_url, folder, lots
        self._clock_is_off = 0.0
        self.came: Counter[str] = Counter()

    def rage(self, seconds: float, closing: threading.Event) -> None:
        """So many seconds of trouble; sets `closing` at their end."""
        until = time.monotonic() + seconds
        try:
            for name, plague in self._drawn():
                self._rest(0.1, 0.5)
                if time.monotonic() >= until:
                    return
                plague()
                self.came[name] += 1
        finally:
            ask_for(self._folder, Trouble())
            closing.set()

    def _drawn(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Every trouble of the engine comes once before any comes again."""
        every = {"kill -9": self._kill, "full disk": self._full_disk, "clock steps": self._step_clock}
        every["statements fail"] = self._statements_fail
        if self._url.startswith("postgresql"):
            every |= {"database restarts": restart_postgres, "connections cut": self._cut_connections}
        while True:
            yield from self._lots.sample(sorted(every.items()), len(every))

    def _rest(self, least: float, most: float) -> None:
        time.sleep(self._lots.uniform(least, most))

    def _now(self, **wrong: object) -> None:
        ask_for(self._folder, Trouble(clock_is_off_seconds=self._clock_is_off, **wrong))  # type: ignore[arg-type]

    def _kill(self) -> None:
        door = self._lots.choice(self._doors)
        door.kill()
        self._rest(0.0, 0.2)
        door.open()

    def _full_disk(self) -> None:
        self._now(disk_is_full=True)
        self._rest(0.3, 0.8)
        self._now()

    def _step_clock(self) -> None:
        """Far back nothing is billed; then the owner says that the clock is right, and the tills go on."""
        before = self._clock_is_off
        self._clock_is_off = self._lots.choice([step for step in CLOCK_STEPS if step != before])
        self._now()
        self._rest(0.1, 0.3)
        if before - self._clock_is_off > SLIGHTLY.total_seconds():
            say_the_clock_is_right(self._lots.choice(self._doors))

    def _statements_fail(self) -> None:
        self._now(fails_one_in=self._lots.randrange(5, 60))
        self._rest(0.3, 0.8)
        self._now()

    def _cut_connections(self) -> None:
        with psycopg.connect(self._url.replace("+psycopg", ""), autocommit=True) as line:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            line.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


class Handover(Plagues):
    """The standby is away for a while, the primary dies for good, and a server process is killed after that."""

    def __init__(self, doors: list[Door], both: Pair, folder: Path, lots: random.Random) -> None:
        super().__init__(doors, both.url, folder, lots)
        self._both = both

    def rage(self, seconds: float, closing: threading.Event) -> None:
        """A third of the time before the handover, a third to see it through, a third with the new primary alone."""
        plagues = (
            ("standby away", self._standby_away),
            ("primary died", self._both.fail_over),
            ("kill -9", self._kill),
        )
        try:
            for name, plague in plagues:
                time.sleep(seconds / 3)
                plague()
                self.came[name] += 1
            self._rest(0.5, 1.0)
        finally:
            closing.set()

    def _standby_away(self) -> None:
        """Whoever pays meanwhile waits, for nothing is acknowledged that lies on one disk alone."""
        self._both.standby.stop()
        self._rest(0.3, 0.8)
        self._both.standby.start()
