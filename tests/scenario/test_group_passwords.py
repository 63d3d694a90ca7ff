"""Guest passwords of each group's own, over a group's whole life, and over the death of a command."""

from __future__ import annotations

import json
import signal
from contextlib import closing, contextmanager
from types import SimpleNamespace

import pytest

from esxlab.sim.light.ssh import Sshd
from tests.classroom import SPECS, classroom
from tests.commands import Starter
from tests.kill_harness import KILLED
from tests.strikes import watched_guests

pytestmark = pytest.mark.scenario

GROUP = ("-g", "1")
SET = "chpasswd"
MACHINES = 5


@pytest.fixture
def tried(monkeypatch):
    """Every password that a guest was asked to take: (machine, taken or not)."""
    seen = []
    accepts = Sshd.accepts

    def watched(self, username, password):
        taken = accepts(self, username, password)
        seen.append((self.machine.name, taken))
        return taken

    monkeypatch.setattr(Sshd, "accepts", watched)
    return seen


def refused(tried):
    """How often each machine refused a password; forgets them."""
    found = {name: [taken for who, taken in tried if who == name].count(False) for name, _ in tried}
    tried.clear()
    return {name: count for name, count in found.items() if count}


@pytest.fixture
def room(tmp_path, monkeypatch):
    for name in ("ESXLAB_GUEST_PASSWORD", "ESXLAB_GUEST_PASSWORD_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    text = (SPECS / "demo.yaml").read_text(encoding="utf-8")
    spec = tmp_path / "generated.yaml"
    spec.write_text(f"{text}\nguest: {{password: generated}}\n", encoding="utf-8")
    with classroom(spec, tmp_path, speed=20.0) as found:
        yield found


def marks(room):
    """Machine of group 1 -> what it says of its password."""
    found = {}
    for content in room.inventory().values():
        for key, values in content.items():
            if key.startswith("machine g01-"):
                (value,) = values
                before, mark, rest = value.partition("('esxlab.password', '")
                found[key.removeprefix("machine g01-")] = rest.partition("'")[0] if mark and before else ""
    return found


def settled(room, generation):
    found = marks(room)
    assert len(found) == MACHINES
    assert len(set(found.values())) == 1
    assert next(iter(found.values())).startswith(f"{generation}@")


def password(room):
    (entry,) = room.must("secrets", "show", *GROUP, "--yes", "-o", "json").document["groups"]
    return entry["password"]


@contextmanager
def killed_at(room, moment, number):
    """SIGKILL for the command when the n-th machine's password is being set: before, or after it is."""
    victim, seen = [], []

    def cut(machine, command, at):
        if at == moment and SET in command:
            seen.append(machine)
            if len(seen) == number:
                victim[0].send(signal.SIGKILL)
        return False

    with watched_guests(room, cut):
        yield SimpleNamespace(victim=victim, seen=seen)


def test_a_groups_life_with_a_password_of_its_own(room, tried):
    nothing = room.picture()
    room.must("provision", *GROUP, "--yes")
    settled(room, 0)
    assert refused(tried) == {}
    calls = room.changes()
    room.checkpoint()
    room.must("provision", *GROUP, "--yes")
    assert room.changes() == []
    room.must("verify", *GROUP)
    room.must("doctor", *GROUP)
    room.must("provision", *GROUP, "--scenario", "lb", "--yes")
    room.must("verify", *GROUP, "--scenario", "lb")
    room.must("plan", *GROUP, "--scenario", "lb", "--deep", "--detailed-exitcode")
    first = password(room)
    room.must("secrets", "rotate", *GROUP, "--scenario", "lb", "--yes")
    settled(room, 1)
    assert password(room) != first
    room.must("provision", *GROUP, "--yes")
    room.must("verify", *GROUP)
    room.must("drill", "nic", *GROUP, "--yes")
    assert refused(tried) == {}
    room.must("teardown", *GROUP, "--yes")
    assert room.picture() == nothing
    # of each machine its marks before it is changed and its config digest after it; of the balancer, its
    # second card
    assert sum(call.method == "ReconfigVM_Task" for call in calls) == 2 * MACHINES + 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_while_passwords_change_and_finished_by_the_same_command(room, tried, moment):
    room.must("provision", *GROUP, "--yes")
    tried.clear()
    with killed_at(room, moment, 2) as trial:
        trial.victim.append(room.start("secrets", "rotate", *GROUP, "--yes"))
        assert trial.victim[0].wait().status == KILLED
    pending = [mark for mark in marks(room).values() if " " in mark]
    assert pending
    assert all(mark.split()[0][:2] == "0@" and mark.split()[1][:2] == "1@" for mark in pending)
    assert refused(tried) == {}
    room.run("verify", *GROUP)
    assert set(refused(tried).values()) <= {1}, "a look tried a password twice"
    ended = room.must("secrets", "rotate", *GROUP, "--yes")
    assert "finishes the rotation" in ended.err
    settled(room, 1)
    assert set(refused(tried).values()) <= {1}
    room.must("verify", *GROUP)
    assert refused(tried) == {}
    room.must("secrets", "rotate", *GROUP, "--yes")
    settled(room, 2)


def test_killed_after_the_first_password_was_set_and_finished_by_provision(room, tried):
    nothing = room.picture()
    with killed_at(room, "after", 1) as trial:
        trial.victim.append(room.start("provision", *GROUP, "--yes"))
        assert trial.victim[0].wait().status == KILLED
    assert refused(tried) == {}
    room.must("provision", *GROUP, "--yes")
    settled(room, 0)
    assert set(refused(tried).values()) <= {1}
    room.must("verify", *GROUP)
    assert refused(tried) == {}
    room.must("teardown", *GROUP, "--yes")
    assert room.picture() == nothing


def test_another_computer_is_told_what_it_lacks_and_guesses_nothing(room, tried, tmp_path):
    room.must("provision", *GROUP, "--yes")
    ours = tmp_path / "home" / "esxlab" / "secrets.json"
    known, word = ours.read_text(encoding="ascii"), password(room)
    ours.unlink()
    tried.clear()
    room.checkpoint()
    ended = room.must("provision", *GROUP, "--yes", "-o", "json", status=6)
    (error,) = ended.document["groups"][0]["errors"]
    assert error["code"] == "secret.elsewhere"
    assert "ESXLAB_GUEST_PASSWORD" in error["fix"]
    assert "secrets.json" in error["fix"]
    room.must("verify", *GROUP, status=10)
    assert room.must("doctor", *GROUP, status=6)
    assert tried == []
    assert room.changes() == []
    stranger = ours.read_text(encoding="ascii")
    assert json.loads(stranger)["root"] != json.loads(known)["root"]
    ours.write_text(known, encoding="ascii")  # the file is given: nothing is to be done
    room.must("provision", *GROUP, "--yes")
    assert room.changes() == []
    ours.write_text(stranger, encoding="ascii")  # the password is given: the group becomes this computer's
    with environment(room, ESXLAB_GUEST_PASSWORD=word):
        room.must("provision", *GROUP, "--yes")
    assert refused(tried) == {}
    room.must("verify", *GROUP)
    ours.write_text(known, encoding="ascii")
    room.must("provision", *GROUP, "--yes", status=6)
    with environment(room, ESXLAB_GUEST_PASSWORD="wrong"):
        assert "guest.login_generated" in room.must("provision", *GROUP, "--yes", status=8).err
    assert set(refused(tried).values()) == {1}
    room.must("teardown", *GROUP, "--yes")


def test_a_secrets_file_that_is_behind_brings_nothing_back(room, tmp_path):
    room.must("provision", *GROUP, "--yes")
    ours = tmp_path / "home" / "esxlab" / "secrets.json"
    before = ours.read_text(encoding="ascii")
    room.must("secrets", "rotate", *GROUP, "--yes")
    ours.write_text(before, encoding="ascii")
    room.checkpoint()
    room.must("verify", *GROUP)
    assert "secret.behind" in room.must("provision", *GROUP, "--yes", status=6).out
    assert room.changes() == []
    room.must("secrets", "rotate", *GROUP, "--yes")
    settled(room, 2)
    room.must("verify", *GROUP)


def test_a_rotation_before_there_is_a_lab_and_the_way_back_to_the_models_password(room, tried):
    room.must("secrets", "rotate", *GROUP, "--yes")
    room.must("secrets", "rotate", *GROUP, "--dry-run")
    room.must("provision", *GROUP, "--yes")
    settled(room, 1)
    text = room.spec.read_text(encoding="utf-8")
    room.spec.write_text(text.replace("password: generated", "password: model"), encoding="utf-8")
    room.must("provision", *GROUP, "--yes")
    assert set(marks(room).values()) == {""}
    room.must("verify", *GROUP)
    phrase = room.must("secrets", "show", *GROUP, "--yes").out
    room.must("secrets", "rotate", *GROUP, "--yes")
    room.must("verify", *GROUP)
    assert room.must("secrets", "show", *GROUP, "--yes").out != phrase
    assert refused(tried) == {}


@contextmanager
def environment(room, **variables):
    """Commands of this room with these variables."""
    before = room.starter
    own = {
        "ESXLAB_SCHOOL": str(room.school.directory),
        "XDG_DATA_HOME": str(room.spec.parent / "home"),
        "XDG_STATE_HOME": str(room.spec.parent / "home"),
    }
    with closing(Starter(room.spec.parent, own | variables)) as room.starter:
        yield
    room.starter = before
