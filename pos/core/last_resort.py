"""The answer when even telling an error fails: plain, with the request's number, made of nothing that can fail.

It asks neither the database nor a template nor a session, in the two languages of the shop, and shows no trace.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Flask

log = logging.getLogger("pos")

NUMBER = "pos.request_number"
SENTENCE = "Something went wrong on our side. It was written to the log."
IN_HINDI = "हमारी तरफ़ कुछ गड़बड़ हुई। यह लॉग में लिख दिया गया है।"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Local POS Pro</title>
</head>
<body>
<main>
<h1>{sentence}</h1>
<p lang="hi">{in_hindi}</p>
<p><a href="/">← Local POS Pro</a></p>
<p><small>{number}</small></p>
</main>
</body>
</html>
"""
FRAGMENT = """<div id="problem" role="alert"><p>{sentence}</p><p lang="hi">{in_hindi}</p><p>{number}</p></div>"""
HEADERS = (
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def install(app: Flask) -> None:
    """Answer whatever the application raises in place of an answer; install it after all that may fail."""
    inside: Wsgi = app.wsgi_app

    def answered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            return inside(environ, start_response)
        except Exception:
            if app.debug:
                raise
            return _told(environ, start_response)

    app.wsgi_app = answered  # type: ignore[method-assign]


def _told(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    number = str(environ.get(NUMBER) or secrets.token_hex(6))
    path = str(environ.get("PATH_INFO", ""))
    # The number in words: whatever failed may have been the end of the request, after which nobody knows it.
    log.exception("an error could not be told at %s %s, request %s", environ.get("REQUEST_METHOD"), path, number)
    kind, body, more = _as_asked(path, "HTTP_HX_REQUEST" in environ, number)
    sent = body.encode()
    head = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(sent))), *HEADERS, *more]
    start_response("500 INTERNAL SERVER ERROR", [*head, ("X-Request-Id", number)], sys.exc_info())
    return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else sent]


def _as_asked(path: str, by_htmx: bool, number: str) -> tuple[str, str, Sequence[tuple[str, str]]]:
    """Its kind, the body, and further headers: the envelope for a program, a fragment for htmx, else a page."""
    if path.startswith("/api/"):
        body = {"success": False, "error": SENTENCE, "code": "INTERNAL", "details": []}
        return "application/json", json.dumps(body), ()
    told = {"sentence": SENTENCE, "in_hindi": IN_HINDI, "number": number}
    if by_htmx:
        return "text/html", FRAGMENT.format(**told), (("HX-Retarget", "#problems"), ("HX-Reswap", "innerHTML"))
    return "text/html", PAGE.format(**told), ()
