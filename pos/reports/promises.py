"""The promises of the books in the owner's words."""

from __future__ import annotations

from pos.core.language import lazy_gettext as _l
from pos.reports.books import LOG, SUMS

IN_WORDS = {
    "stock = its movements": _l("What is in stock is what came in, less what went out."),
    "stock movements follow one another": _l("No movement of stock is missing in between."),
    "khata = its entries": _l("What each customer owes is what was taken on credit, less what was paid."),
    "khata entries follow one another": _l("No entry of a khata is missing in between."),
    "lines + tax + round-off = bill": _l("Each bill comes to the sum of its lines."),
    "tax of the lines = tax of the bill": _l("Each bill's tax is that of its lines."),
    "discounts of the lines = discount of the bill": _l("Each bill's discount is that of its lines."),
    "tenders = what the bill says was paid": _l("What each bill says was paid is what was received."),
    "credit of the bill = its khata entry": _l("What each bill put on credit stands in the customer's khata."),
    "goods of the bill = its stock movements": _l("What each bill sold left the stock."),
    "nothing returned that was not sold": _l("Nothing came back that was not sold."),
    "lines of a credit note = its total": _l("Each credit note comes to the sum of its lines."),
    "refunds = what the credit note says": _l("What each credit note says was given back was given back."),
    "credit taken off = its khata entries": _l("What returns took off the khata stands in the khata."),
    "bill numbers without a gap": _l("Bill numbers have no gap and none is there twice."),
    "credit note numbers without a gap": _l("Credit note numbers have no gap and none is there twice."),
    "receipt numbers without a gap": _l("Receipt numbers have no gap and none is there twice."),
    "cash expected at the close = what moved": _l("What a drawer should hold at its close is what moved through it."),
    SUMS: _l("What reports keep of past days and months is what the bills come to."),
    LOG: _l("Nobody changed or removed an entry of the audit log."),
}


def in_words(name: str) -> str:
    """The promise as an owner reads it; a new one by its own name."""
    return str(IN_WORDS.get(name, name))
