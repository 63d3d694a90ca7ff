"""A host's inventory as hostd sees it: vcsim's, asked and changed straight, without the proxy.

Every method blocks; they are called from a thread. Faults are vSphere's own.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.errors import LabError
from esxlab.sim.inventory import TASK_LIMIT_S, escaped, pyvmomi, read

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from esxlab.sim.contracts import ServerShape

DATASTORE_PATH = re.compile(r"^\[(?P<store>[^\]]*)\] ?(?P<inside>.*)$", re.DOTALL)


class Volume(NamedTuple):
    """One datastore: its name, its UUID as /vmfs/volumes has it, and the directory behind it."""

    name: str
    uuid: str
    place: Path
    capacity: int  # bytes


class Machine(NamedTuple):
    """One registered machine, and what was read of it: `found` by property path."""

    reference: Any
    found: dict[str, Any]

    @property
    def moref(self) -> str:
        """Vcsim's own name of it."""
        return str(self.reference._moId)  # noqa: SLF001 - pyVmomi has no other way

    @property
    def vmx(self) -> str:
        """[datastore1] g07-srvweb1/g07-srvweb1.vmx."""
        return str(self.found["summary.config.vmPathName"])

    @property
    def name(self) -> str:
        """As the inventory shows it, without vSphere's escapes."""
        return str(self.found["name"]).replace("%2f", "/").replace("%5c", "\\").replace("%25", "%")

    @property
    def power(self) -> str:
        """poweredOn, poweredOff or suspended."""
        return str(self.found["runtime.powerState"])


NETWORK = "HaNetwork-"
ALWAYS = ("name", "summary.config.vmPathName", "runtime.powerState")


class World:
    """The inventory of one lone host."""

    def __init__(self, service: Any, server: ServerShape, volumes: Iterable[Volume]) -> None:
        self._service = service
        self.volumes = tuple(volumes)
        content = service.RetrieveContent()
        self.datacenter = content.rootFolder.childEntity[0]
        resource = self.datacenter.hostFolder.childEntity[0]
        self.host, self.pool = resource.host[0], resource.resourcePool
        self.network = self.host.configManager.networkSystem
        self.vswitch = server.vswitch

    def close(self) -> None:
        """Log out."""
        self._service.content.sessionManager.Logout()
        self._service._stub.DropConnections()  # noqa: SLF001 - pyVmomi's own Disconnect does the same

    # reading

    def machines(self, *paths: str) -> list[Machine]:
        """All of them, with these properties besides the usual ones."""
        folder = self.datacenter.vmFolder
        references = read(self._service, [folder], ["childEntity"])[folder].get("childEntity") or []
        if not references:
            return []
        try:
            found = read(self._service, list(references), [*ALWAYS, *paths])
        except pyvmomi().vmodl.fault.ManagedObjectNotFound:  # one has gone meanwhile
            return self.machines(*paths)
        return [Machine(reference, values) for reference, values in found.items() if "name" in values]

    def read(self, reference: Any, *paths: str) -> dict[str, Any]:
        """These properties of one object; unset ones are left out."""
        return read(self._service, [reference], list(paths))[reference]

    def port_groups(self) -> list[Any]:
        """HostPortGroup, each with its specification."""
        info = self.read(self.network, "networkInfo")["networkInfo"]
        return list(info.portgroup)

    def networks(self) -> set[str]:
        """The names of the networks that a card can be put on."""
        references = self.read(self.datacenter, "network").get("network") or []
        return {values["name"] for values in read(self._service, list(references), ["name"]).values()}

    def switches(self) -> list[Any]:
        """HostVirtualSwitch."""
        return list(self.read(self.network, "networkInfo")["networkInfo"].vswitch)

    def volume(self, name: str) -> Volume | None:
        """By its name or its UUID."""
        return next((volume for volume in self.volumes if name in {volume.name, volume.uuid}), None)

    def file(self, path: str) -> Path | None:
        """Where `[datastore1] a/b.vmx` lies on this computer; None: no such datastore."""
        match = DATASTORE_PATH.match(path)
        volume = self.volume(match["store"]) if match else None
        return volume.place / match["inside"] if match and volume else None

    def local_name(self, reference: Any) -> str:
        """Hostd's own name of a datastore (its UUID) or of a network (HaNetwork- and its name)."""
        vim, name = pyvmomi().vim, str(reference._moId)  # noqa: SLF001 - pyVmomi has no other way
        if isinstance(reference, vim.Datastore) and any(volume.uuid == name for volume in self.volumes):
            return name
        if isinstance(reference, vim.Network) and name.startswith(NETWORK):
            return name
        shown = str(self.read(reference, "name")["name"])
        if isinstance(reference, vim.Network):
            return f"{NETWORK}{shown}"
        return next((one.uuid for one in self.volumes if escaped(one.name) == shown), name)

    def tasks(self, *paths: str) -> list[dict[str, Any]]:
        """These properties, by their paths, of the tasks that wait, run or have run."""
        manager = self._service.content.taskManager
        recent = list(self.read(manager, "recentTask").get("recentTask") or ())
        if not recent:
            return []
        try:
            found = read(self._service, recent, list(paths))
        except pyvmomi().vmodl.fault.ManagedObjectNotFound:  # one is forgotten meanwhile
            return self.tasks(*paths)
        return [found[task] for task in recent if found.get(task)]

    # changing

    def rename_volume(self, old: str, new: str) -> None:
        """A volume has another label; its UUID, and what lies below it, stays."""
        self.volumes = tuple(one._replace(name=new) if one.name == old else one for one in self.volumes)

    def register(self, path: str, name: str) -> Any:
        """RegisterVM_Task: the machine, which knows nothing yet of what its .vmx says."""
        folder = self.datacenter.vmFolder
        return self.finish(
            folder.RegisterVM_Task(path=path, name=escaped(name), asTemplate=False, pool=self.pool, host=None)
        )

    def finish(self, task: Any) -> Any:
        """Wait for a task; its result. Raises the task's own fault."""
        deadline = time.monotonic() + TASK_LIMIT_S
        while time.monotonic() < deadline:
            found = self.read(task, "info.state", "info.error", "info.result")
            if found["info.state"] == "success":
                return found.get("info.result")
            if found["info.state"] == "error":
                raise found["info.error"]
            time.sleep(0.005)
        raise LabError("sim.task_slow", seconds=int(TASK_LIMIT_S))

    def refresh(self, volume: Volume) -> None:
        """Files of a datastore have changed: its free space is counted anew."""
        stores = self.read(self.datacenter, "datastore")["datastore"]
        found = read(self._service, list(stores), ["name"])
        for store, values in found.items():
            if values["name"] == escaped(volume.name):
                store.RefreshDatastore()
