"""Statements, opening balances and corrections for programs."""

from __future__ import annotations

from datetime import timedelta

from pos.core import clock
from pos.customers.models import Customer
from pos.reports import books
from tests.api import Program
from tests.shop import Shop


def test_the_old_book_is_brought_over_corrected_and_told(shop: Shop) -> None:
    ben, asha = Program(shop, "ben"), Program(shop, "asha")
    chitra = str(shop.customer())
    brought = {"customerId": chitra, "amount": 700, "notes": "page 12 of the red book"}
    first = ben.post("/credit/opening-balance", brought, Idempotency_Key="page-12")
    assert (first.status_code, first.json["data"]["transaction"]["transactionType"]) == (201, "OPENING_BALANCE")
    again = ben.post("/credit/opening-balance", brought, Idempotency_Key="page-12")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert ben.post("/credit/opening-balance", brought).json["code"] == "HAS_ENTRIES"
    wish = {"customerId": chitra, "newBalance": 650, "reason": "paid at the temple", "seenBalance": 700}
    assert ben.post("/credit/correction", wish).status_code == 403
    corrected = asha.post("/credit/correction", wish)
    assert (corrected.status_code, corrected.json["data"]["customer"]["creditBalance"]) == (201, 650)
    assert asha.post("/credit/correction", {**wish, "newBalance": 600}).json["code"] == "CHANGED_MEANWHILE"
    today = clock.today("Asia/Kolkata").isoformat()
    told = ben.get(f"/customers/{chitra}/statement", startDate=today, endDate=today).json["data"]["statement"]
    assert [told[name] for name in ("opening", "taken", "paid", "closing")] == [0, 700, 50, 650]
    assert [one["transactionType"] for one in told["transactions"]] == ["OPENING_BALANCE", "CORRECTION"]
    assert shop.rows(Customer)[0].credit_balance == 650
    assert list(books.differences()) == []


def test_statements_that_make_no_sense_are_refused(shop: Shop) -> None:
    ben, chitra = Program(shop, "ben"), shop.customer()
    days = {"startDate": "2026-02-02", "endDate": "2026-02-01"}
    assert ben.get(f"/customers/{chitra}/statement", **days).status_code == 400
    assert ben.get(f"/customers/{chitra}/statement").status_code == 400


def test_lists_of_what_happened_take_days(shop: Shop) -> None:
    ben, chitra = Program(shop, "ben"), shop.customer()
    tea = shop.product("Tea", "100")
    bill = {"customerId": str(chitra), "items": [{"productId": str(tea), "quantity": 1}], "paymentMethod": "CREDIT"}
    assert ben.post("/sales", bill).status_code == 201
    today = clock.today("Asia/Kolkata")
    for path, name, count in (
        (f"/customers/{chitra}/history", "sales", 1),
        (f"/customers/{chitra}/credit", "transactions", 1),
        (f"/products/{tea}/movements", "movements", 2),
    ):
        assert len(ben.get(path, startDate=today, endDate=today).json["data"][name]) == count
        assert ben.get(path, endDate=today - timedelta(days=1)).json["data"][name] == []
