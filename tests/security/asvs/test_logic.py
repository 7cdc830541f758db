"""ASVS 5.0 chapters 2 and 15: the shop's rules hold whatever is asked, however often and by however many at once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos.customers.models import Customer
from pos.sales.checkout import Checkout, CheckoutLine, Tender
from pos.sales.models import Sale
from tests.api import Program
from tests.races import faults
from tests.races.crowd import at_once, basket, books_in_order, try_to
from tests.races.test_any_statement_may_fail import Counter, everything, statements_of_a_checkout
from tests.shop import PASSWORD, Shop

TILLS = 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": -1},
        {"quantity": 0},
        {"quantity": "1e3"},
        {"quantity": True},
        {"quantity": 0.5},
        {"discount": -1},
        {"discount": "NaN"},
        {"discount": 1.001},
        {"productId": "x"},
        {"productId": None},
    ],
)
def test_asvs_2_2_1_only_what_makes_sense_is_taken(shop: Shop, wrong: dict[str, object]) -> None:
    item = {"productId": str(shop.product()), "quantity": 1, **wrong}
    told = Program(shop, "ben").post("/sales", {"items": [item], "paymentMethod": "CASH", "amountPaid": 100})
    assert (told.status_code, told.json["success"], shop.rows(Sale)) == (400, False, [])


def test_asvs_2_3_2_a_discount_above_the_cap_of_the_role_is_refused(shop: Shop) -> None:
    shop.settings(cashier_discount_cap="10")
    item = {"productId": str(shop.product("Rice", "50.00")), "quantity": 1, "discount": 5.01}
    asked = {"items": [item], "paymentMethod": "CASH", "amountPaid": 100}
    told = {who: Program(shop, who).post("/sales", asked).status_code for who in ("devi", "ben", "asha")}
    assert told == {"devi": 403, "ben": 403, "asha": 201}


def test_asvs_2_3_3_a_checkout_happens_whole_or_not_at_all(shop: Shop) -> None:
    counter = Counter(shop)
    for at in range(2, statements_of_a_checkout(counter), 4):
        before = everything()
        with faults.statement_fails(at), pytest.raises(faults.Unplugged):
            counter.sell(counter.next_key())
        assert everything() == before


def test_asvs_2_3_4_the_last_unit_is_sold_once(shop: Shop) -> None:
    last = shop.product(stock="1")
    outcomes = at_once(shop, [lambda: try_to(shop, basket(last))] * TILLS)
    words = sorted(one.word for each in outcomes for one in each)
    assert words == ["INSUFFICIENT_STOCK"] * (TILLS - 1) + ["bill"]


def test_asvs_2_4_1_nobody_guesses_as_fast_as_a_machine(shop: Shop) -> None:
    browser, typed = shop.client(), {"email": "ben@example.com"}
    told = [browser.post("/sign-in", data={**typed, "password": f"guess-{n}"}).status_code for n in range(8)]
    assert told == [401] * 5 + [429] * 3
    assert browser.post("/sign-in", data={**typed, "password": PASSWORD}).status_code == 429


def test_asvs_15_4_2_what_is_checked_still_holds_when_it_is_written(shop: Shop) -> None:
    chitra = shop.customer(credit_limit=Decimal(1000))
    rice = shop.product("Rice", "300.00", stock="100", tax_rate=Decimal(0))
    on_khata = Checkout((CheckoutLine(rice, Decimal(1)),), tuple[Tender, ...](), chitra)
    outcomes = at_once(shop, [lambda: try_to(shop, on_khata)] * TILLS)
    words = sorted(one.word for each in outcomes for one in each)
    assert words == ["CREDIT_LIMIT_EXCEEDED"] * (TILLS - 3) + ["bill"] * 3
    assert shop.row(Customer, chitra).credit_balance == 900
    assert books_in_order() == []
