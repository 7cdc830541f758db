"""The page of a void: it shows what is given back before it asks why, and says so afterwards."""

from __future__ import annotations

from uuid import UUID, uuid4

from pos.customers.khata import take_credit_payment
from pos.reports import books
from pos.sales.models import Payment, Sale
from tests.sales.selling import sold, tea_sold
from tests.sales.test_return_items import back, bill
from tests.shop import Shop


def split_bill(shop: Shop) -> tuple[UUID, UUID]:
    """105 rupees: 60 in cash, 45 on Chitra's khata."""
    chitra = shop.customer()
    return sold(shop, (shop.product(price="100"), "1"), paid="60", customer_id=chitra), chitra


def test_the_page_shows_what_is_given_back_before_anything_happens(shop: Shop) -> None:
    sale_id, chitra = split_bill(shop)
    take_credit_payment(shop.ben, chitra, amount="30", method="UPI")
    page = shop.client("asha").get(f"/sales/{sale_id}/void").text
    assert "₹90.00" in page  # 60 that were paid, and 30 that were repaid
    assert "Off the khata of Chitra Rao" in page
    assert "₹15.00" in page
    assert "₹30.00 of the cash is credit that was repaid since." in page
    assert shop.row(Sale, sale_id).payment_status == "PARTIAL"


def test_the_owner_voids_with_a_reason_and_is_told_what_to_give_back(shop: Shop) -> None:
    sale_id, _chitra = split_bill(shop)
    client = shop.client("asha")
    answer = client.post(f"/sales/{sale_id}/void", data={"reason": "billed twice", "form_key": "v1"})
    assert (answer.status_code, answer.location) == (303, f"/sales/{sale_id}")
    page = client.get(answer.location).text
    assert "The bill is void. Give back: Cash ₹60.00." in page
    assert "billed twice" in page
    assert f"/sales/{sale_id}/void" not in page
    assert list(books.differences()) == []


def test_without_a_reason_nothing_happens(shop: Shop) -> None:
    sale_id = tea_sold(shop)
    answer = shop.client("asha").post(f"/sales/{sale_id}/void", data={"reason": " "})
    assert answer.status_code == 400
    assert "Say why the bill is voided." in answer.text
    assert shop.row(Sale, sale_id).payment_status == "PAID"


def test_pressing_twice_gives_back_once(shop: Shop) -> None:
    sale_id, client = tea_sold(shop), shop.client("asha")
    for _press in range(2):
        assert client.post(f"/sales/{sale_id}/void", data={"reason": "twice", "form_key": "v"}).status_code == 303
    assert len(shop.rows(Payment, kind="REFUND")) == 1


def test_a_bill_of_which_goods_came_back_says_what_to_do_instead(shop: Shop) -> None:
    sale, item = bill(shop, shop.product(price="100"))
    back(shop, sale, item)
    client = shop.client("asha")
    assert "Return the rest instead of voiding it." in client.get(f"/sales/{sale}/void").text
    refused = client.post(f"/sales/{sale}/void", data={"reason": "mistake"})
    assert (refused.status_code, refused.text.count("Return the rest instead")) == (409, 1)


def test_a_void_bill_has_nothing_more_to_void(shop: Shop) -> None:
    sale_id, client = tea_sold(shop), shop.client("asha")
    client.post(f"/sales/{sale_id}/void", data={"reason": "mistake"})
    assert client.get(f"/sales/{sale_id}/void").location == f"/sales/{sale_id}"


def test_only_the_owner_is_offered_it(shop: Shop) -> None:
    sale_id = tea_sold(shop)
    assert f"/sales/{sale_id}/void" in shop.client("asha").get(f"/sales/{sale_id}").text
    assert f"/sales/{sale_id}/void" not in shop.client("ben").get(f"/sales/{sale_id}").text
    assert shop.client("ben").post(f"/sales/{sale_id}/void", data={"reason": "mine"}).status_code == 403


def test_a_bill_that_is_none_is_not_found(shop: Shop) -> None:
    assert shop.client("asha").get(f"/sales/{uuid4()}/void").status_code == 404
    assert shop.client("asha").post(f"/sales/{uuid4()}/void", data={"reason": "x"}).status_code == 404
