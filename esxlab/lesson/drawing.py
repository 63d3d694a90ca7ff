"""A group's drawing, by rules: two networks as bars, each machine at the bars that it is wired to.

What is outside alone stands above, what has both sides between the bars, what is inside alone below. It is
laid out on a page of 190 units' width (millimetres of an A4 page); black lines and text alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.exercises.registry import addresses_of
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.spec.resolved import GroupSpec

WIDTH = 190.0
GAP = 5.0
"""Between a box and its bar."""
BAR_TEXT = 4.0
MOST_BOX = 44.0


@dataclass(frozen=True, slots=True)
class Box:
    """A machine: its place (left, top), its size, and its lines of text; `round`: a router."""

    left: float
    top: float
    width: float
    height: float
    lines: tuple[str, ...]
    router: bool = False


@dataclass(frozen=True, slots=True)
class Wire:
    """A line from one point to another; `bar`: a network, with its name above the line's left end."""

    x1: float
    y1: float
    x2: float
    y2: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it; `height` in the same unit as WIDTH. `text` is the same in words, for who does not see it."""

    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class _Device:
    name: str
    inside: str
    outside: str
    router: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line for line in (self.name, self.outside, self.inside) if line)


def draw_group(spec: GroupSpec) -> Drawing:
    """The drawing of what is wanted."""
    devices = _devices(spec)
    levels = [
        [each for each in devices if each.outside and not each.inside],
        [each for each in devices if each.outside and each.inside],
        [each for each in devices if each.inside and not each.outside],
    ]
    heights = [max((len(each.lines) for each in level), default=0) * 3.5 + 3 for level in levels]
    outside_bar = heights[0] + GAP + BAR_TEXT if levels[0] else BAR_TEXT
    inside_bar = outside_bar + heights[1] + 2 * GAP + BAR_TEXT
    tops = (0.0, outside_bar + GAP, inside_bar + GAP)
    boxes: list[Box] = []
    wires = [
        Wire(0, outside_bar, WIDTH, outside_bar, f"{say('sheet.outside')} {spec.outside.network}"),
        Wire(0, inside_bar, WIDTH, inside_bar, f"{say('sheet.inside')} {spec.inside.network}"),
    ]
    for level, top, height in zip(levels, tops, heights, strict=True):
        for device, box in zip(level, _row(level, top, height), strict=True):
            boxes.append(box)
            middle = box.left + box.width / 2
            if device.outside:
                edge = box.top + box.height if box.top < outside_bar else box.top
                wires.append(Wire(middle, edge, middle, outside_bar))
            if device.inside:
                edge = box.top + box.height if box.top < inside_bar else box.top
                wires.append(Wire(middle, edge, middle, inside_bar))
    bottom = inside_bar + GAP + heights[2] if levels[2] else inside_bar + 1
    return Drawing(tuple(boxes), tuple(wires), bottom, _words(devices))


def _devices(spec: GroupSpec) -> list[_Device]:
    found = []
    for machine in spec.machines:
        addresses = dict(addresses_of(spec, machine))
        names = [machine.key] if machine.key == machine.hostname else [machine.key, machine.hostname]
        name = " = ".join(names)
        found.append(_Device(name, addresses.get("inside", ""), addresses.get("outside", "")))
    if router := spec.router:
        addresses = {"inside": str(router.inside_address.ip), "outside": str(router.outside_address.ip)}
        found.append(_Device(say("sheet.router"), addresses["inside"], addresses["outside"], router=True))
    return found


def _row(level: Sequence[_Device], top: float, height: float) -> list[Box]:
    """Boxes of one width, spread over the page."""
    if not level:
        return []
    share = WIDTH / len(level)
    width = min(MOST_BOX, share - 2)
    return [
        Box(at * share + (share - width) / 2, top, width, height, device.lines, device.router)
        for at, device in enumerate(level)
    ]


def _words(devices: Sequence[_Device]) -> str:
    parts = [
        f"{each.name}: {', '.join(address for address in (each.outside, each.inside) if address)}"
        for each in devices
    ]
    return "; ".join(parts)
