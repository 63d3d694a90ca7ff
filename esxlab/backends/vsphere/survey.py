"""Looks at a server's datastores and inventory together: found labs for wanted ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.vsphere.folders import holds_machine
from esxlab.backends.vsphere.found import (
    FoundFolder,
    Stored,
    find_lab,
    find_machine,
)
from esxlab.backends.vsphere.group_folders import READERS, SERVER_IS_LOST, judge, read_group_folders
from esxlab.backends.vsphere.obstacles import space_problems
from esxlab.backends.vsphere.origins import find_origins
from esxlab.backends.vsphere.reading import moref
from esxlab.backends.vsphere.records import OWNER_FILE
from esxlab.backends.vsphere.signatures import Signature, read_signature, seen_in
from esxlab.backends.vsphere.store import is_plain
from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.lab.lab import Lab
from esxlab.lab.lock import group_lock
from esxlab.lab.ownership import FolderSeen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.records import OwnerFile
    from esxlab.backends.vsphere.seen import Place
    from esxlab.backends.vsphere.store import Store
    from esxlab.lab.machine import DiskState, Machine, Site

NUMBERS = range(1000)
"""Group numbers whose folders are looked for."""


class Situated(NamedTuple):
    """A wanted lab and where it belongs."""

    lab: Lab
    place: Place


class SignedFolder(NamedTuple):
    """A folder with a whole owner file of the class's."""

    path: str
    file: OwnerFile
    disk: DiskState

    @property
    def seen(self) -> FolderSeen:
        """As it is judged."""
        return FolderSeen(self.file.owner, self.file.written_for, disk_whole=self.file.disk_whole)


def observe(server: Connection, wanted: Sequence[Lab]) -> dict[GroupId, Lab]:
    """Found labs for the wanted ones of this server."""
    inventory = server.look()
    server = server.as_looked()
    found: dict[GroupId, Lab] = {}
    situated: list[Situated] = []
    for lab in wanted:
        place = attempt(partial(inventory.place, lab.site))
        if isinstance(place, LabError):
            found[lab.group] = nothing_but(lab, place)
        else:
            situated.append(Situated(lab, place))
    stored, situated = _stored(server, situated, inventory)
    looked: dict[str, tuple[LabError, ...]] = {}
    for lab, at in situated:
        if (closed := stored.closed.get(at.datastore.moref)) and at.datastore.accessible:
            found[lab.group] = nothing_but(lab, closed)
            continue
        if (doubt := stored.foreign_group_folders.get(lab.group)) and doubt.code.startswith("record."):
            found[lab.group] = nothing_but(lab, doubt.at(str(lab.group)))
            continue
        here = attempt(partial(find_lab, lab, inventory, at, stored))
        found[lab.group] = nothing_but(lab, here) if isinstance(here, LabError) else here
        if len(found[lab.group].machines) < len(lab.machines):
            for problem in missing_files(server, lab.site, at, looked):
                found[lab.group] = found[lab.group].with_problem(problem)
        for problem in unwritable(server, lab):
            found[lab.group] = found[lab.group].with_problem(problem)
    places = {lab.group: place for lab, place in situated}
    for group, problem in space_problems(wanted, found, inventory, places).items():
        found[group] = found[group].with_problem(problem)
    return found


def unwritable(server: Connection, lab: Lab) -> Iterator[LabError]:
    """Why the server cannot be changed for this lab, on the write path that leads to it."""
    host = lab.site.server.host
    if server.trouble is not None:
        yield server.trouble.at(host)
    if server.write_path == "api" and server.licence.standing == "read-only":
        yield LabError("vsphere.licence", where=host)
    if server.write_path == "ssh" and lab.site.method != "copy":
        yield LabError("esxi.no_clones", where=host, method=lab.site.method)


def missing_files(
    server: Connection, site: Site, place: Place, looked: dict[str, tuple[LabError, ...]]
) -> tuple[LabError, ...]:
    """LabError vsphere.model_file of each file of the model that a copy needs and nobody finds.

    Args:
        server: where to look.
        site: names the model.
        place: where it is looked for.
        looked: what was found of each file so far; it grows.
    """
    model = attempt(partial(server.inventory.model, site, place))
    if site.method != "copy" or isinstance(model, LabError):
        return ()
    problems: tuple[LabError, ...] = ()
    for path in filter(None, (*model.disks[:1], model.nvram)):
        if path not in looked:
            looked[path] = _missing_file(server, model.name, path, place)
        problems += looked[path]
    return problems


def _missing_file(server: Connection, model: str, path: str, place: Place) -> tuple[LabError, ...]:
    try:
        store, inside = server.inventory.file(path, place)
        folder, _, name = inside.rpartition("/")
        if name in (server.files.names(store, folder) or ()):
            return ()
    except LabError as error:
        if error.code in SERVER_IS_LOST:
            raise
        if error.code == "vsphere.datastore_name":
            return (error,)
        return ()  # a datastore that the host has not is a problem of its own; one that is closed cannot tell
    return (LabError("vsphere.model_file", where=path, model=model, path=path),)


def nothing_but(wanted: Lab, problem: LabError) -> Lab:
    """A lab of which nothing could be seen."""
    return Lab(wanted.group, wanted.site, has_record=False, seen=False, problems=(problem,))


def _stored(
    server: Connection, situated: Sequence[Situated], inventory: Inventory
) -> tuple[Stored, list[Situated]]:
    """One listing for each datastore, then the files of those folders only that exist and are in question.

    With it come the labs under the origins that their records say.
    """
    stored = Stored(two_steps=server.writer.adds_vlan_later)
    hosts = {moref(place.host.ref): place for _, place in situated}.values()
    stores = {key: s for place in hosts for key, s in inventory.stores(place).items()}
    stores |= {place.datastore.moref: place.store for _, place in situated}
    with ThreadPoolExecutor(READERS, thread_name_prefix="vsphere-files") as pool:
        listings = pool.map(partial(folders_at_root, server), stores.values())
        folders: list[tuple[Store, str]] = []
        for (key, store), names in zip(stores.items(), listings, strict=True):
            if isinstance(names, LabError):
                stored.closed[key] = names
            else:
                folders += ((store, name) for name in sorted(names))
        own = {place.store for _, place in situated}
        stored.names = {(store.name, name) for store, name in folders if store in own}
        _read_group_folders(server, situated, inventory, stored, folders)
        labs = find_origins(server, situated, stored.records)
        situated = [Situated(lab, place) for lab, (_, place) in zip(labs, situated, strict=True)]
        doubtful = list(_in_question(situated, inventory, stored))
        looked = pool.map(lambda d: look_into(server, d[0], d[1].folder), doubtful)
        for (store, machine), folder in zip(doubtful, looked, strict=True):
            if folder is not None:
                stored.folders[store.name, machine.folder] = folder
    return stored, situated


def _read_group_folders(
    server: Connection,
    situated: Sequence[Situated],
    inventory: Inventory,
    stored: Stored,
    folders: Sequence[tuple[Store, str]],
) -> None:
    """The folders of all groups of these classes: the wanted ones', and what the others share with them."""
    known: dict[str, GroupId] = {}
    for class_name in {s.lab.group.class_name for s in situated}:
        known |= group_folders_of(class_name)
    own = {s.lab.group: s.place.store for s in situated}
    for group_folder in read_group_folders(
        server, [(store, name) for store, name in folders if name in known]
    ):
        group = known[group_folder.name]
        judged = judge(server, group_folder, group)
        if judged.record is not None:
            stored.note(judged.record, inventory)
        if own.get(group) == group_folder.store:
            stored.records |= {group: judged.record} if judged.record else {}
            stored.foreign_group_folders |= {group: judged.problem} if judged.problem else {}
            stored.torn |= {group: judged.torn} if judged.torn else {}


def folders_at_root(server: Connection, store: Store, *, again: bool = True) -> set[str] | LabError:
    """The folders at the root of a datastore; why not, of one that is closed to us, or away.

    Not `again`: as they were when they were listed since the server was last looked at.

    Raises:
        LabError: when the server itself is lost.
    """
    if not again and store in server.seen_roots:
        return server.seen_roots[store]
    try:
        names = server.files.names(store, only_folders=True)
    except LabError as error:
        if error.code in SERVER_IS_LOST:
            raise
        return error.at(f"[{store.name}]")
    if names is None:  # the server says that there is no such place
        return LabError("vsphere.file_missing", where=f"[{store.name}]", what=f"[{store.name}]")
    server.seen_roots[store] = names
    return names


@lru_cache(maxsize=8)
def group_folders_of(class_name: str) -> Mapping[str, GroupId]:
    """The folder of every group that a class could have: recognised by its whole name, never taken apart."""
    return {group.folder_name: group for group in _groups_of(class_name)}


@lru_cache(maxsize=8)
def locks_of(class_name: str) -> Mapping[str, GroupId]:
    """The lock of every group that a class could have, as above."""
    return {group_lock(group): group for group in _groups_of(class_name)}


def _groups_of(class_name: str) -> Iterator[GroupId]:
    return (GroupId(class_name, number) for number in NUMBERS)


def _in_question(
    situated: Sequence[Situated], inventory: Inventory, stored: Stored
) -> Iterable[tuple[Store, Machine]]:
    """Folders that are wanted and exist although their machine does not."""
    for lab, place in situated:
        for machine in lab.machines:
            if (machine.datastore, machine.folder) not in stored.names:
                continue
            seen, trouble = find_machine(machine, lab.group, inventory, place)
            if seen is None and not trouble:
                yield place.store, machine


def look_into(server: Connection, store: Store, folder: str) -> FoundFolder | None:
    """The owner file and the disk of one folder; None when it has gone meanwhile."""
    names = server.files.names(store, folder)
    if names is None:
        return None
    signature = read_signature(server, store, folder) if OWNER_FILE in names else Signature(None)
    marked = signature.file is not None and signature.file.disk_whole
    there, told_whole = any(name.endswith(".vmdk") for name in names), marked or holds_machine(names)
    whole = there and told_whole
    disk: DiskState = "complete" if whole else "partial" if there or told_whole else "absent"
    seen = attempt(partial(seen_in, signature, names))
    return FoundFolder(FolderSeen(), disk, seen) if isinstance(seen, LabError) else FoundFolder(seen, disk)


def signed_folders(
    server: Connection, store: Store, class_name: str, taken: set[tuple[str, str]]
) -> list[SignedFolder]:
    """Folders of one datastore whose owner file is of the class; those without a machine are looked into."""

    def read(path: str) -> SignedFolder | None:
        file = read_signature(server, store, path).file
        if file is None or file.owner.group.class_name != class_name:
            return None
        if (store.name, path) in taken:
            return SignedFolder(path, file, "complete")
        inside = look_into(server, store, path)
        return SignedFolder(path, file, inside.disk) if inside else None

    paths = sorted(path for path in server.files.folders_holding(store, OWNER_FILE) if is_plain(path))
    with ThreadPoolExecutor(READERS, thread_name_prefix="vsphere-files") as pool:
        return [folder for folder in pool.map(read, paths) if folder is not None]
