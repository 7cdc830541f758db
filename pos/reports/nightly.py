"""What is summed at night, when nobody waits for a report: whoever asks for one by day finds its sums made."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from pos.core import clock
from pos.core.errors import PosError
from pos.reports import stock_sums, summing

log = logging.getLogger("pos.reports")
NIGHT_SECONDS = 6 * 3600.0


def sum_up_all(seconds: float) -> int:
    """Sum every month, and each day of this month and the last; gives how many days and months are still missing."""
    given_up_at = time.monotonic() + seconds
    left = summing.sum_up_all(seconds)
    return left + stock_sums.sum_up(clock.FIRST_DAY, given_up_at - time.monotonic())


def sum_up_quietly() -> None:
    """Sum it all, for as long as it takes; what goes wrong is written into the log and keeps nobody from anything."""
    works: dict[str, Callable[[], int]] = {
        "days": lambda: summing.sum_up_all(NIGHT_SECONDS),
        "stock": lambda: stock_sums.sum_up(clock.FIRST_DAY, NIGHT_SECONDS),
    }
    for what, sum_some in works.items():
        try:
            sum_some()
        except (PosError, DBAPIError):
            log.warning("the %s could not be summed", what, exc_info=True)
