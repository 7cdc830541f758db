"""What the user decides about an import, and what holds until then."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from pos.catalog.importing import columns
from pos.catalog.models import UNITS
from pos.core.actor import Actor
from pos.core.errors import Invalid, Problem
from pos.core.importing.row import Row
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.money import NotAQuantity, quantity
from pos.core.text import tidy

UPDATE, SKIP, KEEP, KEEP_DIFFERENT = "update", "skip", "keep", "keep_different"

# Kind of duplicate -> what may be done with it; the first holds until the user decides.
SAME: dict[str, tuple[str, ...]] = {
    "shop_barcode": (SKIP, UPDATE),
    "shop_code": (SKIP, UPDATE),
    "shop_name": (SKIP, UPDATE, KEEP, KEEP_DIFFERENT),
    "file_barcode": (SKIP, UPDATE),
    "file_code": (SKIP, UPDATE),
    "file_name": (KEEP, KEEP_DIFFERENT, SKIP, UPDATE),
}
STOCK_OF_KNOWN = ("leave", "count")
# Without these columns there is nothing to take.
REQUIRED_SENTENCES: dict[str, str] = {
    "name": _l("Choose which column holds the products' names."),
    "price": _l("Choose which column holds the selling prices."),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """`header` is the number of the row with the columns' names (0: there is none); `columns` a field or None for each.

    `stock` and `unit` are for rows that tell none; `same` says for each kind of duplicate what is done with it;
    `stock_of_known` whether the file's stock is the count of products that the shop has already.
    """

    header: int = 1
    columns: tuple[str | None, ...] = ()
    stock: Decimal = Decimal(0)
    unit: str = "pcs"
    same: Mapping[str, str] = field(default_factory=lambda: {kind: allowed[0] for kind, allowed in SAME.items()})
    stock_of_known: str = "leave"

    def as_json(self) -> str:
        """The choices as the import's row keeps them."""
        return json.dumps({**asdict(self), "stock": str(self.stock)}, sort_keys=True)

    def place_of(self, name: str) -> int | None:
        """The column that holds a field, counted from 0."""
        return self.columns.index(name) if name in self.columns else None

    def seen_by(self, actor: Actor) -> Choices:
        """The same choices without the cost price, for who may not see it (DESIGN.md 7)."""
        if actor.may("see_costs"):
            return self
        return replace(self, columns=tuple(None if name == "cost_price" else name for name in self.columns))


def from_json(text: str) -> Choices:
    """The choices that an import's row keeps."""
    kept = json.loads(text)
    return Choices(**{**kept, "columns": tuple(kept["columns"]), "stock": Decimal(kept["stock"])})


def first_choices(first_rows: Sequence[Row]) -> Choices:
    """What holds when the user has decided nothing yet."""
    header = columns.HEADERS.header_of(first_rows)
    return Choices(header=header, columns=columns.HEADERS.columns_under(header, first_rows))


def decided(before: Choices, given: Mapping[str, Any]) -> Choices:
    """The choices after the user decided `given`: any of Choices' own names, and kinds of duplicates.

    `columns` are field names, one for each column, empty for those left out. Raises Invalid with every problem.
    """
    problems: list[Problem] = []
    changes: dict[str, Any] = {}
    for name, value in given.items():
        try:
            changes[name] = _DECISIONS[name](value)
        except ValueError as error:
            problems.append(Problem(str(error), "VALIDATION_ERROR", name))
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems)
    same = {kind: changes.pop(kind) for kind in SAME if kind in changes}
    return replace(before, same={**before.same, **same}, **changes)


def _columns(value: Sequence[str]) -> tuple[str | None, ...]:
    fields = tuple(name or None for name in value)
    if any(name is not None and name not in columns.FIELDS for name in fields):
        raise ValueError(_("This choice is not among those offered."))
    for name in columns.FIELDS:
        if fields.count(name) > 1:
            label = str(columns.FIELDS[name])
            raise ValueError(_("“%(field)s” is chosen for two columns. Choose it for one.", field=label))
    return fields


def _stock(value: Any) -> Decimal:
    try:
        amount = quantity(tidy(str(value)) or "0")
    except NotAQuantity as error:
        raise ValueError(str(error)) from error
    if amount < 0:
        raise ValueError(_("A quantity cannot be below zero."))
    return amount


def _one_of(allowed: Sequence[str]) -> Any:
    def check(value: Any) -> str:
        if value not in allowed:
            raise ValueError(_("This choice is not among those offered."))
        return str(value)

    return check


def _header(value: Any) -> int:
    text = str(value)
    if not text.isdecimal() or len(text) > 7:
        raise ValueError(_("This choice is not among those offered."))
    return int(text)


_DECISIONS: dict[str, Any] = {
    "header": _header,
    "columns": _columns,
    "stock": _stock,
    "unit": _one_of(UNITS),
    "stock_of_known": _one_of(STOCK_OF_KNOWN),
    **{kind: _one_of(allowed) for kind, allowed in SAME.items()},
}
