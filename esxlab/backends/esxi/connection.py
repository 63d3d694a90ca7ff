"""A lone host whose API cannot be reached: looked at, as it is changed, by its own shell (`api: none`)."""

from __future__ import annotations

import time
from copy import copy
from datetime import UTC, datetime
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from esxlab.backends.esxi import asking, in_flight
from esxlab.backends.esxi.browser import LookedBrowser, ShellBrowser
from esxlab.backends.esxi.host_look import HostLook, read_look
from esxlab.backends.esxi.inventory import adapters_of, inventory_of, machines_of
from esxlab.backends.esxi.machine import card_keys, isos_at_power_on
from esxlab.backends.esxi.paths import spelled
from esxlab.backends.esxi.shown import within
from esxlab.backends.esxi.sidecar import SIDECAR_FILE, read_sidecar
from esxlab.backends.esxi.vmx import escaped, spaced_uuid
from esxlab.backends.esxi.writer import ShellWriter
from esxlab.backends.vsphere.asked import Drives, Memory, Wiring
from esxlab.backends.vsphere.connection import Connection
from esxlab.backends.vsphere.group_folders import WORN_OUT
from esxlab.backends.vsphere.licence import Licence
from esxlab.errors import LabError
from esxlab.foreign import visible
from esxlab.lab.inventory_names import plain_name
from esxlab.lab.licence import standing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from esxlab.backends.esxi.link import Link
    from esxlab.backends.esxi.sidecar import Sidecar
    from esxlab.backends.vsphere.asked import Pending, Uplinks
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.seen import Place, SeenHost, SeenMachine
    from esxlab.backends.vsphere.store import Browser
    from esxlab.backends.vsphere.writer import WritePath, Writer
    from esxlab.lab.identity import Owner
    from esxlab.lab.machine import Server

MIB = 1024**2
PAUSES_S = (0.5, 1.0, 2.0, 3.0)
"""Between two looks at a machine that is waited for; the last again and again. Each costs the host some
clients of hostd."""


class ShellConnection(Connection):
    """`Connection` on a host's shell."""

    def __init__(self, named: Server, link: Link, *, deadline_s: float) -> None:
        super().__init__(named, deadline_s=deadline_s)
        self._link = link
        self.files: Browser = ShellBrowser(link)
        self._writer = ShellWriter(self, link, asked=self._told_sidecars)
        self._last = HostLook()  # of the whole host

    is_vcenter = False

    def as_looked(self) -> Connection:
        """Its files as the one script of the look has told them."""
        view = copy(self)
        view.files = LookedBrowser(self._last, self.files)
        return view

    def _told_sidecars(self) -> dict[tuple[str, str], Sidecar]:
        if self._inventory is None:  # it is set before its own look asks for these
            self.look()
        return sidecars_of(self._last)

    def _read_inventory(self) -> Inventory:
        """One script for the whole host."""
        self._last = self._ask(asking.whole_look())
        return inventory_of(self._last)

    @property
    def product(self) -> str:
        """As the host's summary has it."""
        self.inventory  # noqa: B018 - looked at
        config = within(self._last.summary, "config", "product") or {}
        return str(config.get("fullName") or "VMware ESXi")

    @cached_property
    def identity(self) -> str:
        """The host's hardware has the name that the API would tell."""
        told = next((host.uuid for host in self.inventory.hosts.values()), "").lower()
        return "" if told in WORN_OUT else told

    @cached_property
    def licence(self) -> Licence:
        """The edition alone; the shell writes whatever it says."""
        edition = self._ask(asking.host_look("licence")).edition
        return Licence(standing_of(edition.split(", ") if edition else ()), visible(edition))

    write_path: WritePath = "ssh"

    @property
    def writer(self) -> Writer:
        """The same shell."""
        return self._writer

    def _current_time(self) -> datetime:
        return datetime.fromtimestamp(self._ask(asking.host_look("time")).time_s, UTC)

    def _machine(self, seen: SeenMachine) -> SeenMachine | None:
        """By its file, for numbers change; LabError vsphere.gone."""
        found = self._machines(asking.with_path(self._spelled(seen)))
        if not found:
            raise LabError("vsphere.gone", what=seen.name, detail=seen.vmx_path)
        return found[0]

    def _with_uuid(self, owner: Owner) -> Sequence[SeenMachine]:
        uuid = owner.instance_uuid
        found = self._machines(asking.with_uuid(spaced_uuid(uuid)))
        return [machine for machine in found if machine.uuid == uuid]

    def _machines(self, wanted: str) -> list[SeenMachine]:
        """Those whose files were told; the sidecars of them are known from now on."""
        look = self._ask(asking.machines_look(wanted))
        look.volumes = self._last.volumes
        self._writer.learn(sidecars_of(look))
        return [machine for machine in machines_of(look) if machine.version]

    def _spelled(self, seen: SeenMachine) -> str:
        return spelled(self._writer.store_of(seen), seen.vmx_path)

    def card_keys(self, seen: SeenMachine) -> Mapping[str, int]:
        """From its configuration file."""
        return card_keys(self._vmx(seen))

    def _vmx(self, seen: SeenMachine) -> str:
        look = self._ask(asking.machines_look(asking.with_path(self._spelled(seen))))
        return next(iter(look.vmx.values()), "")

    def live(self, seen: SeenMachine) -> Mapping[str, Any]:
        """RuntimeInfo and GuestInfo."""
        look = self._ask(asking.machines_look(asking.with_path(self._spelled(seen))))
        number = next(iter(look.numbers.values()), "")
        if not number:
            raise LabError("vsphere.gone", what=seen.name, detail=seen.vmx_path)
        guest = look.states.get(("get.guest", number), {})
        nets = [nic for nic in guest.get("net") or () if isinstance(nic, dict)]
        return {
            "runtime.powerState": look.states.get(("get.runtime", number), {}).get("powerState"),
            "guest.toolsRunningStatus": guest.get("toolsRunningStatus"),
            "guest.guestState": guest.get("guestState"),
            "guest.net": [
                SimpleNamespace(macAddress=nic.get("macAddress"), ipAddress=nic.get("ipAddress"))
                for nic in nets
            ],
        }

    def await_machine(
        self, seen: SeenMachine, answer: Callable[[Mapping[str, Any]], Any], *, limit_s: float
    ) -> Any:
        """Looked at again and again."""
        for _ in self._pauses(limit_s, seen.name):
            if (found := answer(self.live(seen))) is not None:
                return found
        return None

    def _pauses(self, limit_s: float, what: str) -> Iterator[None]:
        """Between two looks. LabError vsphere.timed_out, vsphere.cancelled instead of an end."""
        deadline, pauses = time.monotonic() + limit_s, iter(PAUSES_S)
        while True:
            yield
            pause_s = min(next(pauses, PAUSES_S[-1]), deadline - time.monotonic())
            if pause_s <= 0:
                raise LabError("vsphere.timed_out", what=what)
            if self._link.cancelled.wait(pause_s):
                raise LabError("vsphere.cancelled", what=what)

    def extra_config(self, seen: SeenMachine) -> dict[str, str]:
        """From its configuration file."""
        found = self._machine(seen)
        return dict(found.extra) if found else {}

    def pending(self, *, files: bool) -> Iterable[Pending]:
        """Tasks of the last look's list that still run, and copies that it has seen."""
        tasks = in_flight.asked_about(self._last, files=files)
        states = self._ask(in_flight.state_look(tasks)) if tasks else HostLook()
        return list(in_flight.pending_in(self._last, tasks, states))

    def tasks_of(self, seen: SeenMachine) -> Sequence[in_flight.Going]:
        """Its own list."""
        states = self._ask(in_flight.machine_look(seen.moref))
        tasks = in_flight.tasks_in(" ".join(states.task_states))
        return [task for task in tasks if in_flight.goes_on(states, task)]

    def await_task(self, task: in_flight.Going, *, what: str) -> None:
        """Asked about again and again."""
        if isinstance(task, in_flight.Copy):
            script, limit_s = asking.host_look("copies"), self._link.limits.copy_s
        else:
            script, limit_s = in_flight.state_look([task]), self.deadline_s
        for _ in self._pauses(limit_s, what):
            if not in_flight.goes_on(self._ask(script), task):
                return

    def wiring(self, place: Place) -> Wiring:
        """Port groups, and the host's own adapters."""
        del place
        look = self._ask(asking.host_look("groups", "adapters"))
        host = next(iter(inventory_of(look).hosts.values()))
        return Wiring(host.port_groups, adapters_of(look))

    def users(self, place: Place, name: str) -> list[str]:
        """By the machines' configuration files."""
        del place
        look = self._ask(asking.machines_look(asking.with_words(escaped(name))))
        return sorted(
            machine.name
            for machine in machines_of(look)
            if any(nic.network == plain_name(name) for nic in machine.nics)
        )

    def uplinks(self, hosts: Sequence[SeenHost]) -> Mapping[str, Uplinks]:
        """Not told: what a host without an answer says of its physical cards was not recorded anywhere."""
        del hosts
        return {}

    def overheard(self, host: SeenHost, devices: Sequence[str]) -> frozenset[int]:
        """As above."""
        del host, devices
        return frozenset()

    def memory(self, hosts: Sequence[SeenHost]) -> Mapping[str, Memory]:
        """As the last look's summary has it."""
        size = within(self._last.summary, "hardware", "memorySize")
        used = within(self._last.summary, "quickStats", "overallMemoryUsage")
        if not isinstance(size, int):
            return {}
        return {host.name: Memory(size // MIB, used if isinstance(used, int) else 0) for host in hosts}

    def drives(self, seen: SeenMachine) -> Drives:
        """Its file, and what hostd remembers of its Tools."""
        guest = self._ask(asking.guest_look(seen.moref)).states.get(("get.guest", seen.moref), {})
        absent = guest.get("toolsVersionStatus2") == "guestToolsNotInstalled"
        return Drives(absent, isos_at_power_on(self._vmx(seen)))

    def granted(self, objects: Sequence[Any], names: Sequence[str]) -> set[tuple[str, str]]:
        """All: "only the Administrator role has shell access" (esxi-ssh.md)."""
        return {(str(ref._GetMoId()), name) for ref in objects for name in names}  # noqa: SLF001 - no public name

    def remove_inventory_folder(self, root: Any, name: str) -> None:
        """A lone host has none."""

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    def _ask(self, script: str) -> HostLook:
        return read_look(self._link.read(script, what=self.named.host), what=self.named.host)


def sidecars_of(look: HostLook) -> dict[tuple[str, str], Sidecar]:
    """By datastore and folder."""
    return {
        (plain_name(store), inside.rpartition("/")[0]): read_sidecar(content)
        for (store, inside), content in look.files.items()
        if inside.endswith(f"/{SIDECAR_FILE}")
    }
