"""What the user decides about a list of customers, and what holds until then."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pos.core.errors import Invalid, Problem
from pos.core.importing.row import Row
from pos.core.language import gettext as _
from pos.customers.importing.columns import FIELDS, HEADERS

UPDATE, SKIP, KEEP = "update", "skip", "keep"
# Kind of duplicate -> what may be done with it; the first holds until the user decides.
SAME: dict[str, tuple[str, ...]] = {
    "shop_phone": (SKIP, UPDATE),
    "shop_name": (SKIP, UPDATE, KEEP),
    "file_phone": (SKIP, UPDATE),
    "file_name": (SKIP, UPDATE, KEEP),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """`header` is the number of the row with the columns' names (0: there is none); `columns` a field or None for each.

    `same` says for each kind of duplicate what is done with it.
    """

    header: int = 1
    columns: tuple[str | None, ...] = ()
    same: Mapping[str, str] = field(default_factory=lambda: {kind: allowed[0] for kind, allowed in SAME.items()})

    def as_json(self) -> dict[str, Any]:
        """The choices as a note keeps them."""
        kept: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return kept


def from_json(kept: Mapping[str, Any]) -> Choices:
    """The choices that a note keeps."""
    return Choices(kept["header"], tuple(kept["columns"]), kept["same"])


def first_choices(first_rows: Sequence[Row]) -> Choices:
    """What holds when the user has decided nothing yet."""
    header = HEADERS.header_of(first_rows)
    return Choices(header, HEADERS.columns_under(header, first_rows))


def decided(before: Choices, given: Mapping[str, Any], first_rows: Sequence[Row]) -> Choices:
    """The choices after the user decided `given`: `header`, `columns`, and kinds of duplicates.

    Another row of names matches the columns anew. Raises Invalid with every problem.
    """
    problems: list[Problem] = []
    changes: dict[str, Any] = {}
    for name, value in given.items():
        try:
            changes[name] = _read(name, value)
        except ValueError as error:
            problems.append(Problem(str(error), Invalid.code, name))
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems)
    same = {**before.same, **{kind: changes.pop(kind) for kind in SAME if kind in changes}}
    after = replace(before, same=same, **changes)
    if after.header != before.header:
        return replace(after, columns=HEADERS.columns_under(after.header, first_rows))
    return after


def _read(name: str, value: Any) -> Any:
    if name == "columns":
        return _columns(value)
    if name == "header":
        text = str(value)
        if text.isdecimal() and len(text) < 8:
            return int(text)
    elif value in SAME.get(name, ()):
        return str(value)
    raise ValueError(_("This choice is not among those offered."))


def _columns(value: Sequence[str]) -> tuple[str | None, ...]:
    fields = tuple(name or None for name in value)
    if any(name is not None and name not in FIELDS for name in fields):
        raise ValueError(_("This choice is not among those offered."))
    for name, label in FIELDS.items():
        if fields.count(name) > 1:
            raise ValueError(_("“%(field)s” is chosen for two columns. Choose it for one.", field=str(label)))
    return fields
