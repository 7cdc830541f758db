"""The sales endpoints, from PLAN.md alone (section 3.4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from pos.reports import books
from pos.sales.prints import prints_of
from tests.api import Program
from tests.shop import Shop


@pytest.fixture
def ben(shop: Shop) -> Program:
    return Program(shop, "ben")


@pytest.fixture
def asha(shop: Shop) -> Program:
    return Program(shop, "asha")


def wish(shop: Shop, **values: Any) -> dict[str, Any]:
    """PLAN.md's own example of a sale: 104.00 less 10.00, with 5 % tax 98.70."""
    salt = shop.product("Tata Salt 1kg", "22.00")
    soap = shop.product("Soap", "12.00")
    items = [
        {"productId": str(salt), "quantity": 2, "discount": 0},
        {"productId": str(soap), "quantity": 5, "discount": 2},
    ]
    body = {"customerId": None, "items": items, "paymentMethod": "CASH", "amountPaid": 100.00}
    return body | {"notes": "Regular customer"} | values


def test_the_plans_example_gives_the_plans_answer(shop: Shop, ben: Program) -> None:
    made = ben.post("/sales", wish(shop))
    assert made.status_code == 201
    sale = made.json["data"]["sale"]
    shown = {name: float(sale[name]) for name in ("subtotal", "discountAmount", "taxAmount", "totalAmount")}
    assert shown == {"subtotal": 104.0, "discountAmount": 10.0, "taxAmount": 4.7, "totalAmount": 98.7}
    assert (float(sale["amountPaid"]), float(sale["changeDue"]), float(sale["creditAmount"])) == (100.0, 1.3, 0.0)
    assert (sale["paymentMethod"], sale["paymentStatus"], sale["customerId"]) == ("CASH", "PAID", None)
    item = sale["items"][0]
    assert (item["productName"], item["quantity"], float(item["lineTotal"])) == ("Tata Salt 1kg", 2, 44.0)
    assert sale["billNumber"].startswith("BILL-")
    assert sale["createdAt"].endswith("Z")


def test_money_comes_out_exact(shop: Shop, ben: Program) -> None:
    assert '"totalAmount": 98.70' in ben.post("/sales", wish(shop)).text


def test_the_same_key_makes_one_bill(shop: Shop, ben: Program) -> None:
    body = wish(shop)
    first = ben.post("/sales", body, Idempotency_Key="k1")
    again = ben.post("/sales", body, Idempotency_Key="k1")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json["data"]["sale"]["id"] == first.json["data"]["sale"]["id"]
    other = ben.post("/sales", body | {"amountPaid": 120}, Idempotency_Key="k1")
    assert (other.status_code, other.json["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_every_problem_is_in_the_details(shop: Shop, ben: Program) -> None:
    tea = shop.product(stock="1")
    items = [{"productId": str(tea), "quantity": 2}, {"productId": str(uuid4()), "quantity": 1}]
    refused = ben.post("/sales", {"items": items, "paymentMethod": "CASH", "amountPaid": 10})
    assert (refused.status_code, refused.json["success"]) == (409, False)
    assert [detail["code"] for detail in refused.json["details"]] == ["PRODUCT_NOT_FOUND", "INSUFFICIENT_STOCK"]


@pytest.mark.parametrize(
    "change",
    [
        {"items": []},
        {"items": [{"productId": "no-id", "quantity": 1}]},
        {"paymentMethod": "GOLD"},
        {"amountPaid": 1.005},
        {"amountPaid": "1e3"},
        {"amountPaid": True},
        {"amountPaid": None},
        {"total": 5},
        {"customerId": "x"},
        {"redeemPoints": 1.5},
        {"billDiscount": {"amount": 1, "percent": 1}},
        {"billDiscount": {"amount": -1}},
    ],
)
def test_bad_input_is_a_400_with_its_field(shop: Shop, ben: Program, change: dict[str, Any]) -> None:
    refused = ben.post("/sales", wish(shop) | change)
    assert (refused.status_code, refused.json["success"]) == (400, False), refused.text
    assert refused.json["error"]


def test_credit_needs_a_customer(shop: Shop, ben: Program) -> None:
    refused = ben.post("/sales", wish(shop, paymentMethod="CREDIT", amountPaid=0))
    assert (refused.status_code, refused.json["error"]) == (400, "Customer required for credit sales")


def test_payments_split_a_bill(shop: Shop, ben: Program) -> None:
    body = wish(shop, payments=[{"method": "UPI", "amount": 50, "reference": "T1"}, {"method": "CASH", "amount": 48.7}])
    del body["amountPaid"], body["paymentMethod"]
    sale = ben.post("/sales", body).json["data"]["sale"]
    assert (sale["paymentMethod"], len(sale["payments"])) == ("MIXED", 2)


def test_sales_are_listed_found_and_summed(shop: Shop, ben: Program) -> None:
    made = [ben.post("/sales", wish(shop)).json["data"]["sale"] for _n in range(3)]
    listed = ben.get("/sales", limit=2).json["data"]
    assert [s["id"] for s in listed["sales"]] == [made[2]["id"], made[1]["id"]]
    assert listed["pagination"] == {"total": 3, "page": 1, "limit": 2, "totalPages": 2}
    today = ben.get("/sales/today").json["data"]
    assert (today["summary"]["billsCount"], float(today["summary"]["totalAmount"])) == (3, 296.1)
    day = today["date"]
    ranged = ben.get("/sales/date-range", startDate=day, endDate=day).json["data"]
    assert (ranged["summary"]["cashSales"], len(ranged["sales"])) == (3, 3)
    number = made[0]["billNumber"]
    assert ben.get(f"/sales/bill/{number}").json["data"]["sale"]["id"] == made[0]["id"]
    assert ben.get("/sales", search=number).json["data"]["pagination"]["total"] == 1
    assert ben.get("/sales", startDate=day, endDate="2020-01-01").status_code == 400


def test_a_bill_that_is_none_is_a_404(ben: Program) -> None:
    assert ben.get(f"/sales/{uuid4()}").json["code"] == "SALE_NOT_FOUND"
    assert ben.get("/sales/bill/BILL-2020-000001").status_code == 404
    assert ben.get("/nothing").json["code"] == "NOT_FOUND"


def test_only_notes_of_a_bill_change(shop: Shop, ben: Program) -> None:
    sale = ben.post("/sales", wish(shop)).json["data"]["sale"]
    changed = ben.put(f"/sales/{sale['id']}", {"notes": "gift", "updatedAt": sale["updatedAt"]})
    assert changed.json["data"]["sale"]["notes"] == "gift"
    stale = ben.put(f"/sales/{sale['id']}", {"notes": "again", "updatedAt": sale["updatedAt"]})
    assert (stale.status_code, stale.json["code"]) == (409, "CHANGED_MEANWHILE")
    assert ben.put(f"/sales/{sale['id']}", {"totalAmount": 1}).status_code == 400


def test_the_owner_voids_with_a_reason(shop: Shop, ben: Program, asha: Program) -> None:
    sale = ben.post("/sales", wish(shop)).json["data"]["sale"]
    assert ben.delete(f"/sales/{sale['id']}", reason="mistake").status_code == 403
    assert asha.delete(f"/sales/{sale['id']}").status_code == 400
    voided = asha.delete(f"/sales/{sale['id']}", reason="mistake").json["data"]
    assert (voided["sale"]["paymentStatus"], float(voided["refunds"]["CASH"])) == ("VOIDED", 98.7)
    assert list(books.differences()) == []


def test_goods_come_back_by_the_api_too(shop: Shop, ben: Program) -> None:
    sale = ben.post("/sales", wish(shop)).json["data"]["sale"]
    items = [{"saleItemId": sale["items"][0]["id"], "quantity": 1}]
    body = {"items": items, "refundTo": "CASH", "reason": "torn"}
    note = ben.post(f"/sales/{sale['id']}/returns", body, Idempotency_Key="r").json["data"]["creditNote"]
    assert (note["noteNumber"][-7:], float(note["totalAmount"])) == ("-000001", 23.1)
    again = ben.post(f"/sales/{sale['id']}/returns", body, Idempotency_Key="r")
    assert again.json["data"]["creditNote"]["id"] == note["id"]


def test_the_receipt_comes_as_pdf_and_html(shop: Shop, ben: Program) -> None:
    sale = ben.post("/sales", wish(shop)).json["data"]["sale"]
    pdf = ben.get(f"/sales/{sale['id']}/receipt")
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    page = ben.get(f"/sales/{sale['id']}/receipt", format="html", size="a4").text
    assert page.lstrip().startswith("<!doctype html>")
    assert sale["billNumber"] in page


def test_a_pdf_counts_as_a_print_and_html_to_look_at_does_not(shop: Shop, ben: Program) -> None:
    sale = ben.post("/sales", wish(shop)).json["data"]["sale"]
    path = f"/sales/{sale['id']}/receipt"
    assert "DUPLICATE" not in ben.get(path, format="html").text
    assert prints_of(UUID(sale["id"])) == []
    ben.get(path)
    ben.get(path, size="a4")
    assert [(one.by, one.size) for one in prints_of(UUID(sale["id"]))] == [("Ben Thomas", "80mm"), ("Ben Thomas", "a4")]
    assert "DUPLICATE" in ben.get(path, format="html").text


def test_staff_see_and_make_no_sales(shop: Shop) -> None:
    devi = Program(shop, "devi")
    for answer in (devi.get("/sales"), devi.get("/sales/today"), devi.post("/sales", wish(shop))):
        assert (answer.status_code, answer.json["code"]) == (403, "FORBIDDEN")


def test_a_key_is_its_owners_own(shop: Shop, ben: Program, asha: Program) -> None:
    """Two programs that count their requests from 1 must not swallow each other's bills."""
    body = {"items": [{"productId": str(shop.product()), "quantity": 1}], "paymentMethod": "CASH", "amountPaid": 20}
    bills = [who.post("/sales", body, Idempotency_Key="1") for who in (ben, asha)]
    assert [bill.status_code for bill in bills] == [201, 201]
    assert len({bill.json["data"]["sale"]["billNumber"] for bill in bills}) == 2
    assert ben.post("/sales", body, Idempotency_Key="1").headers["Idempotent-Replayed"] == "true"


def test_a_key_of_more_than_255_signs_is_refused(shop: Shop, ben: Program) -> None:
    body = {"items": [{"productId": str(shop.product()), "quantity": 1}], "paymentMethod": "CASH", "amountPaid": 20}
    assert ben.post("/sales", body, Idempotency_Key="k" * 255).status_code == 201
    assert ben.post("/sales", body, Idempotency_Key="k" * 256).status_code == 400


def test_the_calendars_ends_are_days_like_others(shop: Shop, ben: Program) -> None:
    for days in ({"startDate": "0001-01-01"}, {"endDate": "9999-12-31"}):
        assert ben.get("/sales", **days, search="tea").status_code == 200
