"""The process that draws PDFs: it reads pages of HTML from its standard input and writes PDFs to its standard output.

It runs as a plain script and imports nothing of the shop: whatever a page says, there is no database, no secret and no
session in here to reach. It ends when its input does, that is, when the server that started it is gone.

A frame is four bytes of length (big-endian) and as many bytes. Asked: JSON `{"size": ..., "html": ..., "times": ...}`
or `{"table": ...}` (see `long_table`).
Answered: one byte and the rest, `P` and a PDF, or `E` and a sentence. The first answer, unasked, is `R` (ready) or `E`.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import importlib.util
import json
import logging
import os
import signal
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

FONTS = (
    ("Noto Sans", 400, "noto-sans-400.woff2"),
    ("Noto Sans", 700, "noto-sans-700.woff2"),
    ("Noto Sans Devanagari", 400, "noto-sans-devanagari-400.woff2"),
    ("Noto Sans Devanagari", 700, "noto-sans-devanagari-700.woff2"),
)
ROLLS = ("80mm", "58mm")
BELOW_CONTENT_PX = 12
HARD_SPACE = "\u00a0"
WARM_UP = (
    "<!doctype html><html lang='hi'><body><article class='receipt roll s80mm'><p>₹12 <b>₹12 क</b> क</p>"
    "<table><tr><td>1</td></tr></table><i id='end'></i></article></body></html>"
)


class Press:
    """WeasyPrint with everything that can be made once: fonts, parsed style sheets, a fetcher that fetches nothing."""

    def __init__(self, static: Path) -> None:
        """Read fonts and style sheets from the `static` folder. Raises OSError where Pango is missing."""
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher

        self.static = static
        self.html = weasyprint.HTML
        self.fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
        self.fonts = FontConfiguration()
        sheets = (static / "css" / "receipt.css", Path(__file__).with_name("paper.css"))
        look = _font_faces(static / "fonts") + "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
        self.look = weasyprint.CSS(string=look, font_config=self.fonts, url_fetcher=self.fetcher)

    def drawn(self, asked: dict[str, Any]) -> bytes:
        """What was asked for: a page of HTML, or a long table, which is drawn line by line."""
        if "table" not in asked:
            return self.pdf(asked["size"], asked["html"], asked["times"])
        letters, long_table = _beside("letters"), _beside("long_table")
        # Fonts of its own for each: they remember what was drawn with them.
        drawn: bytes = long_table.pdf(asked["table"], letters.writings(self.static / "fonts", FONTS), letters.stream)
        return drawn

    def pdf(self, size: str, html: str, times: Sequence[int] = ()) -> bytes:
        """Draw one page of HTML, cut to the length of its content when it goes on a roll.

        `times` tells how often each page of the paper comes, where that is not once.
        """
        # A sign is read quicker than its name; what people typed has no `&` of its own any more.
        plain = html.replace("&nbsp;", HARD_SPACE)
        source = self.html(string=plain, base_url=None, url_fetcher=self.fetcher)
        document = source.render(font_config=self.fonts, stylesheets=[self.look])
        if size in ROLLS:
            last = document.pages[-1]
            last.height = last.anchors["end"][1] + BELOW_CONTENT_PX
        if times:
            often = zip(document.pages, times, strict=True)
            document = document.copy([page for page, count in often for _time in range(count)])
        drawn: bytes = document.write_pdf()
        return drawn


def _beside(name: str) -> Any:
    """A module that lies beside this script, whose folder is no place to import from."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def _font_faces(folder: Path) -> str:
    """The bundled fonts as `data:` URIs: the fetcher opens no file."""
    faces = []
    for family, weight, name in FONTS:
        data = base64.b64encode((folder / name).read_bytes()).decode()
        faces.append(
            f"@font-face {{ font-family: '{family}'; font-weight: {weight};"
            f" src: url(data:font/woff2;base64,{data}) format('woff2') }}\n"
        )
    return "".join(faces)


def warmed(static: Path) -> Press:
    """A press that has drawn once, so that the first receipt is as fast as the next."""
    press = Press(static)
    press.pdf(ROLLS[0], WARM_UP)
    # What lives now lives for good: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    return press


def serve(press: Press, source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer page after page until the input ends."""
    # Garbage is collected between papers: while one is drawn, somebody waits for it.
    gc.disable()
    while (frame := read_frame(source)) is not None:
        asked: dict[str, Any] = json.loads(frame)
        try:
            answer = b"P" + press.drawn(asked)
        except Exception as error:
            logging.getLogger("pos.printing").exception("a paper could not be drawn")
            answer = b"E" + type(error).__name__.encode()
        write_frame(sink, answer)
        gc.collect()


def read_frame(source: IO[bytes]) -> bytes | None:
    """The next frame; None when the input has ended."""
    head = source.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    body = source.read(length)
    return body if len(body) == length else None


def write_frame(sink: IO[bytes], body: bytes) -> None:
    """Write one frame and send it off."""
    sink.write(struct.pack(">I", len(body)) + body)
    sink.flush()


def main(static: str) -> None:
    """Say ready, or why not, then serve."""
    # Ctrl-C at the terminal is for the server, which ends this process by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Libraries may print: the answers keep their own copy of standard output, everybody else gets standard error.
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # WeasyPrint reports each property it does not know and each address it did not open.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    try:
        press = warmed(Path(static))
    except (OSError, ImportError) as error:
        write_frame(sink, b"E" + str(error).encode())
        return
    write_frame(sink, b"R")
    serve(press, sys.stdin.buffer, sink)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1])
