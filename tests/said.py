"""Finds the texts of a template that no translator would see: read from Jinja's own syntax tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from jinja2 import Environment, nodes

GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
# Attributes that people see or hear.
SPOKEN = {"placeholder", "aria-label", "aria-description", "title", "alt", "label", "data-key-label", "hx-confirm"}
# Names, units, codes and keys that are the same in every language.
SAME_EVERYWHERE = re.compile(
    r"\b(Local POS Pro|[CS]?GST|GSTIN|HSN|UPI|MRP|PDF|CSV|[kM]B|QR|SMS|[XZ]|kg|gm|ltr|ml|pcs|mm|Alt|Ctrl|Enter|Esc)\b"
)
# Blocks that stand in an attribute.
UNSEEN_BLOCKS = {"body_class", "body_attributes", "main_class"}
LETTERS = re.compile(r"[^\W\d_]{2,}")
# What a text looks like among the arguments of macros: a capital letter, then small ones.
SENTENCE = re.compile(r"^[A-Z][a-z]+\b")
CODE = {"script", "style", "code", "kbd", "pre"}
LATIN = re.compile(r"[A-Za-z]{2,}")
# Numbers of papers, the halves of the day as Hindi writes them, time zones, a language by its own name, an example.
NUMBERS = re.compile(r"\b(BILL|CRN|RCPT)-[\d-]+|\d [ap]m\b|\b(Asia|Indian)/\w+|\bUTC\b|\bEnglish\b|name@bank")
VALUE = "\ue000"
_jinja = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)


def bare_texts(template: str) -> Iterator[str]:
    """Text between the tags, in attributes that are read out, and in what is handed to macros, outside gettext."""
    tree = _jinja.parse(template)
    html = "".join(_written(tree))
    # The name of an element may be a value too.
    yield from _in_html(re.sub(f"<(/?){VALUE}", r"<\1x", html))
    yield from _in_expressions(tree)


def _written(node: nodes.Node) -> Iterator[str]:
    """The template's HTML, every branch of it, with a sign for each value."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            yield child.data
        elif isinstance(child, nodes.Expr):
            yield VALUE
        elif not (isinstance(child, nodes.Block) and child.name in UNSEEN_BLOCKS):
            yield from _written(child)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.unspoken: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in CODE or "code" in (given.get("class") or "").split():
            self.unspoken.append(tag)
        self.said += [value for name, value in attrs if value and name in SPOKEN]
        if tag == "input" and given.get("type") in {"submit", "reset", "button"}:
            self.said.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self.unspoken and self.unspoken[-1] == tag:
            self.unspoken.pop()

    def handle_data(self, data: str) -> None:
        if not self.unspoken:
            self.said.append(data)


def _in_html(html: str) -> Iterator[str]:
    reader = _Reader()
    reader.feed(html)
    for text in reader.said:
        if LETTERS.search(SAME_EVERYWHERE.sub("", text.replace(VALUE, " "))):
            yield " ".join(text.replace(VALUE, "…").split())


def _in_expressions(node: nodes.Node) -> Iterator[str]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in GETTEXT:
            continue
        said = child.value if isinstance(child, nodes.Const) else None
        if isinstance(said, str) and SENTENCE.search(SAME_EVERYWHERE.sub("", said)):
            yield said
        yield from _in_expressions(child)


class Brackets:
    """Translations into a language in which everything said stands in brackets."""

    def ugettext(self, text: str) -> str:
        return f"⟦{text}⟧"

    def ungettext(self, one: str, more: str, number: int) -> str:
        return f"⟦{one if number == 1 else more}⟧"

    def upgettext(self, _context: str, text: str) -> str:
        return f"⟦{text}⟧"


def unbracketed(html: str) -> Iterator[str]:
    """What a page says outside of the brackets, in Latin letters."""
    while "⟦" in html and (inner := re.sub(r"⟦[^⟦⟧]*⟧", VALUE, html)) != html:
        html = inner
    yield from _in_html(html)


class OwnWords:
    """The words that people typed and numbers of papers, which no translator touches."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.words = {word.lower() for text in texts for word in LATIN.findall(text)}

    def leave(self, text: str) -> list[str]:
        """The words of a text that are not among them."""
        text = NUMBERS.sub("", SAME_EVERYWHERE.sub("", text))
        return [word for word in LATIN.findall(text) if word.lower() not in self.words]
