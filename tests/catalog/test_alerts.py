"""Alerts: what runs low, what expires soon."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pos.catalog import alerts
from pos.core import clock
from pos.settings import store
from tests.shop import Shop

NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
# Half past eleven at night in UTC is the next morning in Kolkata.
LATE = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


def test_goods_below_their_minimum_are_low(shop: Shop) -> None:
    shop.product("At it", stock="10")
    shop.product("Below", stock="9.999", unit="kg")
    shop.product("Never low", stock="0", min_stock_level=Decimal(0))
    shop.product("Discontinued", stock="0", status="discontinued")
    shop.product("Set aside", stock="0", status="inactive")
    assert [row.name for row in alerts.low_stock().rows] == ["Below"]


def test_what_has_run_out_comes_first_and_then_what_sells(shop: Shop) -> None:
    shop.product("Slow", stock="1")
    shop.product("Fast", stock="9", times_sold=50)
    shop.product("Gone", stock="0")
    assert [row.name for row in alerts.low_stock().rows] == ["Gone", "Fast", "Slow"]


def test_goods_that_expire_within_the_stores_days_are_told_earliest_first(shop: Shop) -> None:
    shop.settings(expiry_alert_days=7)
    for name, day in [("Eighth", 1), ("Seventh", 30), ("Past", 1)]:
        shop.product(name, expiry_date=date(2026, 12 if name == "Eighth" else 11, day))
    shop.product("Sold out", stock="0", expiry_date=date(2026, 11, 24))
    shop.product("Discontinued", status="discontinued", expiry_date=date(2026, 11, 24))
    shop.product("Keeps")
    with clock.frozen(NOON):
        found = alerts.expiring(alerts.alert_day(store.current())).rows
    assert [row.name for row in found] == ["Past", "Seventh"]


def test_the_day_is_the_stores_own(shop: Shop) -> None:
    shop.settings(expiry_alert_days=1)
    with clock.frozen(LATE):
        assert alerts.alert_day(store.current()) == date(2026, 11, 25)


def test_the_first_rows_come_with_how_many_there_are(shop: Shop, count_queries: Any) -> None:
    for number in range(8):
        shop.product(f"Low {number}", stock="1", expiry_date=date(2026, 11, 20))
    terms = store.current()
    with clock.frozen(NOON), count_queries() as queries:
        standing = alerts.standing(terms)
    assert len(queries) == 4
    assert (len(standing.low.rows), standing.low.total) == (5, 8)
    assert (len(standing.expiring.rows), standing.expiring.total) == (5, 8)
    assert standing.today == date(2026, 11, 23)


def test_the_fragment_asks_for_itself_again_every_minute(shop: Shop) -> None:
    shop.product("Tea 250 g", stock="2")
    fragment = shop.client("devi").get("/products/alerts", headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<section id="alerts"')
    assert 'hx-get="/products/alerts"' in fragment
    assert 'hx-trigger="every 60s"' in fragment
    assert "Tea 250 g (2 pcs)" in fragment


def test_the_list_and_the_alerts_page_show_it(shop: Shop) -> None:
    shop.product("Tea 250 g", stock="2", expiry_date=date(2020, 1, 1))
    devi = shop.client("devi")
    assert '<section id="alerts"' in devi.get("/products").text
    page = devi.get("/products/alerts").text
    assert '<section id="alerts"' in page
    assert page.count("Tea 250 g</a>") == 2


def test_a_shelf_without_worries_says_so(shop: Shop) -> None:
    shop.product("Tea 250 g")
    page = shop.client("devi").get("/products/alerts").text
    assert "All is well on the shelf." in page
    assert "Everything is above its minimum." in page
