"""Lines of a cart as HTML, drawn once for as long as they look the same.

A scan changes one line or two, and a cart of twenty was drawn anew for it: most of what a scan cost.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from flask import render_template
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from pos.core.web import actor
from pos.till.quoted import Quote, QuotedLine

MOST_KEPT = 2000
# Stand for what differs from answer to answer; no text of a shop holds a NUL (core/text takes them out).
TOKEN_HERE, FRESH_HERE = "\x00csrf\x00", "\x00fresh\x00"
# Between these stands what only the line that was added to last has: it stops being that with the next scan.
OF_LAST, END_LAST = "\x00last\x00", "\x00end\x00"
_of_last = re.compile(f"{OF_LAST}(.*?){END_LAST}", re.DOTALL)
# As the last line, and as any other.
Drawn = tuple[str, str]


_MARKS = {"of_last": Markup(OF_LAST), "end_last": Markup(END_LAST)}  # noqa: S704


class DrawnLines:
    """The lines that were drawn last, in every language; the oldest are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, tuple[QuotedLine, Drawn]] = OrderedDict()
        self._gate = Lock()

    def get(self, key: Any, line: QuotedLine, draw: Callable[[], Drawn]) -> Drawn:
        """What was drawn under the key when the line was as it is, or what `draw` makes of it now."""
        with self._gate:
            kept = self._kept.get(key)
            if kept is not None and kept[0] == line:
                self._kept.move_to_end(key)
                return kept[1]
        drawn = draw()
        with self._gate:
            self._kept[key] = line, drawn
            self._kept.move_to_end(key)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return drawn


_drawn = DrawnLines()


def drawer_of(quote: Quote, shown: Any, values: Mapping[str, Any]) -> Callable[[QuotedLine, bool], Markup]:
    """Draws a line of this cart; the one that is edited or was refused anew, for it shows more than itself."""
    language, may_correct, token = str(get_locale()), actor().may("move_stock"), generate_csrf()

    def draw(line: QuotedLine, is_last: bool) -> Markup:
        fresh = "" if shown.touched != line.id else " is-fresh again" if line.quantity % 2 else " is-fresh"
        if line.id in (shown.edited, shown.refused):
            anew = {**values, "line": line, "fresh": fresh, **_MARKS}
            return Markup(_told_apart(render_template("till/_line.html", **anew))[not is_last])  # noqa: S704
        key = (quote.id, line.id, language, may_correct)
        plain = _drawn.get(key, line, lambda: _plain(line, values))[not is_last]
        # Our own template made it; what is put in is what it would have written.
        return Markup(plain.replace(TOKEN_HERE, token).replace(FRESH_HERE, fresh))  # noqa: S704

    return draw


def _plain(line: QuotedLine, values: Mapping[str, Any]) -> Drawn:
    placed = {"csrf_token": lambda: TOKEN_HERE, "fresh": FRESH_HERE, "line": line, **_MARKS}
    return _told_apart(render_template("till/_line.html", **{**values, **placed}))


def _told_apart(drawn: str) -> Drawn:
    return _of_last.sub(r"\1", drawn), _of_last.sub("", drawn)
