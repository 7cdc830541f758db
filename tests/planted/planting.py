"""A copy of the shop in which one mistake is made, and the tests that are run on it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.planted.bugs import BOTH, Bug

ROOT = Path(__file__).resolve().parents[2]
LEFT_BEHIND = (".venv", ".git", "instance", "__pycache__", ".*_cache", "node_modules")
LONGEST_SECONDS = 900
_told = re.compile(r"^(FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Caught:
    """What came of one mistake: the engines on which a test failed, and the tests that did."""

    engines: tuple[str, ...]
    tests: tuple[str, ...]
    errors: tuple[str, ...]
    seconds: float = 0

    def by(self, bug: Bug) -> bool:
        """True when it was noticed wherever it does harm."""
        return not self.errors and bool(self.tests) and (bug.asks_no_database or set(bug.engines) <= set(self.engines))


def copied(folder: Path) -> Path:
    """The shop's tree in the folder, without what is made at run time."""
    return Path(shutil.copytree(ROOT, folder / "shop", ignore=shutil.ignore_patterns(*LEFT_BEHIND)))


@contextmanager
def planted(tree: Path, bug: Bug) -> Iterator[None]:
    """The mistake, made in this tree, and mended again. Raises ValueError where its text no longer stands once."""
    file = tree / bug.file
    right = file.read_text(encoding="utf-8")
    file.write_text(with_mistake(right, bug), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(right, encoding="utf-8")


def with_mistake(text: str, bug: Bug) -> str:
    """The file's text with the mistake in it. Raises ValueError where what it changes does not stand there once."""
    for was, becomes in bug.changes.items():
        if text.count(was) != 1:
            raise ValueError(f"{bug.file} holds {was!r} {text.count(was)} times: plant {bug.name!r} anew")
        text = text.replace(was, becomes)
    return text


def tried(tree: Path, tests: Iterable[str]) -> Caught:
    """Run these tests in the tree and tell which failed."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-rfE", "--tb=no", "--no-header", "-p", "no:cacheprovider"]
    said = subprocess.run(
        [*command, *tests], cwd=tree, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
    )
    if said.returncode not in (0, 1):
        return Caught((), (), (said.stdout[-2000:] + said.stderr[-2000:],))
    found = _told.findall(said.stdout)
    failed = tuple(name for word, name in found if word == "FAILED")
    errors = tuple(name for word, name in found if word == "ERROR")
    return Caught(tuple(e for e in BOTH if any(_engine(name) == e for name in failed)), failed, errors)


def _engine(test: str) -> str | None:
    parts = re.split(r"[\[\]-]", test)
    return next((engine for engine in BOTH if engine in parts), None)
