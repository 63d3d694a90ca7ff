"""Graphs as a file of draw.io: a page for each group, whose boxes and cables can be moved on.

The form is that of drawio.com's "The .drawio file format" and of its mxfile.xsd, not compressed. Labels are
plain text (html=0, and no wrapping: draw.io takes one that wraps for HTML), with line feeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from esxlab.lesson.drawing import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.lesson.drawing import Box, Device
    from esxlab.lesson.graph import Placed

SCALE = 4.0
"""Points for a unit: A4 is 827 x 1169 of them ("The .drawio file format", pageWidth)."""
PAGE = (827, 1169)
LEFT = 30.0
BAR = 4.0
PLAIN = "html=0;fontFamily=DejaVu Sans;fontColor=#000000;fontSize=11;"
TEXT = f"text;{PLAIN}align=left;verticalAlign=middle;strokeColor=none;fillColor=none;"
MACHINE = f"rounded=0;{PLAIN}strokeColor=#000000;fillColor=#FFFFFF;"
ROUTER = f"rounded=1;{PLAIN}strokeColor=#000000;fillColor=#FFFFFF;"
NETWORK = (
    f"rounded=0;{PLAIN}strokeColor=none;fillColor=#000000;labelPosition=center;align=left;"
    "verticalLabelPosition=top;verticalAlign=bottom;"
)
CABLE = f"endArrow=none;{PLAIN}rounded=0;strokeColor=#000000;labelBackgroundColor=#FFFFFF;"
DASHED = "dashed=1;"


def draw_pages(placed: Sequence[Placed]) -> str:
    """A file of one page for each group."""
    file = ET.Element("mxfile", host="esxlab", compressed="false")
    for each in placed:
        _page(file, each)
    ET.indent(file)
    return ET.tostring(file, encoding="unicode") + "\n"


def _page(file: ET.Element, placed: Placed) -> None:
    graph = placed.graph
    page = ET.SubElement(file, "diagram", id=f"g{graph.group}", name=graph.title)
    wide, high = PAGE
    model = ET.SubElement(
        page, "mxGraphModel", grid="0", page="1", pageWidth=str(wide), pageHeight=str(high), math="0"
    )
    root = ET.SubElement(model, "root")
    ET.SubElement(root, "mxCell", id="0")
    ET.SubElement(root, "mxCell", {"id": "1", "parent": "0"})
    _text(root, "title", graph.title, placed.top, f"{TEXT}fontStyle=1;")
    bars = [wire for wire in graph.drawing.wires if wire.name]
    for (side, name), wire in zip(graph.networks, bars, strict=True):
        place = (0.0, placed.drawing_top + wire.y1, WIDTH, BAR / SCALE)
        _shape(root, side, name, NETWORK, place)
    for at, (device, box) in enumerate(graph.boxes):
        _machine(root, f"m{at}", box, placed.drawing_top)
        _cables(root, f"m{at}", device, box)
    for at, (top, line) in enumerate(placed.lines):
        _text(root, f"d{at}", line, top - 3, TEXT)


def _machine(root: ET.Element, name: str, box: Box, top: float) -> None:
    style = (ROUTER if box.router else MACHINE) + (DASHED if box.absent else "")
    _shape(root, name, "\n".join(box.lines), style, (box.left, top + box.top, box.width, box.height))


def _cables(root: ET.Element, name: str, device: Device, box: Box) -> None:
    """To the network's bar, straight above or below the machine."""
    across = (box.left + box.width / 2) / WIDTH
    for side in device.sides:
        cut = side in device.now.cut
        above = side == "outside" and device.sides != ("outside",)
        up = above or device.sides == ("inside",)
        ends = f"exitX=0.5;exitY={0 if up else 1};entryX={across:.4f};entryY=0.5;"
        edge = ET.SubElement(
            root,
            "mxCell",
            {
                "id": f"{name}-{side}",
                "value": "\N{MULTIPLICATION SIGN}" if cut else "",
                "style": CABLE + ends + (DASHED if cut else ""),
                "edge": "1",
                "parent": "1",
                "source": name,
                "target": side,
            },
        )
        ET.SubElement(edge, "mxGeometry", {"relative": "1", "as": "geometry"})


def _text(root: ET.Element, name: str, said: str, top: float, style: str) -> None:
    _shape(root, name, said, style, (0.0, top, WIDTH, 4.0))


def _shape(
    root: ET.Element, name: str, said: str, style: str, place: tuple[float, float, float, float]
) -> None:
    cell = ET.SubElement(
        root, "mxCell", {"id": name, "value": said, "style": style, "vertex": "1", "parent": "1"}
    )
    left, top, width, height = (f"{each * SCALE:g}" for each in place)
    facts = {"x": f"{float(left) + LEFT:g}", "y": f"{float(top) + LEFT:g}", "width": width, "height": height}
    ET.SubElement(cell, "mxGeometry", {**facts, "as": "geometry"})
