"""How a scan and a search grow with the shop: in shops of a hundredth, a tenth and all of a size, with a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from flask import Flask, render_template

from pos.bench import pages
from pos.bench.measures import Figure
from pos.bench.place import opened
from pos.bench.visitor import Visitor, served
from pos.demo.demo import Size
from pos.reports import charts

SHARES = (100, 10, 1)
FEWEST_PRODUCTS, FEWEST_BILLS = 20, 20
DRAWN = ("p50 at the server", "p99 at the server")

Grown = Mapping[str, Sequence[Figure]]


def sizes(most: Size) -> Iterator[Size]:
    """A hundredth of the size, a tenth, and all of it."""
    for share in SHARES:
        products, bills = max(FEWEST_PRODUCTS, most.products // share), max(FEWEST_BILLS, most.bills // share)
        yield Size(products, most.customers // share, bills)


def measured(shop: Flask, size: Size, samples: int) -> list[Figure]:
    """A scan and a search in a shop of this size, on a database of its own."""
    with opened(shop, size) as place, served(place) as server:
        till = Visitor(server.port)
        till.sign_in(place)
        try:
            return pages.scans(place, till, samples) + pages.searches(place, till, samples)
        finally:
            till.close()


def name_of(size: Size) -> str:
    """`100,000 goods, 30,000 bills`."""
    return f"{size.products:,} goods, {size.bills:,} bills"


def draw(grown: Grown, file: Path) -> None:
    """Draw what was measured as one picture, a row of columns for each kind of work."""
    kinds = [one.name for one in next(iter(grown.values())) if one.name.endswith(DRAWN)]
    rows = [(kind, _chart(kind, grown)) for kind in kinds]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(render_template("bench/growth.svg", rows=rows))


def _chart(kind: str, grown: Grown) -> charts.Columns:
    values = {size: next(one.value for one in figures if one.name == kind) for size, figures in grown.items()}
    points = [charts.Point(size, Decimal(f"{value:.1f}"), f"{value:.1f} ms") for size, value in values.items()]
    return charts.columns(points, money=False)
