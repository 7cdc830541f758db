"""Typing mistakes: words that the shop's goods are called by, near to a word that none of them holds.

A letter too many, too few, another one or two the wrong way round; two such from seven letters on. The first letter, or
the first two the wrong way round, must be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from sqlalchemy import column, or_, select, table

from pos.catalog import search_index
from pos.core.db import execute

SHORTEST = 4
LONG_FROM = 7
MOST_MEANT = 3
MOST_TRIED = 5

_words = table("search_words", column("word"))


def meant(words: Sequence[str]) -> Iterator[list[str]]:
    """What somebody may have meant who typed these words, the likeliest first; nothing where no word looks mistyped."""
    choices = [[word] if _is_known(word) else [*nearest(word)] for word in words]
    if all(choices) and any(choice != [word] for choice, word in zip(choices, words, strict=True)):
        for number, chosen in enumerate(product(*choices)):
            if number < MOST_TRIED:
                yield list(chosen)


def _is_known(word: str) -> bool:
    return len(word) < SHORTEST or any(sign.isdigit() for sign in word) or search_index.near([word], 0) is None


def nearest(word: str) -> list[str]:
    """The words of the goods that begin almost like this one, the nearest first, three at most."""
    most = 2 if len(word) >= LONG_FROM else 1
    starts = (_words.c.word.between(start, start + search_index.LAST_LETTER) for start in _starts(word))
    known = execute(select(_words.c.word).where(or_(*starts))).scalars()
    found = [(distance(word, one), abs(len(one) - len(word)), one) for one in known if len(one) >= len(word) - most]
    return [one for far, _length, one in sorted(found) if far <= most][:MOST_MEANT]


def _starts(word: str) -> set[str]:
    return {word[0], word[1] + word[0]}


def distance(typed: str, word: str) -> int:
    """How many mistakes lead from the beginning of a word to what was typed: the rest of it is yet to come."""
    before, last = list[int](), list(range(len(word) + 1))
    for place, letter in enumerate(typed, 1):
        row = [place]
        for at, other in enumerate(word, 1):
            cost = min(last[at] + 1, row[at - 1] + 1, last[at - 1] + (letter != other))
            if place > 1 and at > 1 and letter == word[at - 2] and typed[place - 2] == other:
                cost = min(cost, before[at - 2] + 1)
            row.append(cost)
        before, last = last, row
    return min(last[len(typed) - 1 :], default=len(typed))
