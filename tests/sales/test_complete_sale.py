"""Completing a sale: one bill, once, whole or not at all (PLAN.md 5.1)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from pos.catalog.models import Product, StockMovement
from pos.core import audit, clock
from pos.core.errors import Forbidden, Invalid, KeyReused, NotFound, PosError, Refused
from pos.core.numbering import BillCounter
from pos.customers.models import CreditTransaction, Customer
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import Payment, Sale, SaleItem
from pos.sales.pricing import BillDiscount
from tests.shop import Shop


def line(product: UUID, quantity: str = "1", **values: Any) -> CheckoutLine:
    return CheckoutLine(product, Decimal(quantity), **values)


def cash(amount: str) -> tuple[Tender, ...]:
    return (Tender("CASH", Decimal(amount)),)


def sell(
    shop: Shop, *lines: CheckoutLine, tenders: tuple[Tender, ...] = (), key: str | None = None, **values: Any
) -> Any:
    done = complete_sale(shop.ben, Checkout(lines, tenders, **values), key)
    return shop.row(Sale, done.sale_id)


def codes(error: PosError) -> list[str]:
    return [problem.code for problem in error.problems]


def test_the_plans_own_example_comes_to_98_70(shop: Shop) -> None:
    salt = shop.product("Tata Salt 1kg", "22.00", "45")
    soap = shop.product("Soap", "12.00", "45")
    sale = sell(shop, line(salt, "2"), line(soap, "5", discount=Decimal(2)), tenders=cash("100.00"))
    assert (sale.subtotal, sale.discount_amount, sale.tax_amount) == (Decimal("104.00"), Decimal(10), Decimal("4.70"))
    assert (sale.total_amount, sale.amount_paid) == (Decimal("98.70"), Decimal("98.70"))
    assert (sale.amount_tendered, sale.change_due) == (Decimal(100), Decimal("1.30"))
    assert (sale.payment_method, sale.payment_status) == ("CASH", "PAID")


def test_a_bill_freezes_names_prices_and_costs_onto_its_lines(shop: Shop) -> None:
    tea = shop.product("Tea", "50", mrp=Decimal(60), cost_price=Decimal(41), hsn_code="0902", tax_rate=Decimal(18))
    sale = sell(shop, line(tea, "2"), tenders=cash("118"))
    (item,) = shop.rows(SaleItem, sale_id=sale.id)
    assert (item.product_name, item.unit_price, item.mrp, item.cost_price) == ("Tea", 50, 60, 41)
    assert (item.hsn_code, item.tax_rate, item.taxable, item.tax) == ("0902", 18, 100, 18)


def test_the_stock_goes_down_with_a_movement_that_names_the_bill(shop: Shop) -> None:
    tea = shop.product(stock="10")
    sale = sell(shop, line(tea, "3"), tenders=cash("100"))
    assert shop.row(Product, tea).stock_quantity == 7
    movement = shop.rows(StockMovement, movement_type="SALE")[0]
    assert (movement.quantity_change, movement.stock_before, movement.stock_after) == (-3, 10, 7)
    assert (movement.reference_id, movement.notes) == (sale.id, f"Sale {sale.bill_number}")


def test_the_same_product_on_two_lines_takes_the_stock_of_both(shop: Shop) -> None:
    tea = shop.product(stock="5")
    with pytest.raises(Refused) as refused:
        sell(shop, line(tea, "3"), line(tea, "3"), tenders=cash("100"))
    assert "Available: 5, Required: 6" in refused.value.message
    sell(shop, line(tea, "3"), line(tea, "2"), tenders=cash("100"))
    assert shop.row(Product, tea).stock_quantity == 0


def test_numbers_are_consecutive_and_start_again_each_year(shop: Shop) -> None:
    tea = shop.product()
    with clock.frozen(_moment("2026-12-31T18:00:00+00:00")):
        numbers = [sell(shop, line(tea), tenders=cash("20")).bill_number for _n in range(2)]
    with clock.frozen(_moment("2026-12-31T18:45:00+00:00")):
        # 00:15 on 1 January in the store, still the old year in UTC.
        numbers.append(sell(shop, line(tea), tenders=cash("20")).bill_number)
    assert numbers == ["BILL-2026-000001", "BILL-2026-000002", "BILL-2027-000001"]


def test_a_clock_that_goes_back_to_a_finished_year_stops_the_billing(shop: Shop) -> None:
    tea = shop.product()
    with clock.frozen(_moment("2027-01-02T06:00:00+00:00")):
        sell(shop, line(tea), tenders=cash("20"))
    with clock.frozen(_moment("2026-12-30T06:00:00+00:00")), pytest.raises(Refused) as refused:
        sell(shop, line(tea), tenders=cash("20"))
    assert refused.value.code == "CLOCK_WENT_BACK"


def test_a_financial_year_counts_from_april(shop: Shop) -> None:
    shop.settings(bill_year_start_month=4)
    tea = shop.product()
    with clock.frozen(_moment("2027-03-31T06:00:00+00:00")):
        assert sell(shop, line(tea), tenders=cash("20")).bill_number == "BILL-2026-000001"
    with clock.frozen(_moment("2027-04-01T06:00:00+00:00")):
        assert sell(shop, line(tea), tenders=cash("20")).bill_number == "BILL-2027-000001"


def test_a_refused_sale_uses_up_no_number_no_stock_and_no_key(shop: Shop) -> None:
    tea = shop.product(stock="1")
    with pytest.raises(Refused):
        sell(shop, line(tea, "2"), tenders=cash("50"), key="a")
    assert shop.rows(BillCounter) == []
    sale = sell(shop, line(tea), tenders=cash("50"), key="a")
    assert sale.bill_number.endswith("-000001")


def test_the_same_key_gives_the_same_bill_again(shop: Shop) -> None:
    tea = shop.product(stock="10")
    checkout = Checkout((line(tea),), cash("20"))
    first = complete_sale(shop.ben, checkout, "k")
    again = complete_sale(shop.ben, Checkout((line(tea, "1.000"),), cash("20.00")), "k")
    assert (again.sale_id, again.replayed, first.replayed) == (first.sale_id, True, False)
    assert shop.row(Product, tea).stock_quantity == 9


def test_the_same_key_with_another_bill_is_refused(shop: Shop) -> None:
    tea = shop.product()
    sell(shop, line(tea), tenders=cash("20"), key="k")
    with pytest.raises(KeyReused):
        sell(shop, line(tea, "2"), tenders=cash("40"), key="k")


def test_every_problem_of_a_bill_is_told_at_once(shop: Shop) -> None:
    tea, rice = shop.product("Tea", stock="1"), shop.product("Rice", stock="2")
    gone = shop.product("Old soap", status="discontinued")
    with pytest.raises(Refused) as refused:
        sell(shop, line(tea, "2"), line(rice, "3"), line(gone), tenders=cash("1"))
    assert codes(refused.value) == [
        "PRODUCT_NOT_FOR_SALE",
        "INSUFFICIENT_STOCK",
        "INSUFFICIENT_STOCK",
        "CUSTOMER_REQUIRED",
    ]
    assert "Insufficient stock for Tea. Available: 1, Required: 2" in refused.value.message


def test_unknown_products_and_customers_are_named(shop: Shop) -> None:
    stranger = uuid4()
    with pytest.raises(NotFound) as missing:
        sell(shop, line(stranger), tenders=cash("1"), customer_id=stranger)
    assert missing.value.message.startswith(f"Product {stranger} not found")
    assert codes(missing.value) == ["PRODUCT_NOT_FOUND", "CUSTOMER_NOT_FOUND"]


def test_a_bill_without_lines_is_refused(shop: Shop) -> None:
    with pytest.raises(Invalid, match="At least one item required"):
        sell(shop, tenders=cash("1"))


def test_a_short_payment_without_a_customer_is_refused(shop: Shop) -> None:
    with pytest.raises(Invalid, match="Customer required for credit sales"):
        sell(shop, line(shop.product()), tenders=cash("1"))


def test_a_short_payment_with_a_customer_goes_on_the_khata(shop: Shop) -> None:
    tea, chitra = shop.product(price="100"), shop.customer()
    sale = sell(shop, line(tea), tenders=cash("60"), customer_id=chitra)
    assert (sale.payment_status, sale.amount_paid, sale.credit_amount) == ("PARTIAL", 60, 45)
    entry = shop.rows(CreditTransaction)[0]
    assert (entry.transaction_type, entry.amount, entry.balance_before, entry.balance_after) == (
        "CREDIT_TAKEN",
        45,
        0,
        45,
    )
    customer = shop.row(Customer, chitra)
    assert (customer.credit_balance, customer.total_purchases, customer.total_spent) == (45, 1, 105)


def test_nothing_paid_is_a_credit_sale(shop: Shop) -> None:
    sale = sell(shop, line(shop.product(price="100")), customer_id=shop.customer())
    assert (sale.payment_method, sale.payment_status, sale.credit_amount) == ("CREDIT", "CREDIT", 105)
    assert shop.rows(Payment) == []


def test_credit_up_to_the_limit_is_given_and_a_paisa_more_is_not(shop: Shop) -> None:
    tea, chitra = shop.product(price="0.10", tax_rate=Decimal(0)), shop.customer(credit_limit=Decimal("0.30"))
    sell(shop, line(tea, "2"), customer_id=chitra)
    sell(shop, line(tea, "1"), customer_id=chitra)
    with pytest.raises(Refused) as refused:
        sell(shop, line(tea, "1"), customer_id=chitra)
    sentence = "Credit limit exceeded. Limit: ₹0.30, Current: ₹0.30, New: ₹0.10, Would be: ₹0.40"
    assert (refused.value.message, refused.value.code) == (sentence, "CREDIT_LIMIT_EXCEEDED")


@pytest.mark.parametrize("status", ["blocked", "inactive"])
def test_who_is_blocked_or_inactive_pays_in_full(shop: Shop, status: str) -> None:
    tea, customer = shop.product(price="100"), shop.customer(status=status)
    with pytest.raises(Refused, match=status):
        sell(shop, line(tea), tenders=cash("50"), customer_id=customer)
    assert sell(shop, line(tea), tenders=cash("105"), customer_id=customer).payment_status == "PAID"


def test_a_bill_can_be_split_over_cash_upi_and_khata(shop: Shop) -> None:
    tenders = (Tender("UPI", Decimal(40), "T1"), Tender("CASH", Decimal(30)))
    sale = sell(shop, line(shop.product(price="100")), tenders=tenders, customer_id=shop.customer())
    assert (sale.payment_method, sale.amount_paid, sale.credit_amount) == ("PARTIAL", 70, 35)
    assert {(p.method, p.amount, p.reference) for p in shop.rows(Payment)} == {("CASH", 30, None), ("UPI", 40, "T1")}


def test_two_ways_of_paying_in_full_make_a_mixed_bill_with_change_from_the_cash(shop: Shop) -> None:
    tenders = (Tender("CASH", Decimal(100)), Tender("UPI", Decimal(40)))
    sale = sell(shop, line(shop.product(price="100")), tenders=tenders)
    assert (sale.payment_method, sale.payment_status, sale.change_due) == ("MIXED", "PAID", 35)
    assert {(p.method, p.amount, p.tendered) for p in shop.rows(Payment)} == {("CASH", 65, 100), ("UPI", 40, 40)}


def test_change_is_given_on_cash_alone(shop: Shop) -> None:
    with pytest.raises(Invalid) as refused:
        sell(shop, line(shop.product(price="100")), tenders=(Tender("CARD", Decimal(200)),))
    assert refused.value.code == "CHANGE_ON_CASH_ONLY"


def test_a_price_that_changed_since_it_was_shown_is_told(shop: Shop) -> None:
    tea = shop.product(price="12.50")
    with pytest.raises(Refused) as refused:
        sell(shop, line(tea, shown_price=Decimal("12.00")), tenders=cash("20"))
    assert codes(refused.value) == ["PRICE_CHANGED"]
    assert "from ₹12.00 to ₹12.50" in refused.value.message


def test_a_total_that_changed_since_it_was_shown_is_told(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        sell(shop, line(shop.product()), tenders=cash("20"), shown_total=Decimal("12.50"))
    assert codes(refused.value) == ["PRICE_CHANGED"]


def test_a_discount_above_the_price_is_refused(shop: Shop) -> None:
    with pytest.raises(Invalid) as refused:
        sell(shop, line(shop.product(price="10"), discount=Decimal(11)), tenders=cash("20"))
    assert codes(refused.value) == ["DISCOUNT_TOO_LARGE"]


def test_a_bill_given_away_is_paid(shop: Shop) -> None:
    sale = sell(shop, line(shop.product()), bill_discount=BillDiscount(percent=Decimal(100)))
    assert (sale.total_amount, sale.payment_status, sale.payment_method) == (0, "PAID", "CASH")


def test_twenty_rupees_worth_of_dal_costs_twenty_rupees(shop: Shop) -> None:
    dal = shop.product("Chana Dal (loose)", "86", "5", unit="kg", tax_rate=Decimal(0))
    sale = sell(shop, line(dal, "0.233", amount=Decimal(20)), tenders=cash("20"))
    (item,) = shop.rows(SaleItem)
    assert (sale.total_amount, item.gross, item.quantity, item.sold_by_amount) == (20, 20, Decimal("0.233"), True)
    assert shop.row(Product, dal).stock_quantity == Decimal("4.767")


def test_half_a_soap_is_not_sold(shop: Shop) -> None:
    with pytest.raises(Invalid, match="whole numbers"):
        sell(shop, line(shop.product("Soap"), "0.5"), tenders=cash("20"))


def test_more_than_500_lines_are_refused(shop: Shop) -> None:
    tea = shop.product()
    with pytest.raises(Invalid) as refused:
        sell(shop, *[line(tea)] * 501, tenders=cash("20"))
    assert refused.value.code == "TOO_MANY_LINES"


def test_points_are_earned_and_redeemed_before_tax(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    tea, chitra = shop.product(price="200"), shop.customer(loyalty_points=30)
    sale = sell(shop, line(tea), tenders=cash("500"), customer_id=chitra, points_to_redeem=30)
    assert (sale.total_amount, sale.points_redeemed, sale.points_earned) == (Decimal("178.50"), 30, 1)
    assert shop.row(Customer, chitra).loyalty_points == 1


def test_fewer_points_than_none_cannot_be_redeemed(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    with pytest.raises(Refused) as refused:
        sell(shop, line(shop.product()), customer_id=shop.customer(loyalty_points=9), points_to_redeem=-3)
    assert codes(refused.value) == ["NO_POINTS"]


def test_more_points_than_there_are_cannot_be_redeemed(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    with pytest.raises(Refused) as refused:
        sell(shop, line(shop.product()), customer_id=shop.customer(), points_to_redeem=1)
    assert codes(refused.value) == ["NOT_ENOUGH_POINTS"]


def test_a_gst_bill_splits_its_tax_in_equal_halves(shop: Shop) -> None:
    shop.settings(gst_mode="regular", gstin="27AAPFU0939F1ZV", prices_include_tax=True)
    sale = sell(shop, line(shop.product(price="105", tax_rate=Decimal(5))), tenders=cash("105"))
    assert (sale.subtotal, sale.tax_amount, sale.total_amount) == (100, 5, 105)


def test_staff_do_not_sell(shop: Shop) -> None:
    with pytest.raises(Forbidden):
        complete_sale(shop.devi, Checkout((line(shop.product()),), cash("20")))


def test_the_audit_log_names_who_sold_what(shop: Shop) -> None:
    sale = sell(shop, line(shop.product()), tenders=cash("20"))
    (entry,) = shop.rows(audit.AuditEntry, action="sale.completed")
    assert (entry.actor_name, entry.subject_id) == ("Ben Thomas", str(sale.id))
    assert list(audit.broken_links()) == []


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
