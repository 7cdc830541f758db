"""What reports read: sums of the days and months that have them, added to the lines of the days that have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Row, Uuid

from pos.core.db import execute
from pos.core.money import from_paise
from pos.reports.spans import Span
from pos.reports.summed import (
    BILL_SUMS,
    METHOD_SUMS,
    PRODUCT_SUMS,
    TAX_SUMS,
    Sums,
    marked,
    parameters,
    ready,
    same_offset,
)
from pos.reports.summing import days, holding, number_of, pieces
from pos.settings import store

KINDS: dict[str, Any] = {"day": Date(), "cashier": Uuid()}
# More pieces than this a statement could not hold: then the lines tell of the whole span.
MOST_PIECES = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """Which sums tell of a span, which of its days they cover, and of which days the lines must tell."""

    numbers: Sequence[int]
    covered: Sequence[Span]
    rest: Sequence[Span]


def planned(wanted: Span, zone: str) -> Plan:
    """How a span is best read now."""
    summed = holding(wanted, zone)
    numbers: list[int] = []
    covered: list[Span] = []
    rest: list[Span] = []
    for piece in pieces(wanted):
        whole = number_of(piece) in summed
        for part in [piece] if whole else days(piece):
            holds = whole or number_of(part) in summed
            _append(covered if holds else rest, part)
            if holds:
                numbers.append(number_of(part))
    if len(rest) > MOST_PIECES:
        return Plan((), (), [wanted])
    return Plan(numbers, covered, rest)


def _append(spans: list[Span], more: Span) -> None:
    if spans and spans[-1].last + timedelta(days=1) == more.first:
        more = Span(spans.pop().first, more.last)
    spans.append(more)


def product_sums(wanted: Span, outer: str, kinds: Mapping[str, Any] | None = None, **told: Any) -> Sequence[Row[Any]]:
    """The rows of the statement `outer`, in which `{goods}` stands for the sums of each product in the span.

    `kinds` are the types of columns that are more than numbers and texts.
    """
    return _of_spans(PRODUCT_SUMS, wanted, outer, told, kinds or {})


def tax_sums(wanted: Span) -> Sequence[Row[Any]]:
    """The sums of each HSN code, unit, rate and kind of bill in the span."""
    return _of_spans(TAX_SUMS, wanted, "SELECT * FROM {goods} t", {}, {})


def _of_spans(
    sums: Sums, wanted: Span, outer: str, told: Mapping[str, Any], kinds: Mapping[str, Any]
) -> Sequence[Row[Any]]:
    zone = store.current().timezone
    plan = planned(wanted, zone)
    names = ", ".join((*sums.key, *sums.figures))
    # Numbers of the program's own making, and more of them than a statement may have parameters.
    numbers = ", ".join(str(number) for number in plan.numbers)
    parts = [f"SELECT {names} FROM {sums.name} WHERE {sums.whose} IN ({numbers})"] if numbers else []  # noqa: S608
    for place, span in enumerate(plan.rest):
        parts.append(marked(sums.rows(), str(place)))
        told = {**told, **parameters(span, zone, str(place))}
    statement = outer.replace("{goods}", f"({sums.added_up(' UNION ALL '.join(parts))})")
    said, values = ready(statement, told, zone)
    return execute(said.columns(**kinds) if kinds else said, values).all()


def bill_sums(wanted: Span, *key: str) -> list[dict[str, Any]]:
    """The figures of the bills in the span by `day`, `hour` or `cashier`, or some of them together; whole numbers."""
    return _of_days(BILL_SUMS, wanted, key)


def method_sums(wanted: Span) -> dict[str, dict[str, Any]]:
    """What came in and was given back by each way of paying."""
    return {row["method"]: row for row in _of_days(METHOD_SUMS, wanted, ("method",))}


def _of_days(sums: Sums, wanted: Span, key: Sequence[str]) -> list[dict[str, Any]]:
    zone = store.current().timezone
    plan = planned(wanted, zone)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    if plan.covered:
        covered = " OR ".join(f"day BETWEEN :first{place} AND :last{place}" for place, _span in enumerate(plan.covered))
        told = {name: day for place, span in enumerate(plan.covered) for name, day in _days_of(span, place).items()}
        _add(found, sums, key, f"SELECT * FROM {sums.name} WHERE {covered}", told, zone)  # noqa: S608
    # A statement knows one distance to UTC: where the clock is put forward or back, each day has its own.
    for one in (part for span in plan.rest for part in ([span] if same_offset(span, zone) else days(span))):
        _add(found, sums, key, sums.rows(key), parameters(one, zone), zone)
    return list(found.values())


def _days_of(span: Span, place: int) -> dict[str, Any]:
    return {f"first{place}": span.first, f"last{place}": span.last}


def _add(
    found: dict[tuple[Any, ...], dict[str, Any]],
    sums: Sums,
    key: Sequence[str],
    rows: str,
    told: dict[str, Any],
    zone: str,
) -> None:
    statement, values = ready(sums.added_up(rows, key), told, zone)
    for row in execute(statement.columns(**{name: KINDS[name] for name in key if name in KINDS}), values).mappings():
        one = found.setdefault(tuple(row[name] for name in key), dict.fromkeys(sums.figures, 0))
        one.update({name: row[name] for name in key})
        one.update({name: one[name] + int(row[name]) for name in sums.figures})


def in_rupees(row: Mapping[str, Any], name: str) -> Decimal:
    """A figure of `bill_sums` or `method_sums` that is money."""
    return from_paise(row[f"{name}_paise"])
