"""What goes wrong with hosts, licences, roles and sessions: each named, and the next run goes on."""

from __future__ import annotations

import pytest
from pyVmomi import vim

from esxlab.sim.inventory import log_in
from tests.schools import administrator
from tests.troubled import ALONE, troubled

pytestmark = pytest.mark.scenario
MACHINES = ("provision", "--until", "machines", "--yes", "--quiet")


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with troubled(tmp_path_factory.mktemp("school"), groups="1-20", engine="idle") as trouble:
        yield trouble


@pytest.fixture
def trouble(up):
    up.checkpoint()
    yield up
    up.proxy.lacking = ()
    up.proxy.rules.clear()


@pytest.fixture
def lone(tmp_path):
    with troubled(tmp_path, groups="1-2", engine="idle", alone=True) as trouble:
        yield trouble


def test_a_host_in_maintenance(trouble):
    with trouble.admin() as admin:
        admin.wait(admin.host.EnterMaintenanceMode_Task(timeout=0))
        try:
            with trouble.nothing_changes():
                trouble.tells("maintenance", *MACHINES, "-g", "1-2", status=6)
        finally:
            admin.wait(admin.host.ExitMaintenanceMode_Task(timeout=0))
    trouble.must(*MACHINES, "-g", "1")


def test_too_little_memory_at_power_on(tmp_path):
    """Two machines fit; the others stand and are off, and start when there is room."""
    with troubled(tmp_path, groups="1-2", engine="idle", memory_gib=7) as trouble:
        with trouble.admin() as admin:
            admin.foreign_machine("thesis", "thesis")
            thesis = admin.machine("thesis")
            admin.wait(thesis.ReconfigVM_Task(vim.vm.ConfigSpec(memoryMB=3000)))
            admin.wait(thesis.PowerOnVM_Task())
            trouble.tells("no-memory", *MACHINES, "-g", "1", "-j", "1", status=8)
            admin.wait(thesis.PowerOffVM_Task())
        trouble.checkpoint()
        trouble.must(*MACHINES, "-g", "1")
        assert set(trouble.calls(mutating=True)) & {"CreateVM_Task", "CopyVirtualDisk_Task"} == set()
        with trouble.nothing_changes():
            trouble.must(*MACHINES, "-g", "1")


def test_the_free_licence_is_seen_before_the_first_change(tmp_path):
    """Of a spec that says `writes: api`; else changes would go over SSH (test_free_licence.py)."""
    with troubled(tmp_path, groups="1-2", engine="idle", alone=True, licence="free") as trouble:
        spec = tmp_path / "esxlab.yaml"
        spec.write_text(spec.read_text("utf-8").replace(ALONE, f"{ALONE}  writes: api\n"), "utf-8")
        with trouble.nothing_changes():
            trouble.tells("licence-free", *MACHINES, status=6)
            assert "vsphere.licence" in trouble.must("doctor", "-q", status=6).output
        assert trouble.calls("RetrievePropertiesEx")


LACKING = {
    "networks": "Host.Config.Network",
    "folders": "Datastore.FileManagement",
    "machines": "Resource.AssignVMToPool",
    "power": "VirtualMachine.Interact.PowerOn",
}


@pytest.mark.parametrize("what", LACKING)
def test_a_role_that_lacks_a_privilege(trouble, what):
    """The object and the privilege are named before anything is begun; with the privilege it goes on."""
    group = 3 + list(LACKING).index(what)
    trouble.proxy.lacking = (LACKING[what],)
    with trouble.nothing_changes():
        trouble.tells(f"role-{what}", *MACHINES, "-g", group, "-j", "1", status=6)
    trouble.proxy.lacking = ()
    trouble.must(*MACHINES, "-g", group)
    with trouble.nothing_changes():
        trouble.must(*MACHINES, "-g", group)


def test_a_plan_without_the_privileges_that_it_needs_is_refused(trouble):
    """Every group that would be changed; when there is nothing to do, nothing is needed."""
    trouble.must(*MACHINES, "-g", "9")
    trouble.proxy.lacking = ("Host.Config.Network", "Network.Assign")
    with trouble.nothing_changes():
        plan = trouble.must("plan", "-g", "8-9", status=6).output
        for lacks in (
            "esxi1.school.example: privileges are missing: Host.Config.Network",
            "School: privileges are missing: Network.Assign",
            "VM Network: privileges are missing: Network.Assign",
        ):
            assert plan.count(lacks) == 1
        assert "Groups 8-9: refused" in plan
        trouble.must("provision", "-g", "8-9", "--yes", status=6)
        assert "privileges" not in trouble.must("plan", "-g", "9", "--only", "machines").output


def test_the_doctor_lists_every_privilege_that_is_missing(tmp_path):
    lacking = ("Host.Config.Network", "Network.Assign", "Datastore.AllocateSpace")
    with (
        troubled(tmp_path, groups="1-2", engine="idle", lacking=lacking) as trouble,
        trouble.nothing_changes(),
    ):
        trouble.tells("role-doctor", "doctor", "-g", "1", "-q", status=6)


def test_an_account_that_others_have_locked(lone):
    """After five wrong passwords, whosever, ESXi refuses the right one too for a quarter of an hour."""
    wrong = {**lone.access, "passwords": {"vsphere": "wrong"}}
    server = lone.school.shape.servers[0]
    for _ in range(5):
        with pytest.raises(vim.fault.InvalidLogin), administrator(wrong, server.host, user=server.user):
            pass
    with lone.nothing_changes():
        lone.tells("account-locked", "status", "-g", "1-2", "-q", status=6)
        assert lone.calls("Login") == ["Login"] * 2
    lone.proxy.login_lock.failures = 0
    lone.must(*MACHINES, "-g", "1")


def test_no_session_is_left_behind(trouble):
    """After commands that end well, badly, or before they have begun."""
    server = trouble.school.shape.servers[0]

    def sessions():
        port = trouble.school.vcsims[server.host].port
        service = log_in(port, server.user, trouble.access["passwords"]["vsphere"])
        try:
            return len(service.content.sessionManager.sessionList)
        finally:
            service.content.sessionManager.Logout()
            service._stub.DropConnections()

    before = sessions()
    trouble.must(*MACHINES, "-g", "10")
    trouble.must("status", "-g", "10")
    trouble.proxy.lacking = ("VirtualMachine.Interact.PowerOn",)
    trouble.must(*MACHINES, "-g", "11", status=6)
    trouble.proxy.lacking = ()
    trouble.must("provision", "-g", "12", status=2)  # nobody to ask
    trouble.must("plan", "-g", "12", status=6, env={"ESXLAB_VSPHERE_PASSWORD": "no"})
    assert sessions() == before
    assert trouble.calls("Logout")
