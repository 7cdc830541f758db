"""The logo: a picture judged by what it holds, drawn anew, kept with the books, shown on every bill."""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.settings import logo
from pos.settings.logo import KEPT_SIZE, LARGEST_BYTES
from tests.flows import full_shop
from tests.flows.conftest import SHELF
from tests.shop import Shop


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), mode: str = "RGB", **more: Any) -> bytes:
    held = io.BytesIO()
    Image.new(mode, size, more.pop("colour", "navy")).save(held, kind, **more)
    return held.getvalue()


def send(shop: Shop, file: bytes, name: str = "logo.png", who: str = "asha") -> Any:
    data = {"picture": (io.BytesIO(file), name)}
    return shop.client(who).post("/settings/logo", data=data, content_type="multipart/form-data")


def sold(shop: Shop) -> UUID:
    line = CheckoutLine(shop.product(), 1)  # type: ignore[arg-type]
    return complete_sale(shop.ben, Checkout((line,), (Tender("CASH", 100),))).sale_id  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_stands_on_the_page_and_on_every_bill(shop: Shop, kind: str) -> None:
    answer = send(shop, picture(kind), "whatever.txt")
    assert (answer.status_code, answer.location) == (303, "/settings#logo")
    uri = logo.as_uri()
    assert uri is not None
    asha, bill = shop.client("asha"), sold(shop)
    assert asha.get("/settings").text.count(uri) == 2
    for size in ("80mm", "58mm", "a4", "a5"):
        assert uri in asha.get(f"/sales/{bill}/receipt?format=html&size={size}").text
    before = asha.get(f"/sales/{bill}/receipt?format=pdf").data
    asha.post("/settings/logo/remove")
    assert before.count(b"/Subtype /Image") > asha.get(f"/sales/{bill}/receipt?format=pdf").data.count(
        b"/Subtype /Image"
    )
    assert "data:image/png" not in asha.get(f"/sales/{bill}/receipt?format=html&size=a4").text


def test_it_is_drawn_anew_small_and_without_what_was_hidden_in_it(shop: Shop) -> None:
    exif = Image.Exif()
    exif[0x9286] = "where the owner lives"
    logo.set_logo(shop.asha, io.BytesIO(picture("JPEG", (3000, 3000), exif=exif) + b"<script>alert(1)</script>"))
    kept = logo.picture()
    assert kept is not None
    with Image.open(io.BytesIO(kept)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (KEPT_SIZE[1], KEPT_SIZE[1]))
        assert not drawn.getexif()
    assert b"script" not in kept
    assert b"lives" not in kept


def test_what_is_transparent_becomes_white(shop: Shop) -> None:
    logo.set_logo(shop.asha, io.BytesIO(picture(mode="RGBA", colour=(0, 0, 0, 0))))
    with Image.open(io.BytesIO(logo.picture() or b"")) as drawn:
        assert drawn.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def _bomb() -> bytes:
    """A PNG of a few bytes that says it is 30,000 dots wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        picture()[:200],
        picture("GIF"),
        picture("BMP"),
        picture(size=(8, 8)),
        _bomb(),
        picture() + b"\0" * LARGEST_BYTES,
    ],
    ids=["empty", "text", "svg", "eps", "cut", "gif", "bmp", "tiny", "bomb", "large"],
)
def test_asvs_5_2_2_a_file_is_judged_by_what_it_holds(shop: Shop, file: bytes) -> None:
    answer = send(shop, file, "logo.png")
    assert answer.status_code == 400
    assert 'id="picture-error"' in answer.text
    assert logo.picture() is None


def test_changing_and_removing_it_is_written_down_once(shop: Shop) -> None:
    for _again in range(2):
        logo.set_logo(shop.asha, io.BytesIO(picture()))
    logo.remove_logo(shop.asha)
    logo.remove_logo(shop.asha)
    entries = [row for row in shop.rows(AuditEntry) if row.action.startswith("settings.logo")]
    assert [row.action for row in entries] == ["settings.logo_changed", "settings.logo_removed"]
    assert len(json.loads(entries[0].change)["sha256"]) == 64


@pytest.mark.parametrize("who", ["ben", "devi"])
def test_only_the_owner_chooses_it(shop: Shop, who: str) -> None:
    with pytest.raises(Forbidden):
        logo.set_logo(getattr(shop, who), io.BytesIO(picture()))
    with pytest.raises(Forbidden):
        logo.remove_logo(getattr(shop, who))
    assert send(shop, picture(), who=who).status_code == 403


def test_a_change_of_the_logo_is_seen_by_who_edits_the_terms(shop: Shop) -> None:
    with pytest.raises(Invalid):
        logo.set_logo(shop.asha, io.BytesIO(b"x"))
    logo.set_logo(shop.asha, io.BytesIO(picture()))
    shop.settings(tax_rate="18")
    assert logo.picture() is not None


def test_credit_notes_receipts_and_statements_carry_it_too(shop: Shop) -> None:
    known = full_shop.fill(shop, [shop.product(name, **values) for name, values in SHELF.items()])
    logo.set_logo(shop.asha, io.BytesIO(picture()))
    uri, asha = logo.as_uri(), shop.client("asha")
    assert uri is not None
    note, entry, customer = (known[name][0] for name in ("note_id", "entry_id", "customer_id"))
    rules = {rule.endpoint: rule.rule for rule in shop.app.url_map.iter_rules()}
    papers = [
        rules["sales.credit_note"].replace("<uuid:note_id>", str(note)) + "?size=80mm",
        rules["sales.credit_note"].replace("<uuid:note_id>", str(note)) + "?size=a4",
        rules["customers.receipt"].replace("<uuid:entry_id>", str(entry)),
    ]
    assert [paper for paper in papers if uri not in asha.get(paper).text] == []
    statement = asha.get(rules["customers.statement"].replace("<uuid:customer_id>", str(customer)) + "?format=pdf")
    assert b"/Subtype /Image" in statement.data
