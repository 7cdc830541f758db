"""The demo from the command line."""

from __future__ import annotations

import os

import click

from pos.accounts import users
from pos.core.commands import says_why
from pos.demo import demo as shop
from pos.demo.demo import Size

EMAIL = "owner@example.com"
USUAL = Size()


@click.command("demo", help="Fill an empty shop with a believable kirana to try things on.")
@click.option("--products", default=USUAL.products, show_default=True, type=click.IntRange(1, 500_000))
@click.option("--customers", default=USUAL.customers, show_default=True, type=click.IntRange(0, 500_000))
@click.option("--bills", default=USUAL.bills, show_default=True, type=click.IntRange(0, 2_000_000))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same shop again.")
@says_why
def demo(products: int, customers: int, bills: int, seed: int) -> None:
    """Fill the shop, and say how to come in: by POS_PASSWORD's owner, or by the set-up page."""
    password, had_owner = os.environ.get("POS_PASSWORD"), users.has_owner()
    owner = (EMAIL, password) if password and not had_owner else None
    shop.refuse_a_shop_in_use()
    with click.progressbar(length=max(1, bills), label="Trading") as bar:
        shop.fill(Size(products, customers, bills), seed, owner, bar.update)
    click.echo(f"The shop is open: {products} products, {customers} customers, {bills} bills.")
    if owner:
        click.echo(f"Sign in as {EMAIL} with the password of POS_PASSWORD.")
    elif not had_owner:
        click.echo("Nobody owns it yet: run bin/run, open the shop, and set up its owner.")
