"""How many requests a program may send: so many each minute for each person, fewer for an address without a token.

Counted in the memory of each serving process: a limit keeps one program from crowding out the till, no more. Wrong
passwords are slowed down elsewhere, across processes and restarts.
"""

from __future__ import annotations

import math
import time

from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from pos.core.errors import TooManyTries
from pos.core.language import ngettext

PERSON, ADDRESS = "API_LIMIT_PERSON", "API_LIMIT_ADDRESS"
USUAL = {PERSON: "600/minute", ADDRESS: "60/minute"}


class Limits:
    """The counts of one application; a limit of None counts nothing."""

    def __init__(self, app: Flask) -> None:
        self._counts = MovingWindowRateLimiter(MemoryStorage())
        self._limits: dict[str, RateLimitItem | None] = {}
        for name, usual in USUAL.items():
            app.config.setdefault(name, usual)
            self._limits[name] = parse(app.config[name]) if app.config[name] else None

    def count(self, kind: str, who: str) -> None:
        """Count one request of this person or address. Raises TooManyTries when it is one too many."""
        limit = self._limits[kind]
        if limit is None or self._counts.hit(limit, kind, who):
            return
        free_again, _left = self._counts.get_window_stats(limit, kind, who)
        seconds = max(1, math.ceil(free_again - time.time()))
        sentence = ngettext(
            "Too many requests. Try again in %(num)s second.",
            "Too many requests. Try again in %(num)s seconds.",
            seconds,
        )
        raise TooManyTries(sentence, facts={"retry_after": seconds})


def install(app: Flask) -> None:
    """Count this application's requests."""
    app.extensions["api_limits"] = Limits(app)


def count(kind: str, who: str) -> None:
    """Count one request in the application that answers it. Raises TooManyTries."""
    current_app.extensions["api_limits"].count(kind, who)
