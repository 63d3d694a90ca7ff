"""Into the machines of a class that stands: `run`, as a teacher types it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.classroom import SPECS, classroom

pytestmark = pytest.mark.scenario
ONE = ("-g", "1")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with classroom(SPECS / "demo.yaml", tmp_path_factory.mktemp("into"), speed=100.0) as found:
        found.must("provision", "-g", "1-2", "--yes", "--quiet")
        found.checkpoint()
        yield found


def start(room, *words):
    """`esxlab WORDS[0] -f SPEC --sim ...`: what follows a `--` has to stay the last."""
    return room.starter.start(words[0], "-f", room.spec, "--sim", *words[1:])


def run(room, *words, status=0):
    done = start(room, *words).wait()
    assert done.status == status, f"{words}: {done}"
    return done


def test_many_machines_by_every_way_each_line_with_its_name(room):
    done = run(room, "run", "-g", "1-2", "all", "--", "hostname")
    expected = {"ClientA": "ClientA", "ClientB": "ClientB", "srvweb1": "SRV1", "srvweb2": "SRV2"}
    expected |= {"repartiteur1": "Load-Balancer"}
    lines = {f"g{group:02d}-{name}: {said}" for group in (1, 2) for name, said in expected.items()}
    assert set(done.out.splitlines()) == lines
    assert len(done.out.splitlines()) == 10
    assert "10 ended with 0" in done.err
    assert room.changes() == []
    assert room.router_commands() == {}


def test_a_status_is_told_and_counted(room):
    done = run(room, "run", *ONE, "srvweb1,CLIENTB", "--", "echo out; echo err >&2; exit 3", status=10)
    assert sorted(done.out.splitlines()) == ["g01-ClientB: out", "g01-srvweb1: out"]
    assert "g01-srvweb1: err" in done.err
    assert "g01-srvweb1: ended with 3" in done.err
    assert "0 ended with 0, 2 otherwise" in done.err


def test_json_has_each_machine_in_order(room):
    document = run(room, "run", "-g", "2,1", "-o", "json", "srvweb2,srvweb1", "--", "id -u").document
    assert document["schema"] == "esxlab/run/1"
    assert [(m["group"], m["machine"], m["exit_status"], m["stdout"]) for m in document["machines"]] == [
        (group, machine, 0, "0\n") for group in (1, 2) for machine in ("srvweb1", "srvweb2")
    ]


def test_no_sign_of_a_guest_steers_the_terminal(room):
    steering = "printf 'a\\033[2Jb\\n\\033]0;title\\007\\r\\n'"
    done = run(room, "run", *ONE, "srvweb1", "--", steering)
    assert done.out == "g01-srvweb1: a\\x1b[2Jb\ng01-srvweb1: \\x1b]0;title\\x07\n"
    text = start(room, "run", *ONE, "srvweb1", "-o", "json", "--", steering).wait()
    assert "\x1b" not in text.out
    assert text.document["machines"][0]["stdout"] == "a\x1b[2Jb\n\x1b]0;title\x07\r\n"


def test_what_is_cut_off_is_said(room):
    words = ("run", *ONE, "srvweb1,srvweb2", "--max-output", "1", "-o", "json", "--")
    much = " ".join(["/etc/apache2/apache2.conf", "/etc/passwd", "/etc/group"] * 8)
    document = run(room, *words, f"cat {much}", status=10).document
    for machine in document["machines"]:
        assert (machine["cut"], machine["exit_status"], machine["error"]) == ("size", None, None)
        assert 0 < len(machine["stdout"].encode()) <= 1024
    done = run(room, "run", *ONE, "srvweb1", "-t", "1", "--", "echo begun; sleep 9999", status=10)
    assert done.out == "g01-srvweb1: begun\n"
    assert "its time was over" in done.err


def test_standard_input_goes_to_each(room):
    words = ["run", "-f", str(room.spec), "--sim", *ONE, "srvweb1,srvweb2", "--stdin", "-o", "json"]
    environment = room.starter.environment
    done = subprocess.run(
        [sys.executable, "-m", "esxlab", *words, "--", "cat"],
        env=environment,
        input="é\0 line\n".encode(),
        capture_output=True,
        check=True,
    )
    assert [machine["stdout"] for machine in json.loads(done.stdout)["machines"]] == ["é\0 line\n"] * 2
    left = run(room, "run", *ONE, "srvweb1", "--", "ls", "/run")
    assert "esxlab-" not in left.out


def test_a_login_shell_that_talks_is_no_hindrance(room):
    """And one line that is not cleaned away would fail every later test."""
    noisy = "cp /root/.bashrc /root/before; echo 'echo noise; echo more >&2' >>/root/.bashrc"
    run(room, "run", *ONE, "srvweb1", "--", noisy)
    done = run(room, "run", *ONE, "srvweb1", "--", "hostname")
    assert done.out == "g01-srvweb1: SRV1\n"
    assert "more" not in done.err
    run(room, "run", *ONE, "srvweb1", "--", "mv /root/before /root/.bashrc")


def test_what_is_not_there_is_told(room):
    done = run(room, "run", *ONE, "srvweb9", "--", "true", status=2)
    assert "usage.machine" in done.err
    assert "repartiteur1" in done.err
    assert "usage.missing" in run(room, "run", *ONE, "srvweb1", status=2).err
    some = run(room, "run", "-g", "1,3", "srvweb1", "--", "hostname", status=7)
    assert some.out == "g01-srvweb1: SRV1\n"
    assert "group 3, srvweb1: the machine is not there" in some.err
    assert "1 ended with 0, 0 otherwise, 0 cut off, 1 without" in some.err
    run(room, "run", "-g", "3", "srvweb1,srvweb2", "--", "hostname", status=8)


def test_ctrl_c_ends_it_and_what_came_before_is_kept(room):
    words = "touch /run/begun; echo begun; sleep 99999"
    running = start(room, "run", *ONE, "srvweb1", "-t", "3000", "--", words)
    guests = room.school.engine.world.machines.values()
    until = time.monotonic() + 60
    while not any(guest.files.find("/run/begun") for guest in guests) and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(1)  # its word is on the way
    running.send(signal.SIGINT)
    done = running.wait(limit_s=30)
    assert done.status == 130
    assert done.out == "g01-srvweb1: begun\n"
    assert "cut off: interrupted" in done.err
