"""Where a model is built, by vSphere's API: its machine, and the folder of its ISO and its log."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from esxlab.backends.model_protocol import Installing
from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.api_connection import ApiConnection
from esxlab.backends.vsphere.api_files import ApiFiles
from esxlab.backends.vsphere.datastore import COPYING
from esxlab.backends.vsphere.model_machine import finished_spec, new_model_spec
from esxlab.backends.vsphere.obstacles import GIB, placing_problems, space_problem
from esxlab.backends.vsphere.screenshot import take_picture
from esxlab.backends.vsphere.session import members_spec
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

OURS = re.compile(r"installer-[0-9a-f]{16}\.iso(\.part)?")
LOG_BYTES = 8 * 1024 * 1024
"""The installer's whole syslog is below 2 MiB; only some of its lines are kept."""
DISK_COPIES = {COPYING, "VirtualMachine.clone"}


def api_model_place(server: Connection, wanted: WantedModel, lab: Lab) -> ApiModelPlace:
    """Where this model is built. LabError model.needs_api, of a host that is looked at by its shell."""
    if not isinstance(server, ApiConnection):
        raise LabError("model.needs_api", where=server.named.host)
    return ApiModelPlace(server, wanted, lab)


@dataclass(frozen=True, slots=True)
class ApiModelPlace:
    """`ModelPlace` on one connected server; `lab` says where, and nothing else of it is looked at."""

    server: ApiConnection
    wanted: WantedModel
    lab: Lab

    def look(self, *, iso_bytes: int, rebuild: bool) -> SeenModel:
        """One read of the server, and of two folders."""
        name = self.wanted.name
        if not self.server.writer.builds_models or self.server.licence.standing == "read-only":
            raise LabError("model.needs_api", where=self.wanted.site.server.host)
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
            self._refuse_copied(machine)
        if seen.state == "absent":
            self._refuse_taken(place)
        need = iso_bytes * (not seen.iso) + self.wanted.hardware.disk_gib * GIB * (seen.state == "absent")
        stands = seen.state == "built" and not rebuild
        if problem := None if stands else space_problem(need, place.datastore):
            raise problem
        return seen

    def upload(self, image: Path, *, progress: Callable[[float], None]) -> None:
        """PUT to a name of its own, compared by size, then moved: what has the name is whole."""
        files, store = self._writer(), self._place().store
        final, part = self.wanted.iso_path, f"{self.wanted.iso_path}.part"
        try:
            files.make_folder(store, self.wanted.folder)
        except LabError as error:
            if error.code != "vsphere.exists":
                raise
        files.put_file(store, part, image, progress=progress)
        size, sent = self.server.files.size(store, part), image.stat().st_size
        if size != sent:
            raise LabError("model.upload_cut", where=datastore_path(store.name, part), size=size, sent=sent)
        files.move(store, part, final)

    def destroy(self) -> None:
        """Off, then Destroy: only this machine, which was judged a moment before."""
        machine = self._machine(now=True)
        if machine is None:
            return
        self._refuse_copied(machine)
        gone = partial(self._gone, machine)
        if machine.powered_on:
            self.server.run(machine.ref.PowerOffVM_Task, what=machine.name, look=gone, on=machine)
        self.server.run(machine.ref.Destroy_Task, what=machine.name, look=gone, on=machine)
        self.server.look()

    def create(self) -> None:
        """CreateVM; an older log goes first, or ESXi would ask whether to write over it."""
        place = self._place()
        self._delete(LOG)
        network = self._network(place)
        spec = new_model_spec(self.wanted, place.store, network)
        folder = place.datacenter.vm_folder
        self.server.run(
            lambda: folder.CreateVM_Task(config=spec, pool=place.host.pool, host=place.host.ref),
            what=self.wanted.name,
            look=lambda: self._machine(now=True),
        )
        self.server.look()

    def power_on(self) -> None:
        """PowerOnVM; one that is on already is as well."""
        machine = self._must()
        if not machine.powered_on:
            on = lambda: True if self._must().powered_on else None  # noqa: E731
            self.server.run(machine.ref.PowerOnVM_Task, what=machine.name, look=on, on=machine)

    def installing(self) -> Installing:
        """The machine first: what it said before it went off is in the log by then."""
        machine = self._must()
        return Installing(machine.powered_on, machine.question, self._log())

    def screen(self) -> bytes:
        """CreateScreenshot, while the machine is on."""
        return take_picture(self.server, self._must(), self._place())

    def finish(self) -> None:
        """One reconfiguration, so that there is no half-finished model."""
        machine = self._must()
        spec = finished_spec(self.wanted, self.server.hardware(machine))
        built = lambda: True if _mark_of(self._must())[0] == "built" else None  # noqa: E731
        self.server.run(lambda: machine.ref.ReconfigVM_Task(spec), what=machine.name, look=built, on=machine)

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
            self._writer().delete(store, self.wanted.folder)

    def _writer(self) -> ApiFiles:
        return ApiFiles(self.server.session, self.server.waiter, self.server.files)

    def _place(self) -> Place:
        return self.server.place(self.wanted.site)

    def _network(self, place: Place) -> SeenNetwork:
        """The staging network. LabError vsphere.network_*."""
        site = self.wanted.site
        return self.server.inventory.network(Network(site.staging, site.staging_kind), place)

    def _delete(self, name: str) -> None:
        self._writer().delete(self._place().store, f"{self.wanted.folder}/{name}")

    def _log(self) -> str:
        """What the serial port has written so far. One that cannot be read while it is written is empty."""
        path, store = self.wanted.log_path, self._place().store
        try:
            content = self.server.files.get(store, path, most_bytes=LOG_BYTES)
        except LabError as error:
            if error.code not in {"vsphere.file_refused", "vsphere.file_too_big"}:
                raise
            return ""
        return (content or b"").decode(errors="replace")

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

    def _gone(self, machine: SeenMachine) -> bool | None:
        """Whether what was asked for has come about: it is off, or away."""
        again = self.server.again(machine)
        return True if again is None or not again.powered_on else None

    def _seen(self, machine: SeenMachine | None, place: Place) -> SeenModel:
        names = self.server.files.names(place.store, self.wanted.folder)
        there = names or set()
        seen = SeenModel(iso=self.wanted.iso_name in there, left=names is not None)
        if machine is None:
            return seen
        state, recipe = _mark_of(machine)
        log = self._log() if LOG in there else ""
        return replace(
            seen,
            state="built" if state == "built" else "installing",
            powered_on=machine.powered_on,
            recipe=recipe,
            begun=bool(log),
            proved=self.wanted.proof in log,
        )

    def _refuse_taken(self, place: Place) -> None:
        """The machine's own folder has to be free: what lies there is somebody's."""
        if self.server.files.names(place.store, self.wanted.name):
            folder = datastore_path(place.store.name, self.wanted.name)
            raise LabError("model.folder_taken", where=folder)

    def _refuse_copied(self, machine: SeenMachine) -> None:
        """A task does not tell its source: while any disk is copied on this server, it may be the model's."""
        if _mark_of(machine)[0] != "built":
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


def _mark_of(machine: SeenMachine) -> tuple[State, str]:
    return read_mark(machine.extra.get(MODEL_KEY, ""))
