"""The dashboard and the analytics, each figure worked out by hand (PLAN.md 3.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from pos.core import clock
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.sales.voiding import void_sale
from tests.api import Program
from tests.shop import Shop

NOON = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)  # 12:00 in the store


def sell(
    shop: Shop, product: UUID, quantity: str, at: datetime, customer: UUID | None = None, paid: str = "9999"
) -> UUID:
    with clock.frozen(at):
        tenders = (Tender("CASH", Decimal(paid)),) if Decimal(paid) else ()
        return complete_sale(shop.ben, Checkout((CheckoutLine(product, Decimal(quantity)),), tenders, customer)).sale_id


@pytest.fixture
def asha(shop: Shop) -> Program:
    """Two days of trade: a void, a return and a bill on credit among them."""
    program = Program(shop, "asha")
    tea = shop.product("Tea", "100", cost_price=Decimal(80), tax_rate=Decimal(5))
    dal = shop.product("Dal", "60", unit="kg", tax_rate=Decimal(0), cost_price=Decimal("50.50"))
    chitra = shop.customer()
    sell(shop, tea, "2", NOON)
    back = sell(shop, tea, "1", NOON + timedelta(hours=1), chitra)
    sell(shop, dal, "1.5", NOON + timedelta(days=1), chitra, paid="0")
    gone = sell(shop, dal, "3", NOON + timedelta(days=1))
    with clock.frozen(NOON + timedelta(days=1)):
        void_sale(shop.asha, gone, "mistake")
        item = shop.rows(SaleItem, sale_id=back)[0]
        return_items(shop.ben, back, [ReturnLine(item.id, Decimal(1))], refund_to="CASH", reason="torn")
    return program


def ask(program: Program, path: str, **query: Any) -> Any:
    return program.get(path, startDate="2026-11-20", endDate="2026-11-21", **query).json["data"]


def test_the_dashboard_tells_what_the_plan_lists(shop: Shop, asha: Program) -> None:
    with clock.frozen(NOON + timedelta(days=1, hours=1)):
        program = Program(shop, "ben")
        data = program.get("/dashboard").json["data"]
    today = data["todaySales"]
    assert (float(today["totalAmount"]), today["billsCount"]) == (90.0, 1)
    assert (today["cashSales"], today["creditSales"]) == (0, 1)
    assert (float(data["creditOutstanding"]["totalAmount"]), data["creditOutstanding"]["customersCount"]) == (90.0, 1)
    assert data["inventory"] == {"activeProducts": 2, "lowStockCount": 0, "expiringCount": 0}
    assert data["customers"]["total"] == 1
    assert set(data["alerts"]) == {"lowStock", "expiring"}


def test_alerts_name_what_runs_low_and_what_expires(shop: Shop) -> None:
    today = clock.today("Asia/Kolkata")
    shop.product("Amul Milk 500ml", stock="5", expiry_date=today + timedelta(days=2))
    found = Program(shop, "devi").get("/dashboard/alerts").json["data"]["alerts"]
    assert (found["lowStock"][0]["currentStock"], found["lowStock"][0]["minStock"]) == (5, 10)
    assert (found["expiring"][0]["daysLeft"], found["expiring"][0]["stock"]) == (2, 5)


def test_staff_see_no_money_on_the_dashboard(shop: Shop) -> None:
    data = Program(shop, "devi").get("/dashboard").json["data"]
    assert (data["todaySales"], data["creditOutstanding"], data["customers"]) == (None, None, None)


def test_sums_leave_out_voids_and_take_off_returns(asha: Program) -> None:
    summary = ask(asha, "/analytics/sales")["summary"]
    assert summary["billsCount"] == 3
    assert float(summary["totalAmount"]) == 210 + 105 + 90
    assert float(summary["returnsAmount"]) == 105
    assert float(summary["netAmount"]) == 300
    assert float(summary["averageBill"]) == 135
    assert float(summary["creditAmount"]) == 90


def test_trends_have_no_gap_and_know_profit(asha: Program) -> None:
    days = ask(asha, "/analytics/revenue")["buckets"]
    assert [(d["start"], d["billsCount"], float(d["profit"])) for d in days] == [
        ("2026-11-20", 2, 300.0 - 240.0),
        ("2026-11-21", 1, 90.0 - 75.75 - (100.0 - 80.0)),
    ]
    hours = {b["start"]: b["billsCount"] for b in ask(asha, "/analytics/sales", period="hour")["buckets"]}
    assert (len(hours), hours["12"], hours["13"]) == (24, 2, 1)
    assert [b["start"] for b in ask(asha, "/analytics/revenue", period="month")["buckets"]] == ["2026-11-01"]
    assert [b["start"] for b in ask(asha, "/analytics/revenue", period="week")["buckets"]] == ["2026-11-16"]


def test_top_products_and_customers_are_net_of_returns(asha: Program) -> None:
    products = ask(asha, "/analytics/top-products")["products"]
    assert [(p["name"], p["quantity"], float(p["revenue"]), float(p["profit"])) for p in products] == [
        ("Tea", 2, 200.0, 40.0),
        ("Dal", 1.5, 90.0, 14.25),
    ]
    customers = ask(asha, "/analytics/top-customers")["customers"]
    assert [(c["name"], c["billsCount"], float(c["totalSpent"])) for c in customers] == [("Chitra Rao", 2, 90.0)]


@pytest.mark.parametrize("path", ["sales", "revenue", "top-products", "top-customers"])
def test_analytics_are_the_owners_alone(shop: Shop, path: str) -> None:
    assert Program(shop, "ben").get(f"/analytics/{path}").status_code == 403


def test_spans_that_make_no_sense_are_refused(shop: Shop) -> None:
    program = Program(shop, "asha")
    assert program.get("/analytics/sales", startDate="2026-02-01", endDate="2026-01-01").status_code == 400
    assert program.get("/analytics/sales", startDate="2000-01-01", endDate="2026-01-01").status_code == 400
    assert program.get("/analytics/sales", startDate="yesterday").status_code == 400
    assert program.get("/analytics/sales", endDate="0001-01-01").status_code == 400
    assert program.get("/analytics/revenue", startDate="9999-12-01", endDate="9999-12-31").status_code == 400
