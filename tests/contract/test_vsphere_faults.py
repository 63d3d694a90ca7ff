"""What pyVmomi's vSphere does when calls fail: lost replies, ended sessions, refused logins, slow copies."""

from __future__ import annotations

import collections
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pyVmomi import vim

from esxlab.backends.vsphere.limits import LIMITS
from esxlab.errors import LabError
from esxlab.lab.machine import Server
from esxlab.sim.proxy.rules import Rule
from esxlab.sim.proxy.soap import Fault
from esxlab.sim.vcsim import CopySpeed
from tests.memory.school import running_school
from tests.schools import VCENTER, administrator, lone_esxi, school, vcenter
from tests.vsphere_worlds import VcsimWorld, build, connect, record_of, remove_class, restart, wanted_lab

pytestmark = pytest.mark.scenario
NUMBERS = itertools.count(1)
FILES = {"GET", "PUT"}
COPY_S = 0.3


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    shape = school(vcenter(), lone_esxi())
    with running_school(shape, tmp_path_factory.mktemp("school"), engine="idle") as running:
        yield running


@pytest.fixture
def world(up):
    server = vcenter()
    with administrator(up[1], VCENTER) as session:
        found = VcsimWorld(*up, server, session, esxi="esxi-a")
        yield found
        found.proxy.rules.clear()
        found.close()


@pytest.fixture
def lab(world):
    number = next(NUMBERS)
    wanted = wanted_lab(number, world.site, class_name=f"fault{number}", names=("srvweb1", "repartiteur1"))
    yield wanted
    world.proxy.rules.clear()
    remove_class(world.vsphere, world.server, wanted.group.class_name)
    assert world.vsphere.find_class(world.server, wanted.group.class_name) == {}


@pytest.fixture
def slow(tmp_path, request):
    """A school of its own in which copies take their time; a test's parameter is another one."""
    seconds = getattr(request, "param", COPY_S)
    with (
        running_school(
            school(vcenter()), tmp_path / "slow", engine="idle", copies=CopySpeed(seconds, per_datastore=4)
        ) as running,
        administrator(running[1], VCENTER) as session,
    ):
        found = VcsimWorld(*running, vcenter(), session, esxi="esxi-a")
        yield found
        found.close()


def calls_of(world, work):
    """How often each method was called while this was done."""
    start = world.proxy.calls.count
    work()
    return collections.Counter(call.method for call in world.proxy.calls.since(start))


def complete(vsphere, lab):
    """Build, connect, restart."""
    build(vsphere, lab)
    connect(vsphere, lab)
    restart(vsphere, lab)


def test_looking_changes_nothing(world, lab):
    complete(world.vsphere, lab)
    start = world.proxy.calls.count
    world.vsphere.observe([lab])
    world.vsphere.find_class(world.server, lab.group.class_name)
    another = world.another()
    another.observe([lab])
    another.close()
    assert world.proxy.calls.since(start, mutating=True) == ()


def test_a_class_costs_few_calls(world):
    labs = [wanted_lab(number, world.site, "budget") for number in range(1, 9)]
    vsphere = world.another()

    def provision():
        vsphere.observe(labs)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda wanted: build(vsphere, wanted), labs))

    counted = calls_of(world, provision)
    soap = sum(count for method, count in counted.items() if method not in FILES)
    assert counted["Login"] == 1
    assert soap / 24 <= 8, counted
    remove_class(vsphere, world.server, "budget")
    vsphere.close()


@pytest.mark.parametrize("action", ["lose_reply", "reset"])
@pytest.mark.parametrize(
    "method",
    [
        "AddPortGroup",
        "MakeDirectory",
        "PUT",
        "CopyVirtualDisk_Task",
        "CreateFolder",
        "CreateVM_Task",
        "ReconfigVM_Task",
        "PowerOnVM_Task",
        "PowerOffVM_Task",
    ],
)
def test_after_a_lost_reply_the_same_work_ends_well(world, lab, method, action):
    world.proxy.rules.add(Rule(action, method))
    try:
        complete(world.vsphere, lab)
    except LabError as error:
        assert error.code == "vsphere.lost"  # noqa: PT017 - either it is settled at once, or it is said so
        seen = world.vsphere.observe([lab])[lab.group]
        assert [problem.code for problem in seen.problems] == []
        complete(world.vsphere, lab)
    assert world.vsphere.observe([lab])[lab.group] == lab


@pytest.mark.parametrize("action", ["lose_reply", "reset"])
@pytest.mark.parametrize(
    "method",
    ["Destroy_Task", "DeleteDatastoreFile_Task", "RemovePortGroup", "RetrievePropertiesEx", "GET"],
)
def test_a_removal_survives_a_lost_reply(world, lab, method, action):
    build(world.vsphere, lab)
    world.proxy.rules.add(Rule(action, method))
    for _ in range(2):
        try:
            remove_class(world.vsphere, world.server, lab.group.class_name)
        except LabError as error:
            assert error.code == "vsphere.lost"  # noqa: PT017 - as above
    assert world.vsphere.find_class(world.server, lab.group.class_name) == {}


@pytest.mark.parametrize(
    "method", ["CreateVM_Task", "CopyVirtualDisk_Task", "PowerOnVM_Task", "CreateFolder"]
)
def test_a_lost_reply_is_no_reason_to_ask_twice(world, lab, method):
    world.proxy.rules.add(Rule("lose_reply", method))
    counted = calls_of(world, lambda: build(world.vsphere, lab))
    again = method == "CopyVirtualDisk_Task"  # nobody can tell whether it is whole: deleted and made anew
    assert counted[method] == (1 if method == "CreateFolder" else 2 + again), "one for each machine"


def test_an_ended_session_is_renewed_once_by_all_threads(world, lab):
    build(world.vsphere, lab)
    manager = world.session.content.sessionManager
    own = manager.currentSession.key
    manager.TerminateSession([session.key for session in manager.sessionList if session.key != own])

    def look_and_act():
        with ThreadPoolExecutor(8) as pool:
            list(
                pool.map(
                    lambda machine: world.vsphere.power_off(lab.site, machine, gently_s=0.1), lab.machines
                )
            )
        world.vsphere.observe([lab])

    assert calls_of(world, look_and_act)["Login"] == 1


def test_a_session_that_ends_in_mid_work_does_not_end_the_work(world, lab):
    world.vsphere.observe([lab])
    world.proxy.rules.add(Rule("fault", "AddPortGroup", fault=Fault("NotAuthenticated")))
    world.proxy.rules.add(Rule("fault", "CreateVM_Task", fault=Fault("NotAuthenticated")))
    complete(world.vsphere, lab)
    assert world.vsphere.observe([lab])[lab.group] == lab


def test_a_wrong_password_is_tried_once(world):
    vsphere = world.another(passwords={"vsphere": "not-this-one"})
    labs = [wanted_lab(number, world.site, "refused") for number in range(1, 5)]

    def try_again_and_again():
        seen = vsphere.observe(labs)
        assert {problem.code for lab in seen.values() for problem in lab.problems} == {"vsphere.login"}
        with pytest.raises(LabError) as refusal:
            vsphere.write_group_record(record_of(labs[0]))
        assert refusal.value.code == "vsphere.login"
        assert "not-this-one" not in str(refusal.value)

    assert calls_of(world, try_again_and_again)["Login"] == 1
    vsphere.close()


def test_another_certificate_is_refused_before_the_login(world):
    vsphere = world.another(thumbprints={VCENTER: "00" * 32})
    lab = wanted_lab(1, world.site, "pinned")

    def look():
        [problem] = vsphere.observe([lab])[lab.group].problems
        assert problem.code == "vsphere.certificate"
        assert problem.facts["seen"] == world.access["thumbprints"][VCENTER]

    assert calls_of(world, look) == {}


def test_a_certificate_that_nobody_vouches_for_is_refused(world):
    vsphere = world.another(thumbprints={})
    lab = wanted_lab(1, world.site, "unpinned")
    assert [problem.code for problem in vsphere.observe([lab])[lab.group].problems] == ["vsphere.certificate"]
    vsphere.close()


def test_a_server_out_of_reach_is_a_problem_of_its_own_groups_only(world, lab):
    elsewhere = replace(world.site, server=Server("nowhere.example", "prof"))
    other = wanted_lab(2, elsewhere, "elsewhere")
    seen = world.vsphere.observe([lab, other])
    assert [problem.code for problem in seen[lab.group].problems] == []
    assert [problem.code for problem in seen[other.group].problems] == ["school.unknown"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("RestrictedVersion", "vsphere.licence"),
        ("LicenseExpired", "vsphere.licence_expired"),
        ("NoPermission", "vsphere.permission"),
        ("NoDiskSpace", "vsphere.disk_full"),
        ("InsufficientMemoryResourcesFault", "vsphere.no_resources"),
        ("TaskInProgress", "vsphere.busy"),
        ("SystemError", "vsphere.refused"),
    ],
)
def test_a_refusal_has_its_own_error(world, lab, fault, code):
    world.proxy.rules.add(Rule("fault", "MakeDirectory", fault=Fault(fault, "No.")))
    with pytest.raises(LabError) as refusal:
        world.vsphere.write_group_record(record_of(lab))
    assert refusal.value.code == code
    assert (refusal.value.where == world.server.host) == code.startswith("vsphere.licence")
    assert str(refusal.value)


def test_a_server_that_says_nothing_is_not_waited_for(world, lab):
    impatient = world.another(limits=replace(LIMITS, silence_s=0.5))
    impatient.observe([lab])
    world.proxy.rules.add(Rule("hang", "MakeDirectory"))
    with pytest.raises(LabError) as end:
        impatient.write_group_record(record_of(lab))
    impatient.close()
    assert end.value.code in {"vsphere.lost", "vsphere.silent"}
    assert lab.group.folder_name in str(end.value)


def test_a_disk_outside_the_folder_outlives_the_machine(world, lab):
    build(world.vsphere, lab, until="created")
    machine = lab.machines[0]
    device = vim.vm.device
    disk = device.VirtualDisk(
        key=-1,
        controllerKey=world.machine(machine.name).config.hardware.device[-3].controllerKey,
        unitNumber=3,
        capacityInKB=1024,
        backing=device.VirtualDisk.FlatVer2BackingInfo(
            fileName="[datastore1] modeleD9/modeleD9.vmdk", diskMode="persistent"
        ),
    )
    controller = next(
        d
        for d in world.machine(machine.name).config.hardware.device
        if isinstance(d, device.VirtualSCSIController)
    )
    disk.controllerKey = controller.key
    change = vim.vm.ConfigSpec(deviceChange=[device.VirtualDeviceSpec(operation="add", device=disk)])
    world.wait(world.machine(machine.name).ReconfigVM_Task(change))
    remove_class(world.vsphere, world.server, lab.group.class_name)
    assert (world.datastore / "modeleD9" / "modeleD9.vmdk").exists()


def test_copies_tell_how_far_they_are(slow):
    steps = []
    vsphere = slow.another(
        on_progress=lambda group, machine, done: steps.append((group.number, machine, done))
    )
    lab = wanted_lab(3, slow.site, names=("srvweb1",))
    build(vsphere, lab)
    assert {step[:2] for step in steps} == {(3, "srvweb1")}
    done = [step[2] for step in steps]
    assert done == sorted(done)
    assert done[-1] > 0.5
    vsphere.close()


@pytest.mark.parametrize("slow", [4.0], indirect=True)
def test_a_copy_that_outlived_its_run_is_awaited_before_it_is_deleted(slow):
    lab = wanted_lab(4, slow.site, names=("srvweb1",))
    [machine] = lab.machines
    killed = slow.another(patience_s=0)
    killed.write_group_record(record_of(lab))
    killed.make_folder(lab.site, lab.folders[0])
    dead = Rule("reset", nth=0)
    slow.proxy.rules.add(
        Rule("lose_reply", "CopyVirtualDisk_Task", after=lambda _: slow.proxy.rules.add(dead))
    )
    with pytest.raises(LabError) as loss:
        killed.copy_disk(lab.site, machine)
    assert loss.value.code == "vsphere.unreachable"
    slow.proxy.rules.clear()
    second, deleted = slow.another(), []
    (disk,) = (slow.datastore / machine.folder).glob("*-flat.vmdk")
    look = Rule("pass", "DeleteVirtualDisk_Task", before=lambda _: deleted.append(disk.stat().st_size))
    slow.proxy.rules.add(look)
    assert [f.disk for f in second.observe([lab])[lab.group].folders] == ["partial"]
    half = disk.stat().st_size
    second.delete_disk(lab.site, machine)
    assert [size > half for size in deleted] == [True]  # the copy had come to its end
    assert [f.disk for f in second.observe([lab])[lab.group].folders] == ["absent"]
    second.copy_disk(lab.site, machine)
    second.confirm_disk(lab.site, machine)
    assert second.observe([lab])[lab.group].folders == lab.folders
    killed.close()
    second.close()


def test_whoever_waits_is_let_go_when_all_is_cancelled(slow):
    cancelled = threading.Event()
    vsphere = slow.another(cancelled=cancelled)
    lab = wanted_lab(5, slow.site, names=("srvweb1",))
    vsphere.write_group_record(record_of(lab))
    vsphere.make_folder(lab.site, lab.folders[0])
    slow.proxy.rules.add(Rule("pass", "CopyVirtualDisk_Task", after=lambda _: cancelled.set()))
    with pytest.raises(LabError) as end:
        vsphere.copy_disk(lab.site, lab.machines[0])
    assert end.value.code == "vsphere.cancelled"
    vsphere.close()


def disk_and_files(world, lab):
    [folder] = world.vsphere.observe([lab])[lab.group].folders
    names = (found.name for found in (world.datastore / folder.path).iterdir())
    return folder.disk, sorted(
        name.rpartition(".")[2] for name in names if not name.endswith((".json", ".log"))
    )


def test_a_machine_that_was_taken_off_the_inventory_leaves_a_whole_disk(world, lab):
    lab = wanted_lab(lab.group.number, world.site, lab.group.class_name, names=("srvweb1",))
    build(world.vsphere, lab, until="created")
    world.machine(lab.machines[0].name).UnregisterVM()
    assert disk_and_files(world, lab)[0] == "complete"


@pytest.mark.parametrize("told", ["by its machine", "by the mark"])
def test_what_tells_of_a_whole_disk_that_is_gone_does_not_vouch_for_the_next_copy(world, lab, told):
    lab = wanted_lab(lab.group.number, world.site, lab.group.class_name, names=("srvweb1",))
    [machine] = lab.machines
    build(world.vsphere, lab, until="created")
    if told == "by the mark":
        world.vsphere.confirm_disk(lab.site, machine)
        world.wait(world.machine(machine.name).Destroy_Task())
    else:
        world.machine(machine.name).UnregisterVM()
        for file in (world.datastore / machine.folder).glob("*.vmdk"):
            file.unlink()
    assert disk_and_files(world, lab)[0] == "partial"
    world.vsphere.delete_disk(lab.site, machine)
    assert disk_and_files(world, lab)[0] == "absent"
    world.vsphere.copy_disk(lab.site, machine)
    assert disk_and_files(world, lab)[0] == "partial"


@pytest.mark.parametrize("method", ["clone", "linked"])
def test_a_vcenter_clones_into_the_machines_own_folder(world, lab, method):
    cloned = replace(lab, site=replace(lab.site, method=method))
    if method == "linked":
        problems = world.vsphere.observe([cloned])[lab.group].problems
        assert [problem.code for problem in problems] == ["vsphere.model_no_snapshot"]
        return
    assert world.vsphere.observe([cloned])[lab.group].problems == ()
    build(world.vsphere, cloned, until="created")
    seen = world.vsphere.observe([cloned])[lab.group]
    assert seen.problems == ()
    assert [(m.owner, m.folder) for m in seen.machines] == [(m.owner, m.folder) for m in lab.machines]
    assert [m.nics[0].mac for m in seen.machines] == [m.nics[0].mac for m in lab.machines]


def test_a_lone_esxi_cannot_clone(up):
    server = lone_esxi()
    with administrator(up[1], server.host, user=server.user) as session:
        world = VcsimWorld(*up, server, session, esxi="")
        lab = wanted_lab(1, replace(world.site, method="clone"), "clones")
        problems = world.vsphere.observe([lab])[lab.group].problems
        assert [problem.code for problem in problems] == ["vsphere.clone_needs_vcenter"]
        world.close()


def test_a_model_that_runs_is_in_the_way_only_while_it_is_needed(world, lab):
    model = world.machine("modeleD9")
    world.wait(model.PowerOnVM_Task())
    try:
        assert [p.code for p in world.vsphere.observe([lab])[lab.group].problems] == ["vsphere.model_busy"]
    finally:
        world.wait(model.PowerOffVM_Task())
    build(world.vsphere, lab)
    world.wait(model.PowerOnVM_Task())
    try:
        assert world.vsphere.observe([lab])[lab.group].problems == ()
    finally:
        world.wait(model.PowerOffVM_Task())
