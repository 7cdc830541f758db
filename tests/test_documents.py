"""The documents lead where they say: every link of README and docs finds its file, and its heading there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.house import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# A translated chapter's anchors are those of the English one (docs/decisions.md); tests/manual looks at them.
CHAPTERS = ROOT / "docs" / "manual"


def links(file: Path) -> list[str]:
    tokens = [child for token in MarkdownIt().parse(file.read_text(encoding="utf-8")) for child in token.children or ()]
    return [str(token.attrs.get("href") or token.attrs.get("src") or "") for token in tokens]


def anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("file", DOCUMENTS, ids=[str(one.relative_to(ROOT)) for one in DOCUMENTS])
def test_links_find_what_they_name(file: Path) -> None:
    wrong = []
    for link in links(file):
        target, _hash, anchor = link.partition("#")
        if not link or re.match(r"[a-z]+:", link):
            continue
        found = (file.parent / target).resolve() if target else file
        if not found.exists() or (anchor and CHAPTERS not in found.parents and anchor not in anchors(found)):
            wrong.append(link)
    assert wrong == []
