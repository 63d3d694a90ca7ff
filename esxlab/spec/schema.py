"""The JSON Schema of a spec, for editors: generated from the models and the exercise's values.

It helps while typing (names, descriptions, choices, defaults); it is laxer than the loader, because any value
may be an expression.
"""

from __future__ import annotations

import json
from typing import Any

from esxlab.spec.exercise import EXERCISE
from esxlab.spec.fields import PATTERNS
from esxlab.spec.layers import BY_RANGE, NO_MACHINE
from esxlab.spec.model import GroupParts
from esxlab.spec.ranges import RANGE_PATTERN

_EXPRESSION = {"type": "string", "pattern": r"\{\{.*\}\}"}
_GROUPS = {"type": ["string", "integer"], "description": "groups: 7, 1-5, 1-3,7"}
_STUDENTS = {
    "type": "string",
    "pattern": PATTERNS["class_list"],
    "description": "the class list, which stays on this computer: a CSV, XLSX or ODS file",
}
_OVERRIDES = {
    "type": "object",
    "description": "anything, for one group or a range of groups",
    "patternProperties": {RANGE_PATTERN: {"$ref": "#/$defs/Overrides"}},
    "additionalProperties": False,
}
_SCALARS = {"string", "integer", "boolean", "number"}


def json_schema() -> dict[str, Any]:
    """The schema as plain JSON values."""
    schema = GroupParts.model_json_schema()
    definitions = {name: _relax(part) for name, part in schema["$defs"].items()}
    parts = {name: _relax(part) for name, part in schema["properties"].items()}
    definitions["VSpherePart"]["properties"] |= _by_range(definitions["VSpherePart"]["properties"])
    parts["machines"]["description"] = "the servers, beside the exercise's own; none: the group has it not"
    machines = parts["machines"]["patternProperties"]
    for names, machine in machines.items():
        machines[names] = {"anyOf": [machine, {"const": NO_MACHINE}]}
    parts["router"] = {"anyOf": [{"$ref": "#/$defs/RouterPart"}, {"const": "none"}]}
    _fill_defaults(parts, definitions, EXERCISE)
    definitions["Overrides"] = {"type": "object", "properties": dict(parts), "additionalProperties": False}
    school = {"anyOf": [{"const": "embedded"}, {"$ref": "#/$defs/SchoolPart"}]}
    definitions["SchoolPart"]["properties"]["embedded"] = {
        "type": "boolean",
        "description": "true: the school that esxlab brings along; nothing real is touched",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "esxlab class spec",
        "type": "object",
        "properties": {
            "class": {"type": "string", "pattern": PATTERNS["class"], "description": "name of the class"},
            "groups": {
                "anyOf": [_GROUPS, {"type": "array", "items": _GROUPS}],
                "description": "the groups of the class, 1 to 999",
            },
            "students": _STUDENTS,
            **parts,
            "school": school,
            "overrides": _OVERRIDES,
        },
        "required": ["class", "groups", "vsphere"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def schema_text() -> str:
    """The schema as the file specs/esxlab.schema.json holds it."""
    return json.dumps(json_schema(), indent=2, sort_keys=True) + "\n"


def _relax(part: dict[str, Any]) -> dict[str, Any]:
    """The same without what the exercise fills in, and with expressions wherever there is a value."""
    part = {key: value for key, value in part.items() if key not in {"required", "title", "default"}}
    if "properties" in part:
        part["properties"] = {key: _relax(value) for key, value in part["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(part.get(key), dict):
            part[key] = _relax(part[key])
    if part.get("type") in _SCALARS or "enum" in part:
        about = {"description": part.pop("description")} if "description" in part else {}
        return {"anyOf": [part, _EXPRESSION], **about}
    if "anyOf" in part:
        kept = [each for each in part.pop("anyOf") if each != {"type": "null"}]
        if any(each.get("type") in _SCALARS or "enum" in each for each in kept):
            kept.append(_EXPRESSION)
        part |= {"anyOf": kept} if len(kept) > 1 else kept[0]
    return part


def _by_range(properties: dict[str, Any]) -> dict[str, Any]:
    """The fields of `vsphere` that may be a mapping of range -> value, and `hosts`, which always is one."""

    def ranged(value: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "patternProperties": {RANGE_PATTERN: value}, "additionalProperties": False}

    found = {
        name: {**properties[name], "anyOf": [*properties[name]["anyOf"], ranged({"type": "string"})]}
        for name in BY_RANGE
    }
    either = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/VSpherePart"}]}
    found["hosts"] = {**ranged(either), "description": "one server per range of groups, instead of `host`"}
    return found


def _fill_defaults(parts: dict[str, Any], definitions: dict[str, Any], values: dict[str, Any]) -> None:
    """Show the exercise's values as defaults."""
    parts["scenario"]["default"] = values["scenario"]
    names = {name: part["$ref"].rpartition("/")[2] for name, part in parts.items() if "$ref" in part}
    for name, definition in {**names, "router": "RouterPart", "hardware": "HardwarePart"}.items():
        for key, field in definitions[definition]["properties"].items():
            if name not in {"inside", "outside", "clients"} and key in values[name]:
                field["default"] = values[name][key]
