"""Counting and timing: how many in a second with so many at work, and how long the slowest of a hundred took."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

Work = Callable[[], object]
# Gives each worker what it does again and again, and clears up after it.
Bench = Callable[[int], AbstractContextManager[Work]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, the figure in its unit, and its share of the floor, if it has one."""

    name: str
    value: float
    unit: str
    floor: float | None = None

    @property
    def shown(self) -> str:
        """The figure as people read it."""
        return f"{self.value:,.0f} {self.unit}" if self.value >= 100 else f"{self.value:.1f} {self.unit}"


@dataclass(frozen=True, slots=True)
class Rate:
    """How often work was done in a second, and how many milliseconds of processor each took here."""

    per_second: float
    processor: float


def rate(bench: Bench, workers: int, seconds: float) -> Rate:
    """How often in a second the work is done by all workers together; the first of each is not counted."""
    counts, busy, begin = [0] * workers, [0.0] * workers, threading.Barrier(workers)
    failed: list[BaseException] = []

    def run(place: int) -> None:
        try:
            with bench(place) as work:
                work()
                begin.wait()
                until, started = time.perf_counter() + seconds, time.thread_time()
                while time.perf_counter() < until:
                    work()
                    counts[place] += 1
                busy[place] = time.thread_time() - started
        except BaseException as error:
            failed.append(error)
            begin.abort()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise next((error for error in failed if not isinstance(error, threading.BrokenBarrierError)), failed[0])
    done = sum(counts)
    return Rate(done / seconds, sum(busy) * 1000 / done if done else 0)


def percentile(times: Sequence[float], share: int) -> float:
    """The time within which so many of a hundred were done."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
