"""Fills an empty vcsim with what a school has: hosts, datastores, the staging network, the model.

This is the one place of the school that writes through pyVmomi as an administrator would; it is done once,
directly to vcsim, before anybody else can log in.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from esxlab.sim.contracts import ServerShape

GIB = 2**30
MODEL_DISK_GIB = 20
MODEL_MEMORY_MIB = 1024
TASK_LIMIT_S = 30.0


def pyvmomi() -> Any:
    """The library, imported when it is needed: it is slow, and its own types leave most calls untyped."""
    import pyVmomi  # noqa: PLC0415 - slow

    return pyVmomi


def log_in(port: int, user: str, password: str) -> Any:
    """A session of one's own on a vcsim of this machine, straight, without the proxy."""
    library = pyvmomi()
    stub = library.SoapStubAdapter(
        host="127.0.0.1",
        port=-port,  # pyVmomi: a negative port is plain HTTP
        path="/sdk",
        version=newest_version(),
        httpConnectionTimeout=60,
    )
    service = library.vim.ServiceInstance("ServiceInstance", stub)
    service.RetrieveContent().sessionManager.Login(user, password, None)
    return service


def newest_version() -> str:
    """The newest version of the vim API that this pyVmomi speaks."""
    return str(pyvmomi().VmomiSupport.newestVersions.GetName("vim"))


def furnish(service: Any, server: ServerShape, *, datastores: Path, disk: Callable[[Path], None]) -> None:
    """Create everything of this server's shape; each datastore is a directory below `datastores`.

    `disk` writes the model's -flat.vmdk.
    """
    alone = server.kind == "esxi"
    root = service.RetrieveContent().rootFolder
    datacenter = root.childEntity[0] if alone else _datacenter(service, server)
    hosts = {host.name: host for host in _hosts(datacenter)}
    for host in hosts.values():
        _cable(host, server)
    distributed = {group.name: group.vlan for group in server.port_groups if group.distributed}
    distributed |= {server.staging: 0} if server.staging_distributed else {}
    if distributed:
        add_distributed_switch(service, datacenter, list(hosts.values()), distributed)
    for store in server.datastores:
        directory = datastores / escaped(store.name)
        directory.mkdir(parents=True, exist_ok=True)
        for name in store.esxi:
            hosts[name].configManager.datastoreSystem.CreateLocalDatastore(
                escaped(store.name), str(directory)
            )
    for name in models_of(server):
        directory = datastores / escaped(name)
        _create_model(service, datacenter, server, datastore=name, directory=directory, disk=disk)
    for store in datacenter.datastore:  # vcsim has taken a thin disk's whole size from the free space
        store.RefreshDatastore()


def _datacenter(service: Any, server: ServerShape) -> Any:
    """A vCenter's datacenter, in its folders, with its hosts: each alone, or all in one cluster."""
    vim = pyvmomi().vim
    place = service.RetrieveContent().rootFolder
    for name in server.folders:
        place = place.CreateFolder(escaped(name))
    datacenter = place.CreateDatacenter(name=escaped(server.datacenter))
    hosts = datacenter.hostFolder
    if server.cluster:
        cluster = hosts.CreateClusterEx(escaped(server.cluster), vim.cluster.ConfigSpecEx())
    for name in server.esxi:
        spec = vim.host.ConnectSpec(hostName=name, userName="root", password="-", force=True)  # noqa: S106
        if server.cluster:
            await_task(service, cluster.AddHost_Task(spec, asConnected=True))
        else:
            await_task(service, hosts.AddStandaloneHost_Task(spec, addConnected=True))
    return datacenter


def escaped(name: str) -> str:
    """A name as vSphere keeps it, with escapes (ManagedEntity.name); vcsim does it for machines only."""
    return name.replace("%", "%25").replace("/", "%2f").replace("\\", "%5c")


def models_of(server: ServerShape) -> tuple[str, ...]:
    """The datastores that carry the model: the one named, else the server's first."""
    return (server.model_datastore or server.datastores[0].name,) if server.datastores else ()


def _hosts(datacenter: Any) -> list[Any]:
    return [host for resource in datacenter.hostFolder.childEntity for host in resource.host]


def _cable(host: Any, server: ServerShape) -> None:
    """The school's vSwitch and its staging port group; a fresh host has vSwitch0 with `VM Network`."""
    vim = pyvmomi().vim
    network = host.configManager.networkSystem
    known = network.networkInfo
    if server.vswitch not in {switch.name for switch in known.vswitch}:
        network.AddVirtualSwitch(server.vswitch, vim.host.VirtualSwitch.Specification(numPorts=128))
    wanted = {group.name: group.vlan for group in server.port_groups if not group.distributed}
    if not server.staging_distributed:
        wanted[server.staging] = 0
    for name in wanted.keys() - {group.spec.name for group in known.portgroup}:
        network.AddPortGroup(
            vim.host.PortGroup.Specification(
                name=name, vlanId=wanted[name], vswitchName=server.vswitch, policy=vim.host.NetworkPolicy()
            )
        )


def add_distributed_switch(
    service: Any, datacenter: Any, hosts: list[Any], port_groups: dict[str, int], *, name: str = "DSwitch"
) -> Any:
    """A distributed switch with these members and port groups (name -> VLAN); its reference."""
    library = pyvmomi()
    vim, dvs = library.vim, library.vim.dvs.VmwareDistributedVirtualSwitch
    spec = vim.DistributedVirtualSwitch.CreateSpec(configSpec=dvs.ConfigSpec(name=name))
    switch = await_task(service, datacenter.networkFolder.CreateDVS_Task(spec))
    members = [vim.dvs.HostMember.ConfigSpec(operation="add", host=host) for host in hosts]
    await_task(service, switch.ReconfigureDvs_Task(dvs.ConfigSpec(host=members)))
    specs = [port_group_spec(escaped(group), vlan) for group, vlan in port_groups.items()]
    if specs:
        await_task(service, switch.AddDVPortgroup_Task(specs))
    return switch


def port_group_spec(name: str, vlan: int, **more: Any) -> Any:
    """The specification of a distributed port group."""
    dvs = pyvmomi().vim.dvs
    policy = dvs.VmwareDistributedVirtualSwitch.VmwarePortConfigPolicy(
        vlan=dvs.VmwareDistributedVirtualSwitch.VlanIdSpec(vlanId=vlan, inherited=False)
    )
    return dvs.DistributedVirtualPortgroup.ConfigSpec(
        name=name, type="earlyBinding", numPorts=8, defaultPortConfig=policy, **more
    )


def _create_model(
    service: Any,
    datacenter: Any,
    server: ServerShape,
    *,
    datastore: str,
    directory: Path,
    disk: Callable[[Path], None],
) -> None:
    vim = pyvmomi().vim
    name = re.sub(r"[/%\\]", "_", server.model)  # of the folder and its files
    store_name = escaped(datastore)
    folder = directory / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.vmdk").write_text(descriptor(name), encoding="utf-8")
    disk(folder / f"{name}-flat.vmdk")
    store = next(store for store in server.datastores if store.name == datastore)
    host = next(host for host in _hosts(datacenter) if host.name == store.esxi[0])
    spec = vim.vm.ConfigSpec(
        name=server.model,
        guestId="debian9Guest",
        numCPUs=1,
        memoryMB=MODEL_MEMORY_MIB,
        files=vim.vm.FileInfo(vmPathName=f"[{store_name}] {name}/{name}.vmx"),
    )
    devices = _model_devices(f"[{store_name}] {name}/{name}.vmdk", _staging(service, datacenter, server))
    added = vim.vm.ConfigSpec(deviceChange=[_added(device) for device in devices])
    pool = host.parent.resourcePool
    machine = await_task(service, datacenter.vmFolder.CreateVM_Task(spec, pool=pool, host=host))
    # apart: of a name that it escapes, vcsim reads the devices twice (simulator.createVM.Run, deepCopy)
    await_task(service, machine.ReconfigVM_Task(added))
    for nvram in folder.glob("*.nvram"):  # vcsim names it after the machine; a host, after its .vmx
        nvram.rename(folder / f"{name}.nvram")


def _added(device: Any) -> Any:
    vim = pyvmomi().vim
    return vim.vm.device.VirtualDeviceSpec(operation="add", device=device)


def _staging(service: Any, datacenter: Any, server: ServerShape) -> Any:
    """How a card is put on the staging network."""
    library = pyvmomi()
    vim, card = library.vim, library.vim.vm.device.VirtualEthernetCard
    if not server.staging_distributed:
        return card.NetworkBackingInfo(deviceName=server.staging)
    kind = vim.dvs.DistributedVirtualPortgroup
    groups = [network for network in datacenter.network if isinstance(network, kind)]
    found = read(service, groups, ["name", "key", "config.distributedVirtualSwitch"]).values()
    named = next(group for group in found if group["name"] == escaped(server.staging))
    switch = named["config.distributedVirtualSwitch"]
    port = vim.dvs.PortConnection(
        portgroupKey=named["key"], switchUuid=read(service, [switch], ["uuid"])[switch]["uuid"]
    )
    return card.DistributedVirtualPortBackingInfo(port=port)


def _model_devices(path: str, staging: Any) -> list[Any]:
    """A paravirtual controller with the thin disk on it, and one vmxnet3 card on the staging network."""
    device = pyvmomi().vim.vm.device
    connectable = device.VirtualDevice.ConnectInfo(
        startConnected=True, allowGuestControl=True, connected=False
    )
    disk = device.VirtualDisk(
        key=-102,
        controllerKey=-101,
        unitNumber=0,
        capacityInKB=MODEL_DISK_GIB * GIB // 1024,
        backing=device.VirtualDisk.FlatVer2BackingInfo(
            fileName=path,
            diskMode="persistent",
            thinProvisioned=True,
        ),
    )
    card = device.VirtualVmxnet3(
        key=-103,
        addressType="generated",
        connectable=connectable,
        backing=staging,
    )
    return [device.ParaVirtualSCSIController(key=-101, busNumber=0, sharedBus="noSharing"), disk, card]


def descriptor(name: str, *, gib: int = MODEL_DISK_GIB, thin: bool = True) -> str:
    """The text of a VMDK descriptor: one VMFS extent of that size. Source: VMware Virtual Disk Format 5.0."""
    sectors = gib * GIB // 512
    return "\n".join(
        [
            "# Disk DescriptorFile",
            "version=1",
            'encoding="UTF-8"',
            "CID=fffffffe",
            "parentCID=ffffffff",
            'createType="vmfs"',
            "",
            "# Extent description",
            f'RW {sectors} VMFS "{name}-flat.vmdk"',
            "",
            "# The Disk Data Base",
            "#DDB",
            "",
            'ddb.adapterType = "lsilogic"',
            f'ddb.geometry.cylinders = "{sectors // (255 * 63)}"',
            'ddb.geometry.heads = "255"',
            'ddb.geometry.sectors = "63"',
            f'ddb.thinProvisioned = "{int(thin)}"',
            'ddb.virtualHWVersion = "13"',
            "",
        ]
    )


def await_task(service: Any, task: Any, *, limit_s: float = TASK_LIMIT_S) -> Any:
    """Wait for one task by its sub-paths (vcsim's task.info cannot be read whole); its result.

    Raises:
        LabError: sim.task_failed with the fault's type, sim.task_slow after the limit.
    """
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        found = read(service, [task], ["info.state", "info.error", "info.result"])[task]
        if found["info.state"] == "success":
            return found.get("info.result")
        if found["info.state"] == "error":
            fault = found["info.error"]
            raise LabError("sim.task_failed", detail=f"{type(fault).__name__}: {fault.msg}")
        time.sleep(0.005)
    raise LabError("sim.task_slow", seconds=int(limit_s))


def read(service: Any, objects: list[Any], paths: list[str]) -> dict[Any, dict[str, Any]]:
    """These properties of these objects of one type, in one call; unset ones are left out."""
    query = pyvmomi().vmodl.query.PropertyCollector
    spec = query.FilterSpec(
        objectSet=[query.ObjectSpec(obj=found) for found in objects],
        propSet=[query.PropertySpec(type=type(objects[0]), pathSet=paths)],
    )
    collector = service.content.propertyCollector
    answer = collector.RetrievePropertiesEx([spec], query.RetrieveOptions())
    return {found.obj: {p.name: p.val for p in found.propSet} for found in answer.objects}
