"""What is on a group's sheet, as text in the current language: the same for PDF, HTML and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from esxlab import registered
from esxlab.exercises.registry import addresses_of, handout_of
from esxlab.lab.web import HTTP_PORT
from esxlab.lesson.drawing import Drawing, draw_group
from esxlab.texts import colon, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.class_list.students import Student
    from esxlab.exercises.handout import Handout
    from esxlab.lesson.there import GroupThere
    from esxlab.spec.resolved import GroupSpec, MachineSpec


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title; every row has as many cells as `head`."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One group's sheet.

    `signatures` are the names for which there is room at the end.
    """

    group: int
    title: str
    part: str
    students: tuple[str, ...]
    drawing: Drawing
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    steps: tuple[str, ...]
    signatures: tuple[str, ...] = ()

    @property
    def bookmark(self) -> str:
        """What leads to it in a PDF."""
        return f"{self.title}{colon()}{', '.join(self.students)}" if self.students else self.title


@dataclass(frozen=True, slots=True)
class Logins:
    """A group's secrets that may be printed; empty: room to write by hand. `phrase`: for the teacher."""

    guest: str = ""
    phrase: str = ""


def build_sheet(
    spec: GroupSpec,
    students: Sequence[Student] = (),
    *,
    logins: Logins = Logins(),
    there: GroupThere | None = None,
) -> Sheet:
    """The students' sheet; `there`: what one look has found, None: nobody has looked."""
    handout = handout_of(spec)
    names = tuple(student.name for student in students)
    return Sheet(
        group=spec.group.number,
        title=f"{spec.group.class_name}, {say('place.group', number=spec.group.number)}",
        part=say(handout.title) if handout.title else spec.scenario,
        students=names,
        drawing=draw_group(spec),
        tables=tuple(_tables(spec, handout, logins, there)),
        notes=tuple(_notes(spec)),
        steps=tuple(without_marks(say(f"handout.{step.key}", **step.facts)) for step in handout.steps),
        signatures=(*names, *("",) * (1 if names else 3)),
    )


def without_marks(sentence: str) -> str:
    """Paper has no need of the signs that stand around what is typed in a terminal."""
    return sentence.replace("`", "")


def _tables(spec: GroupSpec, handout: Handout, logins: Logins, there: GroupThere | None) -> Iterator[Table]:
    head = ["machine", "hostname", "vm", "inside", "outside"] + ([] if there is None else ["there"])
    rows = [_machine(spec, machine, there) for machine in spec.machines]
    for key, address in handout.shared:
        sides = (address, "") if IPv4Address(address) in spec.inside.network else ("", address)
        rows.append((say(key), "", "", *sides, *([_holder(there, address)] if there else [])))
    yield _table("machines", head, rows)
    yield _table("networks", ["side", "network", "port_group", "vlan"], list(_networks(spec)))
    if spec.router:
        yield _table("router", ["interface", "address", "side"], list(_router(spec)))
    yield _table("logins", ["where", "user", "password"], list(_logins(spec, logins)))
    if handout.pages:
        yield _table("pages", ["from", "url"], [(client, url) for client, url in handout.pages])


def _table(key: str, head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    return Table(say(f"sheet.{key}"), tuple(say(f"sheet.column.{name}") for name in head), tuple(rows))


def _machine(spec: GroupSpec, machine: MachineSpec, there: GroupThere | None) -> tuple[str, ...]:
    addresses = dict(addresses_of(spec, machine))
    cells = (
        machine.key,
        machine.hostname,
        machine.vm_name,
        addresses.get("inside", ""),
        addresses.get("outside", ""),
    )
    return cells if there is None else (*cells, _power(machine, there))


def _power(machine: MachineSpec, there: GroupThere) -> str:
    """Whether a machine is on, and the address that VMware Tools tell."""
    if there.machines is None:
        return say("sheet.unknown")
    found = next((each for each in there.machines if each.machine == machine.key), None)
    return f"{say(f'power.{found.power}')} {found.address}".strip() if found else say("power.absent")


def _holder(there: GroupThere, address: str) -> str:
    """Which machines hold a shared address now."""
    holders = there.held.get(address) if there.held is not None else None
    if holders is None:
        return say("sheet.unknown")
    return say("sheet.at", machines=", ".join(holders)) if holders else say("sheet.nowhere")


def _networks(spec: GroupSpec) -> Iterator[tuple[str, ...]]:
    for side, segment in (("inside", spec.inside), ("outside", spec.outside)):
        yield say(f"sheet.{side}"), str(segment.network), segment.port_group, str(segment.vlan or "")


def _router(spec: GroupSpec) -> Iterator[tuple[str, ...]]:
    if router := spec.router:
        yield router.outside_interface, str(router.outside_address), say("sheet.outside")
        yield router.inside_interface, str(router.inside_address), say("sheet.inside")


def _logins(spec: GroupSpec, logins: Logins) -> Iterator[tuple[str, ...]]:
    password = logins.guest or ("" if spec.generated_password else say("sheet.model_password"))
    yield say("sheet.all_machines"), spec.guest_user, password
    if spec.router:
        yield f"{say('sheet.router')} {spec.router.address.host}", "", say("sheet.asked_for")


def _notes(spec: GroupSpec) -> Iterator[str]:
    target = registered.exercise(spec.scenario).nat_to(spec)
    if spec.router and target:
        outside = f"{spec.router.outside_address.ip}:{spec.router.outside_port}"
        yield say("sheet.nat", outside=outside, inside=f"{target}:{HTTP_PORT}")
