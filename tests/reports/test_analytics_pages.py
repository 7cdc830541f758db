"""The owner's analytics: figures that tie to the reports, charts that are drawn right, pages and their PDF."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from pypdf import PdfReader

from pos.core import clock
from pos.core.errors import Forbidden
from pos.reports.all_reports import report
from pos.reports.analytics import trend
from pos.reports.charts import Point, columns, share, short
from pos.reports.overview import BANDS, Overview, choices, overview
from pos.reports.spans import Span
from pos.reports.tops import top_customers, top_products
from tests.reports.trade import DAY, FIRST, LAST, NOON, trade
from tests.shop import Shop

SPAN = Span(FIRST, LAST)
PAGES = ("sales", "goods", "customers", "stock", "staff")


def seen(shop: Shop, address: str) -> Any:
    with clock.frozen(NOON + 2 * DAY):
        answer = shop.client("asha").get(address)
    assert answer.status_code == 200, answer.status
    return answer


def found(shop: Shop, wanted: Span = SPAN, by: str = "day") -> Overview:
    with clock.frozen(NOON + 2 * DAY):
        return overview(shop.asha, wanted, by)


def test_the_figures_tie_to_the_reports(shop: Shop) -> None:
    trade(shop)
    seen_now = found(shop)
    with clock.frozen(NOON + 2 * DAY):
        days = report(shop.asha, "sales", "day", FIRST, LAST).named_totals()
        goods = report(shop.asha, "sales", "product", FIRST, LAST).named_totals()
    assert seen_now.now.takings.net_amount == days["net_amount"]
    assert seen_now.now.revenue == goods["taxable"]
    assert abs(seen_now.now.profit - goods["profit_amount"]) <= Decimal("0.03")
    assert sum(amount for _method, amount in seen_now.mix) == days["net_amount"]
    assert sum(seen_now.baskets) == days["bills_count"]
    assert len(seen_now.baskets) == len(BANDS) + 1


@pytest.mark.parametrize("by", ["hour", "day", "week", "month"])
def test_every_cut_comes_to_the_same(shop: Shop, by: str) -> None:
    trade(shop)
    with clock.frozen(NOON + 2 * DAY):
        days, cut = trend(shop.asha, SPAN, "day"), trend(shop.asha, SPAN, by)
        best = top_products(shop.asha, SPAN, most=100)
    for name in ("bills_count", "total_amount", "returns_amount", "revenue"):
        assert sum(getattr(one, name) for one in cut) == sum(getattr(one, name) for one in days), name
    apart = sum((one.profit for one in cut), Decimal(0)) - sum((one.profit for one in best), Decimal(0))
    assert abs(apart) <= Decimal("0.05")


def test_a_day_is_set_against_the_day_at_its_place_before(shop: Shop) -> None:
    trade(shop)
    later = Span(FIRST + timedelta(days=3), LAST + timedelta(days=3))
    seen_now = found(shop, later)
    earlier = found(shop)
    assert [one.start for one in seen_now.earlier] == [one.start for one in seen_now.buckets]
    assert [one.total_amount for one in seen_now.earlier] == [one.total_amount for one in earlier.buckets]
    assert seen_now.then == earlier.now


def test_customers_are_ranked_by_what_they_brought(shop: Shop) -> None:
    trade(shop)
    with clock.frozen(NOON + 2 * DAY):
        for by in ("total_spent", "bills_count", "profit"):
            (chitra,) = top_customers(shop.asha, SPAN, by=by)
    assert (chitra.name, chitra.bills_count) == ("Chitra Rao", 3)
    assert chitra.profit is not None
    assert chitra.profit < chitra.total_spent


def test_buckets_fit_the_length_of_the_span() -> None:
    assert choices(Span(FIRST, FIRST)) == ("hour",)
    assert choices(SPAN) == ("day",)
    assert choices(Span(FIRST - timedelta(days=90), FIRST))[0] == "week"
    assert choices(Span(FIRST - timedelta(days=400), FIRST)) == ("month", "week")


def test_an_axis_says_lakhs_as_people_do() -> None:
    said = [short(Decimal(amount)) for amount in ("0", "500", "20000", "100000", "150000", "20000000", "-250000")]
    assert said == ["₹0", "₹500", "₹20,000", "₹1 L", "₹1.5 L", "₹2 Cr", "-₹2.5 L"]
    assert (share(1, 3), share(0, 0), share(3, 3)) == ("33.33%", "0%", "100.00%")


def test_columns_stand_on_the_line_of_nothing_and_losses_hang_from_it() -> None:
    chart = columns([Point("a", Decimal(100), "a"), Point("b", Decimal(-50), "b"), Point("c", Decimal(0), "c")])
    gain, loss, nothing = (one.bar for one in chart.columns)
    assert gain.y + gain.height == chart.zero == loss.y
    assert abs(gain.height - 2 * loss.height) <= 1
    assert (loss.below, nothing.height) == (True, 0)
    assert columns([]).columns == []
    many = columns([Point(str(n), Decimal(n), "") for n in range(100)])
    assert len([one for one in many.columns if one.label_on is not None]) <= 12


def test_every_page_shows_its_chart_and_the_table_behind_it(shop: Shop) -> None:
    trade(shop)
    for name in PAGES:
        page = unescape(seen(shop, f"/analytics/{name}?first={FIRST}&last={LAST}").text)
        assert "<svg" in page
        assert "<table" in page
        assert "style=" not in page
    page = unescape(seen(shop, f"/analytics/sales?first={FIRST}&last={LAST}").text)
    for told in ("Net sales", "Revenue and profit", "How it was paid", "How large the bills are", 'role="img"'):
        assert told in page, told


def test_days_without_a_bill_say_so(shop: Shop) -> None:
    assert "No bills in this period." in seen(shop, "/analytics?first=2026-01-01&last=2026-01-31").text
    for name in PAGES:
        seen(shop, f"/analytics/{name}")


def test_the_page_is_a_pdf_with_the_same_figures(shop: Shop) -> None:
    trade(shop)
    answer = seen(shop, f"/analytics/sales?first={FIRST}&last={LAST}&format=pdf")
    assert answer.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    for told in ("Asha Kirana", "Analytics: Sales", "Sales by day", "Revenue and profit", "1 / "):
        assert told in text, told


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_few_queries(shop: Shop, count_queries: Any, name: str) -> None:
    trade(shop)
    seen(shop, "/analytics")
    with count_queries() as queries:
        seen(shop, f"/analytics/{name}?first={FIRST}&last={LAST}")
    assert len(queries) <= 50, len(queries)


def test_analytics_are_the_owners_alone(shop: Shop) -> None:
    for who in ("ben", "devi"):
        assert shop.client(who).get("/analytics").status_code == 403
    with pytest.raises(Forbidden):
        overview(shop.ben, SPAN)
