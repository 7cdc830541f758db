"""The starter list as it is shipped: what a kirana usually sells, by kind, in English and in Hindi."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("goods.psv")


@dataclass(frozen=True, slots=True)
class Good:
    """One kind of goods. `code` is its own for ever; `tax_rate` is GST in percent; what is None is not certain."""

    code: str
    english: str
    hindi: str
    unit: str
    pack_size: str | None
    hsn_code: str | None
    tax_rate: str | None

    def name(self, names: str) -> str:
        """How the till calls it, with its pack: in `names` "en", "hi" or "both"."""
        said = {"en": self.english, "hi": self.hindi}.get(names, f"{self.english} / {self.hindi}")
        return f"{said} {self.pack_size}" if self.pack_size else said


@dataclass(frozen=True, slots=True)
class Section:
    """Goods of one category. `number` begins their codes."""

    number: str
    english: str
    hindi: str
    goods: tuple[Good, ...]

    def name(self, language: str) -> str:
        """The category in a language: English unless it is Hindi."""
        return self.hindi if language == "hi" else self.english


@functools.cache
def sections() -> tuple[Section, ...]:
    """The whole list, read once."""
    return tuple(_sections(FILE.read_text(encoding="utf-8").splitlines()))


@functools.cache
def by_code() -> dict[str, tuple[Section, Good]]:
    """Each good with its section, by its code."""
    return {good.code: (section, good) for section in sections() for good in section.goods}


def _sections(lines: list[str]) -> Iterator[Section]:
    heading: list[str] = []
    goods: list[Good] = []
    for line in [*lines, "="]:
        if line.startswith("="):
            if heading:
                yield Section(heading[0], heading[1], heading[2], tuple(goods))
            heading, goods = _parts(line.removeprefix("=")), []
        elif line and not line.startswith("#"):
            goods.append(_good(f"K{heading[0]}{len(goods) + 1:02}", *_parts(line)))


def _parts(line: str) -> list[str]:
    return [part.strip() for part in line.split("|")]


def _good(code: str, english: str, hindi: str, unit: str, pack: str, hsn: str, tax: str) -> Good:
    return Good(code, english, hindi, unit, pack or None, hsn or None, tax or None)
