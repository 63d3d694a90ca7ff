"""While hostd restarts nothing was done: the same is asked again, and nothing is taken for absent."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from esxlab.backends.esxi import asking, in_flight
from esxlab.backends.esxi.faults import is_away
from esxlab.backends.esxi.framing import Answer, Frame
from esxlab.backends.vsphere import networks
from esxlab.backends.vsphere.faults import UnknownOutcomeError
from esxlab.lab.machine import PortGroup
from tests.ash import AshHost
from tests.borrowed import borrows

AWAY = [
    "Connect to localhost failed: Connection failure",  # Apache VCL, VIM_SSH.pm, _check_service_pid
    "Error: Connect to localhost failed. Connection refused",  # of esxcli, a public handbook
    "Failed to login: (vim.fault.NoPermission)",  # esxi-ssh.md, "Getting in", as the next
    "<unset>",
]
THERE = ["   ipAddress = <unset>, ", " <unset>", "Power on failed", "", "4 machines; Connect to x failed"]


@pytest.mark.parametrize("said", AWAY)
def test_a_host_without_its_hostd_is_asked_again(said):
    assert is_away(Answer(1, f"Powering on VM:\n{said}\n"))


@pytest.mark.parametrize("said", THERE)
def test_what_another_line_says_is_an_answer(said):
    assert not is_away(Answer(1, f"{said}\n"))


@borrows("busybox")
@pytest.mark.parametrize(("said", "status"), [(AWAY[0], 1), (AWAY[3], 0), (AWAY[3], 1)])
def test_a_look_tells_that_hostd_is_away(tmp_path, monkeypatch, said, status):
    """A program that fails is told to the letter, whatever its exit status is."""
    host, frame = AshHost(tmp_path, monkeypatch), Frame()
    for program in ("vim-cmd", "esxcli"):
        (tmp_path / "bin" / program).write_text(f"#!{tmp_path}/bin/sh\necho '{said}'\nexit {status}\n")
    answer = frame.read(host.run(frame.script(asking.machines_look())))
    assert is_away(answer)


@borrows("busybox")
def test_a_task_that_ended_with_a_fault_is_no_look_that_failed(tmp_path, monkeypatch):
    """Hostd shows it among its recent tasks for minutes (TaskInfo.error, vSphere Web Services API)."""
    host, frame = AshHost(tmp_path, monkeypatch), Frame()
    said = '(vim.TaskInfo) {\n   state = "error", \n   error = (vim.fault.InvalidState) {\n   }, \n}'
    (tmp_path / "bin" / "vim-cmd").write_text(f"#!{tmp_path}/bin/sh\nprintf '%s\\n' '{said}'\n")
    [told] = asking.told_in(
        frame.read(host.run(frame.script(in_flight.state_look([SimpleNamespace(key="haTask-1-vim.x-2")]))))
    )
    assert (told.topic, told.text.split()[0]) == ("task", "(vim.TaskInfo)")


def test_a_port_group_of_which_the_vlan_was_lost_is_not_taken_for_whole():
    """The answer to `set` was cut: a look finds the port group as `add` has left it."""
    wanted, asked = PortGroup("g07-inside", 107, "vSwitch0"), []
    there: dict[str, PortGroup] = {}

    def add(place, port_group):
        asked.append("add")
        if len(asked) > 1:
            there[wanted.name] = port_group
            return
        there[wanted.name] = PortGroup(port_group.name, 0, port_group.vswitch)
        raise UnknownOutcomeError(detail="cut", cut=False, what=port_group.name)

    writer = SimpleNamespace(add_port_group=add, adds_vlan_later=True)
    place = SimpleNamespace(host=SimpleNamespace(port_groups={}, name="h"))
    server = SimpleNamespace(
        writer=writer, place=lambda _: place, wiring=lambda _: SimpleNamespace(port_groups=dict(there))
    )
    with pytest.raises(UnknownOutcomeError):
        networks.add(server, None, wanted)
    networks.add(server, None, wanted)
    assert there[wanted.name].vlan == wanted.vlan
