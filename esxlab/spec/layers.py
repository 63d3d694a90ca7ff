"""One group's tree: the exercise's values, the class's, the group's own, one above the other.

Places are kept: an error inside an override points to the override's own line.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from esxlab import registered
from esxlab.errors import LabError
from esxlab.spec.exercise import DEFAULT, exercise_of
from esxlab.spec.expressions import ExpressionError, has_expression, render_expression
from esxlab.spec.parts import family_of
from esxlab.spec.problems import show_value
from esxlab.spec.ranges import parse_groups

if TYPE_CHECKING:
    from esxlab.spec.findings import Findings
    from esxlab.spec.part import Family
    from esxlab.spec.source import Document, Path, Position

CLASS_KEYS = ("class", "groups", "students", "overrides")
_CLASS_PATHS = {(key,) for key in CLASS_KEYS}
NO_MACHINE = "none"
"""`machines: {srvweb2: none}`: the group has no such machine, not even the exercise's."""
BY_RANGE = ("esxi", "datastore", "thumbprint")
"""Fields of `vsphere` that may be a mapping of group range -> value; `hosts` always is one."""


@dataclass(slots=True)
class Layer:
    """A tree with the places of its values and keys; `broken` are paths already reported."""

    tree: dict[str, Any]
    positions: dict[Path, Position]
    keys: dict[Path, Position]
    root: Position
    broken: set[Path]

    def given(self, path: Path) -> bool:
        """Whether the spec itself says this, not the exercise's defaults."""
        return path in self.positions

    def position(self, path: Path) -> Position:
        """Where the value is; else its key; else the nearest key above it that the spec has."""
        if path in self.positions:
            return self.positions[path]
        while path:
            if path in self.keys:
                return self.keys[path]
            path = path[:-1]
        return self.root

    def key_position(self, path: Path) -> Position:
        """Where the key is."""
        return self.keys.get(path) or self.position(path)


def cut(document: Document, prefix: Path, root: Position, *, onto: Path = ()) -> Layer:
    """The part of the document below a path, as a layer whose paths begin with `onto` instead."""
    below: Any = document.tree
    for step in prefix:
        below = below[step]
    for step in reversed(onto):
        below = {step: below}
    paths = [(path, (*onto, *path[len(prefix) :])) for path in document.below(prefix)]
    return Layer(
        below if isinstance(below, dict) else {},
        {onto: document.positions[path] for path, onto in paths if path in document.positions},
        {onto: document.keys[path] for path, onto in paths if path in document.keys},
        root,
        set(),
    )


def stack(lower: Layer, upper: Layer) -> Layer:
    """The upper layer lying on the lower one: tables merge, anything else is replaced."""
    return Layer(
        merge(lower.tree, upper.tree),
        lower.positions | upper.positions,
        lower.keys | upper.keys,
        lower.root,
        lower.broken | upper.broken,
    )


def merge(lower: Any, upper: Any) -> Any:
    """Deep merge of plain trees; a key without a value (null) leaves what lies under it."""
    if upper is None:
        return lower
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    merged = dict(lower)
    for key, value in upper.items():
        merged[key] = merge(lower[key], value) if key in lower else value
    return merged


def layer_class(document: Document, root: Position) -> Layer:
    """What the spec says for all groups; `school: embedded` is left out, it is the class's."""
    whole = cut(document, (), root)
    tree = {key: value for key, value in whole.tree.items() if key not in CLASS_KEYS}
    school = tree.get("school")
    if isinstance(school, dict):
        tree["school"] = {key: value for key, value in school.items() if key != "embedded"}
    elif school == "embedded":
        del tree["school"]
    positions, keys = (
        {path: position for path, position in places.items() if path[:1] not in _CLASS_PATHS}
        for places in (whole.positions, whole.keys)
    )
    return Layer(tree, positions, keys, root, set())


def layer_group(
    document: Document,
    base: Layer,
    number: int,
    override: str | None,
    findings: Findings,
    *,
    variables: dict[str, Any],
    scenario: str = "",
) -> Layer:
    """The group's own tree: complete, expressions not yet computed; `scenario`: instead of the spec's."""
    layer = Layer(dict(base.tree), base.positions, base.keys, base.root, set())
    vsphere = base.tree.get("vsphere")
    if isinstance(vsphere, dict):
        layer = _pick_ranges(document, layer, number, findings)
    if override is not None:
        layer = stack(layer, cut(document, ("overrides", override), base.root))
    played = scenario or _scenario(layer, variables)
    tree = merge(exercise_of(played), layer.tree)
    if scenario:
        tree["scenario"] = scenario
    if isinstance(tree["machines"], dict):
        tree["machines"] = {
            key: _complete(key, value, family_of(played))
            for key, value in tree["machines"].items()
            if value != NO_MACHINE
        }
    return Layer(tree, layer.positions, layer.keys, layer.root, layer.broken)


def _scenario(layer: Layer, variables: dict[str, Any]) -> str:
    """Which exercise lies under the group; what is wrong with its name is found where all values are."""
    said = layer.tree.get("scenario")
    if isinstance(said, str) and has_expression(said):
        with suppress(ExpressionError):
            said = render_expression(said, variables)
    return said if said in registered.names() else DEFAULT


def _complete(key: str, machine: Any, family: Family) -> Any:
    if key in family.machines or not isinstance(machine, dict | None):
        return machine
    return merge({"hostname": key, "role": family.new_role}, machine)


def _pick_ranges(document: Document, layer: Layer, number: int, findings: Findings) -> Layer:
    """Replace mappings by range with the value of this group."""
    vsphere = layer.tree["vsphere"]
    layer.tree["vsphere"] = {key: value for key, value in vsphere.items() if key != "hosts"}
    ranged = {key: vsphere[key] for key in BY_RANGE if isinstance(vsphere.get(key), dict)}
    if isinstance(vsphere.get("hosts"), dict):
        ranged = {"hosts": vsphere["hosts"], **ranged}
        if "host" in vsphere:
            findings.add("E424", layer.key_position(("vsphere", "host")), ("vsphere", "host"))
    elif "hosts" in vsphere:
        findings.add("E425", layer.position(("vsphere", "hosts")), ("vsphere", "hosts"))
        layer.tree["vsphere"]["host"] = "unknown"
    for field, table in ranged.items():
        path: Path = ("vsphere", field)
        key = pick_range(table, number, layer, path, findings)
        onto: Path = ("vsphere", "host") if field == "hosts" else path
        if key is None:
            layer.tree["vsphere"][str(onto[1])] = "unknown"
            continue
        if field == "hosts" and isinstance(table[key], dict):
            onto = ("vsphere",)
        else:
            layer.tree["vsphere"].pop(field, None)
        layer = stack(layer, cut(document, (*path, key), layer.root, onto=onto))
    return layer


def pick_range(
    table: dict[str, Any], number: int, layer: Layer, path: Path, findings: Findings
) -> str | None:
    """The key whose range holds this group; None, and findings E421 or E422, when not exactly one does."""
    holders, malformed = keys_by_group(tuple(table))
    for key in malformed:
        findings.add("E209", layer.key_position((*path, key)), (*path, key), text=show_value(key))
    hits = holders.get(number, ())
    if len(hits) > 1:
        findings.add(
            "E421", layer.key_position((*path, hits[1])), path, group=number, first=hits[0], second=hits[1]
        )
    elif not hits and not malformed:
        findings.add("E422", layer.key_position(path), path, group=number)
    return hits[0] if hits else None


@lru_cache(maxsize=16)
def keys_by_group(keys: tuple[str, ...]) -> tuple[dict[int, list[str]], list[str]]:
    """Group -> the keys whose range holds it, and the keys that are no range.

    Every group of a class asks it of the same few tables.
    """
    holders: dict[int, list[str]] = defaultdict(list)
    malformed = []
    for key in keys:
        try:
            for number in parse_groups(key):
                holders[number].append(key)
        except LabError:
            malformed.append(key)
    return holders, malformed


def compute(layer: Layer, variables: dict[str, Any], number: int, findings: Findings) -> None:
    """Compute every expression of a group's tree in place; `names` waits until the machine is known."""

    def walk(value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            return {key: walk(inner, (*path, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, (*path, index)) for index, inner in enumerate(value)]
        if not (isinstance(value, str) and has_expression(value)):
            return value
        try:
            return render_expression(value, variables)
        except ExpressionError as error:
            findings.add(error.code, layer.position(path), path, group=number, **error.facts)
            layer.broken.add(path)
            return value

    layer.tree = {key: value if key == "names" else walk(value, (key,)) for key, value in layer.tree.items()}
