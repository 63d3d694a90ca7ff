"""Records as they lie in the folders of a server's datastores, and whether they belong to that server.

Several servers may show one datastore (NFS, shared disks, an ESXi host beside its vCenter). A record never
decides where to log in: one that belongs elsewhere is reported, and the teacher says where to go.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.vsphere.datastore import FRESH
from esxlab.backends.vsphere.records import RECORD_FILE, read_record_file
from esxlab.backends.vsphere.sites import site_at
from esxlab.backends.vsphere.store import Store, datastore_path
from esxlab.backends.vsphere.torn import is_torn
from esxlab.errors import LabError
from esxlab.lab.commands import teardown_command
from esxlab.lab.machine import Server
from esxlab.lab.ownership import MINE, Ownership, belongs_to_server, judge_group_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.records import RecordFile
    from esxlab.backends.vsphere.session import Session
    from esxlab.lab.identity import GroupId
    from esxlab.lab.ownership import GroupFolderOwner
    from esxlab.lab.record import GroupRecord

READERS = 8
RECORDS = frozenset({RECORD_FILE, f"{RECORD_FILE}{FRESH}"})
SERVER_IS_LOST = frozenset(
    {
        "vsphere.unreachable",
        "vsphere.unavailable",
        "vsphere.not_vsphere",
        "vsphere.redirected",
        "vsphere.silent",
        "vsphere.cancelled",
        "vsphere.certificate",
        "vsphere.login",
        "vsphere.lost",
        "vsphere.session",
    }
)
"""What is said of the whole server; every other error of a file or a listing is that datastore's alone."""

WORN_OUT = frozenset(
    {
        "",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "03000200-0400-0500-0006-000700080009",
    }
)
"""What many mainboards have in place of an identifier of their own (oshi#2417, bcran at lx2160a_uefi#4)."""


class GroupFolder(NamedTuple):
    """The record in one folder named as a group folder is; `problem`: why it could not be read or used."""

    store: Store
    name: str
    found: RecordFile | None = None
    problem: LabError | None = None

    @property
    def path(self) -> str:
        """Its datastore path, as people write it."""
        return datastore_path(self.store.name, f"{self.name}/{RECORD_FILE}")


class Judged(NamedTuple):
    """Whose folder it is; why it must not be used by this group (None: it may); and the group's record.

    The record's site is where the folder lies now, under the names of now. `torn`: what is left of a record
    of ours is there (LabError record.torn).
    """

    ownership: Ownership
    problem: LabError | None = None
    record: GroupRecord | None = None
    torn: LabError | None = None


def read_group_folders(
    server: Connection, group_folders: Sequence[tuple[Store, str]], *, again: bool = True
) -> list[GroupFolder]:
    """The records of these folders, side by side; LabError only when the server itself is lost.

    Not `again`: one that was read since the server was last looked at is as it was then.
    """

    def read(group_folder: tuple[Store, str]) -> GroupFolder:
        if not again and (seen := server.seen_group_folders.get(group_folder)):
            return seen
        server.seen_group_folders[group_folder] = found = read_group_folder(server, *group_folder)
        return found

    with ThreadPoolExecutor(READERS, thread_name_prefix="vsphere-files") as pool:
        return list(pool.map(read, group_folders))


def read_group_folder(server: Connection, store: Store, name: str) -> GroupFolder:
    """The record in this folder; LabError only when the server itself is lost."""
    try:
        content = server.files.get(store, f"{name}/{RECORD_FILE}")
        file = datastore_path(store.name, f"{name}/{RECORD_FILE}")
        return GroupFolder(store, name, read_record_file(content, server=server.named, file=file))
    except LabError as error:
        if error.code in SERVER_IS_LOST:
            raise
        return GroupFolder(store, name, problem=error)


def judge(
    server: Connection, group_folder: GroupFolder, group: GroupId, *, had_machines: bool = False
) -> Judged:
    """Whether this folder, which has the name of the group's folder, is that, and belongs to this server.

    `had_machines`: the group's machines were here, and have been taken away by now.
    """
    if group_folder.problem is not None:
        return Judged(Ownership.FOREIGN, group_folder.problem.at(str(group)))
    said = group_folder.found.said if group_folder.found else None
    try:
        torn = said is None and is_torn(
            server.files.get(group_folder.store, f"{group_folder.name}/{RECORD_FILE}")
        )
        empty = torn or (said is None and _is_empty(server, group_folder))
    except LabError as error:
        if error.code in SERVER_IS_LOST:
            raise
        return Judged(Ownership.FOREIGN, error.at(str(group)))
    ownership = judge_group_folder(said, group, server.inventory.volume(group_folder.store), empty=empty)
    if group_folder.found is None or said is None or ownership not in MINE:
        facts = {
            "folder": f"[{group_folder.store.name}] {group_folder.name}",
            "owner": str(said.group) if said else "?",
        }
        problem = LabError("vsphere.foreign_folder", where=str(group), **facts)
        cut = LabError("record.torn", where=str(group), file=group_folder.path) if torn else None
        return Judged(ownership, None if ownership is Ownership.UNSIGNED else problem, torn=cut)
    hosts = hosts_of(server.inventory)
    proven = had_machines or bool(server.inventory.register.proven(group))
    here = server.named
    if not belongs_to_server(said, here, identity=server.identity, hosts=hosts, machines=proven):
        return Judged(ownership, elsewhere(group, said, here, file=group_folder.path))
    record = group_folder.found.record
    if ownership is Ownership.RENAMED or said.identity in hosts - {server.identity}:
        site = site_at(server.inventory, group_folder.store, record.site)
        record = record._replace(site=site, former=said.datastore if ownership is Ownership.RENAMED else "")
    return Judged(ownership, None, record)


def _is_empty(server: Connection, group_folder: GroupFolder) -> bool:
    """Whether a folder without a record, and without anything else, is what a run leaves that died."""
    names = server.files.names(group_folder.store, group_folder.name) or set()
    return RECORD_FILE not in names and not names - RECORDS


def hosts_of(inventory: Inventory) -> frozenset[str]:
    """What the ESXi hosts call themselves that this server manages."""
    return frozenset(host.uuid.lower() for host in inventory.hosts.values()) - WORN_OUT


def identity_of(session: Session, inventory: Inventory) -> str:
    """What the server calls itself, whatever name, certificate or account it is reached by; empty: nothing.

    A vCenter has about.instanceUuid; an ESXi host leaves that unset and has its hardware's UUID
    (pyvmomi-community-samples#335).
    """
    told = str(session.content.about.instanceUuid or "")
    if not told and not inventory.is_vcenter:
        told = next((host.uuid for host in inventory.hosts.values()), "")
    return "" if told.lower() in WORN_OUT else told.lower()


def elsewhere(group: GroupId, group_folder: GroupFolderOwner, server: Server, *, file: str) -> LabError:
    """LabError record.elsewhere, with the command that takes the group away where it belongs.

    The account in it is the one that the caller uses here, never one that the record names.
    """
    command = teardown_command(group, Server(group_folder.host, server.user, group_folder.port))
    facts = {"host": group_folder.host, "here": server.host, "command": command, "file": file}
    return LabError("record.elsewhere", where=str(group), **facts)
