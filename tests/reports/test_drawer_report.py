"""The report of cash sessions says of each drawer what its own X or Z report says (PLAN.md 3.8)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pos.core import clock
from pos.customers.khata import take_credit_payment
from pos.reports.all_reports import report
from pos.reports.table import Table
from pos.sales import drawer
from pos.sales.drawer_sums import drawer_report
from pos.sales.models import SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.settings.models import CashSession
from tests.api import Program
from tests.reports.trade import DAY, FIRST, NOON, sell
from tests.shop import Shop

NEXT = FIRST + timedelta(days=1)


@pytest.fixture
def counted(shop: Shop) -> Shop:
    """A day with everything that moves cash, closed ten rupees short; the next day's drawer is still open."""
    shop.settings(cash_sessions_enabled=True, tax_rate="0")
    tea, chitra = shop.product("Tea", "100"), shop.customer()
    with clock.frozen(NOON):
        first = drawer.open_session(shop.ben, "500").id
    sell(shop, NOON, {tea: "2"}, ("CASH", "500"))
    sell(shop, NOON, {tea: "1"}, ("UPI", "100"))
    sale = sell(shop, NOON, {tea: "3"}, ("CASH", "100"), customer=chitra)
    with clock.frozen(NOON + timedelta(hours=1)):
        take_credit_payment(shop.ben, chitra, amount=Decimal(60), method="CASH")
        drawer.cash_out(shop.ben, first, "30", "Tea for all")
        drawer.cash_in(shop.ben, first, "200", "Change from home")
        (item,) = shop.rows(SaleItem, sale_id=sale)
        return_items(shop.ben, sale, [ReturnLine(item.id, Decimal(1))], refund_to="KHATA", reason="torn")
        drawer.close_session(shop.ben, first, counted="1020", note="Looked twice")
    with clock.frozen(NOON + DAY):
        drawer.open_session(shop.asha, "300")
    sell(shop, NOON + DAY, {tea: "1"}, ("CASH", "100"))
    return shop


def read(shop: Shop, view: str, **days: Any) -> Table:
    with clock.frozen(NOON + DAY + timedelta(hours=1)):
        return report(shop.asha, "cash", view, days.get("first", FIRST), days.get("last", NEXT))


def test_each_session_says_what_its_own_report_says(counted: Shop) -> None:
    rows = read(counted, "sessions").named()
    sessions = sorted(counted.rows(CashSession), key=lambda row: row.opened_at)
    assert len(rows) == len(sessions) == 2
    for row, session in zip(rows, sessions, strict=True):
        told = drawer_report(session.id)
        sums = told.sums
        assert (row["bills_count"], row["opening_float"]) == (sums.bills, sums.opening_float)
        moved = (row["cash_sales"], row["khata_cash"], row["refunded_amount"], row["cash_in"], row["cash_out"])
        assert moved == (sums.cash.sales, sums.cash.khata, sums.cash.refunds, sums.cash_in, sums.cash_out)
        assert (row["expected_amount"], row["difference_amount"]) == (sums.expected, told.difference)


def test_a_closed_drawer_has_a_difference_and_an_open_one_none(counted: Shop) -> None:
    closed, standing = read(counted, "sessions").named()
    assert (closed["expected_amount"], closed["counted_amount"]) == (Decimal(1030), Decimal(1020))
    assert (closed["difference_amount"], closed["closed_by"]) == (Decimal(-10), "Ben Thomas")
    assert (standing["expected_amount"], standing["counted_amount"], standing["difference_amount"]) == (400, None, None)
    totals = read(counted, "sessions").named_totals()
    assert (totals["cash_sales"], totals["difference_amount"], totals["bills_count"]) == (400, -10, 4)


def test_a_session_belongs_to_the_day_on_which_it_was_opened(counted: Shop) -> None:
    assert len(read(counted, "sessions", last=FIRST).rows) == 1
    assert len(read(counted, "sessions", first=NEXT).rows) == 1


def test_cash_put_in_and_taken_out_is_told_with_its_reason(counted: Shop) -> None:
    rows = read(counted, "drawer").named()
    assert [(row["direction"], row["reason"]) for row in rows] == [("OUT", "Tea for all"), ("IN", "Change from home")]
    totals = read(counted, "drawer").named_totals()
    assert (totals["cash_in"], totals["cash_out"]) == (Decimal(200), Decimal(30))


def test_the_report_takes_as_many_queries_for_many_sessions_as_for_one(counted: Shop, count_queries: Any) -> None:
    with count_queries() as one:
        read(counted, "sessions", last=FIRST)
    with count_queries() as two:
        read(counted, "sessions")
    assert len(two) == len(one) <= 8, two


def test_it_is_a_page_and_an_endpoint(counted: Shop) -> None:
    with clock.frozen(NOON + DAY):
        page = counted.client("asha").get(f"/reports/cash?first={FIRST}&last={NEXT}").text
        answer = Program(counted, "asha").get("/reports/cash", startDate=str(FIRST), endDate=str(NEXT))
    assert "Main" in page
    assert "1,030.00" in page
    assert [row["differenceAmount"] for row in answer.json["data"]["report"]["rows"]] == [-10, None]
