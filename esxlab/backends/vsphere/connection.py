"""One connected server: its session, its waiter, its files, and the inventory as this process knows it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.api_writer import ApiWriter
from esxlab.backends.vsphere.datastore import Files
from esxlab.backends.vsphere.faults import settle
from esxlab.backends.vsphere.group_folders import identity_of
from esxlab.backends.vsphere.in_flight import await_tasks_of, tasks_of
from esxlab.backends.vsphere.licence import licence_of
from esxlab.backends.vsphere.reading import open_view, read_inventory, read_machine
from esxlab.backends.vsphere.tasks import Waiter
from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.lab.ownership import is_ours

if TYPE_CHECKING:
    from esxlab.backends.vsphere.group_folders import GroupFolder
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.licence import Licence
    from esxlab.backends.vsphere.seen import Place, SeenMachine
    from esxlab.backends.vsphere.session import Session
    from esxlab.backends.vsphere.store import Store
    from esxlab.backends.vsphere.writer import WritePath, Writer
    from esxlab.lab.identity import Owner
    from esxlab.lab.machine import Machine, Site

OpenShell = Callable[["Connection"], "Writer"]
"""What makes the writer that goes over the server's shell."""
TURNS = 5
"""How often a change waits for its turn at a machine that is busy with another."""
YEARS = range(1970, 2200)
HARDWARE_PAUSES_S = (0.1, 0.5, 1.0, 2.0, 4.0)


class Connection:
    """What the verbs of one server share."""

    def __init__(
        self,
        session: Session,
        *,
        deadline_s: float,
        cancelled: threading.Event,
        open_shell: OpenShell | None = None,
    ) -> None:
        self.session = session
        self._open_shell = open_shell
        self.trouble: LabError | None = None  # why what only the writer knows could not be read
        self.deadline_s = deadline_s
        self.waiter = Waiter(session, deadline_s=deadline_s, cancelled=cancelled)
        self.files = Files(session, self.waiter)
        self.inventory_folders_lock = threading.Lock()
        self.seen_roots: dict[Store, set[str]] = {}  # since the last look, as are the group folders
        self.seen_group_folders: dict[tuple[Store, str], GroupFolder] = {}
        self._lock = threading.Lock()
        self._view: Any = None
        self._inventory: Inventory | None = None

    def look(self) -> Inventory:
        """Read everything again, in two calls (one more the first time)."""
        with self._lock:
            self.seen_roots, self.seen_group_folders = {}, {}
            if self._view is None:
                self._view = open_view(self.session)
            try:
                self._inventory = read_inventory(self.session, self._view)
            except LabError as error:
                if error.code != "vsphere.gone":
                    raise
                self._view = open_view(self.session)  # the old one went with an ended session
                self._inventory = read_inventory(self.session, self._view)
            answer = attempt(partial(self.writer.looked, self._inventory))
            self.trouble = answer if isinstance(answer, LabError) else None
            return self._inventory

    @property
    def inventory(self) -> Inventory:
        """As last read; read now when it never was."""
        return self._inventory or self.look()

    def place(self, site: Site) -> Place:
        """Where a site's names lead; looked up again once when they lead nowhere."""
        try:
            return self.inventory.place(site)
        except LabError:
            return self.look().place(site)

    def run(
        self,
        start: Callable[[], Any],
        *,
        what: str,
        look: Callable[[], Any] = lambda: None,
        on: Any = None,
    ) -> Any:
        """Start a task once and wait; after a lost reply `look` says what became of it (None: nothing).

        `on` is the machine that the task is about (`in_turn`).
        """

        def act() -> Any:
            task = self.session.change(start, what=what)
            return self.waiter.task(task, what=what) or True

        return self.in_turn(act, what=what, look=look, on=on)

    def in_turn(self, act: Callable[[], Any], *, what: str, look: Callable[[], Any], on: Any = None) -> Any:
        """Act once; while `on`, a machine, is busy with a task of anybody's, that is let end first."""
        for _ in range(TURNS if on is not None else 0):
            try:
                return settle(act, look)
            except LabError as error:
                if error.code != "vsphere.busy":
                    raise
            await_tasks_of(self, on, what=what)
            if (found := look()) is not None:
                return found
        return settle(act, look)

    def is_busy(self, seen: SeenMachine) -> bool:
        """Whether a task of anybody's waits or runs on this machine now."""
        return bool(tasks_of(self, seen.ref, what=seen.name))

    def known(self, machine: Machine) -> SeenMachine:
        """The machine as last seen or made by this process, checked to be ours.

        Raises:
            LabError: vsphere.no_machine, or vsphere.not_ours naming what carries its uuid.
        """
        seen = self.inventory.with_uuid(machine.owner.instance_uuid) or self.find(machine.owner)
        return self._ours(seen, machine)

    def fresh(self, machine: Machine) -> SeenMachine:
        """The machine, read again now and checked to be ours."""
        seen = self.inventory.with_uuid(machine.owner.instance_uuid)
        if seen is not None:
            try:
                return self._ours(self.again(seen), machine)
            except LabError as error:
                if error.code not in {"vsphere.gone", "vsphere.no_machine"}:
                    raise
                self.inventory.forget(seen.moref)
        return self._ours(self.find(machine.owner), machine)

    def again(self, seen: SeenMachine) -> SeenMachine | None:
        """One machine read again; the inventory follows."""
        found = self._read(seen.ref, seen.datacenter)
        if found is not None:
            self.inventory.note(found)
        return found

    def _read(self, ref: Any, datacenter: str) -> SeenMachine | None:
        found = read_machine(self.session, ref, datacenter)
        return None if found is None else self.writer.shown(found)

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

    def find(self, owner: Owner) -> SeenMachine | None:
        """Ask the server for the owner's instanceUuid; vsphere.two_machines when several carry it."""
        uuid = owner.instance_uuid
        index = self.session.content.searchIndex
        hits = self.session.read(
            lambda: index.FindAllByUuid(uuid=uuid, vmSearch=True, instanceUuid=True), what=owner.machine
        )
        seen = [found for hit in hits or () if (found := self._read(hit, "")) is not None]
        if len(seen) > 1:
            raise LabError("vsphere.two_machines", machines=", ".join(m.vmx_path for m in seen))
        return seen[0] if seen else None

    def find_folder(self, parent: Any, name: str) -> Any:
        """An inventory folder by name, asked for now; None when there is none."""
        index = self.session.content.searchIndex
        return self.session.read(lambda: index.FindChild(parent, name), what=name)

    def children(self, folder: Any) -> list[Any]:
        """What is in an inventory folder now."""
        found = self.session.retrieve([folder], {vim.Folder: ["childEntity"]}, what="childEntity")
        return list(found.get(folder, {}).get("childEntity") or ())

    @cached_property
    def identity(self) -> str:
        """What the server calls itself; empty when it says nothing of use."""
        return identity_of(self.session, self.inventory)

    @cached_property
    def licence(self) -> Licence:
        """What the server's licence lets a program do."""
        return licence_of(self.session)

    @cached_property
    def write_path(self) -> WritePath:
        """How the server is changed: as the spec says, else by its API, unless the licence shuts that."""
        writes = self.session.server.writes
        if writes == "auto":
            shut = self._open_shell is not None and self.licence.standing == "read-only"
            return "ssh" if shut else "api"
        return writes

    @cached_property
    def writer(self) -> Writer:
        """What changes the server."""
        if self.write_path == "ssh" and self._open_shell is not None:
            return self._open_shell(self)
        return ApiWriter(self)

    def now(self) -> datetime:
        """The server's own time: asked for once, then reckoned on from there."""
        asked_at, told = self._told_time
        return told + timedelta(seconds=time.time() - asked_at)

    @cached_property
    def _told_time(self) -> tuple[float, datetime]:
        told = self.session.read(self.session.service.CurrentTime, what="CurrentTime")
        if told.year not in YEARS:  # not to be reckoned with: datetime ends at 9999, and begins at 1
            host = self.session.server.host
            raise LabError("vsphere.bad_time", where=host, host=host, year=told.year)
        return time.time(), told.astimezone(UTC)

    def close(self) -> None:
        """Log out; the view goes with the session."""
        self.waiter.close()
        if "writer" in vars(self):
            self.writer.close()
        self.session.close()

    def _ours(self, seen: SeenMachine | None, machine: Machine) -> SeenMachine:
        if seen is None:
            raise LabError("vsphere.no_machine", name=machine.name)
        if not is_ours(seen, machine):
            raise LabError("vsphere.not_ours", name=seen.name, path=seen.vmx_path, moref=seen.moref)
        return seen
