"""A figure of the analytics: a chart with its table in the reader's language, for the screen and for paper alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos.core.language import gettext as _
from pos.core.money import format_quantity, format_rupees
from pos.reports.charts import Columns, share, whole_rupees
from pos.reports.overview import change


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with what it was before: `way` is "up", "down" or ""."""

    label: str
    value: str
    more: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a figure's table; the bar below it is so many percent wide."""

    text: str
    is_number: bool = False
    bar: str | None = None
    swatch: int | None = None
    href: str | None = None
    is_low: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar that is the whole: where it begins and how wide it is in percent, and its colour's number."""

    left: str
    width: str
    swatch: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart and the table behind it. Without a `chart` or `parts` the table itself is what is shown."""

    title: str
    heads: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    chart: Columns | None = None
    parts: Sequence[Part] = ()
    keys: Sequence[tuple[str, str]] = ()
    is_broad: bool = False
    foot: Sequence[Cell] = ()
    empty: str = ""


def rupee_cell(amount: Decimal | None) -> Cell:
    """Whole rupees."""
    return Cell(whole_rupees(amount) if amount is not None else "–", is_number=True)


def exact_cell(amount: Decimal) -> Cell:
    """Rupees and paise."""
    return Cell(format_rupees(amount), is_number=True)


def count_cell(count: Decimal | int) -> Cell:
    """A count or a quantity."""
    return Cell(format_quantity(count), is_number=True)


def percent_cell(percent: Decimal | None) -> Cell:
    """A percent with one decimal."""
    return Cell(percent_text(percent), is_number=True, is_low=percent is not None and percent < 0)


def percent_text(percent: Decimal | None) -> str:
    """A percent as people write it; nothing where there is none."""
    return _("%(rate)s %%", rate=format_quantity(percent)) if percent is not None else "–"


def heads(*titles: str, texts: int = 1) -> list[Cell]:
    """The heads of a table: the first `texts` stand left, the rest are numbers."""
    return [Cell(title, is_number=place >= texts) for place, title in enumerate(titles)]


def bar_cells(amounts: Sequence[Decimal]) -> list[str]:
    """How long the bar of each amount is, the largest being the whole width."""
    most = max([Decimal(0), *amounts])
    return [share(amount, most) for amount in amounts]


def parts_of(amounts: Sequence[tuple[str, Decimal]]) -> list[Part]:
    """The parts of a whole side by side, each in a colour of its own."""
    whole, so_far, found = sum((amount for _name, amount in amounts), Decimal(0)), Decimal(0), []
    for place, (name, amount) in enumerate(amounts):
        found.append(Part(share(so_far, whole), share(amount, whole), place, f"{name}: {whole_rupees(amount)}"))
        so_far += amount
    return found


def tile(label: str, now: Decimal, then: Decimal, said: Callable[[Decimal], str]) -> Tile:
    """A number of which more is better, against the same before: by how many percent it grew, and what it was."""
    grown = change(now, then)
    if grown is None:
        return Tile(label, said(now), _("before: %(before)s", before=said(then)))
    told = {"percent": percent_text(abs(grown)), "before": said(then)}
    if grown > 0:
        return Tile(label, said(now), _("%(percent)s more than %(before)s before", **told), "up")
    if grown < 0:
        return Tile(label, said(now), _("%(percent)s less than %(before)s before", **told), "down")
    return Tile(label, said(now), _("as before"))
