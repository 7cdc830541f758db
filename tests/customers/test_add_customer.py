"""Adding a customer: what is asked of them, the same phone twice, a debt from the paper khata; rule and page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, KeyReused, Refused
from pos.customers import newcomers, people
from pos.customers.models import CreditTransaction, Customer
from pos.reports import books
from tests.customers.owing import ledger
from tests.shop import Shop

FORM = {"name": "Amit Patel", "phone": "98765 43210", "credit_limit": "5000", "form_key": "k1"}


def only(shop: Shop) -> Any:
    (row,) = shop.rows(Customer)
    return row


def test_somebody_is_added_with_their_phone_as_typed_and_found_by_its_digits(shop: Shop) -> None:
    people.add_customer(shop.ben, name="  Amit   Patel ", phone="+91 98765-43210", address="Lane 4\nPune ")
    row = only(shop)
    assert (row.name, row.phone, row.phone_key, row.address) == (
        "Amit Patel",
        "+91 98765-43210",
        "9876543210",
        "Lane 4\nPune",
    )
    assert (row.credit_limit, row.credit_balance, row.status) == (Decimal(5000), 0, "active")
    assert [entry.action for entry in shop.rows(AuditEntry, subject_id=str(row.id))] == ["customer.added"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0091 98765 43210", "9876543210"), ("098765 43210", "9876543210"), ("९८७६५४३२१०", "9876543210"), ("", None)],
)
def test_a_phone_is_taken_however_it_is_typed(shop: Shop, typed: str, kept: str | None) -> None:
    people.add_customer(shop.ben, name="Amit", phone=typed)
    assert only(shop).phone_key == kept


@pytest.mark.parametrize("phone", ["12345", "abcdefghij", "98765432101234567890", "987654321O", "0000000000", "+1 2"])
def test_a_phone_that_is_none_is_refused(shop: Shop, phone: str) -> None:
    with pytest.raises(Invalid) as refused:
        people.add_customer(shop.ben, name="Amit", phone=phone)
    assert (refused.value.field, refused.value.message) == ("phone", "Enter a phone number of 10 digits.")
    assert shop.rows(Customer) == []


def test_every_problem_is_told_at_once(shop: Shop) -> None:
    with pytest.raises(Invalid) as refused:
        newcomers.add_with_balance(
            shop.ben, {"name": " ", "phone": "1", "email": "x", "credit_limit": "-1", "language": "xx"}, "1.005"
        )
    assert [problem.field for problem in refused.value.problems] == [
        *("name", "phone", "email", "language", "credit_limit"),
        "opening_balance",
    ]


def test_two_customers_never_share_a_phone(shop: Shop) -> None:
    people.add_customer(shop.ben, name="Amit", phone="9876543210")
    with pytest.raises(Refused) as refused:
        people.add_customer(shop.ben, name="Other", phone="+91-98765-43210")
    assert (refused.value.code, refused.value.message) == ("DUPLICATE_PHONE", "Amit has this phone number already.")
    people.add_customer(shop.ben, name="No phone")
    people.add_customer(shop.ben, name="No phone either")


def test_the_same_form_twice_adds_one_customer_with_one_opening_balance(shop: Shop) -> None:
    values = {"name": "Amit", "phone": "9876543210", "credit_limit": "2000"}
    first = newcomers.add_with_balance(shop.ben, values, "1,250.50", key="k")
    assert newcomers.add_with_balance(shop.ben, values, "1250.50", key="k") == first
    (entry,) = ledger(shop, first)
    assert (entry.transaction_type, entry.balance_before, entry.balance_after) == (
        "OPENING_BALANCE",
        0,
        Decimal("1250.50"),
    )
    with pytest.raises(KeyReused):
        newcomers.add_with_balance(shop.ben, {**values, "name": "Else"}, "1250.50", key="k")
    assert list(books.differences()) == []


def test_nobody_begins_above_the_limit(shop: Shop) -> None:
    with pytest.raises(Invalid) as refused:
        newcomers.add_with_balance(shop.ben, {"name": "Amit", "credit_limit": "1000"}, "1000.01")
    assert refused.value.field == "credit_limit"
    assert shop.rows(Customer) == shop.rows(CreditTransaction) == []


def test_staff_add_nobody(shop: Shop) -> None:
    with pytest.raises(Forbidden):
        newcomers.add_with_balance(shop.devi, {"name": "Amit"})


def test_the_page_adds_and_shows_the_new_customer(shop: Shop) -> None:
    client = shop.client("ben")
    assert "98765" in client.get("/customers/new?phone=98765").text
    added = client.post("/customers/new", data={**FORM, "opening_balance": "300"})
    assert (added.status_code, added.location) == (303, f"/customers/{only(shop).id}")
    page = client.get(added.location).text
    assert "Amit Patel was added." in page
    assert "Opening balance" in page
    again = client.post("/customers/new", data={**FORM, "opening_balance": "300"})
    assert again.location == added.location


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Enter the customer&#39;s name."),
        ({"phone": "12345"}, "Enter a phone number of 10 digits."),
        ({"credit_limit": "-5"}, "A credit limit is never below zero."),
        ({"opening_balance": "-5"}, "A balance is never below zero."),
        ({"credit_limit": "100", "opening_balance": "200"}, "cannot be below what is owed now, ₹200.00"),
    ],
)
def test_the_page_keeps_what_was_typed_beside_the_sentence(shop: Shop, wrong: dict[str, str], sentence: str) -> None:
    refused = shop.client("ben").post("/customers/new", data={**FORM, "address": "Lane 4", **wrong})
    assert refused.status_code == 400
    assert sentence in refused.text
    assert "Lane 4" in refused.text
    assert shop.rows(Customer) == []


def test_the_page_leads_to_who_has_the_number(shop: Shop) -> None:
    known = shop.customer("Chitra Rao", "9876543210")
    refused = shop.client("ben").post("/customers/new", data=FORM)
    assert refused.status_code == 409
    assert f'href="/customers/{known}"' in refused.text
