"""What a server tells of a machine: devices that no lab has to do with are passed over, all else is kept."""

from __future__ import annotations

from types import SimpleNamespace

from pyVmomi import vim
from pyVmomi.SoapAdapter import SerializeToStr

from esxlab.backends.vsphere.answers import PASSED_OVER, Answers
from esxlab.backends.vsphere.devices import read_hardware, read_nics
from esxlab.backends.vsphere.limits import LIMITS
from esxlab.backends.vsphere.soap import checked_properties

DEVICE = vim.vm.device
OURS = [
    DEVICE.VirtualIDEController(key=200, busNumber=0),
    DEVICE.ParaVirtualSCSIController(key=1000, busNumber=0, sharedBus="noSharing", device=[2000]),
    DEVICE.VirtualDisk(
        key=2000,
        controllerKey=1000,
        capacityInKB=20 * 1024 * 1024,
        backing=DEVICE.VirtualDisk.FlatVer2BackingInfo(fileName="[d] m/m.vmdk", diskMode="persistent"),
    ),
    DEVICE.VirtualVmxnet3(
        key=4000,
        macAddress="00:50:56:00:00:01",
        backing=DEVICE.VirtualEthernetCard.NetworkBackingInfo(deviceName="g01-inside"),
        connectable=DEVICE.VirtualDevice.ConnectInfo(
            connected=True, startConnected=True, allowGuestControl=True
        ),
    ),
]
OTHERS = [
    DEVICE.VirtualPS2Controller(key=300, busNumber=0, device=[600, 700]),
    DEVICE.VirtualKeyboard(key=600, deviceInfo=vim.Description(label="Keyboard", summary="Keyboard")),
    DEVICE.VirtualFloppy(key=8000, deviceInfo=vim.Description(label="Floppy drive 1", summary="")),
]


def body_of(devices):
    hardware = vim.vm.VirtualHardware(numCPU=2, memoryMB=512, device=devices)
    inner = SerializeToStr(hardware, version="vim.version.version10")
    inner = inner.decode() if isinstance(inner, bytes) else inner
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd='
        '"http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<soapenv:Body><AskResponse xmlns="urn:vim25">{inner}</AskResponse>'
        "</soapenv:Body></soapenv:Envelope>"
    ).encode()


def told(devices):
    return Answers(None, LIMITS).take(body_of(devices), vim.vm.VirtualHardware)


def test_what_is_passed_over_changes_nothing_that_is_read():
    mixed = told([OTHERS[0], OURS[0], OTHERS[1], *OURS[1:3], OTHERS[2], OURS[3], OTHERS[1]])
    plain = told(OURS)
    assert [type(device) for device in mixed.device] == [type(device) for device in OURS]
    assert read_hardware(mixed, "debian9Guest") == read_hardware(plain, "debian9Guest")
    assert read_nics(mixed, (), {}, powered_on=True) == read_nics(plain, (), {}, powered_on=True)
    assert (mixed.numCPU, mixed.memoryMB) == (2, 512)


def test_every_name_is_one_of_vspheres_and_none_is_a_disk_or_a_card():
    kinds = {
        name: getattr(DEVICE, name, None) or getattr(DEVICE, name.replace("Machine", "", 1))
        for name in PASSED_OVER
    }
    assert all(issubclass(kind, DEVICE.VirtualDevice) for kind in kinds.values())
    kept = (
        DEVICE.VirtualDisk,
        DEVICE.VirtualEthernetCard,
        DEVICE.VirtualSCSIController,
        DEVICE.VirtualSATAController,
    )
    assert not [name for name, kind in kinds.items() if issubclass(kind, kept)]


def test_a_property_that_is_told_empty_is_one_that_is_not_set():
    found = SimpleNamespace(
        obj=vim.VirtualMachine("vm-1"),
        propSet=[SimpleNamespace(name="name", val="srvweb1"), SimpleNamespace(name="snapshot", val=None)],
    )
    assert checked_properties(found) == {"name": "srvweb1"}
