"""One connected server, by whatever road: questions, its files, and the inventory as this process knows it.

How a question is asked is the road's own: by the API (api_connection.py), or by the host's own shell
(esxi/connection.py). Who looks and who judges does not know which it is.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.faults import settle
from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.lab.ownership import is_ours

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from esxlab.backends.vsphere.asked import Drives, Memory, Pending, Uplinks, Wiring
    from esxlab.backends.vsphere.group_folders import GroupFolder
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.licence import Licence
    from esxlab.backends.vsphere.seen import Place, SeenHost, SeenMachine
    from esxlab.backends.vsphere.store import Browser, Store
    from esxlab.backends.vsphere.writer import WritePath, Writer
    from esxlab.lab.identity import Owner
    from esxlab.lab.machine import Machine, Server, Site

OpenShell = Callable[["Connection"], "Writer"]
"""What makes the writer that goes over the server's shell."""
TURNS = 5
"""How often a change waits for its turn at a machine that is busy with another."""
YEARS = range(1970, 2200)


class Connection(ABC):
    """What the verbs of one server share. `named`: as the spec names it."""

    def __init__(self, named: Server, *, deadline_s: float) -> None:
        self.named = named
        self.deadline_s = deadline_s
        self.trouble: LabError | None = None  # why what only the writer knows could not be read
        self.seen_roots: dict[Store, set[str]] = {}  # since the last look, as are the group folders
        self.seen_group_folders: dict[tuple[Store, str], GroupFolder] = {}
        self._lock = threading.Lock()
        self._inventory: Inventory | None = None

    # what a road says

    files: Browser

    @property
    @abstractmethod
    def is_vcenter(self) -> bool:
        """Else it is a lone ESXi host."""

    @property
    @abstractmethod
    def product(self) -> str:
        """VMware ESXi 8.0.3 build-24677879."""

    @property
    @abstractmethod
    def identity(self) -> str:
        """What the server calls itself; empty when it says nothing of use."""

    @property
    @abstractmethod
    def licence(self) -> Licence:
        """What the server's licence lets a program do."""

    @property
    @abstractmethod
    def write_path(self) -> WritePath:
        """How the server is changed."""

    @property
    @abstractmethod
    def writer(self) -> Writer:
        """What changes the server."""

    @abstractmethod
    def _read_inventory(self) -> Inventory:
        """Everything, read now; the lock is held."""

    @abstractmethod
    def _machine(self, seen: SeenMachine) -> SeenMachine | None:
        """One machine, read now; None while the server has nothing to say of its configuration."""

    @abstractmethod
    def _with_uuid(self, owner: Owner) -> Sequence[SeenMachine]:
        """The machines with the owner's instanceUuid, asked for now."""

    @abstractmethod
    def _current_time(self) -> datetime:
        """The server's clock, read now."""

    @abstractmethod
    def card_keys(self, seen: SeenMachine) -> Mapping[str, int]:
        """MAC (small letters) -> the device's key."""

    @abstractmethod
    def live(self, seen: SeenMachine) -> Mapping[str, Any]:
        """A machine's tasks.MACHINE_PATHS, read now. LabError vsphere.gone, vsphere.no_machine."""

    @abstractmethod
    def await_machine(
        self, seen: SeenMachine, answer: Callable[[Mapping[str, Any]], Any], *, limit_s: float
    ) -> Any:
        """The first answer that is not None, from what `live` says; LabError vsphere.timed_out."""

    @abstractmethod
    def extra_config(self, seen: SeenMachine) -> dict[str, str]:
        """A machine's extraConfig, read now."""

    @abstractmethod
    def pending(self, *, files: bool) -> Iterable[Pending]:
        """What waits or runs now and is not this process's own: tasks, copies.

        Without `files` nobody needs those of no machine that make files or machines.
        """

    @abstractmethod
    def tasks_of(self, seen: SeenMachine) -> Sequence[Any]:
        """The tasks of one machine, anybody's, that wait or run now."""

    @abstractmethod
    def await_task(self, task: Any, *, what: str) -> None:
        """Until it has ended, however. LabError vsphere.timed_out, vsphere.cancelled; out of reach."""

    @abstractmethod
    def wiring(self, place: Place) -> Wiring:
        """The host's port groups and adapters, read now."""

    @abstractmethod
    def users(self, place: Place, name: str) -> list[str]:
        """Names of the host's machines with a card on this port group, powered on or not, read now."""

    @abstractmethod
    def uplinks(self, hosts: Sequence[SeenHost]) -> Mapping[str, Uplinks]:
        """By the host's name, how its vSwitches reach the wire; a road that cannot tell leaves it out."""

    @abstractmethod
    def overheard(self, host: SeenHost, devices: Sequence[str]) -> frozenset[int]:
        """The VLANs whose frames have been seen on these cards; 0: untagged."""

    @abstractmethod
    def memory(self, hosts: Sequence[SeenHost]) -> Mapping[str, Memory]:
        """By the host's name; one that does not tell is left out."""

    @abstractmethod
    def drives(self, seen: SeenMachine) -> Drives:
        """What of a model's devices and Tools makes copies awkward."""

    @abstractmethod
    def granted(self, objects: Sequence[Any], names: Sequence[str]) -> set[tuple[str, str]]:
        """(an object's id, privilege) of those that the account has."""

    @abstractmethod
    def remove_inventory_folder(self, root: Any, name: str) -> None:
        """Of a vCenter: a folder of machines that is empty; nothing where there is none."""

    @abstractmethod
    def close(self) -> None:
        """Hang up."""

    # what all of them share

    def look(self) -> Inventory:
        """Read everything again."""
        with self._lock:
            self.seen_roots, self.seen_group_folders = {}, {}
            self._inventory = self._read_inventory()
            answer = attempt(partial(self.writer.looked, self._inventory))
            self.trouble = answer if isinstance(answer, LabError) else None
            return self._inventory

    def as_looked(self) -> Connection:
        """The same server, for who judges what `look` has just seen: a road may know files from then."""
        return self

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

    def in_turn(
        self,
        act: Callable[[], Any],
        *,
        what: str,
        look: Callable[[], Any],
        on: SeenMachine | None = None,
    ) -> Any:
        """Act once; while `on`, a machine, is busy with a task of anybody's, that is let end first."""
        for _ in range(TURNS if on is not None else 0):
            try:
                return settle(act, look)
            except LabError as error:
                if error.code != "vsphere.busy":
                    raise
            for task in self.tasks_of(on) if on is not None else ():
                self.await_task(task, what=what)
            if (found := look()) is not None:
                return found
        return settle(act, look)

    def is_busy(self, seen: SeenMachine) -> bool:
        """Whether a task of anybody's waits or runs on this machine now."""
        return bool(self.tasks_of(seen))

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
        found = self._machine(seen)
        if found is None:
            return None
        shown = self.writer.shown(found)
        if shown.moref != seen.moref:
            self.inventory.forget(seen.moref)
        self.inventory.note(shown)
        return shown

    def find(self, owner: Owner) -> SeenMachine | None:
        """Ask the server for the owner's instanceUuid; vsphere.two_machines when several carry it."""
        seen = [self.writer.shown(found) for found in self._with_uuid(owner)]
        if len(seen) > 1:
            raise LabError("vsphere.two_machines", machines=", ".join(m.vmx_path for m in seen))
        return seen[0] if seen else None

    def now(self) -> datetime:
        """The server's own time: asked for once, then reckoned on from there."""
        asked_at, told = self._told_time
        return told + timedelta(seconds=time.time() - asked_at)

    @cached_property
    def _told_time(self) -> tuple[float, datetime]:
        told = self._current_time()
        if told.year not in YEARS:  # not to be reckoned with: datetime ends at 9999, and begins at 1
            host = self.named.host
            raise LabError("vsphere.bad_time", where=host, host=host, year=told.year)
        return time.time(), told.astimezone(UTC)

    def _ours(self, seen: SeenMachine | None, machine: Machine) -> SeenMachine:
        if seen is None:
            raise LabError("vsphere.no_machine", name=machine.name)
        if not is_ours(seen, machine):
            raise LabError("vsphere.not_ours", name=seen.name, path=seen.vmx_path, moref=seen.moref)
        return seen
