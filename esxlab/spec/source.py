"""The spec's text as a plain tree (dicts, lists, scalars) with the place of every key and value.

The YAML is composed, not loaded: no Python object can be made by it, dates stay text, all duplicate keys are
found at once, and every scalar keeps its place. Keys are always text.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from esxlab.spec.composing import (
    LINE_BREAK,
    Flaw,
    Path,
    Position,
    Refused,
    compose,
    missing_blank,
    place,
    too_large,
)
from esxlab.spec.lettering import straighten
from esxlab.spec.limits import MAX_BYTES, MAX_NODES, MAX_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Document", "Flaw", "Path", "Position", "read_document"]

_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"
_SCALARS = {f"{_TAG}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "value")}


@dataclass
class Document:
    """A spec's text, its tree and the places in it. `flaws` are problems found while reading."""

    lines: tuple[str, ...]
    tree: dict[str, Any] = field(default_factory=dict)
    positions: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)

    def below(self, prefix: Path) -> Iterator[Path]:
        """The paths of all keys and values that begin with this one."""
        paths = self._by_beginning[prefix[:3]] if prefix else {**self.positions, **self.keys}
        return (path for path in paths if path[: len(prefix)] == prefix)

    @cached_property
    def _by_beginning(self) -> dict[Path, list[Path]]:
        """One to three steps -> the paths that begin so: every group of a class asks for its own part."""
        found: dict[Path, list[Path]] = defaultdict(list)
        for path in {**self.positions, **self.keys}:
            for steps in range(1, min(len(path), 3) + 1):
                found[path[:steps]].append(path)
        return found


def read_document(text: str) -> Document:
    """Read YAML text; never raises: what is wrong is in `flaws` (E102 to E104, E108 to E111, E114, E115)."""
    if len(text) > MAX_BYTES:
        return Document((), flaws=[too_large("size", MAX_BYTES)])
    document = Document(tuple(LINE_BREAK.split(text)))
    text, document.flaws = straighten(text)
    if document.flaws:
        return document
    try:
        root = compose(text)
        if isinstance(root, MappingNode):
            document.tree = _Reader(document).mapping(root, ())
        else:
            document.flaws.append(_without_keys(text, root))
    except Refused as refused:
        document.tree = {}
        document.flaws = [refused.flaw]
    return document


def _without_keys(text: str, root: Node | None) -> Flaw:
    """Why there is no table: `class:demo` on each line is one long word."""
    if root is None:
        return Flaw("E104", Position(0, 0), (), {})
    begins = place(root.start_mark)
    blank = missing_blank(text, begins) if isinstance(root, ScalarNode) and not root.style else None
    return blank or Flaw("E104", begins, (), {})


class _Reader:
    """Turns nodes into a tree, noting places; aliases are followed, so the nodes are counted again."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen = 0
        self._open: set[int] = set()

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        """The table that a mapping node spells; merge keys (<<) lie under its own keys."""
        nodes: dict[str, Node] = {}
        own: set[str] = set()
        for key, value, inherited in self._pairs(node, path):
            if not isinstance(key, ScalarNode) or key.tag not in _SCALARS:
                self._flaw("E110" if not isinstance(key, ScalarNode) else "E111", key, path, tag=_tag(key))
                continue
            name = str(key.value)
            here = (*path, name)
            if not inherited:
                if name in own:
                    self._flaw("E103", key, here, name=name, first=self._document.keys[here].line)
                    continue
                own.add(name)
            self._document.keys[here] = place(key.start_mark)
            nodes[name] = value
        return {name: self.value(value, (*path, name)) for name, value in nodes.items()}

    def _pairs(self, node: MappingNode, path: Path) -> Iterator[tuple[Node, Node, bool]]:
        """Key, value, and whether a merge brought them in: the merged ones first, the nearest last."""
        for key, value in node.value:
            if key.tag != _MERGE:
                continue
            self._count(value)
            sources = reversed(value.value) if isinstance(value, SequenceNode) else (value,)
            for source in sources:
                self._count(source)
                if id(source) in self._open:
                    self._loop(source, path)
                elif isinstance(source, MappingNode):
                    self._open.add(id(source))
                    yield from ((k, v, True) for k, v, _ in self._pairs(source, path))
                    self._open.discard(id(source))
                else:
                    self._flaw("E115", source, path)
        for key, value in node.value:
            if key.tag != _MERGE:
                self._count(key)
                yield key, value, False

    def value(self, node: Node, path: Path) -> Any:
        """What any node spells: dict, list, str, int, float, bool or None."""
        self._count(node)
        self._document.positions[path] = place(node.start_mark)
        if id(node) in self._open:
            self._loop(node, path)
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
                return self.mapping(node, path)
            if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
                return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
            if isinstance(node, ScalarNode) and node.tag in _SCALARS:
                return _scalar(node)
        finally:
            self._open.discard(id(node))
        self._flaw("E111", node, path, tag=_tag(node))
        return None

    def _count(self, node: Node) -> None:
        self._seen += 1
        if self._seen > MAX_NODES:
            raise Refused(too_large("nodes", MAX_NODES, place(node.start_mark)))

    def _loop(self, node: Node, path: Path) -> None:
        self._document.flaws.append(too_large("loop", 0, place(node.start_mark))._replace(path=path))

    def _flaw(self, code: str, node: Node, path: Path, **facts: object) -> None:
        self._document.flaws.append(Flaw(code, place(node.start_mark), path, facts))


def _tag(node: Node) -> str:
    return str(node.tag).removeprefix(_TAG)


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    text = str(node.value)
    kind = _tag(node)
    digits = text.replace("_", "")
    try:
        if kind == "int" and len(text) <= MAX_NUMBER:
            return int(digits, 0 if digits.lstrip("+-")[:2].lower() in {"0x", "0o", "0b"} else 10)
        if kind == "float" and len(text) <= MAX_NUMBER:
            return float(digits.replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text
    if kind == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return None if kind == "null" else text
