"""The one place where texts become a person's language: English as written in the code, others by translation files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import flask_babel

LANGUAGES = {"en": "English", "hi": "हिन्दी"}
# The language that somebody chose in a browser before signing in.
COOKIE = "language"


def gettext(message: str, **values: object) -> str:
    """The sentence in the language of who reads it, with `%(name)s` filled in."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """The sentence for this number (`%(num)s`) in the language of who reads it."""
    return str(flask_babel.ngettext(singular, plural, number, **values))


def lazy_gettext(message: str, **values: object) -> str:
    """A sentence that becomes a language only when it is shown: for labels at module level."""
    return flask_babel.lazy_gettext(message, **values)


def pgettext(context: str, message: str, **values: object) -> str:
    """The sentence where one English word means two things; the context says which."""
    return str(flask_babel.pgettext(context, message, **values))


def lazy_pgettext(context: str, message: str, **values: object) -> str:
    """The same, becoming a language only when it is shown."""
    return flask_babel.lazy_pgettext(context, message, **values)


def local_time(moment: datetime | None) -> str:
    """A moment in the store's time zone and the reader's language."""
    return str(flask_babel.format_datetime(moment, "d MMM y, h:mm a")) if moment else ""


def local_date(day: date | datetime | None) -> str:
    """A day in the reader's language."""
    return str(flask_babel.format_date(day, "d MMM y")) if day else ""


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Make sentences in this language for a while, for work that a person began and no request carries."""
    if language is None:
        yield
        return
    with flask_babel.force_locale(language):
        yield
