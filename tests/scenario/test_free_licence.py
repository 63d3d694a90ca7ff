"""A class on hosts with the free licence: everything goes over SSH, and nothing is changed by their API."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from pyVmomi import vim

from esxlab.spec.load import load_class_spec
from tests.borrowed import borrows
from tests.classroom import classroom
from tests.commands import Starter
from tests.roads import skip_on_other_days, straight
from tests.vsphere_worlds import ShellWorld

pytestmark = [pytest.mark.scenario, borrows("busybox")]
SPEC = Path(__file__).parents[2] / "specs" / "tp-free.yaml"
SPEED = 5.0


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Three hosts of the shipped class: one for a life, one with strangers, one for two laptops."""
    directory = tmp_path_factory.mktemp("free")
    spec = directory / "tp-free.yaml"
    spec.write_text(SPEC.read_text(encoding="utf-8").replace("1-12", "1-3"), encoding="utf-8")
    with classroom(spec, directory, licence="free", speed=SPEED) as found:
        yield found
        assert found.changes() == []


@pytest.fixture
def _on_its_day(request):
    skip_on_other_days(request)


on_its_day = pytest.mark.usefixtures("_on_its_day")


@contextlib.contextmanager
def somebody(room, number):
    """Somebody at the console of a group's host, and the group's machines as the spec names them."""
    group = load_class_spec(room.spec).groups(None)[number - 1]
    server = next(s for s in room.school.shape.servers if s.host == group.site.server.host)
    with (
        straight(room.school, server) as session,
        contextlib.closing(ShellWorld(room.school, room.access, server, session)) as hands,
    ):
        yield hands, group.machines[0]


def verdicts(room, command, *words):
    document = room.must(command, "-g", 1, "--output", "json", *words).document
    return {check["verdict"] for group in document["groups"] for check in group["checks"]}


def test_a_free_host_carries_a_lab_from_nothing_to_nothing(room):
    """Both parts of the exercise, with a failure of each that is watched and put back."""
    nothing = room.picture()
    assert "SSH" in room.must("plan").err
    room.must("provision", "-g", 1, "--yes")
    assert verdicts(room, "verify") == {"ok"}
    again = room.must("provision", "-g", 1, "--yes", "--output", "json").document
    assert {group["result"] for group in again["groups"]} == {"nothing"}
    room.must("drill", "nic", "-g", 1, "--yes")
    room.must("provision", "-g", 1, "--scenario", "lb", "--yes")
    assert verdicts(room, "verify", "--scenario", "lb") == {"ok"}
    room.must("drill", "server", "-g", 1, "--scenario", "lb", "--yes")
    room.must("teardown", "-g", 1, "--yes")
    assert room.picture() == nothing


MACHINES = ("provision", "-g", 2, "--until", "machines", "--yes", "--quiet")
TEARDOWN = ("teardown", "-g", 2, "--yes", "--quiet")


@on_its_day
def test_a_foreign_folder_in_the_place_of_ours_is_refused_and_kept(room):
    with somebody(room, 2) as (hands, machine):
        hands.foreign_folder(machine.folder)
        before = room.picture()
        assert f"[datastore1] {machine.folder}" in room.must(*MACHINES, status=4).out
        assert room.picture() == before
        hands.remove_foreign(machine.folder)


@on_its_day
def test_a_machine_of_our_name_is_somebodys(room):
    """A host has one folder for all of its machines: the name is taken."""
    with somebody(room, 2) as (hands, machine):
        hands.foreign_machine(machine.vm_name, "somebody")
        before = room.picture()
        assert machine.vm_name in room.must(*MACHINES, status=4).out
        assert room.picture() == before
        hands.remove_foreign(machine.vm_name)


@on_its_day
def test_somebodys_disk_on_our_machine_outlives_it(room):
    with somebody(room, 2) as (hands, machine):
        room.must(*MACHINES)
        thesis = attach_a_thesis(hands, hands.machine(machine.vm_name))
        before = {path.name: path.read_bytes() for path in thesis.iterdir()}
        room.must(*TEARDOWN)
        assert {path.name: path.read_bytes() for path in thesis.iterdir()} == before
        assert not (hands.datastore / machine.folder).exists()


def attach_a_thesis(hands, ours):
    """A student's disk, in a folder of his own, as one more disk of a machine of ours."""
    folder = hands.datastore / "thesis"
    folder.mkdir()
    for end in (".vmdk", "-flat.vmdk"):
        shutil.copy(hands.datastore / f"modeleD9/modeleD9{end}", folder / f"thesis{end}")
    device = vim.vm.device
    controller = next(
        d.key for d in ours.config.hardware.device if isinstance(d, device.VirtualSCSIController)
    )
    disk = device.VirtualDisk(
        key=-1,
        controllerKey=controller,
        unitNumber=1,
        backing=device.VirtualDisk.FlatVer2BackingInfo(
            fileName="[datastore1] thesis/thesis.vmdk", diskMode="persistent"
        ),
    )
    change = device.VirtualDeviceSpec(operation="add", device=disk)
    hands.wait(ours.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[change])))
    return folder


PROBE = ("doctor", "--probe", "-g", 2, "--yes")
SERIAL = re.compile(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}")
ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b")


def test_a_probe_leaves_nothing_and_its_report_tells_nothing_of_the_school(room):
    before = room.picture()
    table, document = room.must(*PROBE), room.must(*PROBE, "-o", "json")
    assert room.picture() == before
    [host] = document.document["hosts"]
    assert (host["product"][:12], host["edition"][:14]) == ("VMware ESXi ", "esx.hypervisor")
    assert {step["result"] for step in host["steps"]} == {"ok"}
    for told in (table.out, document.out):
        names = (
            "lycee",
            "esxi2",
            "root",
            "datastore1",
            "modeleD9",
            "sio2",
            room.access["passwords"]["vsphere"],
        )
        assert [name for name in names if name in told] == []
        assert SERIAL.search(told) is None
        assert ADDRESS.search(told) is None


@on_its_day
def test_a_host_that_is_refused_costs_no_other_its_report(room):
    """The second of three has something of somebody's in the place of the probe's folder."""
    with somebody(room, 2) as (hands, _):
        hands.foreign_folder("esxlab-probe")
        before = room.picture()
        told = room.must("doctor", "--probe", "-g", "1-3", "--yes", "-o", "json", status=4)
        assert room.picture() == before
        hands.remove_foreign("esxlab-probe")
    results = [{step["result"] for step in host["steps"]} for host in told.document["hosts"]]
    assert results == [{"ok"}, {"failed"}, {"ok"}]
    [refused] = told.document["hosts"][1]["steps"]
    assert (refused["verb"], refused["code"]) == ("sweep", "vsphere.foreign_folder")
    assert "esxi2.lycee.example" in told.err


@on_its_day
def test_a_probe_that_was_killed_goes_with_the_next_one(room):
    before = room.picture()
    running = room.start(*PROBE)
    deadline = time.monotonic() + 120
    while not list(room.datastores.glob("*/*/esxlab-probe/*.vmdk")) and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send(signal.SIGKILL)
    running.wait()
    assert room.files() != before.files
    [host] = room.must(*PROBE, "-o", "json").document["hosts"]
    assert host["left_by_another"]
    assert {step["result"] for step in host["steps"]} == {"ok"}
    assert room.picture() == before


def test_what_is_free_is_what_the_host_itself_counts(room):
    """Its API goes on telling what it counted before our copies."""
    host = room.school.shells["esxi3.lycee.example"].host
    ordinary, host.faults = host.faults, replace(host.faults, full=True)
    told = room.must("plan", "-g", 3, "--only", "machines", status=6)
    host.faults = ordinary
    assert "vsphere.no_space" in told.out


@on_its_day
def test_two_laptops_and_one_group(room, tmp_path):
    """One wins, the other is told; when the first has died its lock passes on, and its work is finished."""
    home = {"XDG_DATA_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    school = {"ESXLAB_SCHOOL": str(room.school.directory)}
    provision = ("provision", "-g", 3, "--until", "machines", "--yes", "--quiet")
    with contextlib.closing(Starter(tmp_path, {**school, **home})) as colleague:

        def run(command, *words):
            return colleague.run(command, *words, "-f", room.spec, "--sim")

        mine = room.start(*provision)
        lock = await_lock(room)
        mine.send(signal.SIGSTOP)  # or it ends, on a busy computer, before the other has begun
        told = run(*provision)
        assert (told.status, "--lock-wait" in told.out + told.err) == (5, True), told
        mine.send(signal.SIGKILL)
        mine.wait()
        content = json.loads(lock.read_text())
        content["expires"] = content["since"]  # as it is two minutes later
        lock.write_text(json.dumps(content))
        for command in (provision, ("teardown", "-g", 3, "--yes", "--quiet")):
            ended = run(*command)
            assert ended.status == 0, ended
    assert not list(room.datastores.glob("*/*/esxlab-*"))


def await_lock(room):
    """The file in the first lock that is signed."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if found := sorted(room.datastores.glob("*/*/*.lock/lock.json")):
            return found[0]
        time.sleep(0.02)
    raise AssertionError
