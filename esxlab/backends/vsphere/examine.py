"""What `doctor` asks a server: licence, privileges, clock, model, space, memory; changes nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.model_look import awkward
from esxlab.backends.vsphere.obstacles import GIB, model_problems
from esxlab.backends.vsphere.reading import moref
from esxlab.backends.vsphere.survey import missing_files
from esxlab.backends.vsphere.uplinks import look_at_uplinks
from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.lab.finding import Finding
from esxlab.lab.machine import Network
from esxlab.lab.privileges import needed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.seen import Place, SeenDatastore, SeenHost, SeenMachine, SeenNetwork
    from esxlab.lab.identity import GroupId, Owner
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine, Site

APART_S = 60.0


def examine(server: Connection, wanted: Sequence[Lab]) -> Iterator[Finding]:
    """One finding for each thing looked at; LabError only when the server is lost on the way."""
    host = server.named.host
    yield Finding("server", host, facts={"product": server.product, "user": server.named.user})
    yield _licence(server)
    yield _clock(server)
    inventory = server.look()
    if server.write_path == "ssh":
        yield Finding("shell", host, server.trouble)
        for doubt in () if server.trouble else server.writer.doubts():
            yield Finding("shell", host, doubt, warning=True)
    placed = [(lab, place) for lab in wanted if (place := _place(inventory, lab.site)) is not None]
    if server.write_path == "api":
        yield from _privileges(server, placed)
    yield from _networks(placed, inventory)
    yield from _models(server, placed, inventory)
    yield from _stores(placed, inventory)
    yield from _memory(server, placed, inventory)
    yield from look_at_uplinks(server, placed)


def _place(inventory: Inventory, site: Site) -> Place | None:
    try:
        return inventory.place(site)
    except LabError:
        return None  # a problem of its group, which the look at the groups names


def _licence(server: Connection) -> Finding:
    host, licence = server.named.host, server.licence
    facts = {"edition": licence.editions}
    if licence.standing == "read-only" and server.write_path == "ssh":
        return Finding("licence", host, facts={"state": "ssh", **facts})
    if licence.standing == "read-only":
        return Finding("licence", host, LabError("vsphere.licence", where=host), facts=facts)
    if licence.standing == "unknown":
        unknown = LabError("doctor.licence_unknown", where=host, edition=licence.editions or "-")
        return Finding("licence", host, unknown, warning=True, facts=facts)
    return Finding("licence", host, facts=facts)


def _clock(server: Connection) -> Finding:
    host = server.named.host
    try:
        apart = abs((server.now() - datetime.now(UTC)).total_seconds())
    except LabError as absurd:
        if absurd.code != "vsphere.bad_time":
            raise
        return Finding("clock", host, absurd)
    error = LabError("doctor.clock", where=host, seconds=round(apart)) if apart > APART_S else None
    return Finding("clock", host, error, warning=True, facts={"seconds": round(apart)})


def find_lacking(server: Connection, wanted: Sequence[Lab]) -> dict[GroupId, tuple[LabError, ...]]:
    """What the account lacks on the objects of each of these labs."""
    lacking: dict[GroupId, tuple[LabError, ...]] = {}
    placed = [(lab, place) for lab in wanted if (place := _place(server.inventory, lab.site)) is not None]
    errors: dict[str, list[LabError]] = {}
    for finding in _privileges(server, placed):
        if finding.verdict == "failed" and finding.error is not None:  # a host and its pool have one name
            errors.setdefault(finding.where, []).append(finding.error)
    for lab, place in placed:
        used = (network.name for network in _used_networks(lab, place, server.inventory))
        names = (place.datacenter.name, place.datastore.name, place.host.name, *used)
        own = dict.fromkeys(where for name in names if (where := _where(server, name)) in errors)
        lacking[lab.group] = tuple(error for where in own for error in errors[where])
    return lacking


def _where(server: Connection, name: str) -> str:
    return f"{server.named.host}, {name}"


def _privileges(server: Connection, placed: Sequence[tuple[Lab, Place]]) -> Iterator[Finding]:
    """By name, on the very objects that will be used (AuthorizationManager.HasPrivilegeOnEntities)."""
    cloning = any(lab.site.method != "copy" for lab, _ in placed)
    wanted = needed(vcenter=server.is_vcenter, cloning=cloning)
    objects: dict[tuple[str, str], Any] = {}
    making: set[tuple[str, str]] = set()
    for lab, place in placed:
        own = _objects(lab, place, server.inventory)
        objects |= own
        making |= own.keys() if lab.port_groups else set()
    if not objects:
        return
    granted = server.granted(list(set(objects.values())), [p.name for p in wanted])
    for (kind, name), ref in sorted(objects.items(), key=lambda item: item[0]):
        asked = [p for p in wanted if p.place == kind and (not p.networks or (kind, name) in making)]
        missing = [privilege for privilege in asked if (moref(ref), privilege.name) not in granted]
        where, names = _where(server, name), ", ".join(p.name for p in missing if not p.command)
        error = LabError("vsphere.privileges", where=where, names=names) if names else None
        yield Finding("privileges", where, error, facts={"kind": kind})
        for command, name_of in ((p.command, p.name) for p in missing if p.command):
            lesson = LabError("vsphere.command_privilege", where=where, names=name_of, command=command)
            yield Finding("privileges", where, lesson, warning=True, facts={"kind": kind})


def _objects(lab: Lab, place: Place, inventory: Inventory) -> dict[tuple[str, str], Any]:
    """(kind, name) of each object that a lab uses -> its reference."""
    found = [
        ("datacenter", place.datacenter.name, place.datacenter.ref),
        ("datastore", place.datastore.name, place.datastore.ref),
        ("host", place.host.name, place.host.ref),
        ("pool", place.host.name, place.host.pool),
        *(("network", network.name, network.ref) for network in _used_networks(lab, place, inventory)),
    ]
    return {(kind, name): ref for kind, name, ref in found if ref is not None}


def _used_networks(lab: Lab, place: Place, inventory: Inventory) -> Iterator[SeenNetwork]:
    """Those of its networks that are there already; of the others the look at the groups tells."""
    for network in (Network(lab.site.staging, lab.site.staging_kind), *lab.networks):
        seen = attempt(partial(inventory.network, network, place))
        if not isinstance(seen, LabError):
            yield seen


def _networks(placed: Sequence[tuple[Lab, Place]], inventory: Inventory) -> Iterator[Finding]:
    """What the port groups are that an administrator has made."""
    told = set()
    for lab, place in placed:
        for network in lab.networks:
            seen = attempt(partial(inventory.network, network, place))
            where = f"{place.host.name}, {network.name}"
            if not isinstance(seen, LabError) and where not in told:
                told.add(where)
                facts = {"state": seen.kind, "switch": seen.switch, "vlan": seen.vlan or "?"}
                yield Finding("network", where, facts=facts)


def _models(
    server: Connection, placed: Sequence[tuple[Lab, Place]], inventory: Inventory
) -> Iterator[Finding]:
    asked = {
        (lab.site.model, place.datacenter.name, lab.site.datastore): (lab, place) for lab, place in placed
    }
    for (model, _, store), (lab, place) in sorted(asked.items(), key=lambda item: item[0]):
        errors = [*model_problems(lab, inventory, place), *missing_files(server, lab.site, place, {})]
        for error in errors:
            yield Finding("model", model, error)
        if not isinstance(found := attempt(partial(inventory.model, lab.site, place)), LabError):
            for error in awkward(server, found):
                yield Finding("model", model, error, warning=True)
        if not errors and not isinstance(found, LabError):
            facts = {"gib": round(found.committed / GIB, 1), "datastore": store}
            yield Finding("model", model, facts={**facts, **_disk(server, found, place, inventory)})


def _disk(server: Connection, model: SeenMachine, place: Place, inventory: Inventory) -> dict[str, str]:
    """Where the model's disk is, and its state: who has looked before can tell whether it has changed."""
    store, path = inventory.file(model.disks[0], place)
    state = server.files.disk_state(store, path.rpartition("/")[0])
    return {"place": f"{server.named.host} [{store.name}] {path}", "disk": state}


def _stores(placed: Sequence[tuple[Lab, Place]], inventory: Inventory) -> Iterator[Finding]:
    """Space for what is still to be copied: thin, as the model is now, and at worst, as disks may grow.

    A vCenter decides itself how it copies (it takes no destination spec, govmomi#1036), and reports have it
    copy thick what was thin (govmomi#3748): there the worst may come at once.
    """
    needs: dict[str, list[int]] = {}
    stores: dict[str, SeenDatastore] = {}
    stores_copied: defaultdict[str, bool] = defaultdict(bool)
    for lab, place in placed:
        try:
            model = inventory.model(lab.site, place)
        except LabError:
            continue
        missing = len(_missing(lab, inventory))
        need = needs.setdefault(place.datastore.moref, [0, 0])
        need[0] += missing * (0 if lab.site.method == "linked" else model.committed)
        need[1] += missing * model.disk_kib * 1024
        stores[place.datastore.moref] = place.datastore
        stores_copied[place.datastore.moref] |= lab.site.method == "copy"
    for key, (thin, worst) in sorted(needs.items(), key=lambda item: stores[item[0]].name):
        store = stores[key]
        gib: dict[str, Any] = {"needed_gib": round(thin / GIB, 1), "free_gib": round(store.free / GIB, 1)}
        facts = {**gib, "worst_gib": round(worst / GIB, 1), "datastore": store.name}
        error = None
        if thin > store.free:
            error = LabError("vsphere.no_space", where=store.name, datastore=store.name, **gib)
        elif worst > store.free:
            at_once = inventory.is_vcenter and stores_copied[key]
            code = "doctor.thick_copies" if at_once else "doctor.overcommit"
            error = LabError(code, where=store.name, **facts)
        yield Finding("datastore", store.name, error, warning=thin <= store.free, facts=facts)


def _memory(
    server: Connection, placed: Sequence[tuple[Lab, Place]], inventory: Inventory
) -> Iterator[Finding]:
    """Memory of the machines that do not run yet, against what their hosts have left."""
    hosts: dict[str, SeenHost] = {}
    needs: dict[str, int] = {}
    for lab, place in placed:
        hosts[place.host.name] = place.host
        needs[place.host.name] = needs.get(place.host.name, 0) + _memory_to_start(lab, place, inventory)
    found = server.memory(list(hosts.values()))
    for name, (size_mib, used_mib) in sorted(found.items()):
        free = size_mib - used_mib
        facts: dict[str, Any] = {"needed_mib": needs[name], "free_mib": free, "host": name}
        error = LabError("doctor.memory", where=name, **facts) if needs[name] > free else None
        yield Finding("memory", name, error, warning=True, facts=facts)


def _memory_to_start(lab: Lab, place: Place, inventory: Inventory) -> int:
    """MiB of the machines that are there and off, as they are, and of the others as they will be made."""
    model = attempt(partial(inventory.model, lab.site, place))
    need, standing = 0, _standing(lab, inventory)
    for machine in lab.machines:
        there = standing.get(machine.owner)
        if there is not None:
            need += 0 if there.powered_on else there.hardware.memory_mib
        elif isinstance(model, LabError):
            need += machine.hardware.memory_mib
        else:
            need += machine.hardware.around(model.hardware).memory_mib
    return need


def _missing(lab: Lab, inventory: Inventory) -> list[Machine]:
    standing = _standing(lab, inventory)
    return [m for m in lab.machines if m.owner not in standing]


def _standing(lab: Lab, inventory: Inventory) -> dict[Owner | None, SeenMachine]:
    """The group's machines by mark and UUID, whatever its origin is."""
    return {seen.owner: seen for seen in inventory.register.proven(lab.group)}
