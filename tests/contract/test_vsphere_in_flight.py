"""What goes on when a run begins, tasks and a guest that shuts down, is waited for and told."""

from __future__ import annotations

import itertools
import threading
import time

import pytest
from pyVmomi import vim

from esxlab.lab.in_flight import InFlight
from esxlab.sim.conditions import ORDINARY, Pace
from tests.esxi_worlds import client_of
from tests.memory.school import running_school
from tests.roads import NO_API, SHELLS, world_on
from tests.schools import school, vcenter
from tests.vsphere_worlds import build, remove_class, wanted_lab

pytestmark = pytest.mark.scenario
NUMBERS = itertools.count(1)
SLOW = Pace(task_s=0.6)
LOOKS = 8
"""A task that is to be seen lasts as long as so many looks, of which each may be late."""


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with running_school(school(vcenter()), tmp_path_factory.mktemp("school"), engine="idle") as running:
        yield running


@pytest.fixture(params=["vcenter", *SHELLS, *NO_API])
def world(request):
    with world_on(request.param, request) as found:
        yield found


@pytest.fixture
def lab(world):
    wanted = wanted_lab(next(NUMBERS), world.site, class_name=f"flight{next(NUMBERS)}", names=("srvweb1",))
    build(world.vsphere, wanted)
    yield wanted
    world.school.keep_pace(ORDINARY)
    remove_class(world.vsphere, world.server, wanted.group.class_name)


def rest(world, lab, *, unfinished=()):
    """What was told, and the groups that were waited for."""
    told = []
    found = list(world.vsphere.observe([lab]).values())
    return told, world.vsphere.await_rest(found, set(unfinished), tell=told.append)


def outlast_looks(world, lab):
    """From now on a task takes longer than some looks do, however busy this computer is."""
    began = time.monotonic()
    rest(world, lab)
    long_s = max(10.0, LOOKS * (time.monotonic() - began))
    world.school.keep_pace(Pace(task_s=long_s, copy_s=long_s))


def begin_reconfiguration(world, lab, **options):
    pairs = [vim.option.OptionValue(key=key.replace("__", "."), value=v) for key, v in options.items()]
    machine = world.machine(lab.machines[0].name)
    return machine.ReconfigVM_Task(vim.vm.ConfigSpec(extraConfig=pairs))


def shutting_down(world, lab):
    """The machine, whose guest goes down; it has come up before, which Tools tell a moment after power-on."""
    machine, deadline = world.machine(lab.machines[0].name), time.monotonic() + 60
    while machine.guest.guestState != "running":
        assert time.monotonic() < deadline, machine.guest.guestState
        time.sleep(0.05)
    world.wait(begin_reconfiguration(world, lab, SET__guest__guestState="shuttingDown"))
    return machine


def test_nothing_goes_on_and_nobody_waits(world, lab):
    assert rest(world, lab, unfinished=[lab.group]) == ([], {})


def test_a_task_of_the_machine_is_told_and_over_when_it_is_looked_at_again(world, lab):
    outlast_looks(world, lab)
    task = begin_reconfiguration(world, lab, guestinfo__by="another")
    told, waited = rest(world, lab)
    assert told == [InFlight(lab.group, "reconfigure", "srvweb1")]
    assert waited == {lab.group: None}
    assert task.info.state == "success"


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(
            lambda vsphere, lab: vsphere.reconfigure_machine(lab.site, lab.machines[0]),
            marks=pytest.mark.needs("tasks of a machine that runs"),
            id="reconfigure",
        ),
        pytest.param(
            lambda vsphere, lab: vsphere.set_nic_connected(
                lab.site, lab.machines[0], "inside", connected=False
            ),
            id="cable",
        ),
        pytest.param(lambda vsphere, lab: vsphere.power_off(lab.site, lab.machines[0], gently_s=0), id="off"),
    ],
)
def test_a_machine_that_is_busy_with_another_task_is_waited_for(world, lab, act):
    """A real server refuses with TaskInProgress, and so does this one."""
    world.school.keep_pace(SLOW)
    task = begin_reconfiguration(world, lab, guestinfo__by="another")
    act(world.vsphere, lab)
    assert task.info.state == "success"


def test_a_machine_that_is_off_and_busy_is_waited_for_before_it_is_switched_on(world, lab):
    world.vsphere.power_off(lab.site, lab.machines[0], gently_s=0)
    world.school.keep_pace(SLOW)
    task = begin_reconfiguration(world, lab, guestinfo__by="another")
    world.vsphere.power_on(lab.site, lab.machines[0])
    assert task.info.state == "success"


def test_a_copy_is_waited_for_by_a_group_that_is_not_whole_and_by_no_other(world, lab):
    outlast_looks(world, lab)
    manager, store = world.session.content.virtualDiskManager, f"[datastore1] {lab.machines[0].folder}"
    source = "[datastore1] modeleD9/modeleD9.vmdk"
    manager.CopyVirtualDisk_Task(source, world.datacenter, f"{store}/extra.vmdk", world.datacenter)
    assert rest(world, lab) == ([], {})
    told, waited = rest(world, lab, unfinished=[lab.group])
    assert (told, waited) == ([InFlight(lab.group, "copy")], {lab.group: None})
    assert rest(world, lab, unfinished=[lab.group]) == ([], {})


def test_a_power_on_by_somebody_is_told_and_over_when_the_machine_is_looked_at_again(world, lab):
    world.vsphere.power_off(lab.site, lab.machines[0], gently_s=0)
    outlast_looks(world, lab)
    task = world.machine(lab.machines[0].name).PowerOnVM_Task()
    assert rest(world, lab) == ([InFlight(lab.group, "power", "srvweb1")], {lab.group: None})
    assert task.info.state == "success"
    assert world.vsphere.observe([lab])[lab.group].machines[0].powered_on


def test_a_machine_that_somebody_makes_is_waited_for_by_a_group_that_is_not_whole(world, lab):
    """A registration is a task of the same folder of machines."""
    outlast_looks(world, lab)
    files = vim.vm.FileInfo(vmPathName="[datastore1]")
    spec = vim.vm.ConfigSpec(
        name=f"somebodys-{next(NUMBERS)}", files=files, guestId="otherGuest", memoryMB=32
    )
    place = world.datacenter.hostFolder.childEntity[0]
    task = world.datacenter.vmFolder.CreateVM_Task(spec, pool=place.resourcePool)
    told, waited = rest(world, lab, unfinished=[lab.group])
    assert (told, waited) == ([InFlight(lab.group, "create")], {lab.group: None})
    assert task.info.state == "success"
    world.wait(task.info.result.Destroy_Task())


@pytest.mark.needs("copies by a program")
def test_a_copy_by_a_program_that_outlived_its_run_is_seen_by_its_process(world, lab):
    outlast_looks(world, lab)
    disk = f"/vmfs/volumes/datastore1/{lab.machines[0].folder}/extra.vmdk"
    copy = f"vmkfstools -i /vmfs/volumes/datastore1/modeleD9/modeleD9.vmdk {disk} -d thin"
    with client_of(world.school, world.access, host=world.server.host) as client:
        client.script(f"{copy} >/dev/null 2>&1 &")
    told, waited = rest(world, lab, unfinished=[lab.group])
    assert (told, waited) == ([InFlight(lab.group, "copy")], {lab.group: None})
    assert rest(world, lab, unfinished=[lab.group]) == ([], {})


def test_a_guest_that_shuts_down_is_waited_for_until_it_is_off(world, lab):
    machine = shutting_down(world, lab)
    told = []

    def tell(what):
        """Only when it has been seen does it come to its end."""
        told.append(what)
        threading.Thread(target=lambda: world.wait(machine.PowerOffVM_Task())).start()

    found = list(world.vsphere.observe([lab]).values())
    assert world.vsphere.await_rest(found, set(), tell=tell) == {lab.group: None}
    assert told == [InFlight(lab.group, "shutdown", "srvweb1")]
    assert not world.vsphere.observe([lab])[lab.group].machines[0].powered_on


@pytest.mark.needs("changes by the API")
def test_who_wants_it_off_gives_a_guest_that_shuts_down_its_time(world, lab):
    """No second order, and no cut of its power."""
    machine = shutting_down(world, lab)
    start = world.proxy.calls.count
    later = threading.Timer(2.0, lambda: world.wait(machine.PowerOffVM_Task()))
    later.start()
    world.vsphere.power_off(lab.site, lab.machines[0], gently_s=30)
    later.join()
    ours = [call.method for call in world.proxy.calls.since(start, mutating=True)]
    assert ours.count("PowerOffVM_Task") == 1  # the guest's own, which somebody plays here
    assert "ShutdownGuest" not in ours
