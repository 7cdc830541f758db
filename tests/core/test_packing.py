"""Answers are packed for who takes them so, and are the same when unpacked."""

from __future__ import annotations

import gzip
import re

import pytest

from pos.core.bundles import BUNDLES
from tests.shop import Shop

PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def engine_name() -> str:
    """What is packed does not depend on the engine."""
    return "sqlite"


@pytest.mark.parametrize("path", ["/products", "/static/css/shop.css", "/static/css/base.css", "/static/icons.svg"])
def test_an_answer_is_packed_for_who_takes_it_so(shop: Shop, path: str) -> None:
    ben = shop.client("ben")
    plain, packed = ben.get(path), ben.get(path, headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 2
    if path.startswith("/static"):
        assert gzip.decompress(packed.data) == plain.data
        assert ben.get(path, headers=PACKED).data == packed.data
        assert packed.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize(
    "path", ["/healthz", "/static/icon-512.png", "/static/fonts/noto-sans-400.woff2", "/static/no.css"]
)
def test_what_is_small_or_packed_already_goes_as_it_is(shop: Shop, path: str) -> None:
    answer = shop.client("ben").get(path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers or path == "/static/no.css"


def test_a_file_that_a_browser_has_is_not_sent_again(shop: Shop) -> None:
    ben = shop.client("ben")
    for path in ("/static/css/shop.css", "/static/icons.svg"):
        tag = ben.get(path, headers=PACKED).headers["ETag"]
        again = ben.get(path, headers={**PACKED, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")


def test_part_of_a_file_is_never_packed(shop: Shop) -> None:
    answer = shop.client("ben").get("/static/icons.svg", headers={**PACKED, "Range": "bytes=0-9999"})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_holds_each_of_its_files_and_asks_for_no_other(shop: Shop, name: str) -> None:
    ben = shop.client("ben")
    text = ben.get(f"/static/{name}").text
    for file in BUNDLES[name]:
        source = ben.get(f"/static/{file}").text
        kept = [line for line in source.splitlines() if not line.startswith('import "./')]
        assert "\n".join(kept) in text, file
        for module in re.findall(r'^import "\./(.+)";$', source, re.MULTILINE):
            assert ben.get(f"/static/js/{module}").text in text, module
    assert "\nexport " not in text
    assert "\nimport " not in text
