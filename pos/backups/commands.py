"""Backup and restore from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app

from pos.accounts.roles import COMMAND_LINE
from pos.backups import making, restoring, sealing
from pos.backups.job import Job
from pos.core.commands import says_why
from pos.reports import nightly

FOLDER = "backups"
MOST_TOLD = 20
_jobs: dict[Path, Job] = {}


def folder_of(config: Any) -> Path:
    """Where this shop's backups are kept unless told otherwise."""
    return Path(config.instance) / FOLDER


def job_of(config: Any) -> Job:
    """The one job of this process that makes this shop's backups."""
    environ = {"DATABASE_URL": config.database_url, "POS_INSTANCE": str(config.instance)}
    environ |= {"BACKUP_COPY_TO": str(config.backup_copy_to or ""), "BACKUP_KEY": config.backup_key or ""}
    return _jobs.setdefault(folder_of(config), Job(folder_of(config), environ))


@click.command(
    "backup", help="Copy the running shop into DIR (instance/backups), restore the copy for a trial, audit it."
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@says_why
def backup(folder: Path | None) -> None:
    """Make a backup and say where it is; exit 1 when there is none to rely on."""
    config = current_app.extensions["pos"]["config"]
    made = making.make(folder or folder_of(config), config.backup_copy_to, config.backup_key)
    # At night nobody waits for a report: whoever asks for one by day finds its sums made.
    nightly.sum_up_quietly()
    size = f"{made.backup.bytes / 1024 / 1024:.1f} MB, {made.facts.bills} bills"
    if made.differences:
        _tell(made.differences)
        click.echo(f"The backup is made ({size}), but its books have differences: {made.backup.file}", err=True)
        sys.exit(1)
    click.echo(f"Made, restored for a trial and audited ({size}): {made.backup.file}")
    if made.copy:
        click.echo(f"Copied to {made.copy}")


@click.command("restore", help="Put the backup FILE in the place of the database, which is kept aside.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--even-with-differences", is_flag=True, help="Take it although its books have differences.")
@says_why
def restore(file: Path, even_with_differences: bool) -> None:
    """Restore a backup and say where the old database is; exit 1 when nothing was changed."""
    config = current_app.extensions["pos"]["config"]
    opening = {"key": config.backup_key, "workplace": config.instance}
    try:
        done = restoring.restore(COMMAND_LINE, file, even_with_differences, **opening)
    except restoring.NotProved as error:
        _tell(error.differences)
        raise
    facts = done.facts
    click.echo(
        f"{facts.store} is restored as of {facts.made_at}: {facts.bills} bills, the last {facts.last_bill or '-'}."
    )
    if done.set_aside:
        click.echo(f"What was there before is kept: {done.set_aside}")
    if done.differences:
        _tell(done.differences)
        sys.exit(1)
    click.echo("The books are right to the paisa. Everybody signs in again.")


@click.command("backup-key", help="Make a pair of keys for locked backups: one for BACKUP_KEY, one to write down.")
def backup_key() -> None:
    """Print a new pair of keys; nothing is kept of them."""
    lock, secret = sealing.new_pair()
    click.echo(f"The shop's computer locks its backups with this one; it opens nothing:\n\n  BACKUP_KEY={lock}\n")
    click.echo(f"Write this one down and keep it away from the shop; no backup opens without it:\n\n  {secret}\n")
    click.echo("To restore: BACKUP_KEY=(the secret one) flask --app wsgi restore FILE, or the page Backups.")


def _tell(differences: list[str]) -> None:
    for sentence in differences[:MOST_TOLD]:
        click.echo(sentence, err=True)
    if len(differences) > MOST_TOLD:
        click.echo(f"and {len(differences) - MOST_TOLD} more", err=True)
