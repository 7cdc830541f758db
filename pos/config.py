"""The environment, read and checked once at start (DESIGN.md 8)."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from pos.backups.sealing import is_key
from pos.core.errors import ConfigurationError
from pos.core.kept import kept

SHORTEST_SECRET = 32
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
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
    # The store's own time of the daily backup, and a second folder for each; None: neither.
    backup_at: time | None
    backup_copy_to: Path | None
    # Locks the backups: an age key, public or secret; None: they lie open.
    backup_key: str | None


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
        secure_cookies=_yes_or_no("SECURE_COOKIES", env.get("SECURE_COOKIES") or "no"),
        backup_at=_time_of_day("BACKUP_AT", env.get("BACKUP_AT", "02:00")),
        backup_copy_to=Path(env["BACKUP_COPY_TO"]).absolute() if env.get("BACKUP_COPY_TO") else None,
        backup_key=_backup_key(env.get("BACKUP_KEY")),
    )


def database_url(given: str | None, instance: Path) -> str:
    """SQLAlchemy's URL for what DATABASE_URL says; without it, SQLite in the instance folder.

    Several servers, as PostgreSQL's own tools write them (`postgresql://pos:secret@10.0.0.1,10.0.0.2:5433/pos`), become
    the form that SQLAlchemy reads; the one of them that takes writes is used.
    """
    if not given:
        return f"sqlite:///{instance / 'shop.db'}"
    if given.startswith("sqlite:///"):
        return given
    match = re.match(r"^(postgres|postgresql)(\+psycopg)?://", given)
    if match:
        return "postgresql+psycopg://" + _one_or_several(given[match.end() :])
    raise ConfigurationError("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _one_or_several(rest: str) -> str:
    place, _mark, query = rest.partition("?")
    account, at, place = place.rpartition("@")
    hosts, _slash, name = place.partition("/")
    if "," not in hosts:
        return rest
    parts = [f"host={host if ':' in host else host + ':5432'}" for host in hosts.split(",")]
    parts += [query] if query else []
    if "target_session_attrs=" not in query:
        parts.append("target_session_attrs=read-write")
    return f"{account}{at}/{name}?{'&'.join(parts)}"


def _make_folder(instance: Path) -> None:
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"The folder {instance} cannot be made: {error.strerror}. Set POS_INSTANCE."
        ) from error


def _port(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,5}", text) and int(text) <= 65535:
        return int(text)
    raise ConfigurationError(f"PORT must be a number from 1 to 65535, not {text!r}.")


def _yes_or_no(name: str, text: str) -> bool:
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise ConfigurationError(f"{name} must be 1 or 0, not {text!r}.")


def _time_of_day(name: str, text: str) -> time | None:
    match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text)
    if text and not match:
        raise ConfigurationError(f"{name} must be a time like 02:00, or empty for never, not {text!r}.")
    return time(int(match[1]), int(match[2])) if match else None


def _backup_key(text: str | None) -> str | None:
    if text and not is_key(text):
        raise ConfigurationError("BACKUP_KEY must be a whole line that `flask --app wsgi backup-key` printed.")
    return text or None


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,6})([smhd]?)", text)
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
        found = kept(file, lambda: secrets.token_urlsafe(48))
    except OSError as error:
        raise ConfigurationError(f"The file {file} cannot be used: {error.strerror}. Set {name}.") from error
    if len(found) < SHORTEST_SECRET:
        raise ConfigurationError(f"The file {file} is damaged: remove it, and the shop makes a new one. Or set {name}.")
    return found
