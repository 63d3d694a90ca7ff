"""The machines of an inventory by what they are looked for by: no question goes through all of them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from esxlab.backends.vsphere.seen import SeenMachine
    from esxlab.lab.identity import GroupId, Owner

Key = tuple["Hashable", ...]


class Register:
    """Every machine below each of its keys, in the order of the inventory; it follows what comes and goes."""

    def __init__(self, machines: dict[str, SeenMachine]) -> None:
        self._lock = threading.Lock()
        self._found: dict[Key, dict[str, SeenMachine]] = {}
        self._keys: dict[str, tuple[Key, ...]] = {}
        for machine in machines.values():
            self._enter(machine)

    def with_uuid(self, uuid: str) -> list[SeenMachine]:
        """Those with this instanceUuid."""
        return self._of(("uuid", uuid))

    def marked(self, owner: Owner | None) -> list[SeenMachine]:
        """Those that carry this owner mark; None: those that carry none."""
        return self._of(("owner", owner))

    def proven(self, group: GroupId) -> list[SeenMachine]:
        """The group's own, by mark and uuid."""
        return self._of(("proven", group))

    def unmarked(self, name: str, datacenter: str) -> list[SeenMachine]:
        """Those of this name in a datacenter that carry no owner mark."""
        return self._of(("unmarked", datacenter, name))

    def with_mac(self, mac: str) -> list[SeenMachine]:
        """Those that have a card with this MAC, in small letters."""
        return self._of(("mac", mac))

    def named(self, name: str, parent: str) -> list[SeenMachine]:
        """Those of this name in an inventory folder."""
        return self._of(("name", parent, name))

    def in_folder(self, datastore: str, folder: str, datacenter: str) -> list[SeenMachine]:
        """Those whose configuration file lies in this datastore folder."""
        return self._of(("place", datacenter, (datastore, folder)))

    def with_files_below(self, folder: str, datacenter: str) -> list[SeenMachine]:
        """Those that have their configuration file or a disk below `[datastore1] srvweb1`, at any depth."""
        return self._of(("files", datacenter, folder))

    def note(self, machine: SeenMachine) -> None:
        """A machine came, or is another than before."""
        with self._lock:
            keys = set(_keys_of(machine))
            for key in self._keys.get(machine.moref, ()):
                if key not in keys:
                    self._strike(key, machine.moref)
            self._enter(machine)

    def forget(self, moref: str) -> None:
        """A machine is gone."""
        with self._lock:
            for key in self._keys.pop(moref, ()):
                self._strike(key, moref)

    def _enter(self, machine: SeenMachine) -> None:
        keys = tuple(dict.fromkeys(_keys_of(machine)))
        self._keys[machine.moref] = keys
        for key in keys:
            self._found.setdefault(key, {})[machine.moref] = machine

    def _strike(self, key: Key, moref: str) -> None:
        left = self._found[key]
        del left[moref]
        if not left:
            del self._found[key]

    def _of(self, key: Key) -> list[SeenMachine]:
        with self._lock:
            return list(self._found.get(key, {}).values())


def _keys_of(machine: SeenMachine) -> Iterator[Key]:
    owner = machine.owner
    yield ("uuid", machine.uuid)
    yield ("owner", owner)
    if owner is not None and machine.uuid == owner.instance_uuid:
        yield ("proven", owner.group)
    if owner is None:
        yield ("unmarked", machine.datacenter, machine.name)
    yield ("name", machine.parent, machine.name)
    for nic in machine.nics:
        yield ("mac", nic.mac)
    yield ("place", machine.datacenter, machine.place)
    for path in (machine.vmx_path, *machine.disks):
        folder = path.rpartition("/")[0]
        while folder:
            yield ("files", machine.datacenter, folder)
            folder = folder.rpartition("/")[0]
