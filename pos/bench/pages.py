"""The till's pages, asked one after the other: scan to line, search as you type, a bill as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from random import Random

from pos.bench.checkouts import sell
from pos.bench.measures import Figure, percentile
from pos.bench.place import Place
from pos.bench.visitor import Answer, Visitor

HTMX = {"HX-Request": "true"}
CART_LINES, MEASURED_LINES = 25, 10
PDF_LINES = 10


def scans(place: Place, till: Visitor, how_many: int) -> list[Figure]:
    """Adding a scanned product to carts of 15 to 24 lines."""
    answers: list[Answer] = []
    goods = cycle(place.goods)
    while len(answers) < how_many:
        cart = till.open_cart()
        for line in range(min(CART_LINES, len(place.goods))):
            answer = till.post(f"{cart}/scan", {"q": next(goods).barcode}, **HTMX)
            if line >= min(CART_LINES, len(place.goods)) - MEASURED_LINES:
                answers.append(answer)
        till.post(f"{cart}/discard", {}, **HTMX)
    return _figures("scan to line, cart of 20 lines", answers[:how_many])


def searches(place: Place, till: Visitor, how_many: int) -> list[Figure]:
    """Three letters of a name, and two words of it in either order."""
    cart, chance = till.open_cart(), Random(3)  # noqa: S311
    found = []
    for kind, words in (("three letters", _three_letters), ("two words", _two_words)):
        asked = [words(chance.choice(place.goods).name, chance) for _one in range(how_many)]
        found += _figures(f"search, {kind}", [till.get(f"{cart}/search?q={one}", **HTMX) for one in asked])
    return found


def papers(place: Place, till: Visitor, how_many: int) -> list[Figure]:
    """The bill as a PDF on an 80 mm roll, once the press is warm."""
    bill = sell(place, Random(4), min(PDF_LINES, len(place.goods)))  # noqa: S311
    path = f"/sales/{bill}/receipt?format=pdf&size=80mm"
    till.get(path)
    return _figures(f"bill of {PDF_LINES} lines as a PDF, warm", [till.get(path) for _one in range(how_many)])


def _three_letters(name: str, _chance: Random) -> str:
    return name.split()[0][:3].replace("&", "a")


def _two_words(name: str, chance: Random) -> str:
    words = [word for word in name.split() if word.isalnum() and len(word) > 2] or name.split()
    return "+".join(chance.sample(words, min(2, len(words))))


def _figures(name: str, answers: Sequence[Answer]) -> list[Figure]:
    worked = [answer.worked for answer in answers]
    took = [answer.took for answer in answers]
    return [
        Figure(f"{name}: p50 at the server", percentile(worked, 50), "ms"),
        Figure(f"{name}: p99 at the server", percentile(worked, 99), "ms"),
        Figure(f"{name}: p50 at the tablet's end", percentile(took, 50), "ms"),
    ]
