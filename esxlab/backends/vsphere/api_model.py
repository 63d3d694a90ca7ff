"""A model built by vSphere's API: its machine, and the folder of its image and its log."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.api_files import ApiFiles
from esxlab.backends.vsphere.datastore import COPYING
from esxlab.backends.vsphere.model_machine import (
    attached_spec,
    bare_model_spec,
    finished_spec,
    new_model_spec,
)
from esxlab.backends.vsphere.model_place import ServerModelPlace, mark_on
from esxlab.backends.vsphere.session import members_spec
from esxlab.backends.vsphere.store import datastore_path
from esxlab.errors import LabError
from esxlab.lab.model_build import LOG

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from esxlab.backends.vsphere.api_connection import ApiConnection
    from esxlab.backends.vsphere.seen import Place, SeenMachine

LOG_BYTES = 8 * 1024 * 1024
"""The installer's whole syslog is below 2 MiB; only some of its lines are kept."""
CPU_USED, CPU_MOST = "summary.quickStats.overallCpuUsage", "runtime.maxCpuUsage"
DISK_COPIES = {COPYING, "VirtualMachine.clone"}


@dataclass(frozen=True)
class ApiModelPlace(ServerModelPlace):
    """`ModelPlace` on a server that is changed by its API."""

    server: ApiConnection

    def upload(self, image: Path, *, progress: Callable[[float], None]) -> None:
        """PUT, MoveDatastoreFile."""
        store, final, part = self._place().store, self.wanted.image_path, f"{self.wanted.image_path}.part"
        files = ApiFiles(self.server.session, self.server.waiter, self.server.files)
        self._make_folder()
        files.put_file(store, part, image, progress=progress)
        size, sent = self.server.files.size(store, part), image.stat().st_size
        if size != sent:
            raise LabError("model.upload_cut", where=datastore_path(store.name, part), size=size, sent=sent)
        files.move(store, part, final)

    def destroy(self) -> None:
        """PowerOffVM, Destroy."""
        machine = self._machine(now=True)
        if machine is None:
            return
        self.refuse_copied(machine)
        gone = partial(self._gone, machine)
        if machine.powered_on:
            self.server.run(machine.ref.PowerOffVM_Task, what=machine.name, look=gone, on=machine)
        self.server.run(machine.ref.Destroy_Task, what=machine.name, look=gone, on=machine)
        self.server.look()

    def create(self) -> None:
        """CreateVM."""
        place = self._place()
        self._delete(LOG)
        network = self._network(place)
        make = bare_model_spec if self.wanted.way == "disk" else new_model_spec
        spec = make(self.wanted, place.store, network)
        folder = place.datacenter.vm_folder
        self.server.run(
            lambda: folder.CreateVM_Task(config=spec, pool=place.host.pool, host=place.host.ref),
            what=self.wanted.name,
            look=lambda: self._machine(now=True),
        )
        self.server.look()

    def power_on(self) -> None:
        """PowerOnVM."""
        machine = self._must()
        if not machine.powered_on:
            on = lambda: True if self._must().powered_on else None  # noqa: E731
            self.server.run(machine.ref.PowerOnVM_Task, what=machine.name, look=on, on=machine)

    def finish(self) -> None:
        """ReconfigVM."""
        machine = self._must()
        spec = finished_spec(self.wanted, self.server.hardware(machine))
        self._reconfigure(machine, spec)

    def attach(self) -> None:
        """ReconfigVM too."""
        self._reconfigure(self._must(), attached_spec(self.wanted, self._place().store))

    def load(self) -> float | None:
        """Both in MHz (vSphere API, VirtualMachineQuickStats, VirtualMachineRuntimeInfo)."""
        paths: dict[type, list[str]] = {vim.VirtualMachine: [CPU_USED, CPU_MOST]}
        found = self.server.session.retrieve([self._must().ref], paths, what=self.wanted.name)
        told = next(iter(found.values()), {})
        used, most = told.get(CPU_USED), told.get(CPU_MOST)
        return used / most if isinstance(used, int) and isinstance(most, int) and most > 0 else None

    def log(self) -> str:
        """GET."""
        path, store = self.wanted.log_path, self._place().store
        try:
            content = self.server.files.get(store, path, most_bytes=LOG_BYTES)
        except LabError as error:
            if error.code not in {"vsphere.file_refused", "vsphere.file_too_big"}:
                raise
            return ""
        return (content or b"").decode(errors="replace")

    def refuse_copied(self, machine: SeenMachine) -> None:
        """A task does not tell its source: while any disk is copied on this server, it may be the model's."""
        if mark_on(machine)[0] != "built":
            return  # nobody copies one that is not whole (obstacles.model_problems)
        if self.wanted.site.method == "linked":
            raise LabError("model.linked", where=self.wanted.site.model_id)
        manager = self.server.session.content.taskManager
        paths: dict[type, list[str]] = {vim.Task: ["info.descriptionId", "info.state"]}
        tasks = self.server.session.collect(members_spec(manager, "recentTask", paths), what="recentTask")
        for _, told in tasks:
            running = told.get("info.state") in {"queued", "running"}
            if running and told.get("info.descriptionId") in DISK_COPIES:
                raise LabError("model.copied", where=self.wanted.site.model_id)

    def remains(self, names: set[str], place: Place) -> bool:  # noqa: ARG002 - of one call nothing is left
        """CreateVM and Destroy leave nothing half."""
        return False

    def _reconfigure(self, machine: SeenMachine, spec: object) -> None:
        self.server.run(
            lambda: machine.ref.ReconfigVM_Task(spec), what=machine.name, look=self._built, on=machine
        )

    def _gone(self, machine: SeenMachine) -> bool | None:
        """Whether what was asked for has come about: it is off, or away."""
        again = self.server.again(machine)
        return True if again is None or not again.powered_on else None
