"""The clock went back: a little is forgiven, more is a stop that says what to do, and the owner's word ends it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.db import db
from pos.core.errors import Forbidden, Refused
from pos.customers import khata
from pos.customers.models import CreditTransaction
from pos.sales.models import Sale
from pos.settings import right_time
from tests.api import Program
from tests.races.crowd import basket, books_in_order, try_to
from tests.shop import Shop
from tests.till.at_the_till import browser_with_cart

NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
IST = timedelta(hours=5, minutes=30)


def sold_at(shop: Shop, moment: datetime) -> str:
    """What came of a sale while the clock showed this."""
    with clock.frozen(moment):
        return try_to(shop, basket(shop.product("Tea"))).word


def moments(shop: Shop) -> list[datetime]:
    """The moments of the bills in the order of their numbers."""
    return [row.created_at for row in sorted(shop.rows(Sale), key=lambda row: (row.bill_year, row.bill_sequence))]


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(minutes=5)])
def test_a_clock_a_little_behind_is_not_believed_and_the_next_bill_is_no_earlier(shop: Shop, back: timedelta) -> None:
    assert [sold_at(shop, NOON), sold_at(shop, NOON - back), sold_at(shop, NOON + back)] == ["bill"] * 3
    assert moments(shop) == [NOON, NOON, NOON + back]


@pytest.mark.parametrize(
    "back", [timedelta(minutes=5, seconds=1), timedelta(hours=1), timedelta(days=1), timedelta(days=400)]
)
def test_a_clock_further_behind_stops_and_says_what_to_do(shop: Shop, back: timedelta) -> None:
    sold_at(shop, NOON)
    with clock.frozen(NOON - back), pytest.raises(Refused) as refusal:
        raise try_to(shop, basket(shop.product())).error or AssertionError("sold")
    assert refusal.value.code == "CLOCK_WENT_BACK"
    for word in ("23 Nov 2026, 12:00", "Set date and time right", "the owner says so"):
        assert word in refusal.value.message.replace("\u202f", " ")
    assert sold_at(shop, NOON + timedelta(minutes=1)) == "bill"
    assert books_in_order() == []


@pytest.mark.parametrize(
    ("before", "after", "start_month", "numbers"),
    [
        # 23:59:59 and 00:00:01 in India, where a day is over at 18:30 UTC.
        (datetime(2026, 11, 23, 23, 59, 59), datetime(2026, 11, 24, 0, 0, 1), 1, [(2026, 1), (2026, 2)]),
        (datetime(2026, 12, 31, 23, 59, 59), datetime(2027, 1, 1, 0, 0, 1), 1, [(2026, 1), (2027, 1)]),
        (datetime(2027, 3, 31, 23, 59, 59), datetime(2027, 4, 1, 0, 0, 1), 4, [(2026, 1), (2027, 1)]),
        (datetime(2028, 2, 28, 23, 59, 59), datetime(2028, 2, 29, 0, 0, 1), 1, [(2028, 1), (2028, 2)]),
        (datetime(2028, 2, 29, 23, 59, 59), datetime(2028, 3, 1, 0, 0, 1), 1, [(2028, 1), (2028, 2)]),
    ],
)
def test_over_the_edge_of_a_day_and_a_little_back_no_day_and_no_year_is_opened_again(
    shop: Shop, before: datetime, after: datetime, start_month: int, numbers: list[tuple[int, int]]
) -> None:
    shop.settings(bill_year_start_month=start_month)
    first, second = ((told - IST).replace(tzinfo=UTC) for told in (before, after))
    assert [sold_at(shop, moment) for moment in (first, second, first)] == ["bill"] * 3
    rows = sorted(shop.rows(Sale), key=lambda row: (row.bill_year, row.bill_sequence))
    (year, last) = numbers[-1]
    assert [(row.bill_year, row.bill_sequence) for row in rows] == [*numbers, (year, last + 1)]
    assert [row.business_day for row in rows] == [before.date(), after.date(), after.date()]
    assert books_in_order() == []


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Asia/Kolkata"])
def host_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The time zone of the computer, whatever the store's is."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    del os.environ["TZ"]
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def test_the_day_is_the_stores_whatever_zone_the_computer_is_in(shop: Shop, host_zone: str) -> None:
    for told in (datetime(2026, 11, 23, 0, 0, 1), datetime(2026, 11, 23, 23, 59, 59), datetime(2026, 11, 24)):
        assert sold_at(shop, (told - IST).replace(tzinfo=UTC)) == "bill"
    days = [row.business_day for row in sorted(shop.rows(Sale), key=lambda row: row.bill_sequence)]
    assert days == [date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 24)]


def test_a_receipt_of_the_khata_stops_too_and_bills_go_by_it(shop: Shop) -> None:
    chitra = shop.customer(credit_balance=100)
    with clock.frozen(NOON):
        khata.take_credit_payment(shop.ben, customer_id=chitra, amount="10", method="CASH")
    assert sold_at(shop, NOON - timedelta(hours=1)) == "CLOCK_WENT_BACK"
    with clock.frozen(NOON - timedelta(hours=1)), pytest.raises(Refused, match="The computer's clock"):
        khata.take_credit_payment(shop.ben, customer_id=chitra, amount="10", method="CASH")
    assert len(shop.rows(CreditTransaction)) == 1


def test_the_owners_word_lets_bills_go_on_and_is_written_down(shop: Shop) -> None:
    sold_at(shop, NOON)
    earlier = NOON - timedelta(days=1)
    with clock.frozen(earlier):
        assert right_time.standing(shop.asha).stops
        right_time.accept_clock(shop.asha)
        right_time.accept_clock(shop.asha)
        assert not right_time.standing(shop.asha).stops
    assert sold_at(shop, earlier + timedelta(seconds=1)) == "bill"
    assert moments(shop) == [NOON, earlier + timedelta(seconds=1)]
    (entry,) = shop.rows(AuditEntry, action="clock.accepted")
    assert json.loads(entry.change) == {"from": "2026-11-23T06:30:00+00:00", "to": "2026-11-22T06:30:00+00:00"}
    assert books_in_order() == []


def test_a_year_that_began_too_early_goes_on_for_no_older_one_is_opened_again(shop: Shop) -> None:
    assert sold_at(shop, NOON) == "bill"
    assert sold_at(shop, NOON.replace(year=2027)) == "bill"
    assert sold_at(shop, NOON) == "CLOCK_WENT_BACK"
    with clock.frozen(NOON):
        right_time.accept_clock(shop.asha)
    assert sold_at(shop, NOON) == "bill"
    rows = sorted(shop.rows(Sale), key=lambda row: (row.bill_year, row.bill_sequence))
    assert [row.bill_number for row in rows] == ["BILL-2026-000001", "BILL-2027-000001", "BILL-2027-000002"]
    assert rows[-1].business_day == date(2026, 11, 23)
    assert books_in_order() == []


def test_a_clock_that_is_not_behind_needs_no_word(shop: Shop) -> None:
    right_time.accept_clock(shop.asha)
    sold_at(shop, NOON)
    with clock.frozen(NOON):
        right_time.accept_clock(shop.asha)
    assert shop.rows(AuditEntry, action="clock.accepted") == []


@pytest.mark.parametrize("who", ["ben", "devi"])
def test_nobody_else_says_what_time_it_is(shop: Shop, who: str) -> None:
    with pytest.raises(Forbidden):
        right_time.accept_clock(getattr(shop, who))


def test_the_page_shows_both_times_and_takes_the_owners_word(shop: Shop) -> None:
    asha = shop.client("asha")
    assert "the shop goes by it" in asha.get("/settings/clock").text
    sold_at(shop, clock.now() + timedelta(hours=2))
    assert "nothing is billed" in asha.get("/settings/clock").text
    assert asha.post("/settings/clock").status_code == 303
    told = asha.get("/settings/clock").text
    assert "The shop goes by its clock again" in told
    assert "nothing is billed" not in told
    assert "said that the clock is right" in asha.get("/audit-log").text
    assert try_to(shop, basket(shop.product())).word == "bill"


def test_at_the_till_the_form_stays_and_the_owner_finds_the_way(shop: Shop) -> None:
    sold_at(shop, clock.now() + timedelta(hours=2))
    for who, finds in (("ben", False), ("asha", True)):
        client, address = browser_with_cart(shop, who)
        client.post(f"{address}/lines", data={"product": shop.product("Rice", "50.00")})
        told = client.post(f"{address}/pay", data={"cash": "100"})
        assert (told.status_code, 'value="100"' in told.text) == (409, True)
        assert "Set date and time right" in told.text
        assert ('href="/settings/clock"' in told.text) == finds


def test_programs_see_the_stop_and_give_the_owners_word(shop: Shop) -> None:
    asha = Program(shop, "asha")
    assert asha.get("/settings/clock").json["data"]["clock"]["newest"] is None
    sold_at(shop, clock.now() + timedelta(hours=2))
    asked = {"items": [{"productId": str(shop.product())}], "paymentMethod": "CASH", "amountPaid": 100}
    asked["items"][0]["quantity"] = 1  # type: ignore[index]
    told = asha.post("/sales", asked)
    assert (told.status_code, told.json["code"]) == (409, "CLOCK_WENT_BACK")
    assert asha.get("/settings/clock").json["data"]["clock"]["stops"] is True
    assert asha.post("/settings/clock", {}).json["data"]["clock"]["stops"] is False
    assert asha.post("/sales", asked).status_code == 201


def test_the_command_says_from_where_to_where(shop: Shop) -> None:
    runner = shop.app.test_cli_runner()
    db.session.rollback()
    assert "goes by it already" in runner.invoke(args=["accept-clock"]).output
    sold_at(shop, clock.now() + timedelta(hours=2))
    assert "Bills go on from" in runner.invoke(args=["accept-clock"]).output
    assert sold_at(shop, clock.now()) == "bill"
