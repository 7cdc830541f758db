"""Papers of the khata: the receipt of a payment on a roll, the statement of a period on A4; as HTML and as PDF."""

from __future__ import annotations

import re
from typing import Any

from flask import render_template
from markupsafe import Markup
from sqlalchemy import Row

from pos.core import upi
from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.core.language import speaking
from pos.core.money import format_rupees
from pos.core.printing.press import the_press
from pos.customers import reminders
from pos.customers.ages import ages
from pos.customers.statement import Statement
from pos.settings.store import Store

ROLLS = ("80mm", "58mm")
# A page of A4 takes about forty; more than this would keep the press from everybody else.
MOST_ENTRIES_ON_PAPER = 1000


def roll_or_refuse(asked: str | None, usual: str) -> str:
    """The roll asked for, or the store's usual one, or 80 mm where it prints on sheets. Raises Invalid."""
    size = (asked or (usual if usual in ROLLS else ROLLS[0])).lower()
    if size not in ROLLS:
        raise Invalid(_("Choose one of: %(choices)s.", choices=", ".join(ROLLS)), field="size")
    return size


def receipt_html(entry: Row[Any], store: Store, size: str) -> Markup:
    """The receipt of a payment alone, an `<article>`, in the store's language whoever looks at it."""
    return _drawn("customers/receipt_roll.html", store, entry=entry, size=size)


def receipt_pdf(entry: Row[Any], store: Store, size: str) -> bytes:
    """The receipt as a PDF, cut to its length. Raises NoPdf where this computer cannot make one."""
    return _pdf(receipt_html(entry, store, size), store, size, entry.receipt_number)


def statement_html(customer: Row[Any], statement: Statement, store: Store) -> Markup:
    """The statement alone, in the store's language; up to today it also says how old the debts are, and asks by UPI."""
    to_now = statement.last >= store.today()
    link = reminders.upi_link(customer, customer.credit_balance, store) if to_now else None
    values = {"customer": customer, "statement": statement, "qr": upi.qr_png(link) if link else None}
    debts = ages([customer.id], store)[customer.id] if to_now and customer.credit_balance else None
    return _drawn("customers/statement_sheet.html", store, **values, ages=debts)


def statement_pdf(customer: Row[Any], statement: Statement, store: Store) -> bytes:
    """The statement on A4. Raises Invalid for more entries than paper takes, NoPdf where no PDF can be made."""
    if len(statement.entries) > MOST_ENTRIES_ON_PAPER:
        most = f"{MOST_ENTRIES_ON_PAPER:,}"
        raise Invalid(_("More than %(most)s entries: choose a shorter period.", most=most), field="first")
    name = _("Statement of %(name)s", name=customer.name)
    return _pdf(statement_html(customer, statement, store), store, "a4", name)


def statement_file(customer: Row[Any], statement: Statement) -> str:
    """What a saved statement is called; plain letters, for headers take no others."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", customer.name).strip("-") or "khata"
    return f"{name}-{statement.first.isoformat()}-{statement.last.isoformat()}.pdf"


def _drawn(template: str, store: Store, **values: Any) -> Markup:
    with speaking(store.language):
        money = lambda amount: format_rupees(amount, store.currency_symbol)  # noqa: E731
        return Markup(render_template(template, store=store, money=money, **values))  # noqa: S704


def _pdf(article: Markup, store: Store, size: str, title: str) -> bytes:
    return the_press.pdf(size, render_template("customers/paper_pdf.html", paper=article, store=store, title=title))
