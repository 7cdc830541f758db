"""The table of prices before anything is saved: whom it shows what, looking, scanning, steps, labels."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pos.catalog.models import StockDraft
from tests.catalog.price_cells import HTMX, back, box, cells, costs, names, said, save
from tests.shop import Shop


def test_the_table_shows_what_the_list_of_products_finds(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50", mrp=Decimal(14), cost_price=Decimal(10), category="Drinks", barcode="890111")
    shop.product("Salt", "20", category="Grocery")
    page = shop.client("asha").get("/products/prices?category=Drinks").text
    assert names(page) == ["Tea"]
    assert [said(page, name, tea) for name in ("mrp", "price", "cost_price")] == ["14.00", "12.50", "10.00"]
    assert "₹2.50 <small>20.0 %</small>" in page
    assert 'href="/products/prices?category=Drinks"' in shop.client("asha").get("/products?category=Drinks").text


def test_costs_and_margins_are_shown_to_the_owner_alone(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50", cost_price=Decimal("7.77"))
    page = shop.client("ben").get("/products/prices").text
    assert said(page, "price", tea) == "12.50"
    assert "7.77" not in page
    assert "Margin" not in page


def test_the_table_takes_as_few_queries_as_the_list_of_products(shop: Shop, count_queries: Any) -> None:
    for number in range(60):
        shop.product(f"Good {number}")
    asha = shop.client("asha")
    for address in ("/products/prices", "/products"):
        asha.get(address)
    with count_queries() as table:
        page = asha.get("/products/prices").text
    with count_queries() as listed:
        asha.get("/products")
    assert len(names(page)) == 50
    assert "1 to 50 shown" in page
    assert len(table) <= len(listed)


def test_what_is_not_saved_stays_while_others_are_looked_for(shop: Shop) -> None:
    tea, _salt, soap = (shop.product(name, "20", category=name) for name in ("Tea", "Salt", "Soap"))
    sent = cells({(tea, "price"): ("21", "20.00"), (soap, "price"): ("20.00", "20.00")}) | {"category": "Salt"}
    answer = shop.client("asha").post("/products/prices/look", data=sent, headers=HTMX)
    assert names(answer.text) == ["Tea", "Salt"]
    assert said(answer.text, "price", tea) == "21"
    assert answer.headers["HX-Replace-Url"] == "/products/prices?category=Salt"


def test_a_scan_comes_first_with_its_price_ready_to_be_typed(shop: Shop) -> None:
    tea, salt = shop.product("Tea", "20"), shop.product("Salt", "20", barcode="8901111111111")
    sent = cells({(tea, "price"): ("21", "20.00")}) | {"q": "8901111111111", "find": "1"}
    answer = shop.client("asha").post("/products/prices/look", data=sent, headers=HTMX)
    assert names(answer.text) == ["Salt", "Tea"]
    assert answer.headers["HX-Replace-Url"] == "/products/prices"
    assert "data-arrives" in box(answer.text, "price", salt)
    assert "data-arrives" not in box(answer.text, "price", tea)


def test_the_undo_survives_looking_for_others(shop: Shop) -> None:
    tea = shop.product("Tea", "20")
    saved = save(shop, {(tea, "price"): ("21", "20")}).text
    answer = shop.client("asha").post("/products/prices/look", data=back(saved) | {"q": "nothing"}, headers=HTMX)
    assert back(answer.text) == back(saved) != {}
    assert "Nothing has the code or name nothing." in answer.text
    assert "No product fits." in answer.text


STEPS = [
    ({"step_field": "price", "step_amount": "5"}, ("14.00", "13.00")),
    ({"step_field": "price", "step_amount": "5", "step_rounding": "paisa"}, ("14.00", "13.13")),
    ({"step_field": "price", "step_amount": "5 %", "step_rounding": "half"}, ("14.00", "13.00")),
    (
        {"step_field": "price", "step_amount": "0.50", "step_unit": "rupees", "step_rounding": "half"},
        ("14.00", "13.00"),
    ),
    ({"step_field": "both", "step_amount": "1", "step_unit": "rupees", "step_direction": "down"}, ("13.00", "12.00")),
    ({"step_field": "mrp", "step_amount": "10"}, ("15.00", "12.50")),
]


@pytest.mark.parametrize(("step", "expected"), STEPS)
def test_all_goods_shown_are_raised_or_lowered_to_be_looked_at(
    shop: Shop, step: dict[str, str], expected: tuple[str, str]
) -> None:
    tea = shop.product("Tea", "12.50", mrp=Decimal(14))
    sent = cells({(tea, "price"): ("12.50", "12.50"), (tea, "mrp"): ("14.00", "14.00")}) | step
    answer = shop.client("asha").post("/products/prices/step", data=sent, headers=HTMX)
    assert (said(answer.text, "mrp", tea), said(answer.text, "price", tea)) == expected
    assert costs(shop, tea) == (14, Decimal("12.50"), None)


def test_a_step_that_leads_above_the_mrp_says_so_before_it_is_saved(shop: Shop) -> None:
    tea, salt = shop.product("Tea", "12.50", mrp=Decimal(14)), shop.product("Salt", "20")
    typed = {(tea, "price"): ("12.50", "12.50"), (salt, "price"): ("20.00", "20.00"), (salt, "mrp"): ("30", "")}
    sent = cells(typed) | {"step_amount": "20"}
    answer = shop.client("asha").post("/products/prices/step", data=sent, headers=HTMX).text
    assert [said(answer, *one) for one in (("price", tea), ("price", salt), ("mrp", salt))] == ["15.00", "24.00", "30"]
    assert 'aria-invalid="true"' in box(answer, "price", tea)
    assert 'aria-invalid="true"' not in box(answer, "price", salt)


def test_a_step_of_nothing_is_refused_and_what_was_typed_stays(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    for amount in ("", "0", "abc", "-3"):
        sent = cells({(tea, "price"): ("13", "12.50")}) | {"step_amount": amount}
        answer = shop.client("asha").post("/products/prices/step", data=sent, headers=HTMX)
        assert (answer.status_code, said(answer.text, "price", tea)) == (400, "13")
        assert "Enter by how much, like 5 or 2.50." in answer.text


def test_labels_are_made_for_what_was_saved(shop: Shop) -> None:
    tea, salt = shop.product("Tea", "12.50"), shop.product("Salt", "20")
    saved = save(shop, {(tea, "price"): ("13", "12.50"), (salt, "price"): ("21", "20")}).text
    answer = shop.client("devi").post("/products/prices/labels", data=back(saved))
    assert answer.status_code == 303
    (draft,) = shop.rows(StockDraft, kind="labels")
    assert draft.lines == f'{{"{tea}": {{"quantity": "1"}}, "{salt}": {{"quantity": "1"}}}}'


def test_an_empty_shelf_says_what_to_do(shop: Shop) -> None:
    assert "The shelf is empty." in shop.client("devi").get("/products/prices").text


def test_names_of_goods_are_written_as_text(shop: Shop) -> None:
    shop.product('<b>"Tea"', "12.50")
    page = shop.client("asha").get("/products/prices").text
    assert "<b>" not in page.partition("<tbody>")[2]


# the API
