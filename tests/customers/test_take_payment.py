"""Money on the khata: any part, never more than is owed, once for each form, with a receipt; rule and page."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, KeyReused, NotFound, Refused
from pos.core.ids import uuid7
from pos.customers import khata
from pos.customers.models import CreditTransaction
from pos.reports import books
from tests.customers import papers
from tests.customers.owing import debtor, ledger, owes, paid
from tests.shop import Shop

BAD_AMOUNTS = [
    ("0", "Enter an amount above zero."),
    ("0.00", "Enter an amount above zero."),
    ("-5", "Enter an amount above zero."),
    ("", "is not an amount"),
    ("abc", "is not an amount"),
    ("1.005", "is not an amount"),
    ("1e2", "is not an amount"),
]


def form(amount: str = "500", **values: str) -> dict[str, str]:
    return {"amount": amount, "payment_method": "CASH", "form_key": "f1", **values}


def test_a_part_is_taken_off_and_written_down(shop: Shop) -> None:
    amit = debtor(shop, "1200")
    done = khata.take_credit_payment(
        shop.ben, amit, amount="500", method="UPI", reference=" 4711  882 ", notes="Partial payment"
    )
    entry = shop.row(CreditTransaction, done.entry_id)
    assert (entry.transaction_type, entry.amount, entry.balance_before, entry.balance_after) == (
        "PAYMENT_MADE",
        Decimal(500),
        Decimal(1200),
        Decimal(700),
    )
    assert (entry.payment_method, entry.reference, entry.notes) == ("UPI", "4711 882", "Partial payment")
    assert (entry.created_by, owes(shop, amit)) == (shop.ben.id, Decimal(700))
    assert len(shop.rows(AuditEntry, action="credit.paid")) == 1
    assert list(books.differences()) == []


@pytest.mark.parametrize("method", khata.METHODS)
def test_every_way_to_pay_is_taken_to_the_last_paisa(shop: Shop, method: str) -> None:
    amit = debtor(shop, "0.01")
    paid(shop, amit, "0.01", method)
    assert owes(shop, amit) == 0


def test_receipts_are_numbered_without_a_gap_and_anew_each_year(shop: Shop) -> None:
    amit = debtor(shop, "1200")
    numbers = []
    for day in (datetime(2026, 12, 31, 18, 0, tzinfo=UTC), datetime(2026, 12, 31, 18, 40, tzinfo=UTC)):
        with clock.frozen(day):
            numbers += [shop.row(CreditTransaction, paid(shop, amit, "10")).receipt_number for _time in range(2)]
        with clock.frozen(day), pytest.raises(Refused):
            paid(shop, amit, "5000")
    # The second is the first of January in India.
    assert numbers == ["RCPT-2026-000001", "RCPT-2026-000002", "RCPT-2027-000001", "RCPT-2027-000002"]
    assert list(books.differences()) == []


@pytest.mark.parametrize(("amount", "sentence"), BAD_AMOUNTS)
def test_a_bad_amount_is_refused_in_a_sentence(shop: Shop, amount: str, sentence: str) -> None:
    amit = debtor(shop, "1200")
    with pytest.raises(Invalid) as refused:
        paid(shop, amit, amount)
    assert refused.value.field == "amount"
    assert sentence in refused.value.message
    assert len(ledger(shop, amit)) == 1


def test_more_than_is_owed_is_refused(shop: Shop) -> None:
    amit = debtor(shop, "1200")
    with pytest.raises(Refused) as refused:
        paid(shop, amit, "1200.01")
    assert refused.value.code == "PAYMENT_EXCEEDS_BALANCE"
    assert refused.value.message == "Amit Patel owes ₹1,200.00. A payment cannot be more than that."
    with pytest.raises(Refused):
        paid(shop, shop.customer("Free", "9000000001"), "1")
    assert owes(shop, amit) == Decimal(1200)


def test_the_same_key_takes_the_money_once(shop: Shop) -> None:
    amit = debtor(shop, "1200")
    first = khata.take_credit_payment(shop.ben, amit, amount="500", method="CASH", key="k")
    again = khata.take_credit_payment(shop.ben, amit, amount="500.00", method="CASH", key="k")
    assert (again.entry_id, first.replayed, again.replayed) == (first.entry_id, False, True)
    with pytest.raises(KeyReused):
        khata.take_credit_payment(shop.ben, amit, amount="501", method="CASH", key="k")
    assert owes(shop, amit) == Decimal(700)


def test_a_refused_payment_does_not_burn_its_key(shop: Shop) -> None:
    amit = debtor(shop, "1200")
    with pytest.raises(Refused):
        khata.take_credit_payment(shop.ben, amit, amount="2000", method="CASH", key="k")
    khata.take_credit_payment(shop.ben, amit, amount="200", method="CASH", key="k")


def test_staff_take_no_money_and_nobody_pays_for_nobody(shop: Shop) -> None:
    amit = debtor(shop)
    with pytest.raises(Forbidden):
        khata.take_credit_payment(shop.devi, amit, amount="1", method="CASH")
    with pytest.raises(NotFound):
        paid(shop, uuid7(), "1")
    with pytest.raises(Invalid):
        paid(shop, amit, "1", "CHEQUE")
    with pytest.raises(Invalid):
        paid(shop, amit, "1", reference="x" * 101)


def test_the_page_takes_the_payment_and_shows_its_receipt(shop: Shop) -> None:
    amit, client = debtor(shop, "1200"), shop.client("ben")
    page = client.get(f"/customers/{amit}/pay").text
    assert "All: ₹1,200.00" in page
    taken = client.post(f"/customers/{amit}/pay", data=form(payment_method="UPI", reference="4711"))
    entry = ledger(shop, amit)[-1]
    assert (taken.status_code, taken.location) == (303, f"/customers/receipts/{entry.id}")
    receipt = client.get(taken.location).text
    for shown in (
        "₹500.00 from Amit Patel.",
        "Payment receipt",
        entry.receipt_number,
        "UPI 4711",
        "₹700.00",
        "Ben Thomas",
    ):
        assert shown in receipt
    assert "https://wa.me/919876543210?text=" in receipt


def test_the_form_twice_is_one_payment_and_leads_to_the_same_receipt(shop: Shop) -> None:
    amit, client = debtor(shop, "1200"), shop.client("ben")
    first, again = (client.post(f"/customers/{amit}/pay", data=form()) for _tap in range(2))
    assert first.location == again.location
    assert owes(shop, amit) == Decimal(700)


@pytest.mark.parametrize(("wrong", "sentence"), [*BAD_AMOUNTS, ("1200.01", "A payment cannot be more than that.")])
def test_the_page_keeps_a_bad_amount_beside_its_sentence(shop: Shop, wrong: str, sentence: str) -> None:
    amit = debtor(shop, "1200")
    refused = shop.client("ben").post(f"/customers/{amit}/pay", data=form(wrong, notes="For March"))
    assert refused.status_code in (400, 409)
    assert sentence in refused.text
    assert f'value="{wrong}"' in refused.text
    assert "For March" in refused.text
    assert owes(shop, amit) == Decimal(1200)


def test_the_code_asks_for_exactly_what_was_typed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.settings(upi_id="asha@okaxis")
    asked: list[str] = []

    def drawn(link: str, _name: str) -> str:
        asked.append(link)
        return "the code"

    monkeypatch.setattr("pos.core.upi.qr_svg", drawn)
    amit, client = debtor(shop, "1200"), shop.client("ben")
    part = client.post(f"/customers/{amit}/pay/code", data=form("450.5"), headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<aside id="code"')
    for shown in ("the code", "₹749.50"):
        assert shown in part
    assert asked == [
        f"upi://pay?pa=asha@okaxis&pn=Asha%20Kirana&am=450.50&cu=INR&tn=Khata%20Amit%20Patel&tr={amit.hex}"
    ]
    for nonsense in ("0", "1200.01", "x"):
        assert "the code" not in client.post(f"/customers/{amit}/pay/code", data=form(nonsense)).text
    whole = client.post(f"/customers/{amit}/pay/code", data=form("1200")).text
    assert "the code" in whole
    assert 'id="payment"' in whole
    assert owes(shop, amit) == Decimal(1200)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_receipt_is_an_80_mm_pdf(shop: Shop) -> None:
    amit, client = debtor(shop, "1200"), shop.client("ben")
    entry = paid(shop, amit, "500", "UPI", reference="4711")
    answer = client.get(f"/customers/receipts/{entry}?format=pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    width, _pages, text = papers.read(answer.data)
    assert width == pytest.approx(80, abs=1)
    for shown in ("Payment receipt", "RCPT-", "Amit Patel", "₹500.00", "UPI 4711", "₹1,200.00", "₹700.00"):
        assert shown in text
    small, _pages, _text = papers.read(client.get(f"/customers/receipts/{entry}?format=pdf&size=58mm").data)
    assert small == pytest.approx(58, abs=1)


def test_what_is_no_payment_has_no_receipt(shop: Shop) -> None:
    amit, client = debtor(shop), shop.client("ben")
    (opening,) = ledger(shop, amit)
    assert client.get(f"/customers/receipts/{opening.id}").status_code == 404
    assert client.get(f"/customers/receipts/{uuid7()}").status_code == 404
    entry = paid(shop, amit, "1")
    assert client.get(f"/customers/receipts/{entry}?size=a4").status_code == 400


def test_the_customers_page_shows_every_entry_with_before_and_after(shop: Shop, count_queries: Any) -> None:
    shop.settings(upi_id="asha@okaxis")
    amit, client = debtor(shop, "1200"), shop.client("ben")
    entry = paid(shop, amit, "500", "BANK_TRANSFER", reference="N1234")
    with count_queries() as seen:
        page = client.get(f"/customers/{amit}").text
    assert len(seen) <= 9, seen
    for shown in ("₹700.00", "₹5,000.00", "₹4,300.00", "Bank transfer N1234", "RCPT-", "Opening balance", "Ben Thomas"):
        assert shown in page
    assert f"/customers/receipts/{entry}" in page
    assert "am%3D700.00" in page
    assert client.get(f"/customers/{uuid7()}").status_code == 404
