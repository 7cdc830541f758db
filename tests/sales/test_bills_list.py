"""The list of bills and its search."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest

from pos.core import clock
from pos.sales import list_forms, listing
from pos.sales.bills import bill
from pos.sales.ledger import Wanted
from pos.sales.listing import Found
from pos.sales.voiding import void_sale
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


def listed(shop: Shop, page: int = 1, limit: int = 20, **wanted: Any) -> Found:
    return listing.found(shop.ben, Wanted(**wanted), page, limit)


def found(shop: Shop, query: str, **wanted: Any) -> list[str]:
    return [row.bill_number for row in listed(shop, search=query, **wanted).page.rows]


def test_the_newest_bill_comes_first_and_pages_follow(shop: Shop) -> None:
    numbers = many(shop, 23)
    first, second = listed(shop).page, listed(shop, page=2).page
    assert [row.bill_number for row in first.rows] == numbers[:20]
    assert [row.bill_number for row in second.rows] == numbers[20:]
    assert (first.total, first.pages) == (23, 2)


def test_a_row_says_who_bought_who_sold_and_what_is_open(shop: Shop) -> None:
    tea_sold(shop, paid="20", customer_id=shop.customer())
    (row,) = listed(shop).page.rows
    assert (row.customer_name, row.customer_phone, row.cashier) == ("Chitra Rao", "9876543210", "Ben Thomas")
    assert (row.total_amount, row.credit_amount) == (Decimal("26.25"), Decimal("6.25"))
    assert (row.payment_method, row.payment_status) == ("PARTIAL", "PARTIAL")


@pytest.mark.parametrize("query", ["000002", "2", "bill-2026-000002", "BILL-2026-000002", "26-000002"])
def test_a_bill_is_found_by_its_number_or_its_last_digits(shop: Shop, query: str) -> None:
    many(shop, 3)
    assert found(shop, query)[:1] == ["BILL-2026-000002"]


@pytest.mark.parametrize("query", ["chit", "RAO chitra", "98765", "43210"])
def test_a_bill_is_found_by_customer_and_phone(shop: Shop, query: str) -> None:
    with clock.frozen(START):
        tea_sold(shop)
        hers = bill(tea_sold(shop, customer_id=shop.customer())).number
    assert found(shop, query) == [hers]


@pytest.mark.parametrize("query", ["toor", "DAL toor", "8901063029415", "89.25", "₹89.25", "bill 89.25"])
def test_a_bill_is_found_by_product_barcode_and_amount(shop: Shop, query: str) -> None:
    with clock.frozen(START):
        tea_sold(shop)
        wanted = bill(sold(shop, (shop.product("Toor Dal", "85", barcode="8901063029415"), "1"))).number
    assert found(shop, query) == [wanted]


def test_words_may_stand_in_different_places(shop: Shop) -> None:
    tea, chitra = shop.product("Tea"), shop.customer()
    with clock.frozen(START):
        sold(shop, (tea, "1"))
        sold(shop, (shop.product("Dal"), "1"), customer_id=chitra)
        hers = bill(sold(shop, (tea, "1"), customer_id=chitra)).number
    assert found(shop, "chitra tea") == [hers]


def test_a_number_of_another_year_is_another_bill(shop: Shop) -> None:
    with clock.frozen(START.replace(year=2025)):
        old = bill(tea_sold(shop)).number
    with clock.frozen(START):
        new = bill(tea_sold(shop)).number
    assert (found(shop, "BILL-2025-000001"), found(shop, "26-1"), found(shop, "1")) == ([old], [new], [new, old])


def test_bills_are_narrowed_by_day_status_method_and_cashier(shop: Shop) -> None:
    tea, numbers = shop.product(), {}
    for days, method in enumerate(["CASH", "UPI", "CARD"]):
        with clock.frozen(START + timedelta(days=days)):
            numbers[method] = bill(sold(shop, (tea, "1"), method=method, paid="13.13")).number
    with clock.frozen(START + timedelta(days=3)):
        voided = sold(shop, (tea, "2"))
        void_sale(shop.asha, voided, "mistake")
    day = START.date()
    assert found(shop, "", first=day, last=day) == [numbers["CASH"]]
    assert found(shop, "", first=day + timedelta(days=3)) == [bill(voided).number]
    assert found(shop, "", method="UPI") == [numbers["UPI"]]
    assert found(shop, "", status="VOIDED") == [bill(voided).number]
    assert len(found(shop, "", cashier_id=shop.ben.id)) == 4
    assert found(shop, "", cashier_id=shop.asha.id) == []


def test_what_is_found_is_summed_without_void_bills(shop: Shop) -> None:
    tea = shop.product(price="100")
    sold(shop, (tea, "1"), paid="60", customer_id=shop.customer())
    sold(shop, (tea, "2"), method="UPI", paid="210")
    void_sale(shop.asha, sold(shop, (tea, "3")), "mistake")
    assert listed(shop).sums == {"bills": 2, "void": 1, "total": 315, "paid": 270, "credit": 45}
    assert listed(shop, method="UPI").sums == {"bills": 1, "void": 0, "total": 210, "paid": 210, "credit": 0}
    assert listed(shop, search="nobody").sums == {"bills": 0, "void": 0, "total": 0, "paid": 0, "credit": 0}


def test_a_list_of_all_bills_counts_none_of_them_in_a_large_shop(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, count_queries: Any
) -> None:
    many(shop, 3)
    monkeypatch.setattr(listing, "MOST_SUMMED", 2)
    with count_queries() as asked:
        everything = listed(shop)
    assert (everything.page.total, everything.sums, len(asked)) == (3, None, 2)
    assert ("FROM bill_counters" in asked[0], "LIMIT" in asked[1]) == (True, True)
    assert "Choose days" in shop.client("ben").get("/sales").text
    assert listed(shop, first=START.date()).sums is not None


TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("address", "first", "last"),
    [
        ("days=today", TODAY, TODAY),
        ("days=yesterday", date(2026, 11, 24), date(2026, 11, 24)),
        ("days=week", date(2026, 11, 23), TODAY),
        ("days=month", date(2026, 11, 1), TODAY),
        ("days=own&first=2026-10-02&last=2026-10-01", date(2026, 10, 1), date(2026, 10, 2)),
        ("days=own&first=2026-10-02", date(2026, 10, 2), None),
        ("days=own&first=soon", None, None),
        ("first=2026-10-02", None, None),
        ("days=never", None, None),
    ],
)
def test_the_address_tells_the_days(address: str, first: date | None, last: date | None) -> None:
    wanted = list_forms.asked(dict(parse_qsl(address)), TODAY).wanted
    assert (wanted.first, wanted.last) == (first, last)


def test_what_an_address_asks_in_vain_is_not_asked(shop: Shop) -> None:
    asked = list_forms.asked({"status": "GONE", "method": "GOLD", "cashier": "ben", "q": " x "}, TODAY).wanted
    assert asked == Wanted(search="x")


def test_the_page_keeps_what_was_chosen(shop: Shop) -> None:
    many(shop, 21)
    page = shop.client("ben").get("/sales?days=own&first=2026-11-01&last=2026-11-01&method=CASH&page=9").text
    assert 'value="own" checked' in page
    assert '<option value="CASH" selected>' in page
    assert "first=2026-11-01" in page.split('class="pager"')[1]
    assert "Page 2 of 2" in page


@pytest.mark.parametrize("query", ["%", "_", "nobody", "'; DROP TABLE sales", "\\"])
def test_signs_that_mean_something_in_a_search_find_nothing(shop: Shop, query: str) -> None:
    tea_sold(shop, customer_id=shop.customer())
    assert found(shop, query) == []


def test_the_list_takes_the_same_few_queries_for_many_bills(shop: Shop, count_queries) -> None:
    client = shop.client("ben")
    many(shop, 3)
    client.get("/sales")
    with count_queries() as few:
        client.get("/sales")
    many(shop, 12)
    with count_queries() as more:
        client.get("/sales")
    assert len(few) == len(more) <= 7


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
    assert "No bill fits." in client.get("/sales?q=2").text
    tea_sold(shop)
    assert "No bill fits." in client.get("/sales?q=nobody").text


def test_staff_do_not_see_the_list(shop: Shop) -> None:
    assert shop.client("devi").get("/sales").status_code == 403
