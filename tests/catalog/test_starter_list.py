"""The starter list: goods of our own choosing, taken over once, as a whole, with a price each."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from pos.catalog.checks import problems_of
from pos.catalog.models import UNITS, Product, StockMovement
from pos.catalog.starter.goods import by_code, sections
from pos.catalog.starter.taking import Taken, Wish, take_over, there_already
from pos.core import audit
from pos.core.actor import Actor
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid
from pos.reports import books
from pos.reports.audit_trail import Wanted
from pos.reports.audit_trail import page as audit_page
from pos.settings import first_steps
from tests.accounts.together import at_once
from tests.shop import Shop

SUGAR, SALT, RICE, COLA = "K1301", "K1306", "K1101", "K2201"
ALL_PARTS = [section.number for section in sections()]
FORM: dict[str, Any] = {"part": ALL_PARTS, "names": "en", "usual_stock": "20"}


def named(shop: Shop) -> dict[str, Any]:
    return {row.name: row for row in shop.rows(Product)}


def send(shop: Shop, who: str = "asha", **values: Any) -> Any:
    prices = {name.replace("_", "-"): value for name, value in values.items() if name.startswith(("price", "stock"))}
    rest = {name: value for name, value in values.items() if name.replace("_", "-") not in prices}
    return shop.client(who).post("/products/starter", data={**FORM, "take": list(by_code()), **rest, **prices})


def test_the_list_is_long_enough_and_every_good_is_a_product_that_could_stand_in_a_shop() -> None:
    goods = list(by_code().values())
    assert 120 <= len(goods) <= 250
    for section, good in goods:
        values: dict[str, Any] = {
            "name": good.name("both"),
            "price": "1",
            "unit": good.unit,
            "category": section.english,
        }
        values |= {"hsn_code": good.hsn_code, "tax_rate": good.tax_rate, "pack_size": good.pack_size}
        assert problems_of({**values, "code": good.code})[1] == [], good
        assert good.unit in UNITS


def test_no_two_goods_have_the_same_name_in_either_language() -> None:
    for names in ("en", "hi"):
        counted = Counter(good.name(names) for _section, good in by_code().values())
        assert [name for name, times in counted.items() if times > 1] == []


def test_only_rates_that_there_are_since_september_2025_stand_in_it() -> None:
    assert {good.tax_rate for _section, good in by_code().values()} == {None, "0", "5", "18", "40"}
    rates = {good.english: good.tax_rate for _section, good in by_code().values() if not good.pack_size}
    assert (rates["Rice (loose)"], rates["Sugar (loose)"], rates["Eggs"]) == ("0", "5", "0")
    packed = {good.name("en"): good.tax_rate for _section, good in by_code().values()}
    assert (packed["Wheat flour 5 kg"], packed["Cola 600 ml"], packed["Detergent powder 1 kg"]) == ("5", "40", "18")


def test_codes_never_change() -> None:
    """A shop knows its goods by them: a new good comes at the end of its section."""
    names = {code: good.english for code, (_section, good) in by_code().items()}
    assert names[SUGAR] == "Sugar (loose)"
    assert (names["K1118"], names["K1526"], names["K2610"]) == ("Puffed rice (loose)", "Mango powder", "Apples")


def test_goods_with_a_price_come_in_with_their_stock(shop: Shop) -> None:
    taken = take_over(shop.asha, [Wish(SUGAR, "44", "12.5"), Wish(SALT, " 28 "), Wish(RICE, "")], "en", "20")
    assert taken == Taken(2, 0)
    rows = named(shop)
    assert set(rows) == {"Sugar (loose)", "Salt 1 kg"}
    sugar, salt = rows["Sugar (loose)"], rows["Salt 1 kg"]
    assert (sugar.price, sugar.unit, sugar.stock_quantity, sugar.hsn_code) == (44, "kg", Decimal("12.5"), "1701")
    assert (sugar.category, sugar.code, sugar.min_stock_level) == ("Sugar, jaggery and salt", SUGAR, 10)
    assert (salt.price, salt.pack_size, salt.stock_quantity) == (28, "1 kg", 20)
    moved = shop.rows(StockMovement)
    assert sorted(row.stock_after for row in moved) == [Decimal("12.5"), 20]
    assert {row.movement_type for row in moved} == {"RESTOCK"}
    assert list(books.differences()) == []


def test_it_is_one_entry_of_the_audit_log_with_all_that_came_in(shop: Shop) -> None:
    take_over(shop.asha, [Wish(SUGAR, "44"), Wish(SALT, "28")])
    (entry,) = shop.rows(AuditEntry, action="products.starter_taken")
    assert [one["product"] for one in json.loads(entry.change)["products"]] == ["Sugar (loose)", "Salt 1 kg"]
    (told,) = audit_page(shop.asha, Wanted(kind="starter_list")).entries
    assert told.sentence == "Asha Patil took 2 products over from the starter list"
    assert not list(audit.broken_links())


@pytest.mark.parametrize(
    ("names", "name", "category"),
    [
        ("hi", "नमक 1 kg", "चीनी, गुड़ और नमक"),
        ("both", "Salt / नमक 1 kg", "Sugar, jaggery and salt"),
    ],
)
def test_names_are_in_the_language_that_was_chosen(shop: Shop, names: str, name: str, category: str) -> None:
    take_over(shop.asha, [Wish(SALT, "28")], names)
    assert named(shop)[name].category == category
    assert "नमक" in named(shop)[name].search_key


@pytest.mark.parametrize(("mode", "rate"), [("regular", Decimal(40)), ("composition", None), ("none", None)])
def test_gst_rates_come_only_to_a_shop_that_may_collect_gst(shop: Shop, mode: str, rate: Decimal | None) -> None:
    shop.settings(gst_mode=mode, gstin="27AAPFU0939F1ZV" if mode != "none" else None)
    take_over(shop.asha, [Wish(COLA, "40")])
    cola = named(shop)["Cola 600 ml"]
    assert (cola.tax_rate, cola.hsn_code) == (rate, "2202")


def test_a_second_run_doubles_nothing_in_whatever_language(shop: Shop) -> None:
    wishes = [Wish(SUGAR, "44"), Wish(SALT, "28")]
    take_over(shop.asha, wishes[:1], "hi")
    assert take_over(shop.asha, wishes, "en") == Taken(1, 1)
    assert take_over(shop.asha, wishes, "both") == Taken(0, 2)
    assert len(named(shop)) == 2
    assert len(shop.rows(AuditEntry, action="products.starter_taken")) == 2


def test_two_who_take_over_at_the_same_moment_double_nothing(shop: Shop) -> None:
    def take() -> object:
        return take_over(shop.asha, [Wish(SUGAR, "44"), Wish(SALT, "28")])

    assert at_once(shop.app, take, take, take) == ["done"] * 3
    assert len(named(shop)) == 2


def test_what_the_shop_has_under_the_same_name_is_known(shop: Shop) -> None:
    shop.product("Salt 1 kg")
    shop.product("चीनी (खुली)")
    assert there_already() == {SALT, SUGAR}


def test_every_problem_is_told_with_its_good_and_nothing_comes_in(shop: Shop) -> None:
    wishes = [Wish(SUGAR, "44"), Wish(SALT, "0"), Wish(RICE, "much"), Wish(COLA, "40", "2.5"), Wish("K9999", "1")]
    with pytest.raises(Invalid) as refusal:
        take_over(shop.asha, wishes, "en", "1.5")
    assert [(one.subject, one.field) for one in refusal.value.problems] == [
        (None, "usual_stock"),
        (SALT, "stock_quantity"),
        (SALT, "price"),
        (RICE, "price"),
        (COLA, "stock_quantity"),
        ("K9999", "prices"),
    ]
    assert named(shop) == {}


def test_without_any_price_nothing_is_taken(shop: Shop) -> None:
    with pytest.raises(Invalid, match="Type a price"):
        take_over(shop.asha, [Wish(SUGAR, "")])


def test_it_is_for_who_may_edit_products(shop: Shop) -> None:
    assert take_over(shop.devi, [Wish(SUGAR, "44")], "en", "5") == Taken(1, 0)
    with pytest.raises(Forbidden):
        take_over(Actor(id=None, name="Eve", role="guest"), [Wish(SALT, "28")])


def test_the_page_takes_over_what_is_ticked_and_priced(shop: Shop) -> None:
    answer = send(shop, price_K1301="44", price_K1306="28", price_K1101="60", take=[SUGAR, RICE], part=["13"])
    assert (answer.status_code, answer.location) == (303, "/products")
    assert set(named(shop)) == {"Sugar (loose)"}


def test_who_takes_the_first_steps_comes_back_to_them(shop: Shop) -> None:
    first_steps.show(shop.asha)
    asha = shop.client("asha")
    asha.get("/first-steps")
    data = {**FORM, "take": [SUGAR], f"price-{SUGAR}": "44"}
    answer = asha.post("/products/starter", data=data, follow_redirects=True)
    assert answer.request.path == "/first-steps"
    assert "1 product was taken over." in answer.text


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(shop: Shop) -> None:
    answer = send(shop, price_K1301="forty", price_K1306="28", stock_K1306="7", names="both", part=["13"])
    assert answer.status_code == 400
    for kept in ('value="forty"', 'value="28"', 'value="7"', 'value="both" checked', f'id="price-{SUGAR}-error"'):
        assert kept in answer.text, kept
    assert 'id="part-13" name="part" value="13" checked' in answer.text
    assert 'id="part-14" name="part" value="14">' in answer.text
    assert named(shop) == {}


def test_an_empty_page_is_told_so(shop: Shop) -> None:
    answer = send(shop)
    assert answer.status_code == 400
    assert "Type a price for at least one of them." in answer.text


def test_the_page_shows_what_is_there_already(shop: Shop) -> None:
    send(shop, price_K1301="44")
    page = shop.client("asha").get("/products/starter").text
    assert "1 of 10 in your shop" in page
    assert f'name="price-{SUGAR}"' not in page
    again = send(shop, price_K1301="50", price_K1306="28")
    assert again.status_code == 303
    assert named(shop)["Sugar (loose)"].price == 44


def test_the_page_is_in_the_language_of_who_reads_it(shop: Shop) -> None:
    shop.settings(language="hi")
    page = shop.client("asha").get("/products/starter").text
    assert "चीनी, गुड़ और नमक" in page
    assert 'value="hi" checked' in page


def test_the_list_takes_few_queries_however_much_is_there(shop: Shop, count_queries: Any) -> None:
    asha = shop.client("asha")
    with count_queries() as before:
        asha.get("/products/starter")
    wishes = [Wish(code, "10") for code in by_code()]
    with count_queries() as taking:
        take_over(shop.asha, wishes, "en", "20")
    with count_queries() as after:
        asha.get("/products/starter")
    assert len(after) == len(before) <= 6, after
    assert len(taking) <= 10, taking
    assert len(named(shop)) == len(wishes)
