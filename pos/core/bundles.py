"""Styles and scripts that every page needs, in one file each: a tablet asks once instead of thirty times.

They are put together from the files that people edit, when they are asked for and whenever one of those has changed.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request

# In this order: later sheets of a layer win.
SHEETS = "base parts tables forms pages bills catalog khata till pay keypad manual print cart"
_import = re.compile(r'^import "\./([\w-]+\.js)";\n', re.MULTILINE)
BUNDLES = {
    "css/shop.css": tuple(f"css/{sheet}.css" for sheet in SHEETS.split()),
    "js/shop.js": ("js/app.js",),
    "js/shop-till.js": ("js/app.js", "js/till.js"),
}
TYPES = {".css": "text/css", ".js": "text/javascript"}


def install(app: Flask) -> None:
    """Serve the bundles among the static files."""
    plain = app.view_functions["static"]

    def static(filename: str) -> Response:
        if filename not in BUNDLES:
            return plain(filename=filename)  # type: ignore[return-value]
        text, version = bundle(filename)
        response = Response(text, mimetype=TYPES[Path(filename).suffix])
        response.set_etag(version)
        response.make_conditional(request)
        return response

    app.view_functions["static"] = static


def bundle(name: str) -> tuple[str, str]:
    """The text of a bundle, and its version, which changes with it."""
    folder = Path(current_app.static_folder or "")
    files = [part for file in BUNDLES[name] for part in _parts(folder / file)]
    return _joined(tuple((file, file.stat().st_mtime_ns) for file in files))


def _parts(file: Path) -> list[Path]:
    """The modules that a script imports, each once and in their order, and then the script."""
    return [*(file.with_name(name) for name in _imports(file, file.stat().st_mtime_ns)), file]


@cache
def _imports(file: Path, _changed: int) -> list[str]:
    return _import.findall(file.read_text()) if file.suffix == ".js" else []


@cache
def _joined(files: tuple[tuple[Path, int], ...]) -> tuple[str, str]:
    # What one script calls by a name is none of the others' business.
    around = ("{\n", "}\n") if files[0][0].suffix == ".js" else ("", "")
    text = "".join(f"{around[0]}{_import.sub('', file.read_text())}{around[1]}" for file, _changed in files)
    return text, hashlib.sha256(text.encode()).hexdigest()[:10]
