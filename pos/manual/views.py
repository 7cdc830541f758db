"""The manual's pages: its contents, a chapter, and one section of it in a sheet over the page that asks for help."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from pos.core.language import LANGUAGES
from pos.core.web import current_page, is_htmx, local_address
from pos.manual import chapters
from pos.manual.pages import help_for
from pos.manual.showing import Addresses, as_html

blueprint = Blueprint("manual", __name__, url_prefix="/help")


@blueprint.get("/")
def contents() -> ResponseReturnValue:
    """All chapters and their sections."""
    return render_template("manual/contents.html", chapters=list(chapters.everything(_language())), **_ways())


@blueprint.get(f"/<any({','.join(chapters.CHAPTERS)}):name>")
def chapter(name: str) -> ResponseReturnValue:
    """A chapter; for the help button, the section that it asks for, in a sheet."""
    shown = chapters.read(name, _language())
    section = shown.section(request.args.get("section"))
    told = {"chapter": shown, "section": section, "as_html": lambda tokens: as_html(tokens, _addresses())}
    if is_htmx():
        return render_template("manual/_help_sheet.html", **told, **_ways())
    place = chapters.CHAPTERS.index(name)
    beside = {
        "before": chapters.read(chapters.CHAPTERS[place - 1], _language()) if place else None,
        "after": chapters.read(chapters.CHAPTERS[place + 1], _language()) if name != chapters.CHAPTERS[-1] else None,
    }
    return render_template("manual/chapter.html", **told, **beside, **_ways())


@blueprint.get(f"/pictures/<any({','.join(LANGUAGES)}):language>/<picture>")
def picture(language: str, picture: str) -> ResponseReturnValue:
    """A picture of a screen."""
    folder = chapters.PICTURES / language
    if not (folder / picture).is_file():
        abort(404)
    return send_from_directory(folder, picture)


def help_address(section: str | None = None) -> str:
    """Where the help button of this page leads: its section, or the one that its template names, and the way back."""
    name, usual = help_for(request.endpoint)
    return _chapter_address(name, section or usual, current_page())


def _language() -> str:
    return str(get_locale())


def _ways() -> dict[str, object]:
    """The page that the reader came from, and addresses that keep it."""
    back = local_address(request.args.get("from"))
    return {
        "back": back,
        "address_of": lambda name, section=None: _chapter_address(name, section, back),
        "contents_address": url_for("manual.contents", **_came_from(back)),
    }


def _addresses() -> Addresses:
    back = local_address(request.args.get("from"))
    return Addresses(
        chapter=lambda name, section: _chapter_address(name, section, back),
        picture=lambda language, file: url_for("manual.picture", language=language, picture=file),
    )


def _chapter_address(name: str, section: str | None, back: str | None) -> str:
    values = {"name": name, "_anchor": section, **_came_from(back)}
    if section:
        values["section"] = section
    return url_for("manual.chapter", **values)


def _came_from(back: str | None) -> dict[str, Any]:
    return {"from": back} if back else {}
