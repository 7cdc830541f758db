"""What people choose about a file of customers; `importing` judges it."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import FileField, SelectField

from pos.core.importing.row import Row
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.web import options
from pos.customers.importing.choices import KEEP, SAME, SKIP, UPDATE, Choices

LONGEST_SHOWN = 80
KIND_LABELS = {
    "shop_phone": _l("Phone that a customer has already"),
    "shop_name": _l("Name that a customer has already"),
    "file_phone": _l("Phone twice in the file"),
    "file_name": _l("Name twice in the file"),
}
IN_SHOP = {SKIP: _l("Leave the row out"), UPDATE: _l("Update the customer"), KEEP: _l("Take it as somebody else")}
IN_FILE = {SKIP: _l("Take the first only"), UPDATE: _l("Take the last only"), KEEP: _l("Take each as somebody else")}


class UploadForm(FlaskForm):
    """A file of customers."""

    file = FileField(_l("File"))


def _same(kind: str) -> SelectField:
    labels = IN_SHOP if kind.startswith("shop") else IN_FILE
    choices = options({word: labels[word] for word in SAME[kind]})
    return SelectField(KIND_LABELS[kind], choices=choices, validate_choice=False)


class ChoicesForm(FlaskForm):
    """What holds for the whole file; which column is what stands beside it, as one select for each column."""

    header = SelectField(_l("The columns' names are in"), validate_choice=False)
    shop_phone = _same("shop_phone")
    shop_name = _same("shop_name")
    file_phone = _same("file_phone")
    file_name = _same("file_name")

    def offer_headers(self, rows: list[Row]) -> None:
        """Let the row with the columns' names be chosen among the file's first."""
        lines = {
            str(row.number): _(
                "line %(line)s: %(text)s", line=row.number, text=short(", ".join(filter(None, row.cells)))
            )
            for row in rows[:10]
        }
        self.header.choices = options({"0": _("no line: the file begins with customers"), **lines})

    def given(self) -> dict[str, Any]:
        """What was decided, under the names of Choices."""
        named = {name: value for name, value in self.data.items() if name != "csrf_token" and value is not None}
        return named | {"columns": request.form.getlist("columns")}


def filled_in(decided: Choices) -> dict[str, str]:
    """The choices as the form shows them."""
    return {**dict(decided.same), "header": str(decided.header)}


def short(text: str) -> str:
    """The text on one line, cut where it would not fit."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
