"""Every report's figures, worked out again from the raw rows by another way (PLAN.md 3.8)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pos.catalog.models import Product, StockMovement
from pos.core import clock
from pos.core.errors import Forbidden, Invalid, NotFound
from pos.customers.models import CreditTransaction, Customer
from pos.reports.all_reports import VIEWS, report
from pos.reports.table import Table
from pos.sales.models import Payment, Sale, SaleItem
from pos.sales.returns_and_drawer import CreditNote, CreditNoteItem
from tests.reports.trade import DAY, FIRST, LAST, NOON, trade
from tests.shop import Shop

ZONE = "Asia/Kolkata"


@pytest.fixture
def traded(shop: Shop) -> Shop:
    trade(shop)
    return shop


def read(shop: Shop, name: str, view: str, first: date = FIRST, last: date = LAST) -> Table:
    with clock.frozen(NOON + 2 * DAY):
        return report(shop.asha, name, view, first, last)


def good_bills(shop: Shop) -> list[Any]:
    return [row for row in shop.rows(Sale) if row.payment_status != "VOIDED"]


def net(shop: Shop) -> Decimal:
    billed = sum(row.total_amount for row in good_bills(shop))
    return billed - sum(row.total_amount for row in shop.rows(CreditNote))


def test_however_sales_are_cut_they_come_to_the_same(traded: Shop) -> None:
    wanted = net(traded)
    assert wanted > 0
    for view in ("day", "cashier", "method"):
        assert read(traded, "sales", view).named_totals()["net_amount"] == wanted, view
    assert read(traded, "sales", "bill").named_totals()["total_amount"] == wanted
    round_off = sum(row.round_off for row in good_bills(traded)) - sum(r.round_off for r in traded.rows(CreditNote))
    for view in ("product", "category"):
        assert read(traded, "sales", view).named_totals()["total_amount"] == wanted - round_off, view


def test_each_day_is_the_stores_and_adds_up(traded: Shop) -> None:
    rows = {row["day"]: row for row in read(traded, "sales", "day").named()}
    assert sorted(rows) == [FIRST, FIRST + timedelta(days=1), LAST]
    for day, row in rows.items():
        bills = [bill for bill in good_bills(traded) if clock.business_day(bill.created_at, ZONE) == day]
        assert row["bills_count"] == len(bills)
        assert row["total_amount"] == sum(bill.total_amount for bill in bills)
        assert row["total_amount"] == row["amount_paid"] + row["credit_amount"]
        goods = row["subtotal"] - row["discount_amount"] + row["tax_amount"] + row["round_off"]
        assert goods == row["total_amount"]
    assert (rows[LAST]["bills_count"], rows[LAST]["returns_amount"]) == (0, -rows[LAST]["net_amount"])


def test_every_number_stands_in_the_list_of_bills_and_a_voided_one_counts_nothing(traded: Shop) -> None:
    rows = read(traded, "sales", "bill").named()
    numbers = {row.bill_number for row in traded.rows(Sale)} | {row.note_number for row in traded.rows(CreditNote)}
    assert {row["number"] for row in rows} == numbers
    assert len(rows) == len(numbers) == 7
    (voided,) = [row for row in rows if row["payment_status"] == "VOIDED"]
    assert (voided["total_amount"], voided["tax_amount"], voided["voided_amount"]) == (0, 0, Decimal(79))
    for row in rows:
        assert row["taxable"] + row["tax_amount"] + row["round_off"] == row["total_amount"]
        assert row["amount_paid"] + row["credit_amount"] == row["total_amount"]


def test_products_are_told_with_what_came_back_and_what_was_earned(traded: Shop) -> None:
    rows = {row["product"]: row for row in read(traded, "sales", "product").named()}
    sales = {row.id for row in good_bills(traded)}
    returned = {row.sale_item_id: row for row in traded.rows(CreditNoteItem)}
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 5)
    for item in traded.rows(SaleItem):
        if item.sale_id not in sales:
            continue
        back = returned.get(item.id)
        quantity, taxable, tax = (back.quantity, back.taxable, back.tax) if back else (Decimal(0),) * 3
        off_cost = quantity if back and back.fit_for_sale else 0
        cost = (item.cost_price or 0) * (item.quantity - off_cost)
        new = (item.quantity, quantity, item.taxable - taxable, item.tax - tax, cost)
        sums[item.product_name] = [one + more for one, more in zip(sums[item.product_name], new, strict=True)]
    assert set(rows) == set(sums) == {"Tea", "Soap", "Dal"}
    for name, (sold, back, taxable, tax, cost) in sums.items():
        row = rows[name]
        assert (row["sold_quantity"], row["returned_quantity"]) == (sold, back)
        assert (row["taxable"], row["tax_amount"], row["total_amount"]) == (taxable, tax, taxable + tax)
        assert abs(row["cost_amount"] - cost) <= Decimal("0.005")
        assert row["profit_amount"] == row["taxable"] - row["cost_amount"]


def test_categories_are_the_sums_of_their_products(traded: Shop) -> None:
    found = {row["category"]: row for row in read(traded, "sales", "category").named()}
    assert set(found) == {"Drinks", "Home", None}
    products = read(traded, "sales", "product").named()
    for category, row in found.items():
        of_it = [product for product in products if product["category"] == category]
        assert row["products_count"] == len(of_it)
        assert row["profit_amount"] == sum(product["profit_amount"] for product in of_it)


def test_cashiers_answer_for_their_own_bills_returns_and_voids(traded: Shop) -> None:
    rows = {row["cashier"]: row for row in read(traded, "sales", "cashier").named()}
    assert set(rows) == {"Asha Patil", "Ben Thomas"}
    mine = [bill for bill in good_bills(traded) if bill.created_by == traded.ben.id]
    ben = rows["Ben Thomas"]
    assert (ben["bills_count"], ben["total_amount"]) == (len(mine), sum(bill.total_amount for bill in mine))
    assert ben["returns_amount"] == sum(note.total_amount for note in traded.rows(CreditNote))
    assert (ben["voided_count"], ben["voided_amount"]) == (1, Decimal(79))
    assert (rows["Asha Patil"]["returns_amount"], rows["Asha Patil"]["voided_count"]) == (0, 0)


def test_ways_of_paying_are_the_tenders_less_the_refunds(traded: Shop) -> None:
    rows = {row["payment_method"]: row for row in read(traded, "sales", "method").named()}
    sales = {row.id for row in good_bills(traded)}
    for method in ("CASH", "UPI"):
        payments = [row for row in traded.rows(Payment, method=method) if row.sale_id in sales]
        paid = [row.amount for row in payments if row.kind == "TENDER"]
        back = [row.amount for row in payments if row.kind == "REFUND"]
        row = rows[method]
        assert (row["payments_count"], row["received_amount"]) == (len(paid), sum(paid))
        assert row["refunded_amount"] == sum(back)
    assert "CARD" not in rows
    taken = sum(row.credit_amount for row in good_bills(traded))
    off = sum(row.credit_reversed for row in traded.rows(CreditNote))
    assert (rows["CREDIT"]["received_amount"], rows["CREDIT"]["refunded_amount"]) == (taken, off)


def test_the_stock_is_worth_what_its_movements_left(traded: Shop) -> None:
    table = read(traded, "inventory", "valuation")
    rows = {row["product"]: row for row in table.named()}
    for product in traded.rows(Product):
        row = rows[product.name]
        assert row["stock_quantity"] == product.stock_quantity
        assert abs(row["cost_value"] - (product.cost_price or 0) * product.stock_quantity) <= Decimal("0.005")
        assert abs(row["sale_value"] - product.price * product.stock_quantity) <= Decimal("0.005")
    assert table.named_totals()["cost_value"] == sum(row["cost_value"] for row in rows.values())
    before = read(traded, "inventory", "valuation", FIRST - timedelta(days=9), FIRST - timedelta(days=1)).named()
    assert [row["stock_quantity"] for row in before] == [Decimal(100)] * 3


def test_the_register_leads_from_the_opening_to_the_closing_stock(traded: Shop) -> None:
    rows = {row["product"]: row for row in read(traded, "inventory", "register").named()}
    tea = rows["Tea"]
    changes = ("restocked_quantity", "sold_quantity", "returned_quantity", "adjusted_quantity")
    assert [tea[name] for name in ("opening_stock", *changes, "closing_stock")] == [100, 24, -6, 1, 0, 119]
    for product in traded.rows(Product):
        row = rows[product.name]
        assert row["opening_stock"] + sum(row[name] for name in changes) == row["closing_stock"]
        assert row["closing_stock"] == product.stock_quantity
    quiet = {row["product"]: row for row in read(traded, "inventory", "register", LAST, LAST).named()}
    assert (quiet["Dal"]["opening_stock"], quiet["Dal"]["sold_quantity"]) == (rows["Dal"]["closing_stock"], 0)


def test_every_movement_of_the_span_is_listed(traded: Shop) -> None:
    listed = read(traded, "inventory", "movements").named()
    moved = [row for row in traded.rows(StockMovement) if row.created_at >= NOON]
    assert len(listed) == len(moved)
    assert sum(row["quantity_change"] for row in listed) == sum(row.quantity_change for row in moved)
    assert {row["made_by"] for row in listed} == {"Asha Patil", "Ben Thomas", "Devi Kale"}


def test_what_runs_low_and_what_expires_is_told_with_its_worth(shop: Shop) -> None:
    today = clock.today(ZONE)
    shop.product("Salt", "20", "4", min_stock_level=Decimal(10), cost_price=Decimal("15.50"))
    shop.product("Milk", "30", "12", expiry_date=today + timedelta(days=2), cost_price=Decimal(25))
    shop.product("Rice", "60", "99")
    (salt,) = report(shop.asha, "inventory", "low", None, None).named()
    assert (salt["product"], salt["missing_quantity"], salt["missing_value"]) == ("Salt", 6, Decimal(93))
    (milk,) = report(shop.asha, "inventory", "expiring", None, None).named()
    assert (milk["product"], milk["days_left"], milk["cost_value"]) == ("Milk", 2, Decimal(300))


def test_what_is_owed_is_what_the_ledgers_say(traded: Shop) -> None:
    table = read(traded, "credit", "outstanding")
    (row,) = table.named()
    entries = traded.rows(CreditTransaction)
    balance = sum(entry.balance_after - entry.balance_before for entry in entries)
    assert row["credit_balance"] == balance == traded.rows(Customer)[0].credit_balance
    ages = ("days_0_to_30", "days_31_to_60", "days_61_to_90", "over_90_days")
    assert sum(row[name] for name in ages) == balance
    assert table.named_totals()["credit_balance"] == balance


def test_collections_are_the_payments_of_the_span(traded: Shop) -> None:
    (row,) = read(traded, "credit", "collections").named()
    assert (row["day"], row["amount"], row["payment_method"]) == (LAST, Decimal(150), "UPI")
    assert row["receipt_number"].startswith("RCPT-2026-")
    assert read(traded, "credit", "collections", FIRST, FIRST).rows == []


def test_tax_by_rate_is_that_of_the_lines_in_two_equal_halves(traded: Shop) -> None:
    rows = {row["tax_rate"]: row for row in read(traded, "tax", "rate").named()}
    assert sorted(rows) == [0, 5, 18]
    sales = {row.id for row in good_bills(traded)}
    items = {row.id: row for row in traded.rows(SaleItem)}
    for rate, row in rows.items():
        sold = [item for item in items.values() if item.sale_id in sales and item.tax_rate == rate]
        back = [one for one in traded.rows(CreditNoteItem) if items[one.sale_item_id].tax_rate == rate]
        assert row["billed_taxable"] == sum(item.taxable for item in sold)
        assert row["returned_taxable"] == sum(one.taxable for one in back)
        assert row["tax_amount"] == sum(item.tax for item in sold) - sum(one.tax for one in back)
        assert row["cgst_amount"] == row["sgst_amount"]
        assert row["cgst_amount"] + row["sgst_amount"] == row["tax_amount"]
    billed = sum(bill.tax_amount for bill in good_bills(traded))
    returned = sum(note.tax_amount for note in traded.rows(CreditNote))
    assert sum(row["tax_amount"] for row in rows.values()) == billed - returned


def test_hsn_codes_come_to_the_same_as_the_rates(traded: Shop) -> None:
    by_hsn, by_rate = read(traded, "tax", "hsn"), read(traded, "tax", "rate")
    for name in ("taxable", "cgst_amount", "sgst_amount", "tax_amount", "total_amount"):
        assert by_hsn.named_totals()[name] == by_rate.named_totals()[name]
    rows = {row["hsn_code"]: row for row in by_hsn.named()}
    assert (rows["0902"]["quantity"], rows["0713"]["unit"], rows[None]["tax_rate"]) == (5, "kg", 18)


def test_a_shop_that_is_not_registered_has_tax_but_no_cgst(shop: Shop) -> None:
    trade(shop)
    shop.settings(gst_mode="none", gstin=None)
    (row,) = [row for row in read(shop, "tax", "rate").named() if row["tax_rate"] == 5]
    assert row["cgst_amount"] > 0, "bills keep the mode in which they were made"


def test_the_numbers_of_the_papers_are_told_with_those_cancelled(traded: Shop) -> None:
    bills, notes = read(traded, "tax", "documents").named()
    numbers = sorted(row.bill_number for row in traded.rows(Sale))
    assert (bills["from_number"], bills["to_number"]) == (numbers[0], numbers[-1])
    assert (bills["documents_count"], bills["cancelled_count"], bills["net_count"]) == (5, 1, 4)
    assert (notes["kind"], notes["documents_count"]) == ("CREDIT_NOTE", 2)


def test_the_summary_for_gstr1_ties_to_the_reports_it_is_made_of(traded: Shop) -> None:
    rows = read(traded, "tax", "gstr1").named()
    by_section: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_section[row["section"]].append(row)
    assert list(by_section) == ["7", "8", "9B", "12", "13"]
    amounts = ("taxable", "cgst_amount", "sgst_amount", "tax_amount")
    rates = {row["tax_rate"]: row for row in read(traded, "tax", "rate").named()}
    *taxed, all_taxed = by_section["7"]
    (nil,) = by_section["8"]
    assert [row["tax_rate"] for row in (nil, *taxed)] == sorted(rates)
    for row in (nil, *taxed):
        assert [row[name] for name in amounts] == [rates[row["tax_rate"]][name] for name in amounts]
    hsn = read(traded, "tax", "hsn")
    *goods, all_goods = by_section["12"]
    for row, told in zip(goods, hsn.named(), strict=True):
        names = ("unit", "tax_rate", "quantity", *amounts)
        assert [row[name] for name in names] == [told[name] for name in names]
        assert row["what"] == (told["hsn_code"] or "Without HSN")
    for name in amounts:
        assert all_goods[name] == hsn.named_totals()[name] == all_taxed[name] + nil[name]


def test_the_summary_for_gstr1_tells_the_credit_notes_and_the_papers(traded: Shop) -> None:
    rows = read(traded, "tax", "gstr1").named()
    (notes,) = [row for row in rows if row["section"] == "9B"]
    made = traded.rows(CreditNote)
    assert (notes["net_count"], notes["taxable"]) == (len(made), sum(note.taxable for note in made))
    assert notes["tax_amount"] == sum(note.tax_amount for note in made) == notes["cgst_amount"] + notes["sgst_amount"]
    names = ("from_number", "to_number", "documents_count", "cancelled_count", "net_count")
    *papers, all_papers = [row for row in rows if row["section"] == "13"]
    told = read(traded, "tax", "documents")
    assert [[row[name] for name in names] for row in papers] == [[row[name] for name in names] for row in told.named()]
    assert {name: all_papers[name] for name in names[2:]} == told.named_totals()
    assert read(traded, "tax", "gstr1").named_totals() == {}


@pytest.mark.parametrize(("name", "view"), [(name, view) for name, views in VIEWS.items() for view in views])
def test_an_empty_shop_has_every_report_and_nothing_in_it(shop: Shop, name: str, view: str) -> None:
    table = report(shop.asha, name, view, None, None)
    assert list(table.rows) == []
    assert not any(table.totals or [])


def test_reports_are_the_owners_alone(shop: Shop) -> None:
    for person in (shop.ben, shop.devi):
        with pytest.raises(Forbidden):
            report(person, "sales", "day", None, None)


def test_what_is_not_there_or_makes_no_sense_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        report(shop.asha, "sales", "moon", None, None)
    with pytest.raises(NotFound):
        report(shop.asha, "weather", None, None, None)
    with pytest.raises(Invalid, match="after the last"):
        report(shop.asha, "sales", "day", LAST, FIRST)


@pytest.mark.parametrize("name", VIEWS)
def test_a_report_takes_few_queries_however_much_was_sold(traded: Shop, count_queries: Any, name: str) -> None:
    for view in VIEWS[name]:
        read(traded, name, view)  # what is over is summed
        with count_queries() as seen:
            read(traded, name, view)
        assert len(seen) <= 14, (view, seen)
