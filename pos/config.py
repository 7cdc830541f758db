"""The environment, read and checked once at start (DESIGN.md 8)."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pos.core.errors import ConfigurationError

SHORTEST_SECRET = 32
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Config:
    """What the shop was told by its environment; `database_url` is SQLAlchemy's."""

    instance: Path
    database_url: str
    host: str
    port: int
    secret_key: str
    jwt_secret: str
    jwt_expires_in: timedelta
    cors_origin: str | None
    sentry_dsn: str | None
    trusted_proxy: str | None
    secure_cookies: bool


def from_environment(environ: Mapping[str, str] | None = None, root: Path | None = None) -> Config:
    """Read and check every setting; raises ConfigurationError with a sentence that says what to change."""
    env = {name: value.strip() for name, value in (environ or os.environ).items()}
    instance = Path(env.get("POS_INSTANCE") or (root or Path.cwd()) / "instance").absolute()
    _make_folder(instance)
    return Config(
        instance=instance,
        database_url=database_url(env.get("DATABASE_URL"), instance),
        host=env.get("HOST") or "0.0.0.0",  # noqa: S104
        port=_port(env.get("PORT") or "8080"),
        secret_key=_secret(env, "SECRET_KEY", instance / "secret_key"),
        jwt_secret=_secret(env, "JWT_SECRET", instance / "jwt_secret"),
        jwt_expires_in=_duration(env.get("JWT_EXPIRES_IN") or "24h"),
        cors_origin=env.get("CORS_ORIGIN") or None,
        sentry_dsn=env.get("SENTRY_DSN") or None,
        trusted_proxy=env.get("TRUSTED_PROXY") or None,
        secure_cookies=(env.get("SECURE_COOKIES") or "0") in {"1", "true", "yes"},
    )


def database_url(given: str | None, instance: Path) -> str:
    """SQLAlchemy's URL for what DATABASE_URL says; without it, SQLite in the instance folder."""
    if not given:
        return f"sqlite:///{instance / 'shop.db'}"
    if given.startswith("sqlite:///"):
        return given
    match = re.match(r"^(postgres|postgresql)(\+psycopg)?://", given)
    if match:
        return "postgresql+psycopg://" + given[match.end() :]
    raise ConfigurationError("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _make_folder(instance: Path) -> None:
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"The folder {instance} cannot be made: {error.strerror}. Set POS_INSTANCE."
        ) from error


def _port(text: str) -> int:
    if text.isdigit() and 0 <= int(text) <= 65535:
        return int(text)
    raise ConfigurationError(f"PORT must be a number from 1 to 65535, not {text!r}.")


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([smhd]?)", text)
    if not match or int(match[1]) == 0:
        raise ConfigurationError(f"JWT_EXPIRES_IN must be like 24h, 30m or 7d, not {text!r}.")
    return timedelta(seconds=int(match[1]) * UNITS[match[2] or "s"])


def _secret(env: Mapping[str, str], name: str, file: Path) -> str:
    given = env.get(name)
    if given:
        if len(given) < SHORTEST_SECRET:
            raise ConfigurationError(f"{name} must have at least {SHORTEST_SECRET} characters.")
        return given
    try:
        return _kept_secret(file)
    except OSError as error:
        raise ConfigurationError(f"The file {file} cannot be used: {error.strerror}. Set {name}.") from error


def _kept_secret(file: Path) -> str:
    try:
        # Two processes may start at once: only one of them makes the file.
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(handle, "w") as out:
        secret = secrets.token_urlsafe(48)
        out.write(secret)
    return secret
