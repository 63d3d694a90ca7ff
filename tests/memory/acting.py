"""What the vSphere in memory is, and how each of its verbs is carried out: refused, counted, made to fail."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.refusals import foreign_folder
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.lab.ownership import MINE, is_ours
from esxlab.lab.provenance import Author
from tests.memory.locks import MemoryLocks
from tests.memory.vsphere_state import missing
from tests.memory.world import Directory, Vm, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from esxlab.lab.identity import Owner
    from esxlab.lab.machine import Machine, Site

NOBODY = GroupId("", 0)
"""Whose port group it is when no record names it."""


class Call(NamedTuple):
    """One mutating verb that was carried out, at least in part."""

    verb: str
    subject: Owner | GroupId
    name: str


@dataclass(slots=True)
class Acting:
    """The state, and what all verbs have in common; see `MemoryVSphere`."""

    world: World = field(default_factory=World)
    fail: Callable[[str, Owner | GroupId], None] | None = None
    calls: list[Call] = field(default_factory=list)
    locks: MemoryLocks = field(default_factory=MemoryLocks)
    author: Author = field(default_factory=Author)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    mute: bool = False  # it tells nothing of what goes on, and that goes on all the same
    _count: int = 0
    _seen_going: list[Owner] = field(default_factory=list)

    @contextmanager
    def _acting(self, verb: str, subject: Owner | GroupId, name: str, site: Site) -> Iterator[None]:
        self._maybe_fail(verb, subject)
        with self._lock:
            self._reach(site, name)
            if problem := missing(self.world, site):
                raise problem
            self.calls.append(Call(verb, subject, name))
            yield
        self._maybe_fail(verb, subject)

    def _complete(self, site: Site, machine: Machine) -> None:
        """Something says from now on that the disk is whole: its machine, or the mark."""
        directory = self._owned(site, machine)
        if not directory.whole and directory.disk != "complete":
            raise ValueError(machine.disk_path)
        key = (site.server.host, machine.datastore, machine.folder)
        self.world.directories[key] = replace(directory, disk="complete")

    def _reach(self, site: Site, what: str) -> None:
        host = site.server.host
        if host in self.world.unreachable:
            raise LabError("vsphere.unreachable", where=host, host=host, what=what)

    def _maybe_fail(self, verb: str, subject: Owner | GroupId) -> None:
        if self.fail is not None:
            self.fail(verb, subject)

    def _ours(self, site: Site, machine: Machine) -> Vm:
        vm = self.world.with_uuid(site.server.host, machine.owner.instance_uuid)
        if vm is None:
            raise LabError("vsphere.no_machine", name=machine.name)
        if not is_ours(vm, machine):
            raise LabError("vsphere.not_ours", name=vm.name, path=vm.vmx_path, moref=vm.moref)
        return vm

    def _put(self, vm: Vm) -> None:
        self.world.machines[vm.moref] = vm

    def _owned(self, site: Site, machine: Machine) -> Directory:
        at = (machine.datastore, machine.folder)
        found = self.world.directories.get((site.server.host, *at))
        if found is None or self.world.folder(site.server.host, at, machine.owner) not in MINE:
            raise foreign_folder(*at, found.owner if found else None)
        return found

    def _check_network(self, site: Site, name: str) -> None:
        known = self.world.networks(site)
        if name not in known:
            facts = {"host": site.esxi, "known": ", ".join(sorted(known))}
            raise LabError("vsphere.network_missing", name=name, **facts)
