"""A foreign class and foreign objects beside the class, as near to ours as they can be without being ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.inventory import escaped, pyvmomi

if TYPE_CHECKING:
    from tests.worlds.room import Room

FOLDERS = ("esxlab-sio2-b-g03", "g03-srvweb1-copie", "thèse")


def plant(room: Room) -> None:
    """A group 3 of the class sio2-b with its marks, folders, a port group, a router's lines."""
    vim = pyvmomi().vim
    store = escaped(room.server.datastores[0].name)
    with room.administrator() as admin:
        datacenter = admin.all("Datacenter")[escaped(room.server.datacenter)]
        host = admin.all("HostSystem")[room.server.esxi[0]]
        host.configManager.networkSystem.AddPortGroup(
            vim.host.PortGroup.Specification(
                name="g03-inside-b",
                vlanId=1103,
                vswitchName=room.server.vswitch,
                policy=vim.host.NetworkPolicy(),
            )
        )
        home = datacenter.vmFolder
        if room.server.kind == "vcenter":  # a lone ESXi has no folders
            home = home.CreateFolder("esxlab-sio2-b-g03")
        marks = {"esxlab.class": "sio2-b", "esxlab.group": "3", "esxlab.machine": "srvweb1"}
        spec = vim.vm.ConfigSpec(
            name="g03-srvweb1" if room.server.kind == "vcenter" else "g03-srvweb1-b",
            files=vim.vm.FileInfo(vmPathName=f"[{store}] g03-srvweb1-b/g03-srvweb1.vmx"),
            extraConfig=[vim.option.OptionValue(key=key, value=value) for key, value in marks.items()],
        )
        admin.wait(home.CreateVM_Task(spec, pool=host.parent.resourcePool, host=host))
    for folder in FOLDERS:
        place = room.datastores / room.host / store / folder
        place.mkdir()
        (place / "notes.txt").write_text("d'une autre", encoding="utf-8")
    room.configure(
        "interface Loopback44\n description autre classe\n ip address 10.44.0.1 255.255.255.0\n"
        "ip nat inside source static tcp 10.44.0.2 22 interface Loopback44 2244\n"
    ) if room.router.box.startup else None
