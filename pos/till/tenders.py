"""What the cashier typed at the payment sheet, and where the payment stands with it. All amounts are rupees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from pos.core.errors import Problem, refuse_all
from pos.core.language import gettext as _
from pos.core.money import format_rupees, rupees
from pos.core.text import tidy
from pos.customers import credit
from pos.sales import tendering
from pos.sales.tendering import Tender

NOTHING = Decimal(0)
NOTES = (10, 20, 50, 100, 200, 500)
ROUNDS = (10, 100, 500)
LONGEST_REFERENCE = 40
# The largest note ever in a drawer was 2,000: whoever is owed that much back gave one note too many, or a scanner
# typed a barcode into the cash.
TOO_MUCH_CHANGE = Decimal(2000)


@dataclass(frozen=True, slots=True)
class Given:
    """What the customer gives: cash as handed over, UPI and card as they count, and whether the rest is on khata."""

    cash: Decimal = NOTHING
    upi: Decimal = NOTHING
    card: Decimal = NOTHING
    upi_reference: str | None = None
    card_reference: str | None = None
    upi_received: bool = False
    on_khata: bool = False

    @property
    def total(self) -> Decimal:
        """All of it together."""
        return self.cash + self.upi + self.card

    @property
    def is_nothing(self) -> bool:
        """True while nothing was typed and nothing chosen."""
        return self.total == 0 and not self.on_khata

    @property
    def tenders(self) -> tuple[Tender, ...]:
        """The same as a checkout takes it."""
        ways = (
            Tender("CASH", self.cash),
            Tender("UPI", self.upi, self.upi_reference),
            Tender("CARD", self.card, self.card_reference),
        )
        return tuple(tender for tender in ways if tender.amount > 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the payment stands: what is still due, or the change; `credit` is what goes on the khata.

    `by_upi` is what a QR code asks for: the amount typed there, or what is neither given otherwise nor on khata.
    """

    due: Decimal
    change: Decimal
    credit: Decimal
    by_upi: Decimal
    problems: tuple[Problem, ...]


def read(typed: Mapping[str, Any]) -> tuple[Given, list[Problem]]:
    """What was typed, as far as it makes sense, and a problem at each field that does not (it counts as nothing)."""
    problems: list[Problem] = []
    given = Given(
        cash=_amount("cash", typed.get("cash"), problems),
        upi=_amount("upi", typed.get("upi"), problems),
        card=_amount("card", typed.get("card"), problems),
        upi_reference=_reference(typed.get("upi_reference")),
        card_reference=_reference(typed.get("card_reference")),
        upi_received=bool(typed.get("upi_received")),
        on_khata=bool(typed.get("on_khata")),
    )
    return given, problems


def _amount(name: str, text: str | None, problems: list[Problem]) -> Decimal:
    text = tidy(text)
    if text is None:
        return NOTHING
    try:
        amount = rupees(text)
    except ValueError as error:
        problems.append(Problem(str(error), "VALIDATION_ERROR", name))
        return NOTHING
    if amount < 0:
        problems.append(Problem(_("An amount paid is never below zero."), "VALIDATION_ERROR", name))
        return NOTHING
    return amount


def _reference(text: str | None) -> str | None:
    return (tidy(text) or "")[:LONGEST_REFERENCE] or None


def filled(given: Given, total: Decimal, way: str) -> Given:
    """Let one way (`cash`, `upi`, `card` or `khata`) pay what the others leave; all of it where they leave nothing.

    UPI filled in so has been received. Any other word changes nothing.
    """
    if way not in ("cash", "upi", "card", "khata"):
        return given
    others = given if way == "khata" else _with(given, way, NOTHING)
    if others.total >= total:
        others = Given(upi_reference=given.upi_reference, card_reference=given.card_reference)
    if way == "khata":
        return replace(others, on_khata=True)
    received = way == "upi" or (others.upi_received and others.upi > 0)
    return replace(_with(others, way, total - others.total), on_khata=False, upi_received=received)


def _with(given: Given, way: str, amount: Decimal) -> Given:
    changed: dict[str, Any] = {way: amount}
    return replace(given, **changed)


def in_hand(given: Given, note: str) -> Given:
    """Cash as it comes over the counter: `+50` is one more note, `350` is all of it. Anything else changes nothing."""
    amount = _amount("cash", note.removeprefix("+"), [])
    return replace(given, cash=given.cash + amount if note.startswith("+") else amount or given.cash)


def standing(given: Given, total: Decimal, customer: Row[Any] | None) -> Standing:
    """Where the payment stands, and what is wrong with it already now, before anybody presses anything."""
    due = max(NOTHING, total - given.total)
    on_khata = due if given.on_khata else NOTHING
    problems = tendering.problems_of(given.tenders, total, has_customer=customer is not None or not given.on_khata)
    change = max(NOTHING, given.total - total)
    if change >= TOO_MUCH_CHANGE and not problems:
        sentence = _("%(change)s of change? Look at the cash again.", change=format_rupees(change))
        problems.append(Problem(sentence, "TOO_MUCH_CHANGE", "cash"))
    refused = credit.refusal(customer, on_khata) if customer is not None and on_khata > 0 else None
    problems += [refused] if refused else []
    left = NOTHING if given.on_khata else max(NOTHING, total - given.cash - given.card)
    return Standing(due - on_khata, change, on_khata, given.upi or left, tuple(problems))


def check(misread: Sequence[Problem], given: Given, stands: Standing) -> None:
    """Let the payment be finished. Raises Refused with every problem: misread, standing, and still to be said."""
    refuse_all([*misread, *stands.problems, *([] if misread else _left_open(given, stands))])


def _left_open(given: Given, stands: Standing) -> list[Problem]:
    problems = []
    if stands.due > 0:
        sentence = _("%(due)s is still to be paid. Take it, or put the rest on khata.", due=format_rupees(stands.due))
        problems.append(Problem(sentence, "STILL_DUE", "cash"))
    if given.upi > 0 and not given.upi_received:
        sentence = _("Has the %(amount)s by UPI arrived? Then tick “Received”.", amount=format_rupees(given.upi))
        problems.append(Problem(sentence, "NOT_RECEIVED", "upi_received"))
    return problems


def likely_cash(amount: Decimal) -> list[Decimal]:
    """What a customer may put down for this amount: the next round sums above it (347: 350, 400, 500)."""
    return sorted({(amount // step + 1) * step for step in ROUNDS})
