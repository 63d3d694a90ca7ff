"""What can be done to a group in vSphere beside its machines: its folder, port groups and folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from esxlab.actions.base import Action, Stage

if TYPE_CHECKING:
    from esxlab.lab.machine import Folder, PortGroup, Site
    from esxlab.lab.record import GroupRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteGroupRecord(Action):
    """Make the group's folder and write down there what the group is about to create.

    `there`: it stands already, and only what is written in it changes.
    """

    verb: ClassVar[str] = "claim"
    stage: ClassVar[Stage] = "networks"

    record: GroupRecord
    there: bool = False

    @property
    def word(self) -> str:
        """Make the folder, or write its record anew."""
        return "claim-anew" if self.there else self.verb

    @property
    def subject(self) -> str:
        """The folder's datastore path."""
        return f"[{self.record.site.datastore}] {self.group.folder_name}"

    @property
    def key(self) -> str:
        """A group has one folder."""
        return self.verb


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteGroupRecord(WriteGroupRecord):
    """Give up the group's folder, when nothing of the group is left."""

    verb: ClassVar[str] = "release"
    stage: ClassVar[Stage] = "release"

    @property
    def word(self) -> str:
        """It goes, whatever is written in it."""
        return self.verb


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPortGroup(Action):
    """Add a port group with its VLAN to the ESXi host's vSwitch."""

    verb: ClassVar[str] = "add-port-group"
    stage: ClassVar[Stage] = "networks"

    site: Site
    port_group: PortGroup

    @property
    def subject(self) -> str:
        """The port group's name."""
        return self.port_group.name

    def facts(self) -> dict[str, object]:
        """Its name, VLAN and vSwitch."""
        pg = self.port_group
        return {"subject": pg.name, "vlan": pg.vlan, "vswitch": pg.vswitch}


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePortGroup(AddPortGroup):
    """Remove a port group that this group created."""

    verb: ClassVar[str] = "remove-port-group"
    stage: ClassVar[Stage] = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeFolder(Action):
    """Make a machine's folder on the datastore, with its owner file."""

    verb: ClassVar[str] = "make-folder"
    stage: ClassVar[Stage] = "machines"

    site: Site
    folder: Folder

    @property
    def subject(self) -> str:
        """The datastore path."""
        return f"[{self.folder.datastore}] {self.folder.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteFolder(MakeFolder):
    """Delete a machine's folder, when its owner file is ours."""

    verb: ClassVar[str] = "delete-folder"
    stage: ClassVar[Stage] = "release"
