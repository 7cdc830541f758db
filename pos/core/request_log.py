"""Each request has an id: on its answer, on its error page, and on every line of the log that is written meanwhile."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

from flask import Flask, Response, g, request

from pos.core.last_resort import NUMBER
from pos.core.logs import request_id

log = logging.getLogger("pos.requests")
HEADER = "X-Request-Id"
# Asked every second or few by machines, or a dozen times by every page.
NOT_TOLD = {"static", "health.alive", "health.ready", "display.now"}


def install(app: Flask) -> None:
    """Give every request its id; install it before whatever may refuse one."""

    @app.before_request
    def begin() -> None:
        number = secrets.token_hex(6)
        request_id.set(number)
        # Also where it outlives the request's own context, for the last resort.
        request.environ[NUMBER] = number
        request.environ["pos.began"] = time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        number = request_id.get()
        if number:
            response.headers[HEADER] = number
        if request.endpoint not in NOT_TOLD:
            log.info("%s %s %s", request.method, request.path, response.status_code, extra={"facts": _facts(response)})
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        request_id.set(None)

    app.jinja_env.globals["request_id"] = request_id.get


def _facts(response: Response) -> dict[str, Any]:
    """What a search in the log asks for; who it was only where that is known already."""
    took = (time.perf_counter() - request.environ.get("pos.began", time.perf_counter())) * 1000
    signed_in = g.get("signed_in") or g.get("_login_user")
    person = getattr(getattr(signed_in, "actor", None), "id", None)
    facts: dict[str, Any] = {"status": response.status_code, "ms": f"{took:.1f}", "address": request.remote_addr}
    return {**facts, "person": str(person)} if person else facts
