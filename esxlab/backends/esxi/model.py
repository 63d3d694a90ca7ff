"""A model built on a host's shell: its machine, and the folder of its image and its log.

There is no picture of a console over SSH: a stuck installer is told by its log alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from esxlab.backends.esxi import model_orders, model_vmx, orders, vmx
from esxlab.backends.esxi.paths import changed_place, place_of, spelled
from esxlab.backends.esxi.sending import send_file
from esxlab.backends.vsphere.faults import settle
from esxlab.backends.vsphere.model_place import ServerModelPlace, mark_on
from esxlab.backends.vsphere.store import datastore_path
from esxlab.errors import LabError
from esxlab.lab.model_build import MODEL_KEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from esxlab.backends.esxi.link import Link
    from esxlab.backends.vsphere.seen import Place, SeenMachine

LOG_BYTES = 1024 * 1024
"""Of the log's end, which has the last word; the whole is below 2 MiB."""


@dataclass(frozen=True)
class ShellModelPlace(ServerModelPlace):
    """`ModelPlace` on a host that is changed over SSH."""

    link: Link

    def upload(self, image: Path, *, progress: Callable[[float], None]) -> None:
        """Cat, stat, mv."""
        store, final = self._place().store, self.wanted.image_path
        part, place = f"{final}.part", changed_place(store, final)
        self._make_folder()
        what = datastore_path(store.name, part)
        sent = image.stat().st_size
        size = send_file(self.link, image, changed_place(store, part), what=what, progress=progress)
        if size != sent:
            raise LabError("model.upload_cut", where=what, size=size, sent=sent)
        body = model_orders.take_in(part=changed_place(store, part), final=place, size=sent)
        settle(lambda: self.link.change(body, what=what), lambda: self._is_there(self.wanted.image_name))

    def destroy(self) -> None:
        """power.off, vmkfstools -U, unregister, rm."""
        machine = self._machine(now=True)
        if machine is None:
            return
        self.refuse_copied(machine)
        body = model_orders.destroy(folder=self._home, name=self.wanted.name, vmx_path=self._vmx_path)
        gone = lambda: True if self._machine(now=True) is None else None  # noqa: E731
        self._in_turn(body, machine, gone)
        self.server.look()

    def create(self) -> None:
        """Our own configuration file, vmkfstools -c where a disk is wanted, solo/registervm."""
        wanted, place = self.wanted, self._place()
        network, store = self._network(place), place.store
        log = changed_place(store, wanted.log_path)
        if wanted.way == "disk":
            values, disk_gib = model_vmx.bare(wanted, network), None
        else:
            image = place_of(store, wanted.image_path)
            values = model_vmx.for_installer(wanted, network, image=image, log=log)
            disk_gib = wanted.hardware.disk_gib
        body = model_orders.create(
            folder=self._home,
            name=wanted.name,
            vmx_path=self._vmx_path,
            content=vmx.render(values),
            log=log,
            disk_gib=disk_gib,
        )
        settle(lambda: self.link.change(body, what=wanted.name), lambda: self._machine(now=True))
        self.server.look()

    def power_on(self) -> None:
        """power.on."""
        machine = self._must()
        if not machine.powered_on:
            on = lambda: True if self._must().powered_on else None  # noqa: E731
            self._in_turn(orders.power(self._vmx_path, "power.on"), machine, on)

    def finish(self) -> None:
        """The configuration file, then reload."""
        self._edit(partial(model_vmx.finished, self.wanted))

    def attach(self) -> None:
        """The configuration file, then reload."""
        self._edit(partial(model_vmx.attached, self.wanted))

    def log(self) -> str:
        """Tail."""
        body = model_orders.log(place_of(self._place().store, self.wanted.log_path), most_bytes=LOG_BYTES)
        text = self.link.read(body, what=self.wanted.log_path).text
        return "\n".join(line.removeprefix(" ") for line in text.splitlines())

    def refuse_copied(self, machine: SeenMachine) -> None:
        """While a program of the host has its disk for a source."""
        if mark_on(machine)[0] != "built":
            return
        body = model_orders.copies_of(f"/{self.wanted.disk_path}")
        if self.link.read(body, what=self.wanted.name).text.strip():
            raise LabError("model.copied", where=self.wanted.site.model_id)

    def remains(self, names: set[str], place: Place) -> bool:
        """Files that have our names, with a configuration file that has our mark, or none yet."""
        name = self.wanted.name
        if not names <= model_orders.own_files(name):
            return False
        if f"{name}.vmx" not in names:
            return names == {f"{name}.vmx.new"}
        content = self.server.files.get(place.store, self.wanted.vmx_path) or b""
        return MODEL_KEY in vmx.read(content.decode(errors="replace"))

    @property
    def _home(self) -> str:
        return changed_place(self._place().store, self.wanted.name)

    @property
    def _vmx_path(self) -> str:
        store = self._place().store
        return spelled(store, datastore_path(store.name, self.wanted.vmx_path))

    def _is_there(self, name: str) -> bool | None:
        return name in (self.server.files.names(self._place().store, self.wanted.folder) or ()) or None

    def _edit(self, change: Callable[[str], str]) -> None:
        """Change the configuration file as it is now."""
        machine, store = self._must(), self._place().store
        old = (self.server.files.get(store, self.wanted.vmx_path) or b"").decode(errors="strict")
        body = orders.edit(
            vmx=changed_place(store, self.wanted.vmx_path), vmx_path=self._vmx_path, old=old, new=change(old)
        )
        self._in_turn(body, machine, self._built)

    def _in_turn(self, body: str, machine: SeenMachine, look: Callable[[], object]) -> None:
        limit_s = self.link.limits.power_s
        act = lambda: self.link.change(body, what=machine.name, limit_s=limit_s)  # noqa: E731
        self.server.in_turn(act, what=machine.name, look=look, on=machine)
