"""Records as they lie in the homes of a server's datastores, and whether they are at home on that server.

Several servers may show one datastore (NFS, shared disks, an ESXi host beside its vCenter). A record never
decides where to log in: one that is at home elsewhere is reported, and the teacher says where to go.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.vsphere.datastore import Store, datastore_path
from esxlab.backends.vsphere.records import RECORD_FILE, read_record_file
from esxlab.errors import LabError
from esxlab.lab.commands import teardown_command
from esxlab.lab.machine import Server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.records import Home, RecordFile
    from esxlab.backends.vsphere.session import Session
    from esxlab.lab.identity import GroupId

READERS = 8
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


class HomeFile(NamedTuple):
    """The record in one folder that is named as a home is; `problem`: why it could not be read or used."""

    store: Store
    name: str
    found: RecordFile | None = None
    problem: LabError | None = None

    @property
    def path(self) -> str:
        """Its datastore path, as people write it."""
        return datastore_path(self.store.name, f"{self.name}/{RECORD_FILE}")


def read_homes(server: Connection, homes: Sequence[tuple[Store, str]]) -> list[HomeFile]:
    """The records of these folders, side by side; LabError only when the server itself is lost."""

    def read(home: tuple[Store, str]) -> HomeFile:
        store, name = home
        try:
            content = server.files.get(store, f"{name}/{RECORD_FILE}")
            file = datastore_path(store.name, f"{name}/{RECORD_FILE}")
            return HomeFile(store, name, read_record_file(content, server=server.session.server, file=file))
        except LabError as error:
            if error.code in SERVER_IS_LOST:
                raise
            return HomeFile(store, name, problem=error)

    with ThreadPoolExecutor(READERS, thread_name_prefix="vsphere-files") as pool:
        return list(pool.map(read, homes))


def identity_of(session: Session, inventory: Inventory) -> str:
    """What the server calls itself, whatever name, certificate or account it is reached by; empty: nothing.

    A vCenter has about.instanceUuid; an ESXi host leaves that unset and has its hardware's UUID
    (pyvmomi-community-samples#335).
    """
    told = str(session.content.about.instanceUuid or "")
    if not told and not inventory.is_vcenter:
        told = next((host.uuid for host in inventory.hosts.values()), "")
    return "" if told.lower() in WORN_OUT else told.lower()


def is_here(home: Home, server: Server, *, identity: str, machines: bool) -> bool:
    """Whether a record that says this of its home is at home on this server.

    Args:
        home: what the record says.
        server: as the caller names it.
        identity: what the server calls itself.
        machines: whether machines of the group, by mark and uuid, are in this server's inventory. It counts
            only when the identities cannot be compared: another vSphere may show the same datastore and
            have had a group of the same name.
    """
    if home.port == server.port and same_host(home.host, server.host):
        return True
    if home.identity and identity:
        return home.identity == identity
    return machines


def same_host(one: str, other: str) -> bool:
    """One name, or the short and the long form of one: `vcenter` and `vcenter.lycee.example`."""
    short, long = sorted((one.rstrip(".").lower(), other.rstrip(".").lower()), key=len)
    if short == long:
        return True
    return "." not in short and not _is_address(short) and long.startswith(f"{short}.")


def elsewhere(group: GroupId, home: Home, server: Server, *, file: str) -> LabError:
    """LabError record.elsewhere, with the command that takes the group away where it is at home.

    The account in it is the one that the caller uses here, never one that the record names.
    """
    command = teardown_command(group, Server(home.host, server.user, home.port))
    facts = {"host": home.host, "here": server.host, "command": command, "file": file}
    return LabError("record.elsewhere", where=str(group), **facts)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
