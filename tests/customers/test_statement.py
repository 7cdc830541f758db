"""A statement of any period: opening, entries, closing, as a page and on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from pos.core import clock
from pos.core.errors import Invalid
from pos.customers import receipt
from pos.customers.statement import statement
from pos.settings import store
from tests.customers import papers
from tests.customers.owing import bought, debtor, noon, paid
from tests.shop import Shop


@pytest.fixture
def amit(shop: Shop) -> UUID:
    """Owed 300 in July; bought for 400 in September, paid 250 in October, bought for 80 in November."""
    with noon(7, 1):
        customer = debtor(shop, "300")
    with noon(9, 10):
        bought(shop, customer, "400")
    with noon(10, 5):
        paid(shop, customer, "250", "UPI", reference="4711")
    with noon(11, 20):
        bought(shop, customer, "80")
    return customer


def of(customer: UUID, first: date, last: date) -> Any:
    return statement(customer, first, last, store.current())


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 9, 1), date(2026, 10, 31), (300, 400, 250, 450, 2)),
        (date(2026, 1, 1), date(2026, 12, 31), (0, 780, 250, 530, 4)),
        (date(2026, 9, 11), date(2026, 10, 4), (700, 0, 0, 700, 0)),
        (date(2026, 9, 10), date(2026, 9, 10), (300, 400, 0, 700, 1)),
        (date(2020, 1, 1), date(2020, 12, 31), (0, 0, 0, 0, 0)),
    ],
)
def test_opening_and_entries_give_the_closing(shop: Shop, amit: UUID, first: date, last: date, expected: Any) -> None:
    found = of(amit, first, last)
    assert (found.opening, found.taken, found.paid, found.closing, len(found.entries)) == expected


def test_days_are_the_stores(shop: Shop) -> None:
    with clock.frozen(datetime(2026, 11, 30, 18, 31, tzinfo=UTC)):
        customer = debtor(shop, "100")
    # Half past six in the evening in London is the first of December in India.
    assert of(customer, date(2026, 12, 1), date(2026, 12, 1)).closing == 100
    assert of(customer, date(2026, 11, 1), date(2026, 11, 30)).closing == 0


def test_a_clock_that_was_set_back_moves_no_money(shop: Shop) -> None:
    with noon(11, 20):
        customer = debtor(shop, "100")
    with noon(11, 10):
        bought(shop, customer, "50")
    assert of(customer, date(2026, 11, 15), date(2026, 11, 30)).opening == 50
    assert of(customer, date(2026, 11, 15), date(2026, 11, 30)).closing == 150


def test_a_period_that_runs_backwards_is_refused(shop: Shop, amit: UUID) -> None:
    with pytest.raises(Invalid):
        of(amit, date(2026, 11, 2), date(2026, 11, 1))


def test_the_page_shows_the_last_three_months_or_any_other(shop: Shop, amit: UUID) -> None:
    client = shop.client("ben")
    with noon(11, 23):
        page = client.get(f"/customers/{amit}/statement").text
        assert "1 Sep 2026 to 23 Nov 2026" in page
        for shown in ("₹300.00", "₹480.00", "₹250.00", "₹530.00", "RCPT-2026-000001", "Sale BILL-2026-"):
            assert shown in page
        chosen = client.get(f"/customers/{amit}/statement?first=2026-07-01&last=2026-09-30").text
        assert "₹700.00" in chosen
        assert "RCPT-" not in chosen


@pytest.mark.parametrize("query", ["first=2026-11-02&last=2026-11-01", "first=tomorrow", "last=2026-13-01"])
def test_a_period_that_makes_no_sense_gets_a_sentence(shop: Shop, amit: UUID, query: str) -> None:
    client = shop.client("ben")
    page = client.get(f"/customers/{amit}/statement?{query}")
    assert page.status_code == 400
    assert 'id="period-problem"' in page.text
    assert client.get(f"/customers/{amit}/statement?format=pdf&{query}").status_code == 400


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_paper_closes_as_the_page_does(shop: Shop, amit: UUID) -> None:
    shop.settings(upi_id="asha@okaxis")
    with noon(11, 23):
        answer = shop.client("ben").get(f"/customers/{amit}/statement?format=pdf&first=2026-09-01&last=2026-11-23")
    assert answer.mimetype == "application/pdf"
    assert "Amit-Patel-2026-09-01-2026-11-23.pdf" in answer.headers["Content-Disposition"]
    width, pages, text = papers.read(answer.data)
    assert (round(width), pages) == (210, 1)
    shown = (
        "Asha Kirana",
        "Statement of account",
        "Amit Patel",
        "Opening balance",
        "₹300.00",
        "Closing balance ₹530.00",
    )
    for each in (*shown, "RCPT-2026-000001", "asha@okaxis", "How old it is"):
        assert each in text


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_statement_of_the_past_asks_for_no_money(shop: Shop, amit: UUID) -> None:
    shop.settings(upi_id="asha@okaxis")
    with noon(11, 23):
        answer = shop.client("ben").get(f"/customers/{amit}/statement?format=pdf&first=2026-09-01&last=2026-10-31")
    _width, _pages, text = papers.read(answer.data)
    assert "Closing balance ₹450.00" in text
    assert "asha@okaxis" not in text
    assert "How old it is" not in text


def test_paper_takes_only_so_much(shop: Shop, amit: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt, "MOST_ENTRIES_ON_PAPER", 2)
    address = f"/customers/{amit}/statement?format=pdf&first=2026-01-01&last=2026-12-31"
    refused = shop.client("ben").get(address)
    assert refused.status_code == 400
    assert "choose a shorter period" in refused.text


def test_amounts_are_exact(shop: Shop) -> None:
    with noon(11, 1):
        customer = debtor(shop, "0.10")
        for _time in range(3):
            bought(shop, customer, "0.10")
        paid(shop, customer, "0.30")
    assert of(customer, date(2026, 11, 1), date(2026, 11, 1)).closing == Decimal("0.10")
