"""The one place where texts become a person's language (English now, others by translation files)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import flask_babel

LANGUAGES = {"en": "English", "hi": "हिन्दी"}


def gettext(message: str, **values: object) -> str:
    """The sentence in the language of who reads it, with `%(name)s` filled in."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """The sentence for this number (`%(num)s`) in the language of who reads it."""
    return str(flask_babel.ngettext(singular, plural, number, **values))


def lazy_gettext(message: str, **values: object) -> str:
    """A sentence that becomes a language only when it is shown: for labels at module level."""
    return flask_babel.lazy_gettext(message, **values)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Make sentences in this language for a while, for work that a person began and no request carries."""
    if language is None:
        yield
        return
    with flask_babel.force_locale(language):
        yield
