"""What the addresses of the lists of customers ask for, and what the choices are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pos.core.language import lazy_gettext as _l
from pos.customers.listing import DEBTORS_SORTS, FILTERS
from pos.customers.promised import OPEN

LONGEST_SEARCH = 100
NAMES = ("q", "show", "sort", "limit")
FILTER_LABELS = {
    "all": _l("Everybody"),
    "with_credit": _l("With credit"),
    "near_limit": _l("Near the limit (80 %)"),
    "not_seen": _l("Not seen for 30 days"),
    "blocked": _l("No credit"),
    "inactive": _l("Gone"),
}
# A minus before the name: the largest first.
SORT_LABELS = {
    "name": _l("Name"),
    "-name": _l("Name, Z first"),
    "-balance": _l("Owes most"),
    "balance": _l("Owes least"),
    "-last_purchase": _l("Seen last"),
    "last_purchase": _l("Not seen longest"),
    "-spent": _l("Spent most"),
    "-updated": _l("Changed last"),
}
DEBTORS_LABELS = {
    "balance": _l("Owes most"),
    "oldest": _l("Oldest debt first"),
    "moved": _l("Newest movement first"),
    "name": _l("Name"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: words, which customers, in which order."""

    words: str
    chosen: str
    sort: str

    @property
    def falling(self) -> bool:
        """True when the largest comes first."""
        return self.sort.startswith("-")


def asked(arguments: Mapping[str, str]) -> Asked:
    """What the list of customers is asked for; everybody by name where it is nothing that exists."""
    chosen, sort = arguments.get("show", ""), arguments.get("sort", "")
    return Asked(
        arguments.get("q", "")[:LONGEST_SEARCH],
        chosen if chosen in FILTERS else FILTERS[0],
        sort if sort in SORT_LABELS else "name",
    )


def asked_of_debtors(arguments: Mapping[str, str]) -> Asked:
    """What the list of those who owe is asked for; who owes most first where it is nothing that exists."""
    sort = arguments.get("sort", "")
    return Asked(arguments.get("q", "")[:LONGEST_SEARCH], "", sort if sort in DEBTORS_SORTS else DEBTORS_SORTS[0])


def asked_of_promises(arguments: Mapping[str, str]) -> Asked:
    """What the list of promises is asked for; all that are not kept where it is nothing that exists."""
    chosen = arguments.get("show", "")
    return Asked(arguments.get("q", "")[:LONGEST_SEARCH], chosen if chosen in OPEN else "", "")


def kept(arguments: Mapping[str, str]) -> dict[str, str]:
    """What links to other pages and orders of the same list keep: everything but the page."""
    return {name: arguments[name] for name in NAMES if arguments.get(name)}
