"""Reading a bill with everything it shows, its heading, and its page."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from pos.core import clock
from pos.core.errors import NotFound
from pos.customers import khata
from pos.sales.bills import bill, find_by_number
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.heading import heading
from pos.sales.pricing import BillDiscount, Terms
from pos.sales.voiding import void_sale
from tests.sales.paper import GOODS, GSTIN, priced_bill
from tests.sales.selling import sold, tea_sold
from tests.shop import Shop


def test_a_bill_says_what_was_sold_by_whom_to_whom_and_how_it_was_paid(shop: Shop) -> None:
    chitra, salt = shop.customer(), shop.product("Tata Salt 1kg", "22.00", mrp=Decimal(28))
    soap = shop.product("Soap", "12.00")
    lines = (CheckoutLine(salt, Decimal(2)), CheckoutLine(soap, Decimal(5), discount=Decimal(2)))
    tenders = (Tender("UPI", Decimal(20), "T123"), Tender("CASH", Decimal(30)))
    done = complete_sale(shop.ben, Checkout(lines, tenders, chitra))
    shown = bill(done.sale_id)
    assert [(line.product_name, line.quantity, line.gross) for line in shown.lines] == [
        ("Tata Salt 1kg", Decimal(2), Decimal(44)), ("Soap", Decimal(5), Decimal(60)),
    ]  # fmt: skip
    assert (shown.subtotal, shown.discount_amount, shown.tax_amount, shown.total) == (
        Decimal(104), Decimal(10), Decimal("4.70"), Decimal("98.70"),
    )  # fmt: skip
    assert (shown.goods, shown.line_discount) == (Decimal(104), Decimal(10))
    assert sorted((paid.method, paid.amount, paid.reference) for paid in shown.payments) == [
        ("CASH", Decimal(30), None), ("UPI", Decimal(20), "T123"),
    ]  # fmt: skip
    assert (shown.cashier, shown.store.store_name) == ("Ben Thomas", "Asha Kirana")
    assert shown.customer is not None
    assert (shown.customer.name, shown.customer.balance_after) == ("Chitra Rao", Decimal("48.70"))
    assert (shown.credit, shown.due) == (Decimal("48.70"), Decimal("48.70"))


def test_a_bill_takes_five_queries_however_long_it_is(shop: Shop, count_queries) -> None:
    goods = [(shop.product(f"Thing {number}"), "1") for number in range(30)]
    short, long = tea_sold(shop, customer_id=shop.customer()), sold(shop, *goods)
    for sale_id, most in ((short, 5), (long, 4)):
        with count_queries() as seen:
            bill(sale_id)
        assert len(seen) <= most


def test_the_balance_is_the_one_right_after_the_bill_not_todays(shop: Shop) -> None:
    chitra, tea = shop.customer(), shop.product(price="100")
    with clock.frozen(datetime(2026, 11, 1, 6, tzinfo=UTC)):
        first = sold(shop, (tea, "1"), paid="0", customer_id=chitra)
    with clock.frozen(datetime(2026, 11, 2, 6, tzinfo=UTC)):
        paid_at_once = sold(shop, (tea, "1"), paid="105", customer_id=chitra)
    with clock.frozen(datetime(2026, 11, 3, 6, tzinfo=UTC)):
        second = sold(shop, (tea, "2"), paid="0", customer_id=chitra)
    balances = [bill(sale_id).customer.balance_after for sale_id in (first, paid_at_once, second)]  # type: ignore[union-attr]
    assert balances == [Decimal(105), Decimal(105), Decimal(315)]


def test_nothing_is_due_of_a_bill_once_the_khata_is_settled(shop: Shop) -> None:
    chitra, tea = shop.customer(), shop.product(price="100")
    sale_id = sold(shop, (tea, "1"), paid="0", customer_id=chitra)
    assert bill(sale_id).due == 105
    khata.take_credit_payment(shop.ben, chitra, amount="100", method="CASH")
    assert bill(sale_id).due == 5
    assert bill(sale_id).credit == 105


def test_nothing_is_due_of_a_void_bill(shop: Shop) -> None:
    sale_id = tea_sold(shop, paid="0", customer_id=shop.customer())
    void_sale(shop.asha, sale_id, "Wrong customer")
    shown = bill(sale_id)
    assert shown.voided
    assert (shown.due, shown.void_reason, shown.voided_by) == (Decimal(0), "Wrong customer", "Asha Patil")


def test_a_bill_is_found_by_its_number_however_it_is_typed(shop: Shop) -> None:
    sale_id = tea_sold(shop)
    number = bill(sale_id).number
    assert find_by_number(f" {number.lower()} ") == sale_id
    assert find_by_number("BILL-1999-000001") is None


def test_a_bill_that_is_not_there_is_said_to_be_so(shop: Shop) -> None:
    with pytest.raises(NotFound):
        bill(uuid4())
    assert shop.client("ben").get(f"/sales/{uuid4()}").status_code == 404


@pytest.mark.parametrize("include", [False, True])
def test_the_tax_and_hsn_summaries_add_up_to_the_bill(include: bool) -> None:
    shown = priced_bill(terms=Terms("regular", include), discount=BillDiscount(percent=Decimal(7)))
    assert sum(row.tax for row in shown.rates) == sum(row.tax for row in shown.hsn) == shown.tax_amount
    assert sum(row.taxable for row in shown.hsn) == sum(line.taxable for line in shown.lines)
    for rows in (shown.rates, shown.hsn):
        assert all(row.cgst == row.sgst and row.cgst + row.sgst == row.tax for row in rows)
    assert [row.rate for row in shown.rates] == [0, 5, 18]


def test_there_is_no_hsn_summary_without_gst_or_without_codes() -> None:
    assert priced_bill(terms=Terms("composition")).hsn == []
    nameless = [(*good[:6], None) for good in GOODS]
    assert priced_bill(nameless, terms=Terms("regular")).hsn == []


@pytest.mark.parametrize(
    ("mode", "places", "title"),
    [
        ("none", [0, 1], "Bill"),
        ("composition", [0, 1], "Bill of supply"),
        ("regular", [1, 2], "Tax invoice"),
        ("regular", [0], "Bill of supply"),
        ("regular", [0, 1], "Invoice-cum-bill of supply"),
    ],
)
def test_a_bill_is_headed_as_the_law_wants(app, mode: str, places: list[int], title: str) -> None:
    with app.test_request_context():
        headed = heading(priced_bill([GOODS[place] for place in places], terms=Terms(mode)))
    assert headed.title == title
    assert (headed.declaration is not None) == (mode == "composition")


def test_the_page_of_a_bill_shows_lines_amounts_payments_and_prints_every_size(shop: Shop) -> None:
    shop.settings(gst_mode="regular", gstin=GSTIN)
    tea = shop.product("Tea & <Biscuits>", "50", mrp=Decimal(60), hsn_code="0902", tax_rate=Decimal(18))
    sale_id = sold(shop, (tea, "2"), paid="200", customer_id=shop.customer())
    page = shop.client("ben").get(f"/sales/{sale_id}").text
    for told in ("Tea &amp; &lt;Biscuits&gt;", "₹118.00", "₹82.00", "CGST 9%", "HSN 0902", "Chitra Rao", "Ben Thomas"):
        assert told in page
    for size in ("80mm", "58mm", "a4", "a5"):
        assert f'value="{size}"' in page


def test_the_page_of_a_bill_takes_few_queries(shop: Shop, count_queries) -> None:
    sale_id, client = tea_sold(shop, customer_id=shop.customer()), shop.client("ben")
    client.get(f"/sales/{sale_id}")
    with count_queries() as seen:
        client.get(f"/sales/{sale_id}")
    assert len(seen) <= 14


@pytest.mark.parametrize("where", ["", "/receipt", "/receipt?format=pdf"])
def test_staff_and_strangers_do_not_see_bills(shop: Shop, where: str) -> None:
    sale_id = tea_sold(shop)
    assert shop.client("devi").get(f"/sales/{sale_id}{where}").status_code == 403
    assert shop.client().get(f"/sales/{sale_id}{where}").status_code == 303
