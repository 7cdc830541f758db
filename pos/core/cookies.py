"""What a browser keeps besides its session: choices of its own. Behind https no other host can set them.

What is kept for a part of the shop, by its path, is sent there alone.
"""

from __future__ import annotations

from flask import Response, current_app, request


def keep_in_browser(answer: Response, name: str, value: str, seconds: int, path: str = "/") -> None:
    """Let this browser keep a choice of its own for so many seconds."""
    own, secure = _name(name, path), _behind_https() or request.is_secure
    answer.set_cookie(own, value, max_age=seconds, path=path, httponly=True, samesite="Lax", secure=secure)


def forget_in_browser(answer: Response, name: str) -> None:
    """Let this browser forget such a choice."""
    own, secure = _name(name), _behind_https() or request.is_secure
    answer.delete_cookie(own, httponly=True, samesite="Lax", secure=secure)


def kept_in_browser(name: str, path: str = "/") -> str | None:
    """What this browser keeps under the name, for the whole shop or for the part at the path."""
    return request.cookies.get(_name(name, path))


def _name(name: str, path: str = "/") -> str:
    if not _behind_https():
        return name
    # Browsers take the stricter prefix for the whole host alone.
    return f"__Host-{name}" if path == "/" else f"__Secure-{name}"


def _behind_https() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
