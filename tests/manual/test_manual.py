"""The manual: whole in every language, true to the screen, and behind the help button of every page."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from babel.messages.pofile import read_po
from markdown_it.token import Token

from pos.catalog import drafts
from pos.core.language import LANGUAGES
from pos.manual import chapters, showing
from pos.manual.pages import HELP
from tests.flows import full_shop
from tests.flows.conftest import SHELF
from tests.house import ROOT
from tests.shop import Shop

SPOKEN = sorted(one.name for one in chapters.FOLDER.iterdir() if one.is_dir() and one != chapters.PICTURES)
MOST_BYTES = 6 * 1024 * 1024
BUTTON = re.compile(r'href="([^"]*)"[^>]*data-key="F1"')
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.fixture
def engine_name() -> str:
    """Words do not depend on the engine."""
    return "sqlite"


def listed(problems: list[str]) -> str:
    return "\n" + "\n".join(problems)


def inline(name: str, language: str) -> Iterator[Token]:
    """Everything that stands in the lines of a chapter: words, links, pictures."""
    chapter = chapters.read(name, language)
    for tokens in (chapter.opening, *(section.tokens for section in chapter.sections)):
        for token in tokens:
            yield from token.children or ()


def pictures_of(name: str, language: str) -> list[Path]:
    found = (str(token.attrs["src"]) for token in inline(name, language) if token.type == "image")
    return [(chapters.FOLDER / language / source).resolve() for source in found]


def emphasised(name: str, language: str) -> Iterator[str]:
    """The words that a chapter says stand on the screen."""
    inside, words = False, ""
    for token in inline(name, language):
        if token.type == "em_open":
            inside, words = True, ""
        elif token.type == "em_close":
            inside = False
            yield words
        elif inside:
            words += token.content or " "


@functools.cache
def on_the_screen(language: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """What the shop says in this language: whole texts, and those with something filled in."""
    file = ROOT / "pos" / "translations" / (language if language != "en" else "hi") / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as opened:
        catalog = list(read_po(opened))
    said: set[str] = set()
    for message in catalog:
        text = message.id if language == "en" else message.string
        said.update((text,) if isinstance(text, str) else text or ())
    filled = tuple(
        re.compile(PLACEHOLDER.sub(".*", re.escape(one).replace("\\(", "(").replace("\\)", ")")))
        for one in said
        if "%(" in one
    )
    whole = frozenset(said | {PLACEHOLDER.sub("", one).strip(" :,.") for one in said} | set(LANGUAGES.values()))
    return whole, filled


def test_there_is_a_manual_in_english_and_in_hindi() -> None:
    assert {"en", "hi"} <= set(SPOKEN) <= set(LANGUAGES)


@pytest.mark.parametrize("language", SPOKEN)
def test_every_chapter_is_there_section_by_section(language: str) -> None:
    assert sorted(file.stem for file in (chapters.FOLDER / language).iterdir()) == sorted(chapters.CHAPTERS)
    for name in chapters.CHAPTERS:
        own, original = chapters.read(name, language), chapters.read(name, chapters.ORIGINAL)
        assert own.language == language
        assert [one.name for one in own.sections] == [one.name for one in original.sections]
        assert [len(pictures_of(name, language))] == [len(pictures_of(name, chapters.ORIGINAL))]


@pytest.mark.parametrize("language", SPOKEN)
def test_every_picture_is_there_and_every_one_is_shown(language: str) -> None:
    named = {picture for name in chapters.CHAPTERS for picture in pictures_of(name, language)}
    taken = set((chapters.PICTURES / language).glob("*"))
    assert named == taken, f"bin/pictures takes them: {sorted(one.name for one in named ^ taken)}"


def test_the_pictures_are_light() -> None:
    assert sum(file.stat().st_size for file in chapters.PICTURES.rglob("*.webp")) < MOST_BYTES


@pytest.mark.parametrize("language", SPOKEN)
def test_links_lead_to_sections_that_are_there(language: str) -> None:
    wrong = []
    for name in chapters.CHAPTERS:
        for token in inline(name, language):
            target, _hash, section = str(token.attrs.get("href", "")).partition("#")
            if token.type != "link_open" or target.startswith("http"):
                continue
            leads = chapters.read(target.removesuffix(".md") or name, language)
            if section and not leads.section(section):
                wrong.append(f"{language}/{name}.md: {token.attrs['href']}")
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("language", SPOKEN)
def test_what_is_said_to_stand_on_the_screen_stands_there(language: str) -> None:
    """Words in *slanted writing* are the shop's own; a label that changes must change in the manual."""
    whole, filled = on_the_screen(language)
    wrong = [
        f"{language}/{name}.md: {words!r}"
        for name in chapters.CHAPTERS
        for words in emphasised(name, language)
        if words not in whole and words != _sample(language) and not any(one.fullmatch(words) for one in filled)
    ]
    assert not wrong, listed(wrong)


def _sample(language: str) -> str:
    """The words that show what slanted writing is."""
    return next(emphasised("starting", language))


def test_the_manual_is_where_the_shop_runs() -> None:
    """The image of a container holds what is copied into it, and nothing else."""
    assert "COPY docs/manual docs/manual" in (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert "!docs/manual" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_raw_html_stays_text() -> None:
    tokens = chapters.markdown.parse("<script>alert(1)</script> and [x](javascript:alert(1)) <b>bold</b>")
    shown = showing.as_html(tokens, showing.Addresses(lambda name, section: name, lambda language, file: file))
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "href" not in shown


def test_every_page_has_help_of_its_own(shop: Shop) -> None:
    known = full_shop.fill(shop, [shop.product(name, **values) for name, values in SHELF.items()])
    asha, wrong = shop.client("asha"), []
    for feature in sorted(name for name in shop.app.blueprints if not name.startswith(("api", "health", "manual"))):
        for address in full_shop.addresses(shop, known, feature):
            page = asha.get(address).text
            if 'class="bare"' in page:
                continue
            found = BUTTON.search(page)
            endpoint = shop.app.url_map.bind("localhost").match(urlsplit(address).path)[0]
            if not found or endpoint not in HELP or asha.get(unescape(found[1])).status_code != 200:
                wrong.append(f"{address}: tell in pos/manual/pages.py what helps on {endpoint}")
    assert not wrong, listed(wrong)


def test_help_is_for_pages_and_sections_that_are_there(shop: Shop) -> None:
    wrong = [
        f"{endpoint}: {chapter}#{section}"
        for endpoint, (chapter, section) in HELP.items()
        if endpoint not in shop.app.view_functions or not chapters.read(chapter, "en").section(section)
    ]
    assert not wrong, listed(wrong)


def _help_of(shop: Shop, address: str, who: str = "asha") -> str:
    found = BUTTON.search(shop.client(who).get(address).text)
    assert found
    return unescape(found[1])


def test_help_opens_over_the_page_with_its_section_alone(shop: Shop) -> None:
    address = _help_of(shop, "/products/new")
    sheet = shop.client("asha").get(address, headers={"HX-Request": "true"}).text
    assert sheet.lstrip().startswith('<dialog id="help_sheet"')
    assert "Add a product" in sheet
    assert "is your shopping list" not in sheet


@pytest.mark.parametrize("kind", ["receive", "count", "labels"])
def test_a_page_of_several_kinds_names_its_own_section(shop: Shop, kind: str) -> None:
    list_of_goods = drafts.open_draft(shop.asha, kind)
    section = urlsplit(_help_of(shop, f"/goods/{list_of_goods}")).fragment
    assert section == {"receive": "receive-goods", "count": "count-the-stock", "labels": "print-labels"}[kind]
    assert chapters.read("goods", "en").section(section)


def test_without_scripts_help_is_the_chapter_at_its_section(shop: Shop) -> None:
    address = _help_of(shop, "/products/new?barcode=890")
    assert address.endswith("#add-a-product")
    page = shop.client("asha").get(address).text
    assert '<section id="add-a-product"' in page
    assert 'class="back" href="/products/new?barcode=890"' in page
    assert BUTTON.search(page) is None


def test_the_way_back_stays_while_one_reads_on(shop: Shop) -> None:
    page = shop.client("asha").get("/help/till?from=/products").text
    links = [unescape(one) for one in re.findall(r'href="(/help/[^"]*)"', page) if "pictures" not in one]
    onward = [one for one in links if urlsplit(one).path != "/help/" or urlsplit(one).query]
    assert len(onward) > 3
    assert {parse_qs(urlsplit(one).query)["from"][0] for one in onward} == {"/products"}


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_the_way_back_never_leaves_the_shop(shop: Shop, elsewhere: str) -> None:
    page = shop.client("asha").get("/help/till", query_string={"from": elsewhere}).text
    assert "example.com" not in page
    assert "alert(1)" not in page


def test_everybody_reads_in_their_own_language(shop: Shop) -> None:
    assert "<h1>The till</h1>" in shop.client("devi").get("/help/till").text
    shop.settings(language="hi")
    page = shop.client("devi").get("/help/till").text
    assert f"<h1>{chapters.read('till', 'hi').title}</h1>" in page
    assert "/help/pictures/hi/till.webp" in page


def test_a_language_without_a_manual_reads_english() -> None:
    assert chapters.read("till", "ta").language == "en"


def test_the_contents_name_every_chapter(shop: Shop) -> None:
    page: Any = shop.client("ben").get("/help/").text
    assert all(f'href="/help/{name}"' in page for name in chapters.CHAPTERS)


def test_a_picture_comes_with_its_kind_and_a_wrong_name_with_nothing(shop: Shop) -> None:
    devi = shop.client("devi")
    assert devi.get("/help/pictures/en/till.webp").mimetype == "image/webp"
    assert devi.get("/help/pictures/en/nothing.webp").status_code == 404
    assert devi.get("/help/pictures/en/..%2F..%2Fen%2Ftill.md").status_code == 404
