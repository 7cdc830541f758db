"""Asking for a payment by UPI: the link that every UPI app opens, and its QR code.

Source: NPCI, UPI Linking Specification 1.6: `pa` and `pn` mandatory, `am` with two decimals, `tr` of at most 35
signs, values percent-encoded (a space is `%20`).
"""

from __future__ import annotations

import io
import re
from decimal import Decimal
from urllib.parse import quote

import segno
from markupsafe import Markup

from pos.core.money import format_plain

LONGEST_NAME = 99
LONGEST_NOTE = 50
LONGEST_REFERENCE = 35
QUIET_MODULES = 4

_NOT_IN_REFERENCE = re.compile(r"[^A-Za-z0-9-]")


def payment_link(upi_id: str, payee: str, amount: Decimal, note: str, reference: str) -> str:
    """The `upi://pay` link that asks for exactly this amount; the payer's app does not let it be changed.

    `amount` in rupees, above zero; `reference` is what the bank's statement shows: a bill's number, or the id of a cart
    that is no bill yet (signs other than letters, digits and `-` are left out). Raises ValueError when the amount, the
    id, the name or the reference is missing.
    """
    reference = _NOT_IN_REFERENCE.sub("", reference)[:LONGEST_REFERENCE]
    if amount <= 0 or not upi_id or not payee or not reference:
        raise ValueError("a UPI link needs an id, a name, an amount above zero and a reference")
    values = {"pn": payee[:LONGEST_NAME], "am": format_plain(amount), "cu": "INR", "tn": note[:LONGEST_NOTE]}
    values["tr"] = reference
    # The @ of the id stays as it is: apps in the field do not all decode it.
    asked = [f"pa={quote(upi_id, safe='@')}"]
    asked += [f"{name}={quote(value, safe='')}" for name, value in values.items() if value]
    return "upi://pay?" + "&".join(asked)


def qr_svg(link: str, name: str) -> Markup:
    """The link's QR code as an `<svg>` for a page; `name` is what a screen reader says.

    It brings its own white ground, so that it scans in the dark theme too, and no style attribute, which the
    Content-Security-Policy would drop. Its size is the page's CSS.
    """
    drawn = io.BytesIO()
    segno.make(link, micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=True, border=QUIET_MODULES,
        dark="#000", light="#fff", svgclass=None, lineclass=None, title=name,
    )  # fmt: skip
    return Markup(drawn.getvalue().decode().replace("<svg ", '<svg role="img" ', 1))  # noqa: S704


def qr_png(link: str, scale: int = 4) -> str:
    """The link's QR code as a `data:` URI of a black and white PNG, for a PDF; each module is `scale` dots."""
    uri: str = segno.make(link, micro=False).png_data_uri(scale=scale, border=QUIET_MODULES)
    return uri
