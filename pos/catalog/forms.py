"""What people fill in about products and their stock; the verbs judge it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from pos.catalog.models import STATUSES, UNITS
from pos.core.language import lazy_gettext as _l
from pos.core.money import format_plain, format_quantity

UNIT_LABELS = {
    "pcs": _l("pcs (pieces)"),
    "kg": _l("kg (kilograms)"),
    "gm": _l("gm (grams)"),
    "ltr": _l("ltr (litres)"),
    "ml": _l("ml (millilitres)"),
    "dozen": _l("dozen"),
    "packet": _l("packet"),
}
STATUS_LABELS = {"active": _l("On sale"), "inactive": _l("Set aside"), "discontinued": _l("Discontinued")}
QUANTITIES = {"stock_quantity", "min_stock_level"}
ONLY_NEW = {"stock_quantity"}
NOT_OF_PRODUCT = {"csrf_token", "form_key", "seen_at"}


def new_key() -> str:
    """A key that makes one filled-in form happen once."""
    return uuid4().hex


class AsTyped(StringField):
    """A text field of the trade: no validation here, what was typed stays as it was typed."""


class ProductForm(FlaskForm):
    """A product, new or changed."""

    name = AsTyped(_l("Name"))
    barcode = AsTyped(_l("Barcode"))
    code = AsTyped(_l("Short code"))
    brand = AsTyped(_l("Brand"))
    category = AsTyped(_l("Category"))
    pack_size = AsTyped(_l("Pack size"))
    unit = SelectField(_l("Sold by"), choices=[(unit, UNIT_LABELS[unit]) for unit in UNITS], validate_choice=False)
    price = AsTyped(_l("Selling price"))
    mrp = AsTyped(_l("MRP"))
    cost_price = AsTyped(_l("Cost price"))
    tax_rate = AsTyped(_l("Tax rate, %"))
    hsn_code = AsTyped(_l("HSN code"))
    stock_quantity = AsTyped(_l("In stock now"))
    min_stock_level = AsTyped(_l("Warn below"))
    expiry_date = AsTyped(_l("Good until"))
    status = SelectField(_l("Status"), choices=[(one, STATUS_LABELS[one]) for one in STATUSES], validate_choice=False)
    description = TextAreaField(_l("Description"))
    form_key = HiddenField(default=new_key)
    seen_at = HiddenField()

    def leave_out(self, names: set[str]) -> None:
        """Take fields away that this person, or this page, does not have."""
        for name in names:
            delattr(self, name)

    def values(self) -> dict[str, Any]:
        """What was typed, under the product's own names."""
        return {name: text for name, text in self.data.items() if name not in NOT_OF_PRODUCT}


class StockForm(FlaskForm):
    """One change of one product's stock."""

    quantity = AsTyped(_l("Quantity"))
    notes = AsTyped(_l("Note"))
    form_key = HiddenField(default=new_key)


def as_typed(product: Mapping[str, Any]) -> dict[str, Any]:
    """A product's values as a person would type them."""
    return {name: _typed(name, value) for name, value in product.items()}


def _typed(name: str, value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    if name in QUANTITIES or name == "tax_rate":
        return format_quantity(value)
    return format_plain(value)
