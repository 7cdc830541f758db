"""Finding products: by a scan, by words, by what sells best."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, text

from pos.catalog import products, search, search_index
from pos.catalog.models import Product
from pos.core.db import dialect, execute, look_at_one_moment, one_unit, session, table
from pos.till.models import CartLine
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


def test_searching_is_two_queries_and_scanning_one(shop: Shop, count_queries: Any) -> None:
    _many_products()
    with count_queries() as seen:
        assert len(search.found("number soap")) == 30
    assert len(seen) == 2
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


def test_a_great_many_are_ranked_as_a_few(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the index leads to too many, the goods are read in their order, one closeness after the other."""
    _many_products()
    shop.product("Basalt soap", times_sold=99, category="Stones")
    shop.product("Soap alt", times_sold=5, brand="सोना")
    shop.product("Alta", category="Stones", code="alt")
    queries = ("alt", "soap", "soap 4", "number soap 1", "s", "al", "ना", "89", "zz", "soap stones")
    asked = [(query, category) for query in queries for category in (None, "Stones")]
    few = [names(search.found(*one)) for one in asked]
    monkeypatch.setattr(search, "MOST_READ", 0)
    assert [names(search.found(*one)) for one in asked] == few
    assert few[0] == ["Alta", "Soap alt", "Basalt soap"]


def test_no_search_reads_the_whole_catalogue(shop: Shop, count_queries: Any) -> None:
    """A word that few or none of the goods hold is looked up, whatever ANALYZE has counted or not."""
    _many_products()
    for _counted_or_not in range(2):
        for query in ("zzz", "soap 59", "89000", "number soap 12"):
            with count_queries() as seen:
                search.found(query)
            assert len(seen) in (1, 2), query
        _analyze()
    for statement in (search_index.holding(["soap"]), search_index.holding(["  so", "59"])):
        plan = _plan(statement)
        assert "product_search_grams" in plan, plan
        assert "SCAN product_search " not in plan
        assert "SCAN products" not in plan


@one_unit
def _analyze() -> None:
    execute(text("ANALYZE"))


def _plan(statement: Any) -> str:
    on_postgresql = dialect() == "postgresql"
    if on_postgresql:
        look_at_one_moment()
        # A table of sixty rows is read whole by any planner that may.
        execute(text("SET LOCAL enable_seqscan = off"))
    compiled = statement.compile(session().connection())
    asked = ("EXPLAIN " if on_postgresql else "EXPLAIN QUERY PLAN ") + str(compiled)
    values = compiled.params if on_postgresql else tuple(compiled.params[name] for name in compiled.positiontup)
    rows = session().connection().exec_driver_sql(asked, values)
    return "\n".join(str(row[-1]) for row in rows)


def test_the_index_follows_whatever_becomes_of_a_product(shop: Shop) -> None:
    salt = shop.product("Tata Salt", code="S1")
    products.change_product(shop.asha, salt, {"name": "Himalaya Rock", "code": ""})
    assert names(search.found("rock")) == ["Himalaya Rock"]
    assert search.found("tata") == []
    assert search_index.near(["tata"], 5) == []
    _many_products()
    assert len(search_index.near(["  soap number 5"], 20) or []) == 11
    _forget("soap number 5")
    assert len(search_index.near(["  soap number 5"], 20) or []) == 10


@one_unit
def _forget(key: str) -> None:
    execute(delete(table(Product)).where(table(Product).c.search_key == key))


@pytest.mark.parametrize(
    ("typed", "likely"),
    [
        ("parel", "parle"),
        ("prale", "parle"),
        ("apr le", None),
        ("bisciut", "biscuit"),
        ("bisuc", "biscuit"),
        ("chocolte", "chocolate"),
        ("aprle", "parle"),
        ("parlle biscit", "parle biscuit"),
        ("parle zzzz", None),
        ("zebra", None),
        ("890405", None),
        ("दाला", "दाल"),
    ],
)
def test_typing_mistakes_are_forgiven(shop: Shop, typed: str, likely: str | None) -> None:
    shop.product("Parle Biscuit")
    shop.product("Dairy Chocolate", barcode=SALT)
    shop.product("चना दाल")
    assert search.found(typed) == []
    meant = search.meant(typed)
    assert (meant[0] if meant else None) == likely
    if meant:
        assert names(meant[1]) == names(search.found(meant[0])) != []


def test_what_was_only_meant_is_shown_and_not_put_on_the_bill(shop: Shop) -> None:
    shop.product("Parle Biscuit")
    ben = shop.client("ben")
    address = ben.get("/till").location
    shown = ben.get(f"{address}/search", query_string={"q": "parel"}, headers={"HX-Request": "true"}).text
    assert "Nothing found for “parel”. This is for “parle”:" in shown
    assert "Parle Biscuit" in shown
    entered = ben.post(f"{address}/scan", data={"q": "parel"}, headers={"HX-Request": "true"}).text
    assert "Parle Biscuit" in entered
    assert shop.rows(CartLine) == []
