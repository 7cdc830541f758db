"""The bench from the command line: measures, and prints a table beside what was measured last time."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app

from pos.bench import checkouts, desk, growth, opening, pages
from pos.bench.measures import Figure
from pos.bench.place import Place, opened
from pos.bench.visitor import NotServed, Visitor, served
from pos.core.commands import says_why
from pos.core.db import dialect
from pos.demo.demo import Size
from pos.reports import books

LAST_RUN = "bench.json"


@click.command("bench", help="Measure this machine, on a database that is thrown away.")
@click.option("--seconds", default=3.0, show_default=True, help="How long each rate is measured.")
@click.option("--samples", default=200, show_default=True, help="How many requests each time is taken of.")
@click.option("--products", default=2000, show_default=True, type=click.IntRange(20))
@click.option("--customers", default=200, show_default=True, type=click.IntRange(0))
@click.option("--bills", default=3000, show_default=True, type=click.IntRange(0))
@click.option("--of-this-shop", is_flag=True, help="Measure on a copy of this shop instead of an invented one.")
@click.option("--growth", "picture", type=click.Path(path_type=Path), help="Measure how it grows; draw it as this SVG.")
@says_why
def bench(
    seconds: float, samples: int, products: int, customers: int, bills: int, of_this_shop: bool, picture: Path | None
) -> None:
    """Measure, print, and keep the figures for the next time."""
    if picture is not None:
        return _growth(Size(products, customers, bills), samples, picture)
    size = None if of_this_shop else Size(products, customers, bills)
    last_run: Path = current_app.extensions["pos"]["config"].instance / LAST_RUN
    name = f"{dialect()}, " + ("a copy of this shop" if of_this_shop else f"{products:,} products, {bills:,} bills")
    click.echo(f"Making the place: {name}", err=True)
    shop = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        with opened(shop, size) as place:
            figures, differences = measured(place, seconds, samples)
    except NotServed as error:
        raise click.ClickException(str(error)) from error
    before = _before(last_run)
    click.echo(f"{name}; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    click.echo(table(figures, before.get(name, {})))
    click.echo(f"\nThe books after all that: {differences[0] if differences else 'right to the paisa'}.")
    last_run.write_text(json.dumps({**before, name: {one.name: one.value for one in figures}}, indent=1))
    return None


def _growth(most: Size, samples: int, picture: Path) -> None:
    shop, grown = current_app._get_current_object(), {}  # type: ignore[attr-defined]
    for size in growth.sizes(most):
        name = growth.name_of(size)
        click.echo(f"Making the place: {dialect()}, {name}", err=True)
        try:
            grown[name] = growth.measured(shop, size, samples)
        except NotServed as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"\n{dialect()}, {name}; load {os.getloadavg()[0]:.1f}\n{table(grown[name], {})}")
    growth.draw(grown, picture)
    click.echo(f"\nDrawn as {picture}.")


def measured(place: Place, seconds: float, samples: int) -> tuple[list[Figure], list[str]]:
    """Every figure, and the differences that the books have after the shop's own ways of selling."""
    figures = [*checkouts.by_verb(place, seconds), *opening.in_order(place)]
    with served(place) as server:
        figures += [Figure("start of the server", server.opened_in, "ms")]
        figures += checkouts.by_http(place, server.port, seconds)
        till = Visitor(server.port)
        till.sign_in(place)
        for measure in (pages.scans, pages.searches, pages.papers, desk.desk):
            click.echo(f"Measuring the {measure.__name__}", err=True)
            figures += measure(place, till, samples)
        till.close()
        for name, held in (("", server.memory()), (" and its press, shared parts once,", server.together())):
            figures += [Figure(f"memory of the server{name} after all that", held, "MB")] if held else []
    differences = list(books.differences())
    floor = checkouts.by_raw_sql(place, seconds)
    return floor + _beside(figures, floor), differences


def _beside(figures: Sequence[Figure], floor: Sequence[Figure]) -> list[Figure]:
    """Each rate beside the floor's with as many at once."""
    of = {one.name.rpartition(", ")[2]: one.value for one in floor if one.unit == "/s"}
    return [Figure(one.name, one.value, one.unit, of.get(one.name.rpartition(", ")[2])) for one in figures]


def table(figures: Sequence[Figure], before: dict[str, float]) -> str:
    """The figures under each other, with their share of the floor and what they were last time."""
    wide = max(len(one.name) for one in figures)
    lines = [f"{'':{wide}}  {'now':>12}  {'of floor':>8}  {'last run':>9}"]
    for one in figures:
        share = f"{one.value / one.floor:.2f}" if one.floor else ""
        last = f"{before[one.name]:,.1f}" if one.name in before else ""
        lines.append(f"{one.name:{wide}}  {one.shown:>12}  {share:>8}  {last:>9}".rstrip())
    return "\n".join(lines)


def _before(last_run: Path) -> dict[str, dict[str, float]]:
    try:
        found: dict[str, dict[str, float]] = json.loads(last_run.read_text())
    except (OSError, ValueError):
        return {}
    return found
