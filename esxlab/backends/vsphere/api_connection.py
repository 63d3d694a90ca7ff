"""One server by vSphere's API: its session, its waiter, its files."""

from __future__ import annotations

import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere import api_questions as questions
from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.api_writer import ApiWriter
from esxlab.backends.vsphere.connection import Connection
from esxlab.backends.vsphere.datastore import Files
from esxlab.backends.vsphere.devices import ethernet_cards
from esxlab.backends.vsphere.group_folders import identity_of
from esxlab.backends.vsphere.licence import licence_of
from esxlab.backends.vsphere.reading import moref, open_view, read_inventory, read_machine
from esxlab.backends.vsphere.session import OUT_OF_REACH
from esxlab.backends.vsphere.tasks import MACHINE_PATHS, Waiter
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from esxlab.backends.vsphere.asked import Drives, Memory, Pending, Uplinks, Wiring
    from esxlab.backends.vsphere.connection import OpenShell
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.licence import Licence
    from esxlab.backends.vsphere.seen import Place, SeenHost, SeenMachine
    from esxlab.backends.vsphere.session import Session
    from esxlab.backends.vsphere.writer import WritePath, Writer
    from esxlab.lab.identity import Owner

HARDWARE_PAUSES_S = (0.1, 0.5, 1.0, 2.0, 4.0)


class ApiConnection(Connection):
    """What a vCenter or a host says by its API; it is changed by that, or over the shell."""

    def __init__(
        self,
        session: Session,
        *,
        deadline_s: float,
        cancelled: threading.Event,
        open_shell: OpenShell | None = None,
    ) -> None:
        super().__init__(session.server, deadline_s=deadline_s)
        self.session = session
        self._open_shell = open_shell
        self.waiter = Waiter(session, deadline_s=deadline_s, cancelled=cancelled)
        self.files: Files = Files(session, self.waiter)
        self.inventory_folders_lock = threading.Lock()
        self._view: Any = None

    def _read_inventory(self) -> Inventory:
        """Two calls, one more the first time."""
        if self._view is None:
            self._view = open_view(self.session)
        try:
            return read_inventory(self.session, self._view)
        except LabError as error:
            if error.code != "vsphere.gone":
                raise
            self._view = open_view(self.session)  # the old one went with an ended session
            return read_inventory(self.session, self._view)

    def run(
        self,
        start: Callable[[], Any],
        *,
        what: str,
        look: Callable[[], Any] = lambda: None,
        on: SeenMachine | None = None,
    ) -> Any:
        """Start a task once and wait; after a lost reply `look` says what became of it (None: nothing).

        `on` is the machine that the task is about (`in_turn`).
        """

        def act() -> Any:
            task = self.session.change(start, what=what)
            return self.waiter.task(task, what=what) or True

        return self.in_turn(act, what=what, look=look, on=on)

    @property
    def is_vcenter(self) -> bool:
        """As `about` says."""
        return self.session.is_vcenter

    @property
    def product(self) -> str:
        """AboutInfo.fullName."""
        return str(self.session.content.about.fullName)

    @cached_property
    def identity(self) -> str:
        """Of `about`, or of the host's hardware."""
        return identity_of(self.session, self.inventory)

    @cached_property
    def licence(self) -> Licence:
        """LicenseManager.licenses."""
        return licence_of(self.session)

    @cached_property
    def write_path(self) -> WritePath:
        """As the spec says, else by the API, unless the licence shuts that."""
        writes = self.named.writes
        if writes == "auto":
            shut = self._open_shell is not None and self.licence.standing == "read-only"
            return "ssh" if shut else "api"
        return writes

    @cached_property
    def writer(self) -> Writer:
        """By the write path."""
        if self.write_path == "ssh" and self._open_shell is not None:
            return self._open_shell(self)
        return ApiWriter(self)

    def _current_time(self) -> datetime:
        told: datetime = self.session.read(self.session.service.CurrentTime, what="CurrentTime")
        return told

    def _machine(self, seen: SeenMachine) -> SeenMachine | None:
        return read_machine(self.session, seen.ref, seen.datacenter)

    def _with_uuid(self, owner: Owner) -> Sequence[SeenMachine]:
        uuid, index = owner.instance_uuid, self.session.content.searchIndex
        hits = self.session.read(
            lambda: index.FindAllByUuid(uuid=uuid, vmSearch=True, instanceUuid=True), what=owner.machine
        )
        read = (read_machine(self.session, hit, "") for hit in hits or ())
        return [found for found in read if found is not None]

    def hardware(self, seen: SeenMachine) -> Any:
        """A machine's config.hardware as vSphere's own object, to be edited.

        A server that has just come back leaves it out for a moment; LabError vsphere.locked when for longer.
        """
        paths: dict[type, list[str]] = {vim.VirtualMachine: ["config.hardware"]}
        for pause_s in (*HARDWARE_PAUSES_S, 0.0):
            told = self.session.retrieve([seen.ref], paths, what=seen.name).get(seen.ref, {})
            if "config.hardware" in told:
                return told["config.hardware"]
            time.sleep(pause_s)
        raise LabError("vsphere.locked", what=seen.name)

    def card_keys(self, seen: SeenMachine) -> Mapping[str, int]:
        """One read of its hardware."""
        return {(c.macAddress or "").lower(): c.key for c in ethernet_cards(self.hardware(seen))}

    def live(self, seen: SeenMachine) -> Mapping[str, Any]:
        """One read."""
        paths: dict[type, list[str]] = {vim.VirtualMachine: MACHINE_PATHS}
        return self.session.retrieve([seen.ref], paths, what=seen.name).get(seen.ref, {})

    def await_machine(
        self, seen: SeenMachine, answer: Callable[[Mapping[str, Any]], Any], *, limit_s: float
    ) -> Any:
        """The waiter asks about all of them at once."""
        return self.waiter.machine(seen.ref, answer, what=seen.name, limit_s=limit_s)

    def extra_config(self, seen: SeenMachine) -> dict[str, str]:
        """config.extraConfig."""
        paths: dict[type, list[str]] = {vim.VirtualMachine: ["config.extraConfig"]}
        found = self.session.retrieve([seen.ref], paths, what=seen.name)[seen.ref]
        return {option.key: str(option.value) for option in found.get("config.extraConfig") or ()}

    def pending(self, *, files: bool) -> Iterable[Pending]:
        """TaskManager.recentTask: one read tells of all."""
        del files
        return [one for one in questions.pending(self.session) if one.moref not in self.waiter.known_tasks]

    def tasks_of(self, seen: SeenMachine) -> Sequence[Any]:
        """Its recentTask."""
        return questions.tasks_of(self.session, seen.ref, what=seen.name)

    def await_task(self, task: Any, *, what: str) -> None:
        """How another's task ends is its own affair."""
        try:
            self.waiter.task(task, what=what)
        except LabError as error:
            if error.code in {"vsphere.timed_out", "vsphere.cancelled", *OUT_OF_REACH}:
                raise

    def wiring(self, place: Place) -> Wiring:
        """HostNetworkInfo."""
        return questions.wiring(self.session, place)

    def users(self, place: Place, name: str) -> list[str]:
        """The cards are what counts: `network` of a machine is late."""
        return questions.users(self.session, place, name)

    def uplinks(self, hosts: Sequence[SeenHost]) -> Mapping[str, Uplinks]:
        """HostNetworkInfo."""
        return questions.uplinks(self.session, hosts)

    def overheard(self, host: SeenHost, devices: Sequence[str]) -> frozenset[int]:
        """HostNetworkSystem.QueryNetworkHint."""
        return questions.overheard(self.session, host.network_system, devices)

    def memory(self, hosts: Sequence[SeenHost]) -> Mapping[str, Memory]:
        """The host's hardware and quickStats."""
        return questions.memory(self.session, hosts)

    def drives(self, seen: SeenMachine) -> Drives:
        """One more read of the server."""
        return questions.drives(self.session, seen)

    def granted(self, objects: Sequence[Any], names: Sequence[str]) -> set[tuple[str, str]]:
        """AuthorizationManager.HasPrivilegeOnEntities."""
        return questions.granted(self.session, objects, names)

    def find_folder(self, parent: Any, name: str) -> Any:
        """An inventory folder by name, asked for now; None when there is none."""
        index = self.session.content.searchIndex
        return self.session.read(lambda: index.FindChild(parent, name), what=name)

    def remove_inventory_folder(self, root: Any, name: str) -> None:
        """Destroying a folder destroys what is in it: only when it is empty now."""
        folder = self.find_folder(root, name) if self.is_vcenter else None
        if folder is None:
            return
        inside = self.session.retrieve([folder], {vim.Folder: ["childEntity"]}, what="childEntity")
        if inside.get(folder, {}).get("childEntity"):
            return

        def look() -> bool | None:
            return True if self.find_folder(root, name) is None else None

        self.run(folder.Destroy_Task, what=name, look=look)
        self.inventory.folders.pop((moref(root), name), None)

    def close(self) -> None:
        """Log out; the view goes with the session."""
        self.waiter.close()
        if "writer" in vars(self):
            self.writer.close()
        self.session.close()
