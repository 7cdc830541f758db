"""A correction is a new entry with a reason, and the owner's alone; an opening balance comes once, before all else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, KeyReused, Refused
from pos.customers import khata
from pos.reports import books
from tests.customers.owing import debtor, ledger, owes, paid
from tests.shop import Shop


@pytest.mark.parametrize("balance", ["1000", "1300.50", "0"])
def test_a_correction_is_a_new_entry(shop: Shop, balance: str) -> None:
    amit = debtor(shop, "1200")
    khata.correct_balance(shop.asha, amit, new_balance=balance, reason="Written twice on 3 March")
    opening, correction = ledger(shop, amit)
    assert (opening.amount, correction.transaction_type) == (Decimal(1200), "CORRECTION")
    assert (correction.balance_before, correction.balance_after) == (Decimal(1200), Decimal(balance))
    assert correction.amount == abs(Decimal(balance) - Decimal(1200))
    assert (correction.notes, owes(shop, amit)) == ("Written twice on 3 March", Decimal(balance))
    assert len(shop.rows(AuditEntry, action="credit.corrected")) == 1
    assert list(books.differences()) == []


@pytest.mark.parametrize(
    ("balance", "reason", "field"),
    [
        *(("-1", "x", "new_balance"), ("1.005", "x", "new_balance"), ("", "x", "new_balance")),
        *(
            ("1200", "x", "new_balance"),
            ("1000", " ", "reason"),
            ("1000", None, "reason"),
            ("1000", "x" * 256, "reason"),
        ),
        ("5000.01", "x", "new_balance"),
    ],
)
def test_what_makes_no_sense_is_refused(shop: Shop, balance: str, reason: str | None, field: str) -> None:
    amit = debtor(shop, "1200")
    with pytest.raises(Invalid) as refused:
        khata.correct_balance(shop.asha, amit, new_balance=balance, reason=reason)
    assert refused.value.field == field
    assert len(ledger(shop, amit)) == 1


def test_only_the_owner_corrects(shop: Shop) -> None:
    amit = debtor(shop)
    for person in (shop.ben, shop.devi):
        with pytest.raises(Forbidden):
            khata.correct_balance(person, amit, new_balance="0", reason="x")


def test_a_balance_that_moved_since_it_was_seen_is_not_overwritten(shop: Shop) -> None:
    amit = debtor(shop, "1200")
    paid(shop, amit, "200")
    with pytest.raises(Refused) as refused:
        khata.correct_balance(shop.asha, amit, new_balance="900", reason="x", seen_balance=Decimal(1200))
    assert (refused.value.code, refused.value.message) == (
        "CHANGED_MEANWHILE",
        "The balance is ₹1,000.00 by now. Look again.",
    )
    assert owes(shop, amit) == Decimal(1000)


def test_the_same_key_corrects_once(shop: Shop) -> None:
    amit = debtor(shop, "1200")
    first = khata.correct_balance(shop.asha, amit, new_balance="1000", reason="x", key="k")
    assert khata.correct_balance(shop.asha, amit, new_balance="1000.00", reason="x", key="k").entry_id == first.entry_id
    with pytest.raises(KeyReused):
        khata.correct_balance(shop.asha, amit, new_balance="900", reason="x", key="k")
    assert len(ledger(shop, amit)) == 2


def test_the_page_corrects_what_it_showed(shop: Shop) -> None:
    amit, client = debtor(shop, "1200"), shop.client("asha")
    assert "The khata says ₹1,200.00." in client.get(f"/customers/{amit}/correct").text
    seen = {"seen_balance": "1200.00", "form_key": "k"}
    empty = client.post(f"/customers/{amit}/correct", data={"new_balance": "", "reason": "", **seen})
    assert empty.status_code == 400
    assert "Say why the balance is corrected." in empty.text
    paid(shop, amit, "100")
    moved = client.post(f"/customers/{amit}/correct", data={"new_balance": "900", "reason": "Slip", **seen})
    assert moved.status_code == 409
    assert 'value="900"' in moved.text
    assert 'value="1100.00"' in moved.text
    done = client.post(
        f"/customers/{amit}/correct", data={"new_balance": "900", "reason": "Slip", **seen, "seen_balance": "1100.00"}
    )
    assert done.status_code == 303
    assert "Slip" in client.get(f"/customers/{amit}").text
    assert owes(shop, amit) == Decimal(900)
    assert "/correct" not in shop.client("ben").get(f"/customers/{amit}").text


def test_an_opening_balance_comes_once_and_first(shop: Shop) -> None:
    amit = shop.customer("Amit")
    first = khata.open_balance(shop.ben, amit, "300", "Page 12", key="k")
    assert khata.open_balance(shop.ben, amit, "300.00", "Page 12", key="k").replayed
    with pytest.raises(Refused) as refused:
        khata.open_balance(shop.ben, amit, "300")
    assert refused.value.code == "HAS_ENTRIES"
    assert [entry.id for entry in ledger(shop, amit)] == [first.entry_id]
    with pytest.raises(Forbidden):
        khata.open_balance(shop.devi, shop.customer("Other", None), "1")


def test_nobody_begins_above_the_limit(shop: Shop) -> None:
    amit = shop.customer("Amit", credit_limit=Decimal(100))
    with pytest.raises(Invalid) as refused:
        khata.open_balance(shop.ben, amit, "100.01")
    assert refused.value.message == "The limit of Amit is ₹100.00. Raise it first."
    khata.open_balance(shop.ben, amit, "100")


def test_the_page_opens_an_empty_khata(shop: Shop) -> None:
    amit, client = shop.customer("Amit"), shop.client("ben")
    assert f"/customers/{amit}/opening" in client.get(f"/customers/{amit}").text
    wrong = client.post(f"/customers/{amit}/opening", data={"amount": "0", "notes": "Page 12"})
    assert wrong.status_code == 400
    assert "Enter an amount above zero." in wrong.text
    assert "Page 12" in wrong.text
    assert client.post(f"/customers/{amit}/opening", data={"amount": "300", "notes": "Page 12"}).status_code == 303
    page = client.get(f"/customers/{amit}").text
    assert "Page 12" in page
    assert f"/customers/{amit}/opening" not in page
