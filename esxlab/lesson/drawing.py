"""A group's drawing, by rules: two networks as bars, each machine at the bars that it is wired to.

What is outside alone stands above, what has both sides between the bars, what is inside alone below. It is
laid out on a page of 190 units' width (millimetres of an A4 page); black lines and text alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from esxlab import registered
from esxlab.exercises.registry import addresses_of, handout_of
from esxlab.lab.web import HTTP_PORT
from esxlab.lesson.now import MachineNow
from esxlab.texts import colon, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.lesson.now import GroupNow
    from esxlab.spec.resolved import GroupSpec

WIDTH = 190.0
GAP = 5.0
"""Between a box and its bar."""
BAR_TEXT = 4.0
MOST_BOX = 44.0
SIDES = ("outside", "inside")


@dataclass(frozen=True, slots=True)
class Box:
    """A machine: its place (left, top), its size, and its lines of text; `round`: a router."""

    left: float
    top: float
    width: float
    height: float
    lines: tuple[str, ...]
    router: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Wire:
    """A line from one point to another; `bar`: a network, with its name above the line's left end.

    `cut`: the cable is not there.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    name: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it; `height` in the same unit as WIDTH. `text` is the same in words, for who does not see it."""

    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Device:
    """A machine or the router (`key` is empty): names, an address on each side, what else is said of it."""

    key: str
    name: str
    inside: str
    outside: str
    router: bool = False
    marks: tuple[str, ...] = ()
    now: MachineNow = MachineNow()  # noqa: RUF009 - frozen

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands in its box."""
        own = (self.name, self.outside, self.inside)
        return (*(line for line in own if line), *self.marks, *self.now.lines)

    @property
    def sides(self) -> tuple[str, ...]:
        """The networks that it is wired to."""
        return tuple(side for side in SIDES if (self.outside if side == "outside" else self.inside))


def draw_group(spec: GroupSpec, now: GroupNow | None = None) -> Drawing:
    """The drawing as students get it: without marks, which are answers; `now`: what was seen."""
    return draw(spec, _seen(devices_of(spec), now))


def draw(spec: GroupSpec, devices: Sequence[Device]) -> Drawing:
    """These devices of a group at its two bars."""
    levels = levels_of(devices)
    heights = [max((len(each.lines) for each in level), default=0) * 3.5 + 3 for level in levels]
    outside_bar = heights[0] + GAP + BAR_TEXT if levels[0] else BAR_TEXT
    inside_bar = outside_bar + heights[1] + 2 * GAP + BAR_TEXT
    tops = (0.0, outside_bar + GAP, inside_bar + GAP)
    bars = {"outside": outside_bar, "inside": inside_bar}
    boxes: list[Box] = []
    wires = [Wire(0, bars[side], WIDTH, bars[side], network_name(spec, side)) for side in SIDES]
    for level, top, height in zip(levels, tops, heights, strict=True):
        for device, box in zip(level, _row(level, top, height), strict=True):
            boxes.append(box)
            middle = box.left + box.width / 2
            for side in device.sides:
                edge = box.top + box.height if box.top < bars[side] else box.top
                wires.append(Wire(middle, edge, middle, bars[side], cut=side in device.now.cut))
    bottom = inside_bar + GAP + heights[2] if levels[2] else inside_bar + 1
    return Drawing(tuple(boxes), tuple(wires), bottom, "; ".join(map(words_of, devices)))


def levels_of(devices: Sequence[Device]) -> list[list[Device]]:
    """Those above, between and below the bars, as their boxes come in a drawing."""
    return [[each for each in devices if each.sides == sides] for sides in (("outside",), SIDES, ("inside",))]


def network_name(spec: GroupSpec, side: str) -> str:
    """A bar's name: inside 172.16.0.0/16."""
    segment = spec.inside if side == "inside" else spec.outside
    return f"{say(f'sheet.{side}')} {segment.network}"


def devices_of(spec: GroupSpec) -> list[Device]:
    """The machines in the order of the spec, then the router."""
    found = []
    for machine in spec.machines:
        addresses = dict(addresses_of(spec, machine))
        names = [machine.key] if machine.key == machine.hostname else [machine.key, machine.hostname]
        sides = (addresses.get("inside", ""), addresses.get("outside", ""))
        found.append(Device(machine.key, " = ".join(names), *sides))
    if router := spec.router:
        sides = (str(router.inside_address.ip), str(router.outside_address.ip))
        found.append(Device("", say("sheet.router"), *sides, router=True))
    return found


def marked(spec: GroupSpec, now: GroupNow | None) -> list[Device]:
    """The same with what each is to the others, and what was seen of it."""
    marks = [(mark.machine, say(f"handout.{mark.key}", **mark.facts)) for mark in handout_of(spec).marks]
    marks += [("", line) for line in _translations(spec)]
    return [
        replace(device, marks=tuple(text for key, text in marks if key == device.key))
        for device in _seen(devices_of(spec), now)
    ]


def _seen(devices: Sequence[Device], now: GroupNow | None) -> list[Device]:
    machines = now.machines if now else {}
    return [replace(device, now=machines.get(device.key, MachineNow())) for device in devices]


def words_of(device: Device) -> str:
    """A device in one line of words."""
    name, *rest = device.lines
    return f"{name}{colon()}{', '.join(rest)}"


def _translations(spec: GroupSpec) -> Iterator[str]:
    target = registered.exercise(spec.scenario).nat_to(spec)
    if spec.router and target:
        yield f"NAT :{spec.router.outside_port} → {target}:{HTTP_PORT}"


def _row(level: Sequence[Device], top: float, height: float) -> list[Box]:
    """Boxes of one width, spread over the page."""
    if not level:
        return []
    share = WIDTH / len(level)
    width = min(MOST_BOX, share - 2)
    return [
        Box(
            at * share + (share - width) / 2,
            top,
            width,
            height,
            device.lines,
            device.router,
            device.now.absent,
        )
        for at, device in enumerate(level)
    ]
