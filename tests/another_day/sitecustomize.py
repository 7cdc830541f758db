"""Found by each Python process of the run before anything else: puts the shop's clock ahead once it is imported."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import ModuleType

CLOCK = "pos.core.clock"
AHEAD = timedelta(seconds=float(os.environ["TESTS_AHEAD_SECONDS"]))


class _Ahead(importlib.abc.Loader):
    def __init__(self, real: importlib.abc.Loader) -> None:
        self._real = real

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._real.exec_module(module)
        module._system = module._source = lambda: datetime.now(UTC) + AHEAD  # type: ignore[attr-defined]


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != CLOCK:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path)
        if found is not None and found.loader is not None:
            found.loader = _Ahead(found.loader)
        return found


sys.meta_path.insert(0, _Finder())
