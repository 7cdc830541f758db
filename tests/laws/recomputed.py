"""The books worked out a second time: raw rows, whole paise and thousandths, none of the shop's own arithmetic.

The rules are docs/pricing.md and DESIGN.md 4 and 5.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text

from pos.core.db import execute

Row = Mapping[str, Any]
TABLES = ("sales", "sale_items", "payments", "products", "customers", "stock_movements", "credit_transactions")
LINKS = ("sale_id", "reference_id", "product_id", "customer_id", "result_id", "subject_id")


class Ledger:
    """Every row that was made since a moment, by table, and by what it belongs to; ids are plain hexadecimal."""

    def __init__(self, since: UUID) -> None:
        self._tables = {name: _read(name, f"WHERE id > '{since.hex}' ORDER BY id") for name in TABLES}
        self._tables["idempotency_keys"] = _read("idempotency_keys", "")
        self._tables["audit_log"] = _read("audit_log", "")
        self._of: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for name, found in self._tables.items():
            for row in found:
                for link in row.keys() & LINKS:
                    self._of[name, link, row[link]].append(row)

    def all(self, name: str) -> list[Row]:
        """All rows of a table, oldest first."""
        return self._tables[name]

    def of(self, name: str, link: str, owner: str) -> list[Row]:
        """The rows of a table that belong to one bill, product or customer."""
        return self._of[name, link, owner]


def _read(name: str, which: str) -> list[Row]:
    found = execute(text(f"SELECT * FROM {name} {which}")).mappings()
    return [
        {key: _plain(value) if key == "id" or key in LINKS else value for key, value in row.items()} for row in found
    ]


def _plain(value: Any) -> str:
    return str(value).replace("-", "")


def wrong_in(since: UUID, sales: Collection[UUID], stocks: Mapping[UUID, int], owed: Mapping[UUID, int]) -> list[str]:
    """What is wrong in everything that was made since this id.

    `sales` are the bills there must be, `stocks` what each product must have left in thousandths, `owed` what each
    customer must owe in paise.
    """
    ledger = Ledger(since)
    found = []
    if {sale["id"] for sale in ledger.all("sales")} != {sale.hex for sale in sales}:
        found.append("other bills are there than were made")
    for sale in ledger.all("sales"):
        found += [f"{sale['bill_number']}: {what}" for what in _wrong_in_bill(ledger, sale)]
    for product in ledger.all("products"):
        found += _wrong_on_shelf(ledger, product, stocks[UUID(product["id"])])
    for customer in ledger.all("customers"):
        found += _wrong_in_khata(ledger, customer, owed[UUID(customer["id"])])
    return found + _wrong_in_numbers()


def _half_up(dividend: int, divisor: int) -> int:
    return (2 * dividend + divisor) // (2 * divisor)


def _wrong_in_bill(ledger: Ledger, sale: Row) -> Iterator[str]:
    items, payments = (ledger.of(name, "sale_id", sale["id"]) for name in ("sale_items", "payments"))
    yield from _wrong_in_lines(sale, items)
    yield from _wrong_in_tax(sale, items)
    total = sale["total_amount_paise"]
    gross, tax = sum(item["gross_paise"] for item in items), sale["tax_amount_paise"]
    off = sum(item["discount_amount_paise"] + item["bill_discount_paise"] for item in items)
    if sale["subtotal_paise"] != gross - (tax if sale["prices_include_tax"] else 0):
        yield "subtotal"
    if sale["discount_amount_paise"] != off:
        yield "discount"
    if total != sum(item["taxable_paise"] + item["tax_paise"] for item in items) + sale["round_off_paise"]:
        yield "total"
    if sale["round_off_paise"] and total % 100:
        yield "rounded off, but not to a rupee"
    yield from _wrong_in_payment(sale, payments, total)
    yield from _wrong_in_trail(ledger, sale, items)


def _wrong_in_lines(sale: Row, items: list[Row]) -> Iterator[str]:
    whole = sum(item["line_total_paise"] for item in items)
    spread = sale["bill_discount_paise"]
    if sum(item["bill_discount_paise"] for item in items) != spread:
        yield "the shares are not the discount"
    for item in items:
        gross, milli = item["gross_paise"], item["quantity_milli"]
        if not item["sold_by_amount"] and gross != _half_up(item["unit_price_paise"] * milli, 1000):
            yield "gross of a line"
        if item["discount_amount_paise"] != min(gross, _half_up(item["discount_paise"] * milli, 1000)):
            yield "discount of a line"
        if item["line_total_paise"] != gross - item["discount_amount_paise"]:
            yield "total of a line"
        if abs(item["bill_discount_paise"] * whole - spread * item["line_total_paise"]) > whole:
            yield "an unfair share of the discount"


def _wrong_in_tax(sale: Row, items: list[Row]) -> Iterator[str]:
    for rate in {item["tax_rate_bp"] for item in items}:
        lines = [item for item in items if item["tax_rate_bp"] == rate]
        nets = [item["line_total_paise"] - item["bill_discount_paise"] for item in lines]
        if sum(item["tax_paise"] for item in lines) != _tax(nets, rate, sale):
            yield f"tax at {rate / 100} %"
        for item, net in zip(lines, nets, strict=True):
            if item["taxable_paise"] != net - (item["tax_paise"] if sale["prices_include_tax"] else 0):
                yield "taxable value"
    if sum(item["tax_paise"] for item in items) != sale["tax_amount_paise"]:
        yield "tax"


def _tax(nets: list[int], rate: int, sale: Row) -> int:
    inside = sale["prices_include_tax"]
    base = 10_000 + rate if inside else 10_000
    if sale["gst_mode"] == "composition":
        return 0
    if sale["gst_mode"] == "none":
        return _half_up(sum(nets) * rate, base)
    half = _half_up(sum(nets) * rate, 2 * base)
    # A line of a single paisa has no room for two halves inside it.
    return 2 * (min(half, sum(net // 2 for net in nets)) if inside else half)


def _wrong_in_payment(sale: Row, payments: list[Row], total: int) -> Iterator[str]:
    paid, credit = sale["amount_paid_paise"], sale["credit_amount_paise"]
    if paid + credit != total or sum(payment["amount_paise"] for payment in payments) != paid:
        yield "payments"
    if total and sum(payment["tendered_paise"] for payment in payments) != sale["amount_tendered_paise"]:
        yield "what was handed over"
    if sale["amount_tendered_paise"] - sale["change_due_paise"] != paid:
        yield "change"
    status = "PAID" if not credit else "PARTIAL" if paid else "CREDIT"
    if sale["payment_status"] != status:
        yield "status"


def _wrong_in_trail(ledger: Ledger, sale: Row, items: list[Row]) -> Iterator[str]:
    """What a bill leaves behind elsewhere: movements, an entry in the khata, its key, its line in the audit log."""
    mine = sale["id"]
    moved: dict[str, int] = defaultdict(int)
    sold: dict[str, int] = defaultdict(int)
    for movement in ledger.of("stock_movements", "reference_id", mine):
        moved[movement["product_id"]] -= movement["quantity_change_milli"]
    for item in items:
        sold[item["product_id"]] += item["quantity_milli"]
    if moved != sold:
        yield "stock movements"
    entries = [entry["amount_paise"] for entry in ledger.of("credit_transactions", "sale_id", mine)]
    if entries != ([sale["credit_amount_paise"]] if sale["credit_amount_paise"] else []):
        yield "entry in the khata"
    if len(ledger.of("idempotency_keys", "result_id", mine)) != 1:
        yield "key"
    if [entry["action"] for entry in ledger.of("audit_log", "subject_id", mine)] != ["sale.completed"]:
        yield "audit log"


def _wrong_in_numbers() -> list[str]:
    found = []
    given: dict[int, list[int]] = defaultdict(list)
    for year, number in execute(text("SELECT bill_year, bill_sequence FROM sales ORDER BY bill_sequence")):
        given[year].append(number)
    for year, last in execute(text("SELECT year, last_number FROM bill_counters WHERE series = 'BILL'")):
        if given[year] != list(range(1, last + 1)):
            found.append(f"numbers of {year}: {given[year]}, and the counter at {last}")
    return found


def _wrong_on_shelf(ledger: Ledger, product: Row, expected: int) -> Iterator[str]:
    level = 0
    for movement in ledger.of("stock_movements", "product_id", product["id"]):
        if movement["stock_before_milli"] != level:
            yield f"{product['name']}: a movement starts at {movement['stock_before_milli']}, not {level}"
        level = movement["stock_after_milli"]
    if not product["stock_quantity_milli"] == level == expected:
        yield f"{product['name']}: {product['stock_quantity_milli']} kept, {level} moved, {expected} expected"


def _wrong_in_khata(ledger: Ledger, customer: Row, expected: int) -> Iterator[str]:
    level, name = 0, customer["name"]
    for entry in ledger.of("credit_transactions", "customer_id", customer["id"]):
        if entry["balance_before_paise"] != level:
            yield f"{name}: an entry starts at {entry['balance_before_paise']}, not {level}"
        level += entry["amount_paise"]
        if entry["balance_after_paise"] != level:
            yield f"{name}: an entry ends at {entry['balance_after_paise']}, not {level}"
    if not customer["credit_balance_paise"] == level == expected <= customer["credit_limit_paise"]:
        yield f"{name}: {customer['credit_balance_paise']} kept, {level} added, {expected} expected"
    bought = ledger.of("sales", "customer_id", customer["id"])
    spent, points = sum(sale["total_amount_paise"] for sale in bought), sum(sale["points_earned"] for sale in bought)
    kept = (customer["total_purchases"], customer["total_spent_paise"], customer["loyalty_points"])
    if kept != (len(bought), spent, points):
        yield f"{name}: {kept} kept, {(len(bought), spent, points)} are right"
