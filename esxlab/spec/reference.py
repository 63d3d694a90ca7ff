"""Every key of a spec, for people, from the schema: what it is, what it may be, what it is by default.

`esxlab spec KEY` and docs/spec.md are made of it; the sentences are those that editors show.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from esxlab import texts
from esxlab.spec.exercise import EXERCISE
from esxlab.spec.fields import PATTERNS
from esxlab.spec.key_examples import KEY_EXAMPLES
from esxlab.spec.parts import PARTS
from esxlab.spec.schema import json_schema
from esxlab.texts.spec_reference import FRENCH

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = {
    "class": "class: durand-sio2-2026\n",
    "groups": "groups: 1-3,7\n",
    "students": "students: class-list.csv\n",
    "scenario": "scenario: lb\n",
    "vsphere": """\
vsphere:
  host: vcenter.lycee.example
  user: prof@vsphere.local
  esxi: {1-2: esxi1.lycee.example, 3-7: esxi2.lycee.example}
  datastore: "groupe{{ '%02d' % group }}"
""",
    "inside": 'inside: {network: 172.16.0.0/16, port_group: "g{{ group }}-in", vlan: "{{ 300 + group }}"}\n',
    "outside": 'outside: {vlan: "{{ 400 + group }}"}\n',
    "hardware": "hardware: {memory_mib: 512, nic_type: e1000}\n",
    "machines": "machines:\n  srvweb2: none\n  web-paris: {inside: 172.16.193.50, hardware: {cpus: 2}}\n",
    "clients": "clients:\n  ClientA: {outside: 192.16.193.110}\n",
    **{key: part.example for key, part in PARTS.items()},
    "router": 'router: {host: "10.0.0.{{ group }}", outside: Gi0/0, inside: Gi0/1}\n',
    "guest": "guest: {password: generated, key: agent}\n",
    "model": "model: {iso: debian-9.13.0-i386-netinst.iso, release: stretch, locale: fr_FR.UTF-8}\n",
    "school": "school: {network: 10.20.0.0/16, gateway: 10.20.0.1, dns: 10.20.0.1}\n",
    "names": "names: {vm: \"tp-{{ '%02d' % group }}-{{ machine }}\"}\n",
    "seeds": "seeds: my-templates\n",
    "overrides": "overrides:\n  3: {scenario: lb}\n  7: {router: none}\n",
}
"""Section -> a piece of a spec in which it stands; tests load every one."""
NAMED = {"machines": "MachinePart", "clients": "ClientPart"}
"""Sections whose keys are machines' names, written NAME here."""
MUST = frozenset({"class", "groups", "vsphere.host", "router.host"})
"""What has no value in the exercise (E106); a router may also be none."""
_BY_PATTERN = {pattern: name for name, pattern in PATTERNS.items()}
_KINDS = {"boolean": "truth", "object": "table", "array": "list", "integer": "whole", "string": "text"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One key; the texts are in the current language. `default` is YAML; empty: nothing.

    `must`: the exercise has no value, and the spec has to say one.
    """

    key: str
    about: str
    value: str
    default: str
    must: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A key of the top, with those below it, and an example in YAML."""

    key: str
    about: str
    entries: tuple[Entry, ...]
    example: str


def sections() -> tuple[Section, ...]:
    """All of them, in the order of the schema."""
    schema = json_schema()
    return tuple(_section(name, part, schema["$defs"]) for name, part in schema["properties"].items())


def _section(name: str, part: dict[str, Any], definitions: dict[str, Any]) -> Section:
    below = NAMED.get(name) or _reference(part)
    definition = definitions.get(below, {}) if name != "overrides" else {}
    prefix = f"{name}.NAME" if name in NAMED else name
    about = _sentence(part.get("description") or definition.get("description") or f"`{name}`")
    entries = tuple(
        Entry(
            key=f"{prefix}.{key}",
            about=_sentence(field["description"]),
            value=_value(field),
            default=_default(field, name, key),
            must=f"{name}.{key}" in MUST,
        )
        for key, field in definition.get("properties", {}).items()
    )
    if not entries:
        entries = (Entry(name, about, _value(part), _default(part, name, ""), name in MUST),)
    return Section(name, about, entries, EXAMPLES[name])


def _reference(part: dict[str, Any]) -> str:
    choices = [part, *part.get("anyOf", [])]
    return next((each["$ref"].rpartition("/")[2] for each in choices if "$ref" in each), "")


def _sentence(english: str) -> str:
    return FRENCH.get(english, english) if texts.language() == "fr" else english


def _default(field: dict[str, Any], section: str, key: str) -> str:
    found: Any = EXERCISE.get(section)
    if key:
        found = found.get(key) if isinstance(found, dict) else None
    found = field.get("default", found)
    return "" if found is None or (not key and isinstance(found, dict)) else json.dumps(found)


def _value(field: dict[str, Any]) -> str:
    """What it may be, in words; any of it may be an expression."""
    kinds = [
        each for each in field.get("anyOf", [field]) if not str(each.get("pattern", "")).startswith(r"\{")
    ]
    return texts.say("spec_reference.or").join(dict.fromkeys(filter(None, map(_kind, kinds))))


def _kind(kind: dict[str, Any]) -> str:
    if "$ref" in kind:
        return texts.say("spec.kind.table")
    if "const" in kind:
        return f"`{kind['const']}`"
    if "enum" in kind:
        return ", ".join(f"`{each}`" for each in kind["enum"])
    if "minimum" in kind:
        return texts.say("spec_reference.range", low=kind["minimum"], high=kind["maximum"])
    if name := _BY_PATTERN.get(kind.get("pattern", "")):
        return texts.say(f"spec.allowed.{name}")
    kinds = kind.get("type", "")
    return texts.say("spec_reference.groups" if isinstance(kinds, list) else f"spec.kind.{_KINDS[kinds]}")


def find(key: str) -> tuple[Section, tuple[Entry, ...]] | None:
    """The section and the entries that a dotted key names; a machine's own name stands for NAME.

    Of one key the section's example is one in which it stands.
    """
    words = key.split(".")
    for section in sections():
        if section.key != words[0]:
            continue
        if len(words) == 1 or (section.key in NAMED and len(words) == 2):  # noqa: PLR2004 - machines.srvweb1
            return section, section.entries
        wanted = f"{section.key}.NAME.{words[2]}" if section.key in NAMED else key
        found = tuple(entry for entry in section.entries if entry.key == wanted)
        example = KEY_EXAMPLES.get(wanted, section.example)
        return (replace(section, example=example), found) if found else None
    return None


def all_keys() -> Iterator[str]:
    """Every key that `find` knows."""
    for section in sections():
        yield section.key
        yield from (entry.key for entry in section.entries if entry.key != section.key)
