"""What is settled stays settled, and each bill lies in its own day and year, whatever the clock does.

RELIABILITY.md rows 11, 27, 28 and 36; ASVS 1.2.4 and 15.3.3.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pos.core import clock
from pos.core.db import db, session
from pos.sales.checkout import Tender
from pos.sales.models import Sale
from tests.api import Program
from tests.races.crowd import basket, bills, books_in_order, try_to
from tests.shop import Shop

IST = timedelta(hours=5, minutes=30)


@pytest.mark.parametrize("change", ["UPDATE {} SET created_at = created_at", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["sale_items", "payments", "stock_movements", "credit_transactions"])
def test_what_was_written_of_a_bill_is_never_changed_or_removed(shop: Shop, table: str, change: str) -> None:
    chitra = shop.customer()
    made = try_to(shop, basket(shop.product(), tenders=(Tender("CASH", Decimal(5)),), customer_id=chitra))
    assert made.word == "bill"
    if table == "sale_items":
        change = change.replace("created_at", "position")
    with pytest.raises(DBAPIError):
        session().execute(text(change.format(table)))
    db.session.rollback()
    assert books_in_order() == []


def test_a_bill_is_never_removed(shop: Shop) -> None:
    try_to(shop, basket(shop.product()))
    with pytest.raises(DBAPIError):
        session().execute(text("DELETE FROM sales"))
    db.session.rollback()
    assert bills() == 1


@pytest.mark.parametrize(
    ("told", "start_month", "number"),
    [
        (datetime(2026, 12, 31, 23, 59, 59), 1, "BILL-2026-000001"),
        (datetime(2027, 1, 1), 1, "BILL-2027-000001"),
        (datetime(2027, 3, 31, 23, 59, 59), 4, "BILL-2026-000001"),
        (datetime(2027, 4, 1), 4, "BILL-2027-000001"),
        (datetime(2028, 2, 29, 12), 1, "BILL-2028-000001"),
        (datetime(2026, 11, 23, 5, 29), 1, "BILL-2026-000001"),
    ],
)
def test_a_bill_lies_in_the_stores_own_day_and_year(shop: Shop, told: datetime, start_month: int, number: str) -> None:
    shop.settings(bill_year_start_month=start_month)
    with clock.frozen((told - IST).replace(tzinfo=UTC)):
        made = try_to(shop, basket(shop.product())).bill
        assert made is not None
        row = shop.row(Sale, made.sale_id)
        assert (row.bill_number, row.business_day) == (number, date(told.year, told.month, told.day))


def test_a_clock_set_back_a_little_goes_on_and_further_or_into_an_older_year_it_stops(shop: Shop) -> None:
    tea, new_year = shop.product(), datetime(2027, 1, 1, 6, tzinfo=UTC)
    words = []
    for back in (timedelta(0), timedelta(minutes=4), timedelta(hours=1), timedelta(days=1), timedelta(0)):
        with clock.frozen(new_year - back):
            words.append(try_to(shop, basket(tea)).word)
    assert words == ["bill", "bill", "CLOCK_WENT_BACK", "CLOCK_WENT_BACK", "bill"]
    assert [row.bill_sequence for row in shop.rows(Sale)] == [1, 2, 3]
    assert books_in_order() == []


def test_nobody_says_of_a_bill_what_the_shop_works_out(shop: Shop) -> None:
    ben, items = Program(shop, "ben"), [{"productId": str(shop.product()), "quantity": 1}]
    for more in ("totalAmount", "billNumber", "createdAt", "createdBy", "status", "taxAmount", "id"):
        body: dict[str, Any] = {"items": items, "paymentMethod": "CASH", "amountPaid": 100, more: "1"}
        answer = ben.post("/sales", body)
        assert (answer.status_code, more in answer.text, bills()) == (400, True, 0)


def test_a_search_is_only_ever_text_and_a_sort_only_ever_a_known_column(shop: Shop) -> None:
    shop.product(), shop.customer()
    asha = Program(shop, "asha")
    for evil in ("' OR '1'='1", "%", "x'; DROP TABLE sales; --", "\\", "1 UNION SELECT 1"):
        for path, name in (("/products", "products"), ("/customers", "customers"), ("/sales", "sales")):
            found = asha.get(path, search=evil)
            assert (found.status_code, found.json["data"][name]) == (200, [])
            for question in ("sort", "sortBy", "order"):
                assert asha.get(path, **{question: evil}).status_code == 400
