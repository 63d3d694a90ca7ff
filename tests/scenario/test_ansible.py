"""Ansible's own `-m ping` and `-m raw` with the exported inventory and a password, as the lab usually has it.

The simulated Debian has no Python: here it is this computer's, fed with what Ansible sends to the guest.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys

import pytest

from esxlab.sim.light.commands import COMMANDS
from tests.borrowed import borrows
from tests.classroom import SPECS, classroom

pytestmark = [pytest.mark.scenario, borrows("ansible", "sshpass", "ssh")]
ANSWER = re.compile(r"^(\S+) \| (\w+)!? => (\{.*?^\})", re.MULTILINE | re.DOTALL)
FILES = (
    "inventory.yml",
    "inventory.yml.ssh_config",
    "inventory.yml.ssh_config.known_hosts",
    "inventory.yml.ssh",
)
MACHINES = {"g01-srvweb1", "g01-srvweb2", "g01-repartiteur1", "g01-ClientA", "g01-ClientB"}


async def python3(call):
    """`python3` with a script on its standard input."""
    ran = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"]},
    )
    out, err = await ran.communicate(await call.input())
    call.out += out
    call.err += err
    return ran.returncode


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with (
        pytest.MonkeyPatch.context() as patch,
        classroom(SPECS / "demo.yaml", tmp_path_factory.mktemp("ansible"), speed=100.0) as found,
    ):
        patch.setitem(COMMANDS, "python3", python3)
        found.must("provision", "-g", "1", "--yes", "--quiet")
        yield found


@pytest.fixture(scope="module")
def inventory(room, tmp_path_factory):
    found = tmp_path_factory.mktemp("an in%ventory") / "inventory.yml"
    words = ("export", "ansible", "-f", room.spec, "--sim", "-g", "1", "--to", found)
    done = room.starter.start(*words).wait()
    assert done.status == 0, done
    return found


def ansible(inventory, *words, typed="", **environment):
    """Ansible without a terminal, with a home of its own, and a login for each connection."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ESXLAB_", "ANSIBLE_"))}
    home = inventory.parent.parent / "home"
    home.mkdir(exist_ok=True)
    (home / "ansible.cfg").touch()  # and none of this computer's
    own |= {"HOME": str(home), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_CONFIG": str(home / "ansible.cfg")}
    own |= {"ANSIBLE_SSH_ARGS": "-C", **environment}  # its own has ControlPersist, which asks only once
    own |= {"ANSIBLE_TIMEOUT": "60"}  # for a connection; ten seconds are little on a busy computer
    return subprocess.run(
        ["ansible", "-i", str(inventory), *words],
        env=own,
        input=f"{typed}\n",
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        start_new_session=True,
    )


def answers(done):
    return {host: json.loads(said) for host, word, said in ANSWER.findall(done.stdout) if word == "SUCCESS"}


def test_ping_answers_from_every_machine_with_the_password_of_the_environment(room, inventory):
    """Each hop asks for it: of the servers, ClientB before them too; sshpass is not needed."""
    password = room.access["passwords"]["guest"]
    done = ansible(inventory, "all", "-m", "ping", ESXLAB_GUEST_PASSWORD=password)
    assert done.returncode == 0, done.stdout + done.stderr
    found = answers(done)
    assert set(found) == MACHINES
    assert {answer["ping"] for answer in found.values()} == {"pong"}


def test_ping_answers_from_every_machine_with_ask_pass(room, inventory):
    """sshpass answers one question of each connection, the program hands the answer on to every hop."""
    password = room.access["passwords"]["guest"]
    done = ansible(inventory, "all", "-m", "ping", "--ask-pass", typed=password)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(answers(done)) == MACHINES


@pytest.mark.parametrize("by", ["variable", "typed", "neither"])
def test_without_the_right_password_nobody_answers(inventory, by):
    wrong = "Wr0ng-Canary-77"
    if by == "variable":
        done = ansible(inventory, "all", "-m", "ping", ESXLAB_GUEST_PASSWORD=wrong)
    elif by == "typed":
        done = ansible(inventory, "all", "-m", "ping", "--ask-pass", typed=wrong)
    else:
        done = ansible(inventory, "all", "-m", "ping")
    assert done.returncode != 0
    assert answers(done) == {}
    assert {host for host, word, _ in ANSWER.findall(done.stdout) if word == "UNREACHABLE"} == MACHINES
    assert wrong not in done.stdout + done.stderr


def test_raw_needs_no_python(room, inventory):
    password = room.access["passwords"]["guest"]
    done = ansible(inventory, "g01-srvweb1", "-m", "raw", "-a", "hostname", ESXLAB_GUEST_PASSWORD=password)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SRV1" in done.stdout.splitlines()


def test_no_password_is_in_any_of_its_files(room, inventory):
    files = sorted(file.name for file in inventory.parent.iterdir() if file.is_file())
    assert files == sorted(FILES)
    for name in files:
        file = inventory.with_name(name)
        assert not any(secret in file.read_text() for secret in room.access["passwords"].values())
        assert file.stat().st_mode & 0o777 == (0o700 if name.endswith(".yml.ssh") else 0o600)
