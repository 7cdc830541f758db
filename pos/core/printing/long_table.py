"""A table of thousands of rows as a PDF, drawn line by line: what the press takes a minute for, this does in seconds.

Each row is one line; texts that are wider than their column are cut. Loaded by the worker from its file.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

PORTRAIT, LANDSCAPE = (595, 842), (842, 595)
MOST_UPRIGHT = 8
MARGIN, SIZE, LINE, GAP = 34, 7.5, 11.0, 8
TITLE_SIZE, FOOT = 13, 20
GREY, BLACK = "0.75 G 0.4 w", "0 g"
# A column of text gives way before a number does, but never below this, in points.
NARROWEST = 40.0


class Pages:
    """The pages of one table as they are drawn: the look of the paper in points, from the bottom left."""

    def __init__(self, table: dict[str, Any], writings: dict[int, Any]) -> None:
        self.table = table
        self.plain, self.bold = writings[400], writings[700]
        self.width, self.height = LANDSCAPE if len(table["columns"]) > MOST_UPRIGHT else PORTRAIT
        self.widths = self._column_widths()

    def _column_widths(self) -> list[float]:
        """As wide as the widest cell; where that is too much, texts are cut."""
        natural = []
        for place, column in enumerate(self.table["columns"]):
            cells = max((self.plain.runs(row[place])[1] for row in self.table["rows"]), default=0)
            total = self.table["totals"][place] if self.table["totals"] else ""
            widest = max(cells, self.bold.runs(total)[1], self.bold.runs(column["title"])[1])
            natural.append(widest * SIZE / 1000 + GAP)
        texts = [place for place, column in enumerate(self.table["columns"]) if not column["right"]]
        room = self.width - 2 * MARGIN
        over = sum(natural) - room
        giving = sum(max(natural[place] - NARROWEST, 0) for place in texts)
        for place in texts:
            if over > 0 and giving:
                natural[place] -= min(over / giving, 1) * max(natural[place] - NARROWEST, 0)
            elif over < 0:
                natural[place] -= over / len(texts)
        return natural

    def drawn(self) -> Iterator[list[str]]:
        """Each page's commands, without its foot."""
        rows = [(row, self.plain) for row in self.table["rows"]]
        if self.table["totals"]:
            rows.append((self.table["totals"], self.bold))
        page, y = self._first_page()
        for cells, writing in rows:
            if y < MARGIN + FOOT:
                yield page
                page, y = self._heads(self.height - MARGIN - SIZE)
            page += self._row(cells, writing, y)
            y -= LINE
        yield page

    def _first_page(self) -> tuple[list[str], float]:
        y: float = self.height - MARGIN - TITLE_SIZE
        page = self._text(self.bold, self.table["store"], MARGIN, y, TITLE_SIZE)
        page += self._text(self.bold, self.table["title"], self.width - MARGIN, y, TITLE_SIZE, right=True)
        for left, right in self.table["about"]:
            y -= LINE + 1
            page += self._text(self.plain, left, MARGIN, y, SIZE + 1)
            page += self._text(self.plain, right, self.width - MARGIN, y, SIZE + 1, right=True)
        heads, y = self._heads(y - 2 * LINE)
        return page + heads, y

    def _heads(self, y: float) -> tuple[list[str], float]:
        titles = [column["title"] for column in self.table["columns"]]
        return self._row(titles, self.bold, y, "0.3 G 0.8 w"), y - LINE - 1

    def _row(self, cells: Sequence[str], writing: Any, y: float, line: str = GREY) -> list[str]:
        x: float = MARGIN
        found = [f"{line} {MARGIN} {y - 3.2:.1f} m {self.width - MARGIN} {y - 3.2:.1f} l S"]
        for text, column, width in zip(cells, self.table["columns"], self.widths, strict=True):
            if text:
                at = x + width - GAP / 2 if column["right"] else x + GAP / 2
                found += self._text(writing, text, at, y, SIZE, right=column["right"], room=width - GAP / 2)
            x += width
        return found

    def _text(
        self, writing: Any, text: str, x: float, y: float, size: float, right: bool = False, room: float = 0
    ) -> list[str]:
        runs, width = writing.fitted(text, room * 1000 / size) if room else writing.runs(text)
        x -= width * size / 1000 if right else 0
        found = []
        for run in runs:
            if run.places is None:
                found.append(f"BT /{run.font.name} {size} Tf {x:.2f} {y:.2f} Td <{run.glyphs}> Tj ET")
            else:
                found.append(f"BT /{run.font.name} {size} Tf {_placed(run, x, y, size)} ET")
            x += run.width * size / 1000
        return found

    def foot(self, number: int, of: int) -> list[str]:
        """The name of the paper and the page's number."""
        said = self.table["page"].replace("{page}", str(number)).replace("{pages}", str(of))
        name = self._text(self.plain, f"{self.table['store']} · {self.table['title']}", MARGIN, MARGIN - 8, SIZE - 0.5)
        return [*name, *self._text(self.plain, said, self.width - MARGIN, MARGIN - 8, SIZE - 0.5, right=True)]


def _placed(run: Any, x: float, y: float, size: float) -> str:
    glyphs = (run.glyphs[at : at + 4] for at in range(0, len(run.glyphs), 4))
    return " ".join(
        f"1 0 0 1 {x + left * size / 1000:.2f} {y + up * size / 1000:.2f} Tm <{glyph}> Tj"
        for glyph, (left, up) in zip(glyphs, run.places, strict=True)
    )


def pdf(table: dict[str, Any], writings: dict[int, Any], stream: Any) -> bytes:
    """The table as a PDF: its store, title, about, columns, rows and totals as texts, and how a page is named."""
    pages = Pages(table, writings)
    # Each page is packed as soon as it is drawn; only its foot waits for how many there are.
    bodies = [zlib.compress("\n".join(page).encode(), 4) for page in pages.drawn()]
    fonts = [font for writing in writings.values() for font in writing.fonts]
    count, first = len(bodies), 3 + 5 * len(fonts)
    feet = [zlib.compress("\n".join(pages.foot(place + 1, count)).encode()) for place in range(count)]
    objects: dict[int, bytes] = {1: b"<< /Type /Catalog /Pages 2 0 R >>"}
    kids = " ".join(f"{first + 3 * place} 0 R" for place in range(count))
    named = " ".join(f"/{font.name} {3 + 5 * place} 0 R" for place, font in enumerate(fonts))
    objects[2] = (
        f"<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [0 0 {pages.width} {pages.height}]"
        f" /Resources << /Font << {named} >> >> >>"
    ).encode()
    for place, font in enumerate(fonts):
        objects.update(font.objects(3 + 5 * place))
    for place, parts in enumerate(zip(bodies, feet, strict=True)):
        at = first + 3 * place
        objects[at] = f"<< /Type /Page /Parent 2 0 R /Contents [{at + 1} 0 R {at + 2} 0 R] >>".encode()
        objects[at + 1], objects[at + 2] = (stream(part) for part in parts)
    return _file(objects)


def _file(objects: dict[int, bytes]) -> bytes:
    whole, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number in sorted(objects):
        places.append(len(whole))
        whole += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return bytes(whole) + f"{end}startxref\n{len(whole)}\n%%EOF\n".encode()
