"""Where a model is built: what is looked at before, and whose it is, on whatever road it is built."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from esxlab.backends.model_protocol import Installing
from esxlab.backends.vsphere.obstacles import GIB, placing_problems, space_problem
from esxlab.backends.vsphere.screenshot import take_picture
from esxlab.backends.vsphere.store import datastore_path, is_plain
from esxlab.errors import LabError
from esxlab.lab.machine import Network
from esxlab.lab.model_build import LOG, MODEL_KEY, SeenModel, read_mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import Place, SeenMachine, SeenNetwork
    from esxlab.lab.lab import Lab
    from esxlab.lab.model_build import State, WantedModel

OURS = re.compile(r"(?:installer-[0-9a-f]{16}\.iso|disk-[0-9a-f]{16}\.vmdk)(?:\.part)?")


@dataclass(frozen=True)
class ServerModelPlace(ABC):
    """`ModelPlace` on one server; `lab` says where, and nothing else of it is looked at."""

    server: Connection
    wanted: WantedModel
    lab: Lab

    def look(self, *, image_bytes: int, rebuild: bool) -> SeenModel:
        """One read of the server, and of two folders."""
        name = self.wanted.name
        self._refuse_shut()
        if not is_plain(name) or "/" in name:
            raise LabError("vsphere.bad_path", path=name)
        self.server.look()
        place = self._place()
        nothing_else = replace(self.lab, port_groups=(), machines=())
        for in_the_way in placing_problems(nothing_else, place):
            raise in_the_way
        self._network(place)
        machine = self._machine()
        seen = self._seen(machine, place)
        if rebuild and machine is not None:
            self.refuse_copied(machine)
        if seen.state == "absent":
            self._refuse_taken(place)
        disk = self.wanted.hardware.disk_gib * GIB * (machine is None or not machine.disks)
        stands = seen.state == "built" and not rebuild
        problem = space_problem(image_bytes * (not seen.image) + disk, place.datastore)
        if problem and not stands:
            raise problem
        return seen

    @abstractmethod
    def upload(self, image: Path, *, progress: Callable[[float], None]) -> None:
        """To a name of its own, compared by size, then moved: what has the name is whole."""

    @abstractmethod
    def destroy(self) -> None:
        """Off, then away with its disk: only this machine, which was judged a moment before."""

    @abstractmethod
    def create(self) -> None:
        """The machine; an older log goes first, or ESXi would ask whether to write over it."""

    @abstractmethod
    def power_on(self) -> None:
        """One that is on already is as well."""

    @abstractmethod
    def finish(self) -> None:
        """One reconfiguration, so that there is no half-finished model."""

    @abstractmethod
    def attach(self) -> None:
        """One reconfiguration too, once the disk is there and of its size."""

    def installing(self) -> Installing:
        """The machine first: what it said before it went off is in the log by then."""
        machine = self._must()
        return Installing(machine.powered_on, machine.question, self.log())

    def load(self) -> float | None:
        """Only the API tells."""
        return None

    def screen(self) -> bytes:
        """CreateScreenshot, while the machine is on; over SSH there is none."""
        return take_picture(self.server, self._must(), self._place())

    def convert(self, *, progress: Callable[[float], None]) -> None:
        """A copy by the host: what an earlier one has left is deleted first, for it may be half a disk."""
        store, writer = self._place().store, self.server.writer
        source, target = (store, self.wanted.image_path), (store, self.wanted.disk_path)
        machine = self._must()
        if machine.disks:  # somebody's: ours comes with the mark
            raise LabError("model.foreign", where=machine.vmx_path, name=machine.name)
        writer.await_copies(*target)
        writer.delete_disk(*target)
        writer.copy_disk(source, target, progress=progress)

    def clean(self) -> None:
        """Only what has a name of ours; the folder when nothing else is in it."""
        store = self._place().store
        names = self.server.files.names(store, self.wanted.folder)
        if names is None:
            return
        mine = {name for name in names if OURS.fullmatch(name) or name == LOG}
        for name in sorted(mine):
            self._delete(name)
        if names == mine:
            self.server.writer.delete(store, self.wanted.folder)

    @abstractmethod
    def log(self) -> str:
        """What the serial port has written so far. One that cannot be read while it is written is empty."""

    @abstractmethod
    def refuse_copied(self, machine: SeenMachine) -> None:
        """LabError model.copied while its disk may be copied; model.linked."""

    @abstractmethod
    def remains(self, names: set[str], place: Place) -> bool:
        """Whether what lies in the machine's folder is what a run of ours has left that died."""

    def _refuse_shut(self) -> None:
        if self.server.write_path == "api" and self.server.licence.standing == "read-only":
            raise LabError("vsphere.licence", where=self.wanted.site.server.host)

    def _place(self) -> Place:
        return self.server.place(self.wanted.site)

    def _network(self, place: Place) -> SeenNetwork:
        """The staging network. LabError vsphere.network_*."""
        site = self.wanted.site
        return self.server.inventory.network(Network(site.staging, site.staging_kind), place)

    def _make_folder(self) -> None:
        """That of the image and the log; it may be there already."""
        try:
            self.server.writer.make_folder(self._place().store, self.wanted.folder)
        except LabError as error:
            if error.code != "vsphere.exists":
                raise

    def _delete(self, name: str) -> None:
        self.server.writer.delete(self._place().store, f"{self.wanted.folder}/{name}")

    def _machine(self, *, now: bool = False) -> SeenMachine | None:
        """The machine with the model's name, if it is ours. LabError model.foreign: it is somebody else's."""
        inventory = self.server.look() if now else self.server.inventory
        centre, name = self._place().datacenter, self.wanted.name
        here = inventory.register.unmarked(name, centre.moref)
        ours = [machine for machine in here if machine.uuid == self.wanted.instance_uuid]
        home = (self.wanted.site.datastore, name)
        for machine in (*here, *inventory.register.with_uuid(self.wanted.instance_uuid)):
            if machine not in ours or MODEL_KEY not in machine.extra or machine.place != home:
                raise LabError("model.foreign", where=machine.vmx_path, name=machine.name)
        return ours[0] if ours else None

    def _must(self) -> SeenMachine:
        """The machine, read now. LabError model.vanished."""
        found = self._machine()
        again = self.server.again(found) if found is not None else None
        if again is None:
            raise LabError("model.vanished", where=self.wanted.site.model_id, name=self.wanted.name)
        return again

    def _built(self) -> bool | None:
        return True if mark_on(self._must())[0] == "built" else None

    def _seen(self, machine: SeenMachine | None, place: Place) -> SeenModel:
        names = self.server.files.names(place.store, self.wanted.folder)
        there = names or set()
        seen = SeenModel(image=self.wanted.image_name in there, left=names is not None)
        if machine is None:
            return seen
        state, recipe = mark_on(machine)
        log = self.log() if LOG in there else ""
        return replace(
            seen,
            state="built" if state == "built" else "installing",
            powered_on=machine.powered_on,
            recipe=recipe,
            begun=bool(log),
            proved=bool(self.wanted.proof) and self.wanted.proof in log,
        )

    def _refuse_taken(self, place: Place) -> None:
        """The machine's own folder has to be free: what lies there is somebody's."""
        names = self.server.files.names(place.store, self.wanted.name)
        if names and not self.remains(names, place):
            folder = datastore_path(place.store.name, self.wanted.name)
            raise LabError("model.folder_taken", where=folder)


def mark_on(machine: SeenMachine) -> tuple[State, str]:
    """(state, recipe) that a machine carries."""
    return read_mark(machine.extra.get(MODEL_KEY, ""))
