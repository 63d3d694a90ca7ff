"""What goes wrong with guests: the missing layer is named, other groups are green, a second run mends it."""

from __future__ import annotations

import threading
import time

import pytest

from esxlab.sim.light.hostkeys import make_key
from tests.troubled import troubled

pytestmark = pytest.mark.scenario
LAYERS = {1: "never_boots", 2: "no_tools", 3: "no_address", 4: "no_ssh", 5: "mute"}
RESTARTED = (1, 2, 3, 4)  # a machine that is mute needs only its SSH server back


@pytest.fixture
def trouble(tmp_path):
    with troubled(tmp_path, groups="1-6", speed=50.0) as found:
        yield found


def restart(admin, name):
    """What the teacher does at the console."""
    machine = admin.machine(name)
    admin.wait(machine.PowerOffVM_Task())
    admin.wait(machine.PowerOnVM_Task())


def test_a_guest_that_never_answers_says_which_layer_is_missing(trouble):
    for group, fault in LAYERS.items():
        trouble.engine.faults.plant(f"g{group:02}-srvweb2", fault)
    trouble.must("provision", "-g", "6", "-y", "-q")
    trouble.run("provision", "--boot-timeout", "8", "-y", "-q")  # whatever else can be done is done
    trouble.tells("guest-layers", "provision", "--boot-timeout", "8", "-y", "-q", status=7)
    with trouble.nothing_changes():
        trouble.must("provision", "-g", "6", "-y", "-q")
    trouble.must("verify", "-g", "6", "-q")
    with trouble.admin() as admin:
        for group in LAYERS:
            trouble.engine.faults.plant(f"g{group:02}-srvweb2")
            if group in RESTARTED:
                restart(admin, f"g{group:02}-srvweb2")
    trouble.must("provision", "-y", "-q")
    trouble.must("verify", "-q")


def test_a_machine_that_is_switched_off_is_not_waited_for(trouble):
    """A student does it while the machine is being configured; nobody waits until the boot timeout."""
    trouble.engine.faults.plant("g01-srvweb2", "no_ssh")

    def switch_off():
        await_machine(trouble, "g01-srvweb2")
        with trouble.admin() as admin:
            admin.wait(admin.machine("g01-srvweb2").PowerOffVM_Task())

    student = threading.Thread(target=switch_off)
    student.start()
    result = trouble.must("provision", "-g", "1", "--boot-timeout", "300", "-y", "-q", status=8)
    student.join()
    assert "vsphere.off" in result.output  # and not guest.unreachable, after the boot timeout
    trouble.engine.faults.plant("g01-srvweb2")
    trouble.must("provision", "-g", "1", "-y", "-q")
    trouble.must("verify", "-g", "1", "-q")


def test_a_wrong_guest_password_is_tried_once_on_each_machine(trouble):
    trouble.tells(
        "guest-login",
        "provision",
        "-g",
        "1",
        "-y",
        "-q",
        "-j",
        "1",
        status=8,
        env={"ESXLAB_GUEST_PASSWORD": "no"},
    )
    trouble.must("provision", "-g", "1", "-y", "-q")


def test_a_machine_that_is_no_copy_of_the_model_gets_no_password(trouble):
    """Another machine has the address of a fresh copy: it shows its own host key, and nobody logs in."""
    trouble.must("provision", "--until", "machines", "-g", "1-2", "-y", "-q")
    machine = await_machine(trouble, "g01-srvweb1")
    models, own = machine.processes.host_keys, make_key("ed25519", "root@somebody")[0]
    machine.processes.host_keys = (own,)
    trouble.tells("guest-no-copy", "provision", "-g", "1-2", "-j", "1", "-y", "-q", status=7)
    assert "password for root" not in "\n".join(machine.processes.journal)
    machine.processes.host_keys = models
    trouble.must("provision", "-g", "1-2", "-y", "-q")
    trouble.must("verify", "-g", "1-2", "-q")


def test_packages_that_no_mirror_gives(trouble):
    """One guest resolves no names: apt's own words, and its group only."""
    trouble.must("provision", "--until", "machines", "-g", "1-2", "-y", "-q")
    machine = await_machine(trouble, "g01-srvweb1")
    names = machine.files.read("/etc/resolv.conf")
    machine.files.write("/etc/resolv.conf", b"")
    trouble.tells("guest-apt", "provision", "-g", "1-2", "-j", "1", "-y", "-q", status=7)
    machine.files.write("/etc/resolv.conf", names)
    trouble.must("provision", "-g", "1-2", "-y", "-q")
    trouble.must("verify", "-g", "1-2", "-q")


def await_machine(trouble, name):
    """The running machine, when its DHCP client has written its resolv.conf."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for machine in trouble.engine.world.machines.values():
            if machine.name == name and machine.files.read("/etc/resolv.conf"):
                return machine
        time.sleep(0.05)
    raise AssertionError(name)


def test_one_guest_with_another_password_fails_its_own_group_only(trouble):
    trouble.engine.faults.plant("g01-srvweb1", "wrong_password")
    trouble.tells("guest-login-one", "provision", "-g", "1-2", "-y", "-q", status=7)
    trouble.engine.faults.plant("g01-srvweb1")
    with trouble.admin() as admin:
        restart(admin, "g01-srvweb1")
    trouble.must("provision", "-g", "1-2", "-y", "-q")
