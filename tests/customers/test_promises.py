"""A promise to pay: a day and an amount, kept by what the ledger says and by nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, NotFound, Refused
from pos.core.ids import uuid7
from pos.customers import khata, promised
from pos.customers.models import Promise
from pos.customers.promises import promise_payment, remove_promise
from pos.reports import books
from pos.sales.models import SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.sales.voiding import void_sale
from tests.customers.owing import bought, debtor, paid
from tests.shop import Shop

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def at(hour: int, minute: int = 0, day: int = 23) -> AbstractContextManager[None]:
    """Hold the clock at this time of a day of November, by UTC."""
    return clock.frozen(datetime(2026, 11, day, hour, minute, tzinfo=UTC))


def written(shop: Shop, customer: UUID) -> Any:
    """The customer's promise as the database holds it."""
    (row,) = shop.rows(Promise, customer_id=customer)
    return row


def standing(customer: UUID, today: date = MONDAY) -> tuple[str, Decimal]:
    """How the customer's promise stands on this day, and what is missing of it."""
    found = promised.promise_of(customer, today)
    assert found is not None
    return found.state, found.missing


@pytest.fixture
def amit(shop: Shop) -> UUID:
    """He owes ₹1,200 and promised ₹500 by Friday."""
    shop.settings(tax_rate="0")
    with at(5):
        customer = debtor(shop, "1200")
    with at(6):
        promise_payment(shop.ben, customer, due_date=FRIDAY, amount="500", notes=" After  his wages ")
    return customer


def test_it_is_written_down_with_its_day_and_who_took_it(shop: Shop, amit: UUID) -> None:
    found = written(shop, amit)
    assert (found.amount, found.due_date, found.notes) == (Decimal(500), FRIDAY, "After his wages")
    assert (found.created_by, found.created_at) == (shop.ben.id, datetime(2026, 11, 23, 6, tzinfo=UTC))
    (entry,) = shop.rows(AuditEntry, action="credit.promised")
    assert json.loads(entry.change) == {"amount": "500.00", "by": "2026-11-27", "notes": "After his wages"}
    assert standing(amit) == ("coming", Decimal(500))


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_without_an_amount_it_is_all_that_is_owed(shop: Shop, nothing: str | None) -> None:
    amit = debtor(shop, "1200.50")
    promise_payment(shop.ben, amit, due_date=clock.today("Asia/Kolkata"), amount=nothing)
    assert written(shop, amit).amount == Decimal("1200.50")


def test_a_new_promise_takes_the_place_of_the_old_one(shop: Shop, amit: UUID) -> None:
    with at(7):
        paid(shop, amit, "200")
    assert standing(amit) == ("coming", Decimal(300))
    with at(8):
        promise_payment(shop.asha, amit, due_date="2026-11-30")
    (found,) = shop.rows(Promise)
    assert (found.amount, found.due_date, found.created_by) == (Decimal(1000), date(2026, 11, 30), shop.asha.id)
    # What was paid before belonged to the old one.
    assert standing(amit) == ("coming", Decimal(1000))
    assert len(shop.rows(AuditEntry, action="credit.promised")) == 2


@pytest.mark.parametrize(
    ("today", "state"),
    [(MONDAY, "coming"), (FRIDAY, "today"), (date(2026, 11, 28), "late"), (date(2027, 3, 1), "late")],
)
def test_it_is_late_when_its_day_is_over(shop: Shop, amit: UUID, today: date, state: str) -> None:
    assert standing(amit, today) == (state, Decimal(500))


def test_the_day_is_the_stores(shop: Shop) -> None:
    amit = debtor(shop)
    # Half an hour past midnight in India, still the day before in London.
    with at(19, day=22):
        with pytest.raises(Invalid):
            promise_payment(shop.ben, amit, due_date="2026-11-22")
        promise_payment(shop.ben, amit, due_date="2026-11-23")


def test_it_is_kept_by_what_is_paid_since(shop: Shop) -> None:
    with at(5):
        amit = debtor(shop, "1200")
        paid(shop, amit, "100")
    with at(6):
        promise_payment(shop.ben, amit, due_date=FRIDAY, amount="500")
    with at(7):
        paid(shop, amit, "499.99", "UPI")
    assert standing(amit, FRIDAY) == ("today", Decimal("0.01"))
    with at(8):
        paid(shop, amit, "0.01")
    assert standing(amit, FRIDAY) == standing(amit, date(2027, 1, 1)) == ("kept", Decimal(0))


def test_new_bills_on_the_khata_change_nothing_of_it(shop: Shop, amit: UUID) -> None:
    with at(7):
        bought(shop, amit, "300")
    assert standing(amit) == ("coming", Decimal(500))
    with at(8):
        paid(shop, amit, "500")
        bought(shop, amit, "700")
    assert standing(amit) == ("kept", Decimal(0))


def test_never_more_is_missing_than_is_owed(shop: Shop) -> None:
    shop.settings(tax_rate="0")
    chitra = shop.customer("Chitra Rao", "9000000001")
    with at(5):
        first, second = bought(shop, chitra, "300"), bought(shop, chitra, "200")
    with at(6):
        promise_payment(shop.ben, chitra, due_date=FRIDAY)
    with at(7):
        void_sale(shop.asha, first, "Wrong")
    assert standing(chitra) == ("coming", Decimal(200))
    with at(8):
        (line,) = shop.rows(SaleItem, sale_id=second)
        return_items(shop.asha, second, [ReturnLine(line.id, Decimal(1))], refund_to="KHATA", reason="Torn")
    assert standing(chitra) == ("kept", Decimal(0))
    with at(9):
        bought(shop, chitra, "400")
    # What was promised is settled; the new bill was not promised.
    assert standing(chitra) == ("kept", Decimal(0))


def test_a_bill_voided_before_it_is_not_paid_by_that(shop: Shop, amit: UUID) -> None:
    with at(7):
        sale = bought(shop, amit, "400")
    with at(8):
        void_sale(shop.asha, sale, "Wrong")
    assert standing(amit) == ("coming", Decimal(500))


def test_a_payment_that_is_taken_back_by_a_correction_no_longer_keeps_it(shop: Shop, amit: UUID) -> None:
    with at(7):
        paid(shop, amit, "1200")
    assert standing(amit) == ("kept", Decimal(0))
    with at(8):
        khata.correct_balance(shop.asha, amit, new_balance="1200", reason="That was Anil's money")
    assert standing(amit) == ("coming", Decimal(500))
    with at(9):
        paid(shop, amit, "450")
    assert standing(amit) == ("coming", Decimal(50))
    with at(10):
        khata.correct_balance(shop.asha, amit, new_balance="700", reason="He paid ₹50 at the temple")
    assert standing(amit) == ("kept", Decimal(0))


def test_a_correction_upwards_asks_for_no_more_than_was_promised(shop: Shop, amit: UUID) -> None:
    with at(7):
        khata.correct_balance(shop.asha, amit, new_balance="1900", reason="A page of the book was missed")
    assert standing(amit) == ("coming", Decimal(500))
    with at(8):
        paid(shop, amit, "500")
    assert standing(amit) == ("kept", Decimal(0))


def test_it_can_be_taken_away_and_only_once(shop: Shop, amit: UUID) -> None:
    assert remove_promise(shop.ben, amit) is True
    assert remove_promise(shop.ben, amit) is False
    assert promised.promise_of(amit, MONDAY) is None
    (entry,) = shop.rows(AuditEntry, action="credit.promise_removed")
    assert json.loads(entry.change) == {"amount": "500.00", "by": "2026-11-27"}
    with pytest.raises(NotFound):
        remove_promise(shop.ben, uuid7())


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"due_date": "2026-11-22"}, "due_date", "That day is over. Choose today or a later one."),
    ({"due_date": "2027-11-25"}, "due_date", "Choose a day within one year."),
    ({"due_date": ""}, "due_date", "Enter a day, like 2026-11-23."),
    ({"due_date": "28/11/2026"}, "due_date", "Enter a day, like 2026-11-23."),
    ({"amount": "0"}, "amount", "Enter an amount above zero."),
    ({"amount": "-5"}, "amount", "Enter an amount above zero."),
    ({"amount": "1.005"}, "amount", "is not an amount"),
    ({"notes": "x" * 256}, "notes", "Please use at most 255 characters."),
]


@pytest.mark.parametrize(("wrong", "field", "sentence"), REFUSED)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    shop: Shop, amit: UUID, wrong: dict[str, Any], field: str, sentence: str
) -> None:
    given: dict[str, Any] = {"due_date": FRIDAY, "amount": "100"} | wrong
    with at(9), pytest.raises(Invalid) as refused:
        promise_payment(shop.ben, amit, **given)
    assert refused.value.field == field
    assert sentence in refused.value.message
    assert written(shop, amit).amount == Decimal(500)


def test_everything_that_is_wrong_is_said_at_once(shop: Shop, amit: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        promise_payment(shop.ben, amit, due_date="soon", amount="some", notes="x" * 256)
    assert [problem.field for problem in refused.value.problems] == ["due_date", "amount", "notes"]


def test_nobody_promises_more_than_is_owed(shop: Shop, amit: UUID) -> None:
    with at(9), pytest.raises(Refused) as refused:
        promise_payment(shop.ben, amit, due_date=FRIDAY, amount="1200.01")
    assert refused.value.code == "PROMISE_EXCEEDS_BALANCE"
    assert refused.value.message == "Amit Patel owes ₹1,200.00. A promise cannot be more than that."
    free = shop.customer("Free", "9000000001")
    for amount in (None, "1"):
        with at(9), pytest.raises(Refused) as refused:
            promise_payment(shop.ben, free, due_date=FRIDAY, amount=amount)
        assert (refused.value.code, refused.value.message) == (
            "NOTHING_OWED",
            "Free owes nothing: there is nothing to promise.",
        )


def test_who_takes_no_money_takes_no_promise(shop: Shop, amit: UUID) -> None:
    refusals: list[Callable[[], object]] = [
        lambda: promise_payment(shop.devi, amit, due_date=FRIDAY),
        lambda: remove_promise(shop.devi, amit),
    ]
    for one in refusals:
        with pytest.raises(Forbidden):
            one()
    with at(9), pytest.raises(NotFound):
        promise_payment(shop.ben, uuid7(), due_date=FRIDAY)


def test_the_books_stay_right(shop: Shop, amit: UUID) -> None:
    with at(9):
        paid(shop, amit, "500")
    assert list(books.differences()) == []
