"""Texts in templates: in the reader's language, escaped, and looked up once for each language of a request."""

from __future__ import annotations

from typing import Any

import flask_babel
import pytest
from flask import Flask, render_template_string
from jinja2 import DictLoader
from markupsafe import Markup

from pos.core.language import speaking
from tests.shop import Shop


@pytest.fixture
def engine_name() -> str:
    """No text depends on the engine."""
    return "sqlite"


def test_a_text_is_in_the_language_that_is_spoken_where_it_stands(shop: Shop) -> None:
    with shop.app.test_request_context():
        english = render_template_string("{{ _('Bill') }}")
        with speaking("hi"):
            hindi = render_template_string("{{ _('Bill') }}")
        assert (english, render_template_string("{{ _('Bill') }}")) == ("Bill", "Bill")
    assert hindi not in ("", "Bill")


def test_what_is_put_into_a_text_is_escaped_unless_it_is_markup(shop: Shop) -> None:
    source = "{{ _('Removed %(name)s', name=name) }}"
    with shop.app.test_request_context():
        assert render_template_string(source, name="<b>&") == "Removed &lt;b&gt;&amp;"
        assert render_template_string(source, name=Markup("<b>salt</b>")) == "Removed <b>salt</b>"


def test_in_a_text_file_nothing_is_escaped(app: Flask) -> None:
    app.jinja_env.loader, loader = (
        DictLoader({"x.txt": "{{ _('Removed %(name)s', name='<b>') }}"}),
        app.jinja_env.loader,
    )
    try:
        assert app.jinja_env.get_template("x.txt").render() == "Removed <b>"
    finally:
        app.jinja_env.loader = loader


def test_a_percent_sign_is_written_twice(shop: Shop) -> None:
    with shop.app.test_request_context():
        assert render_template_string("{{ _('100 %%') }}") == "100 %"


def test_the_languages_texts_are_looked_up_once_in_a_request(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    look_up = flask_babel.get_translations

    def noted() -> Any:
        asked.append(str(flask_babel.get_locale()))
        return look_up()

    monkeypatch.setattr(flask_babel, "get_translations", noted)
    with shop.app.test_request_context():
        render_template_string("{{ _('Bill') }}{{ _('Total') }}{{ gettext('Tax') }}")
        assert asked == ["en"]
        with speaking("hi"):
            render_template_string("{{ _('Bill') }}{{ _('Total') }}")
        assert asked == ["en", "hi"]


def test_a_file_of_macros_is_made_once(app: Flask) -> None:
    app.jinja_env.loader, loader = (
        DictLoader({"m": "{{ count() }}{% macro m() %}m{% endmacro %}"}),
        app.jinja_env.loader,
    )
    made: list[int] = []
    app.jinja_env.globals["count"] = lambda: made.append(1)
    try:
        for _time in range(3):
            page = app.jinja_env.from_string("{% from 'm' import m %}{{ m() }}", globals={"other": 1})
            assert page.render() == "m"
    finally:
        app.jinja_env.loader = loader
        del app.jinja_env.globals["count"]
    assert len(made) == 1
