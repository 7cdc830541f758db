"""What people fill in at the cash drawer: a float, cash in and out, notes and coins counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField

from pos.core.errors import Invalid, Problem
from pos.core.form_parts import Needed, RupeeField, new_key
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.money import NotMoney, rupees
from pos.sales.drawer import DENOMINATIONS, worth_of
from pos.settings.tills import LONGEST_NAME

LONGEST_REASON = 255
MOST_DIGITS = 6


class OpenForm(FlaskForm):
    """The till, and what lies in its drawer in the morning."""

    till = StringField(_l("Till"), render_kw={"maxlength": LONGEST_NAME, "list": "tills", "autocomplete": "off"})
    opening_float = RupeeField(_l("Cash in the drawer now"), [Needed()], render_kw={"maxlength": 20})
    form_key = HiddenField(default=new_key)


class MoveForm(FlaskForm):
    """Cash put in or taken out."""

    amount = RupeeField(_l("Amount"), [Needed()], render_kw={"maxlength": 20})
    reason = StringField(_l("What for"), [Needed()], render_kw={"maxlength": LONGEST_REASON, "autocomplete": "off"})
    form_key = HiddenField(default=new_key)


class CloseForm(FlaskForm):
    """What was counted in all, where nobody counted by notes and coins, and a note."""

    counted = RupeeField(_l("Or the sum alone"), render_kw={"maxlength": 20})
    note = StringField(_l("Note"), render_kw={"maxlength": LONGEST_REASON, "autocomplete": "off"})
    form_key = HiddenField(default=new_key)


@dataclass(slots=True)
class Counted:
    """A count as it was typed: pieces of each kind, or the sum alone; what is wrong with it, by field."""

    typed: dict[int, str]
    pieces: dict[int, int] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    total: Decimal | None = None

    def refuse(self) -> None:
        """Raise Invalid with everything that is wrong; do nothing where nothing is."""
        if self.problems:
            problems = [Problem(sentence, Invalid.code, name) for name, sentence in self.problems.items()]
            raise Invalid("; ".join(self.problems.values()), problems=problems, field=problems[0].field)


def piece_name(worth: int) -> str:
    """The name of the field for so many notes or coins of a kind."""
    return f"pieces_{worth}"


def read_count(given: Mapping[str, str]) -> Counted:
    """The count that a form holds: notes and coins where there are any, else the sum, else nothing where 0 stands."""
    count = Counted({worth: given.get(piece_name(worth), "").strip() for worth in DENOMINATIONS})
    for worth, text in count.typed.items():
        if not text:
            continue
        if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
            count.pieces[worth] = int(text)
        else:
            count.problems[piece_name(worth)] = _("Count notes and coins of ₹%(worth)s in whole numbers.", worth=worth)
    if any(count.pieces.values()):
        count.total = None if count.problems else worth_of(count.pieces)
    elif given.get("counted", "").strip():
        count.total = _read_sum(given["counted"], count)
    elif count.pieces and not count.problems:
        count.total = Decimal(0)
    return count


def _read_sum(text: str, count: Counted) -> Decimal | None:
    try:
        return rupees(text)
    except NotMoney as error:
        count.problems["counted"] = str(error)
        return None
