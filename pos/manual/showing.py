"""Chapters as HTML: their pictures and their links lead where the shop serves them."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from pos.manual.chapters import PICTURES, markdown

Environment = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a chapter (and a section of it) and a picture (language and file) are to be found."""

    chapter: Callable[[str, str | None], str]
    picture: Callable[[str, str], str]


class _Page(RendererHTML):
    """Writes links as the shop's own addresses and pictures at their size, each one opening in full."""

    def link_open(self, tokens: Sequence[Token], place: int, options: Any, env: Environment) -> str:
        target, _hash, section = str(tokens[place].attrs["href"]).partition("#")
        if not target.endswith(".md"):
            return self.renderToken(tokens, place, options, env)
        address = env["addresses"].chapter(target.removesuffix(".md"), section or None)
        return str(Markup('<a href="{}">').format(address))

    def image(self, tokens: Sequence[Token], place: int, options: Any, env: Environment) -> str:
        file = PurePosixPath(str(tokens[place].attrs["src"]))
        from PIL import Image

        with Image.open(PICTURES / file.parent.name / file.name) as picture:
            width, height = picture.size
        address = env["addresses"].picture(file.parent.name, file.name)
        # A phone's screen is taller than wide, and needs no more than a phone's width.
        kind = "picture upright" if height > width else "picture"
        return str(
            Markup('<a class="{}" href="{}"><img src="{}" alt="{}" width="{}" height="{}" loading="lazy"></a>').format(
                kind, address, address, escape(tokens[place].content), width, height
            )
        )

    def table_open(self, tokens: Sequence[Token], place: int, options: Any, env: Environment) -> str:
        return '<div class="table-wrap" tabindex="0"><table class="table">'

    def table_close(self, tokens: Sequence[Token], place: int, options: Any, env: Environment) -> str:
        return "</table></div>"


_page = _Page()


def as_html(tokens: Sequence[Token], addresses: Addresses) -> Markup:
    """The text as HTML. It comes from files of this project with raw HTML escaped, never from people."""
    return Markup(_page.render(tokens, markdown.options, {"addresses": addresses}))  # noqa: S704
