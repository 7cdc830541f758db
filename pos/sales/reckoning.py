"""What a return comes to: worked out alike before it is confirmed and when it is made (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from pos.catalog.models import LOOSE_UNITS
from pos.core.errors import Problem, Refused
from pos.core.language import gettext as _
from pos.core.money import format_quantity, from_paise, to_milli, to_paise
from pos.sales.return_pricing import SoldLine, Worth, round_off_of, worth
from pos.sales.returned import NOTHING, SoFar

KHATA = "KHATA"


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """So much of one line of the bill comes back; spoiled goods (`fit_for_sale` False) do not go on the shelf."""

    sale_item_id: UUID
    quantity: Decimal
    fit_for_sale: bool = True


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A return in rupees: taxable + tax + round_off = total = refund (by `method`) + what comes off the khata.

    `repaid` is the part of the refund that comes of credit which was paid meanwhile.
    """

    worths: Mapping[UUID, Worth]
    taxable: Decimal
    tax: Decimal
    round_off: Decimal
    total: Decimal
    method: str
    refund: Decimal
    repaid: Decimal

    @property
    def off_khata(self) -> Decimal:
        """What comes off the khata."""
        return self.total - self.refund


def reckon(
    sale: Row[Any], before: SoFar, worths: Mapping[UUID, Worth], refund_to: str, balance: Decimal | None
) -> Reckoned:
    """What these lines come to, after all that came back before; `balance` is what the customer owes, None for nobody.

    Money is given back only as far as money was paid; the rest comes off the khata, and what is no longer owed there is
    given back too: in cash where the khata was to take it.
    """
    taxable = from_paise(sum(w.taxable for w in worths.values()))
    tax = from_paise(sum(w.tax for w in worths.values()))
    round_off = _round_off(sale, before, taxable + tax)
    total = taxable + tax + round_off
    money = min(total, before.money_left) if refund_to != KHATA else NOTHING
    repaid = total - money - min(total - money, balance or NOTHING)
    method = refund_to if refund_to != KHATA else "CASH"
    return Reckoned(worths, taxable, tax, round_off, total, method, money + repaid, repaid)


def _round_off(sale: Row[Any], before: SoFar, goods: Decimal) -> Decimal:
    whole = to_paise(sale.total_amount - sale.round_off)
    so_many, now = to_paise(before.goods), to_paise(before.goods + goods)
    return from_paise(round_off_of(to_paise(sale.round_off), so_many, now, whole))


def worths_of(sale: Row[Any], before: SoFar, lines: Sequence[ReturnLine]) -> dict[UUID, Worth]:
    """What each line is worth, by the line's id on the bill. Raises Refused with every line that asks too much."""
    halves = sale.gst_mode == "regular"
    worths: dict[UUID, Worth] = {}
    problems: list[Problem] = []
    for line in lines:
        item = before.items.get(line.sale_item_id)
        problem = _too_much(line, item, before)
        if problem or item is None:
            problems += [problem] if problem else []
            continue
        sold, back = to_milli(item.quantity), to_milli(before.returned.get(item.id, NOTHING))
        whole = SoldLine(sold, back, to_paise(item.taxable), to_paise(item.tax))
        worths[item.id] = worth(whole, to_milli(line.quantity), halves)
    if problems:
        raise Refused("; ".join(p.message for p in problems), code=problems[0].code, problems=problems)
    return worths


def _too_much(line: ReturnLine, item: Row[Any] | None, before: SoFar) -> Problem | None:
    if item is None:
        return Problem(_("This line is not on the bill."), "NOT_ON_THE_BILL", "items", str(line.sale_item_id))
    left = item.quantity - before.returned.get(item.id, NOTHING)
    if line.quantity <= 0 or (line.quantity % 1 and item.unit not in LOOSE_UNITS):
        sentence = _("Enter how much of %(name)s comes back.", name=item.product_name)
        return Problem(sentence, "VALIDATION_ERROR", "items", str(item.id))
    if line.quantity > left:
        sentence = _("Only %(left)s of %(name)s can come back.", left=format_quantity(left), name=item.product_name)
        return Problem(sentence, "MORE_THAN_SOLD", "items", str(item.id))
    return None
