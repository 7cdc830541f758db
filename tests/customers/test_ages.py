"""How old debts are: the oldest is paid first, and a voided bill settles itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from pos.customers import khata, statement
from pos.customers.ages import Ages, ages, ages_of_all
from pos.sales.models import SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.sales.voiding import void_sale
from pos.settings import store
from tests.api import Program
from tests.customers.owing import bought, debtor, noon, paid
from tests.shop import Shop

NOTHING = Decimal(0)


def age(customer: UUID) -> Ages:
    with noon(11, 30):
        return ages([customer], store.current())[customer]


@pytest.fixture
def amit(shop: Shop) -> UUID:
    """Owed 100 since 31 August (91 days), 50 since 1 September (90), 30 since 30 October (31), 20 since 31 October."""
    with noon(8, 31):
        customer = debtor(shop, "100")
    for month, day, amount in ((9, 1, "50"), (10, 30, "30"), (10, 31, "20")):
        with noon(month, day):
            bought(shop, customer, amount)
    return customer


def test_each_debt_stands_at_its_age_to_the_day(amit: UUID) -> None:
    assert age(amit) == Ages(Decimal(20), Decimal(30), Decimal(50), Decimal(100), date(2026, 8, 31))
    assert age(amit).total == Decimal(200)


@pytest.mark.parametrize(
    ("payment", "left"),
    [
        ("40", Ages(Decimal(20), Decimal(30), Decimal(50), Decimal(60), date(2026, 8, 31))),
        ("100", Ages(Decimal(20), Decimal(30), Decimal(50), NOTHING, date(2026, 9, 1))),
        ("165", Ages(Decimal(20), Decimal(15), NOTHING, NOTHING, date(2026, 10, 30))),
        ("200", Ages()),
    ],
)
def test_payments_settle_the_oldest_first(shop: Shop, amit: UUID, payment: str, left: Ages) -> None:
    paid(shop, amit, payment)
    assert age(amit) == left


def test_a_correction_downwards_settles_the_oldest_and_one_upwards_is_a_debt_of_its_day(shop: Shop, amit: UUID) -> None:
    with noon(11, 1):
        khata.correct_balance(shop.asha, amit, new_balance="150", reason="Counted twice")
        khata.correct_balance(shop.asha, amit, new_balance="160", reason="And ten more")
    assert age(amit) == Ages(Decimal(30), Decimal(30), Decimal(50), Decimal(50), date(2026, 8, 31))


def test_a_voided_bill_settles_itself_and_not_the_oldest(shop: Shop, amit: UUID) -> None:
    with noon(11, 10):
        sale = bought(shop, amit, "70")
        void_sale(shop.asha, sale, "Wrong customer")
    assert age(amit) == Ages(Decimal(20), Decimal(30), Decimal(50), Decimal(100), date(2026, 8, 31))


def test_goods_brought_back_settle_their_own_bill(shop: Shop, amit: UUID) -> None:
    with noon(11, 10):
        sale = bought(shop, amit, "70")
        (item,) = shop.rows(SaleItem, sale_id=sale)
        return_items(shop.ben, sale, [ReturnLine(item.id, Decimal(1))], refund_to="KHATA", reason="Torn")
    assert age(amit).to_30 == Decimal(20)
    assert age(amit).over_90 == Decimal(100)


def test_many_customers_and_the_whole_shop_take_one_query_each(shop: Shop, amit: UUID, count_queries: Any) -> None:
    others = [debtor(shop, "10", f"Other {n}", phone=f"900000000{n}") for n in range(5)]
    free = shop.customer("Free", "9111111111")
    terms = store.current()
    with noon(11, 30), count_queries() as seen:
        found = ages([amit, free, *others], terms)
    assert len(seen) == 1
    assert found[free] == Ages()
    with noon(11, 30), count_queries() as seen:
        whole = ages_of_all(terms)
    assert len(seen) == 1
    assert (whole.total, whole.over_90) == (Decimal(250), Decimal(100))


def test_the_page_the_api_and_the_khata_tell_the_same(shop: Shop, amit: UUID) -> None:
    with noon(11, 30):
        told = Program(shop, "ben").get(f"/credit/customer/{amit}").json["data"]["ageing"]
        page = shop.client("ben").get(f"/customers/{amit}").text
    assert told == {"days0To30": 20, "days31To60": 30, "days61To90": 50, "over90Days": 100, "oldest": "2026-08-31"}
    assert "Oldest debt of 31 Aug 2026" in page


def test_statement_and_ages_add_up_alike(shop: Shop, amit: UUID) -> None:
    paid(shop, amit, "33.33")
    closing = statement.statement(amit, date(2026, 1, 1), date(2027, 12, 31), store.current()).closing
    assert closing == age(amit).total == Decimal("166.67")
