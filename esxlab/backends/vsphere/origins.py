"""Under which origin each wanted group is looked for on a server, and whose MACs its cards would meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.lab.origin import clashes, draw_origin, macs_of, under_origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.seen import Place
    from esxlab.errors import LabError
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine
    from esxlab.lab.record import GroupRecord


def find_origins(
    server: Connection, placed: Sequence[tuple[Lab, Place]], records: Mapping[GroupId, GroupRecord]
) -> list[Lab]:
    """These labs, in their order, under the origins that they have on this server.

    That of a group's record, or of its machines where the record is lost; a group without both is new, and
    its cards get MACs that no machine of this server and no other group has.
    """
    known = {lab.group: _known(lab, server.inventory, records.get(lab.group)) for lab, _ in placed}
    labs = {lab.group: under_origin(lab, known[lab.group] or "") for lab, _ in placed}
    taken = {nic.mac for machine in server.inventory.machines.values() for nic in machine.nics}
    taken |= {mac for group, lab in labs.items() if known[group] is not None for mac in macs_of(lab)}
    for lab, place in sorted(placed, key=lambda item: item[0].group):
        if known[lab.group] is None:
            url = place.datastore.url
            labs[lab.group] = draw_origin(lab, server=server.identity, datastore=url, taken=taken)
            taken |= set(macs_of(labs[lab.group]))
    return [labs[lab.group] for lab, _ in placed]


def _known(lab: Lab, inventory: Inventory, record: GroupRecord | None) -> str | None:
    """The origin that the group has already; None: it is not there yet. An earlier esxlab's is empty."""
    if record is not None:
        return record.group.origin
    places = {(machine.datastore, machine.folder) for machine in lab.machines}
    proven = sorted(
        inventory.register.proven(lab.group), key=lambda seen: (seen.place not in places, seen.moref)
    )
    return next((seen.owner.group.origin for seen in proven if seen.owner), None)


def mac_problems(wanted: Lab, found: Sequence[Machine], inventory: Inventory) -> Iterator[LabError]:
    """Machines of others that hold a MAC of a card which is still to be made, on one of its networks."""
    there = {machine.owner for machine in found}
    for machine in wanted.machines:
        if machine.owner not in there:
            yield from clashes(wanted, machine, _holders(machine, inventory), "vsphere.mac_taken")


def mac_remarks(wanted: Lab, found: Sequence[Machine], inventory: Inventory) -> Iterator[LabError]:
    """The same of machines that stand: they work, but which of the two answers is a matter of chance."""
    there = {machine.owner for machine in found}
    for machine in wanted.machines:
        if machine.owner in there:
            yield from clashes(wanted, machine, _holders(machine, inventory), "vsphere.mac_shared")


def _holders(machine: Machine, inventory: Inventory) -> list[tuple[str, str, list[tuple[str, str]]]]:
    holders = {
        seen.moref: seen for nic in machine.nics for seen in inventory.register.with_mac(nic.mac.lower())
    }
    return [
        (seen.name, seen.vmx_path, [(nic.mac, nic.network) for nic in seen.nics])
        for seen in holders.values()
        if seen.uuid != machine.owner.instance_uuid
    ]
