"""The shop's own commands: `flask --app wsgi NAME` (DESIGN.md 8)."""

from __future__ import annotations

import os
import sys

import click
from flask import Flask

from pos.accounts import two_factor, users
from pos.accounts.models import ROLES
from pos.accounts.roles import COMMAND_LINE
from pos.backups.commands import backup, backup_key, restore
from pos.bench.commands import bench
from pos.catalog.commands import import_products
from pos.core.commands import says_why
from pos.core.language import local_time
from pos.customers.commands import import_customers
from pos.demo.commands import demo
from pos.reports import books, nightly
from pos.settings import right_time


def install(app: Flask) -> None:
    """Give the commands to the app's command line."""
    app.cli.add_command(create_user)
    app.cli.add_command(two_factor_off)
    app.cli.add_command(audit)
    app.cli.add_command(accept_clock)
    app.cli.add_command(sum_up)
    app.cli.add_command(import_products)
    app.cli.add_command(import_customers)
    app.cli.add_command(backup)
    app.cli.add_command(backup_key)
    app.cli.add_command(restore)
    app.cli.add_command(demo)
    app.cli.add_command(bench)


@click.command("create-user", help="Add a person; the password comes from POS_PASSWORD, or is asked for.")
@click.argument("email")
@click.option("--name", required=True, help="The person's full name.")
@click.option("--role", type=click.Choice(ROLES), default="cashier", show_default=True)
@says_why
def create_user(email: str, name: str, role: str) -> None:
    """Add a person; the password is read from the environment variable POS_PASSWORD, or asked for."""
    password = os.environ.get("POS_PASSWORD") or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    users.create_user(COMMAND_LINE, email=email, full_name=name, role=role, password=password)
    click.echo(f"{name} can sign in as {email.lower()} ({role}).")


@click.command("two-factor-off", help="Let a person sign in with the password alone: the phone is lost.")
@click.argument("email")
@says_why
def two_factor_off(email: str) -> None:
    """Switch a person's second factor off, for an owner whom no other owner can help."""
    two_factor.switch_off(COMMAND_LINE, users.find_by_email(email))
    click.echo(f"{email.lower()} signs in with the password alone.")


@click.command("audit", help="Prove the books: print each difference and exit 1, or say that there is none.")
def audit() -> None:
    """Print what does not add up; exit 1 when there is anything."""
    found = list(books.differences())
    for sentence in found:
        click.echo(sentence)
    if found:
        sys.exit(1)
    click.echo(f"{books.PROOFS} proofs: the books are right to the paisa.")


@click.command("accept-clock", help="Say that the computer's clock is right, and let bills go on from now.")
@says_why
def accept_clock() -> None:
    """Let numbers go on from now although newer ones were given; the audit log says so."""
    before = right_time.standing(COMMAND_LINE)
    if before.newest is None or before.newest <= before.now:
        click.echo("Nothing is ahead of the clock: the shop goes by it already.")
        return
    right_time.accept_clock(COMMAND_LINE)
    click.echo(f"Bills go on from {local_time(before.now)}; the newest before is of {local_time(before.newest)}.")


@click.command("sum-up", help="Add up every day and month that is over, so that no report has to.")
@says_why
def sum_up() -> None:
    """Sum what is not summed yet; the daily backup does the same."""
    left = nightly.sum_up_all(nightly.NIGHT_SECONDS)
    click.echo(
        f"{left} days and months are left: run it again." if left else "Every day and month that is over is summed."
    )
