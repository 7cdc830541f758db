"""PDFs of the khata, read."""

from __future__ import annotations

import io
import unicodedata
from decimal import Decimal

from pypdf import PdfReader

MM = Decimal(72) / Decimal("25.4")


def read(drawn: bytes) -> tuple[float, int, str]:
    """A PDF's width in millimetres, its number of pages, and its text on one line."""
    pages = PdfReader(io.BytesIO(drawn)).pages
    text = " ".join(page.extract_text() for page in pages)
    width = Decimal(str(float(pages[0].mediabox.width))) / MM
    return float(width), len(pages), " ".join(unicodedata.normalize("NFKC", text).split())
