"""Graphs as one PNG in black and white, drawn with Pillow, which writes the sheets' PDF too (fpdf2 needs it).

The letters are DejaVu Sans, which comes along: the picture is the same on every computer.
"""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.lesson.drawing import WIDTH
from esxlab.lesson.pen import FONTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

    from esxlab.lesson.drawing import Box, Wire
    from esxlab.lesson.graph import Placed

SCALE = 8.0
"""Points for a unit of the drawing: 203 dots an inch on A4."""
MARGIN = 3.0
MOST = 64 * 1024 * 1024
"""Points of a picture; more groups are drawn smaller (Pillow warns of pictures over 89 million)."""
BLACK, WHITE = 0, 255
DASH, HOLE = 0.8, 1.0


def draw_png(placed: Sequence[Placed], height: float, *, title: str, words: str) -> bytes:
    """One picture; `words` are the same for who does not see it, in the PNG's own text.

    LabError graph.not_installed.
    """
    try:
        from PIL import Image, ImageDraw, PngImagePlugin  # noqa: PLC0415 - esxlab[sheets]
    except ImportError as error:
        raise LabError("graph.not_installed") from error
    wide, high = WIDTH + 2 * MARGIN, height + 2 * MARGIN
    scale = min(SCALE, sqrt(MOST / (wide * high)))
    image = Image.new("L", (round(wide * scale), round(high * scale)), WHITE)
    brush = Brush(ImageDraw.Draw(image), scale)
    for each in placed:
        brush.graph(each)
    told = PngImagePlugin.PngInfo()
    told.add_itxt("Title", title)
    told.add_itxt("Description", words)
    written = BytesIO()
    image.save(written, "PNG", pnginfo=told)
    return written.getvalue()


class Brush:
    """Draws in units of the drawing; what is written into a box gets smaller until it fits."""

    def __init__(self, draw: ImageDraw, scale: float) -> None:
        self._draw, self._scale = draw, scale
        self._fonts: dict[tuple[float, bool], FreeTypeFont] = {}

    def graph(self, placed: Placed) -> None:
        """Title, drawing, what differs."""
        self._text(0, placed.top + 4, placed.graph.title, 4, bold=True)
        for wire in placed.graph.drawing.wires:
            self._wire(wire, placed.drawing_top)
        for box in placed.graph.drawing.boxes:
            self._box(box, placed.drawing_top)
        for top, line in placed.lines:
            self._text(0, top, line, 3)

    def _wire(self, wire: Wire, top: float) -> None:
        begin, end = (wire.x1, top + wire.y1), (wire.x2, top + wire.y2)
        self._line(begin, end, 0.8 if wire.name else 0.25, dashed=wire.cut)
        if wire.name:
            self._text(wire.x1, top + wire.y1 - 1.2, wire.name, 3)
        if wire.cut:
            middle = top + (wire.y1 + wire.y2) / 2 + 1
            self._text(wire.x1, middle, "\N{MULTIPLICATION SIGN}", 3, bold=True, anchor="ms")

    def _box(self, box: Box, top: float) -> None:
        left, above = box.left, top + box.top
        right, below = left + box.width, above + box.height
        place = (self._point(left, above), self._point(right, below))
        if box.router:
            self._draw.rounded_rectangle(place, 3 * self._scale, WHITE, BLACK, self._width(0.25))
        else:
            self._draw.rectangle(place, WHITE)
            corners = [(left, above), (right, above), (right, below), (left, below), (left, above)]
            for begin, end in pairwise(corners):
                self._line(begin, end, 0.25, dashed=box.absent)
        for at, line in enumerate(box.lines):
            bottom = above + (at + 0.65) * box.height / len(box.lines)
            self._text(left + box.width / 2, bottom, line, 3, bold=at == 0, anchor="ms", within=box.width - 2)

    def _line(
        self, begin: tuple[float, float], end: tuple[float, float], width: float, *, dashed: bool
    ) -> None:
        for one, two in _dashes(begin, end) if dashed else [(begin, end)]:
            self._draw.line((self._point(*one), self._point(*two)), BLACK, self._width(width))

    def _text(
        self,
        left: float,
        bottom: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        anchor: str = "ls",
        within: float = WIDTH,
    ) -> None:
        """On its base line, as SVG has it."""
        length = self._font(size, bold=bold).getlength(text) / self._scale
        fitted = self._font(size * min(1.0, within / max(length, 0.1)), bold=bold)
        self._draw.text(self._point(left, bottom), text, BLACK, fitted, anchor)

    def _font(self, size: float, *, bold: bool) -> FreeTypeFont:
        from PIL import ImageFont  # noqa: PLC0415 - as above

        if (size, bold) not in self._fonts:
            file = FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
            # the plain layout is in every build of Pillow: raqm is not, and the picture would differ
            self._fonts[size, bold] = ImageFont.truetype(
                file, max(1.0, size * self._scale), layout_engine=ImageFont.Layout.BASIC
            )
        return self._fonts[size, bold]

    def _point(self, left: float, top: float) -> tuple[float, float]:
        return (left + MARGIN) * self._scale, (top + MARGIN) * self._scale

    def _width(self, width: float) -> int:
        return max(1, round(width * self._scale))


def _dashes(
    begin: tuple[float, float], end: tuple[float, float]
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The strokes of a dotted line, which is upright or level."""
    (x1, y1), (x2, y2) = begin, end
    length = max(abs(x2 - x1), abs(y2 - y1))

    def point(way: float) -> tuple[float, float]:
        part = min(way, length) / length
        return x1 + (x2 - x1) * part, y1 + (y2 - y1) * part

    way = 0.0
    while way < length:
        yield point(way), point(way + DASH)
        way += DASH + HOLE
