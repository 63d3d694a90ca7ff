"""vSphere's dimensions: inventory, licence, account, networks, the model, and how long things take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.sim.conditions import Pace
from esxlab.sim.inventory import escaped, pyvmomi, read
from tests.worlds.values import Value, of_server

if TYPE_CHECKING:
    from tests.worlds.room import Administrator, Room
    from tests.worlds.world import World

CENTRAL = frozenset({"vCenter", "folders and a cluster", "two of everything"})
LONE = frozenset({"lone ESXi, evaluation", "lone ESXi, standard", "lone ESXi, unknown licence"})
HOW = "worlds.md, vSphere"
NETWORKS = (
    "Host.Config.Network",
    "DVSwitch.Create",
    "DVPortgroup.Create",
    "DVPortgroup.Modify",
    "DVPortgroup.Delete",
)


def _another_datacenter(room: Room) -> None:
    """A second datacenter, in a folder of its own, as two sites of one vCenter have it."""
    with room.administrator() as admin:
        folder = admin.service.RetrieveContent().rootFolder.CreateFolder("Autre site")
        folder.CreateDatacenter(name=escaped("Annexe"))


def _another_host(room: Room) -> None:
    vim = pyvmomi().vim
    with room.administrator() as admin:
        datacenter = next(iter(admin.all("Datacenter").values()))
        spec = vim.host.ConnectSpec(hostName="esxi9.example", userName="root", password="-", force=True)
        admin.wait(datacenter.hostFolder.AddStandaloneHost_Task(spec, addConnected=True))


def _alone(world: World) -> dict[str, Any]:
    """A lone ESXi is its own host; its datacenter is ha-datacenter, whatever a vCenter calls its own."""
    return {"vsphere": {"datacenter": None, "esxi": None}}


def _two_of_everything(room: Room) -> None:
    _another_datacenter(room)
    _another_host(room)


def _licensed(edition: str) -> Any:
    return lambda room: setattr(room.proxy, "edition", edition)


EDITIONS = "pyvmomi#625; worlds.md, licence"
INVENTORY = {
    "vCenter": Value(source=HOW),
    "folders and a cluster": Value(
        source=HOW, shape=lambda shape: of_server(shape, folders=("Lycée", "BTS SIO"), cluster="Grappe 1")
    ),
    "two of everything": Value(source=HOW, prepare=_two_of_everything),
    "lone ESXi, evaluation": Value(source=EDITIONS, spec=_alone),
    "lone ESXi, standard": Value(
        source=EDITIONS, spec=_alone, prepare=_licensed("esx.standard.cpuPackageCoreLimited")
    ),
    "lone ESXi, unknown licence": Value(
        source=EDITIONS, spec=_alone, prepare=_licensed("esx.vcf.cpuPackageCoreLimited")
    ),
}
GIVEN = frozenset({"standard given", "distributed given"})
ACCOUNT = {
    "administrator": Value(source=HOW),
    "may make no networks": Value(
        source="vSphere API reference, Required Privileges", conditions={"lacking": NETWORKS},
        fits={"networks": GIVEN},
    ),
    "least role": Value(
        source="vSphere API reference, Required Privileges",
        conditions={"lacking": ("Datastore.Rename", "Global.Licenses", "Host.Inventory.EditCluster",
                                "VirtualMachine.Interact.Reset", "DVSwitch.Create")},
    ),
}  # fmt: skip


def _given(inside: str, outside: str, kind: str) -> dict[str, Any]:
    return {
        "inside": {"port_group": inside, "existing": True, "kind": kind, "vlan": None},
        "outside": {"port_group": outside, "existing": True, "kind": kind, "vlan": None},
    }


OWN_NAMES = {
    "inside": {"port_group": "Salle-12_g{{ group }}.dedans"},
    "outside": {"port_group": "reseau.eleves-{{ group }}"},
}
NETWORKS_OF = {
    "made here": Value(source=HOW),
    "made here, other names": Value(source=HOW, spec=OWN_NAMES),
    "standard given": Value(
        source="worlds.md, networks",
        spec=_given("G{{ group }} dedans: 'A'", "Réseau du groupe {{ group }}", "standard"),
    ),
    "distributed given": Value(
        source="worlds.md, networks",
        spec=_given("SIO & CO / {{ group }} [in]", "#G{{ group }}-OUT: élèves", "distributed"),
        fits={"inventory": CENTRAL},
    ),
}


def _built(change: Any) -> Any:
    """A model that its builder has changed: `change` takes the administrator and the machine."""

    def prepare(room: Room) -> None:
        with room.administrator() as admin:
            change(admin, model_of(room, admin))

    return prepare


def model_of(room: Room, admin: Administrator) -> Any:
    """The model, whatever it is called."""
    return admin.all("VirtualMachine")[escaped(room.server.model)]


def _firmware(version: str, **firmware: Any) -> Any:
    def change(admin: Administrator, model: Any) -> None:
        vim = pyvmomi().vim
        admin.wait(model.ReconfigVM_Task(vim.vm.ConfigSpec(**firmware)))
        if version:
            admin.wait(model.UpgradeVM_Task(version))

    return _built(change)


def _controller(kind: str) -> Any:
    """Take the disk off its controller and put it on another."""

    def change(admin: Administrator, model: Any) -> None:
        device = pyvmomi().vim.vm.device
        disk = next(d for d in devices_of(admin, model) if isinstance(d, device.VirtualDisk))
        bus = next(d for d in devices_of(admin, model) if isinstance(d, device.VirtualSCSIController))
        replace_disk(admin, model, disk, getattr(device, kind)(key=-101, busNumber=1), gone=bus)

    return _built(change)


def devices_of(admin: Administrator, machine: Any) -> list[Any]:
    return list(read(admin.service, [machine], ["config.hardware.device"])[machine]["config.hardware.device"])


def replace_disk(
    admin: Administrator, machine: Any, disk: Any, controller: Any, *, gone: Any = None, path: str = ""
) -> None:
    """The same disk on another controller, or at another path."""
    vim = pyvmomi().vim
    change = vim.vm.device.VirtualDeviceSpec
    if isinstance(controller, vim.vm.device.VirtualSCSIController):
        controller.sharedBus = "noSharing"
    backing = vim.vm.device.VirtualDisk.FlatVer2BackingInfo(
        fileName=path or disk.backing.fileName, diskMode="persistent", thinProvisioned=True
    )
    added = vim.vm.device.VirtualDisk(
        key=-102, controllerKey=controller.key, unitNumber=0 if controller.key < 0 else disk.unitNumber,
        capacityInKB=disk.capacityInKB, backing=backing,
    )  # fmt: skip
    steps = [change(operation="remove", device=disk)]
    if controller.key < 0:
        steps.append(change(operation="add", device=controller))
    if gone is not None:
        steps.append(change(operation="remove", device=gone))
    steps.append(change(operation="add", device=added))
    for step in steps[:1], steps[1:]:
        admin.wait(machine.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=step)))


MODEL_HOW = "cases.md, vSphere: EFI model; vSphere API, VirtualMachineConfigSpec.firmware"
MODEL = {
    "BIOS, vmx-13": Value(source=MODEL_HOW),
    "BIOS, vmx-15": Value(source=MODEL_HOW, prepare=_firmware("vmx-15")),
    "EFI, vmx-19": Value(source=MODEL_HOW, prepare=_firmware("vmx-19", firmware="efi")),
}
CONTROLLER_HOW = "worlds.md, model; VMware KB 1010398"
CONTROLLER = {
    "pvscsi": Value(source=CONTROLLER_HOW),
    "LSI": Value(source=CONTROLLER_HOW, prepare=_controller("VirtualLsiLogicController")),
    "SAS": Value(source=CONTROLLER_HOW, prepare=_controller("VirtualLsiLogicSASController")),
    "SATA": Value(source=CONTROLLER_HOW, prepare=_controller("VirtualAHCIController")),
    "BusLogic": Value(source=CONTROLLER_HOW, prepare=_controller("VirtualBusLogicController")),
}


def model_folder(room: Room) -> Any:
    """The local directory of the model's files."""
    store = room.datastores / room.host / escaped(room.server.datastores[0].name)
    return next(path.parent for path in store.rglob("*-flat.vmdk"))


def _at_the_root(room: Room) -> None:
    """The disk lies at the datastore's root, where an upload by the datastore browser leaves it."""
    folder = model_folder(room)
    for file in folder.glob("*.vmdk"):
        file.rename(folder.parent / file.name)
    _moved(room, f"[{escaped(room.server.datastores[0].name)}] {folder.name}.vmdk")


def _elsewhere(room: Room) -> None:
    """In a folder below a folder, neither of the model's name."""
    folder = model_folder(room)
    place = folder.parent / "modèles & co" / "D9 (stretch)"
    place.mkdir(parents=True)
    for file in folder.glob("*.vmdk"):
        file.rename(place / file.name)
    store = escaped(room.server.datastores[0].name)
    _moved(room, f"[{store}] modèles & co/D9 (stretch)/{folder.name}.vmdk")


def _moved(room: Room, path: str) -> None:
    with room.administrator() as admin:
        device = pyvmomi().vim.vm.device
        model = model_of(room, admin)
        found = devices_of(admin, model)
        disk = next(d for d in found if isinstance(d, device.VirtualDisk))
        bus = next(d for d in found if d.key == disk.controllerKey)
        replace_disk(admin, model, disk, bus, path=path)


MODEL_PLACE = {
    "own folder": Value(source=HOW),
    "root": Value(source="cases.md, vSphere: disk at the datastore's root", prepare=_at_the_root),
    "elsewhere": Value(source="worlds.md, model: disk not in the folder of its name", prepare=_elsewhere),
}


def _paced(pace: Pace) -> Any:
    return lambda room: room.keep_pace(pace)


TIMING = "worlds.md, timing and Tools"
PACE = {
    "at once": Value(source=TIMING, prepare=_paced(Pace(boot_s=1.0))),
    "shutdown 60 s": Value(source=TIMING, prepare=_paced(Pace(boot_s=18.0, shutdown_s=60.0))),
    "late Tools": Value(source=TIMING, prepare=_paced(Pace(boot_s=18.0, tools_late_s=25.0, shutdown_s=5.0))),
    "stale Tools": Value(
        source=TIMING, prepare=_paced(Pace(boot_s=5.0, shutdown_s=20.0, tools_stale_s=20.0))
    ),
    "slow tasks": Value(source=TIMING, prepare=_paced(Pace(boot_s=18.0, copy_s=30.0, task_s=4.0))),
}
DIMENSIONS = {
    "inventory": INVENTORY,
    "account": ACCOUNT,
    "networks": NETWORKS_OF,
    "controller": CONTROLLER,
    "model_place": MODEL_PLACE,
    "model": MODEL,
    "pace": PACE,
    "delay": {
        "none": Value(source=TIMING),
        "20 ms": Value(source=TIMING, conditions={"call_delay_s": 0.02}),
    },
}
