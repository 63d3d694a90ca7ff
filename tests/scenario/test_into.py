"""Into the machines of a class that stands: `run`, `copy` and `export`, as a teacher types them."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.borrowed import borrows
from tests.classroom import SPECS, classroom
from tests.openssh import by_openssh

pytestmark = pytest.mark.scenario
ONE = ("-g", "1")
NAMES = ("srvweb1", "srvweb2", "repartiteur1", "ClientA", "ClientB")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with classroom(SPECS / "demo.yaml", tmp_path_factory.mktemp("into"), speed=100.0) as found:
        found.must("provision", "-g", "1-2", "--yes", "--quiet")
        found.checkpoint()
        yield found


def start(room, *words):
    """`esxlab COMMAND -f SPEC --sim ...`: what follows a `--` has to stay the last."""
    first = 2 if words[0] == "export" else 1
    return room.starter.start(*words[:first], "-f", room.spec, "--sim", *words[first:])


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


@pytest.mark.parametrize(("groups", "machines"), [("1-2", "srvweb1"), ("1", "srvweb1,srvweb2")])
def test_ssh_with_a_command_is_for_one_machine_and_runs_on_no_other(room, groups, machines):
    refused = run(room, "ssh", "-g", groups, machines, "--", "touch", "/root/everywhere", status=2)
    assert "usage.one_machine" in refused.err
    left = run(room, "run", "-g", groups, machines, "--", "ls", "/root")
    assert "everywhere" not in left.out


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


def test_files_go_to_many_and_come_back_from_each(room, tmp_path):
    content = bytes(range(256)) * 40
    (tmp_path / "é b.sh").write_bytes(content)
    (tmp_path / "é b.sh").chmod(0o755)
    (tmp_path / "plain").write_bytes(b"")
    done = run(room, "copy", *ONE, tmp_path / "é b.sh", tmp_path / "plain", "srvweb1,ClientB:/root")
    assert sorted(done.out.splitlines()) == ["g01-ClientB:/root", "g01-srvweb1:/root"]
    listed = run(room, "run", *ONE, "srvweb1", "--", "stat -c '%a %s %n' /root/*").out
    assert "755 10240 /root/é b.sh" in listed
    assert "644 0 /root/plain" in listed or "600 0 /root/plain" in listed
    assert "esxlab" not in listed
    back = tmp_path / "back"
    run(room, "copy", *ONE, "srvweb1,ClientB:/root/é b.sh", "srvweb1,ClientB:/root/plain", back)
    assert {str(path.relative_to(back)) for path in back.rglob("*") if path.is_file()} == {
        f"{machine}/{name}" for machine in ("g01-srvweb1", "g01-ClientB") for name in ("é b.sh", "plain")
    }
    assert (back / "g01-srvweb1" / "é b.sh").read_bytes() == content
    assert (back / "g01-srvweb1" / "é b.sh").stat().st_mode & 0o777 == 0o700
    assert (back / "g01-ClientB" / "plain").stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_copied_is_told_and_leaves_nothing(room, tmp_path):
    (tmp_path / "a").write_bytes(b"new")
    done = run(room, "copy", *ONE, tmp_path / "a", "srvweb1:/no/such/place", status=8)
    assert "copy.failed" in done.err
    assert "nonexistent" in done.err
    assert "copy.directory" in run(room, "copy", *ONE, "srvweb1:/etc", tmp_path, status=8).err
    assert "No such file" in run(room, "copy", *ONE, "srvweb1:/etc/none", tmp_path, status=8).err
    assert not (tmp_path / "g01-srvweb1").exists()
    assert "usage.copy" in run(room, "copy", *ONE, tmp_path / "a", tmp_path, status=2).err
    both = ("srvweb1:/etc/hosts", "srvweb1:/tmp/HOSTS", tmp_path)
    assert "usage.copy_names" in run(room, "copy", *ONE, *both, status=2).err
    (tmp_path / "large").write_bytes(b"x" * (8 * 1024 * 1024 + 1))
    assert "copy.unreadable" in run(room, "copy", *ONE, tmp_path / "large", "srvweb1:/tmp", status=2).err


def ask_by_openssh(room, config, tmp_path, name):
    """`ssh -F CONFIG NAME hostname` by the system's own client."""
    command = ["ssh", "-F", str(config), name, "hostname"]
    return by_openssh(command, room.access["passwords"]["guest"], tmp_path)


@borrows("ssh")
def test_the_systems_own_ssh_goes_by_the_exported_ways(room, tmp_path):
    config = tmp_path / "it's 100% mine" / "ssh"
    run(room, "export", "ssh-config", "-g", "1-2", "--to", config)
    for name, said in (
        ("g01-ClientB", "ClientB"),
        ("g01-clienta", "ClientA"),
        ("g01-srvweb1", "SRV1"),
        ("g02-srvweb2", "SRV2"),
        ("g02-repartiteur1", "Load-Balancer"),
    ):
        done = ask_by_openssh(room, config, tmp_path, name)
        assert done.stdout == f"{said}\n", done.stderr
    keys = config.with_name("ssh.known_hosts")
    lines = keys.read_text().splitlines()
    of = {line.split()[0]: line.split(" ", 1)[1] for line in lines}
    assert len(of) == 10
    keys.write_text(f"g01-srvweb1 {of['g01-srvweb2']}\ng01-ClientB {of['g01-ClientB']}\n")
    refused = ask_by_openssh(room, config, tmp_path, "g01-srvweb1")
    assert refused.returncode == 255
    assert "verification failed" in refused.stderr
    for file in config.parent.iterdir():
        assert room.access["passwords"]["guest"] not in file.read_text()
        assert file.stat().st_mode & 0o777 == 0o600


def test_who_does_not_answer_is_left_out_of_an_export(room, tmp_path):
    done = run(room, "export", "ssh-config", "-g", "2-3", "--to", tmp_path / "ssh", status=7)
    assert "group 3, srvweb1: the machine is not there" in done.err
    assert "g03" not in (tmp_path / "ssh").read_text()
    words = ("export", "ssh-config", "-g", "2-3", "--to", tmp_path / "ssh", "-o", "json")
    document = run(room, *words, status=7).document
    assert (document["schema"], document["file"]) == ("esxlab/export/1", str(tmp_path / "ssh"))
    assert set(document["machines"]) == {f"g02-{name}" for name in NAMES}
    assert {error["code"] for error in document["errors"]} == {"guest.not_there"}
    run(room, "export", "ssh-config", "-g", "3", "--to", tmp_path / "none", status=8)


@pytest.fixture(scope="module")
def inventory(room, tmp_path_factory):
    found = tmp_path_factory.mktemp("ansible") / "in ventory.yml"
    run(room, "export", "ansible", *ONE, "--to", found)
    return found


def test_an_inventory_has_groups_and_roles(inventory):
    from ruamel.yaml import YAML

    tree = YAML(typ="safe").load(inventory)["all"]
    children = {name: sorted(group["hosts"]) for name, group in tree["children"].items()}
    assert children["web"] == ["g01-srvweb1", "g01-srvweb2"]
    assert len(children["g01"]) == 5
    assert set(children) == {"g01", "web", "client", "balancer"}
    assert tree["vars"] == {
        "ansible_ssh_common_args": f"-F '{inventory}.ssh_config'",
        "ansible_pipelining": True,
        "ansible_ssh_executable": f"{inventory}.ssh",
    }


@borrows("ansible-inventory")
def test_ansible_takes_it(inventory):
    command = ["ansible-inventory", "-i", str(inventory), "--list"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    known = json.loads(done.stdout)
    assert known["web"]["hosts"] == ["g01-srvweb1", "g01-srvweb2"]
    assert len(known["_meta"]["hostvars"]) == 5


def test_a_hosts_file_and_a_table_need_no_guest(room, tmp_path):
    done = run(room, "export", "hosts", "-g", "1,3")
    assert re.search(r"(?m)^127\.0\.0\.1 g01-ClientB g01-clientb$", done.out)
    assert "# 172.16.193.10 g01-srvweb1 (via g01-ClientB)\n" in done.out
    assert not re.search(r"(?m)^\d.*g03", done.out)
    run(room, "export", "csv", "-g", "1,3", "--to", tmp_path / "table.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "table.csv").read_text())))
    table = {row["name"]: row for row in rows}
    assert len(table) == 10
    web = table["g01-srvweb1"]
    assert (web["power"], web["inside"], web["via"], web["role"]) == (
        "on",
        "172.16.193.10",
        "g01-ClientB",
        "web",
    )
    assert table["g01-ClientB"]["port"].isdigit()
    assert table["g03-ClientB"]["power"] == "absent"
    document = run(room, "export", "csv", "-g", "1,3", "-o", "json").document
    assert {row["name"]: row["via"] for row in document["machines"]} == {
        name: row["via"] for name, row in table.items()
    }
    assert room.changes() == []
