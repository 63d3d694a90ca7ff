"""All that the vSphere in memory holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from esxlab.lab.ownership import (
    MINE,
    FolderSeen,
    GroupFolderOwner,
    Ownership,
    Volume,
    is_namesake,
    judge_folder,
    judge_group_folder,
)
from esxlab.lab.password import MODEL_PASSWORD, PasswordState

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from esxlab.lab.identity import GroupId, Owner
    from esxlab.lab.machine import DiskState, Hardware, PortGroup, Site
    from esxlab.lab.ownership import Place
    from esxlab.lab.record import GroupRecord


HostKey = tuple[str, str]  # (server, ESXi host as the site names it)


FolderKey = tuple[str, str, str]  # (server, datastore, path)


GroupFolderKey = tuple[str, str, "GroupId"]


@dataclass(frozen=True, slots=True)
class Vm:
    """A virtual machine, whosever it is: `marks` and `uuid` are ours or not, independently of each other."""

    moref: str
    server: str
    name: str
    datastore: str
    folder: str
    host: str = ""  # as the site names it
    marks: Owner | None = None
    uuid: str = ""
    inventory_folder: str = ""
    hardware: Hardware | None = None
    nics: tuple[tuple[str, str, bool], ...] = ()  # (MAC, network, connected)
    powered_on: bool = False
    suspended: bool = False
    going_down: bool = False  # its guest was told to shut down
    boot: int = 0
    config_digest: str = ""
    digest_boot: int = 0
    host_keys: tuple[str, ...] = ()
    password: PasswordState = MODEL_PASSWORD
    disks: tuple[str, ...] = ()

    def reaches(self, datastore: str, folder: str) -> bool:
        """Its files, or a disk of it, are in this folder."""
        inside = f"[{datastore}] {folder}/"
        return (self.datastore, self.folder) == (datastore, folder) or any(
            disk.startswith(inside) for disk in self.disks
        )

    @property
    def owner(self) -> Owner | None:
        """The owner mark."""
        return self.marks

    @property
    def place(self) -> Place:
        """Where its files are."""
        return self.datastore, self.folder

    @property
    def vmx_path(self) -> str:
        """Of its configuration file."""
        return f"[{self.datastore}] {self.folder}/{self.name}.vmx"


@dataclass(frozen=True, slots=True)
class Directory:
    """A datastore folder: its owner file, the disk in it as it looks, and whether there is anything else.

    `copied`: the owner file names another folder, for somebody has copied or moved it. `whole`: the copy of
    the disk has ended, whether anything says so or not. `signed_on`: the name that the datastore had when the
    owner file was written, if it is another now.
    """

    owner: Owner | None = None
    disk: DiskState = "absent"
    foreign: bool = False
    copied: bool = False
    whole: bool = False
    signed_on: str = ""

    def seen(self, at: Place) -> FolderSeen:
        """As it is judged."""
        if self.owner is None:
            return FolderSeen(empty=not self.foreign and self.disk == "absent")
        written_for = ("", "") if self.copied else (self.signed_on or at[0], at[1])
        return FolderSeen(self.owner, written_for, disk_whole=self.disk == "complete")


@dataclass(slots=True)
class World:
    """All that there is. What a site names exists unless it is in `lacking`, as ("model", "modeleD9")."""

    port_groups: dict[HostKey, dict[str, PortGroup]] = field(default_factory=dict)
    directories: dict[FolderKey, Directory] = field(default_factory=dict)
    machines: dict[str, Vm] = field(default_factory=dict)  # by moref
    group_folders: dict[GroupFolderKey, GroupRecord] = field(default_factory=dict)
    lacking: set[tuple[str, str]] = field(default_factory=set)
    lone_esxi: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    busy_models: set[str] = field(default_factory=set)
    identities: dict[str, str] = field(default_factory=dict)  # what servers call themselves

    def let_end(self, groups: AbstractSet[GroupId]) -> list[Owner]:
        """Guests of these groups that were shutting down are off; which ones."""
        ended = []
        for moref, vm in self.machines.items():
            if vm.going_down and vm.marks and vm.marks.group in groups:
                self.machines[moref] = replace(vm, powered_on=False, going_down=False)
                ended.append(vm.marks)
        return ended

    def with_uuid(self, server: str, uuid: str) -> Vm | None:
        """The machine with this instanceUuid."""
        return next((vm for vm in self.machines.values() if vm.server == server and vm.uuid == uuid), None)

    def marked(self, server: str, owner: Owner) -> list[Vm]:
        """All machines that carry this mark."""
        here = [vm for vm in self.machines.values() if vm.server == server and vm.marks == owner]
        return [vm for vm in here if not is_namesake(vm, owner)]

    def group_folder(
        self, server: str, datastore: str, group: GroupId
    ) -> tuple[Ownership, GroupRecord | None] | None:
        """The folder with the name of the group's folder: whose it is, and the group's record; None: none."""
        record = self.group_folders.get((server, datastore, group))
        if record is None and (server, datastore, group.folder_name) not in self.directories:
            return None
        said = GroupFolderOwner(record.group, record.site.datastore) if record else None
        ownership = judge_group_folder(
            said, group, Volume(datastore)
        )  # no other datastore has the old name of a renamed one
        if record is None or ownership not in MINE:
            return ownership, None
        former = record.site.datastore if ownership is Ownership.RENAMED else ""
        return ownership, record._replace(site=replace(record.site, datastore=datastore), former=former)

    def folder(self, server: str, at: Place, owner: Owner) -> Ownership | None:
        """What a folder is to this owner; None: there is none."""
        directory = self.directories.get((server, *at))
        if directory is None:
            return None
        group_folder = self.group_folder(server, at[0], owner.group)
        return judge_folder(directory.seen(at), owner, at, group_folder[1] if group_folder else None)

    def sign_again(self, server: str, datastore: str, group: GroupId) -> None:
        """The group's owner files, under the name that their datastore has now."""
        for key, directory in self.directories.items():
            if key[:2] == (server, datastore) and directory.owner and directory.owner.group == group:
                self.directories[key] = replace(directory, signed_on="")

    def networks(self, site: Site) -> set[str]:
        """Names of the networks of the site's host."""
        names = set(self.port_groups.get(host_key(site), {}))
        return names if ("network", site.staging) in self.lacking else names | {site.staging}


def host_key(site: Site) -> HostKey:
    """The site's ESXi host."""
    return site.server.host, site.esxi
