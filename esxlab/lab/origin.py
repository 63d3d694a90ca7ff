"""A group's origin: by what its machines' UUIDs and MACs differ from those of another class of the same name.

Two teachers give their classes one name without knowing of each other. A group's origin is drawn when it is
first recorded, from its server and its datastore, and kept in its record (decision 0038). Pure.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.lab.guest import NIC_TOKEN, Guest, GuestFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine, Nic

DIGITS = 16


def draw_origin(lab: Lab, *, server: str, datastore: str, taken: AbstractSet[str]) -> Lab:
    """The lab under the origin that a group gets of which nobody has a record yet.

    The same on every laptop, so that a plan has no unknowns: a function of the group and its place.

    Args:
        lab: as its spec has it.
        server: what its server calls itself.
        datastore: the locator of its datastore. With neither of the two it has no origin.
        taken: MACs, in small letters, that its cards must not have: those that are seen on the server.
    """
    if not (server or datastore):
        return lab
    name = f"{server}\n{datastore}\n{lab.group.class_name}/{lab.group.number}"
    for attempt in count():
        origin = hashlib.sha256(f"{name}\n{attempt}".encode()).hexdigest()[:DIGITS]
        drawn = under_origin(lab, origin)
        macs = list(macs_of(drawn))
        if len(set(macs)) == len(macs) and taken.isdisjoint(macs):
            return drawn
    raise AssertionError


def under_origin(lab: Lab, origin: str) -> Lab:
    """The lab with the UUIDs and MACs that it has under this origin; of an empty one, as its spec has it."""
    if origin == lab.group.origin:
        return lab
    group = replace(lab.group, origin=origin)
    return replace(
        lab,
        group=group,
        machines=tuple(_machine(machine, group) for machine in lab.machines),
        folders=tuple(
            replace(folder, owner=replace(folder.owner, group=group)) if folder.owner else folder
            for folder in lab.folders
        ),
    )


def as_found(wanted: Iterable[Lab], found: Mapping[GroupId, Lab]) -> tuple[Lab, ...]:
    """Wanted labs under the origins that their groups were found under."""
    return tuple(under_origin(lab, found[lab.group].group.origin) for lab in wanted)


def clashes(
    wanted: Lab, machine: Machine, holders: Iterable[tuple[str, str, Iterable[tuple[str, str]]]], code: str
) -> Iterator[LabError]:
    """What is said of machines that are not ours and hold a MAC of this one, on a network of its own.

    A card comes to life on the school's network, and is moved to its own.

    Args:
        wanted: the lab, `machine` the one of it.
        machine: see there.
        holders: (name, path of the configuration file, its cards as (MAC, network)) of the others.
        code: of the errors.
    """
    for name, path, cards in holders:
        for nic in machine.nics:
            networks = {nic.network, wanted.site.staging}
            if shared := networks & {network for mac, network in cards if mac == nic.mac.lower()}:
                facts = {"mac": nic.mac, "name": name, "path": path, "network": ", ".join(sorted(shared))}
                where = f"{machine.owner.group}, {machine.owner.machine}"
                yield LabError(code, where=where, **facts)


def macs_of(lab: Lab) -> Iterator[str]:
    """The MACs of all its cards, in small letters."""
    return (nic.mac.lower() for machine in lab.machines for nic in machine.nics)


def _machine(machine: Machine, group: GroupId) -> Machine:
    owner = replace(machine.owner, group=group)
    nics = tuple(replace(nic, mac=owner.mac_address(slot)) for slot, nic in enumerate(machine.nics))
    guest = _guest(machine.guest, machine.nics, nics) if machine.guest else None
    config_digest = guest.digest if guest else machine.config_digest
    return replace(machine, owner=owner, nics=nics, guest=guest, config_digest=config_digest)


def _guest(guest: Guest, before: tuple[Nic, ...], after: tuple[Nic, ...]) -> Guest:
    """Its files name cards by their MACs."""
    macs = {old.mac.lower(): new.mac for old, new in zip(before, after, strict=True)}
    return replace(guest, files=tuple(_file(file, macs) for file in guest.files))


def _file(file: GuestFile, macs: Mapping[str, str]) -> GuestFile:
    content = NIC_TOKEN.sub(lambda match: f"@nic({macs[match[1]]})", file.content)
    return file if content == file.content else replace(file, content=content)
