"""Barcodes as real shelves have them: EANs of 13 digits, short PLU codes like 4968, the shop's own like M3."""

from __future__ import annotations

import re
import unicodedata

from pos.core.language import gettext as _

BARCODE = re.compile(r"[!-~]{1,100}")
WITH_CHECK_DIGIT = (8, 12, 13, 14)


def read(text: str | None) -> str | None:
    """A barcode as a scanner or a person gives it, without spaces. Raises ValueError for what no barcode can hold."""
    if text is None:
        return None
    code = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not BARCODE.fullmatch(code):
        raise ValueError(_("A barcode has only digits and Latin letters, like 8901063029415, 4968 or M3."))
    return code


def warning(barcode: str | None) -> str | None:
    """A sentence when the last digit of an EAN or UPC does not fit: no problem, since real shelves have such goods."""
    if barcode is None or not barcode.isdigit() or len(barcode) not in WITH_CHECK_DIGIT:
        return None
    if check_digit(barcode[:-1]) == barcode[-1]:
        return None
    return _(
        "The last digit of barcode %(barcode)s does not fit the others. Scan it again if you can.", barcode=barcode
    )


def check_digit(digits: str) -> str:
    """The last digit of an EAN or UPC, from those before it (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
