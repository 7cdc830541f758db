"""How templates are drawn: the same pages as Jinja's own way, with less work for each text and each macro.

A page asks for twenty texts and imports a dozen files of macros. Jinja asks for each import whether the importing page
has globals of its own, which none of ours ever has; and it asks three functions for each text, which look up the
reader's language anew. Together that was a seventh of a scan (docs/performance.md).
"""

from __future__ import annotations

from typing import Any

import flask_babel
from flask import Flask, g
from jinja2 import Template, pass_eval_context
from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup


class OurTemplate(Template):
    """A template whose macros are made once: no page of ours has globals that another has not."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


def _catalog() -> Any:
    """The reader's texts: looked up once for each language that is spoken in a request."""
    locale = flask_babel.get_locale()
    if locale is None:
        return flask_babel.get_translations()
    kept = g.get("catalog")
    if kept is None or kept[0] is not locale:
        kept = g.catalog = (locale, flask_babel.get_translations())
    return kept[1]


@pass_eval_context
def text(drawn: EvalContext, message: str, /, **values: Any) -> str:
    """The text in the reader's language; values are escaped unless they are markup. A `%` is written `%%`."""
    found = _catalog().ugettext(message)
    return (Markup(found) if drawn.autoescape else found) % values  # noqa: S704


def install(app: Flask) -> None:
    """Draw this application's templates so. To be called after Babel has set up its own."""
    app.jinja_env.template_class = OurTemplate
    app.jinja_env.globals.update(_=text, gettext=text)
