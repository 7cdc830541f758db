"""Each row judged: a new product, an update of one, left out as a duplicate, or bad; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Row as Known_Row

from pos.catalog.checks import problems_of
from pos.catalog.importing import cells, columns
from pos.catalog.importing.choices import KEEP, KEEP_DIFFERENT, SKIP, UPDATE, Choices
from pos.catalog.importing.known import Known
from pos.core.errors import Problem
from pos.core.importing.row import BAD, LEFT, Aside, Row
from pos.core.language import gettext as _
from pos.core.text import search_key

MOST_EXAMPLES = 5
UNIQUE = ("barcode", "code")
# Two goods of one name are the same when these agree.
LIKENESS = ("brand", "pack_size", "price", "mrp")


class Twin(NamedTuple):
    """A row that is like something else: what it is called, and what the other is."""

    line: int
    name: str
    other: str


@dataclass(slots=True, eq=False)
class Good:
    """A row that will be taken: all values of a new product, or, with a `target` of the shop, those that it changes."""

    row: Row
    values: dict[str, Any]
    target: Known_Row[Any] | None = None


@dataclass(slots=True)
class Sorted:
    """What will become of the file: `good` and `aside` in its own order; duplicates counted by kind, with examples."""

    good: list[Good] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    same: Counter[str] = field(default_factory=Counter)
    twins: dict[str, list[Twin]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """How many rows are `new`, `updates`, `left` and `bad`."""
        updates = sum(one.target is not None for one in self.good)
        bad = sum(one.kind == BAD for one in self.aside)
        counts = {"new": len(self.good) - updates, "updates": updates}
        return counts | {"left": len(self.aside) - bad, "bad": bad}


class NotTaken(Exception):
    """This row stays out; says of which kind it is and why."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def sort_out(rows: Iterable[Row], choices: Choices, known: Known, read: Callable[[int], None]) -> Sorted:
    """Judge every row under the names of the columns. `read` hears how many rows have been judged."""
    sorter = _Sorter(choices, known)
    for count, row in enumerate(_products_in(rows, choices.header), 1):
        sorter.judge(row)
        read(count)
    return sorter.finished()


def _products_in(rows: Iterable[Row], header: int) -> Iterator[Row]:
    return (row for row in rows if row.number > header)


class _Sorter:
    def __init__(self, choices: Choices, known: Known) -> None:
        self._choices, self._known = choices, known
        self._places = [(name, place) for place, name in enumerate(choices.columns) if name is not None]
        self._usual = {"unit": choices.unit, "stock_quantity": choices.stock}
        self._good: dict[int, Good] = {}
        self._seen: dict[str, dict[str, list[Good]]] = {"barcode": {}, "code": {}, "name": {}}
        self._targets: dict[Any, int] = {}
        self._result = Sorted()

    def judge(self, row: Row) -> None:
        try:
            good = self._compared(row)
        except NotTaken as why:
            self._result.aside.append(Aside(row, why.kind, str(why)))
            return
        self._good[row.number] = good
        for kind, key in self._keys(good.values):
            self._seen[kind].setdefault(key, []).append(good)

    def finished(self) -> Sorted:
        self._result.good = list(self._good.values())
        self._result.aside.sort(key=lambda one: one.row.number)
        return self._result

    def _compared(self, row: Row) -> Good:
        told, shortened = cells.given(row.cells, self._places)
        values, problems = problems_of({**self._usual, **told})
        _refuse(shortened + problems)
        target = self._target(row, values)
        changes = values if target is None else self._changes(told, values, target)
        self._settle_twins(row, values)
        if target is not None:
            self._targets[target.id] = row.line
        return Good(row, changes, target)

    def _target(self, row: Row, values: dict[str, Any]) -> Known_Row[Any] | None:
        """The shop's product that this row updates, or None for a new one."""
        kind, others = self._in_shop(values)
        if not others:
            return None
        decision = self._noted(kind, row, values["name"], others[0].name)
        if decision == KEEP_DIFFERENT:
            decision = SKIP if _any_like(values, (other._mapping for other in others)) else KEEP
        if decision == SKIP:
            raise NotTaken(LEFT, _in_shop_sentence(kind, values, others[0]))
        return self._only_one(row, others) if decision == UPDATE else None

    def _in_shop(self, values: dict[str, Any]) -> tuple[str, list[Known_Row[Any]]]:
        by_barcode = self._known.by_barcode.get(values["barcode"] or "")
        by_code = self._known.by_code.get(values["code"] or "")
        if by_barcode is not None and by_code is not None and by_barcode.id != by_code.id:
            sentence = _(
                "The barcode belongs to %(one)s, but the code to %(other)s.", one=by_barcode.name, other=by_code.name
            )
            raise NotTaken(BAD, sentence)
        if by_barcode is not None:
            return "shop_barcode", [by_barcode]
        if by_code is not None:
            return "shop_code", [by_code]
        return "shop_name", self._known.by_name.get(search_key(values["name"]), [])

    def _only_one(self, row: Row, others: list[Known_Row[Any]]) -> Known_Row[Any]:
        target = others[0]
        if len(others) > 1:
            sentence = _(
                "The shop has %(count)s products of this name; it is not clear which to update.", count=len(others)
            )
            raise NotTaken(BAD, sentence)
        if target.id in self._targets:
            sentence = _("Line %(line)s updates %(name)s already.", line=self._targets[target.id], name=target.name)
            raise NotTaken(LEFT, sentence)
        return target

    def _changes(self, told: dict[str, str], values: dict[str, Any], target: Known_Row[Any]) -> dict[str, Any]:
        leave = set() if self._choices.stock_of_known == "count" else {"stock_quantity"}
        changes = {name: values[name] for name in told if name not in leave}
        typed, problems = problems_of(changes, target._asdict())
        _refuse(problems)
        return typed

    def _settle_twins(self, row: Row, values: dict[str, Any]) -> None:
        """Decide about earlier rows of this file that are the same; first all are looked at, then any is replaced."""
        replaced: list[Good] = []
        for kind, key in self._keys(values):
            earlier = self._seen[kind].get(key)
            if not earlier:
                continue
            decision = self._noted(f"file_{kind}", row, values["name"], earlier[0].row.line)
            if decision == KEEP_DIFFERENT:
                decision = SKIP if _any_like(values, (one.values for one in earlier)) else KEEP
            if decision == SKIP:
                raise NotTaken(LEFT, _in_file_sentence(kind, earlier[0].row.line))
            if decision == UPDATE:
                replaced += earlier
        for good in replaced:
            self._replace(good, row)

    def _replace(self, good: Good, by: Row) -> None:
        if self._good.pop(good.row.number, None) is None:
            return
        self._result.aside.append(Aside(good.row, LEFT, _("Line %(line)s replaces it.", line=by.line)))
        if good.target is not None:
            self._targets.pop(good.target.id, None)
        for kind, key in self._keys(good.values):
            self._seen[kind][key].remove(good)

    def _keys(self, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for kind in UNIQUE:
            if values.get(kind):
                yield kind, values[kind]
        yield "name", search_key(values.get("name"))

    def _noted(self, kind: str, row: Row, name: str, other: str | int) -> str:
        self._result.same[kind] += 1
        examples = self._result.twins.setdefault(kind, [])
        if len(examples) < MOST_EXAMPLES:
            named = _("line %(line)s", line=other) if isinstance(other, int) else other
            examples.append(Twin(row.line, name, named))
        return self._choices.same[kind]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise NotTaken(BAD, " ".join(f"{columns.FIELDS[p.field or 'name']}: {p.message}" for p in problems))


def _any_like(values: dict[str, Any], others: Iterable[Any]) -> bool:
    return any(all(values[name] == other[name] for name in LIKENESS) for other in others)


def _in_shop_sentence(kind: str, values: dict[str, Any], other: Known_Row[Any]) -> str:
    if kind == "shop_barcode":
        return _("Barcode %(value)s already belongs to %(name)s.", value=values["barcode"], name=other.name)
    if kind == "shop_code":
        return _("Code %(value)s already belongs to %(name)s.", value=values["code"], name=other.name)
    return _("The shop has a product of this name already.")


def _in_file_sentence(kind: str, line: int) -> str:
    if kind == "barcode":
        return _("Line %(line)s has the same barcode.", line=line)
    if kind == "code":
        return _("Line %(line)s has the same code.", line=line)
    return _("Line %(line)s has the same name.", line=line)
