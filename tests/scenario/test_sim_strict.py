"""The school's vSphere is as strict as a real one: what vcsim accepts and a real server refuses."""

from __future__ import annotations

import itertools
import time

import pytest
from pyVmomi import vim

from esxlab.errors import LabError
from esxlab.sim.inventory import await_task, read
from esxlab.sim.proxy.rules import Rule
from esxlab.sim.proxy.soap import Fault
from tests.memory.school import running_school
from tests.schools import ESXI, VCENTER, administrator, lone_esxi, school, vcenter

pytestmark = pytest.mark.scenario
NUMBERS = itertools.count(1)
MODEL = "[datastore1] modeleD9/modeleD9.vmdk"


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    shape = school(vcenter(memory_gib=4), lone_esxi())
    with running_school(shape, tmp_path_factory.mktemp("school"), engine="idle") as running:
        yield running


@pytest.fixture
def proxy(up):
    found = up[0].proxies[VCENTER]
    yield found
    found.rules.clear()
    found.lacking = ()


@pytest.fixture
def session(up, proxy):
    with administrator(up[1], VCENTER) as found:
        yield found
        proxy.lacking = ()
        for machine in [m for m in machines(found) if m.name != "modeleD9"]:
            if power(found, machine) == "poweredOn":
                await_task(found, machine.PowerOffVM_Task())
            await_task(found, machine.Destroy_Task())


def datacenter(session):
    return session.content.rootFolder.childEntity[0]


def machines(session):
    return [
        child for child in datacenter(session).vmFolder.childEntity if isinstance(child, vim.VirtualMachine)
    ]


def host(session):
    return datacenter(session).hostFolder.childEntity[0].host[0]


def power(session, machine):
    return read(session, [machine], ["runtime.powerState"])[machine]["runtime.powerState"]


def create(session, *, name="", memory_mib=64, mac="", disk=""):
    """A machine of its own folder, with one card; and a disk when one is named."""
    name = name or f"vm{next(NUMBERS)}"
    device = vim.vm.device
    network = device.VirtualEthernetCard.NetworkBackingInfo(deviceName="VM Network")
    card = device.VirtualVmxnet3(key=-1, addressType="manual" if mac else "generated", backing=network)
    if mac:
        card.macAddress = mac
    devices = [card]
    if disk:
        backing = device.VirtualDisk.FlatVer2BackingInfo(fileName=disk, diskMode="persistent")
        devices += [
            device.ParaVirtualSCSIController(key=-2, busNumber=0, sharedBus="noSharing"),
            device.VirtualDisk(key=-3, controllerKey=-2, unitNumber=0, backing=backing),
        ]
    spec = vim.vm.ConfigSpec(
        name=name,
        memoryMB=memory_mib,
        files=vim.vm.FileInfo(vmPathName=f"[datastore1] {name}/{name}.vmx"),
        deviceChange=[device.VirtualDeviceSpec(operation="add", device=d) for d in devices],
    )
    pool = host(session).parent.resourcePool
    return await_task(
        session, datacenter(session).vmFolder.CreateVM_Task(spec, pool=pool, host=host(session))
    )


def refuses(session, task, fault):
    with pytest.raises(LabError) as refusal:
        await_task(session, task)
    assert refusal.value.detail.partition(": ")[0].endswith(f".fault.{fault}"), refusal.value.detail


def macs(session):
    found = read(session, machines(session), ["config.hardware.device"])
    cards = [d for m in found.values() for d in m["config.hardware.device"] if hasattr(d, "macAddress")]
    return [card.macAddress for card in cards]


def test_memory_is_promised_once(session):
    first, second = create(session, memory_mib=2000), create(session, memory_mib=2000)
    await_task(session, first.PowerOnVM_Task())
    refuses(session, second.PowerOnVM_Task(), "InsufficientMemoryResourcesFault")
    assert power(session, second) == "poweredOff"
    deadline = time.monotonic() + 60
    while host(session).summary.quickStats.overallMemoryUsage < 2000:
        assert time.monotonic() < deadline
    await_task(session, first.PowerOffVM_Task())
    await_task(session, second.PowerOnVM_Task())


def test_of_two_that_start_at_once_only_one_has_the_memory(session):
    both = [create(session, memory_mib=2000), create(session, memory_mib=2000)]
    ends = []
    for task in [machine.PowerOnVM_Task() for machine in both]:
        try:
            ends.append(await_task(session, task))
        except LabError as error:
            ends.append(error.detail.partition(":")[0])
    assert sorted(map(str, ends)) == ["None", "vim.fault.InsufficientMemoryResourcesFault"]


def test_a_running_machine_holds_its_files(session):
    content = session.content
    content.fileManager.MakeDirectory("[datastore1] held", datacenter(session))
    path = "[datastore1] held/held.vmdk"
    at = datacenter(session)
    await_task(session, content.virtualDiskManager.CopyVirtualDisk_Task(MODEL, at, path, at))
    first, second = create(session, name="held", disk=path), create(session, disk=path)
    await_task(session, first.PowerOnVM_Task())
    refuses(session, second.PowerOnVM_Task(), "FileLocked")
    copy = content.virtualDiskManager.CopyVirtualDisk_Task(path, at, "[datastore1] held/b.vmdk", at)
    refuses(session, copy, "FileLocked")
    refuses(session, content.virtualDiskManager.DeleteVirtualDisk_Task(path, at), "FileLocked")
    for name in ("[datastore1] held", path, "[datastore1] held/held.vmx", "[datastore1] held/held-flat.vmdk"):
        refuses(session, content.fileManager.DeleteDatastoreFile_Task(name, at), "CannotDeleteFile")
    moved = content.fileManager.MoveDatastoreFile_Task("[datastore1] held", at, "[datastore1] taken", at)
    refuses(session, moved, "FileLocked")
    await_task(session, first.PowerOffVM_Task())
    await_task(session, second.Destroy_Task())


def test_no_machine_takes_the_name_of_another(session):
    create(session, name="first")
    second = create(session, name="second")
    refuses(session, second.Rename_Task("first"), "DuplicateName")
    refuses(session, second.ReconfigVM_Task(vim.vm.ConfigSpec(name="first")), "DuplicateName")
    await_task(session, second.Rename_Task("third"))


def test_generated_addresses_differ_and_reserved_ones_do_not_start(session):
    for _ in range(20):
        create(session)
    found = macs(session)
    assert len(set(found)) == len(found) >= 20
    assert all(mac.startswith("00:50:56:8") for mac in found)
    await_task(session, create(session, mac="00:50:56:3f:00:01").PowerOnVM_Task())
    for mac in ("00:50:56:40:00:01", "00:0c:29:00:00:01"):
        refuses(session, create(session, mac=mac).PowerOnVM_Task(), "GenericVmConfigFault")


def test_a_port_group_is_changed_in_place_and_its_cards_hear_it(up, session):
    system = host(session).configManager.networkSystem
    machine = create(session, name="plugged")
    await_task(session, machine.PowerOnVM_Task())
    before = next(g.spec for g in system.networkInfo.portgroup if g.spec.name == "VM Network")

    def heard():
        return {nic.vlan for m in up[0].hypervisors[VCENTER].running if m.name == "plugged" for nic in m.nics}

    for vlan in (77, 0):
        before.vlanId = vlan
        system.UpdatePortGroup("VM Network", before)
        deadline = time.monotonic() + 60
        while heard() != {vlan}:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    with pytest.raises(vim.fault.NotFound):
        system.UpdatePortGroup("none", before)
    before.vswitchName = "vSwitch9"
    with pytest.raises(vim.fault.NotFound):
        system.UpdatePortGroup("VM Network", before)


def test_a_switch_in_use_stays(session):
    system = host(session).configManager.networkSystem
    spec = vim.host.VirtualSwitch.Specification(numPorts=64)
    with pytest.raises(vim.fault.ResourceInUse):
        system.RemoveVirtualSwitch("vSwitch0")
    system.AddVirtualSwitch("vSwitch1", spec)
    system.UpdateVirtualSwitch("vSwitch1", spec)
    system.RemoveVirtualSwitch("vSwitch1")
    with pytest.raises(vim.fault.NotFound):
        system.UpdateVirtualSwitch("vSwitch1", spec)


LACKING = {
    "Host.Config.Network": lambda s: host(s).configManager.networkSystem.RemovePortGroup("none"),
    "Folder.Create": lambda s: datacenter(s).vmFolder.CreateFolder("refused"),
    "Datastore.FileManagement": lambda s: s.content.fileManager.MakeDirectory(
        "[datastore1] no", datacenter(s)
    ),
    "VirtualMachine.Inventory.Create": create,
    "Resource.AssignVMToPool": create,
    "Datastore.AllocateSpace": create,
    "Network.Assign": create,
    "VirtualMachine.Interact.PowerOn": lambda s: machines(s)[0].PowerOnVM_Task(),
    "VirtualMachine.Interact.Suspend": lambda s: machines(s)[0].SuspendVM_Task(),
    "VirtualMachine.Interact.CreateScreenshot": lambda s: machines(s)[0].CreateScreenshot_Task(),
    "VirtualMachine.Config.AdvancedConfig": lambda s: machines(s)[0].ReconfigVM_Task(
        vim.vm.ConfigSpec(extraConfig=[vim.option.OptionValue(key="a", value="b")])
    ),
    "VirtualMachine.Config.Memory": lambda s: machines(s)[0].ReconfigVM_Task(vim.vm.ConfigSpec(memoryMB=128)),
    "VirtualMachine.Inventory.Delete": lambda s: machines(s)[0].Destroy_Task(),
}


@pytest.mark.parametrize("privilege", LACKING)
def test_a_call_needs_its_privilege_on_its_object(session, proxy, privilege):
    proxy.lacking = (privilege,)
    with pytest.raises(vim.fault.NoPermission) as refusal:
        LACKING[privilege](session)
    assert refusal.value.privilegeId == privilege
    assert refusal.value.object._moId
    entities = [datacenter(session)]
    manager, key = session.content.authorizationManager, session.content.sessionManager.currentSession.key
    [answer] = manager.HasPrivilegeOnEntities(entities, key, [privilege, "System.View"])
    assert [(p.privId, p.isGranted) for p in answer.privAvailability] == [
        (privilege, False),
        ("System.View", True),
    ]


def test_a_picture_is_what_the_engine_shows_of_a_machine_that_is_on(up, session, monkeypatch):
    running, _ = up

    async def shows(vm, file):
        file.write_bytes(f"PNG of {vm.name}".encode())
        return True

    machine = create(session, name="shown")
    refuses(session, machine.CreateScreenshot_Task(), "InvalidPowerState")
    await_task(session, machine.PowerOnVM_Task())
    blank, again = (await_task(session, machine.CreateScreenshot_Task()) for _ in range(2))
    monkeypatch.setattr(running.engine, "picture", shows)
    shown = await_task(session, machine.CreateScreenshot_Task())
    names = [path.partition("] ")[2] for path in (blank, again, shown)]
    assert names == ["shown/shown-1.png", "shown/shown-2.png", "shown/shown-3.png"]
    (place,) = (running.directory / "datastores").glob(f"{VCENTER}*/*/shown")
    assert (place / "shown-1.png").read_bytes().startswith(b"\x89PNG")
    assert (place / "shown-3.png").read_bytes() == b"PNG of shown"
    assert not list(running.directory.glob("*.png"))


def test_a_task_fails_late_and_a_copy_leaves_half_a_disk(up, session, proxy):
    at, disks = datacenter(session), session.content.virtualDiskManager
    session.content.fileManager.MakeDirectory("[datastore1] late", at)
    proxy.rules.add(Rule("fail_task", "CopyVirtualDisk_Task", fault=Fault("NoDiskSpace"), seconds=0.2))
    began = time.monotonic()
    refuses(session, disks.CopyVirtualDisk_Task(MODEL, at, "[datastore1] late/late.vmdk", at), "NoDiskSpace")
    assert time.monotonic() - began >= 0.2
    folder = up[0].directory / "datastores" / VCENTER / "datastore1" / "late"
    assert {file.name for file in folder.iterdir()} == {"late.vmdk", "late-flat.vmdk"}
    machine = create(session)
    proxy.rules.add(Rule("fail_task", "PowerOnVM_Task", fault=Fault("HostCommunication", "lost it")))
    refuses(session, machine.PowerOnVM_Task(), "HostCommunication")
    assert power(session, machine) == "poweredOff"


def test_the_free_licence_changes_nothing_and_reads_everything(tmp_path):
    with (
        running_school(school(lone_esxi(), vcenter()), tmp_path, engine="idle", licence="free") as (
            _,
            access,
        ),
        administrator(access, ESXI, user="root") as alone,
        administrator(access, VCENTER) as central,
    ):
        licences = alone.content.licenseManager.licenses
        assert [licence.editionKey for licence in licences] == [
            "esx.hypervisor.cpuPackageCoreLimited"
        ]  # release 8.0
        assert machines(alone)[0].name == "modeleD9"
        with pytest.raises(vim.fault.RestrictedVersion):
            machines(alone)[0].PowerOnVM_Task()
        with pytest.raises(vim.fault.RestrictedVersion):
            alone.content.fileManager.MakeDirectory("[datastore1] no", datacenter(alone))
        await_task(central, machines(central)[0].PowerOnVM_Task())
