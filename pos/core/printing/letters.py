"""The bundled fonts as a long table needs them: texts become glyphs with their widths, and glyphs become PDF objects.

Loaded by the worker from its file: like that one, it imports nothing of the shop.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEVANAGARI = re.compile("([\u0900-\u097f\u200c\u200d\u25cc\ua8e0-\ua8ff]+)")
CMAP_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
    "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
)
CMAP_FOOT = "endcmap CMapName currentdict /CMap defineresource pop end end"
MOST_IN_A_BLOCK = 100


@dataclass(frozen=True, slots=True)
class Run:
    """Some letters of one font: their width in thousandths of the size, and how a PDF shows them."""

    font: Letters
    width: int
    glyphs: str
    # Of each glyph where it stands, for writing that puts signs above, below and before; None where they follow on.
    places: Sequence[tuple[int, int]] | None = None


class Letters:
    """One font: its glyphs by letter, the ones that were used, and what a PDF needs to show them."""

    def __init__(self, name: str, file: Path) -> None:
        """Read a font. Raises OSError, ImportError where the library is missing."""
        import uharfbuzz
        from fontTools.ttLib import TTFont

        self.name = name
        self._ttf = TTFont(file)
        self._ttf.flavor = None
        whole = io.BytesIO()
        self._ttf.save(whole)
        self._shaper = uharfbuzz
        self._font = uharfbuzz.Font(uharfbuzz.Face(whole.getvalue()))
        self._units: int = self._ttf["head"].unitsPerEm
        order = self._ttf.getReverseGlyphMap()
        self._glyph_of = {code: order[glyph] for code, glyph in self._ttf.getBestCmap().items()}
        advances = self._ttf["hmtx"].metrics
        self._widths = {order[glyph]: self._scaled(advance) for glyph, (advance, _left) in advances.items()}
        self.used: dict[int, str] = {0: "\ufffd"}

    def _scaled(self, units: int) -> int:
        """The font's own units in thousandths of its size."""
        return units * 1000 // self._units

    def plain(self, text: str) -> Run:
        """Letters that simply follow each other."""
        glyphs = [self._glyph_of.get(ord(letter), 0) for letter in text]
        self.used.update(zip(glyphs, text, strict=True))
        return Run(self, sum(self._widths[glyph] for glyph in glyphs), "".join(f"{glyph:04x}" for glyph in glyphs))

    def shaped(self, text: str) -> Run:
        """Letters that change each other."""
        buffer = self._shaper.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        self._shaper.shape(self._font, buffer)
        at, glyphs, places, clusters = 0, [], [], [info.cluster for info in buffer.glyph_infos]
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            after = min((one for one in clusters if one > info.cluster), default=len(text))
            self.used.setdefault(info.codepoint, text[info.cluster : after])
            glyphs.append(f"{info.codepoint:04x}")
            places.append((self._scaled(at + position.x_offset), self._scaled(position.y_offset)))
            at += position.x_advance
        return Run(self, self._scaled(at), "".join(glyphs), places)

    def objects(self, first: int) -> Iterator[tuple[int, bytes]]:
        """The font as PDF objects from that number on; the first is the font itself."""
        head, box = self._ttf["head"], self._ttf["hhea"]
        bounds = " ".join(str(self._scaled(edge)) for edge in (head.xMin, head.yMin, head.xMax, head.yMax))
        widths = " ".join(f"{glyph} [{self._widths[glyph]}]" for glyph in sorted(self.used))
        info = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        file, letters = zlib.compress(self._subset()), zlib.compress(self._meanings().encode())
        yield (
            first,
            (
                f"<< /Type /Font /Subtype /Type0 /BaseFont /{self.name} /Encoding /Identity-H"
                f" /DescendantFonts [{first + 1} 0 R] /ToUnicode {first + 4} 0 R >>"
            ).encode(),
        )
        yield (
            first + 1,
            (
                f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{self.name} {info} /CIDToGIDMap /Identity"
                f" /FontDescriptor {first + 2} 0 R /DW 600 /W [{widths}] >>"
            ).encode(),
        )
        yield (
            first + 2,
            (
                f"<< /Type /FontDescriptor /FontName /{self.name} /Flags 4 /FontBBox [{bounds}] /ItalicAngle 0"
                f" /Ascent {self._scaled(box.ascent)} /Descent {self._scaled(box.descent)} /CapHeight 714"
                f" /StemV 80 /FontFile2 {first + 3} 0 R >>"
            ).encode(),
        )
        yield first + 3, stream(file)
        yield first + 4, stream(letters)

    def _subset(self) -> bytes:
        from fontTools.subset import Options, Subsetter

        options = Options(retain_gids=True, layout_features=[], notdef_outline=True, drop_tables=["GSUB", "GPOS"])
        cutter = Subsetter(options)
        cutter.populate(gids=sorted(self.used))
        cutter.subset(self._ttf)
        small = io.BytesIO()
        self._ttf.save(small)
        return small.getvalue()

    def _meanings(self) -> str:
        """Which text each glyph stands for, so that it can be searched and copied."""
        lines = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(self.used.items())]
        blocks = [lines[place : place + MOST_IN_A_BLOCK] for place in range(0, len(lines), MOST_IN_A_BLOCK)]
        told = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return f"{CMAP_HEAD}{told}\n{CMAP_FOOT}"


def stream(packed: bytes, more: str = "") -> bytes:
    """A PDF stream of what zlib packed."""
    return f"<< /Length {len(packed)} /Filter /FlateDecode {more}>>\nstream\n".encode() + packed + b"\nendstream"


class Writing:
    """The fonts of one weight: texts become runs, each in the font that has its letters."""

    def __init__(self, latin: Letters, devanagari: Letters) -> None:
        self.fonts = (latin, devanagari)
        self._known: dict[str, tuple[Sequence[Run], int]] = {}

    def runs(self, text: str) -> tuple[Sequence[Run], int]:
        """The text's runs and their whole width in thousandths of the size."""
        known = self._known.get(text)
        if known is None:
            latin, devanagari = self.fonts
            parts = [part for part in DEVANAGARI.split(text) if part]
            found = [devanagari.shaped(part) if DEVANAGARI.match(part) else latin.plain(part) for part in parts]
            known = self._known[text] = (found, sum(run.width for run in found))
        return known

    def fitted(self, text: str, width: float) -> tuple[Sequence[Run], int]:
        """The same, cut with an ellipsis when it is wider than that."""
        runs, whole = self.runs(text)
        while whole > width and text:
            keep = min(len(text) - 1, int(len(text) * width / whole))
            text = text[:keep].rstrip()
            runs, whole = self.runs(f"{text}…")
        return runs, whole


def writings(folder: Path, files: Sequence[tuple[str, int, str]]) -> dict[int, Any]:
    """The bundled fonts by weight."""
    found: dict[int, list[Letters]] = {}
    for place, (_family, weight, file) in enumerate(files):
        found.setdefault(weight, []).append(Letters(f"F{place + 1}", folder / file))
    return {weight: Writing(*fonts) for weight, fonts in found.items()}
