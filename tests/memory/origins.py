"""Origins of groups in the memory's vSphere, and machines of others that have a MAC of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.lab.origin import clashes, draw_origin, under_origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.errors import LabError
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine
    from tests.memory.world import World


def named(world: World, wanted: Lab) -> Lab:
    """The lab under the origin that its group has here, or that it will get."""
    server = wanted.site.server.host
    group_folder = world.group_folder(server, wanted.site.datastore, wanted.group)
    if group_folder and group_folder[1]:
        return under_origin(wanted, group_folder[1].group.origin)
    here = [vm for vm in world.machines.values() if vm.server == server]
    for vm in here:
        if vm.marks and vm.marks.group == wanted.group and vm.uuid == vm.marks.instance_uuid:
            return under_origin(wanted, vm.marks.group.origin)
    taken = {mac for vm in here for mac, _, _ in vm.nics}
    return draw_origin(wanted, server=world.identities.get(server, ""), datastore="", taken=taken)


def mac_problems(world: World, wanted: Lab, found: Sequence[Machine]) -> Iterator[LabError]:
    """Of cards that are still to be made."""
    there = {machine.owner for machine in found}
    absent = [machine for machine in wanted.machines if machine.owner not in there]
    return _clashes(world, wanted, absent, "vsphere.mac_taken")


def mac_remarks(world: World, wanted: Lab, found: Sequence[Machine]) -> Iterator[LabError]:
    """Of cards that are in use."""
    there = {machine.owner for machine in found}
    standing = [machine for machine in wanted.machines if machine.owner in there]
    return _clashes(world, wanted, standing, "vsphere.mac_shared")


def _clashes(world: World, wanted: Lab, machines: Sequence[Machine], code: str) -> Iterator[LabError]:
    here = [vm for vm in world.machines.values() if vm.server == wanted.site.server.host]
    for machine in machines:
        others = [vm for vm in here if vm.uuid != machine.owner.instance_uuid]
        holders = [(vm.name, vm.vmx_path, [(mac, name) for mac, name, _ in vm.nics]) for vm in others]
        yield from clashes(wanted, machine, holders, code)
