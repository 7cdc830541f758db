"""Hindi where somebody chose it: in pages, refusals, papers, messages and what programs are told."""

from __future__ import annotations

from decimal import Decimal
from html import unescape
from urllib.parse import unquote

import pytest

from pos.accounts import users
from pos.core.language import ngettext, speaking
from pos.customers import people, reminders
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.settings import store
from tests.api import Program
from tests.customers.owing import debtor
from tests.shop import Shop

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def page(shop: Shop, who: str, address: str) -> str:
    answer = shop.client(who).get(address, follow_redirects=True)
    assert answer.status_code == 200, answer.status
    return unescape(answer.text)


def test_each_person_reads_their_own_language(shop: Shop) -> None:
    users.change_own_profile(shop.ben, language="hi")
    for who, language, words in (("ben", "hi", "भुगतान करें"), ("asha", "en", "Pay")):
        shown = page(shop, who, "/till")
        assert f'<html lang="{language}">' in shown
        assert words in shown


def test_the_stores_language_is_that_of_whoever_chose_none(shop: Shop) -> None:
    shop.settings(language="hi")
    users.change_own_profile(shop.asha, language="en")
    assert "ग्राहक" in page(shop, "ben", "/customers")
    assert "ग्राहक" not in page(shop, "asha", "/customers")


def test_a_refusal_is_said_in_hindi(shop: Shop) -> None:
    shop.settings(language="hi")
    typed = {"name": "", "price": "abc", "unit": "pcs"}
    shown = unescape(shop.client("asha").post("/products/new", data=typed).text)
    assert "आइटम का नाम लिखें।" in shown
    assert "“abc” रुपये की रकम नहीं है: 20 या 20.50 लिखें।" in shown


def test_a_reminder_goes_out_in_the_customers_language(shop: Shop) -> None:
    amit = people.find(debtor(shop, "123456", language="hi", credit_limit=Decimal(200000)))
    draft = reminders.reminder(amit, store.current())
    assert draft.text.startswith("Amit Patel जी, Asha Kirana में आपके खाते का बकाया ₹1,23,456.00 है।")
    assert "बकाया" in unquote(draft.whatsapp)


def test_a_upi_app_reads_latin_letters(shop: Shop) -> None:
    """Apps of banks refuse or garble others in the note of a payment."""
    shop.settings(upi_id="asha@okaxis")
    amit = people.find(debtor(shop, "10", language="hi"))
    assert "tn=Khata%20Amit%20Patel" in reminders.reminder(amit, store.current()).text


def test_a_bill_is_in_the_shops_language_whoever_prints_it(shop: Shop) -> None:
    shop.settings(language="hi")
    users.change_own_profile(shop.ben, language="en")
    lines = (CheckoutLine(shop.product(price="100000"), Decimal(1)),)
    sale = complete_sale(shop.ben, Checkout(lines, (Tender("CASH", Decimal(200000)),))).sale_id
    shown = page(shop, "ben", f"/sales/{sale}/receipt?format=html")
    paper = shown[shown.index("<article") : shown.index("</article>")]
    assert 'lang="hi"' in paper
    assert "बिल नं." in paper
    assert "छुट्टे" in paper
    # Digits are Latin, lakhs are grouped as in India, the month is Hindi's.
    assert "1,00,000.00" in paper


def test_programs_are_answered_in_the_language_of_their_person(shop: Shop) -> None:
    users.change_own_profile(shop.ben, language="hi")
    body = {"name": "Tea", "price": 60, "mrp": 50, "unit": "pcs"}
    answers = {who: Program(shop, who).post("/products", body).json for who in ("ben", "asha")}
    assert "दाम MRP ₹50.00 से ऊपर नहीं हो सकता" in answers["ben"]["error"]
    assert "The price may not be above the MRP of ₹50.00" in answers["asha"]["error"]
    assert answers["ben"]["code"] == answers["asha"]["code"]


def test_numbers_choose_their_form(shop: Shop) -> None:
    one, more = "%(count)s product was taken over.", "%(count)s products were taken over."
    with speaking("hi"):
        said = [ngettext(one, more, number, count=number) for number in (0, 1, 2)]
    assert said == ["0 आइटम चढ़ गया।", "1 आइटम चढ़ गया।", "2 आइटम चढ़ गए।"]
