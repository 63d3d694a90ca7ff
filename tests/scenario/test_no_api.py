"""A host whose API cannot be reached: everything goes over SSH, looking too (`api: none`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from esxlab.sim.access import ACCESS_FILE
from tests.borrowed import borrows
from tests.classroom import classroom
from tests.roads import skip_on_other_days

pytestmark = [pytest.mark.scenario, borrows("busybox")]
SPEC = Path(__file__).parents[2] / "specs" / "tp-free.yaml"
SPEED = 5.0


@pytest.fixture(scope="module", autouse=True)
def _on_its_day(request):
    skip_on_other_days(request)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """One host of the shipped class, at whose API nobody listens: the access file does not list it."""
    directory = tmp_path_factory.mktemp("no-api")
    spec = directory / "tp-free.yaml"
    text = SPEC.read_text(encoding="utf-8").replace("1-12", "1")
    spec.write_text(text.replace("  user: root\n", "  user: root\n  api: none\n"), encoding="utf-8")
    with classroom(spec, directory, licence="free", speed=SPEED) as found:
        access = found.school.directory / ACCESS_FILE
        access.write_text(json.dumps(json.loads(access.read_text("utf-8")) | {"servers": {}}), "utf-8")
        found.checkpoint()
        calls = {host: proxy.calls.count for host, proxy in found.school.proxies.items()}
        yield found
        assert {host: proxy.calls.count for host, proxy in found.school.proxies.items()} == calls


HOST, MACHINE, MACHINES = 8, 3, 5
ASKED = HOST + MACHINE * MACHINES
"""Programs of a host that a look runs: of the host itself, and of each machine that runs; six at a time."""
LAST_TASKS = MACHINES
"""Of each machine, within ten minutes of its last change, the last: whether it still goes on."""


def costs(room, command):
    """The commands over SSH, and the programs of the host, that one command of ours costs."""
    [shell] = room.school.shells.values()
    before = shell.sshd.channels, len(shell.host.desk.calls)
    room.must(command)
    return shell.sshd.channels - before[0], len(shell.host.desk.calls) - before[1]


def verdicts(room, command, *words):
    document = room.must(command, "--output", "json", *words).document
    return {check["verdict"] for group in document["groups"] for check in group["checks"]}


def test_a_lab_from_nothing_to_nothing_without_the_api(room):
    """Both parts of the exercise, a failure that is watched and put back."""
    nothing = room.picture()
    doctor = room.must("doctor", "-o", "json")
    assert "api: none" in doctor.err
    assert "api: none" in room.must("plan").err
    room.must("provision", "--yes")
    assert verdicts(room, "verify") == {"ok"}
    again = room.must("provision", "--yes", "--output", "json").document
    assert {group["result"] for group in again["groups"]} == {"nothing"}
    room.must("drill", "nic", "--yes")
    room.must("provision", "--scenario", "lb", "--yes")
    assert verdicts(room, "verify", "--scenario", "lb") == {"ok"}
    assert costs(room, "status") == (1, ASKED)
    assert costs(room, "plan") == (2, ASKED + LAST_TASKS)
    room.must("teardown", "-g", "1", "--yes")
    assert room.picture() == nothing
