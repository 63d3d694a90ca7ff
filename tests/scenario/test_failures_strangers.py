"""What others do to a class's things, names and model: refused by name, and nothing of theirs is lost."""

from __future__ import annotations

import json

import pytest

from esxlab.lab.identity import GroupId, Owner
from esxlab.sim.inventory import await_task, log_in
from esxlab.sim.proxy.rules import Rule
from esxlab.sim.proxy.soap import Fault
from tests.troubled import troubled

pytestmark = pytest.mark.scenario
MACHINES = ("provision", "--until", "machines", "--yes", "--quiet")
NETWORKS = ("provision", "--until", "networks", "--yes", "--quiet")
TEARDOWN = ("teardown", "--yes", "--quiet")


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with troubled(tmp_path_factory.mktemp("school"), groups="1-20", engine="idle") as trouble:
        yield trouble


@pytest.fixture
def trouble(up):
    up.checkpoint()
    yield up
    up.proxy.rules.clear()


@pytest.fixture
def small(tmp_path):
    with troubled(tmp_path, groups="1-3", engine="idle") as trouble:
        yield trouble


def test_a_clone_made_by_hand_with_our_marks(trouble):
    trouble.must(*MACHINES, "-g", "1")
    with trouble.admin() as admin:
        admin.foreign_machine("my-clone", "my-clone", marks=Owner(GroupId("demo", 1), "srvweb1"))
        with trouble.nothing_changes():
            trouble.tells("cloned-by-hand", *MACHINES, "-g", "1", status=4)
            trouble.tells("cloned-by-hand-teardown", *TEARDOWN, "-g", "1", status=4)
        admin.remove_foreign("my-clone")
    with trouble.nothing_changes():
        trouble.must(*MACHINES, "-g", "1")


def test_our_name_elsewhere_is_in_nobodys_way(trouble):
    """Another folder of the inventory and of the datastore: names are unique in a folder only."""
    with trouble.admin() as admin:
        admin.foreign_machine("g02-srvweb1", "somebody")
        trouble.must(*MACHINES, "-g", "2")
        trouble.must(*TEARDOWN, "-g", "2")
        assert admin.machine("g02-srvweb1").config.files.vmPathName == "[datastore1] somebody/g02-srvweb1.vmx"
        admin.remove_foreign("g02-srvweb1")


def test_a_port_group_that_somebody_elses_machine_uses_stays(trouble):
    trouble.must(*NETWORKS, "-g", "3-4")
    with trouble.admin() as admin:
        admin.foreign_machine("thesis", "thesis", network="g03-inside")
        trouble.tells("port-group-in-use", *TEARDOWN, "-g", "3", status=4)
        trouble.must(*TEARDOWN, "-g", "4")
        admin.remove_foreign("thesis")
    trouble.must(*TEARDOWN, "-g", "3")
    with trouble.admin() as admin:
        assert not [n.name for n in admin.datacenter.network if n.name.startswith(("g03", "g04"))]


def test_a_port_group_with_another_vlan(trouble):
    trouble.must(*NETWORKS, "-g", "5-6")
    change_vlan(trouble, "g05-inside", 999)
    with trouble.nothing_changes():
        trouble.tells("student-changed-vlan", *NETWORKS, "-g", "5", status=4)
    change_vlan(trouble, "g05-inside", 105)
    with trouble.nothing_changes():
        trouble.must(*NETWORKS, "-g", "5-6")


def change_vlan(trouble, name, vlan):
    with trouble.admin() as admin:
        system = admin.host.configManager.networkSystem
        spec = next(group.spec for group in system.networkInfo.portgroup if group.spec.name == name)
        spec.vlanId = vlan
        system.UpdatePortGroup(name, spec)


def test_the_model_has_a_snapshot(trouble):
    with trouble.admin() as admin:
        model = admin.machine("modeleD9")
        admin.wait(model.CreateSnapshot_Task(name="before", memory=False, quiesce=False))
        try:
            with trouble.nothing_changes():
                trouble.tells("model-snapshots", *MACHINES, "-g", "7-8", status=6)
        finally:
            admin.wait(model.RemoveAllSnapshots_Task())


def test_the_model_is_powered_on_while_it_is_copied(trouble):
    """Somebody starts it after the plan was made: its disk is locked, and the next run goes on."""
    server = trouble.school.shape.servers[0]

    def power(on):
        service = log_in(
            trouble.school.vcsims[server.host].port, server.user, trouble.access["passwords"]["vsphere"]
        )
        model = service.content.searchIndex.FindByInventoryPath(f"{server.datacenter}/vm/modeleD9")
        await_task(service, model.PowerOnVM_Task() if on else model.PowerOffVM_Task())
        service.content.sessionManager.Logout()
        service._stub.DropConnections()

    results = []
    for lang in ("en", "fr"):
        trouble.rule(Rule("pass", "CopyVirtualDisk_Task", before=lambda _: power(on=True)))
        results.append(trouble.run(*MACHINES, "-g", "9", "-j", "1", lang=lang))
        power(on=False)
    trouble.shows("model-locked", *MACHINES, "-g", "9", "-j", "1", results=results, status=8)
    trouble.must(*MACHINES, "-g", "9")


def test_a_copy_that_fails_when_it_is_half_done(trouble):
    full = Fault("NoDiskSpace", "Insufficient disk space on datastore 'datastore1'.")
    trouble.rule(Rule("fail_task", "CopyVirtualDisk_Task", "g10-srvweb2", nth=0, fault=full, seconds=0.2))
    trouble.tells("copy-fails-late", *MACHINES, "-g", "10-11", "-j", "1", status=7)
    trouble.proxy.rules.clear()
    trouble.checkpoint()
    trouble.must(*MACHINES, "-g", "10")
    assert trouble.calls("CopyVirtualDisk_Task") == ["CopyVirtualDisk_Task"]
    with trouble.nothing_changes():
        trouble.must(*MACHINES, "-g", "10-11")


HELD = {
    "esxlab": 1,
    "token": "0" * 32,
    "who": "anna@room-12",
    "laptop": "1" * 32,
    "since": "2026-01-05T08:00:00.000+00:00",
    "refreshed": "2026-01-05T08:10:00.000+00:00",
    "expires": "2099-01-05T08:12:00.000+00:00",
}


def test_a_colleague_works_on_the_same_group(trouble):
    lock = trouble.store / "esxlab-demo-g12.lock"
    lock.mkdir()
    (lock / "lock.json").write_text(json.dumps(HELD), encoding="utf-8")
    trouble.tells("lock-held", *NETWORKS, "-g", "12", status=5)
    assert {path.name for path in trouble.store.glob("esxlab-demo-g12*")} == {lock.name}
    trouble.must("unlock", "-g", "12", "--yes")
    trouble.must(*NETWORKS, "-g", "12")


def test_a_class_that_has_shrunk(small):
    """The groups that are left over are shown, left alone, and taken away by name."""
    small.must(*NETWORKS)
    fewer = small.spec("fewer.yaml", groups="1-2")
    with small.nothing_changes():
        small.tells("class-shrank", "status", "-q", "-f", fewer, status=0)
        small.must(*NETWORKS, "-f", fewer)
    small.must(*TEARDOWN, "-g", "3", "-f", fewer)
    with small.nothing_changes():
        assert "teardown --group" not in small.must("plan", "-q", "-f", fewer).output


def test_a_class_that_has_grown_keeps_its_names(small):
    """One group alone has the exercise's own names; what the refusal says to write keeps them."""
    small.must(*MACHINES, "-f", small.spec("one.yaml", groups="1"))
    with small.admin() as admin:
        assert admin.machine("srvweb1").config.files.vmPathName == "[datastore1] srvweb1/srvweb1.vmx"
    two = small.spec("two.yaml", groups="1-2")
    with small.nothing_changes():
        small.tells("class-grew", *MACHINES, "-g", "1", "-f", two, status=4)
    said = small.run(*MACHINES, "-g", "1", "-f", two).output
    [line] = {part.partition(" in the spec;")[0] for part in said.split("ones with ")[1:]}
    grown = small.spec("grown.yaml", groups="1-2", more=f"{line}\n")
    with small.nothing_changes():
        small.must(*MACHINES, "-g", "1", "-f", grown)
    small.must(*MACHINES, "-f", grown)
    with small.admin() as admin:
        assert (
            admin.machine("g02-srvweb1").config.files.vmPathName == "[datastore1] g02-srvweb1/g02-srvweb1.vmx"
        )
