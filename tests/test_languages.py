"""Every text can be said in every language: none is missing from the translation files, none is outside gettext."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import flask_babel
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from sqlalchemy import select

from pos.accounts.models import User
from pos.catalog.models import Product
from pos.catalog.starter.goods import sections
from pos.core.db import execute, table
from pos.core.language import LANGUAGES
from pos.customers.models import Customer
from pos.manual import chapters
from pos.settings import store, tills
from tests.flows import full_shop
from tests.flows.conftest import SHELF
from tests.house import ROOT, templates
from tests.said import Brackets, OwnWords, bare_texts, unbracketed
from tests.shop import Shop

FOLDER = ROOT / "pos" / "translations"
OTHERS = sorted(set(LANGUAGES) - {"en"})
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")
# As bin/translate tells pybabel.
KEYWORDS = {**DEFAULT_KEYWORDS, **parse_keywords(["_l", "lazy_gettext", "lazy_pgettext:1c,2"])}
RIGHT_WAY = "run bin/translate, fill in what is empty in messages.po, run bin/translate again (docs/languages.md)"

Key = tuple[str | None, str]


def listed(problems: list[str]) -> str:
    return "\n" + "\n".join(problems)


def key(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


@functools.cache
def translations(language: str) -> Catalog:
    """What the translators wrote."""
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@functools.cache
def in_the_code() -> dict[Key, str]:
    """Every text in modules and templates, and the file where it stands first."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[Key, str] = {}
    for name, _line, text, _comments, context in extract_from_dir(ROOT / "pos", methods, options, KEYWORDS):
        found.setdefault((context, forms(text)[0]), f"pos/{name}")
    return found


def test_every_language_has_its_file() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == OTHERS


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_missing(language: str) -> None:
    known = {key(message) for message in translations(language)}
    missing = [f"{place}: {text!r}" for (context, text), place in in_the_code().items() if (context, text) not in known]
    assert not missing, listed([*missing, RIGHT_WAY])


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_empty_or_a_guess(language: str) -> None:
    wrong = [
        f"{message.id!r} is {'a guess (fuzzy)' if message.fuzzy else 'empty'}"
        for message in translations(language)
        if message.id and (message.fuzzy or not all(forms(message.string)))
    ]
    assert not wrong, listed([*wrong, RIGHT_WAY])


@pytest.mark.parametrize("language", OTHERS)
def test_what_differs_stands_in_the_translation_too(language: str) -> None:
    wrong = [
        f"{told!r} lacks or adds something of {said!r}"
        for message in translations(language)
        if message.id
        for said, told in zip(forms(message.id), forms(message.string), strict=True)
        if sorted(set(PLACEHOLDER.findall(said))) != sorted(set(PLACEHOLDER.findall(told)))
        or re.findall(r"</?\w+", said) != re.findall(r"</?\w+", told)
        or said.startswith("\n") != told.startswith("\n")
    ]
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("language", OTHERS)
def test_the_shop_reads_what_the_translators_wrote(language: str) -> None:
    """The .po is for people, the .mo is for the shop; both are committed, so that a shop needs no tools."""
    with (FOLDER / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = {_read(message): forms(message.string) for message in read_mo(file)}
    written = {key(message): forms(message.string) for message in translations(language)}
    assert {one: text for one, text in compiled.items() if one[1]} == {
        one: text for one, text in written.items() if one[1]
    }, "run bin/translate, which compiles messages.mo"


def _read(message: Message) -> Key:
    """The reader of .mo files leaves contexts undecoded."""
    context, text = key(message)
    return context.decode() if isinstance(context, bytes) else context, text


def test_hindi_counts_as_india_does() -> None:
    """One form for 0 and 1, one for more."""
    assert translations("hi").plural_forms == "nplurals=2; plural=(n > 1);"


def test_templates_say_nothing_outside_gettext() -> None:
    wrong = [f"pos/templates/{name}: {text!r}: write it as _(...)" for name, text in _bare()]
    assert not wrong, listed(wrong)


def _bare() -> Iterator[tuple[str, str]]:
    for name, text in templates().items():
        # The API's page is for those who write programs, which speak English.
        if name == "api/docs.html":
            continue
        yield from ((name, one) for one in bare_texts(text))


@pytest.mark.parametrize(
    ("template", "bare"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ("{% if x %}<b>Paid</b>{% else %}{{ _('Owes') }}{% endif %}", ["Paid"]),
        ("<input placeholder='Name {{ x }}'>", ["Name …"]),
        ("<button aria-label=\"{{ _('Close') }}\" title='Close'>×</button>", ["Close"]),
        ("<{{ 'th' if x else 'td' }} class='num'>Gone</{{ 'th' if x else 'td' }}>", ["Gone"]),
        ("{{ button('Save it', 'primary') }}", ["Save it"]),
        ("{{ 'Yes' if x else _('No') }}", ["Yes"]),
        ("{{ _('Total') }}: {{ x }} kg · GST <code>flask run</code><script src='a'></script>", []),
        ("{{ ngettext('%(num)s bill', '%(num)s bills', 2) }}{{ icon('x', class_='big') }}", []),
    ],
)
def test_the_finder_finds_what_is_bare_and_nothing_else(template: str, bare: list[str]) -> None:
    assert list(bare_texts(template)) == bare


def test_what_passed_through_gettext_is_not_bare() -> None:
    page = "<p>⟦Total of ⟦Asha⟧⟧ Tea ₹5</p><option>⟦Cash⟧</option><option>Card</option>"
    assert [OwnWords(["tea"]).leave(text) for text in unbracketed(page)] == [[], ["Card"]]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_pages_say_nothing_outside_gettext(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page of a busy shop, in a language that puts all it says into brackets: what stands outside is bare."""
    shop.settings(language="hi")
    monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda _domain: Brackets())
    known = full_shop.fill(shop, [shop.product(name, **values) for name, values in SHELF.items()])
    features = sorted(name for name in shop.app.blueprints if not name.startswith(("api", "health")))
    addresses = [one for feature in features for one in full_shop.addresses(shop, known, feature)]
    asha, own = shop.client("asha"), OwnWords(_words_of_the_shop())
    # Chapters are translated as a whole, beside gettext.
    manual = OwnWords(file.read_text(encoding="utf-8") for file in (chapters.FOLDER / "hi").iterdir())
    found = {
        text: address
        for address in [*addresses, *full_shop.MORE]
        if not address.startswith("/api/")
        for text in unbracketed(asha.get(address).text)
        if any((manual if address.startswith("/help") else own).leave(word) for word in own.leave(text))
    }
    assert not found, listed([f"{address}: {text!r}: write it as _(...)" for text, address in found.items()])


def _words_of_the_shop() -> Iterator[str]:
    """What people typed: names, reasons, files."""
    for model, *columns in ((Product, "name", "category"), (Customer, "name"), (User, "full_name", "email")):
        for row in execute(select(*(table(model).c[column] for column in columns))).all():
            yield from (value for value in row if value)
    yield from (store.current().store_name, full_shop.PRICE_LIST.decode(), full_shop.KHATA.decode())
    for section in sections():
        yield from (section.english, section.hindi)
        yield from (part for good in section.goods for part in (good.name("en"), good.name("hi"), good.unit))
    yield from ("goods.csv", "khata.csv", "Torn", "Tea", "Blue shirt", "Back room", "Looked twice", "Her son brings it")
    yield tills.DEFAULT_TILL
