"""How the house is built, read from its source: which module stands on which floor, and what each imports."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE, MODELS, RULES, DOORS, WIRING = range(5)
FLOORS = {CORE: "core", MODELS: "models", RULES: "rules", DOORS: "doors", WIRING: "wiring"}
# Catalog and customers stand side by side: neither knows of the other.
RANKS = {
    "settings": 0,
    "accounts": 1,
    "catalog": 2,
    "customers": 2,
    "sales": 3,
    "till": 4,
    "reports": 5,
    "backups": 6,
    "manual": 7,
}
DOOR_NAMES = {"views", "forms", "api", "receipt", "paper", "doorkeeper", "commands"}
DOOR_ENDINGS = ("_views", "_forms", "_api")
WEB_CORE = re.compile(
    r"pos\.core\.(web|form_parts|request_log|refusals|last_resort|cookies|bundles|packing|shown|templates|health|api)(\.|$)"
)


@dataclass(frozen=True)
class Module:
    """A Python module of the shop."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def shown(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def feature(self) -> str | None:
        """The feature it belongs to; None for core and wiring."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and parts[1] in RANKS else None

    @property
    def floor(self) -> int:
        """How high it stands; imports only point down."""
        if self.name.startswith("pos.core"):
            return CORE
        if self.feature is None:
            return WIRING
        stem = self.name.split(".")[-1]
        if stem in DOOR_NAMES or stem.endswith(DOOR_ENDINGS) or stem.startswith("api_") or ".api." in self.name:
            return DOORS
        return MODELS if self._declares_tables() or stem == self.feature else RULES

    def _declares_tables(self) -> bool:
        classes = (node for node in self.tree.body if isinstance(node, ast.ClassDef))
        return any(isinstance(base, ast.Name) and base.id == "Base" for node in classes for base in node.bases)

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every module it names, with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    yield (full if full in modules() else node.module), node.lineno

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call, by the name that is called: `f` in f(), `m.f` in m.f()."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield _called(node.func), node


def _called(func: ast.expr) -> str:
    if isinstance(func, ast.Name):
        return func.id
    if isinstance(func, ast.Attribute):
        return f"{_called(func.value)}.{func.attr}"
    return ""


@functools.cache
def modules() -> dict[str, Module]:
    """The shop's modules by name."""
    found = {}
    for path in sorted((ROOT / "pos").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = Module(name, path, ast.parse(path.read_text(encoding="utf-8")))
    return found


@functools.cache
def templates() -> dict[str, str]:
    """The shop's templates by their path under pos/templates, without Jinja's comments."""
    folder = ROOT / "pos" / "templates"
    texts = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.html"))}
    return {name: re.sub(r"\{#.*?#\}", "", text, flags=re.S) for name, text in texts.items()}
