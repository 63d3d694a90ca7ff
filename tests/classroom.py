"""A school in this process, whole commands on it, and pictures of everything that a command can change."""

from __future__ import annotations

import contextlib
import hashlib
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.backends.vsphere.licence import NOWHERE
from esxlab.sim.inventory import log_in, pyvmomi, read
from esxlab.sim.light.disk import NoSystemError, load_disk
from esxlab.sim.shape import shape_of
from esxlab.sim.walking import walk
from esxlab.spec.load import load_class_spec
from tests.commands import ROOT, Finished, Running, Starter
from tests.memory.school import running_school

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.sim.conditions import Pace

SPECS = ROOT / "specs"
VOLATILE = ("/run/", "/tmp/", "/var/log/", "/var/run/")  # noqa: S108 - in a guest


class Picture(NamedTuple):
    """What there is: file -> digest, inventory -> names and marks, router -> its two configurations."""

    files: dict[str, str]
    inventory: dict[str, Any]
    routers: dict[str, tuple[str, str]]


@dataclass
class Classroom:
    """One running school with one spec."""

    spec: Path
    school: Any
    access: Any
    starter: Starter
    marks: dict[str, int] = field(default_factory=dict)

    def keep_pace(self, pace: Pace) -> None:
        """From now on things take so long."""
        self.school.keep_pace(pace)

    # commands

    def start(self, command: str, *words: object) -> Running:
        return self.starter.start(command, *words, "-f", self.spec, "--sim")

    def run(self, command: str, *words: object) -> Finished:
        return self.start(command, *words).wait()

    def must(self, command: str, *words: object, status: int = 0) -> Finished:
        """Run a command that must end with this status."""
        finished = self.run(command, *words)
        end = f"{finished.out[-600:]}\n{finished.err[-1500:]}"
        assert finished.status == status, f"{command} {words}: {finished.status}, not {status}\n{end}"
        return finished

    # what was called since the last `checkpoint`

    def checkpoint(self) -> None:
        self.marks = {host: proxy.calls.count for host, proxy in self.school.proxies.items()}
        self.marks |= {router.name: len(router.commands) for router in self.school.routers}

    def changes(self):
        """Every call of vSphere since the checkpoint that could change something."""
        return [
            call
            for host, proxy in self.school.proxies.items()
            for call in proxy.calls.since(self.marks.get(host, 0), mutating=True)
            if NOWHERE not in dict(call.arguments).values()
        ]

    def router_commands(self) -> dict[str, list[str]]:
        """What each router was told since the checkpoint; those that were told nothing are left out."""
        told = {
            router.name: router.commands[self.marks.get(router.name, 0) :] for router in self.school.routers
        }
        return {name: commands for name, commands in told.items() if commands}

    # pictures

    @property
    def datastores(self) -> Path:
        return self.school.directory / "datastores"

    def files(self) -> dict[str, str]:
        """Each file below the datastores, byte for byte; directories too."""
        return {
            str(path.relative_to(self.datastores)): digest(path) for path in sorted(walk(self.datastores))
        }

    def stable_files(self) -> dict[str, str]:
        """The same; of a running guest's disk only what lasts, without logs and dates."""
        return {
            str(path.relative_to(self.datastores)): stable_digest(path)
            for path in sorted(walk(self.datastores))
            if not path.name.startswith(".")  # a disk that is being written at this moment
        }

    def inventory(self) -> dict[str, Any]:
        return {
            host: read_inventory(vcsim.port, vcsim_user(self.school.shape, host), self.access)
            for host, vcsim in self.school.vcsims.items()
        }

    def routers(self) -> dict[str, tuple[str, str]]:
        return {r.name: (r.box.running.render(), r.box.startup) for r in self.school.routers}

    def picture(self, *, stable: bool = False) -> Picture:
        return Picture(self.stable_files() if stable else self.files(), self.inventory(), self.routers())


def digest(path: Path) -> str:
    """Of a file that fills a datastore no byte is stored, and none is read."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        return "directory"
    if status.st_size and not status.st_blocks:
        return f"{status.st_size} bytes, none of them stored"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stable_digest(path: Path) -> str:
    if not path.name.endswith("-flat.vmdk"):
        return digest(path)
    try:
        disk = load_disk(path)
    except NoSystemError:
        return digest(path)
    nodes = {
        name: (node.kind, node.content, node.mode, node.owner)
        for name, node in disk.nodes.items()
        if not name.startswith(VOLATILE)
    }
    lasting = (
        sorted(nodes.items()),
        sorted(disk.packages.items()),
        sorted(disk.enabled),
        sorted(disk.masked),
    )
    return hashlib.sha256(repr(lasting).encode()).hexdigest()


def vcsim_user(shape, host: str) -> str:
    return next(server.user for server in shape.servers if server.host == host)


def read_inventory(port: int, user: str, access) -> dict[str, Any]:
    """What an administrator sees: machines, folders, networks, and each host's port groups."""
    vim = pyvmomi().vim
    service = log_in(port, user, access["passwords"]["vsphere"])
    try:
        content = service.RetrieveContent()
        view = content.viewManager.CreateContainerView(
            content.rootFolder, list(PROPERTIES(vim)), recursive=True
        )
        found: dict[str, Any] = {}
        for kind, paths in PROPERTIES(vim).items():
            things = [thing for thing in view.view if isinstance(thing, kind)]
            for thing, properties in read(service, things, paths).items() if things else ():
                for key, value in description(vim, thing, properties):
                    found.setdefault(key, []).append(value)
        view.DestroyView()
        return {key: sorted(values) for key, values in sorted(found.items())}
    finally:
        service.content.sessionManager.Logout()
        service._stub.DropConnections()


def PROPERTIES(vim) -> dict[Any, list[str]]:  # noqa: N802 - a constant that has to wait for pyVmomi
    return {
        vim.VirtualMachine: [
            "name",
            "parent",
            "config.instanceUuid",
            "config.files.vmPathName",
            "config.extraConfig",
            "config.hardware.device",
            "runtime.powerState",
        ],
        vim.Folder: ["name", "parent"],
        vim.Network: ["name"],
        vim.HostSystem: ["name", "config.network.portgroup"],
        vim.dvs.DistributedVirtualPortgroup: ["name", "key", "config.defaultPortConfig", "config.numPorts"],
    }


def description(vim, thing, properties):
    """(kind and name, all the rest) of an object; of a host, of each of its port groups."""
    name = properties["name"]
    if isinstance(thing, vim.VirtualMachine):
        cards = [
            (device.macAddress, getattr(device.backing, "deviceName", "") or device.backing.port.portgroupKey)
            for device in properties["config.hardware.device"]
            if isinstance(device, vim.vm.device.VirtualEthernetCard)
        ]
        extra = properties["config.extraConfig"]
        marks = sorted((o.key, o.value) for o in extra if o.key.startswith("esxlab."))
        kept = ("parent", "config.instanceUuid", "config.files.vmPathName", "runtime.powerState")
        yield (
            f"machine {name}",
            repr((thing._moId, *(str(properties.get(key)) for key in kept), cards, marks)),
        )
    elif isinstance(thing, vim.HostSystem):
        for group in properties["config.network.portgroup"]:
            yield f"port group {group.spec.name}", f"{name} {group.spec.vlanId} {group.spec.vswitchName}"
    elif isinstance(thing, vim.dvs.DistributedVirtualPortgroup) and "key" in properties:
        yield f"distributed port group {name}", repr(properties)
    elif isinstance(thing, vim.Network):
        yield f"network {name}", ""
    else:
        yield f"folder {name}", f"{thing._moId} in {properties.get('parent')}"


@contextlib.contextmanager
def classroom(spec: Path, directory: Path, **conditions: Any):
    """A school of the spec's shape (engine light, 20 times as fast as life unless said otherwise)."""
    loaded = load_class_spec(spec)
    shape = shape_of(loaded.groups(None), loaded.class_name)
    home = directory / "home"
    home.mkdir(parents=True)
    place = directory / "school"
    environment = {"ESXLAB_SCHOOL": str(place), "XDG_DATA_HOME": str(home), "XDG_STATE_HOME": str(home)}
    starter = Starter(directory, environment)
    with (
        contextlib.closing(starter),
        running_school(shape, place, **{"speed": 20.0, **conditions}) as (school, access),
    ):
        for router in school.routers:
            router.box.write_memory()  # as a technician leaves it
        room = Classroom(spec, school, access, starter)
        room.checkpoint()
        yield room
