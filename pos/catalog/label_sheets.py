"""Labels for shelves and packets: which papers there are, and what stands on each label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from pos.catalog.bars import bars
from pos.catalog.drafts import Draft, DraftLine
from pos.core.errors import Invalid, Problem
from pos.core.language import gettext as _

MOST_LABELS = 2000


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of labels: so many side by side and below each other; a roll has one on each page."""

    name: str
    across: int
    down: int

    @property
    def on_a_page(self) -> int:
        """How many labels a page holds."""
        return self.across * self.down


# A4 sheets as Avery L7651 and L7159, which others copy; 50 x 25 mm for label printers. The measures: paper.css.
PAPERS = {paper.name: paper for paper in (Paper("a4-65", 5, 13), Paper("a4-24", 3, 8), Paper("roll-50x25", 1, 1))}


@dataclass(frozen=True, slots=True)
class Label:
    """One label: the product, the code below its bars, and the bars as a picture; both None for goods without."""

    line: DraftLine
    code: str | None
    bars: str | None


# Rows of labels; None where one of the sheet is used up already.
Sheet = list[list[Label | None]]


def labels(draft: Draft) -> list[Label]:
    """A label for each that was asked for, in the order of the draft. Raises Invalid with every count that is none."""
    problems = []
    wanted: list[tuple[DraftLine, int]] = []
    for line in draft.lines:
        text = line.typed.get("quantity", "") or "1"
        if text.isascii() and text.isdigit() and len(text) < 5:
            wanted.append((line, int(text)))
        else:
            sentence = _("How many labels for %(name)s? Enter a whole number.", name=line.product.name)
            problems.append(Problem(sentence, Invalid.code, "quantity", str(line.product.id)))
    if not problems and not 0 < sum(count for _line, count in wanted) <= MOST_LABELS:
        problems.append(Problem(_("Print 1 to %(most)s labels at once.", most=MOST_LABELS), Invalid.code, "lines"))
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return [label for line, count in wanted for label in [_label(line)] * count]


def pages(wanted: Sequence[Label], paper: Paper, skipped: int = 0) -> Iterator[Sheet]:
    """The labels as rows of pages; `skipped` are those at the top of the first sheet that are used up already."""
    cells: Iterator[Label | None] = iter([*[None] * (skipped % paper.on_a_page), *wanted])
    while page := list(islice(cells, paper.on_a_page)):
        yield [page[start : start + paper.across] for start in range(0, len(page), paper.across)]


def drawn_once(sheets: Iterable[Sheet]) -> tuple[list[Sheet], list[int]]:
    """The pages without those that are like the one before them, as most of a roll are, and how often each comes."""
    alike = [list(same) for _labels, same in groupby(sheets, key=_labels_on)]
    return [same[0] for same in alike], [len(same) for same in alike]


def _labels_on(sheet: Sheet) -> list[int]:
    return [id(label) for row in sheet for label in row]


def _label(line: DraftLine) -> Label:
    code = line.product.barcode or line.product.code
    picture = bars(code) if code else None
    return Label(line, code if picture else None, picture)
