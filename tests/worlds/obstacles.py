"""What stands in the way: each with the source that says so, the words that must be said, and its remedy."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from esxlab.sim.inventory import escaped, pyvmomi
from tests.worlds.names import true_name
from tests.worlds.routers import interfaces_of
from tests.worlds.servers import CENTRAL, LONE, NETWORKS, devices_of, model_folder, model_of
from tests.worlds.values import Obstacle

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.worlds.room import Room

BOOT_S = 60.0
"""Far more than a boot takes."""
REQUIRED = "vSphere API reference, Required Privileges of the method"
ROLE = ("esxlab role print", "esxlab role print")
NO_LIMIT: dict[str, frozenset[str]] = {}


def _host(room: Room) -> tuple[str, ...]:
    return (room.server.esxi[0],)


def _model(room: Room) -> tuple[str, ...]:
    return (room.server.model,)


def _store(room: Room) -> tuple[str, ...]:
    return (room.server.datastores[0].name,)


# the account


def _lacking(*names: str) -> Callable[[Room], Callable[[], None]]:
    def place(room: Room) -> Callable[[], None]:
        kept = room.proxy.lacking
        room.proxy.lacking = (*kept, *names)
        return lambda: setattr(room.proxy, "lacking", kept)

    return place


def _privilege(name: str, **fits: Any) -> Obstacle:
    return Obstacle(source=REQUIRED, named=lambda _: (name,), remedy=ROLE, place=_lacking(name), fits=fits)


# licence


def _free(edition: str) -> Obstacle:
    """The remedy is to enter one that was paid for."""

    def place(room: Room) -> Callable[[], None]:
        kept = room.proxy.edition
        room.proxy.read_only = True
        _licensed(room, edition)

        def undo() -> None:
            room.proxy.read_only = False
            _licensed(room, kept)

        return undo

    return Obstacle(
        source="pyvmomi#625: writes raise RestrictedVersion; worlds.md, licence, spellings",
        named=lambda room: (room.host,),
        remedy=("enter an evaluation or a paid licence", "saisissez une licence"),
        place=place,
        fits={"inventory": LONE},
    )


def _licensed(room: Room, edition: str) -> None:
    """The licence of a lone ESXi is another one from here on (LicenseManager.UpdateLicense)."""
    room.proxy.edition = edition


# the host


def _maintenance(room: Room) -> Callable[[], None]:
    with room.administrator() as admin:
        host = admin.all("HostSystem")[room.server.esxi[0]]
        admin.wait(host.EnterMaintenanceMode_Task(timeout=0))

    def undo() -> None:
        with room.administrator() as admin:
            host = admin.all("HostSystem")[room.server.esxi[0]]
            admin.wait(host.ExitMaintenanceMode_Task(timeout=0))

    return undo


# the model


def _at_model(change: Callable[[Any, Any], None], back: Callable[[Any, Any], None]) -> Any:
    def place(room: Room) -> Callable[[], None]:
        with room.administrator() as admin:
            change(admin, model_of(room, admin))

        def undo() -> None:
            with room.administrator() as admin:
                back(admin, model_of(room, admin))

        return undo

    return place


def _power_on(admin: Any, model: Any) -> None:
    admin.wait(model.PowerOnVM_Task())


def _runs(room: Room) -> Callable[[], None]:
    """The model runs, and has booted: what its boot writes on its disk is not what a command wrote."""
    undo = _at_model(_power_on, _power_off)(room)
    with room.administrator() as admin:
        names = {model_of(room, admin).name, room.server.model}
    end = time.monotonic() + BOOT_S
    while not any(m.booted and m.name in names for m in [*room.school.engine.world.machines.values()]):
        assert time.monotonic() < end, f"{names} does not boot"
        time.sleep(0.05)
    return undo


def _power_off(admin: Any, model: Any) -> None:
    admin.wait(model.PowerOffVM_Task())


def _suspend(admin: Any, model: Any) -> None:
    admin.wait(model.PowerOnVM_Task())
    admin.wait(model.SuspendVM_Task())


def _wake(admin: Any, model: Any) -> None:
    admin.wait(model.PowerOnVM_Task())
    admin.wait(model.PowerOffVM_Task())


def _snapshot(admin: Any, model: Any) -> None:
    admin.wait(model.CreateSnapshot_Task(name="avant la rentrée", memory=False, quiesce=False))


def _no_snapshot(admin: Any, model: Any) -> None:
    admin.wait(model.RemoveAllSnapshots_Task())


def _second_disk(admin: Any, model: Any) -> None:
    vim = pyvmomi().vim
    disk = next(d for d in devices_of(admin, model) if isinstance(d, vim.vm.device.VirtualDisk))
    backing = vim.vm.device.VirtualDisk.FlatVer2BackingInfo(diskMode="persistent", thinProvisioned=True)
    second = vim.vm.device.VirtualDisk(
        key=-9, controllerKey=disk.controllerKey, unitNumber=3, capacityInKB=1 << 20, backing=backing
    )
    add = vim.vm.device.VirtualDeviceSpec(operation="add", fileOperation="create", device=second)
    admin.wait(model.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[add])))


def _one_disk(admin: Any, model: Any) -> None:
    vim = pyvmomi().vim
    second = [d for d in devices_of(admin, model) if isinstance(d, vim.vm.device.VirtualDisk)][1]
    gone = vim.vm.device.VirtualDeviceSpec(operation="remove", fileOperation="destroy", device=second)
    admin.wait(model.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[gone])))


def _disk_moved(room: Room) -> Callable[[], None]:
    folder = model_folder(room)
    file = next(path for path in folder.glob("*.vmdk") if not path.name.endswith("-flat.vmdk"))
    other = file.rename(file.with_name("ailleurs.vmdk"))
    return lambda: (other.rename(file), None)[1]


# space


def _no_room(room: Room) -> Callable[[], None]:
    """An ISO of somebody's fills the datastore (a sparse file: vcsim counts its length)."""
    store = room.datastores / room.host / escaped(room.server.datastores[0].name)
    iso = store / "somebody.iso"
    with iso.open("wb") as file:
        file.truncate(room.server.datastores[0].capacity_gib << 30)
    _refresh(room)

    def undo() -> None:
        iso.unlink()
        _refresh(room)

    return undo


def _refresh(room: Room) -> None:
    with room.administrator() as admin:
        for store in admin.all("Datastore").values():
            store.RefreshDatastore()


# networks


def _port_group(side: str) -> Obstacle:
    """Somebody's port group of that very name, with another VLAN."""

    def named(room: Room) -> tuple[str, ...]:
        from esxlab.spec.load import load_class_spec

        (group, *_) = load_class_spec(room.spec).groups(None)
        return (getattr(group, side).port_group,)

    def place(room: Room) -> Callable[[], None]:
        vim = pyvmomi().vim
        (name,) = named(room)
        with room.administrator() as admin:
            host = admin.all("HostSystem")[room.server.esxi[0]]
            host.configManager.networkSystem.AddPortGroup(
                vim.host.PortGroup.Specification(
                    name=name, vlanId=999, vswitchName=room.server.vswitch, policy=vim.host.NetworkPolicy()
                )
            )

        def undo() -> None:
            with room.administrator() as admin:
                host = admin.all("HostSystem")[room.server.esxi[0]]
                host.configManager.networkSystem.RemovePortGroup(name)

        return undo

    return Obstacle(
        source="HostNetworkSystem.AddPortGroup: AlreadyExists (vSphere API reference)",
        named=named,
        remedy=("remove that port group if nobody needs it", "supprimez-le si personne"),
        place=place,
        fits={"networks": frozenset({"made here", "made here, other names"})},
        one=True,
    )


# the spec names what is not there


def shown(name: str) -> str:
    """As people see it, with blanks as `said` has them."""
    return " ".join(true_name(name).split())


def _misspelt(key: str, dimension: str) -> Obstacle:
    from tests.worlds.names import name_of

    def spec(world: Any) -> dict[str, Any]:
        return {"vsphere": {key: f"{name_of(world, dimension)}x"}}

    fits = {} if key in {"datastore", "staging", "model", "vswitch"} else {"inventory": CENTRAL}
    if key == "vswitch":
        fits = {"networks": frozenset({"made here", "made here, other names"})}
    return Obstacle(
        source="no object of that name (cases.md: model mistyped)",
        named=lambda room: (shown(f"{name_of(room.world, dimension)}x"),),
        remedy=(f"in the spec ({key}", f"dans la spec ({key}"),
        spec=spec,
        fits=fits,
    )


# the router


def _configured(
    text: str, line: str, *, source: str, remedy: tuple[str, str] = ("", ""), fits: Any = NO_LIMIT
) -> Obstacle:
    """Lines that a technician typed; the remedy is to take them back."""

    def place(room: Room) -> Callable[[], None]:
        box = room.router.box
        kept, startup = box.running, box.startup
        from copy import deepcopy

        box.running = deepcopy(kept)
        from esxlab.sim.router.configure import load

        load(box.running, text.format(**interfaces_of(room)))
        box.tell()

        def undo() -> None:
            box.running, box.startup = kept, startup
            box.tell()

        return undo

    return Obstacle(
        source=source,
        named=lambda room: (line.format(**interfaces_of(room)),),
        remedy=remedy if remedy[0] else (f"`no {line.partition('{')[0]}",) * 2,
        place=place,
        one=True,
        fits=fits,
    )


def _router(room: Room) -> tuple[str, ...]:
    return (room.router.name,)


def _says(command: str, answer: str, source: str) -> Obstacle:
    def place(room: Room) -> Callable[[], None]:
        faults = room.router.faults
        kept = dict(faults.says)
        faults.says = {**kept, command: answer}
        return lambda: setattr(faults, "says", kept)

    remedy = ("`show configuration lock`", "`show configuration lock`")
    return Obstacle(source=source, named=_router, remedy=remedy, place=place, one=True)


def _password(kind: str, source: str) -> Obstacle:
    """The router's password is another one; the remedy is the right one."""

    def place(room: Room) -> Callable[[], None]:
        router = room.router
        kept = getattr(router, kind)
        setattr(router, kind, "another one")
        return lambda: setattr(router, kind, kept)

    remedy = (f"ESXLAB_ROUTER{kind.upper()}",) * 2
    return Obstacle(source=source, named=_router, remedy=remedy, place=place, one=True)


def _all_vty(room: Room) -> Callable[[], None]:
    """Five others are logged in (line vty 0 4)."""
    router = room.router
    others = [object() for _ in range(5)]
    router._sessions.update(others)
    return lambda: router._sessions.difference_update(others)


def _no_interface(world: Any) -> dict[str, Any]:
    _ = world
    return {"router": {"outside": "FastEthernet9/0"}}


OUTSIDE = "interface {outside}\n no shutdown\n "
STATIC = "ip nat inside source static"
WITH_NAT = {"course": frozenset({"ha, then lb"})}
"""The balancer is reached without the router's address: no static entry is sent for the other part, and
obstacles stand in the way of a course's first."""
OBSTACLES: dict[str, Obstacle] = {
    "no Datastore.FileManagement": _privilege("Datastore.FileManagement"),
    "no Datastore.AllocateSpace": _privilege("Datastore.AllocateSpace"),
    "no VirtualMachine.Inventory.Create": _privilege("VirtualMachine.Inventory.Create"),
    "no VirtualMachine.Config.AddExistingDisk": _privilege("VirtualMachine.Config.AddExistingDisk"),
    "no VirtualMachine.Interact.PowerOn": _privilege("VirtualMachine.Interact.PowerOn"),
    "no Resource.AssignVMToPool": _privilege("Resource.AssignVMToPool"),
    "no Network.Assign": _privilege("Network.Assign"),
    "no Folder.Create": _privilege("Folder.Create", inventory=CENTRAL),
    "may make no networks": Obstacle(
        source=REQUIRED,
        named=lambda _: ("Host.Config.Network",),
        remedy=ROLE,
        place=_lacking(*NETWORKS),
        fits={"networks": frozenset({"made here", "made here, other names"})},
    ),
    "free: esxBasic": _free("esxBasic"),
    "free: esx.hypervisor.cpuPackage": _free("esx.hypervisor.cpuPackage"),
    "free: CoreLimited": _free("esx.hypervisor.cpuPackageCoreLimited"),
    "free: OEM": _free("esx.hypervisorEmbeddedOem.cpuPackageCoreLimited"),
    "unknown, reads only": _free("esx.hobby.cpuPackage"),
    "host in maintenance": Obstacle(
        source="vSphere API, HostSystem.EnterMaintenanceMode_Task", named=_host, place=_maintenance,
        remedy=("take it out of maintenance mode", "sortez-le du mode maintenance"),
    ),
    "model is running": Obstacle(
        source="FileLocked of a copied disk (vSphere API, CopyVirtualDisk_Task)",
        named=_model, place=_runs, remedy=("shut it down", "éteignez-le"),
    ),
    "model is suspended": Obstacle(
        source="cases.md, model suspended", named=_model, place=_at_model(_suspend, _wake),
        remedy=("power it on, shut it down", "allumez-le, éteignez-le"),
    ),
    "model has a snapshot": Obstacle(
        source="worlds.md, model with snapshots", named=_model, place=_at_model(_snapshot, _no_snapshot),
        remedy=("delete its snapshots", "supprimez ses instantanés"),
    ),
    "model has two disks": Obstacle(
        source="cases.md, model with two disks", named=_model, place=_at_model(_second_disk, _one_disk),
        remedy=("remove the others from the model", "retirez les autres du modèle"),
    ),
    "model's disk was moved": Obstacle(
        source="cases.md, vmdk moved away", named=_model, place=_disk_moved,
        remedy=("move it back", "remettez-le en place"),
        fits={"model_place": frozenset({"own folder", "elsewhere"})},
    ),
    "datastore is full": Obstacle(
        source="vSphere API, NoDiskSpace", named=_store, place=_no_room,
        remedy=("free space on it", "libérez de la place"),
    ),
    "port group of another": _port_group("inside"),
    "no such model": _misspelt("model", "model_name"),
    "no such datastore": _misspelt("datastore", "store_name"),
    "no such staging": _misspelt("staging", "staging_name"),
    "no such vSwitch": _misspelt("vswitch", "vswitch_name"),
    "no such host": _misspelt("esxi", "host_name"),
    "no such datacenter": _misspelt("datacenter", "datacenter_name"),
    "no such interface": Obstacle(
        source="IOS: % Invalid input of `interface`", named=lambda _: ("FastEthernet9/0",),
        spec=_no_interface, remedy=("correct `router` in the spec", "corrigez `router` dans la spec"),
    ),
    "port taken": _configured(
        f"{STATIC} tcp 192.168.9.9 80 interface {{outside}} 80\n",
        f"{STATIC} tcp 192.168.9.9 80 interface {{outside}} 80",
        source="router.md: %NAT: similar static entry already exists", fits=WITH_NAT,
    ),
    "every port taken": _configured(
        f"{STATIC} 192.168.9.9 interface {{outside}}\n", f"{STATIC} 192.168.9.9 interface {{outside}}",
        source="cases.md, others' static of all ports", fits=WITH_NAT,
    ),
    "NVI": _configured(OUTSIDE + "ip nat enable\n", "ip nat enable", source="cases.md, NVI"),
    "switchport": _configured(
        OUTSIDE + "switchport access vlan 10\n", "switchport access vlan 10", source="cases.md, switchport"
    ),
    "VRF": _configured(
        "ip vrf eleves\ninterface {inside}\n ip vrf forwarding eleves\n", "ip vrf forwarding eleves",
        source="cases.md, in a VRF",
    ),
    "channel-group": _configured(OUTSIDE + "channel-group 1\n", "channel-group 1", source="cases.md"),
    "overlap": _configured(
        "interface Loopback9\n ip address 172.16.9.9 255.255.255.0\n", "Loopback9",
        source="IOS: % ... overlaps with ...", remedy=("free Loopback9", "libérez Loopback9"),
    ),
    "configuration is locked": _says(
        "configure terminal", "% Configuration database is locked by user 'x'\n",
        "cases.md, configure terminal"
    ),
    "commands are not authorized": _says(
        "configure terminal", "Command authorization failed.\n", "cases.md, configure terminal"
    ),
    "router's password": _password("_password", "worlds.md, sessions"),
    "router's secret": _password("_secret", "worlds.md, sessions"),
    "no line is free": Obstacle(
        source="netmiko#2570: five vty lines", named=_router, place=_all_vty,
        remedy=("`clear line vty N`", "`clear line vty N`"),
        fits={"way": frozenset({"ssh", "telnet"})}, one=True,
    ),
}  # fmt: skip
