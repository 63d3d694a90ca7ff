"""Whose is it? A word is looked for in the class list, in what each group wants, and in what is there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from esxlab.class_list.students import folded
from esxlab.exercises.registry import addresses_of, handout_of
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from esxlab.class_list.students import ClassList
    from esxlab.lesson.there import MachineThere, There
    from esxlab.spec.resolved import GroupSpec

Place = Literal["list", "spec", "there"]
_MAC = re.compile(r"[0-9a-f]{12}")
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that has the word in it. `kind` is a key of the texts below `find.kind.`.

    `group` None: a student of no group. `whose`: the student, machine or router that it belongs to.
    """

    group: int | None
    kind: str
    whose: str
    value: str
    place: Place


def find(
    word: str, specs: Iterable[GroupSpec], listed: ClassList | None = None, there: There | None = None
) -> list[Hit]:
    """Every hit, group by group.

    An IPv4 address is compared whole, a MAC in any of its spellings, digits alone with whole numbers outside
    MACs (7 is in g07-srvweb1 and 172.16.193.7); any other word is a part of what is meant, whatever its case,
    accents and blanks; of several words each is, in any order (`Léa Martin` finds MARTIN Léa).
    """
    specs = tuple(specs)
    numbers = {spec.group.number for spec in specs}
    candidates = [
        *_students(listed, numbers),
        *(hit for spec in specs for hit in _wanted(spec)),
        *(hit for number, machines in (there or {}).items() for hit in _found(number, machines)),
    ]
    meant = _meaning(word)
    hits = dict.fromkeys(hit for hit in candidates if hit.value and meant(hit.value))
    return sorted(hits, key=lambda hit: (hit.group is None, hit.group or 0))


def _meaning(word: str) -> Callable[[str], bool]:
    """Whether a value is what the word means."""
    bare = _bare(word.strip())
    if _MAC.fullmatch(bare):
        return lambda value: _bare(value) == bare
    if _ADDRESS.fullmatch(word.strip()):
        return lambda value: value.partition(":")[0] == word.strip()
    if word.strip().isascii() and word.strip().isdigit():
        number = re.compile(rf"(?<!\d)0*{word.strip().lstrip('0') or '0'}(?!\d)")
        return lambda value: bool(number.search(value)) and not _MAC.fullmatch(_bare(value))
    parts = list(filter(None, map(folded, word.split())))
    return lambda value: bool(parts) and all(part in folded(value) for part in parts)


def _bare(mac: str) -> str:
    return re.sub(r"[:.-]", "", mac.lower())


def _students(listed: ClassList | None, numbers: set[int]) -> Iterator[Hit]:
    for student in listed.students if listed else ():
        if student.group is None or student.group in numbers:
            facts = (("student", student.name), ("mail", student.mail), ("login", student.login))
            for kind, value in facts:
                yield Hit(student.group, kind, student.name, value, "list")


def _wanted(spec: GroupSpec) -> Iterator[Hit]:
    number = spec.group.number
    for machine in spec.machines:
        facts = [
            ("machine", name) for name in dict.fromkeys((machine.key, machine.hostname, machine.vm_name))
        ]
        facts += [("address", address) for _, address in addresses_of(spec, machine)]
        facts += [("mac", mac) for mac in machine.macs.values()]
        yield from (Hit(number, kind, machine.key, value, "spec") for kind, value in facts)
    for key, address in handout_of(spec).shared:
        yield Hit(number, "address", say(key), address, "spec")
    for segment in (spec.inside, spec.outside):
        yield Hit(number, "port_group", segment.port_group, segment.port_group, "spec")
    if router := spec.router:
        outside = f"{router.outside_address.ip}:{router.outside_port}"
        facts = [("router", router.address.host), ("router", router.address.serial_number)]
        facts += [("address", outside), ("address", str(router.inside_address.ip))]
        yield from (Hit(number, kind, router.address.host, value, "spec") for kind, value in facts)


def _found(number: int, machines: Iterable[MachineThere]) -> Iterator[Hit]:
    for machine in machines:
        facts = [("machine", machine.machine), ("machine", machine.name), ("address", machine.address)]
        facts += [("mac", mac) for mac, _ in machine.cards]
        facts += [("port_group", network) for _, network in machine.cards]
        yield from (Hit(number, kind, machine.machine, value, "there") for kind, value in facts)
