"""Refusals as people see them: a page, a fragment beside the form, or JSON for a program; never a traceback."""

from __future__ import annotations

import logging
import traceback
from typing import Any

from flask import Flask, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from pos.core import audit
from pos.core.api.fields import camel
from pos.core.db import one_unit, session
from pos.core.errors import Busy, Forbidden, Invalid, NotSignedIn, PosError, Problem, Refused
from pos.core.language import gettext as _
from pos.core.web import actor, current_page, expect_no_database, go_to, is_htmx, refusal_headers

log = logging.getLogger("pos")


def for_api() -> bool:
    """True when a program asks."""
    return request.path.startswith("/api/")


def install(app: Flask) -> None:
    """Turn every error into an answer that says what to do."""
    app.register_error_handler(PosError, refused)
    app.register_error_handler(CSRFError, _stale_page)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, _no_connection)
    app.register_error_handler(Exception, _unforeseen)


def refused(error: PosError) -> ResponseReturnValue:
    """A verb's refusal, with its own status."""
    if isinstance(error, NotSignedIn) and not for_api() and request.endpoint != "accounts.sign_in":
        return _to_sign_in()
    if isinstance(error, Forbidden):
        _write_down_who_was_denied()
    problems = [problem.as_json() for problem in error.problems]
    if for_api():
        problems = _for_programs(error, problems)
    return _answer(error.status, error.message, error.code, refusal_headers(error), problems)


def _write_down_who_was_denied() -> None:
    """Who tries what the role does not allow stands in the audit log, if the shop can write just now."""
    try:
        one_unit(audit.record)(actor(), "access.denied", "page", None, {"method": request.method, "path": request.path})
    except (Busy, DBAPIError, PoolTimeout):
        log.warning("a denial could not be written down", exc_info=True)


def _for_programs(error: PosError, problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each problem with its field under the API's name; one that stands alone names its field too."""
    if not problems and error.field:
        problems = [Problem(error.message, error.code, error.field).as_json()]
    return [{**one, "field": camel(one["field"])} if "field" in one else one for one in problems]


def _to_sign_in() -> ResponseReturnValue:
    return go_to(url_for("accounts.sign_in", next=current_page()))


def _stale_page(error: CSRFError) -> ResponseReturnValue:
    sentence = _("This page was open too long or is not from this shop. Reload it and try again; nothing was changed.")
    return _answer(400, sentence, "CSRF", {}, [])


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.get_response()
    sentences = {
        404: _("There is no such page. It may have been moved or removed."),
        405: _("This address does not take that kind of request."),
        413: _("That is too much at once. Send something smaller."),
        400: _("The request could not be understood."),
    }
    kept = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    status = error.code or 500
    code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "TOO_LARGE"}.get(status, "BAD_REQUEST")
    return _answer(status, sentences.get(status, _("This did not work.")), code, kept, [])


def _database(error: DBAPIError) -> ResponseReturnValue:
    session().rollback()
    log.error("database: %s\n%s", _without_values(error), "".join(traceback.format_tb(error.__traceback__)))
    if isinstance(error, IntegrityError):
        sentence = _("Somebody changed the same thing at the same moment. Look again and repeat.")
        return refused(Refused(sentence, code="CONFLICT"))
    if isinstance(error, DataError):
        return refused(Invalid(_("A value is too long, too large, or has signs that cannot be stored.")))
    text = str(error.orig).lower()
    if "disk is full" in text or "no space" in text:
        sentence = _("The disk of the shop's computer is full. Nothing was saved; free some space and try again.")
        return refused(Busy(sentence, code="DISK_FULL"))
    return _no_connection(error)


def _without_values(error: DBAPIError) -> str:
    """The first line of what the engine says: the next may quote a row, with people's phones and hashed passwords."""
    return f"{type(error.orig).__name__}: {str(error.orig).partition(chr(10))[0]}"


def _no_connection(_error: Exception) -> ResponseReturnValue:
    expect_no_database()
    return refused(Busy(_("The database does not answer. Nothing was saved; try again in a moment.")))


def _unforeseen(error: Exception) -> ResponseReturnValue:
    session().rollback()
    log.exception("unforeseen error at %s %s", request.method, request.path)
    return _answer(500, _("Something went wrong on our side. It was written to the log."), "INTERNAL", {}, [])


def _answer(status: int, sentence: str, code: str, headers: dict[str, Any], details: list[Any]) -> ResponseReturnValue:
    if for_api():
        body = {"success": False, "error": sentence, "code": code, "details": details}
        return jsonify(body), status, headers
    shown = {"status": status, "sentence": sentence, "details": details, "again": current_page()}
    if is_htmx():
        headers |= {"HX-Retarget": "#problems", "HX-Reswap": "innerHTML"}
        return render_template("_problem.html", **shown), status, headers
    return render_template("problem.html", **shown), status, headers
