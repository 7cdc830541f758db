"""What a product must look like (PLAN.md 2.3): each value typed and tidied, each wrong one named with what to do.

Fast enough for imports: no query, and sentences are only made for what is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pos.catalog import barcodes, units
from pos.catalog.models import STATUSES
from pos.core.errors import Invalid, Problem
from pos.core.language import gettext as _
from pos.core.money import LARGEST_QUANTITY, format_quantity, format_rupees, quantity, rupees
from pos.core.text import tidy, tidy_lines

CODE = "VALIDATION_ERROR"
HSN = re.compile(r"[0-9]{4}(?:[0-9]{2}){0,2}")
DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
DEFAULTS: dict[str, Any] = {"stock_quantity": Decimal(0), "unit": units.USUAL, "status": "active"}
REQUIRED = ("name", "price")


def checked(values: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The typed product values, as `problems_of` gives them. Raises Invalid with every problem and its field."""
    typed, problems = problems_of(values, before)
    refuse(problems)
    return typed


def refuse(problems: list[Problem]) -> None:
    """Raise Invalid with every problem; do nothing when there is none."""
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)


def problems_of(
    values: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """The values tidied and typed under PLAN.md's names, and every problem with them; raises nothing.

    A new product (`before` is None) gets every field: what was not given has its default, `min_stock_level` None where
    the store's own shall hold. Of a product that is there only the named fields come back, judged together with the
    rest of `before`. Text, whole numbers, Decimals and dates are taken; an empty text is none.
    """
    typed: dict[str, Any] = {}
    problems: list[Problem] = []
    given = values if before is not None else {**dict.fromkeys(CHECKS), **values}
    for name, value in given.items():
        try:
            typed[name] = CHECKS[name](value)
        except (ValueError, KeyError) as error:
            problems.append(Problem(_sentence(name, error), CODE, name))
    problems += _together(typed, before or {})
    return typed, problems


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, KeyError):
        return _("A product has no field called %(name)s.", name=name)
    return str(error)


def _together(typed: Mapping[str, Any], before: Mapping[str, Any]) -> list[Problem]:
    problems = []
    price, mrp = (typed.get(name, before.get(name)) for name in ("price", "mrp"))
    if {"price", "mrp"} & typed.keys() and price is not None and mrp is not None and price > mrp:
        field = "price" if "price" in typed else "mrp"
        sentence = _(
            "The price may not be above the MRP of %(mrp)s: lower it, or correct the MRP.", mrp=format_rupees(mrp)
        )
        problems.append(Problem(sentence, "PRICE_ABOVE_MRP", field))
    unit = typed.get("unit", before.get("unit"))
    for name in ("stock_quantity", "min_stock_level"):
        amount = typed.get(name, before.get(name))
        touched = name in typed or "unit" in typed
        if touched and unit is not None and not units.fits(unit, amount):
            problems.append(Problem(units.sentence(unit), CODE, name if name in typed else "unit"))
    return problems


def _text(value: Any, longest: int, lines: bool = False) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(_("Write this as text."))
    text = (tidy_lines if lines else tidy)(str(value))
    if text and len(text) > longest:
        raise ValueError(_("Please use at most %(longest)s characters.", longest=longest))
    return text


def _optional(longest: int, lines: bool = False) -> Callable[[Any], str | None]:
    return lambda value: _text(value, longest, lines)


def _name(value: Any) -> str:
    text = _text(value, 255)
    if text is None:
        raise ValueError(_("Enter the name of the product."))
    return text


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _rupees(value: Any) -> Decimal | None:
    if _is_empty(value):
        return None
    amount = rupees(value)
    if amount < 0:
        raise ValueError(_("An amount cannot be below zero."))
    return amount


def _price(value: Any) -> Decimal:
    amount = _rupees(value)
    if amount is None:
        raise ValueError(_("Enter the selling price."))
    return amount


def _quantity(value: Any) -> Decimal | None:
    if _is_empty(value):
        return None
    amount = quantity(value)
    if amount < 0:
        raise ValueError(_("A quantity cannot be below zero."))
    if amount > LARGEST_QUANTITY:
        raise ValueError(_("A quantity is at most %(largest)s.", largest=format_quantity(LARGEST_QUANTITY)))
    return amount


def _stock(value: Any) -> Decimal:
    amount = _quantity(value)
    return DEFAULTS["stock_quantity"] if amount is None else amount


def _unit(value: Any) -> str:
    return units.read(_text(value, 50) or units.USUAL)


def _status(value: Any) -> str:
    text = (_text(value, 50) or str(DEFAULTS["status"])).casefold()
    if text not in STATUSES:
        raise ValueError(_("Choose one of: %(choices)s.", choices=", ".join(STATUSES)))
    return text


def _barcode(value: Any) -> str | None:
    return barcodes.read(_text(value, 100))


def _hsn(value: Any) -> str | None:
    text = _text(value, 20)
    if text is None:
        return None
    text = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not HSN.fullmatch(text):
        raise ValueError(_("An HSN code has 4, 6 or 8 digits, like 1006 or 100630."))
    return text


def _percent(value: Any) -> Decimal | None:
    if _is_empty(value):
        return None
    try:
        rate = rupees(value.strip().removesuffix("%") if isinstance(value, str) else value)
    except ValueError:
        rate = Decimal(-1)
    if not 0 <= rate <= 100:
        raise ValueError(_("Enter a tax rate from 0 to 100 percent, like 5 or 12.5, or leave it empty."))
    return rate


def _day(value: Any) -> date | None:
    if _is_empty(value):
        return None
    day = _read_day(value)
    if day is None or not 2000 <= day.year <= 2199:
        raise ValueError(_("“%(day)s” is not a date: write 2027-03-31 or 31/03/2027.", day=str(value)[:40]))
    return day


def _read_day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    day_first = DAY_FIRST.fullmatch(text)
    try:
        if day_first:
            day, month, year = (int(part) for part in day_first.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None


CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "description": _optional(2000, lines=True),
    "brand": _optional(100),
    "category": _optional(100),
    "pack_size": _optional(50),
    "price": _price,
    "mrp": _rupees,
    "cost_price": _rupees,
    "stock_quantity": _stock,
    "min_stock_level": _quantity,
    "unit": _unit,
    "barcode": _barcode,
    "code": _optional(50),
    "hsn_code": _hsn,
    "tax_rate": _percent,
    "expiry_date": _day,
    "status": _status,
}
FIELDS = tuple(CHECKS)
