"""The yardstick of `make bench`: the same machines by bare pyVmomi with 8 threads, no plan, no marks.

Started as a process of its own with a JSON order on standard input: where the server is, and which machines.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.schools import administrator

THREADS = 8


def wait(session, task):
    """Poll a task as most scripts do; the sub-properties, because vcsim's task.info cannot be read whole."""
    from pyVmomi import vmodl

    collector = session.content.propertyCollector
    spec = vmodl.query.PropertyCollector.FilterSpec(
        objectSet=[vmodl.query.PropertyCollector.ObjectSpec(obj=task)],
        propSet=[
            vmodl.query.PropertyCollector.PropertySpec(type=type(task), pathSet=["info.state", "info.result"])
        ],
    )
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        found = collector.RetrievePropertiesEx([spec], vmodl.query.PropertyCollector.RetrieveOptions())
        values = {prop.name: prop.val for prop in found.objects[0].propSet}
        if values["info.state"] == "success":
            return values.get("info.result")
        if values["info.state"] == "error":
            raise SystemExit("a task failed")
        time.sleep(0.01)
    raise SystemExit("a task did not end")


def card(network, mac, key):
    """A vmxnet3 card to be added."""
    from pyVmomi import vim

    return vim.vm.device.VirtualDeviceSpec(
        operation="add",
        device=vim.vm.device.VirtualVmxnet3(
            key=key,
            addressType="manual",
            macAddress=mac,
            backing=vim.vm.device.VirtualEthernetCard.NetworkBackingInfo(deviceName=network),
        ),
    )


def port_group(order):
    """The specification of a port group."""
    from pyVmomi import vim

    policy = vim.host.NetworkPolicy()
    return vim.host.PortGroup.Specification(
        name=order["name"], vlanId=order["vlan"], vswitchName="vSwitch0", policy=policy
    )


def build(session, place, machine):
    """One machine: folder, disk, machine, second card, power."""
    from pyVmomi import vim

    content, datastore = session.content, place["datastore"]
    folder = f"[{datastore}] {machine['folder']}"
    disk = f"{folder}/{machine['name']}.vmdk"
    content.fileManager.MakeDirectory(folder, place["datacenter"], createParentDirectories=False)
    wait(session, content.virtualDiskManager.CopyVirtualDisk_Task(
        place["model"], place["datacenter"], disk, place["datacenter"], None, force=False
    ))  # fmt: skip
    changes = [
        vim.vm.device.VirtualDeviceSpec(
            operation="add",
            device=vim.vm.device.ParaVirtualSCSIController(key=1000, busNumber=0, sharedBus="noSharing"),
        ),
        vim.vm.device.VirtualDeviceSpec(
            operation="add",
            device=vim.vm.device.VirtualDisk(
                key=2000,
                controllerKey=1000,
                unitNumber=0,
                capacityInKB=20 * 1024 * 1024,
                backing=vim.vm.device.VirtualDisk.FlatVer2BackingInfo(fileName=disk, diskMode="persistent"),
            ),
        ),
        card(machine["networks"][0], machine["macs"][0], 4000),
    ]
    config = vim.vm.ConfigSpec(
        name=machine["name"],
        guestId="debian9Guest",
        numCPUs=1,
        memoryMB=1024,
        files=vim.vm.FileInfo(vmPathName=f"{folder}/{machine['name']}.vmx"),
        deviceChange=changes,
    )
    vm = wait(session, place["folder"].CreateVM_Task(config=config, pool=place["pool"], host=place["host"]))
    for slot, network in enumerate(machine["networks"][1:], start=1):
        wait(session, vm.ReconfigVM_Task(
            vim.vm.ConfigSpec(deviceChange=[card(network, machine["macs"][slot], 4000 + slot)])
        ))  # fmt: skip
    wait(session, vm.PowerOnVM_Task())


def main() -> int:
    """Do what the order says."""
    from pyVmomi import vim

    order = json.load(sys.stdin)
    with administrator(order["access"], order["server"], user=order["user"]) as session:
        datacenter = next(d for d in session.content.rootFolder.childEntity if isinstance(d, vim.Datacenter))
        compute = datacenter.hostFolder.childEntity[0]
        host = compute.host[0]
        place = {
            "datacenter": datacenter,
            "folder": datacenter.vmFolder,
            "pool": compute.resourcePool,
            "host": host,
            "datastore": order["datastore"],
            "model": f"[{order['datastore']}] modeleD9/modeleD9.vmdk",
        }
        network = host.configManager.networkSystem
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda group: network.AddPortGroup(port_group(group)), order["port_groups"]))
            list(pool.map(lambda machine: build(session, place, machine), order["machines"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
