"""The PDF worker: it reaches no network and no file, gives up in time, is replaced when it dies, outlives nobody."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from pypdf import PdfReader

from pos.core.printing.press import NoPdf, Press
from pos.sales import receipt, views
from tests.sales.paper import GOODS, STORE, priced_bill
from tests.sales.selling import tea_sold
from tests.shop import Shop

PAGE = "<!doctype html><article class='receipt roll s80mm'><p>{}</p><i id='end'></i></article>"
SECRET = "the-shops-own-secret"


@pytest.fixture
def engine_name() -> str:
    """Paper is the same whatever the database: one engine is enough here."""
    return "sqlite"


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    press = Press()
    yield press
    press.close()


class Listener(ThreadingHTTPServer):
    """Hears every request that reaches it, and sends the asker on to the secret file."""

    def __init__(self, target: str) -> None:
        self.heard: list[str] = []
        self.target = target
        super().__init__(("127.0.0.1", 0), _Heard)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Heard(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        self.server.heard.append(self.path)
        self.send_response(302)
        self.send_header("Location", self.server.target)
        self.end_headers()

    def log_message(self, *_parts: object) -> None:
        """Heard is enough."""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text(SECRET)
    return file


@pytest.fixture
def listener(secret: Path) -> Iterator[Listener]:
    listener = Listener(secret.as_uri())
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    yield listener
    listener.shutdown()
    listener.server_close()


def traps(listener: Listener, secret: Path) -> list[str]:
    """Every way that HTML, CSS and SVG have of fetching something."""
    inside = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{secret.as_uri()}"/></svg>'.replace('"', "%22")
    return [
        trap.replace("URL", address)
        for address in (f"{listener.address}/hit", secret.as_uri(), f"file://{secret}", str(secret))
        for trap in (
            '<img src="URL">',
            '<link rel="attachment" href="URL">',
            '<a rel="attachment" href="URL">x</a>',
            '<link rel="stylesheet" href="URL">',
            '<style>@import url("URL");</style>',
            '<style>p { background: url("URL") } @font-face { font-family: x; src: url("URL") }</style>',
            '<p style="background-image: url(URL); content: url(URL); list-style-image: url(URL)">x</p>',
            '<svg><image href="URL" width="9" height="9"/><use href="URL"/></svg>',
            '<object data="URL"></object><embed src="URL"><iframe src="URL"></iframe>',
            '<base href="URL"><img src="x.png">',
            f'<img src="data:image/svg+xml,{inside}">',
        )
    ]


def test_pages_that_try_everything_reach_no_network_and_no_file(press: Press, listener: Listener, secret: Path) -> None:
    for trap in traps(listener, secret):
        try:
            drawn = press.pdf("80mm", PAGE.format(trap))
        except NoPdf:
            # An @import of something without a base is refused as a whole.
            assert "@import" in trap
            continue
        reader = PdfReader(io.BytesIO(drawn))
        assert not reader.attachments, trap
        assert SECRET not in reader.pages[0].extract_text(), trap
        assert SECRET.encode() not in drawn, trap
    assert listener.heard == []


def test_what_a_shop_types_reaches_nothing_either(shop: Shop, listener: Listener, secret: Path) -> None:
    for trap in traps(listener, secret)[:10]:
        store = replace(STORE, receipt_header=trap, receipt_footer=trap, store_name=trap)
        shown = priced_bill([(trap, *GOODS[0][1:])], store=store)
        with shop.app.test_request_context():
            for size in ("80mm", "a4"):
                reader = PdfReader(io.BytesIO(receipt.pdf(shown, size, False)))
                assert not reader.attachments
                assert not any(page.images for page in reader.pages)
    assert listener.heard == []


def test_the_worker_can_reach_nothing_of_the_shop(press: Press) -> None:
    press.pdf("80mm", PAGE.format("₹"))
    process = psutil.Process(press._process.pid)  # type: ignore[union-attr]
    opened = [file.path for file in process.open_files()]
    assert not [path for path in opened if "instance" in path or path.endswith(".db")]
    assert process.net_connections() == []


def test_a_worker_that_died_is_replaced_and_the_page_still_drawn(press: Press) -> None:
    press.pdf("80mm", PAGE.format("one"))
    dead = press._process
    assert dead is not None
    os.kill(dead.pid, signal.SIGKILL)
    dead.wait()
    assert press.pdf("80mm", PAGE.format("two")).startswith(b"%PDF")
    assert press._process is not dead


def test_a_page_that_cannot_be_drawn_is_refused_and_the_next_one_is_drawn(press: Press) -> None:
    with pytest.raises(NoPdf):
        press.pdf("80mm", "<p>a roll without an end")
    assert press.pdf("80mm", PAGE.format("next")).startswith(b"%PDF")


def test_a_page_that_takes_too_long_is_given_up_in_time(tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import sys, time; sys.stdout.buffer.write(b'\\0\\0\\0\\1R'); sys.stdout.flush(); time.sleep(60)")
    press = Press(seconds=0.5, worker=slow)
    began = time.monotonic()
    with pytest.raises(NoPdf, match="too long"):
        press.pdf("80mm", PAGE.format("x"))
    assert time.monotonic() - began < 5
    assert press._process is None


@pytest.fixture
def without_pango(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:
    """A computer on which WeasyPrint finds no Pango."""
    fake = tmp_path / "weasyprint" / "__init__.py"
    fake.parent.mkdir()
    fake.write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\")")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    press = Press()
    yield press
    press.close()


def test_without_pango_a_sentence_says_what_to_do_and_the_html_bill_still_prints(
    shop: Shop, without_pango: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt, "the_press", without_pango)
    monkeypatch.setattr(views, "the_press", without_pango)
    sale_id, client = tea_sold(shop), shop.client("ben")
    refused = client.get(f"/sales/{sale_id}/receipt?format=pdf")
    assert refused.status_code == 503
    assert "Pango" in refused.text
    assert client.post(f"/sales/{sale_id}/receipt", data={"format": "pdf"}).status_code == 503
    there = client.post(f"/sales/{sale_id}/receipt", data={"format": "html"})
    assert "DUPLICATE" not in client.get(there.location).text, "what was never drawn was never printed"


def test_warming_up_without_pango_troubles_nobody(without_pango: Press) -> None:
    without_pango.warm()
    with pytest.raises(NoPdf):
        without_pango.make_ready()


SERVER = """
import sys, time
from pos.core.printing.press import the_press
the_press.make_ready()
print(the_press._process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_worker_ends_with_its_server_however_that_ends(how: signal.Signals) -> None:
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert server.stdout is not None
    with server:
        worker = psutil.Process(int(server.stdout.readline()))
        server.send_signal(how)
        worker.wait(timeout=10)
    assert not worker.is_running()


def test_many_threads_share_one_worker(press: Press) -> None:
    drawn: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: drawn.append(press.pdf("80mm", PAGE.format("₹")))) for _number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == 8
    assert all(one.startswith(b"%PDF") for one in drawn)
