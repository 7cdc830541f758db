"""What a customer must look like (PLAN.md 2.4): each value typed and tidied, each wrong one named with what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from pos.core.errors import Invalid, Problem
from pos.core.language import LANGUAGES
from pos.core.language import gettext as _
from pos.core.money import format_rupees, rupees
from pos.core.text import tidy, tidy_lines
from pos.customers.models import STATUSES
from pos.settings import store

CODE = "VALIDATION_ERROR"
EMAIL = re.compile(r"^[^@\s<>\"'\\]{1,64}@[^@\s<>\"'\\]{1,190}$")
_DIGIT = {ord(sign): str(value) for value, sign in enumerate("०१२३४५६७८९")}
_PHONE = re.compile(r"[0-9+()\-. ]{10,20}")
_PART = re.compile(r"[0-9+()\-. ]{2,}")
_COUNTRY = re.compile(r"^(?:\+|00)\s*91")


def phone_key(phone: str | None) -> str | None:
    """The last ten digits of a number however it was typed: `+91 98765-43210` is `9876543210`."""
    digits = re.sub(r"\D", "", (phone or "").translate(_DIGIT))
    return digits[-10:] or None


def phone_part(query: str) -> str | None:
    """The digits that a query asks for when it is part of a number: `+91 987-65` is `98765`; None when it is a name.

    The country's code and the zero before a number stand in no key, so they are left out.
    """
    text = query.translate(_DIGIT).strip()
    if not _PART.fullmatch(text):
        return None
    digits = re.sub(r"\D", "", _COUNTRY.sub("", text)).lstrip("0")
    return digits[-10:] or None


def problems_of(
    values: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """The values tidied and typed, and every problem with them; raises nothing.

    A new customer (`before` is None) gets every field; of a known one only the named fields come back.
    """
    typed: dict[str, Any] = {}
    problems: list[Problem] = []
    given = values if before is not None else {**DEFAULTS, **_usual_limit(values), **values}
    for name, value in given.items():
        try:
            typed[name] = CHECKS[name](value)
        except KeyError:
            problems.append(Problem(_("A customer has no field called %(name)s.", name=name), CODE, name))
        except ValueError as error:
            problems.append(Problem(str(error), CODE, name))
    return typed, problems + _together(typed, before or {})


def first_limit() -> Decimal:
    """What a new customer may owe at most where nothing else is said, in rupees: the store's own term."""
    return store.current().credit_limit_default


def _usual_limit(values: Mapping[str, Any]) -> dict[str, Any]:
    return {} if "credit_limit" in values else {"credit_limit": first_limit()}


def checked(values: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The typed values as `problems_of` gives them. Raises Invalid with every problem and its field."""
    typed, problems = problems_of(values, before)
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return typed


def _together(typed: Mapping[str, Any], before: Mapping[str, Any]) -> list[Problem]:
    owed = before.get("credit_balance") or Decimal(0)
    limit = typed.get("credit_limit")
    if limit is None or limit >= owed or limit == before.get("credit_limit"):
        return []
    sentence = _("The limit cannot be below what is owed now, %(owed)s.", owed=format_rupees(owed))
    return [Problem(sentence, CODE, "credit_limit")]


def _name(value: Any) -> str:
    text = tidy(str(value or ""))
    if not text or len(text) > 255:
        raise ValueError(_("Enter the customer's name."))
    return text


def _phone(value: Any) -> str | None:
    text = (tidy(str(value)) if value is not None else None) or None
    if text is None:
        return None
    plain = text.translate(_DIGIT)
    digits = re.sub(r"\D", "", plain).lstrip("0")
    if not _PHONE.fullmatch(plain) or not (len(digits) == 10 or (len(digits) == 12 and digits.startswith("91"))):
        raise ValueError(_("Enter a phone number of 10 digits."))
    return digits[-10:] if len(text) > 15 else text


def _email(value: Any) -> str | None:
    text = (tidy(str(value)) if value is not None else None) or None
    if text and not EMAIL.match(text):
        raise ValueError(_("Enter an email address, like asha@example.com."))
    return text


def _address(value: Any) -> str | None:
    text = tidy_lines(str(value)) if value is not None else None
    if text and len(text) > 500:
        raise ValueError(_("Please use at most %(longest)s characters.", longest=500))
    return text or None


def _limit(value: Any) -> Decimal:
    amount = rupees(value)
    if amount < 0:
        raise ValueError(_("A credit limit is never below zero."))
    return amount


def _one_of(choices: tuple[str | None, ...]) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        chosen = value or None
        if chosen not in choices:
            raise ValueError(_("This choice is not among those offered."))
        return chosen

    return check


DEFAULTS: dict[str, Any] = {
    "name": None,
    "phone": None,
    "email": None,
    "address": None,
    "language": None,
    "status": "active",
}
CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "phone": _phone,
    "email": _email,
    "address": _address,
    "language": _one_of((None, *LANGUAGES)),
    "credit_limit": _limit,
    "status": _one_of(STATUSES),
}
