"""What the implementations of `VSphere` say of things that are not a group's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from esxlab.errors import LabError
from esxlab.lab.ownership import MarkedMachine, Ownership
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.lab.identity import GroupId, Owner
    from esxlab.lab.machine import PortGroup

REFUSED = {
    Ownership.TWICE: "vsphere.two_machines",
    Ownership.MOVED: "vsphere.moved_machine",
    Ownership.UNSIGNED: "vsphere.unmarked_machine",
    Ownership.FOREIGN: "vsphere.foreign_machine",
}


class NamedMachine(MarkedMachine, Protocol):
    """A machine that can be pointed at."""

    @property
    def name(self) -> str:
        """In the inventory."""
        ...

    @property
    def moref(self) -> str:
        """Its reference's id."""
        ...

    @property
    def vmx_path(self) -> str:
        """Of its configuration file."""
        ...


def not_ours(ownership: Ownership, seen: Sequence[NamedMachine], *, where: str = "") -> LabError:
    """Machines that are not ours, or not beyond doubt, in the place of ours."""
    if ownership is Ownership.TWICE:
        names = ", ".join(sorted(f"{machine.name} ({machine.vmx_path})" for machine in seen))
        return LabError(REFUSED[ownership], where=where, machines=names)
    first = seen[0]
    return LabError(REFUSED[ownership], where=where, name=first.name, path=first.vmx_path, moref=first.moref)


def foreign_port_group(
    seen: PortGroup, wanted: PortGroup, host: str, recorded: PortGroup | None = None
) -> LabError:
    """A port group with a wanted name that is not ours, or not as it should be: found, wanted and recorded.

    When it still is as the group's own record has it, nobody has changed it: the spec has changed.
    """
    own = recorded is not None and (seen.vlan, seen.vswitch) == (recorded.vlan, recorded.vswitch)
    noted = f"VLAN {recorded.vlan}, {recorded.vswitch}" if recorded else say("port_group.unrecorded")
    return LabError(
        "vsphere.port_group_respec" if own else "vsphere.foreign_port_group",
        port_group=wanted.name,
        host=host,
        vlan=seen.vlan,
        vswitch=seen.vswitch,
        wanted_vlan=wanted.vlan,
        wanted_vswitch=wanted.vswitch,
        recorded=noted,
    )


def foreign_folder(datastore: str, path: str, owner: Owner | None) -> LabError:
    """A folder with a wanted name that is not ours."""
    whose = f"{owner.group.class_name}, {owner.group}, {owner.machine}" if owner else "?"
    return LabError("vsphere.foreign_folder", folder=f"[{datastore}] {path}", owner=whose)


def record_lost(group: GroupId, datastore: str) -> LabError:
    """A group's machines stand, and its record, which was written before any of them, is gone."""
    return LabError("record.lost", where=str(group), file=f"[{datastore}] {group.folder_name}/record.json")
