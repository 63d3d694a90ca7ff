"""What students do to a lab that stands: status shows it, provision mends it, and nothing else is touched."""

from __future__ import annotations

import pytest

from tests.troubled import troubled

pytestmark = pytest.mark.scenario
PROVISION = ("provision", "--yes", "--quiet")


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with troubled(tmp_path_factory.mktemp("school"), groups="1-2", speed=20.0) as trouble:
        trouble.must(*PROVISION)
        yield trouble


@pytest.fixture
def trouble(up):
    """The lab stands, and stands again afterwards; group 2 is never touched."""
    up.checkpoint()
    yield up
    assert not any("g02" in named for named in up.touched())
    assert set(up.router_lines()) <= {up.router(1).name}
    with up.nothing_changes():
        up.must(*PROVISION)
    up.must("verify", "-q")


def test_a_machine_that_was_deleted(trouble):
    with trouble.admin() as admin:
        machine = admin.machine("g01-srvweb1")
        admin.wait(machine.PowerOffVM_Task())
        admin.wait(machine.Destroy_Task())
    trouble.tells("student-deleted", "status", "-g", "1", "-q", "-o", "csv", status=0)
    trouble.must("plan", "--detailed-exitcode", status=3)
    trouble.checkpoint()
    trouble.must(*PROVISION)
    assert trouble.calls("CreateVM_Task") == ["CreateVM_Task"]
    assert not any("g01-srvweb2" in named or "Client" in named for named in trouble.touched())


def test_a_machine_that_was_powered_off(trouble):
    with trouble.admin() as admin:
        admin.wait(admin.machine("g01-repartiteur1").PowerOffVM_Task())
    trouble.tells("student-powered-off", "status", "-g", "1", "-q", "-o", "csv", status=0)
    trouble.checkpoint()
    trouble.must(*PROVISION)
    assert [name for name in trouble.calls(mutating=True) if "VM" in name] == ["PowerOnVM_Task"]


def test_a_card_that_was_moved(trouble):
    with trouble.admin() as admin:
        move(admin, "g01-srvweb1", "VM Network")
    trouble.tells("student-moved-card", "status", "-g", "1", "-q", "-o", "csv", status=0)
    trouble.checkpoint()
    trouble.must(*PROVISION)
    assert "CreateVM_Task" not in trouble.calls()
    assert "CopyVirtualDisk_Task" not in trouble.calls()


def move(admin, name, network):
    from pyVmomi import vim

    machine = admin.machine(name)
    card = next(d for d in machine.config.hardware.device if isinstance(d, vim.vm.device.VirtualEthernetCard))
    card.backing.deviceName = network
    card.backing.network = None
    change = vim.vm.device.VirtualDeviceSpec(operation="edit", device=card)
    admin.wait(machine.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[change])))


def test_a_file_that_was_edited_is_seen_when_looking_deep(trouble):
    machine = next(m for m in trouble.engine.world.machines.values() if m.name == "g01-srvweb1")
    machine.files.write("/var/www/html/index.html", b"hacked")
    with trouble.nothing_changes():
        trouble.must("plan", "--detailed-exitcode")
    trouble.tells("student-edited", "plan", "--deep", "-g", "1", "-q", status=0)
    trouble.must(*PROVISION, "--deep")
    trouble.must("plan", "--deep", "--detailed-exitcode")
