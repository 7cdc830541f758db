"""What a browser keeps besides its session: choices of its own. Behind https no other host can set them."""

from __future__ import annotations

from flask import Response, current_app, request


def keep_in_browser(answer: Response, name: str, value: str, seconds: int, path: str = "/") -> None:
    """Let this browser keep a choice of its own for so many seconds, and send it to the part of the shop at the path.

    Behind https it is sent to the whole host: so the prefix wants it, which keeps other hosts from setting it.
    """
    own, secure = _name(name), _behind_https() or request.is_secure
    where = "/" if _behind_https() else path
    answer.set_cookie(own, value, max_age=seconds, path=where, httponly=True, samesite="Lax", secure=secure)


def forget_in_browser(answer: Response, name: str) -> None:
    """Let this browser forget such a choice."""
    own, secure = _name(name), _behind_https() or request.is_secure
    answer.delete_cookie(own, httponly=True, samesite="Lax", secure=secure)


def kept_in_browser(name: str) -> str | None:
    """What this browser keeps under the name."""
    return request.cookies.get(_name(name))


def _name(name: str) -> str:
    return f"__Host-{name}" if _behind_https() else name


def _behind_https() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
