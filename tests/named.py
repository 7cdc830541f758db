"""Tests by their names, as tables and pages of the project call them: `tests/till/test_pay_cart.py::test_...`."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def exists(name: str) -> bool:
    """True when there is such a file, and such a test in it when one is named."""
    file, _colons, test = name.partition("::")
    test = test.partition("[")[0]
    if not (ROOT / file).is_file():
        return False
    return not test or test in _tests(file)


@functools.cache
def _tests(file: str) -> frozenset[str]:
    names = set()
    for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return frozenset(names)
