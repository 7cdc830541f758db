"""Money, quantities and percents: read strictly, count in whole numbers, write as India does.

Python sees `Decimal` rupees, quantities and percents; the database and all arithmetic that
rounds see whole paise, thousandths ("milli") and hundredths of a percent ("basis points").
No float ever holds any of them. Rounding is half up, away from zero, in `divide_half_up`
alone; `round_half_up` is its face for decimals.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

PAISA = Decimal("0.01")
GRAM = Decimal("0.001")
LARGEST_RUPEES = Decimal("999999999.99")
LARGEST_QUANTITY = Decimal("9999999.999")

_LONGEST_TEXT = 40
_SYMBOL = re.compile(r"^\s*(-?)(?:₹|Rs\.?|INR)\s*", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<minus>-?)"
    r"(?P<whole>[0-9]+|[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}|[0-9]{1,3}(?:,[0-9]{3})+|(?=\.[0-9]))"
    r"(?:\.(?P<part>[0-9]*))?"
)


class NotMoney(ValueError):
    """What was given is not an amount of rupees; says why, in a sentence for a person."""


class NotAQuantity(ValueError):
    """What was given is not a quantity; says why, in a sentence for a person."""


def divide_half_up(numerator: int, denominator: int) -> int:
    """Divide whole numbers to the nearest whole number, halves away from zero.

    `denominator` is positive. 5/2 is 3 and -5/2 is -3 (Python's own `round` gives 2 and -2).
    """
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def round_half_up(value: Decimal, step: Decimal = PAISA) -> Decimal:
    """Round to the nearest multiple of `step`, halves away from zero, never to a negative zero.

    Raises `ValueError` for NaN, infinities and numbers too large to be written out.
    """
    if not value.is_finite() or value.adjusted() > 27 - step.adjusted():
        raise ValueError(f"{value} cannot be rounded")
    if value.adjusted() < step.adjusted() - 1:
        return 0 * step
    top, bottom = value.as_integer_ratio()
    step_top, step_bottom = step.as_integer_ratio()
    return divide_half_up(top * step_bottom, bottom * step_top) * step


def rupees(value: str | int | Decimal) -> Decimal:
    """Read an amount of rupees as a person, a form or a JSON body gives it: two decimals out.

    Takes `20`, `20.5`, `₹ 1,23,456.50`, `Rs. 20`, digits of any Indian script, and a leading
    minus. Raises `NotMoney` for anything else: more than two decimals, misplaced commas
    (`20,50`), floats, booleans, NaN, infinities, exponents, minus zero, more than
    99,99,99,999.99 (DESIGN.md, section 3).
    """
    amount = _read(_SYMBOL.sub(r"\1", value) if isinstance(value, str) else value, decimals=2)
    if amount is None or abs(amount) > LARGEST_RUPEES:
        raise NotMoney(_why_no_money(value, amount))
    return amount


def quantity(value: str | int | Decimal) -> Decimal:
    """Read a quantity: three decimals out, `0.350` for 350 g; the sign is left to the caller.

    Takes what `rupees` takes, without a currency sign and with three decimals. Raises
    `NotAQuantity` for anything else and beyond 99,99,999.999.
    """
    amount = _read(value, decimals=3)
    if amount is None or abs(amount) > LARGEST_QUANTITY:
        raise NotAQuantity(_why_no_quantity(value, amount))
    return amount


def to_paise(amount: Decimal | int) -> int:
    """Count an amount of rupees in paise; `ValueError` unless it is a whole number of them."""
    return _count(amount, 100, PAISA)


def from_paise(paise: int) -> Decimal:
    """Write paise as rupees with two decimals."""
    return paise * PAISA


def to_milli(amount: Decimal | int) -> int:
    """Count a quantity in thousandths; `ValueError` unless it is a whole number of them."""
    return _count(amount, 1000, GRAM)


def from_milli(milli: int) -> Decimal:
    """Write thousandths as a quantity with three decimals."""
    return milli * GRAM


def to_basis_points(percent: Decimal | int) -> int:
    """Count a percent in hundredths of a percent (5 % is 500); `ValueError` unless exact."""
    return _count(percent, 100, PAISA)


def from_basis_points(points: int) -> Decimal:
    """Write hundredths of a percent as a percent with two decimals."""
    return points * PAISA


def format_rupees(amount: Decimal | int, symbol: str = "₹") -> str:
    """Write an amount as a bill shows it: `₹1,23,456.00`, `-₹5.00`; half paise round up."""
    plain = format_plain(amount)
    minus, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, part = digits.split(".")
    return f"{minus}{symbol}{_grouped(whole)}.{part}"


def format_plain(amount: Decimal | int) -> str:
    """Write an amount for a machine or an input field: `123456.00`, no sign, no commas."""
    return f"{round_half_up(Decimal(amount)):.2f}"


def format_quantity(amount: Decimal | int) -> str:
    """Write a quantity as short as it is: `2`, `0.35`, `-1.5`."""
    text = f"{round_half_up(Decimal(amount), GRAM):.3f}"
    return text.rstrip("0").rstrip(".")


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Share a whole number out in proportion to `weights`, adding up to it exactly.

    Largest remainder: everyone gets the whole part of the fair share, and what is left goes one
    by one to the largest remainders, the earlier first among equals. Weights are whole and not
    negative; all zero counts as all equal. Nobody gets more than the weight while `total` is
    within their sum. A negative total is shared like the positive one. Raises `ValueError` for
    a negative weight, and when there is something to share and nobody to share it with.
    """
    if total < 0:
        return [-part for part in spread(-total, weights)]
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    whole = sum(weights)
    if total == 0:
        return [0] * len(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    if not weights:
        raise ValueError("nobody to share it with")
    return _largest_remainder(total, weights, whole)


def _largest_remainder(total: int, weights: Sequence[int], whole: int) -> list[int]:
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    if left:
        remainders = [total * weight % whole for weight in weights]
        # sorted is stable, so equal remainders stay in the order of their positions
        first = sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)
        for position in first[:left]:
            parts[position] += 1
    return parts


def _count(amount: Decimal | int, per_one: int, unit: Decimal) -> int:
    if not isinstance(amount, Decimal):
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise TypeError(f"{amount!r} is neither a Decimal nor a whole number")
        return amount * per_one
    if not amount.is_finite() or amount.adjusted() > 20:
        raise ValueError(f"{amount} cannot be counted")
    counted = int(amount * per_one)
    if counted * unit != amount:
        raise ValueError(f"{amount} is not a whole number of {unit}")
    return counted


def _read(value: object, decimals: int) -> Decimal | None:
    """Read text, a whole number or a decimal; `None` when it is not plainly a number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _read_text(value, decimals)
    return _scaled(Decimal(value), decimals) if isinstance(value, int | Decimal) else None


def _read_text(text: str, decimals: int) -> Decimal | None:
    if len(text) > _LONGEST_TEXT:
        return None
    number = _NUMBER.fullmatch(_ascii_digits(text.strip()))
    if number is None:
        return None
    whole, part = number["whole"].replace(",", ""), number["part"] or ""
    return _scaled(Decimal(f"{number['minus']}{whole}.{part}"), decimals)


def _ascii_digits(text: str) -> str:
    """A Hindi keyboard types १२, a spreadsheet a true minus sign."""
    if text.isascii():
        return text
    digits = (str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return "".join(digits).replace("\N{MINUS SIGN}", "-")


def _scaled(number: Decimal, decimals: int) -> Decimal | None:
    """The same number with exactly `decimals` decimals; `None` when it does not plainly have them."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or not -decimals <= exponent <= 0:
        return None
    if number.is_zero() and number.is_signed():
        return None
    # beyond fifteen digits it is refused as too large, and need not be scaled
    return number if number.adjusted() > 15 else number.quantize(Decimal(1).scaleb(-decimals))


def _grouped(whole: str) -> str:
    """Indian grouping: the last three digits, then twos (12,34,567)."""
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])


def _why_no_money(given: object, amount: Decimal | None) -> str:
    # imported when needed: everything stands on money, and languages stand on flask
    from pos.core.language import gettext as _

    if amount is None:
        return _("“%(given)s” is not an amount in rupees: write 20 or 20.50.", given=_shown(given))
    return _("An amount is at most %(largest)s.", largest=format_rupees(LARGEST_RUPEES))


def _why_no_quantity(given: object, amount: Decimal | None) -> str:
    from pos.core.language import gettext as _

    if amount is None:
        return _("“%(given)s” is not a quantity: write 2 or 0.350.", given=_shown(given))
    return _("A quantity is at most %(largest)s.", largest=format_quantity(LARGEST_QUANTITY))


def _shown(value: object) -> str:
    # str() refuses whole numbers of thousands of digits, Decimal does not
    text = str(Decimal(value)) if type(value) is int else str(value)
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
