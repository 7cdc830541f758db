"""Each row judged: somebody new, a change of somebody known, left out as a duplicate, or bad; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row as Known_Row

from pos.core.errors import Problem
from pos.core.fields import ZERO
from pos.core.importing.row import BAD, LEFT, Aside, Row
from pos.core.language import gettext as _
from pos.core.money import format_rupees, rupees
from pos.core.text import search_key
from pos.customers.checks import first_limit, phone_key, problems_of
from pos.customers.importing import cells
from pos.customers.importing.choices import KEEP, SKIP, UPDATE, Choices
from pos.customers.importing.columns import FIELDS
from pos.customers.importing.known import Known
from pos.customers.newcomers import opening_problems

MOST_EXAMPLES = 5


class Twin(NamedTuple):
    """A row that is like something else: what it is called, and what the other is."""

    line: int
    name: str
    other: str


@dataclass(slots=True, eq=False)
class Good:
    """A row that will be taken: all values of a new customer, or, with a `target`, those that it changes.

    `owed` is the opening balance in rupees that it brings.
    """

    row: Row
    values: dict[str, Any]
    owed: Decimal = ZERO
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

    @property
    def owed(self) -> Decimal:
        """All opening balances together, in rupees."""
        return sum((one.owed for one in self.good), ZERO)


class NotTaken(Exception):
    """This row stays out; says of which kind it is and why."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def sort_out(rows: Iterable[Row], choices: Choices, known: Known) -> Sorted:
    """Judge every row under the names of the columns."""
    sorter = _Sorter(choices, known)
    for row in rows:
        if row.number > choices.header:
            sorter.judge(row)
    return sorter.finished()


class _Sorter:
    def __init__(self, choices: Choices, known: Known) -> None:
        self._choices, self._known, self._usual_limit = choices, known, first_limit()
        self._places = [(name, place) for place, name in enumerate(choices.columns) if name is not None]
        self._good: dict[int, Good] = {}
        self._seen: dict[tuple[str, str], Good] = {}
        self._targets: dict[Any, int] = {}
        self._result = Sorted()

    def judge(self, row: Row) -> None:
        try:
            good = self._compared(row)
        except NotTaken as why:
            self._result.aside.append(Aside(row, why.kind, str(why)))
            return
        self._good[row.number] = good
        for key in _keys(good.values):
            self._seen[key] = good

    def finished(self) -> Sorted:
        self._result.good = list(self._good.values())
        self._result.aside.sort(key=lambda one: one.row.number)
        return self._result

    def _compared(self, row: Row) -> Good:
        told = cells.given(row.cells, self._places)
        if cells.is_total(told):
            raise NotTaken(LEFT, _("This line adds the list up; it is no customer."))
        owed = _owed(told.pop("credit_balance", None))
        values = _typed(told, owed, self._usual_limit)
        target = self._target(row, values)
        good = Good(row, values, owed) if target is None else _change(row, told, owed, target)
        self._settle_twins(row, values)
        if target is not None:
            self._targets[target.id] = row.line
        return good

    def _target(self, row: Row, values: dict[str, Any]) -> Known_Row[Any] | None:
        """The shop's customer that this row changes, or None for somebody new."""
        kind, other = self._known.like(values)
        if other is None:
            return None
        decision = self._noted(kind, row, values["name"], other.name)
        if decision == KEEP:
            return None
        if decision == SKIP:
            raise NotTaken(LEFT, _known_sentence(kind, other))
        if other.id in self._targets:
            sentence = _("Line %(line)s updates %(name)s already.", line=self._targets[other.id], name=other.name)
            raise NotTaken(LEFT, sentence)
        return other

    def _settle_twins(self, row: Row, values: dict[str, Any]) -> None:
        """Decide about an earlier row of this file that is the same person."""
        for kind, key in _keys(values):
            earlier = self._seen.get((kind, key))
            if earlier is None:
                continue
            named = _("line %(line)s", line=earlier.row.line)
            decision = self._noted(f"file_{kind}", row, values["name"], named)
            if decision == SKIP:
                raise NotTaken(LEFT, _twin_sentence(kind, earlier.row.line))
            if decision == UPDATE and self._good.pop(earlier.row.number, None) is not None:
                self._result.aside.append(Aside(earlier.row, LEFT, _("Line %(line)s replaces it.", line=row.line)))
                self._targets.pop(earlier.target.id if earlier.target is not None else None, None)
            return

    def _noted(self, kind: str, row: Row, name: str, other: str) -> str:
        self._result.same[kind] += 1
        examples = self._result.twins.setdefault(kind, [])
        if len(examples) < MOST_EXAMPLES:
            examples.append(Twin(row.line, name, other))
        return self._choices.same[kind]


def _keys(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """By what two rows are the same person: the phone, or, where there is none, the name."""
    digits = phone_key(values.get("phone"))
    if digits:
        yield "phone", digits
    elif values.get("name"):
        yield "name", search_key(values["name"])


def _owed(text: str | None) -> Decimal:
    try:
        return rupees(text) if text is not None else ZERO
    except ValueError as error:
        raise NotTaken(BAD, f"{FIELDS['credit_balance']}: {error}") from error


def _typed(told: dict[str, str], owed: Decimal, usual_limit: Decimal) -> dict[str, Any]:
    # Who owes more than the usual limit already, and has none in the file, may owe so much and no more.
    usual = {"credit_limit": max(usual_limit, owed)}
    values, problems = problems_of({**usual, **told})
    _refuse(problems + opening_problems(owed, values.get("credit_limit", owed)))
    return values


def _change(row: Row, told: dict[str, str], owed: Decimal, target: Known_Row[Any]) -> Good:
    typed, problems = problems_of(told, target._asdict())
    _refuse(problems)
    if owed in (ZERO, target.credit_balance):
        return Good(row, typed, ZERO, target)
    if target.has_entries:
        sentence = _(
            "The khata of %(name)s stands at %(owed)s. Correct it on their page.",
            name=target.name,
            owed=format_rupees(target.credit_balance),
        )
        raise NotTaken(BAD, sentence)
    _refuse(opening_problems(owed, typed.get("credit_limit", target.credit_limit)))
    return Good(row, typed, owed, target)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise NotTaken(BAD, " ".join(f"{_label(p.field)}: {p.message}" for p in problems))


def _label(field: str | None) -> str:
    return str(FIELDS["credit_balance" if field == "opening_balance" else field or "name"])


def _known_sentence(kind: str, other: Known_Row[Any]) -> str:
    if kind == "shop_phone":
        return _("%(name)s has this phone number already.", name=other.name)
    return _("The shop has a customer of this name already.")


def _twin_sentence(kind: str, line: int) -> str:
    if kind == "phone":
        return _("Line %(line)s has the same phone number.", line=line)
    return _("Line %(line)s has the same name.", line=line)
