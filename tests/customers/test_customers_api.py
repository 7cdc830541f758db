"""The customers and credit endpoints, from PLAN.md alone (sections 3.3 and 3.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from pos.reports import books
from pos.sales.checkout import Checkout, CheckoutLine, complete_sale
from tests.api import Program
from tests.shop import Shop


@pytest.fixture
def ben(shop: Shop) -> Program:
    return Program(shop, "ben")


def owing(shop: Shop, amount: str = "1200", **values: object) -> UUID:
    """A customer who owes so much for one bill."""
    customer = shop.customer("Amit Patel", **values)  # type: ignore[arg-type]
    product = shop.product("Rice", amount, tax_rate=Decimal(0))
    complete_sale(shop.ben, Checkout((CheckoutLine(product, Decimal(1)),), (), customer))
    return customer


def test_customers_are_added_changed_found_and_retired(ben: Program) -> None:
    made = ben.post("/customers", {"name": "Amit Patel", "phone": "+91 98765 43210", "creditLimit": 5000})
    assert made.status_code == 201, made.text
    customer = made.json["data"]["customer"]
    assert (float(customer["creditBalance"]), customer["status"]) == (0, "active")
    assert ben.get("/customers", search="98765").json["data"]["customers"][0]["id"] == customer["id"]
    changed = ben.put(f"/customers/{customer['id']}", {"name": "Amit P", "updatedAt": customer["updatedAt"]})
    assert changed.json["data"]["customer"]["name"] == "Amit P"
    assert ben.put(f"/customers/{customer['id']}", {"name": "x", "updatedAt": customer["updatedAt"]}).status_code == 409
    assert ben.delete(f"/customers/{customer['id']}").json["data"]["customer"]["status"] == "inactive"


def test_a_known_phone_is_refused_however_it_is_typed(ben: Program) -> None:
    ben.post("/customers", {"name": "Amit", "phone": "9876543210"})
    twice = ben.post("/customers", {"name": "Other", "phone": "+91-98765-43210"})
    assert (twice.status_code, twice.json["code"]) == (409, "DUPLICATE_PHONE")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "A", "phone": "12"}, "phone"),
        ({"name": "A", "creditLimit": -1}, "creditLimit"),
        ({"name": "A", "email": "no"}, "email"),
        ({"name": "A", "creditBalance": 5}, "creditBalance"),
    ],
)
def test_bad_customers_are_refused_with_their_field(ben: Program, body: dict[str, object], field: str) -> None:
    refused = ben.post("/customers", body)
    assert (refused.status_code, refused.json["details"][0]["field"]) == (400, field)


def test_a_payment_answers_as_the_plan_shows(shop: Shop, ben: Program) -> None:
    amit = owing(shop)
    body = {"customerId": str(amit), "amount": 500.00, "paymentMethod": "UPI", "notes": "Partial payment"}
    paid = ben.post("/credit/payment", body, Idempotency_Key="p")
    assert paid.status_code == 201, paid.text
    entry, customer = paid.json["data"]["transaction"], paid.json["data"]["customer"]
    assert (entry["transactionType"], float(entry["balanceBefore"]), float(entry["balanceAfter"])) == (
        "PAYMENT_MADE",
        1200.0,
        700.0,
    )
    assert (customer["name"], float(customer["creditBalance"])) == ("Amit Patel", 700.0)
    assert entry["receiptNumber"].endswith("-000001")
    again = ben.post("/credit/payment", body | {"amount": "500"}, Idempotency_Key="p")
    assert (again.headers["Idempotent-Replayed"], again.json["data"]["transaction"]["id"]) == ("true", entry["id"])
    assert list(books.differences()) == []


@pytest.mark.parametrize("amount", [0, -1, 1.005, "abc", True, None])
def test_bad_amounts_are_a_400(shop: Shop, ben: Program, amount: object) -> None:
    body = {"customerId": str(owing(shop)), "amount": amount, "paymentMethod": "CASH"}
    assert ben.post("/credit/payment", body).status_code == 400


def test_more_than_is_owed_is_refused(shop: Shop, ben: Program) -> None:
    body = {"customerId": str(owing(shop)), "amount": 1200.01, "paymentMethod": "CASH"}
    refused = ben.post("/credit/payment", body)
    assert (refused.status_code, refused.json["code"]) == (409, "PAYMENT_EXCEEDS_BALANCE")
    assert ben.post("/credit/payment", body | {"customerId": str(uuid4()), "amount": 1}).status_code == 404


def test_outstanding_credit_is_listed_and_summed(shop: Shop, ben: Program) -> None:
    amit = owing(shop)
    shop.customer("Nobody Owes", "9000000000")
    for path in ("/credit", "/customers/with-credit"):
        assert [c["id"] for c in ben.get(path).json["data"]["customers"]] == [str(amit)]
    total = ben.get("/credit/total").json["data"]
    assert (float(total["totalAmount"]), total["customersCount"]) == (1200.0, 1)
    detail = ben.get(f"/credit/customer/{amit}").json["data"]
    assert (float(detail["ageing"]["days0To30"]), len(detail["transactions"])) == (1200.0, 1)
    assert ben.get("/credit/transactions", transactionType="CREDIT_TAKEN").json["data"]["pagination"]["total"] == 1
    assert ben.get(f"/customers/{amit}/credit").json["data"]["transactions"][0]["saleId"]
    assert ben.get(f"/customers/{amit}/history").json["data"]["pagination"]["total"] == 1


def test_staff_see_no_customers(shop: Shop) -> None:
    devi = Program(shop, "devi")
    for path in ("/customers", "/credit", "/credit/total", "/credit/transactions"):
        assert devi.get(path).status_code == 403


def test_the_calendars_ends_are_days_like_others(ben: Program) -> None:
    for days in ({"startDate": "0001-01-01"}, {"endDate": "9999-12-31"}):
        assert ben.get("/credit/transactions", **days).status_code == 200


def test_customers_are_found_by_status_and_debtors_by_name(shop: Shop, ben: Program) -> None:
    shop.customer("Amit Patel", None)
    shop.customer("Bela Rao", None, status="blocked", credit_balance=Decimal(50))
    shop.customer("Dev Joshi", None, status="inactive", credit_balance=Decimal(70))

    def names(path: str, **query: Any) -> list[str]:
        return [one["name"] for one in ben.get(path, **query).json["data"]["customers"]]

    assert names("/customers", status="active") == ["Amit Patel"]
    assert names("/customers", status="blocked") == ["Bela Rao"]
    assert names("/customers", status="inactive") == ["Dev Joshi"]
    assert names("/customers", status="blocked", filter="with_credit") == ["Bela Rao"]
    assert names("/customers") == ["Amit Patel", "Bela Rao"]
    assert names("/credit") == names("/customers/with-credit") == ["Dev Joshi", "Bela Rao"]
    assert names("/credit", search="bela") == ["Bela Rao"]
    assert names("/credit", sortBy="name", sortOrder="asc") == ["Bela Rao", "Dev Joshi"]
