"""Forms of the account pages: what is asked, never what is right; that is the verbs' to say."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectField, StringField

from pos.core.language import LANGUAGES
from pos.core.language import lazy_gettext as _l
from pos.core.web import options

ROLE_NAMES = {"owner": _l("Owner"), "cashier": _l("Cashier"), "staff": _l("Staff")}
GST_NAMES = {
    "none": _l("Not registered"),
    "regular": _l("Registered (regular)"),
    "composition": _l("Composition scheme"),
}
NEW = {"autocomplete": "new-password"}
# `one-time-code` keeps browsers from offering to remember it: the tablet is everybody's.
DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "pattern": "[0-9]{4,8}", "maxlength": 8}


class SignInForm(FlaskForm):
    """Who are you?"""

    email = EmailField(_l("Email"), render_kw={"autocomplete": "username", "autocapitalize": "off"})
    password = PasswordField(_l("Password"), render_kw={"autocomplete": "current-password"})
    next = HiddenField()


class CodeForm(FlaskForm):
    """Six digits from the phone, or a code from paper."""

    code = StringField(
        _l("Code"),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "maxlength": 40},
    )
    next = HiddenField()


class ConfirmForm(FlaskForm):
    """The password once more, before something that a stranger at an open tablet must not do."""

    password = PasswordField(_l("Current password"), render_kw={"autocomplete": "current-password"})


class PinForm(FlaskForm):
    """A PIN of one's own, and the password once more."""

    password = PasswordField(_l("Current password"), render_kw={"autocomplete": "current-password"})
    pin = PasswordField(_l("New PIN"), render_kw=DIGITS)
    pin_again = PasswordField(_l("New PIN again"), render_kw=DIGITS)


class RemovePinForm(FlaskForm):
    """The password once more; it stands on one page with that of the other form."""

    password = PasswordField(_l("Current password"), id="password-to-remove", render_kw={"autocomplete": "off"})


class PlaceForm(FlaskForm):
    """Who goes on at this till."""

    pin = PasswordField(_l("PIN"), render_kw={**DIGITS, "data-amount": "", "data-pin": ""})
    next = HiddenField()


class SetUpForm(FlaskForm):
    """The store and its owner, on the first visit."""

    code = StringField(_l("One-time code"), render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters"})
    store_name = StringField(_l("Name of the store"), render_kw={"autocomplete": "organization", "maxlength": 255})
    language = SelectField(_l("Language"), choices=options(LANGUAGES), validate_choice=False)
    prices_include_tax = RadioField(
        _l("Do your shelf prices include tax?"),
        choices=options({"yes": _l("Yes, tax is inside the price"), "no": _l("No, tax is added on the bill")}),
        default="yes",
        validate_choice=False,
    )
    gst_mode = RadioField(
        _l("Is the store registered for GST?"), choices=options(GST_NAMES), default="none", validate_choice=False
    )
    gstin = StringField(_l("GSTIN"), render_kw={"autocapitalize": "characters", "maxlength": 20})
    upi_id = StringField(_l("UPI id for payments"), render_kw={"autocapitalize": "off", "inputmode": "email"})
    full_name = StringField(_l("Your name"), render_kw={"autocomplete": "name", "maxlength": 255})
    email = EmailField(_l("Your email"), render_kw={"autocomplete": "username", "autocapitalize": "off"})
    password = PasswordField(_l("Password"), render_kw=NEW)
    password_again = PasswordField(_l("Password again"), render_kw=NEW)


class ProfileForm(FlaskForm):
    """One's own name, email and language."""

    full_name = StringField(_l("Name"), render_kw={"autocomplete": "name", "maxlength": 255})
    email = EmailField(_l("Email"), render_kw={"autocomplete": "username", "autocapitalize": "off"})
    language = SelectField(_l("Language"), validate_choice=False)


class PasswordForm(FlaskForm):
    """A new password for oneself."""

    current = PasswordField(_l("Current password"), render_kw={"autocomplete": "current-password"})
    password = PasswordField(_l("New password"), render_kw=NEW)
    password_again = PasswordField(_l("New password again"), render_kw=NEW)


class PersonForm(FlaskForm):
    """Somebody who works in the shop, as the owner sees them."""

    full_name = StringField(_l("Name"), render_kw={"autocomplete": "off", "maxlength": 255})
    email = EmailField(_l("Email"), render_kw={"autocomplete": "off", "autocapitalize": "off"})
    role = RadioField(_l("Role"), choices=options(ROLE_NAMES), default="cashier", validate_choice=False)
    password = PasswordField(_l("Password"), render_kw=NEW)
