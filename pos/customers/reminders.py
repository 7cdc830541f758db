"""Drafts that the shopkeeper's own phone sends: WhatsApp and SMS, never sent by the shop itself (MARKET: wa.me)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Row, update

from pos.core import audit, clock, upi
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, NotFound
from pos.core.language import gettext as _
from pos.core.language import local_date, speaking
from pos.core.money import format_rupees
from pos.customers.checks import phone_key
from pos.customers.models import Customer
from pos.settings.store import Store

COUNTRY = "91"
WAYS = ("whatsapp", "sms")
_customers = table(Customer)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message for a customer, and the addresses that open it as a draft; no SMS without a phone number."""

    text: str
    whatsapp: str
    sms: str | None


def draft(text: str, phone: str | None) -> Draft:
    """The text as a draft to this phone number; without one, WhatsApp asks whom to send it to."""
    digits, body = phone_key(phone), quote(text, safe="")
    if digits is None or len(digits) != 10:
        return Draft(text, f"https://wa.me/?text={body}", None)
    return Draft(text, f"https://wa.me/{COUNTRY}{digits}?text={body}", f"sms:+{COUNTRY}{digits}?body={body}")


def upi_link(customer: Row[Any], amount: Decimal, store: Store) -> str | None:
    """Asks for exactly this amount on the khata by UPI; None where the store has no UPI id, or nothing is asked."""
    if not store.upi_id or amount <= 0:
        return None
    note = _("Khata %(name)s", name=customer.name)
    return upi.payment_link(store.upi_id, store.upi_name or store.store_name, amount, note, customer.id.hex)


def reminder(customer: Row[Any], store: Store, promise: Row[Any] | None = None) -> Draft:
    """Asks kindly for what is owed, in the customer's language, with a UPI link where the store has an id.

    While something of a `promise` is missing, it asks for that.
    """
    promised = promise if promise is not None and promise.missing > 0 else None
    with speaking(customer.language or store.language):
        text = _asked_for(customer, store, promised)
        amount = promised.missing if promised is not None else customer.credit_balance
        return draft(_with_upi(text, upi_link(customer, amount, store), store), customer.phone)


def _asked_for(customer: Row[Any], store: Store, promised: Row[Any] | None) -> str:
    told = {"name": customer.name, "owed": format_rupees(customer.credit_balance), "store": store.store_name}
    if promised is None:
        return _("Dear %(name)s, your khata at %(store)s stands at %(owed)s. Thank you for paying soon.", **told)
    told |= {"amount": format_rupees(promised.missing), "day": local_date(promised.due_date)}
    return _(
        "Dear %(name)s, your khata at %(store)s stands at %(owed)s. You promised to pay %(amount)s by %(day)s."
        " Thank you.",
        **told,
    )


def thanks(customer: Row[Any], entry: Row[Any], store: Store) -> Draft:
    """A payment's receipt as a message, in the customer's language."""
    with speaking(customer.language or store.language):
        told = {"name": customer.name, "store": store.store_name, "number": entry.receipt_number}
        amounts = {"paid": format_rupees(entry.amount), "left": format_rupees(entry.balance_after)}
        text = _(
            "Dear %(name)s, %(store)s has received %(paid)s. Receipt %(number)s. Your khata now stands at %(left)s.",
            **told,
            **amounts,
        )
    return draft(text, customer.phone)


def _with_upi(text: str, link: str | None, store: Store) -> str:
    if link is None:
        return text
    return text + "\n" + _("Pay by UPI to %(id)s: %(link)s", id=store.upi_id, link=link)


@one_unit
def note_reminder(actor: Actor, customer_id: UUID, by: str) -> None:
    """Remember that a reminder was opened just now, `by` whatsapp or sms.

    Raises Forbidden for staff, NotFound, Invalid.
    """
    actor.require("take_credit_payment")
    if by not in WAYS:
        raise Invalid(_("This choice is not among those offered."), field="by")
    noted = update(_customers).where(_customers.c.id == customer_id).values(last_reminded_at=clock.now())
    if execute(noted).rowcount != 1:
        raise NotFound(_("There is no such customer."), code="CUSTOMER_NOT_FOUND", field="customerId")
    audit.record(actor, "credit.reminded", "customer", customer_id, {"by": by})
