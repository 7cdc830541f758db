"""The environment, read and checked once; secrets made once and kept (DESIGN.md 8)."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from pos.config import database_url, from_environment
from pos.core.errors import ConfigurationError
from pos.core.kept import kept


def read(folder: Path, **settings: str) -> object:
    return from_environment({"POS_INSTANCE": str(folder), **settings})


def test_without_any_setting_the_shop_opens(tmp_path: Path) -> None:
    config = from_environment({"NOTHING": "x"}, root=tmp_path)
    assert config.instance == tmp_path / "instance"
    assert config.database_url == f"sqlite:///{tmp_path}/instance/shop.db"
    assert (config.host, config.port) == ("0.0.0.0", 8080)
    assert config.jwt_expires_in == timedelta(hours=24)
    assert (config.cors_origin, config.sentry_dsn, config.trusted_proxy) == (None, None, None)
    assert config.secure_cookies is False
    assert config.secret_key != config.jwt_secret


def test_secrets_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    first, again = from_environment({"POS_INSTANCE": str(tmp_path)}), from_environment({"POS_INSTANCE": str(tmp_path)})
    assert (first.secret_key, first.jwt_secret) == (again.secret_key, again.jwt_secret)
    for name in ("secret_key", "jwt_secret"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["jwt_secret", "secret_key"]


def test_given_secrets_are_used_and_not_written_down(tmp_path: Path) -> None:
    config = from_environment({"POS_INSTANCE": str(tmp_path), "SECRET_KEY": "s" * 32, "JWT_SECRET": "j" * 32})
    assert (config.secret_key, config.jwt_secret) == ("s" * 32, "j" * 32)
    assert not list(tmp_path.iterdir())


def test_processes_that_start_together_keep_one_secret(tmp_path: Path) -> None:
    crowd = 16
    start = Barrier(crowd)

    def ask(number: int) -> str:
        start.wait(10)
        return kept(tmp_path / "secret", lambda: f"made by {number}")

    with ThreadPoolExecutor(crowd) as people:
        answers = set(people.map(ask, range(crowd)))
    assert len(answers) == 1
    assert "made by" in answers.pop()
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_a_file_is_never_seen_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, seen = tmp_path / "secret", []
    real = os.link

    def watched(draft: Path, target: Path) -> None:
        seen.append((file.exists(), Path(draft).read_text()))
        real(draft, target)

    monkeypatch.setattr(os, "link", watched)
    kept(file, lambda: "whole")
    assert seen == [(False, "whole")]


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(_draft: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert kept(tmp_path / "secret", lambda: "first") == "first"
    assert kept(tmp_path / "secret", lambda: "second") == "first"
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe\x00"])
def test_a_damaged_secret_stops_the_start_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(content)
    with pytest.raises(ConfigurationError, match="secret_key is damaged: remove it"):
        read(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match="POS_INSTANCE"):
        read(tmp_path / "file" / "instance")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("postgresql://shop@db/pos", "postgresql+psycopg://shop@db/pos"),
        ("postgres://shop@db/pos", "postgresql+psycopg://shop@db/pos"),
        ("postgresql+psycopg://shop@db/pos", "postgresql+psycopg://shop@db/pos"),
        ("sqlite:////srv/shop.db", "sqlite:////srv/shop.db"),
        (
            "postgresql://shop:a,b@db1,db2:5433/pos",
            "postgresql+psycopg://shop:a,b@/pos?host=db1:5432&host=db2:5433&target_session_attrs=read-write",
        ),
        (
            "postgresql://shop@db1,db2/pos?sslmode=require&target_session_attrs=primary",
            "postgresql+psycopg://shop@/pos?host=db1:5432&host=db2:5432&sslmode=require&target_session_attrs=primary",
        ),
    ],
)
def test_database_urls_are_taken_as_people_write_them(given: str, url: str, tmp_path: Path) -> None:
    assert database_url(given, tmp_path) == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://shop@db/pos"),
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", "²"),
        ("PORT", "-1"),
        ("SECRET_KEY", "short"),
        ("JWT_SECRET", "short"),
        ("JWT_EXPIRES_IN", "soon"),
        ("JWT_EXPIRES_IN", "0h"),
        ("SECURE_COOKIES", "maybe"),
    ],
)
def test_what_makes_no_sense_is_named_with_the_way_to_write_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        read(tmp_path, **{name: value})


@pytest.mark.parametrize(("text", "lasts"), [("30m", 1800), ("7d", 604800), ("90", 90), ("45s", 45)])
def test_tokens_last_as_long_as_is_said(tmp_path: Path, text: str, lasts: int) -> None:
    config = from_environment({"POS_INSTANCE": str(tmp_path), "JWT_EXPIRES_IN": text})
    assert config.jwt_expires_in.total_seconds() == lasts


@pytest.mark.parametrize(("text", "secure"), [("1", True), ("Yes", True), ("0", False), ("off", False), ("", False)])
def test_secure_cookies_are_switched_by_words_people_use(tmp_path: Path, text: str, secure: bool) -> None:
    config = from_environment({"POS_INSTANCE": str(tmp_path), "SECURE_COOKIES": text})
    assert config.secure_cookies is secure
