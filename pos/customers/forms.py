"""What people fill in about customers and their khata; the verbs judge it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, RadioField, SelectField, StringField, TelField, TextAreaField

from pos.core.form_parts import Needed, RupeeField, new_key
from pos.core.language import LANGUAGES
from pos.core.language import lazy_gettext as _l
from pos.core.money import format_plain
from pos.core.web import options
from pos.customers.checks import first_limit

ONLY_NEW = {"opening_balance", "form_key"}
ONLY_OLD = {"seen_at"}
NOT_OF_CUSTOMER = {"csrf_token", "form_key", "seen_at", "opening_balance"}
METHOD_LABELS = {"CASH": _l("Cash"), "UPI": _l("UPI"), "CARD": _l("Card"), "BANK_TRANSFER": _l("Bank transfer")}


class CustomerForm(FlaskForm):
    """A customer, new or changed."""

    name = StringField(_l("Name"), [Needed()])
    phone = TelField(_l("Phone"))
    credit_limit = RupeeField(_l("Credit limit"), [Needed()], default=lambda: format_plain(first_limit()))
    opening_balance = RupeeField(_l("Owes already"))
    email = EmailField(_l("Email"))
    language = SelectField(
        _l("Language of messages"), choices=options({"": _l("The shop's"), **LANGUAGES}), validate_choice=False
    )
    address = TextAreaField(_l("Address"))
    form_key = HiddenField(default=new_key)
    seen_at = HiddenField()

    def leave_out(self, names: set[str]) -> None:
        """Take fields away that this page does not have."""
        for name in names:
            delattr(self, name)

    def values(self) -> dict[str, Any]:
        """What was typed, under the customer's own names."""
        return {name: text for name, text in self.data.items() if name not in NOT_OF_CUSTOMER}


class PaymentForm(FlaskForm):
    """Money on the khata."""

    amount = RupeeField(_l("Amount"), [Needed()])
    payment_method = RadioField(_l("How"), choices=options(METHOD_LABELS), default="CASH", validate_choice=False)
    reference = StringField(_l("Reference"))
    notes = StringField(_l("Note"))
    form_key = HiddenField(default=new_key)


class PromiseForm(FlaskForm):
    """Until when somebody will have paid how much."""

    due_date = StringField(_l("Promised to pay by"), [Needed()])
    amount = RupeeField(_l("Amount"))
    notes = StringField(_l("Note"))


class CorrectionForm(FlaskForm):
    """What a customer truly owes, and why the khata said something else."""

    new_balance = RupeeField(_l("What is truly owed"), [Needed()])
    reason = StringField(_l("Reason"), [Needed()])
    seen_balance = HiddenField()
    form_key = HiddenField(default=new_key)


class OpeningForm(FlaskForm):
    """What somebody owes from before the shop had this program."""

    amount = RupeeField(_l("Owes already"), [Needed()])
    notes = StringField(_l("Note"))
    form_key = HiddenField(default=new_key)


def as_typed(customer: Mapping[str, Any]) -> dict[str, Any]:
    """A customer's values as a person would type them."""
    return {name: format_plain(value) if isinstance(value, Decimal) else value for name, value in customer.items()}
