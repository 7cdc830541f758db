"""What people fill in after a bill: why it is voided; what comes back, in which state, and how it is paid back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField

from pos.core.form_parts import Needed, new_key
from pos.core.language import lazy_gettext as _l
from pos.core.money import NotAQuantity, format_quantity, quantity
from pos.sales.bill import Bill, BillLine
from pos.sales.models import METHODS
from pos.sales.returning import KHATA, ReturnLine

LONGEST_REASON = 255


class VoidForm(FlaskForm):
    """Why a bill is voided."""

    reason = StringField(_l("Reason"), [Needed()], render_kw={"maxlength": LONGEST_REASON})
    form_key = HiddenField(default=new_key)


class ReturnForm(FlaskForm):
    """How the money goes back, and why; the lines are read by `return_rows`."""

    refund_to = RadioField(_l("Give the money back"), validate_choice=False)
    reason = StringField(_l("Reason"), [Needed()], render_kw={"maxlength": LONGEST_REASON})
    form_key = HiddenField(default=new_key)


@dataclass(slots=True)
class ReturnRow:
    """One line of the bill on the form: how much is left to come back, and what was typed."""

    line: BillLine
    back: Decimal
    left: Decimal
    typed: str
    spoiled: bool
    problem: str | None = None

    @property
    def quantity_name(self) -> str:
        """The name of its field for the quantity."""
        return f"quantity-{self.line.id}"

    @property
    def spoiled_name(self) -> str:
        """The name of its box for spoiled goods."""
        return f"spoiled-{self.line.id}"


def ways_back(bill: Bill) -> tuple[str, ...]:
    """How this bill's money can go back, the likeliest first: as it was paid; onto the khata for who has one."""
    paid = [one.method for one in bill.payments if one.kind == "TENDER"]
    khata = [KHATA] if bill.customer and bill.customer.id else []
    first = khata if not paid else list(dict.fromkeys(paid))
    return tuple(dict.fromkeys([*first, *METHODS, *khata]))


def return_rows(bill: Bill, returned: Mapping[UUID, Decimal], given: Mapping[str, Any], everything: bool) -> list[Any]:
    """A row per line of the bill, with what was typed, or with all that is left when everything comes back."""
    rows = []
    for line in bill.lines:
        back = returned.get(line.id, Decimal(0))
        row = ReturnRow(line, back, line.quantity - back, "", False)
        row.typed = format_quantity(row.left) if everything and row.left else given.get(row.quantity_name, "").strip()
        row.spoiled = row.spoiled_name in given
        rows.append(row)
    return rows


def asked_lines(rows: Sequence[ReturnRow]) -> list[ReturnLine]:
    """The lines of which something comes back; a row that holds no quantity is told so, and left out."""
    lines = []
    for row in rows:
        if row.typed in ("", "0"):
            continue
        try:
            lines.append(ReturnLine(row.line.id, quantity(row.typed), not row.spoiled))
        except NotAQuantity as error:
            row.problem = str(error)
    return lines
