"""What a bill must be headed, and the sentence the law wants on it (DESIGN.md 4)."""

from __future__ import annotations

from dataclasses import dataclass

from pos.core.language import gettext as _
from pos.sales.bill import Bill


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a bill, and the declaration under it, if the law asks for one."""

    title: str
    declaration: str | None = None


def heading(bill: Bill) -> Heading:
    """The heading by the GST mode in which the bill was made.

    Not registered: a plain bill. Composition: a bill of supply with its declaration (CGST Act s. 31(3)(c), rule 49;
    rule 5(1)(f) of the CGST Rules gives the words). Regular: a tax invoice (rule 46); a bill of supply when nothing on
    it is taxed; both in one when taxed and exempt goods are sold together (rule 46A).
    """
    if bill.gst_mode == "composition":
        return Heading(_("Bill of supply"), _("Composition taxable person, not eligible to collect tax on supplies"))
    if bill.gst_mode == "regular":
        return Heading(_title_when_registered(bill))
    return Heading(_("Bill"))


def _title_when_registered(bill: Bill) -> str:
    taxed = {line.tax_rate > 0 for line in bill.lines}
    if taxed == {True, False}:
        return _("Invoice-cum-bill of supply")
    return _("Bill of supply") if taxed == {False} else _("Tax invoice")
