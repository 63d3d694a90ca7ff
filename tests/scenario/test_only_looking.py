"""Promise 6: plan, status, verify and doctor make no mutating call of any world, on every spec in specs/."""

from __future__ import annotations

import pytest

from esxlab.sim.light.shell import parse_script
from tests.classroom import SPECS, classroom
from tests.strikes import watched_guests

pytestmark = pytest.mark.scenario
DONE, FAILED_CHECK, UNASKED = 0, 10, 2
EMPTY = (
    (("plan",), DONE),
    (("status",), DONE),
    (("verify",), FAILED_CHECK),
    (("doctor",), DONE),
    (("provision",), UNASKED),
    (("teardown", "--all"), DONE),
)
"""Commands that only look, or that nobody confirms, and their exit codes where no group stands."""
STANDING = (
    (("plan",), DONE),
    (("plan", "--deep", "-g", "1"), DONE),
    (("status",), DONE),
    (("verify", "-g", "1"), DONE),
    (("doctor",), DONE),
    (("provision", "-g", "1", "--yes"), DONE),
    (("teardown", "--all"), UNASKED),
)
"""The same where group 1 stands, and the others do not."""
LATER = (
    (("graph", "--live", "-g", "1"), DONE),
    (("find", "--live", "srvweb1"), DONE),
    (("console", "-g", "1", "srvweb1"), DONE),
    (("export", "ssh-config", "-g", "1"), DONE),
    (("drill", "--dry-run", "-g", "1"), DONE),
    (("pause", "--dry-run", "-g", "1"), DONE),
    (("resume", "--dry-run", "-g", "1"), DONE),
)
"""Those that came later; on one spec."""
QUESTIONS = {
    "cat": None,
    "cl_status": {"hbstatus"},
    "command": {"-v"},
    "curl": None,
    "dpkg-query": {"-W"},
    "echo": None,
    "flock": {"-s"},  # waits for a change that an earlier run has begun
    "hostname": {""},
    "ip": {"-o"},
    "ipvsadm": {"-S"},
    "ping": None,
    "printf": None,
    "sha256sum": None,
    "stat": None,
    "sysctl": None,
    "systemctl": {"is-enabled", "is-active"},
    "test": None,
}
"""Commands that change no guest, with the first words after them that this holds for; None: any."""


@pytest.mark.parametrize("spec", sorted(path.stem for path in SPECS.glob("*.yaml")))
def test_who_only_looks_makes_no_changing_call(spec, tmp_path):
    with classroom(SPECS / f"{spec}.yaml", tmp_path, speed=100.0) as room:
        empty = room.picture(stable=True)
        for words, status in EMPTY:
            changes_nothing(room, empty, *words, status=status)
        room.must("provision", "-g", "1", "--yes")
        room.must("verify", "-g", "1")  # green, and from here on nothing is starting any more
        standing = room.picture(stable=True)
        scripts = []
        for words, status in (*STANDING, *(LATER if spec == "demo" else ())):
            scripts += changes_nothing(room, standing, *words, status=status)
        assert len(scripts) >= 10, "verify and plan --deep ask guests"


def changes_nothing(room, before, *words, status):
    """No call, no line, no script that changes anything, and all is as it was before; the scripts."""
    scripts = []
    room.checkpoint()
    with watched_guests(room, lambda _machine, script, _moment: scripts.append(script)):
        room.must(*words, status=status)
    assert room.changes() == []
    assert room.router_commands() == {}
    assert [command for script in scripts for command in changing(script)] == []
    assert room.picture(stable=True) == before
    return scripts


def changing(script):
    """The commands of a guest's script that are none of those that only ask."""
    for command in parse_script(script):
        name, *rest = ["".join(text for text, _, _ in word.pieces) for word in command.words]
        allowed = QUESTIONS.get(name, ())
        asks = allowed is None or (rest[0] if rest else "") in allowed
        sets = name == "sysctl" and any("=" in word or word == "-w" for word in rest)
        writes = any(
            redirection.operator not in {"<", ">&"} and redirection.target.plain != "/dev/null"
            for redirection in command.redirections
        )
        if not asks or sets or writes:
            yield " ".join((name, *rest))


def test_the_net_catches_what_changes_a_guest():
    scripts = (
        "sysctl -w a=1",
        "echo x >/etc/hosts",
        "hostname new",
        "systemctl stop ssh",
        "rm -f /x",
        "ipvsadm -C",
    )
    for script in scripts:
        assert list(changing(f"cat /etc/hostname\n{script} 2>/dev/null"))
    assert not list(changing("hostname 2>/dev/null\nsysctl net.ipv4.ip_forward 2>&1"))
