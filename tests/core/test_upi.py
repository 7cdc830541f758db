"""The UPI link against NPCI's linking specification, and how its QR code is drawn."""

from __future__ import annotations

import base64
import io
import re
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from PIL import Image

from pos.core.upi import payment_link, qr_png, qr_svg
from pos.core.web import POLICY

LINK = payment_link("asha@okaxis", "Asha Kirana", Decimal("98.70"), "Bill BILL-2026-000001", "BILL-2026-000001")


def asked(**changed):
    values = {"upi_id": "asha@okaxis", "payee": "Asha Kirana", "amount": Decimal(20), "note": "", "reference": "A1"}
    return payment_link(**{**values, **changed})


def read(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query, strict_parsing=True).items()}


def test_the_link_names_payee_amount_currency_note_and_reference():
    assert LINK == (
        "upi://pay?pa=asha@okaxis&pn=Asha%20Kirana&am=98.70&cu=INR&tn=Bill%20BILL-2026-000001&tr=BILL-2026-000001"
    )


@pytest.mark.parametrize(("amount", "written"), [("5", "5.00"), ("0.5", "0.50"), ("123456.7", "123456.70")])
def test_the_amount_has_two_decimals_and_no_commas(amount, written):
    assert read(asked(amount=Decimal(amount)))["am"] == written


def test_a_space_is_percent_20_and_never_a_plus():
    assert "+" not in asked(payee="A + B", note="a b")
    assert "pn=A%20%2B%20B" in asked(payee="A + B")


@pytest.mark.parametrize("name", ["Ram & Sons", "A=B?C#D", "50% off", "आशा किराना", "a\u2028b", 'x"><script>', "&am=1"])
def test_signs_that_mean_something_in_a_link_are_encoded(name):
    link = asked(payee=name, note=name)
    assert read(link)["pn"] == name
    assert read(link)["tn"] == name
    assert read(link)["am"] == "20.00"
    assert re.fullmatch(r"upi://pay\?[A-Za-z0-9@=&%._~-]+", link)


def test_an_id_cannot_bring_parameters_of_its_own():
    assert read(asked(upi_id="a@b&am=1"))["am"] == "20.00"


def test_a_reference_has_at_most_35_letters_digits_and_hyphens():
    reference = read(asked(reference="0198-" * 20 + "/ä "))["tr"]
    assert re.fullmatch(r"[A-Za-z0-9-]{35}", reference)


def test_a_long_name_and_note_are_cut_to_what_apps_take():
    values = read(asked(payee="n" * 300, note="t" * 300))
    assert (len(values["pn"]), len(values["tn"])) == (99, 50)


def test_an_empty_note_is_left_out():
    assert "tn" not in read(asked(note=""))


@pytest.mark.parametrize("missing", [{"amount": Decimal(0)}, {"amount": Decimal(-1)}, {"upi_id": ""}, {"payee": ""}])
def test_nothing_is_asked_for_without_an_id_a_name_and_an_amount(missing):
    with pytest.raises(ValueError, match="UPI link needs"):
        asked(**missing)


def test_no_reference_no_link():
    with pytest.raises(ValueError, match="UPI link needs"):
        asked(reference="//")


def test_the_svg_has_its_own_white_ground_and_nothing_the_policy_would_drop():
    drawn = qr_svg(LINK, 'Pay <98.70> & "go"')
    assert "style-src 'self'" in POLICY
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.findtext("{http://www.w3.org/2000/svg}title") == 'Pay <98.70> & "go"'
    for element in root.iter():
        assert not {name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name}
        assert element.tag.rpartition("}")[2] in {"svg", "title", "path"}
    grounds = [element.get("fill") for element in root.iter("{http://www.w3.org/2000/svg}path")]
    assert grounds[0] == "#fff"


def test_the_png_is_two_coloured_and_inside_the_page():
    kind, _, data = qr_png(LINK).partition(",")
    assert kind == "data:image/png;base64"
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert image.mode in {"1", "P", "L"}
    assert image.convert("L").getpixel((0, 0)) == 255
    assert set(image.convert("L").tobytes()) == {0, 255}
