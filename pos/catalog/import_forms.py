"""What people choose about a file of products; `importing` judges it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import FileField, SelectField

from pos.catalog.forms import UNIT_LABELS
from pos.catalog.importing.choices import KEEP, KEEP_DIFFERENT, SAME, SKIP, UPDATE, Choices
from pos.core.form_parts import QuantityField
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.money import format_quantity
from pos.core.web import options

KIND_LABELS = {
    "shop_barcode": _l("Barcode that the shop has already"),
    "shop_code": _l("Short code that the shop has already"),
    "shop_name": _l("Name that the shop has already"),
    "file_barcode": _l("Barcode twice in the file"),
    "file_code": _l("Short code twice in the file"),
    "file_name": _l("Name twice in the file"),
}
IN_SHOP = {
    SKIP: _l("Leave the row out"),
    UPDATE: _l("Update the product"),
    KEEP: _l("Take it as another product"),
    KEEP_DIFFERENT: _l("Another product, unless brand, pack and prices are the same"),
}
IN_FILE = {
    KEEP: _l("Take each as a product of its own"),
    KEEP_DIFFERENT: _l("Take each, but not where brand, pack and prices are the same"),
    SKIP: _l("Take the first only"),
    UPDATE: _l("Take the last only"),
}
STOCK_LABELS = {"leave": _l("Leave it as it is"), "count": _l("Set it to what the file says")}


class UploadForm(FlaskForm):
    """A file of products."""

    file = FileField(_l("File"))


def _same(kind: str) -> SelectField:
    labels = IN_SHOP if kind.startswith("shop") else IN_FILE
    choices = options({word: labels[word] for word in SAME[kind]})
    return SelectField(KIND_LABELS[kind], choices=choices, validate_choice=False)


class ChoicesForm(FlaskForm):
    """What holds for the whole file; which column is what stands beside it, as one select for each column."""

    header = SelectField(_l("The columns' names are in"), validate_choice=False)
    stock = QuantityField(_l("Stock where the file tells none"))
    unit = SelectField(_l("Unit where the file tells none"), choices=options(UNIT_LABELS), validate_choice=False)
    stock_of_known = SelectField(
        _l("Stock of products that the shop has already"), choices=options(STOCK_LABELS), validate_choice=False
    )
    shop_barcode = _same("shop_barcode")
    shop_code = _same("shop_code")
    shop_name = _same("shop_name")
    file_barcode = _same("file_barcode")
    file_code = _same("file_code")
    file_name = _same("file_name")

    def offer_headers(self, rows: list[tuple[int, str]]) -> None:
        """Let the row with the columns' names be chosen among the file's first."""
        lines = {str(number): _("line %(line)s: %(text)s", line=number, text=text) for number, text in rows}
        self.header.choices = options({"0": _("no line: the file begins with products"), **lines})

    def given(self) -> dict[str, Any]:
        """What was decided, under the names of Choices."""
        named = {name: value for name, value in self.data.items() if name != "csrf_token" and value is not None}
        return named | {"columns": request.form.getlist("columns")}


def filled_in(decided: Choices) -> Mapping[str, Any]:
    """The choices as the form shows them."""
    same = dict(decided.same)
    stock = format_quantity(decided.stock)
    return {
        **same,
        "header": str(decided.header),
        "stock": stock,
        "unit": decided.unit,
        "stock_of_known": decided.stock_of_known,
    }
