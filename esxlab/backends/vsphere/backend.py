"""vSphere over SOAP as the VSphere protocol: each vCenter or lone ESXi is connected when first needed."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from esxlab.backends.vsphere import (
    address,
    folders,
    leftovers,
    locks,
    machines,
    networks,
    new_machine,
    power,
    screenshot,
    survey,
)
from esxlab.backends.vsphere.all_records import find_all_records
from esxlab.backends.vsphere.examine import examine, find_lacking
from esxlab.backends.vsphere.group_folders import SERVER_IS_LOST
from esxlab.backends.vsphere.in_flight import await_rest
from esxlab.backends.vsphere.limits import LIMITS
from esxlab.backends.vsphere.servers import Servers, by_server
from esxlab.backends.vsphere.session import PATIENCE_S
from esxlab.bugs import attempt, failure_of
from esxlab.errors import LabError
from esxlab.lab.finding import Finding
from esxlab.lab.provenance import Author

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.backends.credentials import Credentials
    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.model_protocol import ModelPlace
    from esxlab.backends.vsphere.limits import Limits
    from esxlab.backends.vsphere.writer import Shells
    from esxlab.backends.vsphere_protocol import Leftovers, Records
    from esxlab.lab.identity import GroupId, Owner
    from esxlab.lab.in_flight import InFlight
    from esxlab.lab.lab import Lab
    from esxlab.lab.lock import LockClaim, LockHolder
    from esxlab.lab.machine import Folder, Machine, PortGroup, Server, Site
    from esxlab.lab.model_build import WantedModel
    from esxlab.lab.record import GroupRecord


class PyVmomiVSphere:
    """The VSphere protocol on pyVmomi.

    Args:
        endpoints: where servers are dialled, and the certificates that they have to show.
        credentials: where the password comes from; asked once, tried once for each server.
        workers: how many threads will call at the same time.
        deadline_s: how long a task may stand still.
        on_progress: called with (group, machine, 0 to 1) while a disk is copied, from the waiter's thread.
        patience_s: how long questions are repeated while a server that was reached is out of reach.
        limits: of every exchange with a server.
        author: who signs the records; asked for at the first of them.
        cancelled: when set, everybody who waits gets LabError vsphere.cancelled.
        shells: the way to change hosts whose API only reads; None: there is none.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        credentials: Credentials,
        *,
        workers: int = 32,
        deadline_s: float = 600,
        patience_s: float = PATIENCE_S,
        limits: Limits = LIMITS,
        on_progress: Callable[[GroupId, str, float], None] | None = None,
        author: Callable[[], Author] = Author,
        cancelled: threading.Event | None = None,
        shells: Shells | None = None,
    ) -> None:
        self._loopback = endpoints.guests_on_loopback
        self._on_progress = on_progress
        self._author = author
        self._servers = Servers(
            endpoints=endpoints,
            credentials=credentials,
            workers=workers,
            deadline_s=deadline_s,
            patience_s=patience_s,
            limits=limits,
            cancelled=cancelled or threading.Event(),
            shells=shells,
        )
        self._server = self._servers.connection

    def observe(self, wanted: Sequence[Lab]) -> dict[GroupId, Lab]:
        """Found labs; servers are read side by side, one that fails is a problem of its own groups only."""
        parts = self._servers.ask_each(wanted, self._observe_server)
        found = {group: lab for part in parts for group, lab in part.items()}
        return {lab.group: found[lab.group] for lab in wanted}

    def await_rest(
        self, labs: Sequence[Lab], unfinished: AbstractSet[GroupId], *, tell: Callable[[InFlight], None]
    ) -> dict[GroupId, LabError | None]:
        """One read of each server's recent tasks, and the machines as last seen."""
        waited: dict[GroupId, LabError | None] = {}
        for server, theirs in by_server([lab for lab in labs if lab.seen]).items():
            try:
                waited |= await_rest(self._server(server), theirs, unfinished, tell)
            except LabError as error:
                waited |= {lab.group: error.at(server.host) for lab in theirs}
        return waited

    def find_class(self, server: Server, class_name: str) -> Leftovers:
        """What carries marks of the class on this server."""
        return leftovers.find_class(self._server(server), class_name)

    def find_records(
        self,
        server: Server,
        class_name: str,
        *,
        groups: AbstractSet[GroupId] | None = None,
        again: bool = True,
    ) -> Records:
        """The folders of the class, and whose machines the last look has seen."""
        return leftovers.find_records(self._server(server), class_name, groups=groups, again=again)

    def find_all_records(self, server: Server) -> tuple[GroupRecord, ...]:
        """The records in the folders of all classes, on all datastores that can be read."""
        return find_all_records(self._server(server))

    def examine(self, wanted: Sequence[Lab]) -> tuple[Finding, ...]:
        """Side by side; one that fails is a finding, and the others are looked at."""
        ask = partial(self._examine_server, alone=len(by_server(wanted)) == 1)
        parts = self._servers.ask_each(wanted, ask)
        return tuple(finding for part in parts for finding in part)

    def find_lacking(self, wanted: Sequence[Lab]) -> dict[GroupId, tuple[LabError, ...]]:
        """HasPrivilegeOnEntities, once for each server; one that cannot answer is no obstacle here."""
        lacking: dict[GroupId, tuple[LabError, ...]] = {}
        for server, labs in by_server(wanted).items():
            answer = attempt(partial(self._find_lacking, server, labs))
            lacking |= {} if isinstance(answer, LabError) else answer
        return lacking

    def _find_lacking(self, server: Server, labs: list[Lab]) -> dict[GroupId, tuple[LabError, ...]]:
        return find_lacking(self._server(server), labs)

    def write_group_record(self, record: GroupRecord) -> None:
        """Group folder and record."""
        folders.write_group_record(self._server(record.site.server), record, self._author())

    def delete_group_record(self, record: GroupRecord) -> None:
        """Group folder and inventory folder."""
        folders.delete_group_record(self._server(record.site.server), record)

    def add_port_group(self, site: Site, port_group: PortGroup) -> None:
        """AddPortGroup."""
        networks.add(self._server(site.server), site, port_group)

    def remove_port_group(self, site: Site, port_group: PortGroup) -> None:
        """RemovePortGroup; vsphere.in_use, vsphere.foreign_port_group."""
        networks.remove(self._server(site.server), site, port_group)

    def make_folder(self, site: Site, folder: Folder) -> None:
        """MakeDirectory and owner file; with method clone the vCenter makes the folder itself."""
        if site.method == "copy":
            folders.make(self._server(site.server), site, folder)

    def copy_disk(self, site: Site, machine: Machine) -> None:
        """CopyVirtualDisk; with method clone there is nothing to copy beforehand."""

        def progress(done: float) -> None:
            if self._on_progress is not None:
                self._on_progress(machine.owner.group, machine.owner.machine, done)

        if site.method == "copy":
            folders.copy_disk(self._server(site.server), site, machine, progress=progress)

    def confirm_disk(self, site: Site, machine: Machine) -> None:
        """The owner file once more; with method clone the machine and its disk are made in one task."""
        if site.method == "copy":
            folders.sign(self._server(site.server), site, machine)

    def delete_disk(self, site: Site, machine: Machine) -> None:
        """Delete a half copy."""
        folders.delete_disk(self._server(site.server), site, machine)

    def create_machine(self, site: Site, machine: Machine) -> None:
        """CreateVM, or CloneVM and the owner file."""
        server = self._server(site.server)
        try:
            new_machine.create(server, site, machine)
        except LabError as refused:
            if refused.code not in SERVER_IS_LOST:
                attempt(partial(self.confirm_disk, site, machine))
            raise
        if site.method != "copy":
            folders.sign(server, site, machine)

    def add_nic(self, site: Site, machine: Machine, role: str) -> None:
        """ReconfigVM with one more card."""
        machines.add_nic(self._server(site.server), site, machine, role)

    def reconfigure_machine(self, site: Site, machine: Machine) -> None:
        """ReconfigVM with all cards and the config digest."""
        machines.reconfigure(self._server(site.server), site, machine)

    def set_nic_connected(self, site: Site, machine: Machine, role: str, *, connected: bool) -> None:
        """ReconfigVM with one card connected or not."""
        machines.set_nic_connected(self._server(site.server), machine, role, connected=connected)

    def set_hardware(self, site: Site, machine: Machine) -> None:
        """ReconfigVM with the sizes."""
        machines.set_hardware(self._server(site.server), machine)

    def model_place(self, wanted: WantedModel, lab: Lab) -> ModelPlace:
        """Where this model is built, on the server's write path."""
        place = self._server(wanted.site.server).writer.model_place(wanted, lab)
        self._servers.tell_shells((wanted.site.server,))
        return place

    def power_on(self, site: Site, machine: Machine) -> None:
        """PowerOnVM."""
        power.power_on(self._server(site.server), machine)

    def power_off(self, site: Site, machine: Machine, *, gently_s: float = 30.0) -> None:
        """ShutdownGuest, PowerOffVM."""
        power.power_off(self._server(site.server), machine, gently_s=gently_s)

    def suspend(self, site: Site, machine: Machine) -> None:
        """SuspendVM."""
        power.suspend(self._server(site.server), machine)

    def take_picture(self, site: Site, machine: Machine) -> bytes:
        """CreateScreenshot, then the file over https."""
        server = self._server(site.server)
        return screenshot.take_picture(server, server.fresh(machine), server.place(site))

    def console_address(self, site: Site, machine: Machine) -> str:
        """Nothing is asked for but the machine."""
        server = self._server(site.server)
        return screenshot.console_address(server, server.fresh(machine))

    def destroy_machine(self, site: Site, machine: Machine) -> None:
        """Destroy, after foreign disks were detached."""
        power.destroy(self._server(site.server), machine)

    def delete_folder(self, site: Site, folder: Folder) -> None:
        """DeleteDatastoreFile on a folder of ours."""
        folders.delete(self._server(site.server), site, folder)

    def await_address(self, site: Site, owner: Owner, *, timeout_s: float) -> tuple[str, int]:
        """The address that Tools report, and the SSH port; vsphere.no_address says which layer is missing."""
        server = self._server(site.server)
        return address.await_address(server, site, owner, timeout_s=timeout_s, loopback=self._loopback)

    def check_on(self, site: Site, owner: Owner, *, dialled: str = "", port: int = 0) -> None:
        """Few properties, read once."""
        server = self._server(site.server)
        address.check_on(server, site, owner, dialled=dialled, port=port, loopback=self._loopback)

    def lock(self, site: Site, name: str, claim: LockClaim) -> bool:
        """MakeDirectory and owner file."""
        return locks.lock(self._server(site.server), site, name, claim)

    def renew_lock(self, site: Site, name: str, claim: LockClaim) -> None:
        """New times in the owner file."""
        locks.renew(self._server(site.server), site, name, claim)

    def unlock(self, site: Site, name: str, claim: LockClaim | None, *, sure: bool = False) -> None:
        """DeleteDatastoreFile on the lock's folder."""
        locks.unlock(self._server(site.server), site, name, claim, sure=sure)

    def lock_holder(self, site: Site, name: str) -> LockHolder | None:
        """What the owner file says."""
        return locks.holder(self._server(site.server), site, name)

    def close(self) -> None:
        """Log out everywhere."""
        self._servers.close()

    def _examine_server(self, server: Server, labs: list[Lab], *, alone: bool) -> list[Finding]:
        findings: list[Finding] = []
        try:
            findings += examine(self._server(server), labs)
        except BaseException as error:  # noqa: BLE001 - the boundary of a server
            findings.append(Finding("server", server.host, failure_of(error, where=server.host)))
        return findings if alone else [finding.on(server.host) for finding in findings]

    def _observe_server(self, server: Server, wanted: list[Lab]) -> dict[GroupId, Lab]:
        try:
            return survey.observe(self._server(server), wanted)
        except BaseException as error:  # noqa: BLE001 - the boundary of a server
            failure = failure_of(error)
            return {lab.group: survey.nothing_but(lab, failure) for lab in wanted}
