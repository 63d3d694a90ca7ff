"""The plan of a teardown: everything that carries a group's marks, and nothing else; no spec is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from esxlab.actions.router import ReleaseRouter
from esxlab.actions.vsphere import DeleteFolder, DestroyMachine, PowerOff, Release, RemovePortGroup
from esxlab.backends.protocols import GroupRecord
from esxlab.diff.router import diff_release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.actions.base import Action
    from esxlab.lab.lab import Lab, RouterRecord
    from esxlab.lab.machine import Folder
    from esxlab.lab.router import RouterTable


class Remains(NamedTuple):
    """All that is left of one group, as found by its marks."""

    lab: Lab
    record: GroupRecord | None
    router: RouterTable | None = None  # the slots of the record, as they stand; None: could not be read
    others: tuple[RouterRecord, ...] = ()


def plan_removal(remains: Remains) -> tuple[Action, ...]:
    """The actions that remove one group: machines, folders, port groups, router lines, home."""
    lab, record = remains.lab, remains.record
    machines = list(_machines(lab))
    destroyed = tuple(a.key for a in machines if isinstance(a, DestroyMachine))
    port_groups = [
        RemovePortGroup(group=lab.group, needs=destroyed, site=lab.site, port_group=pg)
        for pg in lab.port_groups
    ]
    router = list(_router(remains))
    steps: list[Action] = [*machines, *port_groups, *router]
    if lab.claimed:
        needs = tuple(step.key for step in steps)
        home = record or GroupRecord(lab.group, lab.site, lab.port_groups)
        steps.append(Release(group=lab.group, needs=needs, record=home))
    return tuple(steps)


def _machines(lab: Lab) -> Iterator[Action]:
    folders: dict[str, Folder] = {folder.path: folder for folder in lab.folders}
    for machine in lab.machines:
        name = machine.owner.machine
        needs: tuple[str, ...] = ()
        if machine.powered_on:
            yield PowerOff(group=lab.group, site=lab.site, machine=machine)
            needs = (f"{PowerOff.verb} {name}",)
        yield DestroyMachine(group=lab.group, needs=needs, site=lab.site, machine=machine)
        folder = folders.pop(machine.folder, None)
        if folder:
            needs = (f"{DestroyMachine.verb} {name}",)
            yield DeleteFolder(group=lab.group, needs=needs, site=lab.site, folder=folder)
    for folder in folders.values():
        yield DeleteFolder(group=lab.group, site=lab.site, folder=folder)


def _router(remains: Remains) -> Iterator[Action]:
    record = remains.record
    if record is None or record.router is None or record.router_address is None:
        return
    change = diff_release(record.router, remains.router, remains.others) if remains.router else None
    if change is None or change:
        yield ReleaseRouter(
            group=remains.lab.group,
            address=record.router_address,
            record=record.router,
            others=remains.others,
            change=change,
        )
