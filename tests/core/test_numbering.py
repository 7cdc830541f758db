"""Numbers and their moments: later numbers never carry an earlier time (GST rule 46(b))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

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


def test_the_clock_is_read_once_and_a_later_number_never_carries_an_earlier_moment(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticking(monkeypatch, "2026-11-23T18:29:59+00:00", "2026-11-23T18:29:57+00:00", "2026-11-23T18:30:01+00:00")
    taken = [take() for _number in range(3)]
    assert [number.sequence for number, _moment in taken] == [1, 2, 3]
    assert [f"{moment:%H:%M:%S}" for _number, moment in taken] == ["18:29:59", "18:29:59", "18:30:01"]


def test_whoever_takes_the_counter_first_has_the_earlier_moment_whoever_read_the_clock_first(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two tills at one counter: the second to take a number may have read the clock before the first did."""
    later = datetime.fromisoformat("2026-11-23T18:29:58+00:00")

    @one_unit
    def both() -> list[datetime]:
        taken = [numbering._taken("BILL", 2026, moment) for moment in (later, later - timedelta(seconds=1))]
        return [one[1] for one in taken if one]

    assert both() == [later, later]


def test_series_count_apart(app: Flask) -> None:
    assert [str(take(series)[0])[-6:] for series in ("BILL", "CRN", "BILL")] == ["000001", "000001", "000002"]


def test_a_number_is_only_taken_in_a_unit(app: Flask) -> None:
    with pytest.raises(RuntimeError):
        numbering.next_number("BILL", 2026)
