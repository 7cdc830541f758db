"""The chapters of the manual, read from docs/manual in the reader's language."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "manual"
PICTURES = FOLDER / "pictures"
# In the order in which a shop needs them.
CHAPTERS = (
    "starting",
    "till",
    "paying",
    "customers",
    "bills",
    "drawer",
    "products",
    "goods",
    "reports",
    "settings",
    "people",
    "backups",
    "trouble",
)
# The language that every chapter exists in; its headings name the sections of all others.
ORIGINAL = "en"
# Raw HTML stays text: a chapter is words, whoever wrote it.
markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; the name is the same in every language."""

    name: str
    title: str
    tokens: Sequence[Token]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter in one language."""

    name: str
    title: str
    language: str
    opening: Sequence[Token]
    sections: Sequence[Section]

    def section(self, name: str | None) -> Section | None:
        """The section of this name, or None."""
        return next((one for one in self.sections if one.name == name), None)


@functools.cache
def read(name: str, language: str) -> Chapter:
    """The chapter in this language, in English where it was not translated; raises KeyError for a name of none."""
    if name not in CHAPTERS:
        raise KeyError(name)
    file = FOLDER / language / f"{name}.md"
    if not file.exists():
        return read(name, ORIGINAL)
    parts = list(_parts(markdown.parse(file.read_text(encoding="utf-8"))))
    (title, opening), rest = parts[0], parts[1:]
    names = [_slug(one) for one, _tokens in rest]
    if language != ORIGINAL:
        # A translation follows its original section by section.
        names = [one.name for one in read(name, ORIGINAL).sections]
    sections = [Section(slug, told, tokens) for slug, (told, tokens) in zip(names, rest, strict=True)]
    return Chapter(name, title, language, opening, sections)


def everything(language: str) -> Iterator[Chapter]:
    """All chapters in their order."""
    return (read(name, language) for name in CHAPTERS)


def _parts(tokens: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token]]]:
    """The text cut at its first and second headings: each heading's words, and what stands under it."""
    cuts = [place for place, token in enumerate(tokens) if token.type == "heading_open" and token.tag in ("h1", "h2")]
    for start, end in zip(cuts, [*cuts[1:], len(tokens)], strict=True):
        yield tokens[start + 1].content, tokens[start + 3 : end]


def _slug(title: str) -> str:
    """As the forges make an anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
