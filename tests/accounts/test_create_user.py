"""`flask --app wsgi create-user`: how a script, or an owner who forgot the password, gets in (DESIGN.md 7)."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from pos.accounts.models import User
from pos.core.audit import AuditEntry
from pos.core.db import db, execute, table
from tests.shop import PASSWORD, Shop


def create(app: Flask, *words: str, password: str | None = PASSWORD, typed: str = "") -> tuple[int, str, str]:
    """The exit code, what was printed, and what was said on standard error."""
    environ = {"POS_PASSWORD": password}
    result = app.test_cli_runner(env=environ).invoke(args=["create-user", *words], input=typed)
    return result.exit_code, result.stdout, result.stderr


def everybody() -> dict[str, str]:
    db.session.rollback()
    rows = execute(table(User).select()).all()
    return {row.email: row.role for row in rows}


def test_an_owner_is_made_and_can_sign_in(app: Flask) -> None:
    code, said, complained = create(app, "Asha@Example.com", "--name", "Asha Patil", "--role", "owner")
    assert (code, complained) == (0, "")
    assert "asha@example.com (owner)" in said
    assert PASSWORD not in said
    signed_in = app.test_client().post("/sign-in", data={"email": "asha@example.com", "password": PASSWORD})
    assert signed_in.status_code == 303


def test_without_a_role_it_is_a_cashier(app: Flask) -> None:
    assert create(app, "ben@example.com", "--name", "Ben")[0] == 0
    assert everybody() == {"ben@example.com": "cashier"}


def test_the_password_is_asked_for_twice_when_it_is_not_given(app: Flask) -> None:
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    code, said, _complained = create(app, "ben@example.com", "--name", "Ben", password=None, typed=typed)
    assert code == 0
    assert PASSWORD not in said
    assert everybody() == {"ben@example.com": "cashier"}


@pytest.mark.parametrize(
    ("words", "password", "told"),
    [
        (("ben", "--name", "Ben"), PASSWORD, "email address"),
        (("ben@example.com", "--name", " "), PASSWORD, "name"),
        (("ben@example.com", "--name", "Ben"), "short", "8 to 128 characters"),
        (("ben@example.com", "--name", "Ben"), "password123", "easy to guess"),
    ],
)
def test_what_is_wrong_is_a_sentence_and_exit_code_one(
    app: Flask, words: tuple[str, ...], password: str, told: str
) -> None:
    code, said, complained = create(app, *words, password=password)
    assert (code, said) == (1, "")
    assert told in complained
    assert "Traceback" not in complained
    assert everybody() == {}


def test_an_email_that_is_taken_is_refused(shop: Shop) -> None:
    code, _said, complained = create(shop.app, "BEN@example.com", "--name", "Another Ben")
    assert code == 1
    assert "here already" in complained


def test_an_unknown_role_is_refused(app: Flask) -> None:
    assert create(app, "ben@example.com", "--name", "Ben", "--role", "king")[0] == 2
    assert everybody() == {}


def test_it_is_written_down_as_done_by_the_command_line(shop: Shop) -> None:
    create(shop.app, "esha@example.com", "--name", "Esha Rao")
    entry = next(e for e in shop.rows(AuditEntry, action="user.added") if "esha" in e.change)
    assert entry.actor_name == "command line"
    assert json.loads(entry.change) == {"email": "esha@example.com", "full_name": "Esha Rao", "role": "cashier"}
