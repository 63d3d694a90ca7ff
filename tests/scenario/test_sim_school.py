"""The school as a process of its own: up, down, and what a crash leaves."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time

import paramiko
import pytest

from esxlab.errors import LabError
from esxlab.sim.access import load_access, read_access
from esxlab.sim.control import ask
from esxlab.sim.processes import ProcessIdentity
from esxlab.sim.school import school_down, school_status, school_up
from tests.borrowed import borrows
from tests.esxi_client import ShellClient, connected
from tests.schools import ESXI, VCENTER, administrator, lone_esxi, router, school, vcenter

pytestmark = pytest.mark.scenario
SHAPE = school(vcenter(), lone_esxi(), routers=(router(),))


@pytest.fixture
def directory(tmp_path):
    place = tmp_path / "school"
    yield place
    school_down(place)


def marks(directory):
    return [ProcessIdentity(*found) for found in read_access(directory)["pids"].values()]


def await_ends(processes, *, limit_s=5.0):
    deadline = time.monotonic() + limit_s
    while any(process.alive() for process in processes) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(process.alive() for process in processes)


def test_a_school_comes_up_answers_and_goes_down_without_a_trace(directory):
    shown = school_up(SHAPE, directory, engine="idle")
    assert shown["running"]
    assert set(shown["servers"]) == {VCENTER, ESXI}
    assert set(shown["routers"]) == {"10.0.0.1"}
    access = read_access(directory)
    assert not any(password in str(shown) for password in access["passwords"].values())
    assert stat.S_IMODE((directory / "school.json").stat().st_mode) == 0o600
    endpoints = load_access(directory / "school.json").endpoints
    assert all(place.address == "127.0.0.1" for place in endpoints.servers.values())
    with administrator(access, VCENTER) as session:
        assert [c.name for c in session.content.rootFolder.childEntity] == ["Lab"]
    processes = marks(directory)
    assert len(processes) == 3
    assert school_down(directory)["was_running"]
    assert not any(process.alive() for process in processes)
    assert not (directory / "school.json").exists()
    assert not (directory / "datastores").exists()
    assert not school_down(directory)["was_running"]
    assert not school_status(directory)["running"]


@borrows("busybox")
def test_the_shell_of_a_free_host_outlives_the_command_and_is_struck_from_outside(directory):
    shown = school_up(school(lone_esxi()), directory, engine="idle", licence="free", release="7.0")
    access = read_access(directory)
    assert (shown["shells"], shown["servers"]) == (access["shells"], access["servers"])
    with connected(shown["shells"][ESXI], access["passwords"]["vsphere"]) as client:
        assert client.script("vmware -v").out.startswith("VMware ESXi 7.0")
        ask(access, "strike", shell=ESXI, strike={"action": "fail", "program": "vim-cmd", "text": "no"})
        assert client.script("vim-cmd vmsvc/getallvms")[::2] == ("no", 1)
        ask(access, "hostd", shell=ESXI, away=True)
        assert client.script("vim-cmd vmsvc/getallvms").status
        ask(access, "mend", shell=ESXI)
        assert client.script("vim-cmd vmsvc/getallvms").status == 0
    assert ask(access, "commands", shell=ESXI, since=1) == ["vim-cmd vmsvc/getallvms"] * 3
    ask(access, "faults", shell=ESXI, faults={"refuse_login": True})
    with pytest.raises(paramiko.AuthenticationException):
        ShellClient(shown["shells"][ESXI], access["passwords"]["vsphere"])
    ask(access, "ssh", shell=ESXI, on=False)
    with pytest.raises(OSError, match="refused"):
        ShellClient(shown["shells"][ESXI])
    with pytest.raises(LabError):
        ask(access, "dance", shell=ESXI)
    processes = marks(directory)
    assert school_down(directory)["was_running"]
    assert not any(process.alive() for process in processes)
    assert not (directory / "hosts").exists()


def test_a_second_up_says_that_it_is_up_and_changes_nothing(directory):
    school_up(school(lone_esxi()), directory, engine="idle")
    before = read_access(directory)
    with pytest.raises(LabError) as caught:
        school_up(SHAPE, directory, engine="idle")
    assert caught.value.code == "sim.already_up"
    assert read_access(directory) == before
    assert school_status(directory)["running"]


def test_nothing_outlives_a_daemon_that_was_killed_and_the_next_up_mends(directory):
    school_up(SHAPE, directory, engine="idle")
    processes = marks(directory)
    os.kill(processes[0].pid, signal.SIGKILL)
    assert await_ends(processes)
    assert (directory / "school.json").exists()
    assert not school_status(directory)["running"]
    assert school_up(SHAPE, directory, engine="idle")["running"]
    assert not set(marks(directory)) & set(processes)


def test_down_clears_away_what_a_crash_left(directory):
    school_up(school(lone_esxi()), directory, engine="idle")
    os.kill(marks(directory)[0].pid, signal.SIGKILL)
    school_down(directory)
    assert sorted(found.name for found in directory.iterdir()) == ["school.log", "vcsim.log"]


def test_a_school_outlives_the_session_that_brought_it_up(directory):
    script = (
        "import sys; from pathlib import Path; from esxlab.sim.school import school_up;"
        "from tests.schools import school, lone_esxi;"
        "school_up(school(lone_esxi()), Path(sys.argv[1]), engine='idle')"
    )
    bringer = subprocess.Popen([sys.executable, "-c", script, str(directory)], start_new_session=True)
    assert bringer.wait(timeout=60) == 0
    assert school_status(directory)["running"]
    assert os.getsid(marks(directory)[0].pid) not in {os.getsid(0), bringer.pid}


def test_what_made_a_school_fail_is_said(directory, monkeypatch, tmp_path):
    broken = tmp_path / "vcsim"
    broken.write_text(
        '#!/bin/sh\n[ -n "$1" ] && echo esxlab && exit\necho out of order >&2\nexit 3\n', encoding="ascii"
    )
    broken.chmod(0o700)
    monkeypatch.setenv("ESXLAB_VCSIM", str(broken))
    with pytest.raises(LabError) as caught:
        school_up(school(lone_esxi()), directory, engine="idle")
    assert (caught.value.code, caught.value.where, caught.value.detail) == (
        "sim.vcsim_died",
        ESXI,
        "out of order",
    )
    assert not school_status(directory)["running"]


def test_a_stock_vcsim_is_refused_by_name(directory, monkeypatch, tmp_path):
    stock = tmp_path / "vcsim"
    stock.write_text("#!/bin/sh\necho flag provided but not defined: $1 >&2\nexit 2\n", encoding="ascii")
    stock.chmod(0o700)
    monkeypatch.setenv("ESXLAB_VCSIM", str(stock))
    with pytest.raises(LabError) as caught:
        school_up(school(lone_esxi()), directory, engine="idle")
    assert caught.value.code == "sim.no_vcsim"


def test_no_password_is_an_argument_or_in_a_log(directory):
    school_up(SHAPE, directory, engine="idle")
    passwords = list(read_access(directory)["passwords"].values())
    for process in marks(directory):
        with open(f"/proc/{process.pid}/cmdline", encoding="utf-8") as line:  # noqa: PTH123
            assert not any(password in line.read() for password in passwords)
    for log in ("school.log", "vcsim.log"):
        text = (directory / log).read_text(encoding="utf-8")
        assert not any(password in text for password in passwords)
