"""Customers are found by any part of a name or a phone, narrowed, sorted and paged; who owes, since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pos.core import clock
from pos.customers import listing, people
from tests.customers.owing import bought, debtor, noon, paid
from tests.shop import Shop

NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def names(search: str = "", chosen: str = "all", **values: Any) -> list[str]:
    return [row.name for row in listing.customers(search, chosen, **values).rows]


@pytest.mark.parametrize(
    "query",
    [
        *("987", "43210", "6543", "98765 43210", "+91 98765 43210", "+919876543210", "09876543210", "98765-43210"),
        *("0091 98765", "+91 987", "(98765) 43210", "९८७६५", "chit", "RAO", "rao chitra", "chitra 43210"),
    ],
)
def test_any_part_of_a_name_or_a_phone_finds_however_it_is_typed(shop: Shop, query: str) -> None:
    shop.customer("Chitra Rao", "9876543210")
    shop.customer("Nobody Else", "9000000001")
    assert names(query) == ["Chitra Rao"]
    assert [row.name for row in people.look_up(query)] == ["Chitra Rao"]


@pytest.mark.parametrize("query", ["9876500000", "%", "_", "chitra patel", "+91 000"])
def test_what_fits_nobody_finds_nobody(shop: Shop, query: str) -> None:
    shop.customer("Chitra Rao", "9876543210")
    assert names(query) == []


def test_digits_of_a_name_are_found_too(shop: Shop) -> None:
    shop.customer("Flat 302", None)
    assert names("302") == ["Flat 302"]


def crowd(shop: Shop) -> None:
    day = timedelta(days=1)
    shop.customer("Asha", "9000000001", credit_limit=Decimal(1000), last_purchase_at=NOON - 31 * day)
    debtor(shop, "800", "Bala", phone="9000000002", credit_limit=Decimal(1000), last_purchase_at=NOON)
    debtor(shop, "800.01", "Chand", phone="9000000003", credit_limit=Decimal(1000), last_purchase_at=NOON - 29 * day)
    shop.customer("Dev", "9000000004", status="blocked", credit_limit=Decimal(0), created_at=NOON - 31 * day)
    people.set_status(shop.ben, debtor(shop, "50", "Ela", phone="9000000005"), "inactive")
    shop.customer("éclair", "9000000006", created_at=NOON - day)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("all", ["Asha", "Bala", "Chand", "Dev", "éclair"]),
        ("with_credit", ["Bala", "Chand", "Ela"]),
        ("near_limit", ["Chand"]),
        ("not_seen", ["Asha"]),
        ("blocked", ["Dev"]),
        ("inactive", ["Ela"]),
        ("nonsense", ["Asha", "Bala", "Chand", "Dev", "éclair"]),
    ],
)
def test_the_list_is_narrowed(shop: Shop, chosen: str, expected: list[str]) -> None:
    crowd(shop)
    with clock.frozen(NOON):
        assert names("", chosen) == expected
        assert listing.counts() == {"near_limit": 1, "not_seen": 1}


@pytest.mark.parametrize(
    ("sort", "falling", "first"),
    [
        *(("name", False, "Asha"), ("name", True, "éclair"), ("balance", True, "Chand")),
        *(("last_purchase", True, "Bala"), ("last_purchase", False, "Asha"), ("nonsense", False, "Asha")),
    ],
)
def test_the_list_is_sorted_with_the_never_seen_last(shop: Shop, sort: str, falling: bool, first: str) -> None:
    crowd(shop)
    found = names(sort=sort, descending=falling)
    assert found[0] == first
    if sort == "last_purchase":
        assert set(found[-2:]) == {"Dev", "éclair"}


def test_the_page_lists_pages_and_sums_in_few_queries(shop: Shop, count_queries: Any) -> None:
    for number in range(25):
        debtor(shop, "100", f"Customer {number:02}", phone=f"90000000{number:02}")
    client = shop.client("ben")
    with count_queries() as seen:
        page = client.get("/customers?sort=name")
    assert len(seen) <= 9, seen
    assert "₹2,500.00" in page.text
    assert "by 25 customers" in page.text
    assert "Customer 19" in page.text
    assert "Customer 20" not in page.text
    assert "Customer 20" in client.get("/customers?page=2").text
    rows = client.get("/customers?q=90000000+24", headers={"HX-Request": "true"}).text
    assert rows.lstrip().startswith('<section id="people"')
    assert "Customer 24" in rows


def test_the_page_offers_to_add_who_is_not_found(shop: Shop) -> None:
    client = shop.client("ben")
    assert "No customers yet." in client.get("/customers").text
    assert "/customers/new?phone=98765" in client.get("/customers?q=98765").text
    assert "/customers/new?name=Amit" in client.get("/customers?q=Amit").text


def owing_crowd(shop: Shop) -> None:
    with noon(7, 1):
        amit = debtor(shop, "300", "Amit", phone="9000000001")
    with noon(9, 1):
        bala = debtor(shop, "100", "Bala", phone="9000000002")
        shop.customer("Free", "9000000003")
    with noon(11, 1):
        bought(shop, bala, "400")
    with noon(11, 20):
        paid(shop, amit, "50")


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        *(("balance", ["Bala", "Amit"]), ("oldest", ["Amit", "Bala"]), ("moved", ["Amit", "Bala"])),
        *(("name", ["Amit", "Bala"]), ("nonsense", ["Bala", "Amit"])),
    ],
)
def test_who_owes_is_listed_with_the_oldest_debt_and_the_newest_movement(
    shop: Shop, sort: str, order: list[str]
) -> None:
    owing_crowd(shop)
    found = listing.debtors(sort=sort)
    assert [row.name for row in found.rows] == order
    told = {
        row.name: (row.credit_balance, row.oldest.date().isoformat(), row.moved.date().isoformat())
        for row in found.rows
    }
    assert told == {
        "Amit": (Decimal(250), "2026-07-01", "2026-11-20"),
        "Bala": (Decimal(500), "2026-09-01", "2026-11-01"),
    }
    assert listing.outstanding() == (Decimal(750), 2)
    assert [row.name for row in listing.debtors("0002").rows] == ["Bala"]


def test_the_khatas_page_shows_the_total_by_age(shop: Shop, count_queries: Any) -> None:
    owing_crowd(shop)
    client = shop.client("ben")
    with noon(11, 23), count_queries() as seen:
        page = client.get("/customers/khata").text
    assert len(seen) <= 9, seen
    for shown in ("₹750.00", "by 2 customers", "₹400.00", "₹100.00", "₹250.00", "145 days", "83 days", "1 Jul 2026"):
        assert shown in page
    assert "https://wa.me/919000000001?text=" in page
    assert "Free" not in page


def test_a_khata_without_debts_says_so(shop: Shop) -> None:
    assert "Nobody owes anything." in shop.client("ben").get("/customers/khata").text
