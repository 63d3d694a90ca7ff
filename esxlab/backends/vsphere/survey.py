"""Looks at a server's datastores and inventory together: found labs for wanted ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.vsphere.found import (
    FoundFolder,
    Stored,
    find_lab,
    find_machine,
    with_problem,
)
from esxlab.backends.vsphere.obstacles import space_problems
from esxlab.backends.vsphere.records import OWNER_FILE, RECORD_FILE, read_owner_file, read_record_file
from esxlab.errors import LabError
from esxlab.lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.datastore import Store
    from esxlab.backends.vsphere.inventory import Inventory, Place
    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import DiskState, Machine

READERS = 8


class Situated(NamedTuple):
    """A wanted lab and where it belongs."""

    lab: Lab
    place: Place


def observe(server: Connection, wanted: Sequence[Lab]) -> dict[GroupId, Lab]:
    """Found labs for the wanted ones of this server."""
    inventory = server.look()
    found: dict[GroupId, Lab] = {}
    situated: list[Situated] = []
    for lab in wanted:
        try:
            situated.append(Situated(lab, inventory.place(lab.site)))
        except LabError as error:
            found[lab.group] = nothing_but(lab, error)
    stored = _stored(server, situated, inventory)
    for lab, place in situated:
        found[lab.group] = find_lab(lab, inventory, place, stored)
        if server.read_only:
            host = lab.site.server.host
            found[lab.group] = with_problem(found[lab.group], LabError("vsphere.licence", where=host))
    places = {lab.group: place for lab, place in situated}
    for group, problem in space_problems(wanted, found, inventory, places).items():
        found[group] = with_problem(found[group], problem)
    return found


def nothing_but(wanted: Lab, problem: LabError) -> Lab:
    """A lab of which nothing could be seen."""
    return Lab(wanted.group, wanted.site, claimed=False, problems=(problem,))


def _stored(server: Connection, situated: Sequence[Situated], inventory: Inventory) -> Stored:
    """One listing for each datastore, then the files of those folders only that exist and are in question."""
    stored = Stored()
    stores = {place.datastore.moref: place.store for _, place in situated}
    with ThreadPoolExecutor(READERS, thread_name_prefix="vsphere-files") as pool:
        listings = pool.map(lambda s: server.files.names(s, only_folders=True), stores.values())
        for store, names in zip(stores.values(), listings, strict=True):
            stored.names |= {(store.name, name) for name in names or ()}
        homes = [
            (s, s.place.store) for s in situated if (s.place.store.name, s.lab.group.home) in stored.names
        ]
        contents = pool.map(lambda h: server.files.get(h[1], f"{h[0].lab.group.home}/{RECORD_FILE}"), homes)
        for (found, _), content in zip(homes, contents, strict=True):
            record = read_record_file(content)
            if record is not None and record.group == found.lab.group:
                stored.records[found.lab.group] = record
        doubtful = list(_in_question(situated, inventory, stored))
        looked = pool.map(lambda d: look_into(server, d[0], d[1].folder), doubtful)
        for (store, machine), folder in zip(doubtful, looked, strict=True):
            if folder is not None:
                stored.folders[store.name, machine.folder] = folder
    return stored


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
    owner, complete = read_owner_file(
        server.files.get(store, f"{folder}/{OWNER_FILE}") if OWNER_FILE in names else None
    )
    has_disk = any(name.endswith(".vmdk") for name in names)
    disk: DiskState = "complete" if has_disk and complete else "partial" if has_disk else "absent"
    return FoundFolder(owner, disk, empty=not names)
