"""`esxlab model check`: a throw-away copy tells what is wrong with a model, and is gone again."""

from __future__ import annotations

import contextlib
import signal
import time

import pytest

from esxlab.sim.conditions import CopySpeed
from esxlab.sim.inventory import pyvmomi
from esxlab.sim.light.disk import Node, load_disk, save_disk
from tests.classroom import SPECS, classroom
from tests.schools import administrator
from tests.vsphere_worlds import VcsimWorld

pytestmark = pytest.mark.scenario
CHECK = ("model", "check")


def codes(finished):
    """(topic, error code) of what is not as it should be."""
    found = finished.document["findings"]
    return {(f["topic"], f["error"]["code"]) for f in found if f["error"]}


def topics(finished):
    return [f["topic"] for f in finished.document["findings"] if f["verdict"] == "ok"]


@contextlib.contextmanager
def changed_model(room):
    """The model's disk, to be changed and written back."""
    (path,) = room.datastores.rglob("modeleD9-flat.vmdk")
    disk = load_disk(path)
    yield disk
    save_disk(path, disk)


@contextlib.contextmanager
def admin_of(room):
    """Somebody else with the same rights."""
    server = room.school.shape.servers[0]
    with administrator(room.access, server.host, user=server.user) as session:
        yield VcsimWorld(room.school, room.access, server, session, esxi=server.esxi[0])


@pytest.fixture
def room(tmp_path):
    with classroom(SPECS / "demo.yaml", tmp_path, speed=50.0) as found:
        yield found


def test_a_good_model_is_told_so_and_nothing_is_left(room):
    before = room.picture(stable=True)
    good = room.must(*CHECK, "-o", "json")
    assert codes(good) == set()
    assert {"copy", "login", "system", "packages", "room", "ping", "login_shell", "model"} <= set(
        topics(good)
    )
    assert room.picture(stable=True) == before
    room.checkpoint()
    only_looked = room.must(*CHECK, "--no-copy", "-o", "json")
    assert set(topics(only_looked)) == {"server", "licence", "model", "datastore"}
    assert room.changes() == []


def test_what_is_wrong_inside_is_told_with_its_remedy(room):
    with changed_model(room) as disk:
        disk.nodes["/root/.bashrc"] = Node(content=b"echo Bonjour la classe\n")
        rules = b'SUBSYSTEM=="net", ATTR{address}=="00:50:56:01:02:03", NAME="eth0"\n'
        disk.nodes["/etc/udev"] = disk.nodes["/etc/udev/rules.d"] = Node("dir", mode=0o755)
        disk.nodes["/etc/udev/rules.d/70-persistent-net.rules"] = Node(content=rules)
        for package in ("iputils-ping", "isc-dhcp-client"):
            disk.packages.pop(package)
        disk.nodes["/etc/apt/sources.list"] = Node(content=b"")
        disk.nodes = {p: n for p, n in disk.nodes.items() if not p.startswith("/var/lib/apt/lists/")}
    before = room.picture(stable=True)
    bad = room.must(*CHECK, "-o", "json", status=6)
    assert codes(bad) == {
        ("login_shell", "model.noisy_shell"),
        ("network", "model.persistent_net"),
        ("network", "guest.no_ifupdown"),
        ("ping", "model.no_ping"),
        ("packages", "guest.apt"),
    }
    assert "Bonjour la classe" in bad.out
    assert "rm /etc/udev/rules.d/70-persistent-net.rules" in bad.out
    assert room.picture(stable=True) == before


def test_a_model_that_nobody_can_log_in_to(room):
    with changed_model(room) as disk:
        disk.nodes["/etc/shadow"].content = b"root:*:19000:0:99999:7:::\n"
    before = room.picture(stable=True)
    bad = room.must(*CHECK, "-o", "json", status=6)
    assert codes(bad) == {("login", "guest.login")}
    assert room.picture(stable=True) == before


def test_hardware_that_speaks_against_it_and_a_model_that_is_on(room):
    device = pyvmomi().vim.vm.device
    drive = device.VirtualCdrom(
        key=-1,
        controllerKey=200,
        unitNumber=1,
        backing=device.VirtualCdrom.IsoBackingInfo(fileName="[datastore1] debian-9.13.0-i386-netinst.iso"),
        connectable=device.VirtualDevice.ConnectInfo(
            startConnected=True, connected=True, allowGuestControl=True
        ),
    )
    with admin_of(room) as admin:
        machine = admin.machine("modeleD9")
        change = device.VirtualDeviceSpec(operation="add", device=drive)
        admin.wait(machine.ReconfigVM_Task(pyvmomi().vim.vm.ConfigSpec(deviceChange=[change])))
        looked = room.must(*CHECK, "--no-copy", "-o", "json")
        assert codes(looked) == {("model", "model.iso")}
        assert ("model", "model.iso") in codes(room.must("doctor", "-o", "json"))
        admin.wait(machine.PowerOnVM_Task())
    room.checkpoint()
    on = room.must(*CHECK, "-o", "json", status=6)
    assert codes(on) == {
        ("model", "model.iso"),
        ("model", "vsphere.model_busy"),
        ("copy", "model.not_copied"),
    }
    assert room.changes() == []


def test_another_machine_of_the_inventory_and_one_that_is_not_there(room):
    missing = room.must(*CHECK, "modeleD12", "-o", "json", status=6)
    assert codes(missing) == {("model", "vsphere.model_missing"), ("copy", "model.not_copied")}
    with admin_of(room) as admin:
        admin.foreign_machine("serveur", "serveur")
    room.checkpoint()
    empty = room.must(*CHECK, "serveur", "-o", "json", status=6)
    assert codes(empty) == {("model", "vsphere.model_without_disk"), ("copy", "model.not_copied")}
    assert room.changes() == []


def test_somebody_elses_machine_with_the_copys_name_is_left_alone(room):
    with admin_of(room) as admin:
        admin.foreign_machine("model-check-demo-g01", "model-check-demo-g01")
    before = room.picture(stable=True)
    refused = room.must(*CHECK, "-o", "json", status=4)
    assert codes(refused) == {("copy", "vsphere.foreign_machine")}
    assert room.picture(stable=True) == before


@pytest.mark.parametrize("moment", ["copying", "asking"])
def test_killed_and_run_again(tmp_path, moment):
    copies = CopySpeed(4.0 if moment == "copying" else 0.0)
    with classroom(SPECS / "demo.yaml", tmp_path, speed=20.0, copies=copies) as room:
        before = room.picture(stable=True)
        victim = room.start(*CHECK)
        await_file(room, "*-flat.vmdk" if moment == "copying" else "*.vmx")
        victim.send(signal.SIGKILL)
        assert victim.wait().status == -signal.SIGKILL
        assert room.picture(stable=True) != before
        again = room.must(*CHECK, "-o", "json")
        assert codes(again) == set()
        assert room.picture(stable=True) == before


def test_stopped_by_its_user_it_takes_its_copy_away(room):
    before = room.picture(stable=True)
    running = room.start(*CHECK, "-o", "json")
    await_file(room, "*.vmx")
    running.send(signal.SIGINT)
    finished = running.wait()
    assert finished.status != 0
    assert ("copy", "model.stopped") in codes(finished)
    assert room.picture(stable=True) == before


def await_file(room, pattern, *, limit_s=60.0):
    """Until the throw-away copy has such a file."""
    until = time.monotonic() + limit_s
    while not list(room.datastores.glob(f"*/*/model-check-*/{pattern}")):
        assert time.monotonic() < until
        time.sleep(0.02)
