"""The payment sheet's form: what is asked, never what is right."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField

from pos.core.errors import Problem
from pos.core.language import lazy_gettext as _l
from pos.core.money import format_plain
from pos.till.tenders import LONGEST_REFERENCE, Given

AMOUNT = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 20, "data-amount": True}
REFERENCE = {"autocomplete": "off", "maxlength": LONGEST_REFERENCE, "autocapitalize": "characters"}


class PaymentForm(FlaskForm):
    """How is it paid?"""

    cash = StringField(_l("Cash"), render_kw={**AMOUNT, "data-key": "F2"})
    upi = StringField(_l("UPI"), render_kw=AMOUNT)
    upi_received = BooleanField(_l("Received"))
    upi_reference = StringField(_l("UPI reference"), render_kw=REFERENCE)
    card = StringField(_l("Card"), render_kw=AMOUNT)
    card_reference = StringField(_l("Slip number"), render_kw=REFERENCE)
    on_khata = BooleanField(_l("Rest on khata"))
    shown_total = HiddenField()

    @property
    def typed(self) -> dict[str, Any]:
        """The form as it was typed, without the token."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}

    @property
    def amounts(self) -> dict[str, Any]:
        """What was typed and ticked, for an address that brings it back."""
        kept = {name: value for name, value in self.typed.items() if value and name != "shown_total"}
        return {name: "y" if value is True else value for name, value in kept.items()}

    def show(self, given: Given) -> None:
        """Put these amounts into the fields."""
        for name in ("cash", "upi", "card"):
            amount = getattr(given, name)
            self[name].data = format_plain(amount) if amount else ""
        self.upi_received.data, self.on_khata.data = given.upi_received, given.on_khata

    def tell(self, problems: list[Problem]) -> list[Problem]:
        """Put each problem at the field it speaks of; gives those that speak of none."""
        rest = []
        for problem in problems:
            field = self._fields.get(problem.field or "")
            if field is None:
                rest.append(problem)
            else:
                field.errors = [*field.errors, problem.message]
        return rest
