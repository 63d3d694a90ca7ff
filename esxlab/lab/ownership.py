"""Whose a thing is, judged from what was seen of it: machines, folders, group folders, records, port groups.

The one place of these rules (reliability promise 1); pure. Backends look, ask here, and act: the vSphere in
memory too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from esxlab.lab.addresses import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.lab.identity import GroupId, Owner
    from esxlab.lab.machine import Machine, PortGroup, Server
    from esxlab.lab.record import GroupRecord

Place = tuple[str, str]
"""A folder of a datastore: (datastore, path)."""


class Ownership(StrEnum):
    """What a thing is to the group that asks. Only what is OURS or RENAMED is changed or deleted."""

    OURS = "ours"
    RENAMED = "renamed"
    """Ours; its datastore had another name when it was marked."""
    UNSIGNED = "unsigned"
    """Nobody has signed it, and nothing in it is anybody's: what a run leaves that died. Ours to use."""
    MOVED = "moved"
    """It carries our marks, and they were made for another place: somebody has moved or copied it."""
    FOREIGN = "foreign"
    SHARED = "shared"
    """Of other groups of the class too, which have recorded it: in nobody's way, and not ours alone."""
    TWICE = "twice"
    """Several carry the marks of one: somebody has cloned it, and nobody can tell which is ours."""


MINE = frozenset({Ownership.OURS, Ownership.RENAMED})
USABLE = MINE | {Ownership.UNSIGNED}


class Volume(NamedTuple):
    """A datastore as it is now: its name and its own locator (Datastore.summary.url; empty: not told).

    `others` are the names of the other datastores of its hosts: names are unique on a host.
    """

    name: str
    url: str = ""
    others: frozenset[str] = frozenset()


class GroupFolderOwner(NamedTuple):
    """What the record in a group folder says of whose folder it is, and of where it was written.

    `identity` and `url` are empty in the records of earlier versions.
    """

    group: GroupId
    datastore: str
    url: str = ""
    host: str = ""  # of the vSphere server, as its user named it
    port: int = 443
    identity: str = ""  # what that server calls itself


class FolderSeen(NamedTuple):
    """A machine's folder: what its owner file says, and what is in it.

    `signed` and `written_for` are a whole owner file's owner and folder. `torn`: what is left of one of ours
    is there. `empty`: nothing but that.
    """

    signed: Owner | None = None
    written_for: Place = ("", "")
    torn: bool = False
    empty: bool = False
    disk_whole: bool = False  # its owner file says so


class MarkedMachine(Protocol):
    """A virtual machine as it is judged: by its instanceUuid, its owner mark and the place of its files."""

    @property
    def uuid(self) -> str:
        """Its instanceUuid."""
        ...

    @property
    def owner(self) -> Owner | None:
        """The owner mark; None when it carries none."""
        ...

    @property
    def place(self) -> Place:
        """The folder of its configuration file."""
        ...


M = TypeVar("M", bound=MarkedMachine)


def judge_machine(seen: MarkedMachine, owner: Owner, at: Place) -> Ownership:
    """One machine: ours when uuid, mark and place agree, and only then (reliability promise 1)."""
    if seen.uuid != owner.instance_uuid:
        return Ownership.FOREIGN
    if seen.owner != owner:
        return Ownership.UNSIGNED
    return Ownership.OURS if seen.place == at else Ownership.MOVED


def is_ours(seen: MarkedMachine, machine: Machine) -> bool:
    """Whether this is that machine by all three marks."""
    return judge_machine(seen, machine.owner, (machine.datastore, machine.folder)) is Ownership.OURS


def is_namesake(seen: MarkedMachine, owner: Owner) -> bool:
    """Whether this is the machine of a group that only has the same name: whole, and of another origin."""
    other = seen.owner
    if other is None or other.group.origin == owner.group.origin:
        return False
    return other == owner and seen.uuid == other.instance_uuid


def judge_machines(
    owner: Owner, at: Place, *, marked: Sequence[M], with_uuid: M | None, in_place: Callable[[], Sequence[M]]
) -> tuple[Ownership, tuple[M, ...]] | None:
    """What there is of one machine that should be at this place, and which machines are meant; None: nothing.

    Args:
        owner: whose it should be.
        at: where its files should be.
        marked: all that carry the owner's mark.
        with_uuid: the one that has the owner's instanceUuid.
        in_place: those that have its name or its folder; asked only when there is no other.
    """
    if len(marked) > 1:
        return Ownership.TWICE, tuple(marked)
    if with_uuid is not None:
        return judge_machine(with_uuid, owner, at), (with_uuid,)
    foreign = marked or in_place()
    return (Ownership.FOREIGN, (foreign[0],)) if foreign else None


def judge_remaining(
    seen: Sequence[M], owner: Owner, folders: Mapping[Place, Owner | None], *, cloned: bool
) -> Ownership:
    """What carries the mark of one machine, when no spec says where it should be: OURS, MOVED or TWICE.

    Args:
        seen: all that carry the owner's mark, at least one.
        owner: whose mark it is.
        folders: the folders that are known, by place; the owner file in it proves a machine's place.
        cloned: the group's machines were made by a vCenter, which makes the folders, and signs none at first.
    """
    if len(seen) > 1:
        return Ownership.TWICE
    place = seen[0].place
    proven = folders.get(place) == owner or (cloned and place not in folders)
    return (
        Ownership.OURS
        if proven and judge_machine(seen[0], owner, place) is Ownership.OURS
        else Ownership.MOVED
    )


def judge_port_group(
    seen: PortGroup, wanted: PortGroup, *, own: Container[str], shared: Container[str] = ()
) -> Ownership:
    """A port group with a wanted name; it bears no mark.

    Args:
        seen: what there is.
        wanted: what it should be; one with another VLAN or on another vSwitch is another one.
        own: names in the group's own record.
        shared: names that the records of any group of the class have on this host.
    """
    if (seen.vlan, seen.vswitch) != (wanted.vlan, wanted.vswitch):
        return Ownership.FOREIGN
    if wanted.name in own:
        return Ownership.OURS
    return Ownership.SHARED if wanted.name in shared else Ownership.FOREIGN


def is_half_made(seen: PortGroup, wanted: PortGroup, *, own: Container[str]) -> bool:
    """Whether this is a port group of ours that has not got its VLAN yet, where that is a step of its own.

    A run that dies between the two leaves it; its name is in the group's record before it is made.
    """
    return wanted.name in own and seen.vswitch == wanted.vswitch and seen.vlan == 0 != wanted.vlan


def judge_group_folder(
    said: GroupFolderOwner | None, group: GroupId, on: Volume, *, empty: bool = False
) -> Ownership:
    """The folder with the name of a group's folder.

    Args:
        said: by the record in it; None when there is no whole one.
        group: whose folder has this name.
        on: the datastore that the folder is on.
        empty: nothing is in it but what is left of a record of ours; asked only when there is no whole one.

    The name of a datastore may change: a vCenter gives a host's `datastore1` the name `datastore1 (1)` when
    its own is taken. A record that names another datastore is the group's when that has this datastore's
    locator, or, where one of the two is not told, when no datastore of that name is left on the same hosts;
    else somebody keeps a copy. An ESXi host and the vCenter that it joins write one locator in two ways,
    `/vmfs/volumes/ID` and `ds:///vmfs/volumes/ID/` (vSphere Web Services API, DatastoreInfo.url): the
    identifier at its end is compared.
    """
    if said is None:
        return Ownership.UNSIGNED if empty else Ownership.FOREIGN
    if said.group != group:
        return Ownership.FOREIGN
    if said.datastore == on.name:
        return Ownership.OURS
    if said.url and on.url:
        renamed = _volume_id(said.url) == _volume_id(on.url)
    else:
        renamed = said.datastore not in on.others
    return Ownership.RENAMED if renamed else Ownership.MOVED


def judge_folder(seen: FolderSeen, owner: Owner, at: Place, record: GroupRecord | None = None) -> Ownership:
    """A folder with the name of a machine's.

    Args:
        seen: what is there.
        owner: whose it should be.
        at: where it is.
        record: the group's, which lies on the same datastore; None: it is not known, or there is none. It
            knows what that was called when the folder was signed, and which folders a run was about to make.
    """
    if seen.signed is not None:
        if seen.signed != owner:
            return Ownership.FOREIGN
        if seen.written_for == at:
            return Ownership.OURS
        former = (record.former, at[1]) if record and record.former else None
        return Ownership.RENAMED if seen.written_for == former else Ownership.MOVED
    named = record is not None and (owner.machine, at[1]) in record.folders
    return Ownership.UNSIGNED if seen.empty or (seen.torn and named) else Ownership.FOREIGN


def belongs_to_server(
    said: GroupFolderOwner,
    server: Server,
    *,
    identity: str,
    machines: bool,
    hosts: AbstractSet[str] = frozenset(),
) -> bool:
    """Whether a record that says this belongs to this server: several may show one datastore.

    Args:
        said: by the record.
        server: as the caller names it.
        identity: what the server calls itself.
        hosts: what the ESXi hosts call themselves that it manages: one may have joined it with its groups.
        machines: whether machines of the group, by mark and uuid, are in this server's inventory. It counts
            only when the identities cannot be compared: another vSphere may show the same datastore and
            have had a group of the same name.
    """
    if said.port == server.port and same_host(said.host, server.host):
        return True
    if said.identity and said.identity in hosts:
        return True
    if said.identity and identity:
        return said.identity == identity
    return machines


def same_host(one: str, other: str) -> bool:
    """One name, or the short and the long form of one: `vcenter` and `vcenter.lycee.example`."""
    short, long = sorted((one.rstrip(".").lower(), other.rstrip(".").lower()), key=len)
    if short == long:
        return True
    return "." not in short and not is_address(short) and long.startswith(f"{short}.")


def _volume_id(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]
