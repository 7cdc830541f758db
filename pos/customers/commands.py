"""Customers from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from pos.accounts.roles import COMMAND_LINE
from pos.core.commands import says_why
from pos.core.errors import PosError
from pos.core.importing import aside
from pos.core.money import format_rupees, rupees
from pos.customers.importing import imports
from pos.customers.importing.choices import KEEP, SAME, SKIP, UPDATE

MOST_TOLD = 20


@click.command("import-customers", help="Take a CSV or Excel file of customers over: all its good rows, or nothing.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--same-phone",
    type=click.Choice([SKIP, UPDATE]),
    help="What to do with rows whose phone the shop has, or that is twice in the file (unless told: skip).",
)
@click.option(
    "--same-name",
    type=click.Choice([SKIP, UPDATE, KEEP]),
    help="The same for names, where the row or the customer has no phone (unless told: skip).",
)
@says_why
def import_customers(file: Path, same_phone: str | None, same_name: str | None) -> None:
    """Look at the file, take it over, and tell what came of it and which rows were not taken."""
    uploads: Path = current_app.extensions["pos"]["config"].instance / "uploads" / "customers"
    with file.open("rb") as stream:
        import_id = imports.bring_in(COMMAND_LINE, uploads, file.name, stream)
    decided = {kind: same_phone if kind.endswith("phone") else same_name for kind in SAME}
    try:
        imports.decide(COMMAND_LINE, uploads, import_id, {kind: how for kind, how in decided.items() if how})
        outcome = imports.take(COMMAND_LINE, uploads, import_id)
    except PosError:
        imports.discard(COMMAND_LINE, uploads, import_id)
        raise
    owed = format_rupees(rupees(outcome["owed"]))
    told = f"{outcome['new']} new, {outcome['updates']} updated, {outcome['left']} left out, {outcome['bad']} bad"
    click.echo(f"{told}; {owed} owed already.")
    _tell_rows(imports.find(COMMAND_LINE, uploads, import_id), outcome["left"] + outcome["bad"])


def _tell_rows(this: imports.Import, left: int) -> None:
    if not left:
        this.folder.remove()
        return
    for one in aside.page(this.folder.aside, "bad", 1, MOST_TOLD):
        click.echo(f"line {one.row.line}: {one.reason}", err=True)
    click.echo(f"All rows that were not taken: {this.folder.aside}")
