"""A group's networks, machines and what differs: one drawing as text, SVG, PNG, draw.io, Mermaid, DOT."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from textwrap import wrap
from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.lesson.drawing import SIDES, WIDTH, Drawing, draw, levels_of, marked, network_name, words_of
from esxlab.lesson.drawio import draw_pages
from esxlab.lesson.html import template
from esxlab.lesson.picture import draw_png
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.lesson.drawing import Box, Device
    from esxlab.lesson.now import GroupNow
    from esxlab.spec.resolved import GroupSpec

HEAD = 8.0
"""Above a drawing, for its title."""
LINE = 4.0
BETWEEN = 8.0
COLUMNS = 80
TIED = "\0=\0"
"""A machine's two names, srvweb1 = SRV1, stand in one line."""


@dataclass(frozen=True, slots=True)
class Graph:
    """One group's graph. `networks` is side -> the network's names; `differs` is None when nobody looked."""

    group: int
    title: str
    devices: tuple[Device, ...]
    networks: tuple[tuple[str, str], ...]
    drawing: Drawing
    differs: tuple[str, ...] | None

    @property
    def boxes(self) -> Iterator[tuple[Device, Box]]:
        """Each device with its box of the drawing."""
        return zip(chain.from_iterable(levels_of(self.devices)), self.drawing.boxes, strict=True)


@dataclass(frozen=True, slots=True)
class Placed:
    """A graph on the page of all of them: where it begins, and (base line, text) of what differs."""

    graph: Graph
    top: float

    @property
    def drawing_top(self) -> float:
        """Below the title."""
        return self.top + HEAD

    @property
    def lines(self) -> tuple[tuple[float, str], ...]:
        """Below the drawing."""
        below = self.drawing_top + self.graph.drawing.height + 2
        return tuple((below + at * LINE, line) for at, line in enumerate(self.graph.differs or (), 1))

    @property
    def end(self) -> float:
        """Below all of it."""
        return self.drawing_top + self.graph.drawing.height + 2 + LINE * len(self.graph.differs or ())


def build_graph(spec: GroupSpec, now: GroupNow | None = None) -> Graph:
    """What is wanted; `now`: what was seen beside it, None: nobody has looked."""
    devices = tuple(marked(spec, now))
    segments = {"inside": spec.inside, "outside": spec.outside}
    networks = tuple((side, f"{network_name(spec, side)} {segments[side].port_group}") for side in SIDES)
    return Graph(
        group=spec.group.number,
        title=f"{spec.group.class_name}, {say('place.group', number=spec.group.number)}",
        devices=devices,
        networks=networks,
        drawing=draw(spec, devices),
        differs=now.differs if now else None,
    )


def text(graphs: Sequence[Graph], width: int = COLUMNS) -> str:
    """In words, a device a line: for a terminal, and for who has it read.

    What is longer than `width` columns goes on in the next line, further right.
    """
    return "\n".join("".join(map(partial(_folded, width=width), _text(graph))) for graph in graphs)


def _folded(line: str, width: int) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    whole = line.replace(" = ", TIED)
    lines = wrap(whole, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "".join(f"{each.replace(TIED, ' = ')}\n" for each in lines)


def _text(graph: Graph) -> Iterator[str]:
    yield graph.title
    for side, name in graph.networks:
        at = [device.name for device in graph.devices if side in device.sides]
        yield f"  {say('graph.network', network=name, machines=', '.join(at))}"
    yield from (f"  {words_of(device)}" for device in graph.devices)
    if graph.differs is not None:
        yield f"  {say('graph.differs')}" if graph.differs else f"  {say('graph.as_wanted')}"
        yield from (f"    {line}" for line in graph.differs)


def place(graphs: Sequence[Graph]) -> list[Placed]:
    """The groups below each other."""
    found: list[Placed] = []
    for graph in graphs:
        found.append(Placed(graph, found[-1].end + BETWEEN if found else 0.0))
    return found


def svg(graphs: Sequence[Graph], title: str) -> str:
    """One picture; no script and nothing from elsewhere."""
    placed = place(graphs)
    return template("graph.svg").render(
        title=title, places=placed, width=WIDTH, height=placed[-1].end, language=texts.language()
    )


def png(graphs: Sequence[Graph], title: str) -> bytes:
    """The same as points. LabError graph.not_installed."""
    placed = place(graphs)
    return draw_png(placed, placed[-1].end, title=title, words=text(graphs))


def drawio(graphs: Sequence[Graph]) -> str:
    """A file of draw.io, a page for each group."""
    return draw_pages([Placed(graph, 0.0) for graph in graphs])


def mermaid(graphs: Sequence[Graph]) -> str:
    """A flowchart; `<br>` is a new line of a label.

    Signs that mean something are entities (Mermaid, Flowcharts, "Entity codes to escape characters").
    """
    lines = ["flowchart TB"]
    for graph in graphs:
        lines.append(f'  subgraph g{graph.group}["{_entities(graph.title)}"]')
        for side, name in graph.networks:
            lines.append(f'    g{graph.group}_{side}(["{_entities(name)}"])')
        for at, device in enumerate(graph.devices):
            node = f"g{graph.group}_{at}"
            label = "<br>".join(map(_entities, device.lines))
            lines.append(f'    {node}("{label}")' if device.router else f'    {node}["{label}"]')
            for side in device.sides:
                line = "-.-" if side in device.now.cut else "---"
                lines.append(f"    {_edge(line, graph, node, side, device)}")
        lines.append("  end")
    return "\n".join(lines) + "\n"


def _edge(line: str, graph: Graph, node: str, side: str, device: Device) -> str:
    """From above to below: what is outside first."""
    bar = f"g{graph.group}_{side}"
    below = side == "outside" and device.sides != ("outside",)
    return f"{bar} {line} {node}" if below or device.sides == ("inside",) else f"{node} {line} {bar}"


def _entities(said: str) -> str:
    marks = {sign: f"#{ord(sign)};" for sign in "#&<>\"'`\\"}
    return "".join(marks.get(sign, sign) for sign in said)


def dot(graphs: Sequence[Graph]) -> str:
    """Graphviz's language: in a quoted string the quote is escaped (The DOT Language).

    A backslash begins what a label knows (escString), so that it is doubled.
    """
    lines = ["graph esxlab {", '  node [shape=box fontname="DejaVu Sans"];']
    for graph in graphs:
        lines += [f"  subgraph cluster_{graph.group} {{", f'    label="{_quoted(graph.title)}";']
        for side, name in graph.networks:
            lines.append(f'    g{graph.group}_{side} [shape=plaintext label="{_quoted(name)}"];')
        for at, device in enumerate(graph.devices):
            node = f"g{graph.group}_{at}"
            style = ",".join(["rounded"] * device.router + ["dashed"] * device.now.absent)
            label = "\\n".join(map(_quoted, device.lines))
            lines.append(f'    {node} [label="{label}"' + (f' style="{style}"];' if style else "];"))
            for side in device.sides:
                cut = ' [style=dashed label="\N{MULTIPLICATION SIGN}"]' if side in device.now.cut else ""
                lines.append(f"    {_edge('--', graph, node, side, device)}{cut};")
        lines.append("  }")
    return "\n".join(lines) + "\n}\n"


def _quoted(said: str) -> str:
    return said.replace("\\", "\\\\").replace('"', '\\"')


def document(graph: Graph) -> dict[str, object]:
    """As JSON has it."""
    return {
        "group": graph.group,
        "networks": dict(graph.networks),
        "devices": [
            {
                "name": device.name,
                "inside": device.inside,
                "outside": device.outside,
                "marks": device.marks,
                "now": device.now.lines,
                "cut": sorted(device.now.cut),
            }
            for device in graph.devices
        ],
        "differs": graph.differs,
    }
