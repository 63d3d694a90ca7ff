"""The network is gone for a while, or the server restarts: questions go on, changes are not repeated."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import pytest

from esxlab.backends.vsphere import tasks
from esxlab.errors import LabError
from esxlab.sim.proxy.rules import Rule
from tests.memory.school import running_school
from tests.schools import VCENTER, administrator, school, vcenter
from tests.vsphere_worlds import VcsimWorld, build, remove_class, wanted_lab

pytestmark = pytest.mark.scenario
OUTAGE_S = float(os.environ.get("ESXLAB_OUTAGE_S", "4"))
"""`make outage` has a minute."""
PATIENCE_S = OUTAGE_S + 120
LONG_S = 60.0


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with running_school(school(vcenter()), tmp_path_factory.mktemp("school"), engine="idle") as running:
        yield running


@pytest.fixture
def world(up):
    running, access = up
    with administrator(access, VCENTER) as session:
        found = VcsimWorld(running, access, vcenter(), session, esxi="esxi-a")
        yield found
        found.proxy.rules.clear()
        found.close()


def gone_for(world, seconds, action="reset"):
    world.proxy.rules.add(Rule(action, nth=0, seconds=1.0))
    later = threading.Timer(seconds, world.proxy.rules.clear)
    later.start()
    return later


def test_a_look_waits_for_the_network(world) -> None:
    vsphere = world.another(patience_s=PATIENCE_S)
    lab = wanted_lab(1, world.site)
    vsphere.observe([lab])
    later = gone_for(world, OUTAGE_S)
    began = time.monotonic()
    found = vsphere.observe([lab])
    assert found[lab.group].problems == ()
    assert time.monotonic() - began >= OUTAGE_S - 0.5
    later.join()
    vsphere.close()


def test_patience_ends_with_an_error_that_says_what_it_waited_for(world) -> None:
    vsphere = world.another(patience_s=1)
    lab = wanted_lab(1, world.site)
    vsphere.observe([lab])
    later = gone_for(world, LONG_S)  # who waited for it would find no problem
    (problem,) = vsphere.observe([lab])[lab.group].problems
    assert problem.code == "vsphere.unreachable"
    world.proxy.rules.clear()
    later.cancel()
    vsphere.close()


@pytest.mark.parametrize(("way", "patience_s"), [("read", 1), ("change", 5)])
def test_a_server_that_is_gone_is_waited_for_once_not_by_each_group(world, way, patience_s) -> None:
    """Whoever asks after that is told at once; after an answer one waits again."""
    vsphere = world.another(patience_s=patience_s)
    session, tries = vsphere._server(world.site.server).session, []

    def unanswered():
        tries.append(1)
        raise ConnectionRefusedError

    def tried() -> int:
        tries.clear()
        with pytest.raises(LabError) as caught:
            getattr(session, way)(unanswered, what="x")
        assert caught.value.code == "vsphere.unreachable"
        return len(tries)

    assert tried() > 1
    assert [tried() for _ in range(5)] == [1] * 5
    assert session.read(lambda: "there", what="x") == "there"
    assert tried() > 1
    vsphere.close()


def test_nobody_waits_on_for_a_guest_when_its_server_is_gone(world) -> None:
    """A look at the machine's power waits as long as every question; then the wait for the guest ends too."""
    vsphere = world.another(patience_s=1)
    lab = wanted_lab(4, world.site, class_name="gone")
    vsphere.observe([lab])
    build(vsphere, lab)
    machine = lab.machines[0]
    vsphere.check_on(lab.site, machine.owner)
    later = gone_for(world, LONG_S)
    with pytest.raises(LabError) as caught:
        vsphere.check_on(lab.site, machine.owner)
    assert caught.value.code == "vsphere.unreachable"
    world.proxy.rules.clear()
    later.cancel()
    remove_class(vsphere, world.server, "gone")
    vsphere.close()


def test_all_who_wait_for_addresses_are_told_when_the_patience_of_one_question_is_over(
    world, monkeypatch
) -> None:
    vsphere = world.another(patience_s=3)
    monkeypatch.setattr(tasks, "PATIENCE_S", 2.5)
    lab = wanted_lab(5, world.site, class_name="told")
    vsphere.observe([lab])
    build(vsphere, lab)
    later = gone_for(world, LONG_S)
    with ThreadPoolExecutor() as pool:
        waits = [
            pool.submit(vsphere.await_address, lab.site, m.owner, timeout_s=10) for m in lab.machines[:2]
        ]
        wait(waits, return_when=FIRST_COMPLETED)
        world.proxy.rules.clear()  # whose patience began only now would see its server again
        errors = [each.exception() for each in waits]
    later.cancel()
    assert [error.code for error in errors] == ["vsphere.unreachable"] * 2
    remove_class(vsphere, world.server, "told")
    vsphere.close()


def test_a_server_that_was_never_reached_is_not_waited_for(world) -> None:
    later = gone_for(world, LONG_S)  # who waited for it would find no problem
    vsphere = world.another(patience_s=2 * LONG_S)
    lab = wanted_lab(1, world.site)
    (problem,) = vsphere.observe([lab])[lab.group].problems
    assert problem.code == "vsphere.unreachable"
    later.cancel()
    vsphere.close()


def test_an_outage_in_mid_build_changes_nothing_twice(world) -> None:
    """Every change whose reply may be lost is looked for, not asked for again."""
    vsphere = world.another(patience_s=PATIENCE_S)
    lab = wanted_lab(3, world.site, class_name="outage")
    vsphere.observe([lab])
    outages = []
    world.proxy.rules.add(Rule(method="CreateVM_Task", after=lambda _: outages.append(cut(world))))
    before = world.proxy.calls.count
    build(vsphere, lab)
    made = [c.method for c in world.proxy.calls.since(before) if c.method == "CreateVM_Task"]
    assert len(outages) == 1
    assert len(made) == len(lab.machines)
    assert vsphere.observe([lab])[lab.group].problems == ()
    outages[0].join()
    remove_class(vsphere, world.server, "outage")
    vsphere.close()


def cut(world):
    """From now on everything is reset, for a while."""
    return gone_for(world, OUTAGE_S)


def test_a_login_that_is_refused_after_an_outage_is_not_repeated(world) -> None:
    vsphere = world.another(patience_s=PATIENCE_S)
    lab = wanted_lab(1, world.site)
    vsphere.observe([lab])
    connection = vsphere._server(world.server)
    connection.session._password = "changed meanwhile"
    world.proxy.rules.add(Rule("fault", method="RetrievePropertiesEx", fault=not_authenticated()))
    before = world.proxy.calls.count
    with pytest.raises(LabError) as caught:
        connection.session.wake()
    assert caught.value.code == "vsphere.login"
    assert [c.method for c in world.proxy.calls.since(before)].count("Login") == 1
    vsphere.close()


def not_authenticated():
    from esxlab.sim.proxy.soap import Fault

    return Fault("NotAuthenticated")
