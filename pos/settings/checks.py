"""What the store's terms must look like (PLAN.md 2.2; GST rules 46 and 49 for the GSTIN)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pos.core.errors import Invalid, Problem
from pos.core.language import LANGUAGES
from pos.core.language import gettext as _
from pos.core.money import quantity, rupees
from pos.core.text import tidy, tidy_lines
from pos.settings.models import GST_MODES, PAPER_SIZES

GSTIN = re.compile(r"^(?:[0-3][0-9]|97|99)[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]$")
GSTIN_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
UPI_ID = re.compile(r"^[A-Za-z0-9.\-_]{2,200}@[A-Za-z][A-Za-z0-9.\-]{1,60}$")


def checked(values: Mapping[str, Any], before: Any) -> dict[str, Any]:
    """The named values, tidied and typed. Raises Invalid with every problem and the field each belongs to."""
    terms: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        try:
            terms[name] = CHECKS[name](value)
        except (ValueError, KeyError) as error:
            problems.append(Problem(_sentence(name, error), "VALIDATION_ERROR", name))
    if "gstin" in terms or "gstin" not in values:
        problems += _together(terms, before)
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return terms


def sensible(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the named values that make sense by themselves, tidied and typed; the others are left out."""
    terms: dict[str, Any] = {}
    for name, value in values.items():
        with suppress(ValueError, KeyError):
            terms[name] = CHECKS[name](value)
    return terms


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, KeyError):
        return _("There is no setting called %(name)s.", name=name)
    return str(error)


def _together(terms: Mapping[str, Any], before: Any) -> list[Problem]:
    mode = terms.get("gst_mode", before.gst_mode)
    gstin = terms.get("gstin", before.gstin)
    if mode != "none" and not gstin:
        return [Problem(_("Enter the GSTIN, or choose “not registered”."), "VALIDATION_ERROR", "gstin")]
    return []


def _required(longest: int, sentence: Callable[[], str]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        text = tidy(str(value or ""))
        if not text or len(text) > longest:
            raise ValueError(sentence())
        return text

    return check


def _optional(longest: int, lines: bool = False) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        text = (tidy_lines if lines else tidy)(str(value)) if value is not None else None
        if text and len(text) > longest:
            raise ValueError(_("Please use at most %(longest)s characters.", longest=longest))
        return text or None

    return check


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError(_("Choose one of: %(choices)s.", choices=", ".join(choices)))
        return str(value)

    return check


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,6}", text) or not least <= int(text) <= most:
            raise ValueError(_("Enter a whole number from %(least)s to %(most)s.", least=least, most=most))
        return int(text)

    return check


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(_("Answer yes or no."))
    return value


def _percent(value: Any) -> Decimal:
    try:
        rate = rupees(value)
    except ValueError:
        rate = Decimal(-1)
    if not 0 <= rate <= 100:
        raise ValueError(_("Enter a rate from 0 to 100 percent, with at most two decimals."))
    return rate


def _cap(value: Any) -> Decimal | None:
    """An empty text is no cap; a text of 0 lets nobody but the owner take anything off."""
    return None if value is None or str(value).strip() == "" else _percent(value)


def _amount(value: Any) -> Decimal:
    amount = rupees(value)
    if amount <= 0:
        raise ValueError(_("Enter an amount above zero."))
    return amount


def _limit(value: Any) -> Decimal:
    limit = rupees(value)
    if limit < 0:
        raise ValueError(_("A credit limit is never below zero."))
    return limit


def _stock(value: Any) -> Decimal:
    stock = quantity(value)
    if stock < 0:
        raise ValueError(_("A quantity cannot be below zero."))
    return stock


def _phone(value: Any) -> str | None:
    text = tidy(str(value)) if value is not None else None
    if text and not re.fullmatch(r"[0-9+()\- ]{6,15}", text):
        raise ValueError(_("Enter the phone number with digits, at most 15 characters."))
    return text


def _gstin(value: Any) -> str | None:
    text = (tidy(str(value)) if value is not None else None) or None
    if text is None:
        return None
    text = text.upper()
    if not GSTIN.match(text) or gstin_check_sign(text[:14]) != text[14]:
        raise ValueError(_("This is not a GSTIN: 15 letters and digits as on the registration certificate."))
    return text


def gstin_check_sign(first_fourteen: str) -> str:
    """The fifteenth sign of a GSTIN, worked out from the fourteen before it (GSTN check digit, base 36)."""
    total = 0
    for position, sign in enumerate(first_fourteen):
        product = GSTIN_SIGNS.index(sign) * (2 if position % 2 else 1)
        total += product // 36 + product % 36
    return GSTIN_SIGNS[(36 - total % 36) % 36]


def _upi_id(value: Any) -> str | None:
    text = tidy(str(value)) if value is not None else None
    if text and not UPI_ID.match(text):
        raise ValueError(_("A UPI id looks like name@bank."))
    return text


def _timezone(value: Any) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(_("There is no time zone called %(name)s.", name=value)) from error


CHECKS: dict[str, Callable[[Any], Any]] = {
    "store_name": _required(255, lambda: _("Enter the name of the store.")),
    "contact_number": _phone,
    "address": _optional(500, lines=True),
    "currency_symbol": _required(10, lambda: _("Enter a currency sign of at most 10 characters.")),
    "tax_rate": _percent,
    "min_stock_default": _stock,
    "receipt_header": _optional(500, lines=True),
    "receipt_footer": _optional(500, lines=True),
    "timezone": _timezone,
    "language": _one_of(tuple(LANGUAGES)),
    "prices_include_tax": _yes_or_no,
    "gst_mode": _one_of(GST_MODES),
    "gstin": _gstin,
    "round_to_rupee": _yes_or_no,
    "upi_id": _upi_id,
    "upi_name": _optional(99),
    "bill_year_start_month": _whole(1, 12),
    "receipt_size": _one_of(PAPER_SIZES),
    "expiry_alert_days": _whole(1, 365),
    "loyalty_enabled": _yes_or_no,
    "loyalty_rupees_per_point": _amount,
    "loyalty_point_worth": _amount,
    "cash_sessions_enabled": _yes_or_no,
    "credit_limit_default": _limit,
    "cashier_discount_cap": _cap,
}
