"""What the payment sheet shows: amounts, change, the QR code, and beside each problem the way out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import url_for
from markupsafe import Markup

from pos.core import upi
from pos.core.errors import Problem
from pos.core.language import gettext as _
from pos.core.language import speaking
from pos.core.money import format_quantity, format_rupees
from pos.core.web import actor, page_or_fragment
from pos.customers import people
from pos.sales import caps
from pos.settings.store import Store
from pos.till import quoting, tenders
from pos.till.display import Payment, look_at
from pos.till.payment_forms import PaymentForm
from pos.till.quoted import Quote, QuotedLine
from pos.till.screen_views import session_id, this_store
from pos.till.tenders import Given, Standing

OF_THE_PRODUCT = {"INSUFFICIENT_STOCK", "PRODUCT_NOT_FOR_SALE"}
OF_THE_CUSTOMER = {"CREDIT_LIMIT_EXCEEDED", "CUSTOMER_BLOCKED", "CUSTOMER_REQUIRED", "CUSTOMER_NOT_FOUND"}


@dataclass(slots=True)
class PaymentSheet:
    """The cart, what was typed so far, and where the payment stands with it. `over` is the dialog that lies over it."""

    quote: Quote
    form: PaymentForm
    given: Given
    misread: list[Problem]
    stands: Standing
    over: str | None = None
    query: str = ""
    refused: str | None = None
    newcomer: Mapping[str, str] = field(default_factory=dict)
    said: str | None = None
    is_ready: bool = False

    @classmethod
    def of(cls, cart_id: UUID, form: PaymentForm) -> PaymentSheet:
        """Read the cart and the form."""
        quote = quoting.quoted(cart_id, this_store())
        given, misread = tenders.read(form.typed)
        return cls(quote, form, given, misread, _standing(quote, given))

    def fill(self, given: Given) -> None:
        """Show these amounts in place of those typed."""
        self.given, self.stands, self.misread = given, _standing(self.quote, given), []
        self.form.show(given)
        self.is_ready = self.stands.due == 0 and not self.stands.problems

    def render(self, problems: list[Problem] | None = None) -> str:
        """The sheet; `problems` are a refusal's, else what can be seen already now to stand in the way."""
        beside = self.form.tell(cares(self.quote) if problems is None else problems)
        stands = Payment(self.stands.by_upi, self.stands.due, self.stands.change)
        look_at(session_id(), self.quote.id, self.quote.updated_at, stands)
        values: dict[str, Any] = {
            "sheet": self,
            "quote": self.quote,
            "form": self.form,
            "given": self.given,
            "stands": self.stands,
            "notices": [(one, way_out(one, self.quote.id, self.form.amounts)) for one in beside],
            "qr": qr(self.quote.id, this_store(), self.stands.by_upi),
            "rounds": tenders.likely_cash(self.quote.bill.total),
            "notes": tenders.NOTES,
        }
        if self.over == "customer":
            values |= self.customers()
        return page_or_fragment("till/payment.html", "till/_payment.html", **values)

    def customers(self) -> dict[str, Any]:
        """Who may be chosen, and where choosing leads: back here, with what was typed."""
        cart_id, amounts = self.quote.id, self.form.amounts
        return {
            "cart_id": cart_id,
            "query": self.query,
            "people": people.look_up(self.query),
            "find_address": url_for("till.payers", cart_id=cart_id, **amounts),
            "choose_address": url_for("till.payer", cart_id=cart_id, **amounts),
        }


def _standing(quote: Quote, given: Given) -> Standing:
    customer = people.find(quote.customer.id) if quote.customer else None
    return tenders.standing(given, quote.bill.total, customer)


def cares(quote: Quote) -> list[Problem]:
    """What stands in the way of selling this cart, as far as it can be seen before it is tried."""
    problems = [Problem(sentence, "CART", "bill") for sentence in quote.problems]
    over = caps.above_cap(actor(), this_store(), quote.bill)
    return problems + ([over] if over else []) + [problem for line in quote.lines for problem in _cares_of(line)]


def _cares_of(line: QuotedLine) -> list[Problem]:
    subject, found = str(line.product_id), []
    if not line.is_sold:
        found.append(Problem(_("%(name)s is no longer sold.", name=line.name), "PRODUCT_NOT_FOR_SALE", None, subject))
    if line.short:
        left = format_quantity(line.stock)
        sentence = _("The shelf holds %(left)s of %(name)s, less than is on this bill.", left=left, name=line.name)
        found.append(Problem(sentence, "INSUFFICIENT_STOCK", None, subject))
    if line.was is not None:
        prices = {"old": format_rupees(line.was), "new": format_rupees(line.price)}
        sentence = _("The price of %(name)s changed from %(old)s to %(new)s.", name=line.name, **prices)
        found.append(Problem(sentence, "PRICE_CHANGED", None, subject))
    return found


def way_out(problem: Problem, cart_id: UUID, typed: Mapping[str, Any]) -> tuple[str, str] | None:
    """Text and address of the link that helps with this problem; None where the sheet itself is the place."""
    if problem.code in OF_THE_PRODUCT and problem.subject:
        return _("Open the product"), url_for("catalog.product", product_id=problem.subject)
    if problem.code in OF_THE_CUSTOMER:
        return _("Choose the customer"), url_for("till.payers", cart_id=cart_id, **typed)
    if problem.code == "PRICE_CHANGED" and problem.subject is None:
        # The total alone: the new one stands above already.
        return None
    if problem.code == "CLOCK_WENT_BACK":
        return (_("Look at the clock"), url_for("settings.clock")) if actor().may("change_settings") else None
    if problem.code in ("BUSY", "TOO_MUCH_CHANGE", "CHANGE_ON_CASH_ONLY", "PAID_ALREADY"):
        return None
    return _("Back to the bill"), url_for("till.cart", cart_id=cart_id)


def qr(cart_id: UUID, store: Store, amount: Decimal) -> Markup | None:
    """The QR code that asks for this amount by UPI; None where the shop has no UPI id, or nothing is to be asked.

    The bill has no number yet: the reference on the bank's statement is the cart's id.
    """
    if not store.upi_id or amount <= 0:
        return None
    # The note is short on purpose: each letter makes the squares smaller for the customer's camera.
    with speaking(store.language):
        # It is the customer who reads it; and the customer's display shows the very same code.
        note = _("Bill")
    link = upi.payment_link(store.upi_id, store.upi_name or store.store_name, amount, note, cart_id.hex)
    return upi.qr_svg(link, _("UPI QR code for %(amount)s", amount=format_rupees(amount)))
