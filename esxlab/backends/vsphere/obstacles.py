"""What stands in the way of a group: places, models, networks, space, foreign objects; pure."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from esxlab.backends.vsphere.devices import CONTROLLER_TYPES
from esxlab.errors import LabError
from esxlab.lab.machine import FIXED, Network
from esxlab.lab.model_build import MODEL_KEY, read_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.seen import Place, SeenDatastore, SeenMachine
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine, Site

GIB = 1024**3
ROOTLESS = frozenset({"vsan", "vvol"})
"""Kinds of datastores whose root takes namespaces only (DatastoreNamespaceManager): MakeDirectory there ends
with CannotCreateFile (vic#8040, govmomi#654)."""


def placing_problems(wanted: Lab, place: Place) -> Iterator[LabError]:
    """What is wrong with the host, the datastore, the vSwitches, or with the names that a clone needs."""
    host, store, site = place.host, place.datastore, wanted.site
    if not host.connected:
        yield LabError("vsphere.host_down", where=host.name, what=host.name)
    if host.maintenance:
        yield LabError("vsphere.host_maintenance", where=host.name, host=host.name)
    if store.kind.lower() in ROOTLESS:
        facts = {"datastore": store.name, "kind": store.kind}
        yield LabError("vsphere.datastore_kind", where=store.name, **facts)
    if not store.accessible:
        yield LabError("vsphere.datastore_down", where=store.name, datastore=store.name)
    switches = {port_group.vswitch for port_group in wanted.port_groups}
    for name in sorted(switches - host.vswitches) if host.connected else ():
        known = ", ".join(sorted(host.vswitches)) or "-"
        yield LabError("vsphere.vswitch_missing", where=host.name, name=name, known=known, host=host.name)
    if site.method != "copy":
        for machine in wanted.machines:
            if machine.folder != machine.name:
                facts = {"folder": machine.folder, "name": machine.name, "method": site.method}
                yield LabError("vsphere.clone_folder", where=place_of(machine), **facts)


def model_problems(wanted: Lab, inventory: Inventory, place: Place) -> Iterator[LabError]:
    """Why no machine could be made from the model now."""
    site = wanted.site
    if site.method != "copy" and not inventory.is_vcenter:
        yield LabError("vsphere.clone_needs_vcenter", method=site.method, host=site.server.host)
        return
    try:
        model = inventory.model(site, place)
    except LabError as error:
        yield error
        return
    yield from _model_at_work(model)
    if not model.disks:
        yield LabError("vsphere.model_without_disk", model=model.name)
    elif site.method == "copy":
        yield from _copy_problems(wanted, model, inventory, place)
    if model.snapshot is not None and site.method != "linked":
        yield LabError("vsphere.model_snapshots", model=model.name)
    if model.snapshot is None and site.method == "linked":
        yield LabError("vsphere.model_no_snapshot", model=model.name)


def _model_at_work(model: SeenMachine) -> Iterator[LabError]:
    """Why its disk may change while it is copied."""
    if read_mark(model.extra.get(MODEL_KEY, ""))[0] == "installing":
        yield LabError("model.unfinished", where=model.name)
    elif model.powered_on:
        yield LabError("vsphere.model_busy", model=model.name)
    if model.question:
        yield question_of(model)
    if model.suspended:
        yield LabError("vsphere.model_suspended", model=model.name)


def _copy_problems(wanted: Lab, model: SeenMachine, inventory: Inventory, place: Place) -> Iterator[LabError]:
    """Why its disk alone would not make the model's like; a clone is the vCenter's affair."""
    sizes = {m.hardware.disk_gib for m in wanted.machines if "disk_gib" in m.hardware.given}
    if other := sizes - {model.hardware.disk_gib}:
        gib = model.hardware.disk_gib
        yield LabError("vsphere.disk_size", model=model.name, wanted_gib=min(other), gib=gib)
    if len(model.disks) > 1:
        yield LabError("vsphere.model_disks", model=model.name, disks=", ".join(model.disks))
    if model.hardware.scsi_type not in CONTROLLER_TYPES:
        facts = {"controller": model.hardware.scsi_type, "known": ", ".join(CONTROLLER_TYPES)}
        yield LabError("vsphere.model_controller", model=model.name, **facts)
    try:
        inventory.file(model.disks[0], place)
    except LabError:
        holder = inventory.hosts.get(model.host)
        facts = {"path": model.disks[0], "host": place.host.name, "holder": holder.name if holder else "?"}
        yield LabError("vsphere.model_elsewhere", model=model.name, **facts)


def fixed_hardware(wanted: Lab, found: Sequence[Machine]) -> Iterator[LabError]:
    """Machines that stand, of which the spec says another card or controller than they were made with."""
    there = {machine.owner: machine.hardware for machine in found}
    for machine in wanted.machines:
        made = there.get(machine.owner, machine.hardware)
        for name, (old, new) in machine.hardware.changed(made, FIXED).items():
            yield LabError(
                "vsphere.fixed_hardware",
                where=place_of(machine),
                key=f"hardware.{name}",
                found=old,
                wanted=new,
                group=machine.owner.group.number,
            )


def network_problems(wanted: Lab, inventory: Inventory, place: Place) -> Iterator[LabError]:
    """The networks that must exist are not on the host, or are not what the spec says."""
    for network in (Network(wanted.site.staging, wanted.site.staging_kind), *wanted.networks):
        try:
            seen = inventory.network(network, place)
        except LabError as error:
            yield error
            continue
        if network.vlan and seen.vlan not in {"", str(network.vlan)}:
            facts = {"name": network.name, "found": seen.vlan, "wanted": str(network.vlan)}
            yield LabError("vsphere.network_vlan", where=seen.told, **facts)


def space_problems(
    wanted: Sequence[Lab], found: dict[GroupId, Lab], inventory: Inventory, places: dict[GroupId, Place]
) -> dict[GroupId, LabError]:
    """Groups whose disks no longer fit, in the order of the groups: those before them are served first."""
    free = {moref: store.free for moref, store in inventory.datastores.items()}
    problems = {}
    for lab in sorted(wanted, key=lambda lab: lab.group):
        if lab.group not in places or any(
            p.code == "vsphere.model_missing" for p in found[lab.group].problems
        ):
            continue
        need = _to_copy(lab, found[lab.group]) * _disk_size(lab.site, inventory, places[lab.group])
        store = places[lab.group].datastore
        if problem := space_problem(need, store, free=free[store.moref]):
            problems[lab.group] = problem
        else:
            free[store.moref] -= need
    return problems


def space_problem(need: int, store: SeenDatastore, *, free: int | None = None) -> LabError | None:
    """Why so many bytes have no room; what needs none has, however full the datastore is."""
    left = store.free if free is None else free
    if not need or need <= left:
        return None
    return LabError(
        "vsphere.no_space", needed_gib=_gib(need, ceil), free_gib=_gib(left, floor), datastore=store.name
    )


def renamed(machine: Machine, seen: SeenMachine) -> LabError | None:
    """Ours but for its place, which is another naming of the same machine: srvweb1, g01-srvweb1."""
    owner, folder = machine.owner, seen.place[1]
    if folder == machine.folder or owner.machine not in folder or owner.machine not in seen.name:
        return None  # on another datastore, or somewhere that no naming leads to
    vm, pattern = (name.replace(owner.machine, "{{ machine }}") for name in (seen.name, folder))
    return LabError(
        "vsphere.renamed_machine",
        where=place_of(machine),
        name=seen.name,
        path=seen.vmx_path,
        wanted=f"[{machine.datastore}] {machine.folder}",
        vm=vm,
        folder=pattern,
        group=owner.group.number,
    )


def question_of(seen: SeenMachine) -> LabError:
    """A machine that stands still until somebody answers what it asks."""
    return LabError("vsphere.question", detail=seen.question, what=seen.name)


def place_of(machine: Machine) -> str:
    """Where a problem is, in the reader's terms: group 7, srvweb1."""
    return f"{machine.owner.group}, {machine.owner.machine}"


def _to_copy(wanted: Lab, found: Lab) -> int:
    whole = {folder.path for folder in found.folders if folder.disk == "complete"}
    return sum(machine.folder not in whole for machine in wanted.machines)


def _disk_size(site: Site, inventory: Inventory, place: Place) -> int:
    """Bytes that one machine takes at first: what the thin model takes; a linked clone next to nothing."""
    if site.method == "linked":
        return 0
    try:
        return inventory.model(site, place).committed
    except LabError:
        return 0  # reported as model_missing where it matters


def _gib(size: int, rounded: Callable[[float], int]) -> float:
    """In tenths, rounded so that what does not fit never looks as if it did."""
    return rounded(10 * size / GIB) / 10
