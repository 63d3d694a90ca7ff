"""The vSphere in memory: its virtual machines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.lab.machine import RESIZABLE
from esxlab.lab.ownership import is_ours
from esxlab.lab.password import password_at_birth
from tests.memory.acting import Acting
from tests.memory.world import Directory, Vm

if TYPE_CHECKING:
    from esxlab.lab.machine import Machine, Site


class MemoryMachines(Acting):
    """The protocol `Machines`."""

    __slots__ = ()

    def create_machine(self, site: Site, machine: Machine) -> None:
        """Register the machine on its disk; with method clone, make disk and folder as well."""
        with self._acting("create_machine", machine.owner, machine.name, site):
            seen = self.world.with_uuid(site.server.host, machine.owner.instance_uuid)
            if seen is not None:
                if not is_ours(seen, machine):
                    raise LabError("vsphere.name_taken", name=machine.name, path=machine.vmx_path)
                return
            if site.method != "copy":
                key = (site.server.host, machine.datastore, machine.folder)
                self.world.directories[key] = Directory(machine.owner, "complete", whole=True)
            elif self._owned(site, machine).disk == "absent":
                raise LabError("vsphere.file_missing", what=machine.disk_path)
            self._complete(site, machine)
            first, *others = machine.first_nics
            for network in (site.staging, *(nic.network for nic in others)):
                self._check_network(site, network)
            self._count += 1
            vm = Vm(
                moref=f"vm-{self._count}",
                server=site.server.host,
                host=site.esxi,
                name=machine.name,
                datastore=machine.datastore,
                folder=machine.folder,
                marks=machine.owner,
                uuid=machine.owner.instance_uuid,
                inventory_folder=""
                if site.server.host in self.world.lone_esxi
                else machine.owner.group.folder_name,
                hardware=machine.hardware,
                nics=(
                    (first.mac, site.staging, True),
                    *((nic.mac, nic.network, nic.connected) for nic in others),
                ),
                disks=(machine.disk_path,),
                password=password_at_birth(machine.password.settled),
            )
            self.world.machines[vm.moref] = vm

    def add_nic(self, site: Site, machine: Machine, role: str) -> None:
        """One more card."""
        with self._acting("add_nic", machine.owner, role, site):
            nic = machine.nic(role)
            if nic is None:
                raise LabError("vsphere.no_such_card", role=role, name=machine.name)
            vm = self._ours(site, machine)
            if nic.mac not in {mac for mac, _, _ in vm.nics}:
                self._check_network(site, nic.network)
                self._put(replace(vm, nics=(*vm.nics, (nic.mac, nic.network, nic.connected))))

    def reconfigure_machine(self, site: Site, machine: Machine) -> None:
        """Every card to its network, config digest and host key."""
        with self._acting("reconfigure_machine", machine.owner, machine.name, site):
            vm = self._ours(site, machine)
            cards = {mac: (mac, network, connected) for mac, network, connected in vm.nics}
            for nic in machine.nics:
                if nic.mac not in cards:
                    raise LabError("vsphere.no_such_card", role=nic.role, name=machine.name)
                self._check_network(site, nic.network)
                cards[nic.mac] = (nic.mac, nic.network, nic.connected)
            digest_boot = vm.boot if vm.powered_on else 0
            changed = replace(
                vm, nics=tuple(cards.values()), config_digest=machine.config_digest, digest_boot=digest_boot
            )
            self._put(replace(changed, host_keys=machine.host_keys, password=machine.password))

    def set_nic_connected(self, site: Site, machine: Machine, role: str, *, connected: bool) -> None:
        """One card's cable."""
        with self._acting("set_nic_connected", machine.owner, role, site):
            vm, nic = self._ours(site, machine), machine.nic(role)
            if nic is None or nic.mac not in {mac for mac, _, _ in vm.nics}:
                raise LabError("vsphere.no_such_card", role=role, name=machine.name)
            cards = tuple(
                (mac, network, connected if mac == nic.mac else there) for mac, network, there in vm.nics
            )
            self._put(replace(vm, nics=cards))

    def set_hardware(self, site: Site, machine: Machine) -> None:
        """What the spec says of a machine that is off."""
        with self._acting("set_hardware", machine.owner, machine.name, site):
            vm = self._ours(site, machine)
            if vm.powered_on or vm.suspended or vm.hardware is None:
                raise LabError("vsphere.power_state", what=machine.name)
            said = machine.hardware.changed(vm.hardware, RESIZABLE)
            values: dict[str, Any] = {name: wanted for name, (_, wanted) in said.items()}
            self._put(replace(vm, hardware=replace(vm.hardware, **values)))

    def power_on(self, site: Site, machine: Machine) -> None:
        """Power on; each power-on is another boot."""
        with self._acting("power_on", machine.owner, machine.name, site):
            vm = self._ours(site, machine)
            if not vm.powered_on:
                self._put(replace(vm, powered_on=True, suspended=False, boot=vm.boot + 1))

    def power_off(self, site: Site, machine: Machine, *, gently_s: float = 30.0) -> None:
        """Power off; gently, its guest is told first, and goes on with it when nobody waits for it."""
        with self._acting("power_off", machine.owner, machine.name, site):
            if gently_s and self._ours(site, machine).powered_on:
                self._put(replace(self._ours(site, machine), going_down=True))
                self._maybe_fail("power_off", machine.owner)
            self._put(replace(self._ours(site, machine), powered_on=False, going_down=False))

    def suspend(self, site: Site, machine: Machine) -> None:
        """Asleep, if it was on."""
        with self._acting("suspend", machine.owner, machine.name, site):
            vm = self._ours(site, machine)
            if vm.powered_on:
                self._put(replace(vm, powered_on=False, suspended=True))

    def take_picture(self, site: Site, machine: Machine) -> bytes:
        """A black one."""
        with self._acting("take_picture", machine.owner, machine.name, site):
            if not self._ours(site, machine).powered_on:
                raise LabError("vsphere.off", name=machine.name)
            return b"\x89PNG\r\n\x1a\n"

    def console_address(self, site: Site, machine: Machine) -> str:
        """A host client's."""
        return f"https://{site.server.host}/ui/#/console/{self._ours(site, machine).moref}"

    def destroy_machine(self, site: Site, machine: Machine) -> None:
        """Its own disks go with it; its folder and the owner file stay, as on a real server."""
        with self._acting("destroy_machine", machine.owner, machine.name, site):
            if self.world.with_uuid(site.server.host, machine.owner.instance_uuid) is None:
                return
            vm = self._ours(site, machine)
            if vm.powered_on:
                raise LabError("vsphere.power_state", what=machine.name)
            del self.world.machines[vm.moref]
            key = (site.server.host, machine.datastore, machine.folder)
            if key in self.world.directories:
                directory = self.world.directories[key]
                self.world.directories[key] = replace(directory, disk="absent", whole=False)
