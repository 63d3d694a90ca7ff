"""Our vcsim behaves as a real server where the stock one does not (sim/vcsim)."""

from __future__ import annotations

import time
from contextlib import contextmanager

import pytest
from pyVmomi import vim

from esxlab.errors import LabError
from esxlab.sim.conditions import CopySpeed
from esxlab.sim.inventory import await_task, read
from tests.memory.school import running_school
from tests.schools import VCENTER, administrator, school, vcenter

pytestmark = pytest.mark.scenario
COPY_S = 2.0
FOLDERS = []


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    shape = school(vcenter(capacity_gib=16))
    copies = CopySpeed(COPY_S, per_datastore=4)
    with running_school(shape, tmp_path_factory.mktemp("school"), engine="idle", copies=copies) as running:
        yield running


@pytest.fixture(scope="module")
def session(up):
    with administrator(up[1], VCENTER) as found:
        yield found


@pytest.fixture
def model(session):
    machine = session.content.searchIndex.FindByInventoryPath("Lab/vm/modeleD9")
    yield machine
    if read(session, [machine], ["runtime.powerState"])[machine]["runtime.powerState"] != "poweredOff":
        await_task(session, machine.PowerOffVM_Task())


@pytest.fixture(autouse=True)
def nothing_left(session):
    yield
    while FOLDERS:
        task = session.content.fileManager.DeleteDatastoreFile_Task(FOLDERS.pop(), datacenter(session))
        await_task(session, task)


def datacenter(session):
    return session.content.rootFolder.childEntity[0]


def network_systems(session):
    hosts = [resource.host[0] for resource in datacenter(session).hostFolder.childEntity]
    return [host.configManager.networkSystem for host in hosts]


def port_group(name, vlan):
    policy = vim.host.NetworkPolicy()
    return vim.host.PortGroup.Specification(name=name, vlanId=vlan, vswitchName="vSwitch0", policy=policy)


def start_copy(session, folder):
    FOLDERS.append(f"[datastore1] {folder}")
    session.content.fileManager.MakeDirectory(FOLDERS[-1], datacenter(session))
    source, target = "[datastore1] modeleD9/modeleD9.vmdk", f"[datastore1] {folder}/{folder}.vmdk"
    return session.content.virtualDiskManager.CopyVirtualDisk_Task(
        source, datacenter(session), target, datacenter(session)
    )


def create(session, host, *, name, folder, disk):
    device = vim.vm.device
    backing = device.VirtualDisk.FlatVer2BackingInfo(fileName=disk, diskMode="persistent")
    devices = (
        device.ParaVirtualSCSIController(key=-1, busNumber=0, sharedBus="noSharing"),
        device.VirtualDisk(key=-2, controllerKey=-1, unitNumber=0, backing=backing),
    )
    spec = vim.vm.ConfigSpec(
        name=name,
        files=vim.vm.FileInfo(vmPathName=f"[datastore1] {folder}/{name}.vmx"),
        deviceChange=[device.VirtualDeviceSpec(operation="add", device=d) for d in devices],
    )
    into = datacenter(session).vmFolder
    return await_task(session, into.CreateVM_Task(spec, pool=host.parent.resourcePool, host=host))


def names(session):
    return sorted(network.name for network in datacenter(session).network)


@contextmanager
def moved(session, model, network):
    cards = read(session, [model], ["config.hardware.device"])[model]["config.hardware.device"]
    card = next(d for d in cards if isinstance(d, vim.vm.device.VirtualEthernetCard))
    for name in (network, "VM Network"):
        card.backing = vim.vm.device.VirtualEthernetCard.NetworkBackingInfo(deviceName=name)
        change = vim.vm.device.VirtualDeviceSpec(operation="edit", device=card)
        await_task(session, model.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[change])))
        if name == network:
            yield


def test_a_client_that_knows_the_values_of_enumerations_reads_a_machine_as_a_whole(session, model):
    adapter = vim.vm.customization.IPSettings(ip=vim.vm.customization.DhcpIpGenerator())
    linux = vim.vm.customization.LinuxPrep(
        domain="example", hostName=vim.vm.customization.FixedName(name="clone")
    )
    custom = vim.vm.customization.Specification(
        identity=linux,
        globalIPSettings=vim.vm.customization.GlobalIPSettings(),
        nicSettingMap=[vim.vm.customization.AdapterMapping(adapter=adapter)],
    )
    host = datacenter(session).hostFolder.childEntity[0].host[0]
    where = vim.vm.RelocateSpec(host=host, pool=host.parent.resourcePool, datastore=host.datastore[0])
    order = vim.vm.CloneSpec(location=where, customization=custom, powerOn=False, template=False)
    task = model.CloneVM_Task(folder=datacenter(session).vmFolder, name="whole", spec=order)
    clone = await_task(session, task)
    try:
        for machine in (model, clone):
            assert machine.summary.runtime.faultToleranceState == "notConfigured"
            assert machine.runtime.recordReplayState == "inactive"
            assert machine.guest.customizationInfo is None  # of API 7.0.2; this server says 6.5
    finally:
        await_task(session, clone.Destroy_Task())


def test_a_port_group_on_two_hosts_is_one_network_until_the_last_is_removed(session):
    first, second = network_systems(session)
    first.AddPortGroup(port_group("both", 101))
    second.AddPortGroup(port_group("both", 101))
    assert names(session) == ["VM Network", "both"]
    with pytest.raises(vim.fault.AlreadyExists):
        first.AddPortGroup(port_group("both", 101))
    first.RemovePortGroup("both")
    assert names(session) == ["VM Network", "both"]
    second.RemovePortGroup("both")
    assert names(session) == ["VM Network"]
    with pytest.raises(vim.fault.NotFound):
        second.RemovePortGroup("both")


def test_a_port_group_in_use_stays(session, model):
    first, second = network_systems(session)
    for system in (first, second):
        system.AddPortGroup(port_group("used", 102))
    with moved(session, model, "used"):
        with pytest.raises(vim.fault.ResourceInUse):
            first.RemovePortGroup("used")
        second.RemovePortGroup("used")
    first.RemovePortGroup("used")


def test_copies_run_four_at_a_time_with_progress_and_a_half_copy_to_be_seen(up, session):
    began = time.monotonic()
    tasks = [start_copy(session, f"copy{n}") for n in range(5)]
    half = up[0].directory / "datastores" / VCENTER / "datastore1" / "copy0" / "copy0-flat.vmdk"
    found = read(session, tasks, ["info.state", "info.progress"])
    assert half.stat().st_size == 1
    states = sorted(entry["info.state"] for entry in found.values())
    assert states == ["queued", "running", "running", "running", "running"]
    for task in tasks:
        await_task(session, task)
    assert time.monotonic() - began >= 2 * COPY_S  # the fifth has waited for one of the four
    assert half.read_bytes() == b"{}\n"
    assert '"copy0-flat.vmdk"' in half.with_name("copy0.vmdk").read_text(encoding="ascii")
    store = datacenter(session).datastore[0]
    store.RefreshDatastore()
    beside = (16 << 30) - 6 * (3 << 29) - store.summary.freeSpace
    assert 0 < beside < 1 << 20, "the files of machines and owners take little room, but some"
    assert store.summary.capacity == 16 << 30


def test_every_file_takes_room(up, session):
    """As on VMFS, not only disks: the installer's ISO that somebody has left there."""
    store = datacenter(session).datastore[0]
    iso = up[0].directory / "datastores" / VCENTER / "datastore1" / "netinst.iso"
    store.RefreshDatastore()
    before = store.summary.freeSpace
    with iso.open("wb") as file:
        file.truncate(1 << 30)
    store.RefreshDatastore()
    assert store.summary.freeSpace == before - (1 << 30)
    iso.unlink()
    store.RefreshDatastore()
    assert store.summary.freeSpace == before


def test_a_full_datastore_takes_no_copy(session):
    tasks = [start_copy(session, f"full{n}") for n in range(10)]
    outcomes = []
    for task in tasks:
        try:
            await_task(session, task)
            outcomes.append("copied")
        except LabError as error:
            outcomes.append(error.detail.partition(":")[0])
    assert sorted(outcomes) == ["copied"] * 9 + ["vim.fault.NoDiskSpace"]


@pytest.mark.parametrize(
    ("refused", "fault"),
    [
        (("modeleD9", "[datastore1] modeleD9/modeleD9.vmdk"), "DuplicateName"),
        (("new", "[datastore1] new/a.vmdk"), "FileNotFound"),
    ],
)
def test_a_machine_that_cannot_be_leaves_nothing_behind(up, session, refused, fault):
    host = datacenter(session).hostFolder.childEntity[0].host[0]
    name, disk = refused
    with pytest.raises(LabError) as caught:
        create(session, host, name=name, folder="new", disk=disk)
    assert caught.value.detail.startswith(f"vim.fault.{fault}:")
    assert not (up[0].directory / "datastores" / VCENTER / "datastore1" / "new").exists()


def test_a_boot_time_tells_one_boot_from_the_next(session, model):
    def booted():
        return read(session, [model], ["runtime.bootTime"])[model].get("runtime.bootTime")

    assert booted() is None
    await_task(session, model.PowerOnVM_Task())
    first = booted()
    await_task(session, model.PowerOffVM_Task())
    assert booted() is None
    await_task(session, model.PowerOnVM_Task())
    assert first is not None
    assert booted() > first


def test_a_guest_shuts_down_by_itself_and_only_if_tools_run(session, model):
    with pytest.raises(vim.fault.InvalidPowerState):
        model.ShutdownGuest()
    await_task(session, model.PowerOnVM_Task())
    await_address(session, model)
    model.ShutdownGuest()
    deadline = time.monotonic() + 60
    while read(session, [model], ["runtime.powerState"])[model]["runtime.powerState"] == "poweredOn":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    found = read(session, [model], ["guest.toolsRunningStatus", "guest.ipAddress"])[model]
    assert (found["guest.toolsRunningStatus"], found.get("guest.ipAddress", "")) == (
        "guestToolsNotRunning",
        "",
    )


def await_address(session, machine):
    deadline = time.monotonic() + 60
    while not read(session, [machine], ["guest.ipAddress"])[machine].get("guest.ipAddress"):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_destroyed_machine_takes_its_disks_and_own_files_and_nobody_elses(up, session, model):
    await_task(session, start_copy(session, "doomed"))
    datastore = up[0].directory / "datastores" / VCENTER / "datastore1"
    host = read(session, [model], ["runtime.host"])[model]["runtime.host"]
    machine = create(session, host, name="doomed", folder="doomed", disk="[datastore1] doomed/doomed.vmdk")
    (datastore / "doomed" / "esxlab.json").write_text("{}", encoding="ascii")
    await_task(session, machine.Destroy_Task())
    assert [found.name for found in (datastore / "doomed").iterdir()] == ["esxlab.json"]
    assert "doomed" not in {child.name for child in datacenter(session).vmFolder.childEntity}


def test_a_thin_disk_stays_thin_when_it_is_copied(up, session):
    store = up[0].directory / "datastores" / VCENTER / "datastore1"
    extent = store / "modeleD9" / "modeleD9-flat.vmdk"
    before = extent.read_bytes()
    try:
        with extent.open("r+b") as disk:
            disk.truncate(4 << 30)
            disk.seek(3 << 30)
            disk.write(b"far out")
        await_task(session, start_copy(session, "thin"))
        copy = store / "thin" / "thin-flat.vmdk"
        assert copy.stat().st_size == 4 << 30
        assert copy.stat().st_blocks * 512 < 8 << 20
        with copy.open("rb") as disk:
            assert disk.read(len(before)) == before
            disk.seek(3 << 30)
            assert disk.read(7) == b"far out"
    finally:
        extent.write_bytes(before)
