"""Every form of every page, sent what no form should be sent: never an error inside, and the books stay right.

RELIABILITY.md rows 21, 25 and 30. The pages are those of a shop in the middle of its day (tests/flows/full_shop.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from pos.core.web import SAFE
from tests.flows.conftest import SHELF
from tests.flows.full_shop import MORE, addresses, fill
from tests.races.crowd import books_in_order, numbers_in_order
from tests.shop import Shop
from tests.thorough import rounds, seeded

SCRIPT = "\"'><script>alert(1)</script>"
NASTY = {
    "script": SCRIPT,
    "formula": "=cmd|' /C calc'!A0",
    "NUL": "a\0b",
    "right to left": "\u202egnp.exe",
    "below zero": "-1",
    "endless": "1e999",
    "no number": "NaN",
    "emoji": "👩‍👩‍👧 ₹",
    "long": "9" * 20_000,
    "other site": "//evil.example/%2f..",
    "template": "{{1234*5678}}",
    "quote": "'; DROP TABLE sales; --",
}
# For each form in every run the script, the template, and so many others by lot; with THOROUGH=12 all of them.
EACH = 1
# What stops the server, starts a process or ends everybody's session; each has tests of its own.
NOT_SENT = ("/backups", "/sign-out", "/lock", "/profile/sessions")


@dataclass
class Form:
    """One form as it stands on a page: where it goes and what it sends untouched."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)

    @property
    def kind(self) -> tuple[str, ...]:
        """The same for the same form of another row."""
        parts = [part for part in urlsplit(self.action).path.split("/") if len(part) < 30]
        return (self.method, *parts, *sorted(self.fields))


class Forms(HTMLParser):
    """Finds the forms of a page."""

    def __init__(self, page: str, text: str) -> None:
        super().__init__()
        self.page, self.found = page, list[Form]()
        self._open: Form | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(urljoin(self.page, told.get("action") or self.page), told.get("method", "get").upper())
            self.found.append(self._open)
        elif self._open is not None and told.get("name") and tag in ("input", "textarea", "select", "button"):
            kind = told.get("type", "text")
            self._open.fields[told["name"]] = told.get("value", "")
            if tag == "textarea" or (tag == "input" and kind not in ("hidden", "checkbox", "radio", "submit", "file")):
                self._open.typed.add(told["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


@pytest.fixture
def engine_name() -> str:
    """Forms are read before any engine is asked; the API's fuzz runs on both."""
    return "sqlite"


def every_page(shop: Shop) -> list[str]:
    known = fill(shop, [shop.product(name, **one) for name, one in SHELF.items()])
    names = {rule.endpoint.partition(".")[0] for rule in shop.app.url_map.iter_rules()} - {
        "static",
        "health",
        "analytics",
    }
    names = {name for name in names if not name.startswith("api")}
    return [*(page for name in sorted(names) for page in addresses(shop, known, name)), *MORE]


def every_form(shop: Shop, pages: list[str]) -> list[Form]:
    asha, found = shop.client("asha"), dict[tuple[str, ...], Form]()
    for page in pages:
        for form in Forms(page, asha.get(page).text).found:
            if not form.action.startswith(NOT_SENT):
                found.setdefault(form.kind, form)
    return list(found.values())


def sent(shop: Shop, form: Form, value: str, everywhere: bool) -> str | None:
    """What is wrong with the answer to this form with such a value in it."""
    data = {name: value if everywhere or name in form.typed else was for name, was in form.fields.items()}
    asha = shop.client("asha")
    answer = asha.get(form.action, query_string=data) if form.method in SAFE else asha.post(form.action, data=data)
    if answer.status_code >= 500 and answer.status_code != 503:
        return f"{form.method} {form.action} {sorted(data)}: {answer.status_code}"
    goes_to = urlsplit(answer.headers.get("Location", "") or answer.headers.get("HX-Redirect", ""))
    return f"{form.action} leads to {goes_to.geturl()}" if goes_to.netloc not in ("", "localhost") else None


def test_no_form_fails_inside_leads_elsewhere_or_upsets_the_books(shop: Shop) -> None:
    pages = every_page(shop)
    forms = every_form(shop, pages)
    assert len(forms) > 40
    wrong, lots, times = [], seeded(), 0
    for number, form in enumerate(forms):
        times += 2 + min(rounds(EACH), len(NASTY))
        chosen = ["script", "template", *lots.sample(sorted(NASTY), min(rounds(EACH), len(NASTY)))]
        for turn, name in enumerate(chosen):
            said = sent(shop, form, NASTY[name], everywhere=(number + turn) % 3 == 0)
            wrong += [f"{name}: {said}"] if said else []
    print(f"{len(pages)} pages, {len(forms)} forms, {times} times sent")
    assert wrong == []
    assert books_in_order() + numbers_in_order() == []
    asha = shop.client("asha")
    texts = {page: asha.get(page) for page in pages}
    assert [page for page, answer in texts.items() if "<script>alert" in answer.text] == []
    assert [page for page, answer in texts.items() if answer.status_code >= 500] == []
    assert [page for page, answer in texts.items() if "7006652" in answer.text] == []
