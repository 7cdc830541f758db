"""Who may come in: sign-in by session row, no page without it, no request that another site sent (DESIGN.md 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, g, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, login_user, logout_user

from pos.accounts import sessions, setup
from pos.accounts.sessions import SignedIn
from pos.core.actor import Actor
from pos.core.cookies import kept_in_browser
from pos.core.errors import Forbidden, NotSignedIn
from pos.core.language import gettext as _
from pos.core.web import actor, comes_from_elsewhere, current_page, see_other
from pos.settings import tills

P = ParamSpec("P")
R = TypeVar("R")


class Visitor(UserMixin):
    """Flask-Login's view of a signed-in person; its id is the session's secret token."""

    def __init__(self, token: str, signed_in: SignedIn) -> None:
        self.token = token
        self.session_id = signed_in.session_id
        self.actor: Actor = replace(signed_in.actor, till=tills.till_name(kept_in_browser(tills.COOKIE)))
        self.email = signed_in.email

    def get_id(self) -> str:
        return self.token


def install(app: Flask) -> None:
    """Guard every page of the app."""
    app.login_manager.session_protection = None  # type: ignore[attr-defined]
    app.login_manager.user_loader(_load)  # type: ignore[attr-defined]
    app.before_request(_guard)


def _load(token: str) -> Visitor | None:
    g.seat = signed_in = sessions.find(token, "pages")
    # Who locked the till is nobody on every page, public ones too: what asks who is there cannot forget the lock.
    return Visitor(token, signed_in) if signed_in and not signed_in.is_locked else None


def seat() -> SignedIn | None:
    """The session that this browser holds, locked or not; None for a stranger."""
    # Flask-Login looks once in a request, and puts it there.
    actor()
    found: SignedIn | None = g.get("seat")
    return found


def open_when_locked(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that also works in a locked session; it asks `seat` who is there."""
    view.is_open_when_locked = True  # type: ignore[attr-defined]
    return view


def let_in(token: str) -> None:
    """Put a fresh session's token into a fresh cookie: nothing of the visitor's old cookie stays."""
    cookie.clear()
    signed_in = sessions.find(token, "pages")
    if signed_in is None:
        raise NotSignedIn(_("Please sign in first."))
    cookie.permanent = True
    login_user(Visitor(token, signed_in))


def let_out() -> None:
    """Empty the cookie."""
    logout_user()
    cookie.clear()


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static" or request.path.startswith("/api/"):
        return None
    if comes_from_elsewhere():
        raise Forbidden(_("This request came from another web site and was not carried out."))
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "is_public", False):
        return None
    if actor().role == "nobody":
        if seat() is not None:
            is_open = getattr(view, "is_open_when_locked", False)
            return None if is_open else see_other("accounts.change_place", next=current_page())
        if _nobody_owns_it():
            return see_other("accounts.set_up")
        raise NotSignedIn(_("Please sign in first."))
    return None


def _nobody_owns_it() -> bool:
    return setup.is_open()
