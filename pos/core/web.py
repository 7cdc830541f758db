"""What every page door shares: who asks, fragments, safe redirects, headers."""

from __future__ import annotations

import functools
import ipaddress
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar
from urllib.parse import SplitResult, urlsplit

from flask import Flask, Response, current_app, g, has_app_context, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from pos.core import memory
from pos.core.actor import NOBODY, Actor
from pos.core.bundles import BUNDLES, bundle
from pos.core.errors import PosError, Problem

P = ParamSpec("P")
R = TypeVar("R")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}
SAFE = {"GET", "HEAD", "OPTIONS"}
# How the headers begin that only a proxy adds.
PROXIES_SAY = ("Forwarded", "X-Forwarded-", "Via", "X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "Cf-")
# What works so long has read much.
LONG_MS = 500
LARGEST_UPLOAD_BYTES = 12 * 1024 * 1024


def actor() -> Actor:
    """The person who sent this request: by cookie at the pages, by bearer token at the API, never the other way."""
    if request.path.startswith("/api/"):
        signed_in = g.get("signed_in")
        return signed_in.actor if signed_in else NOBODY
    return getattr(current_user, "actor", NOBODY)


def expect_no_database() -> None:
    """From here on this request asks the database nothing: what it shows must come from elsewhere."""
    g.database_is_down = True
    ask_not_who()


def ask_not_who() -> None:
    """From here on this request is nobody's, unless it is known already whose: a visit that prolongs no session."""
    if "_login_user" not in g:
        # Flask-Login would look the person up for every template.
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]


def database_is_down() -> bool:
    """True once the database has failed this request."""
    return has_app_context() and bool(g.get("database_is_down"))


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that works without signing in; every other page asks for it."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def takes_files(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose form may bring a file: everywhere else a request is small (`measure_uploads`)."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def needs(right: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Show this page only to who holds the right; the verbs behind it check for themselves."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            actor().require(right)
            return view(*args, **kwargs)

        return guarded

    return mark


def is_htmx() -> bool:
    """True when htmx asks for a fragment; going back in history wants the whole page."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def page_or_fragment(page: str, fragment: str, **values: Any) -> str:
    """The fragment for htmx, the whole page, which includes it, for everybody else."""
    return render_template(fragment if is_htmx() else page, **values)


def see_other(endpoint: str, **values: Any) -> ResponseReturnValue:
    """Send the browser on after a change (303); htmx goes there as a whole page."""
    return go_to(url_for(endpoint, **values))


def go_to(address: str) -> ResponseReturnValue:
    """Like `see_other`, for an address that is known to be local."""
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, code=303)


def local_address(address: str | None) -> str | None:
    """The address when it lies in this shop, else None: no open redirect (ASVS 3.7.2)."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or any(ord(sign) < 33 for sign in address) or address.lower().startswith(("/%2f", "/%5c")):
        return None
    parts = _parted(address)
    return None if parts.scheme or parts.netloc else address


def client_address() -> str:
    """Where the request comes from; waitress has already taken off a trusted proxy."""
    return request.remote_addr or "unknown"


def came_directly() -> bool:
    """True when no proxy and no other site's name stands between the browser and this server.

    A proxy makes every visitor look like the server's own machine, and a name may be anybody's (DNS rebinding).
    """
    if any(name.startswith(PROXIES_SAY) for name, _said in request.headers):
        return False
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        # No browser speaks it any more; a proxy that adds no header of its own often does.
        return False
    host = _parted(f"//{request.host}").hostname or ""
    try:
        return host == "localhost" or bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def _parted(address: str) -> SplitResult:
    """The parts of an address that a stranger sent; all of them empty for one that is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def current_page() -> str | None:
    """The local address of the page that the person is looking at, to come back to after signing in."""
    if request.method == "GET" and not is_htmx():
        return local_address(request.full_path.rstrip("?"))
    page = _parted(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if page.netloc != request.host:
        return None
    return local_address(f"{page.path}?{page.query}" if page.query else page.path)


def attach(form: FlaskForm, error: PosError) -> None:
    """Show a verb's refusal at the fields it speaks of; what fits no field stands above the form."""
    problems = error.problems or (Problem(error.message, error.code, error.field),)
    for problem in problems:
        field = form._fields.get(problem.field or "")
        if field is None:
            form.form_errors.append(problem.message)
        else:
            field.errors = [*field.errors, problem.message]


def options(names: Mapping[str, Any]) -> list[Any]:
    """The choices of a select or radio field: what is sent, and how it is called."""
    return [SelectChoice(value, label) for value, label in names.items()]


def refusal_headers(error: PosError) -> dict[str, str]:
    """When the same request may come again, where a refusal says so (Retry-After, in seconds)."""
    if "retry_after" in error.facts:
        return {"Retry-After": str(error.facts["retry_after"])}
    return {"Retry-After": "1"} if error.status == 503 else {}


def static_address(filename: str) -> str:
    """A static file's address with its age in it, so that a browser keeps it until it changes."""
    # A page shows the same few files a hundred times: the icons.
    known: dict[str, str] = g.setdefault("static_addresses", {})
    if filename not in known:
        known[filename] = _aged_address(filename)
    return known[filename]


def _aged_address(filename: str) -> str:
    if filename in BUNDLES:
        return url_for("static", filename=filename, v=bundle(filename)[1])
    path = os.path.join(current_app.static_folder or "", filename)
    try:
        version = f"{os.stat(path).st_mtime_ns:x}"[-10:]
    except OSError:
        version = "0"
    return url_for("static", filename=filename, v=version)


def install_headers(app: Flask) -> None:
    """Put the security and caching headers on every answer."""

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "static":
            kept = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
            response.headers["Cache-Control"] = kept
        else:
            response.headers.setdefault("Cache-Control", "no-cache, private")
            response.vary.add("HX-Request")
        return response


def comes_from_elsewhere() -> bool:
    """True for a changing request that another web site made the browser send (OWASP: CSRF)."""
    if request.method in SAFE:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    # On the shop's Wi-Fi, without https, browsers send no Sec-Fetch-Site; `null` is what a sandboxed frame sends.
    origin = request.headers.get("Origin")
    return origin is not None and _parted(origin).netloc != request.host


def measure_uploads(app: Flask) -> None:
    """Let files in where they are expected. Install it before whatever reads a form, such as the CSRF protection.

    Millions of little fields would keep a thread busy for half a minute, before anybody is signed in.
    """

    @app.before_request
    def measure() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if getattr(view, "takes_files", False) and request.mimetype == "multipart/form-data":
            request.max_content_length = LARGEST_UPLOAD_BYTES


def measure_requests(app: Flask) -> None:
    """Tell in each answer how long the server worked on it, in ms (Server-Timing); tidy up after long ones."""

    @app.before_request
    def start() -> None:
        request.environ["pos.started"] = time.perf_counter()

    @app.after_request
    def stop(response: Response) -> Response:
        took = (time.perf_counter() - request.environ.get("pos.started", time.perf_counter())) * 1000
        response.headers["Server-Timing"] = f"app;dur={took:.1f}"
        if took > LONG_MS:
            response.call_on_close(memory.give_back_now)
        return response
