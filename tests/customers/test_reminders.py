"""One tap opens a draft in the customer's language, with what is due and a UPI link; when it was is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import pytest

from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, NotFound
from pos.core.ids import uuid7
from pos.core.language import speaking
from pos.customers import people, reminders
from pos.customers.models import Customer
from pos.settings import store
from tests.customers.owing import debtor
from tests.shop import Shop

HTMX = {"HX-Request": "true"}


def draft(customer: UUID) -> reminders.Draft:
    return reminders.reminder(people.find(customer), store.current())


def said(address: str | None) -> str:
    """The message in a wa.me address."""
    (text,) = parse_qs(urlsplit(address or "").query, strict_parsing=True)["text"]
    return text


def test_the_draft_goes_to_the_customer_with_the_amount_due(shop: Shop) -> None:
    found = draft(debtor(shop, "1234.50", phone="+91 98765-43210"))
    assert found.whatsapp.startswith("https://wa.me/919876543210?text=")
    assert found.sms is not None
    assert found.sms.startswith("sms:+919876543210?body=")
    assert said(found.whatsapp) == unquote(found.sms.partition("body=")[2]) == found.text
    assert found.text == ("Dear Amit Patel, your khata at Asha Kirana stands at ₹1,234.50. Thank you for paying soon.")


def test_a_shop_with_a_upi_id_asks_for_exactly_that(shop: Shop) -> None:
    shop.settings(upi_id="asha@okaxis", upi_name="Asha & Sons")
    amit = debtor(shop, "1234.50")
    link = draft(amit).text.partition("Pay by UPI to asha@okaxis: ")[2]
    assert (
        link == f"upi://pay?pa=asha@okaxis&pn=Asha%20%26%20Sons&am=1234.50&cu=INR&tn=Khata%20Amit%20Patel&tr={amit.hex}"
    )


def test_it_speaks_the_customers_language(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str | None] = []

    def note(language: str | None) -> Any:
        spoken.append(language)
        return speaking(language)

    monkeypatch.setattr(reminders, "speaking", note)
    draft(debtor(shop, "10", phone="9000000001", language="hi"))
    draft(debtor(shop, "10", phone="9000000002"))
    assert spoken == ["hi", "en"]


def test_without_a_phone_whatsapp_asks_whom_to_send_it_to(shop: Shop) -> None:
    found = draft(debtor(shop, phone=None))
    assert found.whatsapp.startswith("https://wa.me/?text=")
    assert found.sms is None


def test_when_it_was_is_kept_and_shown(shop: Shop) -> None:
    amit, client = debtor(shop), shop.client("ben")
    assert "Not reminded yet" in client.get(f"/customers/{amit}").text
    moment = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    with clock.frozen(moment):
        part = client.post(f"/customers/{amit}/reminded", data={"by": "sms"}, headers=HTMX).text
    assert "Reminded on 23 Nov 2026, 12:00\u202fPM" in part.replace("12:00 PM", "12:00\u202fPM")
    assert shop.row(Customer, amit).last_reminded_at == moment
    assert "Reminded on 23 Nov 2026" in client.get("/customers/khata").text
    (entry,) = shop.rows(AuditEntry, action="credit.reminded")
    assert json.loads(entry.change) == {"by": "sms"}
    assert client.post(f"/customers/{amit}/reminded", data={"by": "whatsapp"}).location == f"/customers/{amit}"


def test_the_links_note_what_they_open(shop: Shop) -> None:
    amit = debtor(shop)
    page = shop.client("ben").get(f"/customers/{amit}").text
    for way in reminders.WAYS:
        assert f'data-notes="remind-{amit.hex}" data-by="{way}"' in page
    assert f'<form id="remind-{amit.hex}"' in page


def test_who_may_not_take_money_reminds_nobody(shop: Shop) -> None:
    amit = debtor(shop)
    with pytest.raises(Forbidden):
        reminders.note_reminder(shop.devi, amit, "sms")
    with pytest.raises(Invalid):
        reminders.note_reminder(shop.ben, amit, "pigeon")
    with pytest.raises(NotFound):
        reminders.note_reminder(shop.ben, uuid7(), "sms")
