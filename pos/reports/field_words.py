"""What the fields of an audit entry are called, as on the forms where they are changed."""

from __future__ import annotations

from collections.abc import Mapping

from pos.core.language import LANGUAGES
from pos.core.language import lazy_gettext as _l

WORDS: dict[str, str] = {
    # the store
    "store_name": _l("Name of the store"),
    "contact_number": _l("Phone"),
    "address": _l("Address"),
    "currency_symbol": _l("Currency sign"),
    "min_stock_default": _l("Warn when stock falls to"),
    "receipt_header": _l("Above the bill"),
    "receipt_footer": _l("Below the bill"),
    "timezone": _l("Time zone"),
    "language": _l("Language"),
    "prices_include_tax": _l("Shelf prices include tax"),
    "gst_mode": _l("GST"),
    "gstin": _l("GSTIN"),
    "round_to_rupee": _l("Round each bill to the whole rupee"),
    "upi_id": _l("UPI id"),
    "upi_name": _l("Name shown to the payer"),
    "bill_year_start_month": _l("Bill numbers start again in"),
    "receipt_size": _l("Paper"),
    "expiry_alert_days": _l("Warn before the expiry date"),
    "loyalty_enabled": _l("Give loyalty points"),
    "loyalty_rupees_per_point": _l("One point for every"),
    "loyalty_point_worth": _l("A point is worth"),
    "cash_sessions_enabled": _l("Count the cash drawer at opening and closing"),
    "credit_limit_default": _l("Credit limit of a new customer"),
    "cashier_discount_cap": _l("Largest discount a cashier may give"),
    # products
    "name": _l("Name"),
    "price": _l("Price"),
    "mrp": _l("MRP"),
    "cost_price": _l("Cost price"),
    "tax_rate": _l("Tax rate"),
    "hsn_code": _l("HSN code"),
    "barcode": _l("Barcode"),
    "code": _l("Code"),
    "brand": _l("Brand"),
    "category": _l("Category"),
    "unit": _l("Unit"),
    "pack_size": _l("Pack size"),
    "description": _l("Description"),
    "min_stock_level": _l("Warn when stock falls to"),
    "expiry_date": _l("Expiry date"),
    "status": _l("Status"),
    # customers and people
    "phone": _l("Phone"),
    "email": _l("Email"),
    "credit_limit": _l("Credit limit"),
    "full_name": _l("Name"),
    "role": _l("Role"),
    "is_active": _l("May sign in"),
    "notes": _l("Notes"),
}
YES_AND_NO = {"True": _l("yes"), "False": _l("no")}
ROLES = {"owner": _l("Owner"), "cashier": _l("Cashier"), "staff": _l("Staff")}
GST_MODES = {
    "none": _l("Not registered"),
    "regular": _l("Registered (regular)"),
    "composition": _l("Composition scheme"),
}
STATES = {"active": _l("Active"), "inactive": _l("Set aside"), "blocked": _l("No credit")}
STATES |= {"discontinued": _l("Discontinued")}
# What the codes of a field mean.
CODES: Mapping[str, Mapping[str, str]] = {
    "language": LANGUAGES,
    "role": ROLES,
    "gst_mode": GST_MODES,
    "status": STATES,
}


def field_word(name: str) -> str:
    """The field as its form calls it, or by its own name."""
    return str(WORDS.get(name, name.replace("_", " ")))


def value_word(text: str, field: str = "") -> str:
    """A value of this field as people say it; nothing is a dash."""
    return str(CODES.get(field, YES_AND_NO).get(text, text)) or "–"
