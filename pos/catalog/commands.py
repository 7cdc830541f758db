"""The catalogue from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import current_app

from pos.accounts.roles import COMMAND_LINE
from pos.catalog.importing import imports, work
from pos.catalog.importing.choices import KEEP, SAME, SKIP, UPDATE
from pos.core.commands import says_why
from pos.core.errors import PosError
from pos.core.importing import aside
from pos.core.importing.folder import Folder

MOST_TOLD = 20


@click.command("import-products", help="Take a CSV or Excel file of products over: all its good rows, or nothing.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--stock", default="0", help="Stock of rows that tell none.", show_default=True)
@click.option(
    "--same-name",
    type=click.Choice([KEEP, SKIP, UPDATE]),
    help="What to do with rows whose name the shop has (unless told: skip), or that is twice in the file (keep).",
)
@click.option(
    "--same-barcode",
    type=click.Choice([UPDATE, SKIP]),
    help="The same for barcodes and short codes (unless told: skip).",
)
@says_why
def import_products(file: Path, stock: str, same_name: str | None, same_barcode: str | None) -> None:
    """Look at the file, take it over, and tell what came of it and which rows were not taken."""
    uploads: Path = current_app.extensions["pos"]["config"].instance / "uploads"
    with file.open("rb") as stream:
        import_id = imports.bring_in(COMMAND_LINE, uploads, file.name, stream)
    folder = Folder(uploads, import_id)
    try:
        imports.decide(COMMAND_LINE, uploads, import_id, {"stock": stock, **_same(same_name, same_barcode)})
    except PosError:
        imports.discard(COMMAND_LINE, uploads, import_id)
        raise
    outcome = _take(folder, import_id)
    click.echo(f"{outcome['new']} new, {outcome['updates']} updated, {outcome['left']} left out, {outcome['bad']} bad.")
    _tell_rows(folder, outcome)


def _same(name: str | None, barcode: str | None) -> dict[str, str]:
    decided = {kind: name if kind.endswith("_name") else barcode for kind in SAME}
    return {kind: decision for kind, decision in decided.items() if decision}


def _take(folder: Folder, import_id: UUID) -> dict[str, Any]:
    hold = folder.hold()
    imports.begin(COMMAND_LINE, import_id)
    try:
        with click.progressbar(length=100, label="Taking the products over") as bar:
            return work.take_now(COMMAND_LINE, folder, import_id, lambda percent: bar.update(percent - bar.pos))
    except PosError as error:
        imports.fail(import_id, error.message)
        raise
    finally:
        if hold:
            hold.let_go()


def _tell_rows(folder: Folder, outcome: dict[str, Any]) -> None:
    if not outcome["bad"] and not outcome["left"]:
        folder.remove()
        return
    for one in aside.page(folder.aside, "bad", 1, MOST_TOLD):
        click.echo(f"line {one.row.line}: {one.reason}", err=True)
    click.echo(f"All rows that were not taken: {folder.aside}")
