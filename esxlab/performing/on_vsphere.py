"""What is done to a group in vSphere beside its machines: its folder, port groups and folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.actions.vsphere import (
    AddPortGroup,
    DeleteFolder,
    DeleteGroupRecord,
    MakeFolder,
    RemovePortGroup,
    WriteGroupRecord,
)
from esxlab.performing.base import perform

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends


@perform.register(WriteGroupRecord)
def write_group_record(action: WriteGroupRecord, backends: Backends) -> None:
    """Write the record."""
    backends.vsphere.write_group_record(action.record)


@perform.register(DeleteGroupRecord)
def delete_group_record(action: DeleteGroupRecord, backends: Backends) -> None:
    """Delete the folder."""
    backends.vsphere.delete_group_record(action.record)


@perform.register(AddPortGroup)
def add_port_group(action: AddPortGroup, backends: Backends) -> None:
    """Add it."""
    backends.vsphere.add_port_group(action.site, action.port_group)


@perform.register(RemovePortGroup)
def remove_port_group(action: RemovePortGroup, backends: Backends) -> None:
    """Remove it."""
    backends.vsphere.remove_port_group(action.site, action.port_group)


@perform.register(MakeFolder)
def make_folder(action: MakeFolder, backends: Backends) -> None:
    """Make it."""
    backends.vsphere.make_folder(action.site, action.folder)


@perform.register(DeleteFolder)
def delete_folder(action: DeleteFolder, backends: Backends) -> None:
    """Delete it."""
    backends.vsphere.delete_folder(action.site, action.folder)
