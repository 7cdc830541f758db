"""The list of products: found, narrowed, sorted, paged; and one product's own page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pos.catalog import listing, stock
from pos.catalog.listing import Wanted
from pos.core import clock
from tests.shop import Shop

NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def names(wanted: Wanted, page: int = 1, limit: int = 20) -> list[str]:
    return [row.name for row in listing.products(wanted, page, limit).rows]


def shelf(shop: Shop) -> None:
    shop.product("Tata Salt 1kg", "28", "5", brand="Tata", category="Spices", barcode="8904043901015")
    shop.product("Chana Dal", "86", "40", category="Dal", unit="kg", expiry_date=date(2026, 12, 1))
    shop.product("चाय पत्ती", "120", "0", brand="Tata", category="Drinks", code="T1")
    shop.product("Old Soap", "10", "3", status="discontinued")
    shop.product("Éclairs 100%", "50", "60", category="Sweets", expiry_date=date(2026, 11, 20))


def test_words_are_found_anywhere_in_any_order(shop: Shop) -> None:
    shelf(shop)
    assert names(Wanted("salt TATA")) == ["Tata Salt 1kg"]
    assert names(Wanted("89040439")) == ["Tata Salt 1kg"]
    assert names(Wanted("चाय")) == ["चाय पत्ती"]
    assert names(Wanted("éCLAIRS")) == ["Éclairs 100%"]
    assert names(Wanted("t1")) == ["चाय पत्ती"]
    assert names(Wanted("tata pepper")) == []


def test_signs_of_like_are_ordinary_letters(shop: Shop) -> None:
    shelf(shop)
    assert names(Wanted("%")) == ["Éclairs 100%"]
    assert names(Wanted("_")) == names(Wanted("\\")) == []


def test_it_is_narrowed_by_category_status_stock_and_day(shop: Shop) -> None:
    shelf(shop)
    assert names(Wanted(category="Dal")) == ["Chana Dal"]
    assert names(Wanted(status="discontinued")) == ["Old Soap"]
    assert names(Wanted(low=True)) == ["Tata Salt 1kg", "चाय पत्ती"]
    assert set(names(Wanted(expires_by=date(2026, 12, 1)))) == {"Chana Dal", "Éclairs 100%"}
    assert names(Wanted(expires_by=date(2026, 11, 30))) == ["Éclairs 100%"]
    assert names(Wanted("tata", low=True, category="Drinks")) == ["चाय पत्ती"]
    assert len(names(Wanted())) == 5


@pytest.mark.parametrize(
    ("sort", "falling", "first", "last"),
    [
        ("name", None, "Chana Dal", None),
        ("price", None, "Old Soap", "चाय पत्ती"),
        ("price", True, "चाय पत्ती", "Old Soap"),
        ("stock", False, "चाय पत्ती", "Éclairs 100%"),
        ("expiry", None, "Éclairs 100%", None),
        ("expiry", True, "Chana Dal", None),
        ("nonsense", None, "Chana Dal", None),
    ],
)
def test_it_is_sorted(shop: Shop, sort: str, falling: bool | None, first: str, last: str | None) -> None:
    shelf(shop)
    found = names(Wanted(sort=sort, falling=falling))
    assert found[0] == first
    assert last is None or found[-1] == last


def test_what_changed_last_comes_first(shop: Shop) -> None:
    for number in range(3):
        shop.product(f"Tea {number}", updated_at=NOON + timedelta(minutes=number))
    assert names(Wanted(sort="updated")) == ["Tea 2", "Tea 1", "Tea 0"]
    assert names(Wanted(sort="updated", falling=False)) == ["Tea 0", "Tea 1", "Tea 2"]


def test_it_comes_a_page_at_a_time_in_two_queries(shop: Shop, count_queries: Any) -> None:
    for number in range(45):
        shop.product(f"Tea {number:02}")
    with count_queries() as queries:
        page = listing.products(Wanted(), 3, 20)
    assert len(queries) == 2
    assert [row.name for row in page.rows] == [f"Tea {number}" for number in range(40, 45)]
    assert (page.total, page.pages, page.first, page.last) == (45, 3, 41, 45)
    assert listing.products(Wanted(), 4, 20).rows == []
    assert listing.products(Wanted(), 4, 20, nearest=True).page == 3


def test_categories_and_the_commonest_brands_are_offered_by_name(shop: Shop) -> None:
    shelf(shop)
    shop.product("Surf", brand="Surf Excel", category="Home care")
    assert listing.categories() == sorted(["Dal", "Drinks", "Home care", "Spices", "Sweets"])
    assert listing.brands() == ["Surf Excel", "Tata"]
    assert listing.brands(most=1) == ["Tata"]


def test_the_pages_queries_do_not_grow_with_the_shelf(shop: Shop, count_queries: Any) -> None:
    ben, counts = shop.client("ben"), []
    for more in (2, 30):
        for number in range(more):
            shop.product(f"Tea {more}-{number}", category=f"C{number}", stock="1", expiry_date=date(2026, 11, 20))
        with count_queries() as queries:
            assert ben.get("/products").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_page_shows_prices_stock_and_days(shop: Shop) -> None:
    with clock.frozen(NOON):
        shelf(shop)
        page = shop.client("devi").get("/products").text
    assert "₹28.00" in page
    assert "40 kg" in page
    assert "None left" in page
    assert "Old Soap" not in page
    assert "<option>Spices</option>" in page


def test_the_page_narrows_as_its_address_says(shop: Shop) -> None:
    with clock.frozen(NOON):
        shelf(shop)
        devi = shop.client("devi")
        assert "Old Soap" in devi.get("/products?status=all").text
        low = devi.get("/products?low=1").text
        soon = devi.get("/products?expiring=1&sort=-expiry").text
        nothing = devi.get("/products?q=%3Cscript%3E&category=&sort=x&page=x&limit=9999").text
    assert "<a href" in low
    assert 'name="low" value="1" checked' in low
    assert soon.index("Chana Dal</a>") < soon.index("Éclairs 100%</a>")
    assert "No product fits." in nothing
    assert "<script>" not in nothing
    assert "Add “&lt;script&gt;”" in nothing


def test_htmx_gets_the_rows_alone(shop: Shop) -> None:
    shelf(shop)
    answer = shop.client("devi").get("/products?q=salt", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section id="products"')
    assert "Tata Salt 1kg" in answer.text
    assert "Chana" not in answer.text


def test_links_to_other_pages_keep_what_was_asked(shop: Shop) -> None:
    for number in range(21):
        shop.product(f"Tea {number:02}", category="Tea & Coffee")
    page = shop.client("devi").get("/products?q=tea&category=Tea+%26+Coffee&sort=-price").text
    assert "/products?q=tea&amp;category=Tea+%26+Coffee&amp;sort=-price&amp;page=2" in page


def test_an_empty_shelf_says_what_to_do(shop: Shop) -> None:
    page = shop.client("devi").get("/products").text
    assert "The shelf is empty." in page
    assert "/products/new" in page


@pytest.mark.parametrize(("who", "sees"), [("asha", True), ("ben", False), ("devi", False)])
def test_only_the_owner_sees_what_it_cost(shop: Shop, who: str, sees: bool) -> None:
    tea = shop.product("Tea", "12.50", cost_price=Decimal("9.87"))
    client = shop.client(who)
    assert ("9.87" in client.get(f"/products/{tea}").text) is sees
    assert ("9.87" in client.get(f"/products/{tea}/edit").text) is sees
    assert "9.87" not in client.get("/products").text


def test_one_product_shows_its_price_tax_and_codes(shop: Shop) -> None:
    salt = shop.product(
        "Tata Salt", "28", "5", mrp=Decimal(30), hsn_code="2501", tax_rate=Decimal("12.5"), barcode="M3"
    )
    page = shop.client("ben").get(f"/products/{salt}").text
    for shown in ("₹28.00", "₹30.00", "saves ₹2.00", "12.5 %", "2501", "M3", "Low"):
        assert shown in page


def test_one_products_history_is_paged(shop: Shop) -> None:
    tea = shop.product(stock="5")
    for number in range(24):
        stock.restock(shop.devi, tea, "1", f"no. {number}")
    devi = shop.client("devi")
    assert f"/products/{tea}?page=2" in devi.get(f"/products/{tea}").text
    second = devi.get(f"/products/{tea}?page=2", headers={"HX-Request": "true"}).text
    assert "no. 0" in second
    assert "no. 23" not in second


def test_nobody_sees_it_without_signing_in(shop: Shop) -> None:
    for address in ("/products", "/products/new", "/products/alerts", "/products/export.csv", "/products/export.xlsx"):
        assert shop.client().get(address).status_code == 303
