"""Texts that people type: tidied, and made comparable for searching."""

from __future__ import annotations

import re
import unicodedata

# Beyond this nobody types, and SQLite refuses a LIKE pattern of 50,000 bytes.
LONGEST_QUERY = 200

# Besides what steers terminals and the direction of writing: what XML, and with it every spreadsheet, cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def tidy(value: str | None) -> str | None:
    """One line without control characters or doubled spaces; None when nothing is left."""
    if value is None:
        return None
    if not (value.isascii() and value.isprintable()):
        value = _CONTROL.sub("", unicodedata.normalize("NFC", value))
    return " ".join(value.split()) or None


def tidy_lines(value: str | None) -> str | None:
    """Like `tidy`, but keeps line breaks."""
    lines = [tidy(line) or "" for line in (value or "").splitlines()]
    return "\n".join(lines).strip() or None


def search_key(*parts: str | None) -> str:
    """The parts as one string in which searching ignores case, width and accents' encoding (NFKC, casefold)."""
    joined = " ".join(part for part in parts if part)
    if not (joined.isascii() and joined.isprintable()):
        joined = unicodedata.normalize("NFKC", _CONTROL.sub("", joined))
    return " ".join(joined.casefold().split())


def search_words(query: str, most: int = 6) -> list[str]:
    """The words of a search as `search_key` writes them, at most six, of a query that a person may have typed."""
    return search_key(query[:LONGEST_QUERY]).split()[:most]


def like(word: str) -> str:
    """A LIKE pattern that finds the word anywhere; escape character is a backslash."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
