"""Proof of the sums: each day and month is summed again from its lines, and must come to the same rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from pos.core.db import execute, table
from pos.reports.models import SummedSpan
from pos.reports.spans import Span
from pos.reports.summed import OF_DAYS, OF_SPANS, Sums, parameters, ready
from pos.reports.summing import days, holding
from pos.settings import store

_marks = table(SummedSpan)


def broken_sums(most: int | None = None) -> Iterator[str]:
    """A sentence for each day and month whose sums are not what its lines come to; of any `most`, or of all."""
    zone = store.current().timezone
    marks = list(execute(select(_marks).where(_marks.c.is_done).order_by(_marks.c.span)).all())
    if most is not None and most < len(marks):
        marks = random.sample(marks, most)
    for mark in marks:
        if mark.span in holding(Span(mark.first, mark.last), zone):
            yield from (f"sums of {mark.span}: {name} are not what the lines come to" for name in _broken(mark, zone))


def _broken(mark: Row[Any], zone: str) -> list[str]:
    span = Span(mark.first, mark.last)
    found = [sums.name for sums in OF_SPANS if _differ(sums, mark.span, mark.span, span, zone)]
    for day in days(span):
        found += [sums.name for sums in OF_DAYS if _differ(sums, mark.span, day.first, day, zone)]
    return sorted(set(found))


def _differ(sums: Sums, span: int, whose: int | date, wanted: Span, zone: str) -> bool:
    """One statement, so that it is true of one moment: that of a mark that stands."""
    names = ", ".join((*sums.key, *sums.figures))
    kept = f"SELECT {names} FROM {sums.name} WHERE {sums.whose} = :whose"  # noqa: S608
    right = f"SELECT {names} FROM ({sums.added_up(sums.rows())}) a"  # noqa: S608
    statement = f"""
        SELECT 1 FROM summed_spans WHERE span = :span AND is_done AND (
            EXISTS (SELECT * FROM ({kept}) k EXCEPT SELECT * FROM ({right}) l)
            OR EXISTS (SELECT * FROM ({right}) l EXCEPT SELECT * FROM ({kept}) k))"""  # noqa: S608
    told = {**parameters(wanted, zone), "span": span, "whose": whose}
    return execute(*ready(statement, told, zone)).first() is not None
