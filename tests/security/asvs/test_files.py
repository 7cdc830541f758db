"""ASVS 5.0 chapter 5: files are as large as is good for the shop, and lie where it says."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pos.backups import making
from pos.backups.commands import folder_of
from tests.shop import Shop

OUTSIDE = ("../shop.db", "..%2f..%2fshop.db", "/etc/passwd", "....//shop.db", "..\\shop.db", "shop.db")


@pytest.fixture
def engine_name() -> str:
    """Nothing here depends on the engine."""
    return "sqlite"


def test_asvs_5_2_1_what_is_too_large_is_refused_before_it_is_read(shop: Shop) -> None:
    told = {
        "form": shop.client().post("/sign-in", data=b"a" * 1_100_000, content_type="application/x-www-form-urlencoded"),
        "JSON": shop.client().post("/api/v1/auth/login", data=b"{" * 1_100_000, content_type="application/json"),
        "file": shop.client("asha").post("/settings/logo", data={"picture": (io.BytesIO(b"x" * 13_000_000), "x.png")}),
        "import": shop.client("asha").post("/products/import", data={"file": (io.BytesIO(b"x" * 13_000_000), "x.csv")}),
    }
    assert {kind: answer.status_code for kind, answer in told.items()} == dict.fromkeys(told, 413)


@pytest.mark.parametrize("name", OUTSIDE)
def test_asvs_5_3_2_no_name_leads_out_of_the_folder(shop: Shop, name: str) -> None:
    folder = folder_of(shop.app.extensions["pos"]["config"])
    making.make(folder)
    before = sorted(Path(folder).parent.rglob("*"))
    asha = shop.client("asha")
    for path in (f"/backups/{name}", f"/backups/{name}/restore", f"/static/{name}"):
        assert asha.get(path, follow_redirects=True).status_code == 404
    sent = asha.post("/backups/bring-in", data={"file": (io.BytesIO(b"no backup"), f"../../{name}.zip")})
    assert sent.status_code in (303, 400, 404)
    assert sorted(Path(folder).parent.rglob("*")) == before
