"""What is typed at the payment sheet, and what it comes to: amounts, rests, change, sentences for nonsense."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from pos.core.errors import Refused
from pos.till.tenders import Given, check, filled, in_hand, likely_cash, read, standing

TOTAL = Decimal(347)


@pytest.fixture(autouse=True)
def speaking(app: Flask) -> None:
    """Sentences need a language."""


def given(**amounts: str) -> Given:
    values: dict[str, Any] = {name: Decimal(value) for name, value in amounts.items()}
    return Given(**values)


def told(what: Given, total: Decimal = TOTAL) -> list[str]:
    stands = standing(what, total, None)
    try:
        check([], what, stands)
    except Refused as refused:
        return [problem.code for problem in refused.problems]
    return []


def test_amounts_are_read_as_people_type_them() -> None:
    what, problems = read({"cash": "₹ 1,200", "upi": " 47.50 ", "upi_reference": " 4711  x ", "card": ""})
    assert (what, problems) == (Given(Decimal(1200), Decimal("47.50"), upi_reference="4711 x"), [])


@pytest.mark.parametrize("nonsense", ["abc", "20,50", "12.345", "-5", "8901030875021", "1e3", "NaN"])
def test_nonsense_is_a_sentence_at_its_field_and_counts_as_nothing(nonsense: str) -> None:
    what, problems = read({"cash": nonsense, "upi": "5"})
    assert [problem.field for problem in problems] == ["cash"]
    assert what == given(upi="5")


def test_only_what_is_given_is_a_tender() -> None:
    what = Given(cash=Decimal(100), upi=Decimal(247), upi_reference="4711")
    assert [(t.method, t.amount, t.reference) for t in what.tenders] == [
        ("CASH", Decimal(100), None),
        ("UPI", Decimal(247), "4711"),
    ]


@pytest.mark.parametrize(
    ("before", "way", "after"),
    [
        ({}, "cash", {"cash": "347"}),
        ({"upi": "100"}, "cash", {"upi": "100", "cash": "247"}),
        ({"cash": "100", "upi": "100"}, "card", {"cash": "100", "upi": "100", "card": "147"}),
        ({"cash": "500"}, "card", {"card": "347"}),
        ({"cash": "20", "card": "9"}, "cash", {"cash": "338", "card": "9"}),
        ({"cash": "20"}, "bananas", {"cash": "20"}),
    ],
)
def test_one_way_pays_what_the_others_leave_or_all_of_it(
    before: dict[str, str], way: str, after: dict[str, str]
) -> None:
    assert filled(given(**before), TOTAL, way) == given(**after)


def test_upi_that_is_filled_in_has_been_received() -> None:
    what = filled(given(cash="300"), TOTAL, "upi")
    assert (what.upi, what.upi_received) == (Decimal(47), True)
    assert told(what) == []


def test_the_rest_goes_on_khata_and_all_of_it_when_nothing_was_left() -> None:
    assert filled(given(cash="300"), TOTAL, "khata") == Given(cash=Decimal(300), on_khata=True)
    assert filled(given(cash="347"), TOTAL, "khata") == Given(on_khata=True)


def test_notes_add_up_and_a_round_sum_is_all_of_it() -> None:
    what = in_hand(in_hand(in_hand(Given(), "+200"), "+100"), "+50")
    assert [what.cash, in_hand(what, "500").cash, in_hand(what, "x").cash] == [350, 500, 350]


def test_cash_gives_change_and_what_is_missing_is_due() -> None:
    assert standing(given(cash="500"), TOTAL, None).change == 153
    short = standing(given(cash="100", upi="47"), TOTAL, None)
    assert [short.due, short.change, short.credit] == [200, 0, 0]


def test_the_qr_code_asks_for_what_is_typed_or_for_what_is_left() -> None:
    assert standing(Given(), TOTAL, None).by_upi == 347
    assert standing(given(cash="100"), TOTAL, None).by_upi == 247
    assert standing(given(upi="50"), TOTAL, None).by_upi == 50
    assert standing(given(cash="400"), TOTAL, None).by_upi == 0


@pytest.mark.parametrize(
    ("what", "problems"),
    [
        (Given(cash=Decimal(347)), []),
        (Given(cash=Decimal(300)), ["STILL_DUE"]),
        (Given(upi=Decimal(347)), ["NOT_RECEIVED"]),
        (Given(upi=Decimal(300)), ["STILL_DUE", "NOT_RECEIVED"]),
        (Given(upi=Decimal(400), upi_received=True), ["CHANGE_ON_CASH_ONLY"]),
        (Given(cash=Decimal(5), card=Decimal(347)), ["PAID_ALREADY"]),
        (Given(cash=Decimal(300), on_khata=True), ["CUSTOMER_REQUIRED"]),
        (Given(cash=Decimal(2346)), []),
        (Given(cash=Decimal(12345670)), ["TOO_MUCH_CHANGE"]),
    ],
)
def test_what_stands_in_the_way_of_finishing_is_told_at_once(what: Given, problems: list[str]) -> None:
    assert told(what) == problems


@pytest.mark.parametrize(
    ("amount", "sums"),
    [
        ("347", [350, 400, 500]),
        ("12.50", [20, 100, 500]),
        ("98.70", [100, 500]),
        ("350", [360, 400, 500]),
        ("1234", [1240, 1300, 1500]),
    ],
)
def test_likely_sums_are_the_next_round_ones(amount: str, sums: list[int]) -> None:
    assert likely_cash(Decimal(amount)) == sums
