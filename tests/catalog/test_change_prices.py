"""Many prices changed at once: all or nothing, not over somebody else's, in a handful of statements; page and API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pos.catalog import prices, products
from pos.catalog.models import Product
from pos.catalog.prices import Repricing, change_prices
from pos.core.audit import AuditEntry, broken_links
from pos.core.errors import Forbidden, Invalid, PosError, Refused
from pos.till import cart, lines
from tests.api import Program
from tests.catalog.price_cells import HTMX, back, box, cells, costs, said, save
from tests.shop import Shop


def refusal(shop: Shop, wanted: list[Repricing], who: str = "asha") -> PosError:
    with pytest.raises(PosError) as raised:
        change_prices(getattr(shop, who), wanted)
    return raised.value


# the verb


def test_the_named_prices_of_many_products_change_and_the_others_stay(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50", mrp=Decimal(14), cost_price=Decimal(9), brand="Girnar")
    salt = shop.product("Salt", "20")
    done = change_prices(
        shop.asha, [Repricing(tea, {"price": "13", "mrp": "15"}), Repricing(salt, {"cost_price": "16.50"})]
    )
    assert (costs(shop, tea), costs(shop, salt)) == ((15, 13, 9), (None, 20, Decimal("16.50")))
    assert shop.row(Product, tea).brand == "Girnar"
    assert [(one.name, one.before, one.after) for one in done] == [
        ("Tea", {"price": Decimal("12.50"), "mrp": 14}, {"price": 13, "mrp": 15}),
        ("Salt", {"cost_price": None}, {"cost_price": Decimal("16.50")}),
    ]


def test_each_product_that_changed_has_its_own_entry_in_the_audit_log(shop: Shop) -> None:
    tea, salt, soap = (shop.product(name, "20") for name in ("Tea", "Salt", "Soap"))
    change_prices(shop.asha, [Repricing(one, {"price": new}) for one, new in ((tea, "21"), (salt, "20"), (soap, "9"))])
    entries = shop.rows(AuditEntry, action="product.changed")
    assert [(one.subject_type, one.subject_id, one.change) for one in entries] == [
        ("product", str(tea), '{"price": ["20.00", "21.00"]}'),
        ("product", str(soap), '{"price": ["20.00", "9.00"]}'),
    ]
    assert list(broken_links()) == []


def test_what_is_so_already_is_not_written(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    before = shop.row(Product, tea)
    assert change_prices(shop.asha, [Repricing(tea, {"price": "12.5", "mrp": ""}, {"price": "99"})]) == []
    assert shop.row(Product, tea) == before
    assert shop.rows(AuditEntry, action="product.changed") == []


def test_every_problem_of_every_product_is_told_and_nothing_is_written(shop: Shop) -> None:
    tea, salt, soap = shop.product("Tea", "12", mrp=Decimal(14)), shop.product("Salt", "20"), shop.product("Soap", "9")
    wanted = [
        Repricing(tea, {"price": "14.01"}),
        Repricing(salt, {"price": "-1", "mrp": "1.234"}),
        Repricing(soap, {"price": "10"}),
    ]
    error = refusal(shop, wanted)
    assert isinstance(error, Invalid)
    assert [(one.subject, one.field, one.code) for one in error.problems] == [
        (str(tea), "price", "PRICE_ABOVE_MRP"),
        (str(salt), "price", "VALIDATION_ERROR"),
        (str(salt), "mrp", "VALIDATION_ERROR"),
    ]
    assert "Tea: The price may not be above the MRP of ₹14.00" in error.message
    assert shop.row(Product, soap).price == 9


def test_a_price_that_somebody_changed_meanwhile_is_refused_with_what_it_is_now(shop: Shop) -> None:
    tea, salt = shop.product("Tea", "12"), shop.product("Salt", "20", mrp=Decimal(30))
    products.change_product(shop.ben, tea, {"price": "13"})
    products.change_product(shop.ben, salt, {"mrp": ""})
    wanted = [Repricing(tea, {"price": "14"}, {"price": "12"}), Repricing(salt, {"mrp": "31"}, {"mrp": "30"})]
    error = refusal(shop, wanted)
    assert isinstance(error, Refused)
    assert (error.code, [one.field for one in error.problems]) == ("CHANGED_MEANWHILE", ["price", "mrp"])
    assert "Somebody else changed this to ₹13.00 meanwhile" in error.problems[0].message
    assert "Somebody else emptied this meanwhile" in error.problems[1].message
    assert (costs(shop, tea), costs(shop, salt)) == ((None, 13, None), (None, 20, None))


def test_another_price_or_name_that_changed_meanwhile_stands_in_nobodys_way(shop: Shop) -> None:
    tea = shop.product("Tea", "12", mrp=Decimal(14))
    products.change_product(shop.ben, tea, {"mrp": "15", "name": "Chai"})
    change_prices(shop.asha, [Repricing(tea, {"price": "13"}, {"price": "12.00"})])
    assert costs(shop, tea) == (15, 13, None)


def test_two_who_want_the_same_price_do_not_stand_in_each_others_way(shop: Shop) -> None:
    tea = shop.product("Tea", "12")
    change_prices(shop.ben, [Repricing(tea, {"price": "13"}, {"price": "12"})])
    assert change_prices(shop.asha, [Repricing(tea, {"price": "13"}, {"price": "12"})]) == []


def test_an_mrp_lowered_meanwhile_still_holds_the_price_below_it(shop: Shop) -> None:
    tea = shop.product("Tea", "12", mrp=Decimal(20))
    products.change_product(shop.ben, tea, {"mrp": "14"})
    error = refusal(shop, [Repricing(tea, {"price": "15"}, {"price": "12"})])
    assert error.problems[0].code == "PRICE_ABOVE_MRP"


def test_costs_are_the_owners_alone(shop: Shop) -> None:
    tea = shop.product("Tea", "12", cost_price=Decimal(9))
    assert isinstance(refusal(shop, [Repricing(tea, {"cost_price": "8"})], "ben"), Forbidden)
    change_prices(shop.ben, [Repricing(tea, {"price": "13", "cost_price": ""})])
    assert costs(shop, tea) == (None, 13, 9)


def test_where_discounts_are_capped_the_owner_alone_lowers_prices(shop: Shop) -> None:
    tea, salt = shop.product("Tea", "12"), shop.product("Salt", "20")
    shop.settings(cashier_discount_cap="5")
    error = refusal(shop, [Repricing(tea, {"price": "11"}), Repricing(salt, {"price": "21"})], "ben")
    assert isinstance(error, Forbidden)
    assert [(one.subject, one.field) for one in error.problems] == [(str(tea), "price")]
    assert shop.row(Product, salt).price == 20
    change_prices(shop.ben, [Repricing(salt, {"price": "21"})])
    change_prices(shop.asha, [Repricing(tea, {"price": "11"})])


def test_lists_that_make_no_sense_are_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    tea, salt = shop.product("Tea", "12"), shop.product("Salt", "20")
    assert "each product once" in refusal(shop, [Repricing(tea, {"price": "1"}), Repricing(tea, {"mrp": "2"})]).message
    assert "called barcode" in refusal(shop, [Repricing(tea, {"barcode": "1"})]).message
    gone = refusal(shop, [Repricing(uuid4(), {"price": "1"}), Repricing(tea, {"price": "1"})])
    assert gone.problems[0].code == "PRODUCT_NOT_FOUND"
    monkeypatch.setattr(prices, "MOST_AT_ONCE", 1)
    assert "At most 1 products" in refusal(shop, [Repricing(one, {"price": "1"}) for one in (tea, salt)]).message
    assert (shop.row(Product, tea).price, change_prices(shop.asha, [])) == (12, [])


def test_fifty_products_are_changed_in_a_handful_of_statements(shop: Shop, count_queries: Any) -> None:
    goods = [shop.product(f"Good {number}", "20", mrp=Decimal(40)) for number in range(50)]
    with count_queries() as few:
        change_prices(shop.asha, [Repricing(one, {"price": "21"}, {"price": "20"}) for one in goods[:2]])
    shapes = ({"price": "22"}, {"mrp": "41"}, {"price": "23", "mrp": "42"})
    with count_queries() as many:
        change_prices(shop.asha, [Repricing(one, shapes[place % 3]) for place, one in enumerate(goods)])
    assert len(few) <= 6, few
    # One more for each set of prices that changed alike.
    assert len(many) == len(few) + 2, many
    assert len(shop.rows(AuditEntry, action="product.changed")) == 52


def test_a_cart_at_the_till_is_told_of_the_new_price(shop: Shop) -> None:
    tea = shop.product("Tea", "12")
    ben = shop.client("ben")
    cart_id = cart.new_cart(shop.ben, None)
    lines.add_product(shop.ben, cart_id, tea, None)
    change_prices(shop.asha, [Repricing(tea, {"price": "13"})])
    assert "₹13.00" in ben.get(f"/till/{cart_id}").text


# the page


def test_what_was_typed_is_saved_and_can_be_undone(shop: Shop) -> None:
    tea, salt = shop.product("Tea", "12.50", mrp=Decimal(14)), shop.product("Salt", "20")
    typed = {(tea, "price"): ("13", "12.50"), (tea, "mrp"): ("14", "14.00"), (salt, "mrp"): ("25", "")}
    answer = save(shop, typed)
    assert (answer.status_code, costs(shop, tea), costs(shop, salt)) == (200, (14, 13, None), (25, 20, None))
    assert "2 products have new prices." in answer.text
    assert [one.change for one in shop.rows(AuditEntry, action="product.changed")] == [
        '{"price": ["12.50", "13.00"]}',
        '{"mrp": [null, "25.00"]}',
    ]
    undone = shop.client("asha").post("/products/prices/undo", data=back(answer.text), headers=HTMX)
    assert "The old prices are back." in undone.text
    assert (costs(shop, tea), costs(shop, salt)) == ((14, Decimal("12.50"), None), (None, 20, None))
    assert back(undone.text) == {}


def test_saving_twice_by_a_double_press_says_that_nothing_was_changed(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    for sentence in ("1 product has new prices.", "Nothing was changed: these are the prices already."):
        answer = save(shop, {(tea, "price"): ("13", "12.50")})
        assert (answer.status_code, sentence in answer.text) == (200, True)
    assert len(shop.rows(AuditEntry, action="product.changed")) == 1


def test_errors_stand_at_their_cells_and_all_that_was_typed_stays(shop: Shop) -> None:
    tea, salt = shop.product("Tea", "12.50", mrp=Decimal(14)), shop.product("Salt", "20")
    typed = {(tea, "price"): ("15", "12.50"), (salt, "price"): ("21", "20.00"), (salt, "mrp"): ("abc", "")}
    answer = save(shop, typed)
    assert answer.status_code == 400
    assert 'aria-invalid="true" data-arrives' in box(answer.text, "mrp", salt)
    assert 'aria-invalid="true"' in box(answer.text, "price", tea)
    assert "The price may not be above the MRP of ₹14.00" in answer.text
    assert "“abc” is not an amount in rupees" in answer.text
    assert [said(answer.text, *one) for one in (("price", tea), ("price", salt), ("mrp", salt))] == ["15", "21", "abc"]
    assert "3 prices changed, not saved" in answer.text
    assert shop.row(Product, salt).price == 20


def test_a_price_changed_meanwhile_is_told_at_its_cell_and_saving_again_puts_it_in_place(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    products.change_product(shop.ben, tea, {"price": "13"})
    answer = save(shop, {(tea, "price"): ("14", "12.50")})
    assert (answer.status_code, shop.row(Product, tea).price) == (409, 13)
    assert "Somebody else changed this to ₹13.00 meanwhile" in answer.text
    assert 'data-was="13.00"' in box(answer.text, "price", tea)
    assert said(answer.text, "price", tea) == "14"
    assert save(shop, {(tea, "price"): ("14", "13.00")}).status_code == 200
    assert shop.row(Product, tea).price == 14


def test_an_undo_over_somebody_elses_price_leaves_it_and_shows_the_old_one_unsaved(shop: Shop) -> None:
    tea, salt = shop.product("Tea", "12.50"), shop.product("Salt", "20")
    saved = save(shop, {(tea, "price"): ("13", "12.50"), (salt, "price"): ("21", "20")}).text
    products.change_product(shop.ben, tea, {"price": "14"})
    answer = shop.client("asha").post("/products/prices/undo", data=back(saved), headers=HTMX)
    assert answer.status_code == 409
    assert (shop.row(Product, tea).price, shop.row(Product, salt).price) == (14, 21)
    assert (said(answer.text, "price", tea), said(answer.text, "price", salt)) == ("12.50", "20.00")
    assert "Somebody else changed this to ₹14.00 meanwhile" in answer.text
    assert save(shop, {(salt, "price"): ("20.00", "21.00")}).status_code == 200


def test_a_browser_without_scripts_saves_and_sees_the_whole_page(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    sent = cells({(tea, "price"): ("13", "12.50")})
    page = shop.client("ben").post("/products/prices", data=sent).text
    assert "<h1>Change prices</h1>" in page
    assert (said(page, "price", tea), shop.row(Product, tea).price) == ("13.00", 13)


def test_a_program_sets_many_prices(shop: Shop) -> None:
    tea, salt = shop.product("Tea", "12.50"), shop.product("Salt", "20", mrp=Decimal(30))
    asked = [{"productId": str(tea), "price": 13}, {"productId": str(salt), "mrp": None, "costPrice": "15.50"}]
    answer = Program(shop, "asha").patch("/products/prices", {"prices": asked})
    assert answer.status_code == 200, answer.text
    told = [(one["name"], float(one["price"]), one["mrp"]) for one in answer.json["data"]["products"]]
    assert told == [("Tea", 13.0, None), ("Salt", 20.0, None)]
    assert costs(shop, salt) == (None, 20, Decimal("15.50"))


def test_a_program_is_told_of_every_problem_and_of_who_was_faster(shop: Shop) -> None:
    tea, salt = shop.product("Tea", "12.50", mrp=Decimal(14)), shop.product("Salt", "20")
    devi = Program(shop, "devi")
    seen = devi.get(f"/products/{tea}").json["data"]["product"]["updatedAt"]
    asked = [{"productId": str(tea), "price": 15}, {"productId": str(salt), "price": 21}]
    refused = devi.patch("/products/prices", {"prices": asked})
    assert (refused.status_code, refused.json["details"][0]["subject"]) == (400, str(tea))
    products.change_product(shop.ben, tea, {"name": "Chai"})
    late = devi.patch("/products/prices", {"prices": [{"productId": str(tea), "price": 13, "updatedAt": seen}]})
    assert (late.status_code, late.json["code"]) == (409, "CHANGED_MEANWHILE")
    assert devi.patch("/products/prices", {"prices": []}).status_code == 400
    assert devi.patch("/products/prices", {"prices": [{"productId": str(tea), "costPrice": 1}]}).status_code == 403
    assert costs(shop, tea) == (14, Decimal("12.50"), None)
