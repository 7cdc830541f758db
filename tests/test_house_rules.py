"""The house rules (DESIGN.md 2), read from the source. Each failure names the right way."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import PurePosixPath

from tests.house import CORE, DOORS, FLOORS, MODELS, RANKS, RULES, WEB_CORE, WIRING, Module, modules, templates

MOST_LINES, WISHED_LINES = 300, 250
MOST_FUNCTION_LINES = 40
WEB_PACKAGES = {"flask", "flask_login", "flask_wtf", "werkzeug", "wtforms"}
BANNED_NAMES = re.compile(r"util|helper|manager|^_?process_|^_?handle_")
# SQLAlchemy, WTForms and webargs call these by their names.
GIVEN_NAMES = {"process_bind_param", "process_result_value", "process_formdata", "process_data"}
GIVEN_NAMES |= {"handle_error", "handle_http_exception", "_handle_invalid_json_error"}
BANNED_CALLS = {
    "float": "count money and quantities in Decimal, with pos.core.money",
    "Float": "use the column types of pos.core.fields",
    "round": "round with pos.core.money.round_half_up, half up and away from zero",
    "datetime.now": "ask pos.core.clock.now(), which tests can hold still",
    "datetime.utcnow": "ask pos.core.clock.now(), which tests can hold still",
    "datetime.today": "ask pos.core.clock.now(), which tests can hold still",
    "date.today": "ask the store's today(), or pos.core.clock.today(timezone)",
}
REFUSALS = {
    "Invalid",
    "NotSignedIn",
    "Forbidden",
    "NotFound",
    "Refused",
    "KeyReused",
    "TooManyTries",
    "Busy",
    "Problem",
}
TRANSLATORS = {"_": 1, "_l": 1, "gettext": 1, "lazy_gettext": 1, "ngettext": 2, "pgettext": 2, "lazy_pgettext": 2}
EVENTS = (
    r"click|dblclick|load|error|change|input|submit|focus\w*|blur|key\w+|mouse\w+|touch\w+|pointer\w+|toggle|scroll"
)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def told(problems: list[str]) -> str:
    return "\n" + "\n".join(problems)


def test_imports_only_point_down() -> None:
    """Wiring, then doors, rules, models, core."""
    wrong = []
    for module in modules().values():
        for name, line in module.imports():
            target = modules().get(name)
            if target is not None and target.floor > module.floor:
                wrong.append(
                    f"{module.shown}:{line} stands on the floor of {FLOORS[module.floor]} and imports {name} from the"
                    f" floor of {FLOORS[target.floor]}: let the higher import the lower, or move what both need down"
                )
    assert not wrong, told(wrong)


def test_features_import_only_from_those_before_them() -> None:
    """Settings, accounts, catalog beside customers, sales, till, reports."""
    wrong = []
    for module in modules().values():
        for name, line in module.imports():
            target = modules().get(name)
            mine, other = module.feature, target.feature if target else None
            if other is None or mine == other or module.floor == WIRING:
                continue
            if mine is None or RANKS[other] >= RANKS[mine]:
                wrong.append(
                    f"{module.shown}:{line} imports {name}: {mine or 'core'} comes before {other} or beside it;"
                    f" let {other} call {mine or 'core'}, or put the rule where both may reach it"
                )
    assert not wrong, told(wrong)


def test_doors_do_not_use_the_doors_of_other_features() -> None:
    wrong = []
    for module in modules().values():
        for name, line in module.imports():
            target = modules().get(name)
            if module.floor == DOORS and target and target.floor == DOORS and target.feature != module.feature:
                wrong.append(f"{module.shown}:{line} imports {name}: call the verb behind that door instead")
    assert not wrong, told(wrong)


def test_models_know_only_core_and_each_other() -> None:
    wrong = []
    for module in modules().values():
        for name, line in module.imports():
            target = modules().get(name)
            if module.floor == MODELS and target and target.floor != CORE and target.feature != module.feature:
                wrong.append(f"{module.shown}:{line} imports {name}: name the other table by its string")
    assert not wrong, told(wrong)


def test_only_doors_know_the_web() -> None:
    """Rules take plain values and an Actor; they are called from pages, programs and the command line alike."""
    wrong = []
    for module in modules().values():
        if module.floor in (DOORS, WIRING) or WEB_CORE.match(module.name):
            continue
        for name, line in module.imports():
            if name.split(".")[0] in WEB_PACKAGES or WEB_CORE.match(name):
                wrong.append(
                    f"{module.shown}:{line} imports {name}: read the request in a door, pass values to the rule"
                )
    assert not wrong, told(wrong)


def test_modules_are_short() -> None:
    lengths = {module.shown: len(module.path.read_text(encoding="utf-8").splitlines()) for module in modules().values()}
    print("longer than wished:", {name: lines for name, lines in lengths.items() if lines > WISHED_LINES})
    wrong = [f"{name} has {lines} lines: split it by noun" for name, lines in lengths.items() if lines > MOST_LINES]
    assert not wrong, told(wrong)


def test_functions_are_short() -> None:
    wrong = []
    for module in modules().values():
        for node in module.functions():
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_FUNCTION_LINES:
                wrong.append(f"{module.shown}:{node.lineno} {node.name} has {lines} lines: name its steps")
    assert not wrong, told(wrong)


def test_names_say_what_a_thing_is() -> None:
    wrong = []
    for module in modules().values():
        stem = module.name.split(".")[-1]
        if BANNED_NAMES.search(stem):
            wrong.append(f"{module.shown}: name the module by its noun, like stock, credit, pricing")
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name in GIVEN_NAMES:
                continue
            if BANNED_NAMES.search(node.name.lower()):
                wrong.append(f"{module.shown}:{node.lineno} {node.name}: use the word a shopkeeper would")
    assert not wrong, told(wrong)


def test_there_is_one_way_to_count_to_round_and_to_tell_the_time() -> None:
    wrong = []
    for module in modules().values():
        if module.name in ("pos.core.clock", "pos.core.ids"):
            continue
        for name, node in module.calls():
            right = BANNED_CALLS.get(name) or BANNED_CALLS.get(".".join(name.split(".")[-2:]))
            if right:
                wrong.append(f"{module.shown}:{node.lineno} calls {name}: {right}")
    assert not wrong, told(wrong)


def test_every_refusal_can_be_said_in_every_language() -> None:
    wrong = []
    for module in modules().values():
        for name, node in module.calls():
            sentence = node.args[0] if node.args else None
            plain = isinstance(sentence, ast.JoinedStr) or (
                isinstance(sentence, ast.Constant) and isinstance(sentence.value, str)
            )
            if plain and (name.split(".")[-1] in REFUSALS or name == "flash"):
                wrong.append(
                    f"{module.shown}:{node.lineno} {name}(...): wrap the sentence in pos.core.language.gettext"
                )
    assert not wrong, told(wrong)


def test_translators_can_find_every_sentence() -> None:
    wrong = []
    for module in modules().values():
        if module.name == "pos.core.language":
            continue
        for name, node in module.calls():
            sentences = node.args[: TRANSLATORS.get(name, 0)]
            if not all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in sentences):
                wrong.append(
                    f"{module.shown}:{node.lineno} {name}(...): write the sentence out, with %(name)s for what differs"
                )
    assert not wrong, told(wrong)


def test_what_others_call_says_what_it_promises() -> None:
    wrong = []
    for module in modules().values():
        if module.tree.body and not ast.get_docstring(module.tree):
            wrong.append(f"{module.shown}: say in one sentence what the module is for")
        for node in module.tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                wrong.append(f"{module.shown}:{node.lineno} {node.name}: say in one sentence what it promises")
    assert not wrong, told(wrong)


def test_templates_hold_no_inline_script_or_style() -> None:
    """The Content-Security-Policy would block them without a word."""
    rules = {
        r"<script(?![^>]*\ssrc=)": "put it into a file under static/js",
        r"<style\b": "put it into a file under static/css",
        r"\sstyle\s*=": "give it a class",
        rf"\son(?:{EVENTS})\s*=": "listen in a file under static/js",
        r"hx-on\b|hx_on\b": "listen in a file under static/js",
        r"js:|javascript:": "htmx evaluates nothing here; send a hidden field",
    }
    wrong = [
        f"pos/templates/{name}:{line_of(text, found)} has {found[0].strip()!r}: {right}"
        for name, text in templates().items()
        for pattern, right in rules.items()
        for found in re.finditer(pattern, text)
    ]
    assert not wrong, told(wrong)


def test_templates_load_nothing_from_elsewhere() -> None:
    """The shop may have no internet. WhatsApp links leave it when somebody taps them."""
    found = [
        f"pos/templates/{name}:{line_of(text, found)} points to {found[1]}: vendor it under static/"
        for name, text in templates().items()
        for found in re.finditer(r"""(?:src|href|action)\s*=\s*["']((?:https?:)?//[^"']*)""", text)
        if not found[1].startswith("https://wa.me/")
    ]
    assert not found, told(found)


def test_templates_escape_what_people_typed() -> None:
    wrong = [
        f"pos/templates/{name}:{line_of(text, found)} has {found[0]!r}: let Jinja escape it, or make Markup in Python"
        for name, text in templates().items()
        for found in re.finditer(r"\|\s*safe\b|autoescape\s+false", text)
    ]
    assert not wrong, told(wrong)


def test_a_fragment_is_one_element_that_bears_its_name() -> None:
    """htmx swaps it by that id, and a page includes it whole."""
    wrong = []
    for name, text in templates().items():
        stem = PurePosixPath(name).stem
        if not stem.startswith("_"):
            continue
        roots, wanted = roots_of(text), stem.lstrip("_").replace("_", "-")
        if not roots and "{% macro" in text:
            continue
        ids = [root.replace("_", "-") for root in roots]
        if len(ids) != 1 or not (ids[0] == wanted or ids[0].startswith(f"{wanted}-")):
            wrong.append(
                f'pos/templates/{name} has the root elements {roots}: wrap all of it in one with id="{wanted}"'
            )
    assert not wrong, told(wrong)


def line_of(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1


class Roots(HTMLParser):
    """Collects the ids of the elements that stand in no other."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.ids.append(dict(attrs).get("id") or f"<{tag}> without id")
        if tag not in VOID:
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.ids.append(dict(attrs).get("id") or f"<{tag}> without id")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.depth -= 1


def roots_of(text: str) -> list[str]:
    """The ids of a template's root elements, taking the first branch of every condition."""
    parser = Roots()
    parser.feed(re.sub(r"\{\{.*?\}\}", "x", first_branches(text), flags=re.S))
    return parser.ids


def first_branches(text: str) -> str:
    """A template's own output: first branches, without macros and set blocks; a called macro is one element."""
    kept: list[str] = []
    inside: list[bool] = []
    for part in re.split(r"(\{%.*?%\})", text, flags=re.S):
        tag = re.match(r"\{%-?\s*(\w+)", part)
        word = tag[1] if tag else None
        if word in ("if", "for"):
            inside.append(True)
        elif word == "macro" or (word == "set" and "=" not in part):
            inside.append(False)
        elif word in ("elif", "else"):
            inside[-1] = False
        elif word in ("endif", "endfor", "endmacro", "endset"):
            inside.pop()
        elif all(inside):
            kept.append(_element(word, part))
    return "".join(kept)


def _element(word: str | None, part: str) -> str:
    if word == "call":
        named = re.search(r"""call\s*(?:\([^)]*\))?\s*\w+\(\s*(?:"([^"]*)")?""", part)
        return f'<div id="{(named and named[1]) or ""}">'
    if word == "endcall":
        return "</div>"
    return "" if word else part


def test_the_rules_catch_what_they_forbid() -> None:
    """A rule that never fails would guard nothing."""
    assert roots_of("<p id='a'>x</p><p id='b'>y</p>") == ["a", "b"]
    assert roots_of("{% if x %}<div id='a'><br></div>{% else %}{% if y %}<i>{% endif %}<b>{% endif %}") == ["a"]
    assert roots_of('{% macro m() %}<p>{% endmacro %}{% call dialog("a", x) %}<p>y</p>{% endcall %}') == ["a"]
    assert modules()["pos.accounts.views"].floor == DOORS
    assert modules()["pos.accounts.signin"].floor == RULES
    assert modules()["pos.accounts.models"].floor == MODELS
    assert modules()["pos"].floor == WIRING
    source = "from pos.till import views\nraise Invalid('no')\nfloat('1.5')\n"
    module = Module("pos.sales.example", modules()["pos"].path, ast.parse(source))
    assert [name for name, _line in module.imports()] == ["pos.till.views"]
    assert {name for name, _node in module.calls()} == {"Invalid", "float"}
