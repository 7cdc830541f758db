"""What a customer bought, what they buy most, and their bill as a message."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from pos.core.ids import uuid7
from pos.sales import bills, bought
from pos.sales.sending import bill_draft
from pos.sales.voiding import void_sale
from tests.sales.selling import sold
from tests.shop import Shop


def test_the_goods_on_most_bills_come_first_and_voids_do_not_count(shop: Shop) -> None:
    chitra, other = shop.customer(), shop.customer("Else", "9000000000")
    tea, rice = shop.product("Tea"), shop.product("Rice", unit="kg")
    sold(shop, (tea, "2"), (rice, "0.5"), customer_id=chitra)
    sold(shop, (tea, "1"), customer_id=chitra)
    sold(shop, (rice, "9"), customer_id=other)
    for _time in range(3):
        void_sale(shop.asha, sold(shop, (rice, "1"), customer_id=chitra), "Wrong")
    told = [(row.name, row.bills, row.quantity) for row in bought.bought_most(chitra)]
    assert told == [("Tea", 2, Decimal(3)), ("Rice", 1, Decimal("0.5"))]
    page = bought.bills_of(chitra)
    assert (page.total, [row.lines for row in page.rows][-1], page.rows[0].payment_status) == (5, 2, "VOIDED")


def test_the_page_shows_the_bills_and_what_is_bought_most(shop: Shop, count_queries: Any) -> None:
    chitra, client = shop.customer(), shop.client("ben")
    assert "Nothing bought yet." in client.get(f"/customers/{chitra}/purchases").text
    for number in range(22):
        sale = sold(shop, (shop.product(f"Tea {number % 3}"), "1"), customer_id=chitra)
    with count_queries() as seen:
        page = client.get(f"/customers/{chitra}/purchases").text
    assert len(seen) <= 8, seen
    assert f"/sales/{sale}" in page
    assert "Page 1 of 2" in page
    assert client.get(f"/customers/{uuid7()}/purchases").status_code == 404


def test_a_bill_is_sent_with_its_lines_and_a_link_for_what_is_owed(shop: Shop) -> None:
    shop.settings(upi_id="asha@okaxis", tax_rate="0")
    chitra = shop.customer("Chitra Rao", "+91 98765 43210", language="hi")
    sale = sold(shop, (shop.product("Tea", "50"), "2"), paid="40", customer_id=chitra)
    found = bill_draft(bills.bill(sale))
    number = bills.bill(sale).number
    for shown in ("Asha Kirana", number, "Tea: 2 pcs × ₹50.00 = ₹100.00", "₹100.00", "₹60.00", "am=60.00"):
        assert shown in found.text
    assert found.whatsapp.startswith("https://wa.me/919876543210?text=")
    page = shop.client("ben").get(f"/sales/{sale}").text
    assert "https://wa.me/919876543210?text=" in page
    assert "sms:+919876543210?body=" in page


def test_a_bill_of_nobody_goes_to_whom_one_chooses_and_a_long_one_is_cut(shop: Shop) -> None:
    sale = sold(shop, *((shop.product(f"Tea {number}", "1"), "1") for number in range(14)))
    found = bill_draft(bills.bill(sale))
    assert found.whatsapp.startswith("https://wa.me/?text=")
    assert found.sms is None
    assert "Tea 11" in found.text
    assert "Tea 12" not in found.text
    assert "and 2 more" in unquote(found.whatsapp)


def test_a_void_bill_says_so_and_asks_for_nothing(shop: Shop) -> None:
    shop.settings(upi_id="asha@okaxis")
    sale = sold(shop, (shop.product(), "1"), paid="0", customer_id=shop.customer())
    void_sale(shop.asha, sale, "Wrong")
    text = bill_draft(bills.bill(sale)).text
    assert "This bill is void." in text
    assert "upi://" not in text
