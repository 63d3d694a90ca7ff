"""What goes wrong with vSphere: each with its message, its exit code, and nothing changed or lost."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

import pytest

from esxlab.lab.machine import PortGroup
from esxlab.sim.inventory import descriptor, log_in
from esxlab.sim.proxy.rules import Rule
from esxlab.sim.proxy.soap import Fault
from tests.troubled import troubled

pytestmark = pytest.mark.scenario
MACHINES = ("provision", "--until", "machines", "--yes", "--quiet")


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with troubled(tmp_path_factory.mktemp("school"), groups="1-20", engine="idle") as trouble:
        yield trouble


@contextmanager
def crowded(directory, *, gib):
    """A school whose only datastore has so much room; each copy takes 1.5 GiB of it, the model too."""
    with troubled(directory, groups="1-2", engine="idle", capacity_gib=gib) as trouble:
        yield trouble


@pytest.fixture
def trouble(up):
    up.proxy.rules.clear()
    up.checkpoint()
    yield up
    up.proxy.rules.clear()


def test_a_wrong_password_is_tried_once(trouble):
    with trouble.nothing_changes():
        trouble.tells(
            "login", "provision", "-g", "1-2", "-y", "-q", status=6, env={"ESXLAB_VSPHERE_PASSWORD": "no"}
        )
        assert trouble.calls("Login") == ["Login"] * 2  # two commands, one for each language


def test_no_password(trouble):
    access = trouble.directory / "school.json"
    whole = access.read_text(encoding="utf-8")
    access.write_text(whole.replace('"vsphere"', '"else"'), encoding="utf-8")
    try:
        with trouble.nothing_changes():
            trouble.tells("no-password", "status", "-g", "1-2", status=6)
            assert trouble.calls("Login") == []
    finally:
        access.write_text(whole, encoding="utf-8")


def test_the_school_is_down(trouble, tmp_path):
    trouble.tells(
        "school-down", "plan", "-g", "1", status=6, env={"ESXLAB_SCHOOL": str(trouble.directory / "no")}
    )


def test_the_model_is_missing(trouble):
    spec = trouble.spec("missing.yaml", groups="1-2", model="modeleD99")
    with trouble.nothing_changes():
        trouble.tells("model-missing", "provision", "-y", "-q", "-f", spec, status=6)


def test_the_model_has_no_disk(trouble):
    spec = trouble.spec("diskless.yaml", groups="1-2", model="diskless")
    with trouble.admin() as admin:
        admin.foreign_machine("diskless", "diskless")
        with trouble.nothing_changes():
            trouble.tells("model-without-disk", "provision", "-y", "-q", "-f", spec, status=6)
        admin.remove_foreign("diskless")


def test_the_model_is_powered_on(trouble):
    with trouble.admin() as admin:
        model = admin.machine("modeleD9")
        admin.wait(model.PowerOnVM_Task())
        try:
            with trouble.nothing_changes():
                trouble.tells("model-powered-on", "provision", "-g", "1-2", "-y", "-q", status=6)
        finally:
            admin.wait(model.PowerOffVM_Task())


def test_somebody_elses_machine_is_in_the_way(trouble):
    with trouble.admin() as admin:
        admin.foreign_machine("thesis", "g01-srvweb1")
        try:
            with trouble.nothing_changes():
                trouble.tells("foreign-machine-all", *MACHINES, "-g", "1", status=4)
            trouble.tells("foreign-machine", *MACHINES, "-g", "1,3", status=7)
            assert not any("g01" in named for named in trouble.touched())
            assert admin.machine("thesis").config.files.vmPathName == "[datastore1] g01-srvweb1/thesis.vmx"
        finally:
            admin.remove_foreign("thesis")
    trouble.must(*MACHINES, "-g", "1")


def test_somebody_elses_folder_is_in_the_way(trouble):
    with trouble.admin() as admin:
        admin.foreign_folder("g04-srvweb2")
        thesis = admin.datastore / "g04-srvweb2" / "thesis.txt"
        with trouble.nothing_changes():
            trouble.tells("foreign-folder-all", *MACHINES, "-g", "4", status=4)
        trouble.tells("foreign-folder", *MACHINES, "-g", "4-5", status=7)
        assert not any("g04" in named for named in trouble.touched())
        assert thesis.read_text(encoding="utf-8") == "of somebody else"
        thesis.unlink()
    trouble.must(*MACHINES, "-g", "4")


def test_somebody_elses_port_group_is_in_the_way(trouble):
    with trouble.admin() as admin:
        admin.foreign_port_group(PortGroup("g06-inside", 999, "vSwitch0"))
        with trouble.nothing_changes():
            trouble.tells("foreign-port-group-all", *MACHINES, "-g", "6", status=4)
        trouble.tells("foreign-port-group", *MACHINES, "-g", "6-7", status=7)
        assert not any("g06" in named for named in trouble.touched())
        admin.host.configManager.networkSystem.RemovePortGroup("g06-inside")
    trouble.must(*MACHINES, "-g", "6")


def test_no_terminal_and_no_yes(trouble):
    with trouble.nothing_changes():
        trouble.tells("no-terminal", "provision", "-g", "8", "--until", "networks", status=2)


def test_a_stale_plan(trouble):
    with trouble.nothing_changes():
        trouble.tells("stale", "provision", "-g", "8", "--plan", "0" * 15 + "1", status=3)


def test_a_licence_that_only_reads(trouble):
    trouble.rule(
        Rule("fault", "mutating", nth=0, fault=Fault("RestrictedVersion", "Current license prohibits"))
    )
    trouble.tells("licence", *MACHINES, "-g", "8-9", status=6)
    trouble.proxy.rules.clear()
    trouble.must(*MACHINES, "-g", "8-9")


def test_a_missing_privilege_is_named_with_its_object(trouble):
    with trouble.admin() as admin:
        store = admin.datacenter.datastoreFolder.childEntity[0]._moId
    denied = (("object", f"Datastore:{store}"), ("privilegeId", "Datastore.AllocateSpace"))
    trouble.rule(
        Rule(
            "fault",
            "CreateVM_Task",
            "srvweb1",
            nth=0,
            fault=Fault("NoPermission", "Permission was denied.", denied),
        )
    )
    trouble.tells("permission", *MACHINES, "-g", "10-11", status=6)
    trouble.proxy.rules.clear()
    trouble.must(*MACHINES, "-g", "10-11")


def test_a_session_that_ends_in_the_middle_is_renewed(trouble):
    server = trouble.school.shape.servers[0]
    ended = []

    def end_it(call):
        """Another administrator, past the proxy, whose thread this is."""
        port = trouble.school.vcsims[server.host].port
        service = log_in(port, server.user, trouble.access["passwords"]["vsphere"])
        manager = service.content.sessionManager
        mine = manager.currentSession.key
        others = [found.key for found in manager.sessionList if found.key != mine]
        manager.TerminateSession(others)
        ended.extend(others)
        manager.Logout()
        service._stub.DropConnections()

    trouble.rule(Rule("pass", "CopyVirtualDisk_Task", nth=3, before=end_it))
    trouble.must(*MACHINES, "-g", "12")
    assert ended
    assert trouble.calls("Login") == ["Login"] * 2
    with trouble.nothing_changes():
        trouble.must(*MACHINES, "-g", "12")


@pytest.mark.parametrize(("action", "group"), [("reset", 13), ("lose_reply", 14)])
def test_a_connection_that_breaks_in_the_middle_of_a_copy(trouble, action, group):
    trouble.rule(Rule(action, "CopyVirtualDisk_Task", nth=3))
    first = trouble.run(*MACHINES, "-g", group)
    trouble.must(*MACHINES, "-g", group)
    with trouble.nothing_changes():
        trouble.must(*MACHINES, "-g", group)
    assert first.exit_code in {0, 8}


def test_a_datastore_that_is_full_before(tmp_path):
    with crowded(tmp_path, gib=1) as trouble, trouble.nothing_changes():
        trouble.tells("no-space", *MACHINES, status=6)


def test_a_datastore_that_fills_up_during_the_copies(tmp_path):
    """Group 1 fits; while group 2 is copied, somebody else's files fill the rest."""
    with crowded(tmp_path, gib=20) as trouble:
        taken = trouble.store / "backup"

        def fill(call):
            taken.mkdir(exist_ok=True)
            for number in range(5):
                (taken / f"{number}.vmdk").write_text(descriptor(str(number)), encoding="ascii")

        trouble.must(*MACHINES, "-g", "1")
        trouble.rule(Rule("pass", "CopyVirtualDisk_Task", before=fill))
        trouble.tells("disk-full", *MACHINES, "-j", "1", status=7)
        shutil.rmtree(taken)
        trouble.must(*MACHINES)
        with trouble.nothing_changes():
            trouble.must(*MACHINES)
