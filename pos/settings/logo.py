"""The store's logo: a small picture in the database, so that every backup carries it, on every bill."""

from __future__ import annotations

import base64
import hashlib
import io
import warnings
from typing import IO, Any

from sqlalchemy import select, update

from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import at_most, execute, one_unit, table
from pos.core.errors import Invalid, Refused
from pos.core.language import gettext as _
from pos.settings import store
from pos.settings.models import StoreSettings

LARGEST_BYTES = 2 * 1024 * 1024
LARGEST_SIDE = 6000
# Sharp on an 80 mm roll at 203 dots an inch, and a few kilobytes.
KEPT_SIZE = (480, 240)
LEAST_SIDE = 16
KINDS = ("PNG", "JPEG")
_table = table(StoreSettings)
_select = select(_table.c.logo).limit(at_most(1))


def picture() -> bytes | None:
    """The logo as a PNG, or None."""
    kept = execute(_select).scalar()
    return bytes(kept) if kept else None


def as_uri() -> str | None:
    """The logo as a `data:` URI, for a page and for a PDF, which fetches nothing; None without a logo."""
    drawn = picture()
    return f"data:image/png;base64,{base64.b64encode(drawn).decode()}" if drawn else None


def set_logo(actor: Actor, source: IO[bytes]) -> None:
    """Put a PNG or JPEG picture on every bill from now on.

    It is drawn anew, so that nothing of the file but the picture is kept. Raises Forbidden for all but the owner,
    Invalid for what is no such picture, is too large or too small, Refused before the store has been set up.
    """
    actor.require("change_settings")
    _keep(actor, drawn_anew(source.read(LARGEST_BYTES + 1)))


@one_unit
def remove_logo(actor: Actor) -> None:
    """Leave the logo off the bills; without one nothing changes. Raises Forbidden for all but the owner."""
    actor.require("change_settings")
    if execute(_select.with_for_update()).scalar():
        execute(update(_table).values(logo=None, updated_at=clock.now()))
        audit.record(actor, "settings.logo_removed", "store")


@one_unit
def _keep(actor: Actor, drawn: bytes) -> None:
    if not store.exists(lock=True):
        raise Refused(_("Save the name of the store first."), field="picture")
    if execute(_select).scalar() == drawn:
        return
    execute(update(_table).values(logo=drawn, updated_at=clock.now()))
    audit.record(actor, "settings.logo_changed", "store", change={"sha256": hashlib.sha256(drawn).hexdigest()})


def drawn_anew(file: bytes) -> bytes:
    """The picture in a file, on white, no larger than a bill needs, as a PNG of ours.

    What the file is called says nothing; what it holds does. Raises Invalid.
    """
    if len(file) > LARGEST_BYTES:
        raise Invalid(_("The picture is too large: at most 2 MB."), field="picture")
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            # A few bytes may claim to be a picture of millions of dots.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(file), formats=KINDS) as opened:
                _measure(*opened.size)
                return _flat(ImageOps.exif_transpose(opened))
    except Invalid:
        raise
    except Exception as error:
        # A damaged file makes the reader stumble in many ways; all of them mean this.
        raise Invalid(_("This is no PNG or JPEG picture, or it is damaged."), field="picture") from error


def _measure(width: int, height: int) -> None:
    if max(width, height) > LARGEST_SIDE or min(width, height) < LEAST_SIDE:
        sentence = _(
            "A picture of %(width)s × %(height)s dots does not do: each side has %(least)s to %(most)s.",
            width=width,
            height=height,
            least=LEAST_SIDE,
            most=LARGEST_SIDE,
        )
        raise Invalid(sentence, field="picture")


def _flat(opened: Any) -> bytes:
    from PIL import Image

    picture = opened.convert("RGBA")
    picture.thumbnail(KEPT_SIZE)
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    kept = io.BytesIO()
    ground.convert("RGB").save(kept, "PNG", optimize=True)
    return kept.getvalue()
