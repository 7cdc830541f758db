"""A backup every day from inside the running shop, and as soon as it opens when one was missed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pos.backups import kept
from pos.backups.job import Job
from pos.core import clock

log = logging.getLogger("pos.backups")

LOOK_EVERY_SECONDS = 60.0
AFTER_A_FAILURE = timedelta(hours=1)


def is_due(folder: Path, at: time, now: datetime) -> bool:
    """True when the newest good backup is older than the last time of day at which one should have been made.

    `now` is the store's own time.
    """
    last_turn = datetime.combine(now.date(), at)
    if last_turn > now:
        last_turn -= timedelta(days=1)
    newest = kept.newest_good(folder)
    return newest is None or newest.made < last_turn


@contextmanager
def made_daily(job: Job, at: time | None, timezone: Callable[[], str | None]) -> Iterator[None]:
    """Make a backup every day at this time of the store's, as long as this lasts; None makes none.

    `timezone` gives the store's, or None while there is no store to keep.
    """
    closing = threading.Event()
    if at is not None:
        threading.Thread(target=_watch, args=(job, at, timezone, closing), name="backups", daemon=True).start()
    try:
        yield
    finally:
        closing.set()
        job.stop()


def _watch(job: Job, at: time, timezone: Callable[[], str | None], closing: threading.Event) -> None:
    again = clock.now()
    while not closing.wait(LOOK_EVERY_SECONDS):
        try:
            if clock.now() >= again and not look(job, at, timezone()):
                again = clock.now() + AFTER_A_FAILURE
        except Exception:
            log.exception("the daily backup could not be looked after")
            again = clock.now() + AFTER_A_FAILURE


def look(job: Job, at: time, timezone: str | None) -> bool:
    """Make the backup that is due, if one is; False when it failed."""
    if timezone is None or job.is_running():
        return True
    if not is_due(job.folder, at, clock.now().astimezone(ZoneInfo(timezone)).replace(tzinfo=None)):
        return True
    job.start()
    made = job.wait(timedelta(hours=6).total_seconds())
    if not made:
        log.error("the daily backup failed: %s", kept.problem(job.folder) or "see the lines above")
    return made
