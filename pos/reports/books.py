"""Proof of the books: every figure that is kept is worked out again from what it is made of (DESIGN.md 6).

Each check is one statement on the database, so that it holds for a shop that is selling meanwhile, and gives a sentence
for each difference. No sentence means that the books are right to the paisa.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from pos.core import audit
from pos.core.db import execute
from pos.core.money import format_quantity, format_rupees, from_milli, from_paise
from pos.reports.stock_sums import broken_months
from pos.reports.sums_proof import broken_sums


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of the books: its name, the statement that finds what breaks it, and how a find reads."""

    name: str
    statement: str
    sentence: Callable[[Mapping[str, Any]], str]


def _stock(row: Mapping[str, Any]) -> str:
    kept, moved = format_quantity(from_milli(int(row["kept"]))), format_quantity(from_milli(int(row["moved"])))
    return f"stock of {row['name']}: {kept} is kept, the movements say {moved}"


def _money(what: str) -> Callable[[Mapping[str, Any]], str]:
    def sentence(row: Mapping[str, Any]) -> str:
        kept, found = format_rupees(from_paise(int(row["kept"]))), format_rupees(from_paise(int(row["found"])))
        return f"{what} {row['name']}: {kept} is kept, {found} is right"

    return sentence


def _numbers(row: Mapping[str, Any]) -> str:
    return (
        f"numbers of {row['series']} {row['year']}: the counter stands at {row['kept']},"
        f" there are {row['found']} from {row['least']} to {row['most']}"
    )


def _gaps(series: str, table: str, year: str, sequence: str) -> str:
    return f"""
        SELECT '{series}' AS series, y.year, COALESCE(c.last_number, 0) AS kept, COUNT(n.sequence) AS found,
               MIN(n.sequence) AS least, MAX(n.sequence) AS most
        FROM (SELECT {year} AS year FROM {table} WHERE {sequence} IS NOT NULL UNION
              SELECT year FROM bill_counters WHERE series = '{series}') y
        LEFT JOIN bill_counters c ON c.series = '{series}' AND c.year = y.year
        LEFT JOIN (SELECT {year} AS year, {sequence} AS sequence FROM {table} WHERE {sequence} IS NOT NULL) n
        ON n.year = y.year
        GROUP BY y.year, c.last_number
        HAVING COUNT(n.sequence) <> COALESCE(c.last_number, 0)
            OR COALESCE(MIN(n.sequence), 0) <> 1 OR COALESCE(MAX(n.sequence), 0) <> COALESCE(c.last_number, 0)
    """  # noqa: S608


# RCPT-2026-000001: the year and the number stand in the receipt's own words.
RECEIPT_YEAR = "CAST(SUBSTR(receipt_number, 6, 4) AS INTEGER)"
RECEIPT_NUMBER = "CAST(SUBSTR(receipt_number, 11) AS INTEGER)"

CHECKS = (
    Check(
        "stock = its movements",
        """SELECT p.name, p.stock_quantity_milli AS kept, COALESCE(m.moved, 0) AS moved FROM products p
           LEFT JOIN (SELECT product_id, SUM(quantity_change_milli) AS moved FROM stock_movements GROUP BY product_id) m
           ON m.product_id = p.id WHERE p.stock_quantity_milli <> COALESCE(m.moved, 0)""",
        _stock,
    ),
    Check(
        "stock movements follow one another",
        # Each level that a movement starts from was reached by another; only the first starts at 0, only the last ends
        # at what is kept. So told, no clock that was set back makes a false alarm.
        """SELECT p.name, l.level FROM (
             SELECT product_id, level, SUM(step) AS balance FROM (
               SELECT product_id, stock_before_milli AS level, 1 AS step FROM stock_movements
               UNION ALL SELECT product_id, stock_after_milli, -1 FROM stock_movements
               UNION ALL SELECT id, 0, -1 FROM products
               UNION ALL SELECT id, stock_quantity_milli, 1 FROM products) m
             GROUP BY product_id, level) l JOIN products p ON p.id = l.product_id WHERE l.balance <> 0""",
        lambda row: (
            f"stock of {row['name']}: a movement is missing at {format_quantity(from_milli(int(row['level'])))}"
        ),
    ),
    Check(
        "khata = its entries",
        """SELECT c.name, c.credit_balance_paise AS kept, COALESCE(l.found, 0) AS found FROM customers c
           LEFT JOIN (SELECT customer_id, SUM(CASE
                        WHEN transaction_type IN ('CREDIT_TAKEN', 'OPENING_BALANCE') THEN amount_paise
                        WHEN transaction_type IN ('PAYMENT_MADE', 'CREDIT_REVERSED') THEN -amount_paise
                        ELSE balance_after_paise - balance_before_paise END) AS found
                      FROM credit_transactions GROUP BY customer_id) l
           ON l.customer_id = c.id WHERE c.credit_balance_paise <> COALESCE(l.found, 0)""",
        _money("khata of"),
    ),
    Check(
        "khata entries follow one another",
        """SELECT c.name, l.level FROM (
             SELECT customer_id, level, SUM(step) AS balance FROM (
               SELECT customer_id, balance_before_paise AS level, 1 AS step FROM credit_transactions
               UNION ALL SELECT customer_id, balance_after_paise, -1 FROM credit_transactions
               UNION ALL SELECT id, 0, -1 FROM customers
               UNION ALL SELECT id, credit_balance_paise, 1 FROM customers) t
             GROUP BY customer_id, level) l JOIN customers c ON c.id = l.customer_id WHERE l.balance <> 0""",
        lambda row: f"khata of {row['name']}: no entry leads to {format_rupees(from_paise(int(row['level'])))}",
    ),
    Check(
        "lines + tax + round-off = bill",
        """SELECT s.bill_number AS name, s.total_amount_paise AS kept,
                  COALESCE(i.goods, 0) + s.round_off_paise AS found FROM sales s
           LEFT JOIN (SELECT sale_id, SUM(taxable_paise + tax_paise) AS goods FROM sale_items GROUP BY sale_id) i
           ON i.sale_id = s.id WHERE s.total_amount_paise <> COALESCE(i.goods, 0) + s.round_off_paise""",
        _money("total of"),
    ),
    Check(
        "tax of the lines = tax of the bill",
        """SELECT s.bill_number AS name, s.tax_amount_paise AS kept, COALESCE(i.tax, 0) AS found FROM sales s
           LEFT JOIN (SELECT sale_id, SUM(tax_paise) AS tax FROM sale_items GROUP BY sale_id) i ON i.sale_id = s.id
           WHERE s.tax_amount_paise <> COALESCE(i.tax, 0)""",
        _money("tax of"),
    ),
    Check(
        "discounts of the lines = discount of the bill",
        """SELECT s.bill_number AS name, s.discount_amount_paise AS kept, COALESCE(i.off, 0) AS found FROM sales s
           LEFT JOIN (SELECT sale_id, SUM(discount_amount_paise + bill_discount_paise) AS off FROM sale_items
                      GROUP BY sale_id) i ON i.sale_id = s.id
           WHERE s.discount_amount_paise <> COALESCE(i.off, 0)""",
        _money("discount of"),
    ),
    Check(
        "tenders = what the bill says was paid",
        """SELECT s.bill_number AS name, s.amount_paid_paise AS kept, COALESCE(p.paid, 0) AS found FROM sales s
           LEFT JOIN (SELECT sale_id, SUM(amount_paise) AS paid FROM payments WHERE kind = 'TENDER' GROUP BY sale_id) p
           ON p.sale_id = s.id WHERE s.amount_paid_paise <> COALESCE(p.paid, 0)""",
        _money("payments of"),
    ),
    Check(
        "credit of the bill = its khata entry",
        """SELECT s.bill_number AS name, s.credit_amount_paise AS kept, COALESCE(t.taken, 0) AS found FROM sales s
           LEFT JOIN (SELECT sale_id, SUM(amount_paise) AS taken FROM credit_transactions
                      WHERE transaction_type = 'CREDIT_TAKEN' GROUP BY sale_id) t ON t.sale_id = s.id
           WHERE s.credit_amount_paise <> COALESCE(t.taken, 0)""",
        _money("credit of"),
    ),
    Check(
        "goods of the bill = its stock movements",
        """SELECT s.bill_number AS name, COALESCE(i.sold, 0) AS kept, COALESCE(m.moved, 0) AS moved FROM sales s
           LEFT JOIN (SELECT sale_id, SUM(quantity_milli) AS sold FROM sale_items GROUP BY sale_id) i
           ON i.sale_id = s.id
           LEFT JOIN (SELECT reference_id, -SUM(quantity_change_milli) AS moved FROM stock_movements
                      WHERE movement_type = 'SALE' GROUP BY reference_id) m ON m.reference_id = s.id
           WHERE COALESCE(i.sold, 0) <> COALESCE(m.moved, 0)""",
        _stock,
    ),
    Check(
        "nothing returned that was not sold",
        """SELECT i.product_name AS name, i.quantity_milli AS kept, r.back AS moved FROM sale_items i
           JOIN (SELECT sale_item_id, SUM(quantity_milli) AS back FROM credit_note_items GROUP BY sale_item_id) r
           ON r.sale_item_id = i.id WHERE r.back > i.quantity_milli""",
        _stock,
    ),
    Check(
        "lines of a credit note = its total",
        """SELECT n.note_number AS name, n.total_amount_paise AS kept, i.goods + n.round_off_paise AS found
           FROM credit_notes n JOIN (SELECT credit_note_id, SUM(taxable_paise + tax_paise) AS goods
                                     FROM credit_note_items GROUP BY credit_note_id) i ON i.credit_note_id = n.id
           WHERE n.total_amount_paise <> i.goods + n.round_off_paise""",
        _money("total of"),
    ),
    Check(
        "refunds = what the credit note says",
        """SELECT n.note_number AS name, n.refund_amount_paise AS kept, COALESCE(p.paid, 0) AS found FROM credit_notes n
           LEFT JOIN (SELECT credit_note_id, SUM(amount_paise) AS paid FROM payments WHERE kind = 'REFUND'
                      GROUP BY credit_note_id) p ON p.credit_note_id = n.id
           WHERE n.refund_amount_paise <> COALESCE(p.paid, 0)""",
        _money("refunds of"),
    ),
    Check(
        "credit taken off = its khata entries",
        """SELECT s.bill_number AS name, COALESCE(n.reversed, 0) AS kept, COALESCE(t.reversed, 0) AS found FROM sales s
           LEFT JOIN (SELECT sale_id, SUM(credit_reversed_paise) AS reversed FROM credit_notes GROUP BY sale_id) n
           ON n.sale_id = s.id
           LEFT JOIN (SELECT sale_id, SUM(amount_paise) AS reversed FROM credit_transactions
                      WHERE transaction_type = 'CREDIT_REVERSED' GROUP BY sale_id) t ON t.sale_id = s.id
           WHERE s.payment_status <> 'VOIDED' AND COALESCE(n.reversed, 0) <> COALESCE(t.reversed, 0)""",
        _money("credit taken off"),
    ),
    Check(
        "cash expected at the close = what moved",
        """SELECT c.till AS name, c.expected_paise AS kept,
                  c.opening_float_paise + COALESCE(p.net, 0) + COALESCE(t.paid, 0) + COALESCE(m.net, 0) AS found
           FROM cash_sessions c
           LEFT JOIN (SELECT cash_session_id,
                             SUM(CASE kind WHEN 'TENDER' THEN amount_paise ELSE -amount_paise END) AS net
                      FROM payments WHERE method = 'CASH' GROUP BY cash_session_id) p ON p.cash_session_id = c.id
           LEFT JOIN (SELECT cash_session_id, SUM(amount_paise) AS paid FROM credit_transactions
                      WHERE transaction_type = 'PAYMENT_MADE' AND payment_method = 'CASH' GROUP BY cash_session_id) t
           ON t.cash_session_id = c.id
           LEFT JOIN (SELECT cash_session_id,
                             SUM(CASE direction WHEN 'IN' THEN amount_paise ELSE -amount_paise END) AS net
                      FROM cash_movements GROUP BY cash_session_id) m ON m.cash_session_id = c.id
           WHERE c.closed_at IS NOT NULL AND c.expected_paise <>
                 c.opening_float_paise + COALESCE(p.net, 0) + COALESCE(t.paid, 0) + COALESCE(m.net, 0)""",
        _money("cash expected in"),
    ),
    Check("bill numbers without a gap", _gaps("BILL", "sales", "bill_year", "bill_sequence"), _numbers),
    Check("credit note numbers without a gap", _gaps("CRN", "credit_notes", "note_year", "note_sequence"), _numbers),
    Check(
        "receipt numbers without a gap", _gaps("RCPT", "credit_transactions", RECEIPT_YEAR, RECEIPT_NUMBER), _numbers
    ),
)


LOG, SUMS = "the audit log is whole", "sums of days and months = their lines"
PROOFS = len(CHECKS) + 2
# What is proved while somebody waits: any so many of them, each time others. The command `audit` proves them all.
MOST_SUMS = 40
# A month of all goods takes as long as ten of the others.
SUMS_TO_A_MONTH = 10


def proof(most_sums: int | None = None) -> Iterator[tuple[str, list[str]]]:
    """Each promise by its name, the audit log's last, with a sentence for each figure that breaks it.

    Of the days and months that are summed, `most_sums` are drawn and summed again; all of them unless told otherwise.
    """
    for check in CHECKS:
        yield check.name, [check.sentence(row) for row in execute(text(check.statement)).mappings()]
    most_months = None if most_sums is None else most_sums // SUMS_TO_A_MONTH
    yield SUMS, [*broken_sums(most_sums), *broken_months(most_months)]
    yield LOG, list(audit.broken_links())


def differences() -> Iterator[str]:
    """A sentence for each figure that is not what it is made of, and for each broken link of the audit log."""
    for _name, found in proof():
        yield from found
