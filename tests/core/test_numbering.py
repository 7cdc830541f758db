"""Numbers and their moments: later numbers never carry an earlier time (GST rule 46(b))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from pos.core import clock, numbering
from pos.core.db import one_unit
from pos.core.numbering import Number, numbered_now

INDIA = "Asia/Kolkata"


@one_unit
def take(series: str = "BILL", month: int = 1) -> tuple[Number, datetime]:
    return numbered_now(series, INDIA, month)


def ticking(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    """Let the clock show these moments one after the other."""
    moments: Iterator[datetime] = iter([datetime.fromisoformat(text) for text in texts])
    monkeypatch.setattr(clock, "_source", lambda: next(moments))


def test_the_moment_is_read_while_the_counter_is_held(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ticking(monkeypatch, "2026-11-23T18:29:59+00:00", "2026-11-23T18:30:01+00:00")
    number, moment = take()
    assert (str(number), moment.isoformat()) == ("BILL-2026-000001", "2026-11-23T18:30:01+00:00")


def test_a_year_that_ends_meanwhile_keeps_its_last_moment(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ticking(monkeypatch, "2026-12-31T18:29:59+00:00", "2026-12-31T18:30:01+00:00")
    number, moment = take()
    assert (number.year, moment.isoformat()) == (2026, "2026-12-31T18:29:59+00:00")


def test_series_count_apart(app: Flask) -> None:
    assert [str(take(series)[0])[-6:] for series in ("BILL", "CRN", "BILL")] == ["000001", "000001", "000002"]


def test_a_number_is_only_taken_in_a_unit(app: Flask) -> None:
    with pytest.raises(RuntimeError):
        numbering.next_number("BILL", 2026)
