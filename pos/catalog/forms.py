"""What people fill in about products and their stock; the verbs judge it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from pos.core.form_parts import Needed, PercentField, QuantityField, RupeeField, new_key
from pos.core.language import lazy_gettext as _l
from pos.core.language import lazy_pgettext
from pos.core.money import format_plain, format_quantity
from pos.core.web import options

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
MOVEMENT_LABELS = {
    "SALE": _l("Sold"),
    "RETURN": _l("Came back"),
    "ADJUSTMENT": _l("Adjusted"),
    "RESTOCK": _l("Restocked"),
}
QUANTITIES = {"stock_quantity", "min_stock_level"}
ONLY_NEW = {"stock_quantity", "form_key"}
ONLY_OLD = {"status", "seen_at"}
NOT_OF_PRODUCT = {"csrf_token", "form_key", "seen_at"}


class ProductForm(FlaskForm):
    """A product, new or changed."""

    name = StringField(_l("Name"), [Needed()])
    barcode = StringField(_l("Barcode"))
    code = StringField(_l("Short code"))
    brand = StringField(_l("Brand"))
    category = StringField(_l("Category"))
    pack_size = StringField(_l("Pack size"))
    unit = SelectField(
        lazy_pgettext("unit", "Sold by"), choices=options(UNIT_LABELS), default="pcs", validate_choice=False
    )
    price = RupeeField(_l("Selling price"), [Needed()])
    mrp = RupeeField(_l("MRP"))
    cost_price = RupeeField(_l("Cost price"))
    tax_rate = PercentField(_l("Tax rate, %"))
    hsn_code = StringField(_l("HSN code"))
    stock_quantity = QuantityField(_l("In stock now"))
    min_stock_level = QuantityField(_l("Warn below"))
    expiry_date = StringField(_l("Good until"))
    status = SelectField(_l("Status"), choices=options(STATUS_LABELS), validate_choice=False)
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

    quantity = QuantityField(_l("Quantity"), [Needed()])
    notes = StringField(_l("Note"))
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
