"""Taking goods back: a credit note, never more than was sold, and all parts add up to the bill (DESIGN.md 6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from pos.catalog.models import Product
from pos.core.errors import Forbidden, Invalid, KeyReused, Refused
from pos.customers.khata import take_credit_payment
from pos.customers.models import Customer
from pos.reports import books
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import Payment, SaleItem
from pos.sales.pricing import BillDiscount
from pos.sales.returning import ReturnLine, return_items
from pos.sales.returns_and_drawer import CreditNote, CreditNoteItem
from pos.sales.voiding import void_sale
from tests.shop import Shop


def bill(shop: Shop, product: UUID, quantity: str = "3", paid: str = "1000", **values: object) -> tuple[UUID, UUID]:
    """A bill of one line: its id and the line's."""
    tenders = (Tender("CASH", Decimal(paid)),) if Decimal(paid) else ()
    checkout = Checkout((CheckoutLine(product, Decimal(quantity)),), tenders, **values)  # type: ignore[arg-type]
    sale_id = complete_sale(shop.ben, checkout).sale_id
    return sale_id, shop.rows(SaleItem, sale_id=sale_id)[0].id


def back(shop: Shop, sale: UUID, item: UUID, quantity: str = "1", to: str = "CASH", **values: object) -> Any:
    line = ReturnLine(item, Decimal(quantity), bool(values.pop("fit", True)))
    done = return_items(shop.ben, sale, [line], refund_to=to, reason="torn", **values)  # type: ignore[arg-type]
    return shop.row(CreditNote, done.credit_note_id)


def test_goods_come_back_to_the_shelf_and_the_money_to_the_customer(shop: Shop) -> None:
    tea = shop.product(price="100", stock="5")
    sale, item = bill(shop, tea)
    note = back(shop, sale, item, "2")
    assert (note.note_number[-7:], note.total_amount, note.refund_amount) == ("-000001", 210, 210)
    assert shop.row(Product, tea).stock_quantity == 4
    assert [(p.method, p.amount) for p in shop.rows(Payment, kind="REFUND")] == [("CASH", 210)]
    assert list(books.differences()) == []


def test_spoiled_goods_do_not_go_back_on_the_shelf(shop: Shop) -> None:
    tea = shop.product(price="100", stock="5")
    sale, item = bill(shop, tea)
    back(shop, sale, item, "1", fit=False)
    assert shop.row(Product, tea).stock_quantity == 2
    assert [i.fit_for_sale for i in shop.rows(CreditNoteItem)] == [False]


@pytest.mark.parametrize("gst", ["none", "regular"])
def test_parts_returned_one_by_one_add_up_to_the_bill(shop: Shop, gst: str) -> None:
    shop.settings(gst_mode=gst, gstin="27AAPFU0939F1ZV", round_to_rupee=True, prices_include_tax=True)
    dal = shop.product("Dal", "33.33", "50", unit="kg", tax_rate=Decimal(5))
    sale, item = bill(shop, dal, "0.999", bill_discount=BillDiscount(percent=Decimal(7)))
    total = sum((back(shop, sale, item, part).total_amount for part in ("0.333", "0.001", "0.665")), Decimal(0))
    assert total == 31
    assert list(books.differences()) == []


def test_more_than_was_sold_never_comes_back(shop: Shop) -> None:
    sale, item = bill(shop, shop.product(price="100"))
    back(shop, sale, item, "2")
    with pytest.raises(Refused, match=r"Only 1 of Tea 250 g can come back\."):
        back(shop, sale, item, "2")


def test_what_was_bought_on_credit_comes_off_the_khata(shop: Shop) -> None:
    tea, chitra = shop.product(price="100"), shop.customer()
    sale, item = bill(shop, tea, paid="0", customer_id=chitra)
    note = back(shop, sale, item, "1")
    assert (note.refund_amount, note.credit_reversed) == (0, 105)
    assert shop.row(Customer, chitra).credit_balance == 210
    assert list(books.differences()) == []


def test_money_is_given_back_as_far_as_money_was_paid(shop: Shop) -> None:
    tea, chitra = shop.product(price="100"), shop.customer()
    sale, item = bill(shop, tea, paid="50", customer_id=chitra)
    note = back(shop, sale, item, "1", to="UPI")
    assert (note.refund_amount, note.credit_reversed) == (50, 55)
    assert shop.row(Customer, chitra).credit_balance == 210


def test_the_khata_takes_the_refund_when_asked_to(shop: Shop) -> None:
    tea, chitra = shop.product(price="100"), shop.customer()
    bill(shop, tea, "2", paid="0", customer_id=chitra)
    sale, item = bill(shop, tea, "1", paid="105", customer_id=chitra)
    note = back(shop, sale, item, "1", to="KHATA")
    assert (note.refund_amount, note.credit_reversed) == (0, 105)
    assert shop.row(Customer, chitra).credit_balance == 105


def test_credit_that_was_repaid_is_refunded_in_cash(shop: Shop) -> None:
    tea, chitra = shop.product(price="100"), shop.customer()
    sale, item = bill(shop, tea, "1", paid="0", customer_id=chitra)
    take_credit_payment(shop.ben, chitra, amount="105", method="UPI")
    note = back(shop, sale, item, "1", to="KHATA")
    assert (note.refund_amount, note.credit_reversed) == (105, 0)
    assert list(books.differences()) == []


def test_the_same_key_returns_once(shop: Shop) -> None:
    tea = shop.product(price="100", stock="5")
    sale, item = bill(shop, tea)
    first, again = back(shop, sale, item, "1", key="r"), back(shop, sale, item, "1.000", key="r")
    assert (again.id, shop.row(Product, tea).stock_quantity) == (first.id, 3)
    with pytest.raises(KeyReused):
        back(shop, sale, item, "2", key="r")


def test_points_go_back_in_proportion(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    tea, chitra = shop.product(price="1000"), shop.customer()
    sale, item = bill(shop, tea, paid="4000", customer_id=chitra)
    assert shop.row(Customer, chitra).loyalty_points == 31
    back(shop, sale, item, "1")
    assert shop.row(Customer, chitra).loyalty_points == 21
    back(shop, sale, item, "2")
    customer = shop.row(Customer, chitra)
    assert (customer.loyalty_points, customer.total_spent) == (0, 0)


def test_a_voided_bill_gives_nothing_back(shop: Shop) -> None:
    sale, item = bill(shop, shop.product())
    void_sale(shop.asha, sale, "mistake")
    with pytest.raises(Refused, match="voided"):
        back(shop, sale, item)


def test_a_bill_with_returns_is_not_voided(shop: Shop) -> None:
    sale, item = bill(shop, shop.product())
    back(shop, sale, item)
    with pytest.raises(Refused, match="Return the rest"):
        void_sale(shop.asha, sale, "mistake")


def test_nonsense_is_told_at_once(shop: Shop) -> None:
    sale, _item = bill(shop, shop.product())
    with pytest.raises(Invalid) as refused:
        return_items(shop.ben, sale, [], refund_to="GOLD", reason=" ")
    assert [p.field for p in refused.value.problems] == ["items", "refund_to", "reason"]


def test_staff_take_nothing_back(shop: Shop) -> None:
    sale, item = bill(shop, shop.product())
    with pytest.raises(Forbidden):
        return_items(shop.devi, sale, [ReturnLine(item, Decimal(1))], refund_to="CASH", reason="torn")
