"""Bearer tokens for programs: JWTs whose session is a row, so that signing out ends them at once (PLAN.md 4).

A token carries PLAN.md's claims (userId, email, role, iat, exp) and jti, the session's secret; what it says of the role
is for the program to read: rights are looked up at every request.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import jwt
from jwt.types import Options

from pos.accounts import sessions, signin
from pos.accounts.sessions import SignedIn
from pos.core import audit, clock
from pos.core.db import one_unit
from pos.core.errors import NotSignedIn
from pos.core.language import gettext as _

ALGORITHM = "HS256"
KIND = "access"
CLAIMS = ["exp", "iat", "sub", "jti", "type"]
# A program sends the same token with every request.
MOST_KNOWN = 256


def issue(secret: str, signed_in: SignedIn, session_token: str, lasts: timedelta) -> str:
    """The JWT of a session that began just now."""
    now = clock.now()
    claims = {"userId": str(signed_in.actor.id), "sub": str(signed_in.actor.id), "email": signed_in.email}
    claims |= {"role": signed_in.actor.role, "type": KIND, "jti": session_token}
    return jwt.encode(claims | {"iat": now, "exp": now + lasts}, secret, algorithm=ALGORITHM)


def sign_in(
    secret: str, email: str, password: str, address: str, lasts: timedelta, otp: str | None = None
) -> tuple[str, SignedIn]:
    """Sign a program in; gives its JWT and who it is. Raises NotSignedIn, CodeNeeded, TooManyTries."""
    _session_id, token = signin.sign_in(email, password, "api", address, "program", lasts, otp)
    return _issued(secret, token, lasts)


def refresh(secret: str, old: SignedIn, address: str, lasts: timedelta) -> tuple[str, SignedIn]:
    """A new JWT in exchange for one that still holds, which ends."""
    return _issued(secret, _renewed(old, address, lasts), lasts)


@one_unit
def _renewed(old: SignedIn, address: str, lasts: timedelta) -> str:
    assert old.actor.id is not None
    sessions.end(old.session_id)
    _session_id, token = sessions.start(old.actor.id, "api", address, "program", lasts)
    audit.record(old.actor, "session.renewed", "session", old.session_id, {"address": address})
    return token


def _issued(secret: str, token: str, lasts: timedelta) -> tuple[str, SignedIn]:
    signed_in = sessions.find(token, "api")
    if signed_in is None:
        raise NotSignedIn(_("Please sign in first."))
    return issue(secret, signed_in, token, lasts), signed_in


def read(secret: str, token: str) -> SignedIn:
    """Who holds the JWT. Raises NotSignedIn for a token that is forged, expired, incomplete, or whose session ended."""
    try:
        claims = _signed(secret, token)
    except jwt.InvalidTokenError as error:
        raise NotSignedIn(_("This token is not valid. Sign in again.")) from error
    jti = claims["jti"]
    expired = not isinstance(claims["exp"], int) or claims["exp"] <= clock.now().timestamp()
    signed_in = sessions.find(jti, "api") if isinstance(jti, str) and claims["type"] == KIND and not expired else None
    if signed_in is None or str(signed_in.actor.id) != claims["sub"]:
        raise NotSignedIn(_("This token has ended. Sign in again."), code="TOKEN_ENDED")
    return signed_in


@functools.lru_cache(maxsize=MOST_KNOWN)
def _signed(secret: str, token: str) -> Mapping[str, Any]:
    """What a token says whose signature is right, which it then stays; a wrong one is looked at again each time."""
    # The clock is the shop's: `sessions.find` judges the expiry, so that a frozen clock holds for both.
    options: Options = {"require": CLAIMS, "verify_exp": False, "verify_iat": False}
    return MappingProxyType(jwt.decode(token, secret, algorithms=[ALGORITHM], options=options))
