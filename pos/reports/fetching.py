"""Rows of long reports: a page shows a few hundred of a hundred thousand, and those alone are fetched for it.

The database counts and adds up all of them in the same statement; a file, which has every row, fetches them when it
reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pos.reports.table import MOST_SHOWN, Shaped

Rows = Sequence[Any]
Shape = Callable[[Any], Sequence[Any]]


class Fetched(Shaped):
    """The first rows of a report that are known to be `count`; the others are fetched when one of them is read."""

    def __init__(self, first: Rows, count: int, fetch: Callable[[], Rows], shape: Shape) -> None:
        super().__init__(first, shape)
        self._count, self._fetch = count, fetch

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: int | slice) -> Any:
        places = range(self._count)[place]
        furthest = places if isinstance(places, int) else max(places[0], places[-1]) if places else -1
        if furthest >= len(self._rows):
            self._fetch_all()
        return super().__getitem__(place)

    def __iter__(self) -> Iterator[Sequence[Any]]:
        self._fetch_all()
        yield from super().__iter__()

    def _fetch_all(self) -> None:
        if len(self._rows) < self._count:
            self._rows = self._fetch()
            self._count = len(self._rows)


@dataclass(frozen=True, slots=True)
class Listing:
    """A statement whose rows are listed in this order; columns of `sums` are added up.

    Columns of `looked_up` are found for each row `f` that is really fetched.
    """

    statement: str
    order: str
    sums: Sequence[str] = ()
    looked_up: Sequence[str] = ()

    def first(self) -> str:
        """The statement of what a page shows; each row has `all_rows` too, and `all_...` for each of the sums."""
        sums = (f"(SELECT SUM({one}) FROM found) AS all_{one}" for one in self.sums)  # noqa: S608
        told = ", ".join(["f.*", "(SELECT COUNT(*) FROM found) AS all_rows", *sums, *self.looked_up])
        return f"""WITH found AS MATERIALIZED ({self.statement})
            SELECT {told} FROM (SELECT * FROM found ORDER BY {self.order} LIMIT {MOST_SHOWN}) f
            ORDER BY {self.order}"""  # noqa: S608

    def whole(self) -> str:
        """The statement of all rows."""
        return f"SELECT {', '.join(['f.*', *self.looked_up])} FROM ({self.statement}) f ORDER BY {self.order}"  # noqa: S608


def listed(listing: Listing, ask: Callable[[str], Rows], shape: Shape) -> tuple[Fetched, dict[str, int]]:
    """The rows, and the sums of all of them by name, whole; `ask` sends a statement."""
    first = ask(listing.first())
    count = int(first[0].all_rows) if first else 0
    told = {name: int(getattr(first[0], f"all_{name}")) if first else 0 for name in listing.sums}
    return Fetched(first, count, lambda: ask(listing.whole()), shape), told
