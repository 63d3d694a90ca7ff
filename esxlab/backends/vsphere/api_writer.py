"""Changes a server by its API: port groups, machines, and by `ApiFiles` what lies on datastores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.api_files import ApiFiles
from esxlab.backends.vsphere.api_machines import make, reconfigure
from esxlab.backends.vsphere.devices import DEVICE, detached
from esxlab.backends.vsphere.faults import settle
from esxlab.backends.vsphere.reading import read_machine
from esxlab.backends.vsphere.store import plain_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from esxlab.backends.model_protocol import ModelPlace
    from esxlab.backends.vsphere.api_connection import ApiConnection
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.seen import Place, SeenMachine
    from esxlab.backends.vsphere.writer import Change, NewMachine
    from esxlab.errors import LabError
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine, PortGroup
    from esxlab.lab.model_build import WantedModel


class ApiWriter(ApiFiles):
    """The protocol `Writer` on vSphere's API: every change is one call, most of them a task."""

    adds_vlan_later = False

    def __init__(self, server: ApiConnection) -> None:
        super().__init__(server.session, server.waiter, server.files)
        self._server = server

    def model_place(self, wanted: WantedModel, lab: Lab) -> ModelPlace:
        """By the API."""
        from esxlab.backends.vsphere.api_model import ApiModelPlace  # noqa: PLC0415 - only to build one

        return ApiModelPlace(self._server, wanted, lab)

    def close(self) -> None:
        """The session is the connection's."""

    def doubts(self) -> Iterable[LabError]:
        """None: what an account may not do is asked for by name."""
        return ()

    def looked(self, inventory: Inventory) -> None:
        """The API shows all that was changed by it."""

    def shown(self, seen: SeenMachine) -> SeenMachine:
        """As it is."""
        return seen

    def add_port_group(self, place: Place, port_group: PortGroup) -> None:
        """AddPortGroup."""
        spec = _port_group_spec(port_group)
        system = place.host.network_system
        self._server.session.change(lambda: system.AddPortGroup(portgrp=spec), what=port_group.name)

    def set_vlan(self, place: Place, port_group: PortGroup) -> None:
        """UpdatePortGroup."""
        system, spec = place.host.network_system, _port_group_spec(port_group)
        self._server.session.change(
            lambda: system.UpdatePortGroup(pgName=port_group.name, portgrp=spec), what=port_group.name
        )

    def remove_port_group(self, place: Place, port_group: PortGroup) -> None:
        """RemovePortGroup."""
        system = place.host.network_system
        self._server.session.change(
            lambda: system.RemovePortGroup(pgName=port_group.name), what=port_group.name
        )

    def create(self, new: NewMachine, *, look: Callable[[], Any]) -> SeenMachine:
        """CreateVM on the existing disk, or CloneVM."""
        return make(self._server, new, look=look)

    def reconfigure(
        self, machine: Machine, seen: SeenMachine, change: Change, *, look: Callable[[], Any]
    ) -> None:
        """ReconfigVM."""
        reconfigure(self._server, machine, seen, change, look=look)

    def power_on(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """PowerOnVM."""
        self._server.run(seen.ref.PowerOnVM_Task, what=machine.name, look=look, on=seen)

    def power_off(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """PowerOffVM."""
        self._server.run(seen.ref.PowerOffVM_Task, what=machine.name, look=look, on=seen)

    def shut_down(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """ShutdownGuest, which is no task."""
        change = self._server.session.change
        settle(lambda: change(lambda: seen.ref.ShutdownGuest() or True, what=machine.name), look)

    def suspend(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """SuspendVM."""
        self._server.run(seen.ref.SuspendVM_Task, what=machine.name, look=look, on=seen)

    def destroy(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """Detach what is not in the machine's own folder, then Destroy, which deletes every attached disk."""
        own = f"[{machine.datastore}] {machine.folder}/"
        if foreign := {path for path in seen.disks if not path.startswith(own)}:
            self._detach(seen, foreign)
        self._server.run(seen.ref.Destroy_Task, what=machine.name, look=look, on=seen)

    def _detach(self, seen: SeenMachine, paths: set[str]) -> None:
        server = self._server
        devices = server.hardware(seen).device
        disks = [
            d
            for d in devices
            if isinstance(d, DEVICE.VirtualDisk) and plain_path(d.backing.fileName) in paths
        ]
        spec = vim.vm.ConfigSpec(deviceChange=[detached(disk) for disk in disks])

        def look() -> bool | None:
            again = read_machine(server.session, seen.ref, seen.datacenter)
            return True if again is None or not paths & set(again.disks) else None

        server.run(lambda: seen.ref.ReconfigVM_Task(spec), what=seen.name, look=look, on=seen)


def _port_group_spec(port_group: PortGroup) -> Any:
    return vim.host.PortGroup.Specification(
        name=port_group.name,
        vlanId=port_group.vlan,
        vswitchName=port_group.vswitch,
        policy=vim.host.NetworkPolicy(),
    )
