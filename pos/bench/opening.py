"""How long a large shop takes to open when it was closed in order the evening before."""

from __future__ import annotations

from pos import soundness
from pos.bench.measures import Figure
from pos.bench.place import Place
from pos.bench.visitor import served
from pos.core.db import db
from pos.schema import file_of


def in_order(place: Place) -> list[Figure]:
    """Open the shop, close it, and open it again; nothing for a small file, which always opens alike.

    The server that is measured later is the third: the second is closed before it has looked the file through, so that
    nothing is looked through beside what is measured.
    """
    file = file_of(place.app)
    if file is None or soundness.is_small(file):
        return []
    # Whoever has the file open keeps it from being left in order.
    db.session.remove()
    db.engine.dispose()
    with served(place) as first:
        pass
    with served(place) as second:
        pass
    size = f"a file of {file.stat().st_size / 1e9:.1f} GB"
    return [
        Figure(f"start of the server: {size} is looked through first", first.opened_in, "ms"),
        Figure("start of the server after it was closed in order", second.opened_in, "ms"),
    ]
