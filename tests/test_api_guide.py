"""docs/api.md, typed along: every command of the guide against a shop that is served as a shopkeeper serves it."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from pos.catalog.models import Product
from pos.core.db import db
from pos.customers.models import Customer
from pos.reports import books
from pos.sales.models import Sale
from tests.served import WITHOUT_PRINTING, served
from tests.shop import PASSWORD, Shop

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
LONGEST_SECONDS = 120


def commands() -> str:
    """The guide's shell commands, in order."""
    return "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.S))


def test_the_guide_does_what_it_says(shop: Shop, database_url: str, tmp_path: Path) -> None:
    assert shutil.which("curl"), "the guide is typed with curl: install it"
    assert PASSWORD in commands()
    db.session.remove()
    with served(database_url, tmp_path / "instance", before=WITHOUT_PRINTING) as door:
        script = commands().replace("localhost:8080", f"127.0.0.1:{door.port}")
        done = subprocess.run(
            ["sh", "-eu", "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    for told in (
        '"fullName": "Asha Patil"',
        "Idempotent-Replayed: true",
        "INSUFFICIENT_STOCK",
        "refused with 409",
        "CHANGED_MEANWHILE",
        "somebody else was faster",
        '"noteNumber": "CRN-',
        '"paymentStatus": "VOIDED"',
        "TOKEN_ENDED",
        "the token is no more",
    ):
        assert told in done.stdout, f"{told} is missing in: {done.stdout[-3000:]}"
    assert "<article" in (tmp_path / "receipt.html").read_text(encoding="utf-8")
    assert load_workbook(BytesIO((tmp_path / "sales.xlsx").read_bytes())).active is not None
    _the_shop_is_as_the_guide_left_it(shop)


def _the_shop_is_as_the_guide_left_it(shop: Shop) -> None:
    (salt,) = shop.rows(Product, name="Tata Salt 1kg")
    assert (salt.stock_quantity, salt.price) == (50 - 2 - 10 - 3 + 1, 23)
    (amit,) = shop.rows(Customer)
    assert amit.credit_balance == 120
    assert sorted(row.payment_status for row in shop.rows(Sale)) == ["CREDIT", "PAID", "PAID", "VOIDED"]
    assert list(books.differences()) == []
