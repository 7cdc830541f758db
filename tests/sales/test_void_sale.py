"""Voiding a bill: the owner undoes all that it did, with a reason, once (DESIGN.md 6)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from pos.catalog.models import Product, StockMovement
from pos.core.errors import Forbidden, Invalid, NotFound
from pos.customers.khata import take_credit_payment
from pos.customers.models import CreditTransaction, Customer
from pos.reports import books
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import Payment, Sale
from pos.sales.voiding import void_sale
from tests.shop import Shop


def credit_bill(shop: Shop, paid: str = "60") -> tuple[UUID, UUID, UUID]:
    """A bill of 105 rupees: so much in cash, the rest on Chitra's khata."""
    tea, chitra = shop.product(price="100", stock="5"), shop.customer()
    checkout = Checkout((CheckoutLine(tea, Decimal(1)),), (Tender("CASH", Decimal(paid)),), chitra)
    return complete_sale(shop.ben, checkout).sale_id, tea, chitra


def test_goods_money_credit_and_totals_come_back(shop: Shop) -> None:
    sale_id, tea, chitra = credit_bill(shop)
    done = void_sale(shop.asha, sale_id, "wrong customer")
    sale = shop.row(Sale, sale_id)
    assert (sale.payment_status, sale.void_reason, sale.voided_by) == ("VOIDED", "wrong customer", shop.asha.id)
    assert shop.row(Product, tea).stock_quantity == 5
    assert [m.quantity_change for m in shop.rows(StockMovement, movement_type="RETURN")] == [1]
    customer = shop.row(Customer, chitra)
    assert (customer.credit_balance, customer.total_purchases, customer.total_spent) == (0, 0, 0)
    assert [e.amount for e in shop.rows(CreditTransaction, transaction_type="CREDIT_REVERSED")] == [45]
    assert done.refunds == {"CASH": Decimal(60)}
    assert list(books.differences()) == []


def test_the_bill_keeps_its_number_and_the_next_one_follows(shop: Shop) -> None:
    sale_id, _tea, _chitra = credit_bill(shop)
    void_sale(shop.asha, sale_id, "mistake")
    assert shop.row(Sale, sale_id).bill_number.endswith("-000001")
    tea = shop.product()
    again = complete_sale(shop.ben, Checkout((CheckoutLine(tea, Decimal(1)),), (Tender("CASH", Decimal(20)),)))
    assert shop.row(Sale, again.sale_id).bill_number.endswith("-000002")


def test_credit_that_was_repaid_meanwhile_is_refunded_in_cash(shop: Shop) -> None:
    sale_id, _tea, chitra = credit_bill(shop)
    take_credit_payment(shop.ben, chitra, amount="30", method="UPI")
    assert void_sale(shop.asha, sale_id, "mistake").refunds == {"CASH": Decimal(90)}
    assert shop.row(Customer, chitra).credit_balance == 0
    assert list(books.differences()) == []


def test_voiding_twice_changes_nothing_more(shop: Shop) -> None:
    sale_id, tea, _chitra = credit_bill(shop)
    first = void_sale(shop.asha, sale_id, "mistake")
    again = void_sale(shop.asha, sale_id, "mistake")
    assert (again.replayed, again.refunds) == (True, first.refunds)
    assert shop.row(Product, tea).stock_quantity == 5
    assert len(shop.rows(Payment, kind="REFUND")) == 1


def test_points_are_taken_back_but_never_below_zero(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    tea, chitra = shop.product(price="1000"), shop.customer()
    checkout = Checkout((CheckoutLine(tea, Decimal(1)),), (Tender("CASH", Decimal(1050)),), chitra)
    first = complete_sale(shop.ben, checkout).sale_id
    used = Checkout((CheckoutLine(tea, Decimal(1)),), (Tender("CASH", Decimal(2000)),), chitra, points_to_redeem=8)
    complete_sale(shop.ben, used)
    assert shop.row(Customer, chitra).loyalty_points == 12
    void_sale(shop.asha, first, "mistake")
    assert shop.row(Customer, chitra).loyalty_points == 2


def test_a_reason_is_asked_for(shop: Shop) -> None:
    sale_id, _tea, _chitra = credit_bill(shop)
    with pytest.raises(Invalid, match="Say why"):
        void_sale(shop.asha, sale_id, "  ")


def test_only_the_owner_voids(shop: Shop) -> None:
    sale_id, _tea, _chitra = credit_bill(shop)
    with pytest.raises(Forbidden):
        void_sale(shop.ben, sale_id, "mistake")


def test_a_bill_that_is_none_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound):
        void_sale(shop.asha, uuid4(), "mistake")
