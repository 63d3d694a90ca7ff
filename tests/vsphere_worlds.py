"""A vSphere that the contract tests can also disturb: in memory, or vcsim behind the proxy."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoint
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.lab import Lab
from esxlab.lab.machine import Folder, Hardware, Machine, Nic, PortGroup, Server, Site
from esxlab.lab.record import GroupRecord
from esxlab.sim.access import SchoolEndpoints
from tests.memory.vsphere import MemoryVSphere
from tests.memory.world import Directory, Vm

SERVERS = {"srvweb1": ("inside",), "srvweb2": ("inside",), "repartiteur1": ("outside", "inside")}
CARDS = {**SERVERS, "ClientA": ("management", "lab")}
ADDED = {("repartiteur1", "inside")}


def wanted_lab(number, site, class_name="sio2", names=tuple(SERVERS)):
    """A group's lab without guests: names as a shared datastore needs them."""
    group = GroupId(class_name, number)
    machines = tuple(_machine(Owner(group, name), site) for name in names)
    vlans = {"inside": 100 + number, "outside": 200 + number}
    port_groups = tuple(
        PortGroup(f"{class_name}-{group.label}-{role}", vlan, site.vswitch) for role, vlan in vlans.items()
    )
    folders = tuple(Folder(m.datastore, m.folder, m.owner) for m in machines)
    return Lab(group, site, port_groups, folders, machines)


def _machine(owner, site):
    label = f"{owner.group.class_name}-{owner.group.label}"
    networks = {"management": site.staging, "lab": f"{label}-outside"}
    nics = tuple(
        Nic(
            role,
            owner.mac_address(slot),
            networks.get(role, f"{label}-{role}"),
            added=(owner.machine, role) in ADDED,
        )
        for slot, role in enumerate(CARDS[owner.machine])
    )
    name = f"{label}-{owner.machine}"
    config_digest, keys = "d" * 64, ("SHA256:abc",)
    return Machine(
        owner, name, site.datastore, name, Hardware(), nics, config_digest=config_digest, host_keys=keys
    )


def record_of(lab):
    return GroupRecord(lab.group, lab.site, lab.port_groups)


def build(vsphere, lab, *, until="power"):
    """Everything up to running machines on the staging network."""
    vsphere.write_group_record(record_of(lab))
    for port_group in lab.port_groups:
        vsphere.add_port_group(lab.site, port_group)
    for machine, folder in zip(lab.machines, lab.folders, strict=True):
        vsphere.make_folder(lab.site, folder)
        if until == "folders":
            continue
        vsphere.copy_disk(lab.site, machine)
        vsphere.create_machine(lab.site, machine)
        for nic in machine.nics:
            if nic.added:
                vsphere.add_nic(lab.site, machine, nic.role)
        if until == "power":
            vsphere.power_on(lab.site, machine)


def connect(vsphere, lab):
    for machine in lab.machines:
        vsphere.reconfigure_machine(lab.site, machine)


def restart(vsphere, lab):
    for machine in lab.machines:
        vsphere.power_off(lab.site, machine, gently_s=0.2)
        vsphere.power_on(lab.site, machine)


def remove_class(vsphere, server, class_name):
    """What a teardown does, group by group."""
    for group, (lab, record) in vsphere.find_class(server, class_name).items():
        for machine in lab.machines:
            vsphere.power_off(lab.site, machine, gently_s=0.2)
            vsphere.destroy_machine(lab.site, machine)
        for folder in lab.folders:
            vsphere.delete_folder(lab.site, folder)
        for port_group in lab.port_groups:
            vsphere.remove_port_group(lab.site, port_group)
        vsphere.delete_group_record(record or GroupRecord(group, lab.site, lab.port_groups))


def shown_on(lab, datastore):
    """The same lab, where its datastore has another name by now and the spec says so."""
    machines = tuple(replace(machine, datastore=datastore) for machine in lab.machines)
    folders = tuple(replace(folder, datastore=datastore) for folder in lab.folders)
    site = replace(lab.site, datastore=datastore)
    return replace(lab, site=site, machines=machines, folders=folders)


HALF = b"half"


class MemoryWorld:
    """The vSphere in memory, and the hands that disturb it."""

    def __init__(self):
        self.vsphere = MemoryVSphere()
        self.server = Server("memory.example", "prof")
        self.site = Site(self.server, "datastore1", "modeleD9", "VM Network", esxi="esxi-a")
        self._count = 0

    def close(self):
        self.vsphere.close()

    def half_copy(self, machine):
        """As a run leaves it that was killed in mid-copy."""
        self.vsphere.world.directories[self._key(machine.folder)] = Directory(machine.owner, "partial")

    def holds_half_a_copy(self, machine):
        return not self.vsphere.world.directories[self._key(machine.folder)].whole

    def foreign_folder(self, name):
        self.vsphere.world.directories[self._key(name)] = Directory(foreign=True)

    def copied_folder(self, folder, name):
        """As somebody leaves it who keeps a copy of a folder of ours."""
        self.vsphere.world.directories[self._key(name)] = Directory(folder.owner, "complete", copied=True)

    def empty_folder(self, name):
        self.vsphere.world.directories[self._key(name)] = Directory()

    def folder_exists(self, name):
        return self._key(name) in self.vsphere.world.directories

    def foreign_port_group(self, port_group):
        there = self.vsphere.world.port_groups.setdefault((self.server.host, self.site.esxi), {})
        there[port_group.name] = port_group

    def foreign_machine(self, name, folder, *, marks=None, uuid="", network="VM Network", mac=""):
        """Somebody's machine, with as much of ours as `marks` (an owner), `uuid` and `mac` say."""
        self._count += 1
        vm = Vm(
            f"vm-{1000 + self._count}",
            self.server.host,
            name,
            "datastore1",
            folder,
            host=self.site.esxi,
            marks=marks,
            uuid=uuid or f"foreign-{self._count}",
            hardware=Hardware(),
            nics=((mac or f"00:0c:29:00:00:{self._count:02x}", network, True),),
        )
        self.vsphere.world.machines[vm.moref] = vm

    def rename_datastore(self, old, new):
        """Everything on it is shown under the new name; what is written in files stays."""
        world = self.vsphere.world
        world.group_folders = {
            (s, new if d == old else d, g): record for (s, d, g), record in world.group_folders.items()
        }
        world.directories = {
            (s, new if d == old else d, path): replace(found, signed_on=found.signed_on or d)
            for (s, d, path), found in world.directories.items()
        }
        for moref, vm in world.machines.items():
            disks = tuple(disk.replace(f"[{old}] ", f"[{new}] ") for disk in vm.disks)
            store = new if vm.datastore == old else vm.datastore
            world.machines[moref] = replace(vm, datastore=store, disks=disks)

    def remove_foreign(self, name):
        machines = self.vsphere.world.machines
        for moref in [moref for moref, vm in machines.items() if vm.name == name]:
            del machines[moref]
        self.vsphere.world.directories.pop(self._key(name), None)

    def _key(self, folder):
        return (self.server.host, "datastore1", folder)


class VcsimWorld:
    """vcsim behind the proxy, and an administrator who disturbs it."""

    api = "use"

    def __init__(self, school, access, server, session, *, esxi):
        self.school, self.access, self.session = school, access, session
        self.server = Server(server.host, server.user, api=self.api)
        self.site = Site(self.server, "datastore1", "modeleD9", "VM Network", esxi=esxi)
        self.proxy = school.proxies[server.host]
        self.vsphere = self.another()

    def another(self, *, called="", **options):
        """Another esxlab on the same servers, with a session of its own; `called`: as it names this one."""
        from esxlab.backends.esxi.shells import Shells
        from esxlab.backends.vsphere.backend import PyVmomiVSphere

        access = self.access

        def named(places):
            return {(called if called and host == self.server.host else host): at for host, at in places}

        servers = options.pop("servers", access["servers"])
        endpoints = SchoolEndpoints(
            servers=named((host, Endpoint(*where)) for host, where in servers.items()),
            thumbprints=named(options.pop("thumbprints", access["thumbprints"]).items()),
            shells=named((host, Endpoint(*where)) for host, where in access.get("shells", {}).items()),
        )
        credentials = Credentials(known=options.pop("passwords", access["passwords"]))
        options = {"patience_s": 2, "shells": Shells(endpoints, credentials)} | options
        return PyVmomiVSphere(endpoints, credentials, deadline_s=20, **options)

    @contextmanager
    def session_of_its_own(self):
        """One that has seen nothing yet."""
        with closing(self.another()) as vsphere:
            yield vsphere

    def close(self):
        self.vsphere.close()

    def half_copy(self, machine):
        from esxlab.backends.vsphere.records import owner_file

        directory = self.datastore / machine.folder
        directory.mkdir()
        (directory / "esxlab.json").write_bytes(
            owner_file(machine.owner, folder=f"[datastore1] {machine.folder}", complete=False)
        )
        (directory / f"{machine.name}.vmdk").write_bytes(b"")
        (directory / f"{machine.name}-flat.vmdk").write_bytes(HALF)

    def holds_half_a_copy(self, machine):
        return (self.datastore / machine.folder / f"{machine.name}-flat.vmdk").read_bytes() == HALF

    def foreign_folder(self, name):
        self.empty_folder(name)
        (self.datastore / name / "thesis.txt").write_text("of somebody else")

    def copied_folder(self, folder, name):
        import shutil

        shutil.copytree(self.datastore / folder.path, self.datastore / name)

    def empty_folder(self, name):
        (self.datastore / name).mkdir()

    def folder_exists(self, name):
        return (self.datastore / name).exists()

    def foreign_port_group(self, port_group):
        from pyVmomi import vim

        spec = vim.host.PortGroup.Specification(
            name=port_group.name,
            vlanId=port_group.vlan,
            vswitchName=port_group.vswitch,
            policy=vim.host.NetworkPolicy(),
        )
        self.host.configManager.networkSystem.AddPortGroup(spec)

    def foreign_machine(self, name, folder, *, marks=None, uuid="", network="VM Network", mac=""):
        from pyVmomi import vim

        device = vim.vm.device
        backing = device.VirtualEthernetCard.NetworkBackingInfo(deviceName=network)
        card = device.VirtualVmxnet3(key=-1, addressType="generated", backing=backing)
        if mac:
            card.addressType, card.macAddress = "manual", mac
        spec = vim.vm.ConfigSpec(
            name=name,
            guestId="debian9Guest",
            files=vim.vm.FileInfo(vmPathName=f"[datastore1] {folder}/{name}.vmx"),
            extraConfig=[
                vim.option.OptionValue(key=k, value=v) for k, v in (marks.marks() if marks else {}).items()
            ],
            deviceChange=[device.VirtualDeviceSpec(operation="add", device=card)],
        )
        if uuid:
            spec.instanceUuid = uuid
        create = self.datacenter.vmFolder.CreateVM_Task
        return self.wait(create(spec, self.host.parent.resourcePool, self.host))

    def remove_foreign(self, name):
        import shutil

        for machine in self.datacenter.vmFolder.childEntity:
            if machine.name == name:
                self.wait(machine.Destroy_Task())
        shutil.rmtree(self.datastore / name, ignore_errors=True)

    @property
    def datacenter(self):
        return self.session.content.rootFolder.childEntity[0]

    @property
    def host(self):
        return self.datacenter.hostFolder.childEntity[0].host[0]

    @property
    def datastore(self):
        """The local directory behind datastore1."""
        return self.school.directory / "datastores" / self.server.host / "datastore1"

    def rename_datastore(self, old, new):
        """As a vCenter does it when the name is taken; the school's own life finds its disks under both."""
        directory = self.datastore.parent
        if not (directory / new).exists():
            (directory / new).symlink_to(directory / old)
        store = next(found for found in self.datacenter.datastore if found.name == old)
        self.wait(store.Rename_Task(new))

    def machine(self, name):
        """A machine by its inventory name, as pyVmomi's object."""
        from pyVmomi import vim

        content = self.session.content
        view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
        try:
            return next(found for found in view.view if found.name == name)
        finally:
            view.Destroy()

    def wait(self, task):
        from esxlab.sim.inventory import await_task

        return await_task(self.session, task)


class ShellWorld(VcsimWorld):
    """A lone host with the free licence: what esxlab changes goes over SSH.

    The administrator's session is straight on vcsim, as somebody's hand at the host's console.
    """

    def __init__(self, school, access, server, session, *, api="use"):
        self.api = api
        super().__init__(school, access, server, session, esxi="")

    def another(self, *, called="", **options):
        """Its end point of the API is nobody's, when the road goes without it."""
        if self.server.api == "none":
            return super().another(called=called, servers={}, **options)
        return super().another(called=called, **options)

    def rename_datastore(self, old, new):
        """The host follows: its link below /vmfs/volumes, and what hostd calls it."""
        from tests.esxi_worlds import client_of

        super().rename_datastore(old, new)
        self.school.shells[self.server.host].host.world.rename_volume(old, new)
        with client_of(self.school, self.access, host=self.server.host) as client:
            moved = client.script(f"""
                cd /vmfs/volumes || exit
                rm -f '{new}' && ln -s "$(readlink '{old}')" '{new}' && rm '{old}'
            """)
            assert moved.status == 0, moved

    def close(self):
        """No changing call may have gone to the API."""
        super().close()
        assert not self.proxy.calls.since(mutating=True)


@contextmanager
def without(vsphere_world, kind, name):
    """The same site, naming something that is not there."""
    fields = {"model": "model", "datastore": "datastore", "network": "staging", "host": "esxi"}
    yield replace(vsphere_world.site, **{fields[kind]: name})
    if isinstance(vsphere_world, MemoryWorld):
        vsphere_world.vsphere.world.lacking.discard((kind, name))
