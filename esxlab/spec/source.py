"""The spec's text as a plain tree (dicts, lists, scalars) with the place of every key and value.

The YAML is composed, not loaded: no Python object can be made by it, dates stay text, all duplicate keys are
found at once, and every scalar keeps its place. Keys are always text.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from esxlab.spec.problems import Phrase

Path = tuple[str | int, ...]

MAX_CHARACTERS = 1_000_000
MAX_NODES = 20_000
_TAG = "tag:yaml.org,2002:"
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_HINTS = (
    ("'\\t'", "spec.yaml.tab"),
    ("undefined alias", "spec.yaml.alias"),
    ("quoted scalar", "spec.yaml.quote"),
    ("another document", "spec.yaml.documents"),
    ("flow", "spec.yaml.bracket"),
    ("mapping values are not allowed", "spec.yaml.colon"),
    ("simple key", "spec.yaml.colon"),
    ("block", "spec.yaml.indent"),
    ("cannot start any token", "spec.yaml.quote_needed"),
)
"""Words of ruamel.yaml's messages -> our sentence; the first that fits."""
_OPENED = {"spec.yaml.quote", "spec.yaml.bracket"}
"""What was opened and never closed is shown where it was opened, not where the parser gave up."""


class Mark(NamedTuple):
    """A place in the file; both count from 1; line 0 is the file as a whole."""

    line: int
    column: int


class Flaw(NamedTuple):
    """A problem of the text itself, before anything is known about groups."""

    code: str
    mark: Mark
    path: Path
    facts: dict[str, Any]


@dataclass(slots=True)
class Document:
    """A spec's text, its tree and the places in it. `flaws` are problems found while reading."""

    lines: tuple[str, ...]
    tree: dict[str, Any] = field(default_factory=dict)
    marks: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)


def read_document(text: str) -> Document:
    """Read YAML text; never raises: what is wrong is in `flaws` (E102 to E104, E108 to E110)."""
    document = Document(tuple(_LINE_BREAK.split(text)))
    if len(text) > MAX_CHARACTERS:
        document.flaws.append(Flaw("E109", Mark(0, 0), (), {"limit": MAX_CHARACTERS}))
        return document
    root = _compose(text, document.flaws)
    if document.flaws:
        return document
    if not isinstance(root, MappingNode):
        mark = Mark(0, 0) if root is None else _mark(root)
        document.flaws.append(Flaw("E104", mark, (), {}))
        return document
    try:
        document.tree = _Reader(document).mapping(root, ())
    except RecursionError:
        document.flaws.append(Flaw("E109", Mark(0, 0), (), {"limit": MAX_NODES}))
    return document


def _compose(text: str, flaws: list[Flaw]) -> Node | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # the last one counts (YAML 1.2, 3.2.2.2)
            node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        words = f"{error.context} {error.problem}"
        hint = next((key for part, key in _HINTS if part in words), "spec.yaml.other")
        opened = error.context_mark if hint in _OPENED else None
        mark = opened or error.problem_mark or error.context_mark
        place = Mark(mark.line + 1, mark.column + 1) if mark else Mark(0, 0)
        flaws.append(Flaw("E102", place, (), {"hint": Phrase(hint)}))
    except YAMLError as error:  # the reader's: a character that YAML forbids
        position = getattr(error, "position", 0)
        before = _LINE_BREAK.split(text[:position])
        flaws.append(Flaw("E108", Mark(len(before), len(before[-1]) + 1), (), {}))
    except RecursionError:
        flaws.append(Flaw("E109", Mark(0, 0), (), {"limit": MAX_NODES}))
    else:
        return node
    return None


def _mark(node: Node) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)


class _Reader:
    """Turns nodes into a tree, noting places; aliases are followed, so the nodes are counted."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen = 0
        self._open: set[int] = set()

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        """The table that a mapping node spells; merge keys (<<) lie under its own keys."""
        found: dict[str, Any] = {}
        own: set[str] = set()
        merged = [pair for key, value in node.value if key.tag == f"{_TAG}merge" for pair in _merged(value)]
        for key, value in [*merged, *((k, v) for k, v in node.value if k.tag != f"{_TAG}merge")]:
            if not isinstance(key, ScalarNode):
                self._flaw("E110", key, path)
                continue
            name = str(key.value)
            inherited = any(key is k for k, _ in merged)
            if name in own and not inherited:
                first = self._document.keys[*path, name].line
                self._flaw("E103", key, (*path, name), name=name, first=first)
                continue
            if not inherited:
                own.add(name)
            self._document.keys[*path, name] = _mark(key)
            found[name] = self.value(value, (*path, name))
        return found

    def value(self, node: Node, path: Path) -> Any:
        """What any node spells: dict, list, str, int, float, bool or None."""
        self._seen += 1
        self._document.marks[path] = _mark(node)
        if self._seen > MAX_NODES or id(node) in self._open:
            if self._seen == MAX_NODES + 1 or id(node) in self._open:
                self._flaw("E109", node, path, limit=MAX_NODES)
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
        self._flaw("E111", node, path, tag=str(node.tag).removeprefix(_TAG))
        return None

    def _flaw(self, code: str, node: Node, path: Path, **facts: object) -> None:
        self._document.flaws.append(Flaw(code, _mark(node), path, facts))


_SCALARS = {f"{_TAG}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "value")}


def _merged(node: Node) -> list[tuple[Node, Node]]:
    """The pairs that a merge key brings in: of one mapping, or of a list of them (the first one wins)."""
    nodes = list(reversed(node.value)) if isinstance(node, SequenceNode) else [node]
    return [pair for each in nodes if isinstance(each, MappingNode) for pair in each.value]


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    text = str(node.value)
    kind = str(node.tag).removeprefix(_TAG)
    try:
        if kind == "int":
            return int(
                text.replace("_", ""), 0 if text.lstrip("+-")[:2].lower() in {"0x", "0o", "0b"} else 10
            )
        if kind == "float":
            return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text
    if kind == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return None if kind == "null" else text
