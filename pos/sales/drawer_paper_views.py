"""X and Z reports on a roll, as HTML and as PDF."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from pos.core.language import speaking
from pos.core.money import format_rupees
from pos.core.printing.press import the_press
from pos.sales.drawer_sums import DrawerReport
from pos.sales.receipt import ROLLS as ROLLS
from pos.sales.receipt import Column
from pos.sales.words import method_name
from pos.settings.store import Store


def report_html(report: DrawerReport, store: Store, size: str) -> Markup:
    """The report alone, an `<article>`, in the store's language whoever looks at it."""
    sums = report.sums
    widest = max(sums.sold, sums.handed_over, abs(sums.expected), report.session.counted or sums.expected)
    values = {"report": report, "store": store, "size": size, "sums": sums, "method_name": method_name}
    with speaking(store.language):
        drawn = render_template(
            "sales/drawer_roll.html",
            **values,
            column=Column(widest),
            money=lambda amount: format_rupees(amount, store.currency_symbol),
        )
    return Markup(drawn)  # noqa: S704


def report_pdf(report: DrawerReport, store: Store, size: str) -> bytes:
    """The report as a PDF, cut to its length. Raises NoPdf where this computer cannot make one."""
    values = {"title": title(report), "language": store.language, "paper": report_html(report, store, size)}
    return the_press.pdf(size, render_template("sales/paper_pdf.html", **values))


def title(report: DrawerReport) -> str:
    """X or Z, the number of the session at its till, and the till: `Z 12, Till 1`."""
    return f"{'Z' if report.is_final else 'X'} {report.number}, {report.session.till}"
