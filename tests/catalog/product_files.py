"""Files of products as shops have them, made by the tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from openpyxl import Workbook

from pos.catalog.importing import imports, work
from pos.core.actor import Actor
from pos.core.importing.folder import Folder
from tests.shop import Shop


def as_csv(*rows: Sequence[Any], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: Sequence[Any], title: str = "Stock", empty_first: bool = False) -> bytes:
    """The rows as a workbook of one sheet, or of two, the first of which is empty."""
    book = Workbook()
    if not empty_first:
        del book["Sheet"]
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def kept(tmp_path: Path, content: bytes) -> Path:
    """The content as a file whose name says nothing."""
    path = tmp_path / "upload"
    path.write_bytes(content)
    return path


class Desk:
    """A person with files to bring in; uploads lie where the app keeps them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.uploads: Path = shop.app.extensions["pos"]["config"].instance / "uploads"

    def bring_in(self, content: bytes, actor: Actor | None = None, **decided: Any) -> UUID:
        """Bring a file in and decide about it."""
        actor = actor or self.shop.asha
        import_id = imports.bring_in(actor, self.uploads, "goods.csv", io.BytesIO(content))
        if decided:
            imports.decide(actor, self.uploads, import_id, decided)
        return import_id

    def take(self, content: bytes, actor: Actor | None = None, **decided: Any) -> dict[str, Any]:
        """Bring a file in and take it over at once; gives the outcome."""
        import_id = self.bring_in(content, actor, **decided)
        assert imports.begin(actor or self.shop.asha, import_id)
        return work.take_now(actor or self.shop.asha, self.folder(import_id), import_id, lambda _percent: None)

    def folder(self, import_id: UUID) -> Folder:
        return Folder(self.uploads, import_id)


def many(count: int) -> Iterable[list[str]]:
    """A catalogue of the size and the kind that online grocers publish: no barcodes, names that repeat."""
    yield ["index", "product", "category", "sub_category", "brand", "sale_price", "market_price", "type", "rating"]
    for number in range(1, count + 1):
        name = (
            f"Turmeric Powder, {number % 23_500} \nStrong" if number % 2_000 == 0 else f"Ghee/Tuppa {number % 23_500}"
        )
        price, mrp = f"{number % 900 + 1}.5", f"{number % 900 + 20}"
        yield [str(number), name, "Foodgrains, Oil & Masala", "Ghee", f"Brand {number % 90}", price, mrp, "Ghee", "4.1"]
