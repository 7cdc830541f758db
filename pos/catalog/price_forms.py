"""What the table of prices sends: cells as they were typed beside what they were, and what an undo puts back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from pos.catalog.checks import problems_of
from pos.catalog.price_steps import Step
from pos.catalog.prices import CHANGED_MEANWHILE, FIELDS, Repriced, Repricing
from pos.core.errors import Problem
from pos.core.money import NotMoney, format_plain, round_half_up, rupees

LONGEST_TEXT = 40
ROWS = (50, 100, 200)
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CELL = re.compile(rf"({'|'.join(FIELDS)})-({_ID})")
_BACK = re.compile(rf"back-({'|'.join(FIELDS)})-({_ID})")
_PER_MILLE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Cell:
    """One price of one product: what stands in its box, what stood there at first, and what is wrong with it."""

    text: str
    was: str
    problem: str | None = None

    @property
    def is_changed(self) -> bool:
        """True unless the box says the same amount as before."""
        return self.text != self.was and (amount(self.text) is None or amount(self.text) != amount(self.was))

    @property
    def before(self) -> Decimal | None:
        """The rupees that stood there at first."""
        return amount(self.was)


Typed = Mapping[UUID, Mapping[str, Cell]]


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A product with its cells by field."""

    product: Any
    cells: Mapping[str, Cell]

    @property
    def margin(self) -> Decimal | None:
        """Rupees between the prices in the boxes for cost and selling; None where one of them is no amount."""
        price, cost = (
            amount(self.cells[name].text) if name in self.cells else None for name in ("price", "cost_price")
        )
        return None if price is None or cost is None else price - cost

    @property
    def margin_percent(self) -> Decimal | None:
        """The margin as percent of the selling price, with one decimal."""
        margin, price = self.margin, amount(self.cells["price"].text)
        return round_half_up(margin * 100 / price, _PER_MILLE) if margin is not None and price else None


def amount(text: str) -> Decimal | None:
    """The rupees that a box says; None for an empty one and for what is no amount."""
    try:
        return rupees(text)
    except NotMoney:
        return None


def asked_rows(text: str | None) -> int:
    """How many goods somebody wants on a page: one of ROWS."""
    return next((rows for rows in ROWS if str(rows) == text), ROWS[0])


def changed(given: MultiDict[str, str]) -> dict[UUID, dict[str, Cell]]:
    """The cells that somebody changed, by product, in the order of the page."""
    found: dict[UUID, dict[str, Cell]] = defaultdict(dict)
    for name, text in given.items():
        match = _CELL.fullmatch(name)
        if match and f"was-{name}" in given:
            cell = Cell(text.strip()[:LONGEST_TEXT], given[f"was-{name}"].strip())
            if cell.is_changed:
                found[UUID(match[2])][match[1]] = cell
    return dict(found)


def shown(given: MultiDict[str, str]) -> list[UUID]:
    """The products that stand in the table, in its order."""
    matches = (_CELL.fullmatch(name.removeprefix("was-")) for name in given if name.startswith("was-price-"))
    return [UUID(match[2]) for match in matches if match]


def repricings(typed: Typed) -> list[Repricing]:
    """What these cells ask for."""
    return [Repricing(product_id, _texts(cells, "text"), _texts(cells, "was")) for product_id, cells in typed.items()]


def _texts(cells: Mapping[str, Cell], which: str) -> dict[str, str]:
    return {name: getattr(cell, which) for name, cell in cells.items()}


def undoing(done: Iterable[Repriced]) -> list[Repricing]:
    """What puts these prices back, as long as they are still what they became."""
    return [Repricing(one.product_id, _plain(one.before), _plain(one.after)) for one in done]


def asked_back(given: MultiDict[str, str]) -> list[Repricing]:
    """What the page's undo asks for; also what its labels are for."""
    back: dict[UUID, dict[str, tuple[str, str]]] = defaultdict(dict)
    for name, text in given.items():
        match = _BACK.fullmatch(name)
        if match:
            back[UUID(match[2])][match[1]] = (text, given.get(f"now-{match[1]}-{match[2]}", ""))
    return [
        Repricing(
            one, {name: old for name, (old, _new) in prices.items()}, {n: new for n, (_old, new) in prices.items()}
        )
        for one, prices in back.items()
    ]


def as_cells(back: Iterable[Repricing]) -> dict[UUID, dict[str, Cell]]:
    """An undo that was refused, as cells which are not saved yet."""
    return {one.product_id: {name: Cell(text, one.was[name]) for name, text in one.values.items()} for one in back}


def _plain(prices: Mapping[str, Decimal | None]) -> dict[str, str]:
    return {name: _written(price) for name, price in prices.items()}


def _written(price: Decimal | None) -> str:
    return "" if price is None else format_plain(price)


def filled(products: Iterable[Any], typed: Typed, problems: Sequence[Problem], fields: Sequence[str]) -> list[PriceRow]:
    """The rows as they are shown: what was typed, and in all other cells what the shop holds."""
    said = {(one.subject, one.field): one for one in problems}
    return [PriceRow(one, dict(_cells(one, typed.get(one.id, {}), said, fields))) for one in products]


def _cells(
    product: Any, typed: Mapping[str, Cell], said: Mapping[Any, Problem], fields: Sequence[str]
) -> Iterator[Any]:
    for name in fields:
        now = _written(getattr(product, name))
        problem = said.get((str(product.id), name))
        cell = typed.get(name, Cell(now, now))
        if problem is not None:
            # Whoever saves again has been told, and may then write over it.
            was = now if problem.code == CHANGED_MEANWHILE else cell.was
            cell = replace(cell, was=was, problem=problem.message)
        yield name, cell


def wrong(products: Iterable[Any], typed: Typed) -> list[Problem]:
    """What saving these cells would refuse, as far as the form alone tells."""
    problems = []
    for one in products:
        if one.id in typed:
            before = {name: getattr(one, name) for name in FIELDS}
            _typed, found = problems_of(_texts(typed[one.id], "text"), before)
            problems += [replace(problem, subject=str(one.id)) for problem in found]
    return problems


def beside(problems: Iterable[Problem], rows: Iterable[PriceRow]) -> list[str]:
    """The sentences that fit no cell of the table."""
    cells = {(str(row.product.id), name) for row in rows for name in row.cells}
    return [one.message for one in problems if (one.subject, one.field) not in cells]


def stepped(rows: Iterable[PriceRow], step: Step) -> dict[UUID, dict[str, Cell]]:
    """The cells of these rows once their prices moved, from what the shop holds: trying another step begins anew."""
    moved: dict[UUID, dict[str, Cell]] = {}
    for row in rows:
        cells = {name: cell for name, cell in row.cells.items() if cell.is_changed}
        for name in step.fields:
            price = amount(row.cells[name].was) if name in row.cells else None
            if price is not None:
                cells[name] = Cell(format_plain(step.moved(price)), row.cells[name].was)
        moved[row.product.id] = {name: cell for name, cell in cells.items() if cell.is_changed}
    return {product_id: cells for product_id, cells in moved.items() if cells}
