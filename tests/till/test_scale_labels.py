"""Labels of a scale: a scan is the goods and how much of them; what is none of these is a code like any other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.catalog.barcodes import check_digit
from pos.core.errors import Invalid
from pos.till import lines, scale_labels
from pos.till.scale_labels import Label
from tests.shop import Shop
from tests.till.at_the_till import browser_with_cart, cart_of, reads

HTMX = {"HX-Request": "true"}


def label(kind: int, code: int, amount: int) -> str:
    """The thirteen digits that a scale prints."""
    digits = f"{kind}{code:05d}{amount:05d}"
    return digits + check_digit(digits)


@given(st.integers(21, 29), st.integers(0, 99999), st.integers(0, 99999))
def test_every_label_reads_as_it_was_printed(kind: int, code: int, amount: int) -> None:
    assert scale_labels.read(label(kind, code, amount)) == Label(f"{code:05d}", kind < 25, amount)


@pytest.mark.parametrize(
    "code",
    [
        "8901063029415",  # a maker's
        label(20, 107, 350),  # the shop's own, without a scale
        label(21, 107, 350)[:-1] + "9",  # its last digit does not fit
        "21001070035",
        "M3",
        "",
    ],
)
def test_other_codes_are_no_labels(code: str) -> None:
    assert scale_labels.read(code) is None


def test_a_label_of_weight_puts_the_weight_on_the_bill(shop: Shop) -> None:
    shop.product("Chana Dal", "86.00", unit="kg", barcode="107")
    client, address = browser_with_cart(shop)
    answer = client.post(f"{address}/scan", data={"q": label(21, 107, 350)}, headers=HTMX)
    assert "Chana Dal × 0.35 kg" in answer.text
    assert "₹30.10" in answer.text
    assert 'id="weigh_sheet"' not in answer.text


def test_a_second_packet_of_the_same_goods_is_added_to_the_first(shop: Shop) -> None:
    shop.product("Chana Dal", "86.00", unit="kg", barcode="00107")
    client, address = browser_with_cart(shop)
    for grams in (350, 350, 1005):
        client.post(f"{address}/scan", data={"q": label(22, 107, grams)}, headers=HTMX)
    ((name, quantity, *_rest),) = reads(cart_of(address))
    assert (name, quantity) == ("Chana Dal", Decimal("1.705"))


def test_a_label_of_a_price_costs_just_that(shop: Shop) -> None:
    shop.settings(tax_rate="0")
    shop.product("Paneer", "320.00", unit="kg", code="55")
    client, address = browser_with_cart(shop)
    answer = client.post(f"{address}/scan", data={"q": label(25, 55, 4550)}, headers=HTMX)
    assert "₹45.50" in answer.text
    answer = client.post(f"{address}/scan", data={"q": label(25, 55, 1000)}, headers=HTMX)
    assert '<output class="total-amount money">₹55.50</output>' in answer.text


def test_goods_sold_by_the_gram_take_grams(shop: Shop) -> None:
    product = shop.product("Saffron", "300.00", unit="gm", code="7")
    client, address = browser_with_cart(shop)
    client.post(f"{address}/scan", data={"q": label(21, 7, 2)}, headers=HTMX)
    assert [quantity for _name, quantity, *_rest in reads(cart_of(address))] == [2]
    assert product


def test_a_product_that_carries_all_thirteen_digits_goes_before(shop: Shop) -> None:
    digits = label(21, 107, 350)
    shop.product("Chana Dal", "86.00", unit="kg", code="107")
    shop.product("Gift box", "99.00", barcode=digits)
    client, address = browser_with_cart(shop)
    client.post(f"{address}/scan", data={"q": digits}, headers=HTMX)
    assert [name for name, *_rest in reads(cart_of(address))] == ["Gift box"]


def test_a_label_whose_code_nothing_loose_carries_is_an_unknown_code(shop: Shop) -> None:
    shop.product("Soap", code="107")
    client, address = browser_with_cart(shop)
    digits = label(21, 107, 350)
    assert f"No product has the code {digits}." in client.post(f"{address}/scan", data={"q": digits}, headers=HTMX).text
    assert reads(cart_of(address)) == []


@pytest.mark.parametrize(
    ("unit", "kind", "amount", "sentence"),
    [
        ("kg", 21, 0, "The label of Oil says no amount. Weigh it again."),
        ("ltr", 21, 500, "Oil is sold by the litre, and the label holds a weight."),
    ],
)
def test_a_label_that_makes_no_sense_is_told_and_adds_nothing(
    shop: Shop, unit: str, kind: int, amount: int, sentence: str
) -> None:
    shop.product("Oil", "120.00", unit=unit, code="9")
    client, address = browser_with_cart(shop)
    answer = client.post(f"{address}/scan", data={"q": label(kind, 9, amount)}, headers=HTMX)
    assert (answer.status_code, sentence in answer.text) == (400, True)
    assert reads(cart_of(address)) == []
    with pytest.raises(Invalid):
        lines.add_scanned(shop.ben, cart_of(address), label(kind, 9, amount))


def test_a_litre_sold_at_the_labels_price_is_taken(shop: Shop) -> None:
    shop.product("Oil", "120.00", unit="ltr", code="9")
    client, address = browser_with_cart(shop)
    client.post(f"{address}/scan", data={"q": label(29, 9, 6000)}, headers=HTMX)
    assert [quantity for _name, quantity, *_rest in reads(cart_of(address))] == [Decimal("0.5")]
