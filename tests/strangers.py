"""Other people's things on a simulated vSphere and its routers, by dice, as near to ours as they can be.

What they may be has the names of near_misses.KINDS; an administrator makes them, and they are looked at again
by everything that can be asked of them. This school has one ESXi host with one switch.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pyVmomi import vim

from esxlab.backends.vsphere.records import OWNER_FILE, RECORD_FILE, owner_file, record_file
from esxlab.backends.vsphere.store import datastore_path
from esxlab.errors import LabError
from esxlab.exercises.ha.spec import ClusterSpec
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.ios_statics import STATIC
from esxlab.lab.machine import PortGroup
from esxlab.lab.record import GroupRecord
from esxlab.sim.inventory import read
from esxlab.sim.router.configure import load
from tests.near_misses import KINDS

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

ELSEWHERE = ("a disk in our folder", "port group on another switch", "port group on another host")
HERE = tuple(kind for kind in KINDS if kind not in ELSEWHERE)
"""Those that can be made here; the law in memory has the others."""
TAILS = ("2", "-old", "x", "-g01", "0", "é", ".b")
TAKEN = (FileExistsError, vim.fault.DuplicateName, vim.fault.AlreadyExists, LabError)
"""The place is taken, says the file system, vSphere at once, or its task: then there is no such stranger."""


@dataclass
class Strangers:
    """`admin` makes them; `specs` are the groups that they resemble."""

    trouble: Any
    admin: Any
    specs: tuple[Any, ...]
    dice: random.Random
    near: set[int] = field(default_factory=set)  # numbers of the groups that have one
    _kept: list[tuple[str, Callable[[], object], object]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._kept)

    def plant(self, count: int) -> None:
        """So many more of them; those whose place is taken are not counted."""
        before = len(self)
        while len(self) - before < count:
            spec, kind = self.dice.choice(self.specs), self.dice.choice(HERE)
            with suppress(*TAKEN):
                self._plant(kind, spec, self.dice.choice(TAILS))
                self.near.add(spec.group.number)
        self._kept = [(name, look, look()) for name, look, _ in self._kept]  # one may be in another's folder

    def changed(self) -> dict[str, tuple[object, object]]:
        """Those that are not what they were: name -> (then, now)."""
        looked = ((name, then, look()) for name, look, then in self._kept)
        return {name: (then, now) for name, then, now in looked if then != now}

    def _plant(self, kind: str, spec: Any, tail: str) -> None:
        part = "router" if "line" in kind else kind.partition(" ")[0]
        makers = {"router": self._line, "port": self._port_group, "group-folder": self._folder}
        makers |= {"folder": self._folder, "copy": self._folder}
        makers.get(part, self._machine)(kind, spec, tail)

    def _keep(self, name: str, look: Callable[[], object]) -> None:
        self._kept.append((name, look, look()))

    def _machine(self, kind: str, spec: Any, tail: str) -> None:
        machine = self.dice.choice(spec.machines)
        owner, other = Owner(spec.group, machine.key), Owner(replace(spec.group, number=77), machine.key)
        elsewhere = Owner(GroupId(f"{spec.group.class_name}-b", spec.group.number), machine.key)
        name, folder = f"{machine.vm_name}{tail}", f"{machine.folder}{tail}-{len(self)}"
        how: dict[str, dict[str, Any]] = {
            "name elsewhere": {"name": machine.vm_name},
            "name here": {"name": machine.vm_name, "in_group_folder": True},
            "name in another case": {"name": machine.vm_name.swapcase(), "in_group_folder": True},
            "files in our folder": {"folder": machine.folder},
            "our marks": {"marks": owner},
            "our uuid": {"uuid": owner.instance_uuid},
            "our marks and uuid": {"marks": owner, "uuid": owner.instance_uuid},
            "our marks in our folder": {"marks": owner, "folder": machine.folder},
            "our uuid in our folder": {"uuid": owner.instance_uuid, "folder": machine.folder},
            "marks of another class": {"marks": elsewhere, "in_group_folder": True},
            "marks of another group": {"marks": other},
        }
        options = {"name": name, "folder": folder} | how[kind]
        place = self._inventory_folder_of(spec) if options.pop("in_group_folder", False) else None
        made = self.admin.foreign_machine(options.pop("name"), options.pop("folder"), **options)
        if place is not None:
            with suppress(*TAKEN):
                self.admin.wait(place.MoveIntoFolder_Task([made]))
        if self.dice.random() < 0.5:
            self.admin.wait(made.PowerOnVM_Task())
        what = f"{kind}: {read(self.admin.session, [made], ['name'])[made]['name']}"
        self._keep(what, lambda: machine_as_it_is(self.admin.session, made))

    def _inventory_folder_of(self, spec: Any) -> Any:
        """The group's folder of the inventory, if there is one."""
        folders = self.admin.datacenter.vmFolder.childEntity
        return next((f for f in folders if f.name == spec.group.folder_name), None)

    def _folder(self, kind: str, spec: Any, tail: str) -> None:
        machine = self.dice.choice(spec.machines)
        owner = Owner(spec.group, machine.key)
        other = replace(spec.group, class_name=f"{spec.group.class_name}-b")
        name = {
            "folder without owner file": machine.folder,
            "folder of another class": machine.folder,
            "folder of another machine": machine.folder,
            "folder in another case": machine.folder.swapcase(),
            "folder inside ours": f"{spec.group.folder_name}/{tail}",
            "copy of our folder": f"{machine.folder}{tail}",
            "group-folder without record": spec.group.folder_name,
            "group-folder of another class": f"{spec.group.folder_name}-{spec.group.label}",
            "group-folder in another case": spec.group.folder_name.upper(),
        }[kind]
        path = self.admin.datastore / name
        if path.exists() or not path.parent.exists():
            raise FileExistsError(path)
        source = self.admin.datastore / machine.folder
        if kind == "copy of our folder" and source.is_dir():
            shutil.copytree(source, path)
        else:
            path.mkdir()
            (path / "thesis.txt").write_text("of somebody else")
            here = datastore_path(spec.site.datastore, name)
            if kind == "folder of another class":
                content = owner_file(replace(owner, group=other), folder=here, complete=True)
                (path / OWNER_FILE).write_bytes(content)
            elif kind == "folder of another machine":
                content = owner_file(replace(owner, machine="srvweb9"), folder=f"{here}9", complete=True)
                (path / OWNER_FILE).write_bytes(content)
            elif kind == "group-folder of another class":
                (path / RECORD_FILE).write_bytes(record_file(GroupRecord(other, spec.site)))
        self._keep(f"{kind}: {name}", lambda: tree(path))

    def _port_group(self, kind: str, spec: Any, tail: str) -> None:
        ours = self.dice.choice((spec.inside, spec.outside))
        there = PortGroup(ours.port_group, ours.vlan, spec.site.vswitch)
        there = {
            "port group with another VLAN": replace(there, vlan=there.vlan + 1),
            "port group in another case": replace(there, name=there.name.upper()),
            "port group with our VLAN": replace(there, name=f"{there.name}{tail}"),
        }.get(kind, there)
        self.admin.foreign_port_group(there)
        self._keep(f"{kind}: {there.name}", lambda: port_group_as_it_is(self.admin.host, there.name))

    def _line(self, kind: str, spec: Any, tail: str) -> None:
        router, mine = spec.router, str(spec.part(ClusterSpec).addresses[0].ip)
        outside, port, number = router.outside_interface, router.outside_port, self.dice.randrange(900)
        line = {
            "line for our port": f"{STATIC} tcp 10.9.9.9 80 interface {outside} {port}",
            "line for our address": f"{STATIC} tcp 10.9.9.9 80 {router.outside_address.ip} {port}",
            "our very line": f"{STATIC} tcp {mine} 80 interface {outside} {port}",
            "line for another port": f"{STATIC} tcp {mine} 80 interface {outside} {port + 1000 + number}",
            "lines of another interface": f"interface Loopback{number}",
        }[kind]
        box = self.trouble.router(spec.group.number).box
        if line in box.running.render():
            raise FileExistsError(line)
        load(box.running, line)
        box.write_memory()
        self._keep(f"{kind}: {line}", lambda: box.running.render().splitlines().count(line))


PATHS = ("name", "parent", "runtime.powerState", "config.instanceUuid", "config.files.vmPathName",
         "config.annotation", "config.extraConfig", "config.hardware.device", "network")  # fmt: skip


def machine_as_it_is(session: Any, machine: Any) -> object:
    """All that somebody would miss of a machine."""
    found = read(session, [machine], list(PATHS))[machine]
    return {
        **found,
        "parent": str(found["parent"]),
        "network": sorted(map(str, found["network"])),
        "config.extraConfig": sorted(
            (option.key, option.value)
            for option in found.get("config.extraConfig", ())
            if not option.key.startswith("guestinfo.")  # its guest's own
        ),
        "config.hardware.device": [(d.key, type(d).__name__) for d in found["config.hardware.device"]],
    }


def port_group_as_it_is(host: Any, name: str) -> object:
    """Its VLAN and its switch; None when it has gone."""
    found = (p.spec for p in host.config.network.portgroup if p.spec.name == name)
    return next(((s.vlanId, s.vswitchName) for s in found), None)


def tree(path: Path) -> object:
    """Every file below it, by its content."""
    files = sorted(p for p in path.rglob("*") if p.is_file())
    return {str(p.relative_to(path)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
