"""Changing a customer, blocking, sending away and bringing back; rule and page."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, NotFound, Refused
from pos.core.ids import uuid7
from pos.customers import people
from pos.customers.models import Customer
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from tests.customers.owing import debtor, paid
from tests.shop import Shop


def test_only_what_is_named_changes_and_it_is_written_down(shop: Shop) -> None:
    amit = shop.customer("Amit Patel", "9876543210", credit_limit=Decimal(5000))
    people.change_customer(shop.ben, amit, {"name": "Amit P", "credit_limit": "8000"})
    row = shop.row(Customer, amit)
    assert (row.name, row.phone, row.credit_limit) == ("Amit P", "9876543210", Decimal(8000))
    assert people.look_up("amit p")[0].id == amit
    (entry,) = shop.rows(AuditEntry, action="customer.changed")
    assert json.loads(entry.change) == {"name": ["Amit Patel", "Amit P"], "credit_limit": ["5000.00", "8000.00"]}


def test_saving_without_a_change_writes_nothing(shop: Shop) -> None:
    amit = shop.customer("Amit", credit_limit=Decimal(5000))
    before = shop.row(Customer, amit).updated_at
    people.change_customer(shop.ben, amit, {"name": "Amit", "credit_limit": "5,000.00"})
    assert shop.row(Customer, amit).updated_at == before
    assert shop.rows(AuditEntry, action="customer.changed") == []


def test_the_limit_never_falls_below_what_is_owed(shop: Shop) -> None:
    amit = debtor(shop, "1200")
    with pytest.raises(Invalid) as refused:
        people.change_customer(shop.ben, amit, {"credit_limit": "1199.99"})
    assert (refused.value.field, refused.value.message) == (
        "credit_limit",
        "The limit cannot be below what is owed now, ₹1,200.00.",
    )
    people.change_customer(shop.ben, amit, {"credit_limit": "1200"})


def test_balance_and_points_are_no_values_to_change(shop: Shop) -> None:
    amit = shop.customer()
    for name in ("credit_balance", "loyalty_points", "total_spent", "phone_key"):
        with pytest.raises(Invalid):
            people.change_customer(shop.ben, amit, {name: "5"})


def test_another_customers_phone_is_refused(shop: Shop) -> None:
    shop.customer("Amit", "9876543210")
    other = shop.customer("Other", "9000000000")
    with pytest.raises(Refused) as refused:
        people.change_customer(shop.ben, other, {"phone": "098765 43210"})
    assert refused.value.code == "DUPLICATE_PHONE"
    people.change_customer(shop.ben, other, {"phone": "+91 90000 00000"})


def test_who_edits_what_somebody_else_changed_is_told(shop: Shop) -> None:
    amit = shop.customer("Amit")
    seen = shop.row(Customer, amit).updated_at
    people.change_customer(shop.ben, amit, {"name": "Amit P"}, seen)
    with pytest.raises(Refused) as refused:
        people.change_customer(shop.ben, amit, {"name": "Amit Q"}, seen - timedelta(seconds=1))
    assert refused.value.code == "CHANGED_MEANWHILE"


def test_a_sale_or_a_payment_is_no_edit(shop: Shop) -> None:
    amit = debtor(shop)
    seen = shop.row(Customer, amit).updated_at
    paid(shop, amit, "100")
    people.change_customer(shop.ben, amit, {"name": "Amit P"}, seen)


def test_staff_change_nobody_and_nobody_is_not_found(shop: Shop) -> None:
    with pytest.raises(Forbidden):
        people.change_customer(shop.devi, shop.customer(), {"name": "x"})
    with pytest.raises(NotFound):
        people.change_customer(shop.ben, uuid7(), {"name": "x"})


@pytest.mark.parametrize("status", ["blocked", "inactive"])
def test_who_is_set_aside_gets_no_credit_but_may_pay(shop: Shop, status: str) -> None:
    amit = debtor(shop, "500")
    people.set_status(shop.ben, amit, status)
    tea = shop.product(price="100", tax_rate=Decimal(0))
    with pytest.raises(Refused) as refused:
        complete_sale(shop.ben, Checkout((CheckoutLine(tea, Decimal(1)),), (), amit))
    assert refused.value.problems[0].code == "CUSTOMER_BLOCKED"
    complete_sale(shop.ben, Checkout((CheckoutLine(tea, Decimal(1)),), (Tender("CASH", Decimal(100)),), amit))
    paid(shop, amit, "500")
    people.set_status(shop.ben, amit, "active")
    complete_sale(shop.ben, Checkout((CheckoutLine(tea, Decimal(1)),), (), amit))


def test_who_has_gone_is_not_found_at_the_till(shop: Shop) -> None:
    amit = shop.customer("Amit")
    people.set_status(shop.ben, amit, "inactive")
    assert people.look_up("amit") == []


def test_the_page_changes_and_keeps_what_is_wrong(shop: Shop) -> None:
    amit, client = debtor(shop, "1200", address="Lane 4"), shop.client("ben")
    page = client.get(f"/customers/{amit}/edit").text
    assert 'value="5000.00"' in page
    assert "Lane 4" in page
    wrong = client.post(f"/customers/{amit}/edit", data={"name": "Amit P", "phone": "", "credit_limit": "1000"})
    assert wrong.status_code == 400
    assert 'value="Amit P"' in wrong.text
    assert "The limit cannot be below what is owed now" in wrong.text
    assert shop.row(Customer, amit).name == "Amit Patel"
    done = client.post(f"/customers/{amit}/edit", data={"name": "Amit P", "phone": "", "credit_limit": "2000"})
    assert done.status_code == 303
    assert shop.row(Customer, amit).credit_limit == Decimal(2000)


def test_the_pages_ask_before_they_block_or_send_away(shop: Shop) -> None:
    amit, client = debtor(shop, "1200"), shop.client("ben")
    assert "₹1,200.00 are still owed." in client.get(f"/customers/{amit}/block").text
    assert shop.row(Customer, amit).status == "active"
    assert client.post(f"/customers/{amit}/block").status_code == 303
    assert "Gets no credit" in client.get(f"/customers/{amit}").text
    client.post(f"/customers/{amit}/deactivate")
    assert shop.row(Customer, amit).status == "inactive"
    client.post(f"/customers/{amit}/bring-back")
    assert shop.row(Customer, amit).status == "active"
