"""The list of bills and its search."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from pos.core import clock
from pos.sales.bills import bill, listing
from tests.sales.selling import sold, tea_sold
from tests.shop import Shop

START = datetime(2026, 11, 1, 6, tzinfo=UTC)


def many(shop: Shop, count: int) -> list[str]:
    """Numbers of bills made a minute after each other, the newest first."""
    tea, numbers = shop.product(stock="1000"), []
    for minute in range(count):
        with clock.frozen(START + timedelta(minutes=minute)):
            numbers.append(bill(sold(shop, (tea, "1"))).number)
    return numbers[::-1]


def found(query: str) -> list[str]:
    return [row.bill_number for row in listing(query).rows]


def test_the_newest_bill_comes_first_and_pages_follow(shop: Shop) -> None:
    numbers = many(shop, 23)
    first, second = listing(limit=20), listing(page=2, limit=20)
    assert [row.bill_number for row in first.rows] == numbers[:20]
    assert [row.bill_number for row in second.rows] == numbers[20:]
    assert (first.total, first.pages) == (23, 2)


def test_a_row_says_who_bought_who_sold_and_what_is_open(shop: Shop) -> None:
    tea_sold(shop, paid="20", customer_id=shop.customer())
    (row,) = listing().rows
    assert (row.customer_name, row.customer_phone, row.cashier) == ("Chitra Rao", "9876543210", "Ben Thomas")
    assert (row.total_amount, row.credit_amount) == (Decimal("26.25"), Decimal("6.25"))
    assert (row.payment_method, row.payment_status) == ("PARTIAL", "PARTIAL")


@pytest.mark.parametrize("query", ["000002", "2", "bill-2026-000002", "BILL-2026-000002", "26-000002"])
def test_a_bill_is_found_by_its_number_or_its_last_digits(shop: Shop, query: str) -> None:
    many(shop, 3)
    assert found(query)[:1] == ["BILL-2026-000002"]


@pytest.mark.parametrize("query", ["chit", "RAO chitra", "98765", "43210"])
def test_a_bill_is_found_by_customer_and_phone(shop: Shop, query: str) -> None:
    with clock.frozen(START):
        tea_sold(shop)
        hers = bill(tea_sold(shop, customer_id=shop.customer())).number
    assert found(query) == [hers]


@pytest.mark.parametrize("query", ["%", "_", "nobody", "'; DROP TABLE sales", "\\"])
def test_signs_that_mean_something_in_a_search_find_nothing(shop: Shop, query: str) -> None:
    tea_sold(shop, customer_id=shop.customer())
    assert found(query) == []


def test_the_list_takes_the_same_few_queries_for_many_bills(shop: Shop, count_queries) -> None:
    client = shop.client("ben")
    many(shop, 3)
    client.get("/sales")
    with count_queries() as few:
        client.get("/sales")
    many(shop, 12)
    with count_queries() as more:
        client.get("/sales")
    assert len(few) == len(more) <= 6


def test_the_page_lists_bills_and_htmx_gets_the_list_alone(shop: Shop) -> None:
    number = bill(tea_sold(shop)).number
    client = shop.client("ben")
    page, fragment = client.get("/sales").text, client.get("/sales", headers={"HX-Request": "true"}).text
    assert number in page
    assert "<!doctype html>" in page
    assert fragment.strip().startswith('<section id="bills"')
    assert number in fragment


def test_a_name_on_the_list_is_text(shop: Shop) -> None:
    tea_sold(shop, customer_id=shop.customer("<b>Bold</b>"))
    assert "&lt;b&gt;Bold" in shop.client("ben").get("/sales").text


def test_an_empty_list_and_a_vain_search_say_what_to_do(shop: Shop) -> None:
    client = shop.client("ben")
    assert "No bill has been made yet." in client.get("/sales").text
    tea_sold(shop)
    assert "No bill fits." in client.get("/sales?q=nobody").text


def test_staff_do_not_see_the_list(shop: Shop) -> None:
    assert shop.client("devi").get("/sales").status_code == 403
