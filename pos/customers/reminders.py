"""Drafts that the shopkeeper's own phone sends: WhatsApp and SMS, never sent by the shop itself (MARKET: wa.me)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Row, update

from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.language import gettext as _
from pos.core.language import speaking
from pos.core.money import format_rupees
from pos.customers.checks import phone_key
from pos.customers.models import Customer
from pos.settings.store import Store

COUNTRY = "91"
_customers = table(Customer)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message for a customer, and the addresses that open it as a draft; None without a phone number."""

    text: str
    whatsapp: str | None
    sms: str | None


def draft(text: str, phone: str | None) -> Draft:
    """The text as a draft to this phone number."""
    digits = phone_key(phone)
    if digits is None or len(digits) != 10:
        return Draft(text, None, None)
    body = quote(text, safe="")
    return Draft(text, f"https://wa.me/{COUNTRY}{digits}?text={body}", f"sms:+{COUNTRY}{digits}?body={body}")


def reminder(customer: Row[Any], store: Store, upi_link: str | None) -> Draft:
    """Asks kindly for what is owed, in the customer's language, with a UPI link where the store has an id."""
    with speaking(customer.language or store.language):
        owed = format_rupees(customer.credit_balance)
        told = {"name": customer.name, "owed": owed, "store": store.store_name}
        text = _("Dear %(name)s, your khata at %(store)s stands at %(owed)s. Thank you for paying soon.", **told)
        if upi_link:
            text += "\n" + _("Pay by UPI: %(link)s", link=upi_link)
    return draft(text, customer.phone)


@one_unit
def note_reminder(actor: Actor, customer_id: UUID, by: str) -> None:
    """Remember that a reminder was opened just now. Raises Forbidden for staff."""
    actor.require("take_credit_payment")
    execute(update(_customers).where(_customers.c.id == customer_id).values(last_reminded_at=clock.now()))
    audit.record(actor, "credit.reminded", "customer", customer_id, {"by": by})
