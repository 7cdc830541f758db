"""Looks at a page as axe does, which knows the rules of WCAG 2.2 AA that a program can check."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# All that another colour scheme can break.
COLOURS = ("color-contrast",)
LOOK = """
async ([type, values]) => {
  const found = await axe.run(document, { runOnly: { type, values }, resultTypes: ["violations"] });
  return found.violations.map((one) => ({
    rule: one.id,
    what: one.help,
    where: one.nodes.map((node) => node.target.join(" ") + " — " + node.failureSummary.split("\\n")[1]?.trim()),
  }));
}
"""
# Every control that a finger must hit, except links within a sentence, which axe excepts too.
SMALL_CONTROLS = """
(least) => {
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
  const isInText = (one) => one.matches("a") && getComputedStyle(one).display === "inline";
  const target = (one) => (one.matches("[type=checkbox], [type=radio]") ? one.closest("label") ?? one : one);
  return [...document.querySelectorAll(controls)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(".visually-hidden, .skip"))
    .filter((one) => !isInText(one))
    .map((one) => [one, target(one).getBoundingClientRect()])
    .filter(([, box]) => box.width < least || box.height < least)
    .map(([one, box]) => `${one.outerHTML.slice(0, 120)}: ${box.width.toFixed(1)} x ${box.height.toFixed(1)}`);
}
"""
# Buttons and chips whose words do not fit into them.
CUT_TEXTS = """
() => [...document.querySelectorAll("button, .button, .chip, .badge")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(".visually-hidden, .skip"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 3)
  .filter((one) => getComputedStyle(one).display !== "inline" && one.textContent.trim())
  .map((one) => `${one.textContent.trim().replace(/\\s+/g, " ")} does not fit into its button`);
"""
# Bars that stay in sight must leave room for what scrolls beneath them: half of the window at least. Dialogs scroll
# themselves.
COVERED = """
() => {
  const isBar = (one) => ["fixed", "sticky"].includes(getComputedStyle(one).position) && one.checkVisibility()
    && !one.closest("dialog");
  const bars = [...document.querySelectorAll("body *")].filter(isBar).map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.height && box.width > innerWidth / 2 && box.bottom > 0 && box.top < innerHeight);
  const seen = bars.reduce((all, [, box]) => all + Math.min(box.bottom, innerHeight) - Math.max(box.top, 0), 0);
  const names = bars.map(([one, box]) => `${one.tagName}.${one.className} ${Math.round(box.height)} px`);
  return seen > innerHeight / 2 ? [`bars take ${Math.round(seen)} of ${innerHeight} px: ${names.join(", ")}`] : [];
}
"""
# Whatever would glide, turn or fade for longer than a blink.
MOVING = """
() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  const lasts = `${style.animationDuration},${style.transitionDuration}`.split(",").map(parseFloat);
  return Math.max(...lasts) > 0.05 || style.scrollBehavior === "smooth";
}).map((one) => `${one.tagName}.${one.className}`)
"""


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page, of_colours: bool = False) -> list[dict[str, Any]]:
    """What breaks the rules on the page as it looks now, or those of colours alone: the rule, what it asks, where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    asked = ["rule", list(COLOURS)] if of_colours else ["tag", list(RULES)]
    return list(page.evaluate(LOOK, asked))


def small_controls(page: Page, least: int = 44) -> list[str]:
    """The visible controls that are narrower or lower than so many CSS pixels."""
    return list(page.evaluate(SMALL_CONTROLS, least))


def cut_texts(page: Page) -> list[str]:
    """The buttons and marks whose words do not fit into them."""
    return list(page.evaluate(CUT_TEXTS))


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the screen; 0 when nothing scrolls sideways."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth"))


def covered(page: Page) -> list[str]:
    """The bars that stay in sight, where they take more than half of the window."""
    return list(page.evaluate(COVERED))


def moving(page: Page) -> list[str]:
    """The elements that would move for longer than a twentieth of a second."""
    return list(page.evaluate(MOVING))
