"""A bill as a message that the shopkeeper's own phone sends: WhatsApp or SMS, in the customer's language."""

from __future__ import annotations

from pos.core import upi
from pos.core.language import gettext as _
from pos.core.language import speaking
from pos.core.money import format_quantity, format_rupees
from pos.customers import people
from pos.customers.reminders import Draft, draft
from pos.sales.bill import Bill

MOST_LINES = 12


def bill_draft(bill: Bill) -> Draft:
    """The bill's lines, its total and what is still owed of it, with a UPI link for that where the store has an id."""
    customer = people.find(bill.customer.id) if bill.customer and bill.customer.id else None
    with speaking((customer.language if customer else None) or bill.store.language):
        text = "\n".join([*_head(bill), *_lines(bill), *_foot(bill)])
    return draft(text, bill.customer.phone if bill.customer else None)


def _head(bill: Bill) -> list[str]:
    head = [
        bill.store.store_name,
        _("Bill %(number)s of %(day)s", number=bill.number, day=bill.business_day.isoformat()),
    ]
    return [*head, _("This bill is void.")] if bill.voided else head


def _lines(bill: Bill) -> list[str]:
    shown = [
        f"{line.product_name}: {format_quantity(line.quantity)} {line.unit} × {format_rupees(line.unit_price)}"
        f" = {format_rupees(line.line_total)}"
        for line in bill.lines[:MOST_LINES]
    ]
    more = len(bill.lines) - len(shown)
    return [*shown, _("and %(more)s more", more=more)] if more else shown


def _foot(bill: Bill) -> list[str]:
    foot = [_("Total %(total)s", total=format_rupees(bill.total))]
    if bill.credit and not bill.voided:
        foot.append(_("On khata %(credit)s", credit=format_rupees(bill.credit)))
    if bill.due > 0 and bill.store.upi_id:
        payee = bill.store.upi_name or bill.store.store_name
        link = upi.payment_link(bill.store.upi_id, payee, bill.due, bill.number, bill.number)
        foot.append(_("Pay by UPI to %(id)s: %(link)s", id=bill.store.upi_id, link=link))
    return [*foot, _("Thank you.")]
