"""Finding products: by a scan, by words, by what sells best."""

from __future__ import annotations

from typing import Any

import pytest

from pos.catalog import search
from pos.catalog.models import Product
from pos.core.db import execute, one_unit, table
from tests.shop import Shop

SALT = "8904043901015"


def names(rows: Any) -> list[str]:
    return [row.name for row in rows]


def test_a_scan_finds_the_exact_barcode(shop: Shop) -> None:
    shop.product("Tata Salt 1kg", barcode=SALT)
    shop.product("Another", barcode="8904043901016")
    found = search.scanned(SALT)
    assert found is not None
    assert found.name == "Tata Salt 1kg"


@pytest.mark.parametrize(
    "sent",
    [
        f" {SALT} ",
        f"{SALT}\r\n",
        f"{SALT}\t",
        f"]E0{SALT}",
        f"\x02{SALT}\x03",
        f"\x1d{SALT}",
        f"\ufeff{SALT}",
        "८९०४०४३९०१०१५",
    ],
)
def test_what_a_scanner_adds_is_taken_off(shop: Shop, sent: str) -> None:
    shop.product("Tata Salt 1kg", barcode=SALT)
    found = search.scanned(sent)
    assert found is not None


def test_a_upc_is_found_with_and_without_its_leading_zero(shop: Shop) -> None:
    shop.product("Twelve digits", barcode="012345678905")
    shop.product("Thirteen digits", barcode="0036000291452")
    assert search.scanned("0012345678905").name == "Twelve digits"  # type: ignore[union-attr]
    assert search.scanned("036000291452").name == "Thirteen digits"  # type: ignore[union-attr]


def test_a_barcode_wins_over_the_same_short_code(shop: Shop) -> None:
    shop.product("By code", code="4968")
    shop.product("By barcode", barcode="4968")
    assert search.scanned("4968").name == "By barcode"  # type: ignore[union-attr]


def test_a_short_code_is_found_in_either_case(shop: Shop) -> None:
    shop.product("Maida loose", code="M3")
    assert search.scanned("m3").name == "Maida loose"  # type: ignore[union-attr]


def test_nothing_is_scanned_from_nothing_and_from_what_is_unknown(shop: Shop) -> None:
    shop.product("No codes at all")
    assert search.scanned("  ") is None
    assert search.scanned("999") is None


def test_what_is_no_longer_sold_is_not_scanned_nor_found(shop: Shop) -> None:
    shop.product("Gone soap", barcode=SALT, status="discontinued")
    shop.product("Resting soap", status="inactive")
    assert search.scanned(SALT) is None
    assert search.found("soap") == []
    assert search.best_sellers() == []


def test_words_are_found_in_any_order_in_name_brand_category_and_code(shop: Shop) -> None:
    shop.product(
        "Masala Noodles 560 g", brand="Maggi", category="Noodles & Pasta", code="4143", barcode="8901058023763"
    )
    shop.product("Masala Oats", brand="Saffola", category="Breakfast")
    assert names(search.found("noodles maggi")) == ["Masala Noodles 560 g"]
    assert names(search.found("MAGGI 560")) == ["Masala Noodles 560 g"]
    assert names(search.found("23763")) == ["Masala Noodles 560 g"]
    assert sorted(names(search.found("masala"))) == ["Masala Noodles 560 g", "Masala Oats"]
    assert search.found("masala bread") == []
    assert search.found("   ") == []


def test_hindi_and_wide_letters_are_found(shop: Shop) -> None:
    shop.product("चना दाल")
    shop.product("Café Coffee")
    assert names(search.found("दाल")) == ["चना दाल"]
    assert names(search.found("CAFÉ")) == ["Café Coffee"]


def test_signs_of_like_are_letters_in_a_search(shop: Shop) -> None:
    shop.product("Juice 100% fruit")
    shop.product("Juice plain")
    assert names(search.found("100%")) == ["Juice 100% fruit"]
    assert search.found("_") == []


def test_the_exact_code_comes_first_then_beginnings_then_what_sells(shop: Shop) -> None:
    shop.product("Basalt stone", times_sold=99)
    shop.product("Tata salt", times_sold=5)
    shop.product("Salt plain", times_sold=1)
    shop.product("Salt best", times_sold=7)
    shop.product("Pepper", code="salt")
    assert names(search.found("salt")) == ["Pepper", "Salt best", "Salt plain", "Tata salt", "Basalt stone"]


def test_no_more_are_found_than_asked_for_and_one_category_alone(shop: Shop) -> None:
    for number in range(5):
        shop.product(f"Rice {number}", category="Grains" if number % 2 else "Offers")
    assert len(search.found("rice", most=3)) == 3
    assert names(search.found("rice", category="Grains")) == ["Rice 1", "Rice 3"]


def test_best_sellers_come_in_the_order_of_their_bills(shop: Shop) -> None:
    shop.product("Seldom", times_sold=1, category="A")
    shop.product("Often", times_sold=9, category="B")
    shop.product("Never", category="A")
    assert names(search.best_sellers()) == ["Often", "Seldom", "Never"]
    assert names(search.best_sellers(category="A")) == ["Seldom", "Never"]
    assert names(search.best_sellers(most=1)) == ["Often"]


def test_the_categories_that_sell_come_first(shop: Shop) -> None:
    shop.product("a", category="Small", times_sold=3)
    shop.product("b", category="Large")
    shop.product("c", category="Large")
    shop.product("d", category="Medium")
    shop.product("e")
    shop.product("f", category="Closed", status="inactive", times_sold=50)
    assert search.categories() == ["Small", "Large", "Medium"]
    assert search.categories(most=1) == ["Small"]


def test_categories_are_counted_once_in_half_a_minute(
    shop: Shop, count_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.product("a", category="Staples")
    with monkeypatch.context() as hurried:
        hurried.setattr(search, "COUNTED_FOR_SECONDS", 0.0)
        assert search.categories() == ["Staples"]
    shop.product("b", category="Snacks")
    assert search.categories() == ["Snacks", "Staples"]
    shop.product("c", category="Dairy")
    with count_queries() as seen:
        assert search.categories() == ["Snacks", "Staples"]
    assert len(seen) == 0


def test_searching_is_one_query(shop: Shop, count_queries: Any) -> None:
    _many_products()
    with count_queries() as seen:
        assert len(search.found("number soap")) == 30
    assert len(seen) == 1
    with count_queries() as seen:
        search.scanned("8900000000007")
    assert len(seen) == 1


@one_unit
def _many_products() -> None:
    from sqlalchemy import insert

    from pos.core import clock
    from pos.core.ids import uuid7

    now = clock.now()
    rows = [
        {"id": uuid7(), "name": f"Soap number {n}", "price": 10, "unit": "pcs", "barcode": f"89{n:011}"}
        | {"search_key": f"soap number {n}", "created_at": now, "updated_at": now, "status": "active", "times_sold": n}
        for n in range(60)
    ]
    execute(insert(table(Product)), rows)


def test_a_query_of_a_hundred_thousand_letters_finds_nothing_and_does_no_harm(shop: Shop) -> None:
    """SQLite takes no pattern of more than 50,000 bytes."""
    ben = shop.client("ben")
    for path in (f"{ben.get('/till').location}/search", "/products", "/customers", "/sales", "/customers/khata"):
        assert ben.get(path, query_string={"q": "x" * 100_000}).status_code == 200, path
