"""Somebody else's things beside a group's, with names as close to ours as they can be without being ours."""

from __future__ import annotations

from esxlab.sim.inventory import await_task, log_in, pyvmomi
from esxlab.sim.router.configure import load
from tests.classroom import vcsim_user

STATIC = "ip nat inside source static tcp 172.16.193.99 22 interface FastEthernet0/0 2222"


def plant_neighbours(room, class_name: str, group: int) -> None:
    """A machine, folders, a port group and a router line beside those of a group of the demonstration."""
    vim = pyvmomi().vim
    (host,) = room.school.vcsims
    prefix, home = f"g{group:02d}", f"esxlab-{class_name}-g{group:02d}"
    service = log_in(
        room.school.vcsims[host].port,
        vcsim_user(room.school.shape, host),
        room.access["passwords"]["vsphere"],
    )
    try:
        content = service.RetrieveContent()
        datacenter = next(c for c in content.rootFolder.childEntity if isinstance(c, vim.Datacenter))
        esxi = datacenter.hostFolder.childEntity[0].host[0]
        esxi.configManager.networkSystem.AddPortGroup(
            vim.host.PortGroup.Specification(
                name=f"{prefix}-inside2",
                vlanId=100 + group,
                vswitchName="vSwitch0",
                policy=vim.host.NetworkPolicy(),
            )
        )
        datacenter.vmFolder.CreateFolder(f"{home}0")
        spec = vim.vm.ConfigSpec(
            name=f"{prefix}-srvweb1",  # the very name; but in the root, without our marks
            files=vim.vm.FileInfo(vmPathName=f"[datastore1] {prefix}-srvweb1-old/{prefix}-srvweb1.vmx"),
            annotation=f"esxlab.class={class_name} esxlab.group={group} esxlab.machine=srvweb1",
        )
        pool = datacenter.hostFolder.childEntity[0].resourcePool
        await_task(service, datacenter.vmFolder.CreateVM_Task(spec, pool=pool, host=esxi))
    finally:
        service.content.sessionManager.Logout()
        service._stub.DropConnections()
    store = room.datastores / host / "datastore1"
    for folder in (f"{prefix}-srvweb3", f"{home}-backup", f"{prefix}"):
        (store / folder).mkdir()
        (store / folder / "record.json").write_text("{}", encoding="ascii")
    router = next(r for r in room.school.routers if str(group) in r.name)
    load(router.box.running, STATIC)
    router.box.write_memory()
