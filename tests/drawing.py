"""Draws the house from its imports: which room needs which, as Mermaid (GitHub renders it)."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

HOUSE = Path(__file__).parents[1] / "esxlab"
EVERYWHERE = frozenset({"errors", "foreign", "plain", "texts"})
"""Used by all rooms: their arrows would only hide the others."""

Graph = dict[str, set[str]]


def rooms(house: Path = HOUSE) -> Graph:
    """Room -> the rooms that it imports when it runs, in a function too; what only types need is no arrow."""
    names = {path.stem for path in house.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    graph: Graph = {name: set() for name in names - EVERYWHERE - {"__init__", "__main__"}}
    for room in graph:
        place = house / room
        for file in place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]:
            found = set(_imported(ast.parse(file.read_text(encoding="utf-8")), house.name))
            graph[room] |= found & (graph.keys() - {room})
    return graph


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            origin, *below = node.module.split(".")
            if origin == package:
                yield from below[:1] or [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (
                alias.name.split(".")[1] for alias in node.names if alias.name.startswith(f"{package}.")
            )
        yield from _imported(node, package)


def reduced(graph: Mapping[str, AbstractSet[str]]) -> Graph:
    """Without the arrows that a longer way says too; ValueError when a way leads back to where it began."""
    reach = {room: _reached(graph, room) for room in graph}
    if circle := sorted(room for room in graph if room in reach[room]):
        raise ValueError(f"rooms that need each other: {', '.join(circle)}")
    return {
        room: {to for to in ends if not any(to in reach[by] for by in ends)} for room, ends in graph.items()
    }


def _reached(graph: Mapping[str, AbstractSet[str]], room: str) -> set[str]:
    seen: set[str] = set()
    ahead = list(graph[room])
    while ahead:
        if (here := ahead.pop()) not in seen:
            seen.add(here)
            ahead += graph[here]
    return seen


def mermaid(graph: Mapping[str, AbstractSet[str]]) -> str:
    """The drawing, from the door down."""
    arrows = [f"  {room} --> {to}" for room in sorted(graph) for to in sorted(graph[room])]
    return "\n".join(["```mermaid", "flowchart TD", *arrows, "```"])
