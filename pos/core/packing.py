"""Answers packed for the way: a tablet on the shop's Wi-Fi waits for what it must carry (gzip).

Nobody outside can weigh what is packed against a token (BREACH): that takes requests with the person's cookie, and a
cookie that is SameSite=Lax comes with none that another site makes behind their back.
"""

from __future__ import annotations

import gzip
import zlib
from collections import OrderedDict
from threading import Lock

from flask import Flask, Response, request

# Below this the wrapping costs more than it saves.
LEAST_BYTES = 700
# Pages are packed while somebody waits; files once, and kept.
QUICK, BEST = 1, 9
MOST_KEPT = 100
WORTH_IT = ("text/", "application/json", "application/javascript", "application/manifest+json", "image/svg+xml")

_kept: OrderedDict[tuple[str, str | None], bytes] = OrderedDict()
_gate = Lock()


def install(app: Flask) -> None:
    """Pack every answer that is worth it, for browsers that take it so."""
    app.after_request(_packed)


def _packed(response: Response) -> Response:
    if not (response.mimetype or "").startswith(WORTH_IT) or response.status_code not in (200, 400, 404, 409):
        return response
    # What lies between must not give a packed answer to who did not ask for one.
    response.vary.add("Accept-Encoding")
    is_file = request.endpoint == "static"
    if _as_it_is(response, is_file):
        return response
    data = _file(response) if is_file else _quickly(response.get_data())
    response.direct_passthrough = False
    response.set_data(data)
    response.headers["Content-Encoding"] = "gzip"
    # Other bytes, another tag; a weak one, as packing may change.
    if tag := response.get_etag()[0]:
        response.set_etag(f"{tag}-gzip", weak=True)
        response.make_conditional(request)
    return response


def _as_it_is(response: Response, is_file: bool) -> bool:
    if not request.accept_encodings["gzip"] or "Content-Encoding" in response.headers or request.method == "HEAD":
        return True
    if response.is_streamed and not is_file:
        return True
    return (response.content_length or LEAST_BYTES) < LEAST_BYTES or "Range" in request.headers


def _quickly(data: bytes) -> bytes:
    # No moment of packing in the head: the same page is the same bytes.
    packer = zlib.compressobj(QUICK, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def _file(response: Response) -> bytes:
    key = (request.path, response.get_etag()[0])
    with _gate:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    response.direct_passthrough = False
    data = gzip.compress(response.get_data(), BEST, mtime=0)
    with _gate:
        _kept[key] = data
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return data
