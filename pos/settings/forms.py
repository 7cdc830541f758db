"""The form of the store's terms: one field for each of them, in the order of the page."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TelField, TextAreaField

from pos.core.language import LANGUAGES
from pos.core.language import lazy_gettext as _l
from pos.core.money import format_plain, format_quantity
from pos.core.web import options
from pos.settings.store import NAMES, Store

MONTHS = (
    _l("January"),
    _l("February"),
    _l("March"),
    _l("April"),
    _l("May"),
    _l("June"),
    _l("July"),
    _l("August"),
    _l("September"),
    _l("October"),
    _l("November"),
    _l("December"),
)
TIME_ZONES = ("Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Colombo", "Asia/Thimphu", "Asia/Dubai", "UTC")
PAPERS = {
    "80mm": _l("80 mm roll"),
    "58mm": _l("58 mm roll"),
    "a4": _l("A4 sheet"),
    "a5": _l("A5 sheet"),
}
GST_NAMES = {
    "none": _l("Not registered"),
    "regular": _l("Registered (regular)"),
    "composition": _l("Composition scheme"),
}

RUPEES = ("loyalty_rupees_per_point", "loyalty_point_worth", "credit_limit_default")


class NumberField(StringField):
    """A number as it was typed: the rule that reads it says what is wrong with it."""


class QuantityField(NumberField):
    """A quantity, shown as short as it is."""


class PercentField(NumberField):
    """A percent, shown as short as it is."""


class RupeeField(NumberField):
    """Rupees, shown with two decimals."""


class WholeField(NumberField):
    """A whole number."""


class StoreForm(FlaskForm):
    """Every term of the store (pos/settings/store.py)."""

    store_name = StringField(_l("Name of the store"), render_kw={"maxlength": 255})
    contact_number = TelField(_l("Phone"), render_kw={"maxlength": 15})
    address = TextAreaField(_l("Address"), render_kw={"rows": 3, "maxlength": 500})

    receipt_header = TextAreaField(_l("Above the bill"), render_kw={"rows": 2, "maxlength": 500})
    receipt_footer = TextAreaField(_l("Below the bill"), render_kw={"rows": 2, "maxlength": 500})
    receipt_size = SelectField(_l("Paper"), choices=options(PAPERS), validate_choice=False)
    bill_year_start_month = SelectField(
        _l("Bill numbers start again in"),
        choices=options({str(number): name for number, name in enumerate(MONTHS, 1)}),
        validate_choice=False,
    )

    gst_mode = RadioField(_l("GST"), choices=options(GST_NAMES), validate_choice=False)
    gstin = StringField(_l("GSTIN"), render_kw={"autocapitalize": "characters", "maxlength": 20})
    tax_rate = PercentField(_l("Usual tax rate"))
    prices_include_tax = BooleanField(_l("Shelf prices include tax"))
    round_to_rupee = BooleanField(_l("Round each bill to the whole rupee"))

    upi_id = StringField(_l("UPI id"), render_kw={"autocapitalize": "off", "inputmode": "email"})
    upi_name = StringField(_l("Name shown to the payer"), render_kw={"maxlength": 99})

    min_stock_default = QuantityField(_l("Warn when stock falls to"))
    expiry_alert_days = WholeField(_l("Warn before the expiry date"))

    loyalty_enabled = BooleanField(_l("Give loyalty points"))
    loyalty_rupees_per_point = RupeeField(_l("One point for every"))
    loyalty_point_worth = RupeeField(_l("A point is worth"))
    credit_limit_default = RupeeField(_l("Credit limit of a new customer"))
    cashier_discount_cap = PercentField(_l("Largest discount a cashier may give"))
    cash_sessions_enabled = BooleanField(_l("Count the cash drawer at opening and closing"))

    language = SelectField(_l("Language"), choices=options(LANGUAGES), validate_choice=False)
    timezone = SelectField(_l("Time zone"), validate_choice=False)
    currency_symbol = StringField(_l("Currency sign"), render_kw={"maxlength": 10})
    seen_at = HiddenField()

    def offer_time_zones(self, current: str) -> None:
        """Offer the usual time zones and the store's own."""
        self.timezone.choices = options({name: name for name in (*TIME_ZONES, current)})

    def given(self) -> dict[str, Any]:
        """The terms that were sent; a box without a tick is a no."""
        return {name: self[name].data for name in NAMES if isinstance(self[name], BooleanField) or self[name].raw_data}


class LogoForm(FlaskForm):
    """A picture for the bills."""

    picture = FileField(_l("Picture"), render_kw={"accept": "image/png,image/jpeg"})


def filled(terms: Store) -> dict[str, Any]:
    """The store's terms as the form shows them."""
    shown = {name: getattr(terms, name) for name in NAMES}
    cap = terms.cashier_discount_cap
    shown |= {
        "tax_rate": format_quantity(terms.tax_rate),
        "min_stock_default": format_quantity(terms.min_stock_default),
        "cashier_discount_cap": "" if cap is None else format_quantity(cap),
    }
    shown |= {name: format_plain(shown[name]) for name in RUPEES}
    return shown | {"bill_year_start_month": str(terms.bill_year_start_month)}
