"""Three embedded schools, a runner in each, one centre: no school is called by anybody but its own runner."""

from __future__ import annotations

import contextlib
import shutil
import signal
from pathlib import Path

import pytest

from tests.classroom import SPECS, classroom

SOCKETS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
pytestmark = [
    pytest.mark.scenario,
    pytest.mark.skipif(not SOCKETS[0].exists(), reason="whose a connection is: Linux tells it in /proc"),
]
CLASS = "classes:\n  demo: {spec: demo.yaml, allow: [provision, teardown]}\n"
SITES = ("a", "b", "c")


class School:
    """An embedded school that notes, of each connection to its vSphere, in which directory its caller works.

    A runner starts each command in its own school's directory.
    """

    def __init__(self, room):
        self.room, self.callers, self._known = room, set(), set()
        for proxy in room.school.proxies.values():
            proxy.calls.add = self._noting(proxy.calls.add)

    def _noting(self, add):
        def note(*, client, **call):
            if client not in self._known:
                self._known.add(client)
                self.callers |= {str((process / "cwd").readlink()) for process in owners(client)}
            return add(client=client, **call)

        return note


def owners(port):
    """The processes that have the socket whose near end is this port (proc(5): net/tcp, and fd)."""
    lines = [line.split() for path in SOCKETS if path.exists() for line in path.read_text().splitlines()[1:]]
    ours = {f"socket:[{line[9]}]" for line in lines if int(line[1].rpartition(":")[2], 16) == port}
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(str(file.readlink()) in ours for file in (process / "fd").iterdir()):
                found.append(process)
    return found


@pytest.fixture(scope="module")
def schools(tmp_path_factory):
    with contextlib.ExitStack() as stack:
        yield {
            site: School(
                stack.enter_context(
                    classroom(SPECS / "demo.yaml", tmp_path_factory.mktemp(site), speed=100.0)
                )
            )
            for site in SITES
        }


@pytest.fixture(scope="module")
def centre(schools, tmp_path_factory):
    """Where the schools' directories are, and what runs a command of the centre."""
    root = tmp_path_factory.mktemp("centre")
    ways = ("--fleet", root / "fleet", "--folder", root / "stick")

    def ask(*words):
        return schools["a"].room.starter.start("fleet", *words, *ways).wait()

    schools["a"].room.starter.start("site", "keys", *SITES, "--fleet", root / "fleet").wait()
    runners = []
    for site, school in schools.items():
        place = root / "fleet" / "sites" / site
        shutil.copy(SPECS / "demo.yaml", place / "demo.yaml")
        text = (place / "site.yaml").read_text()
        (place / "site.yaml").write_text(text.replace("classes: {}\n", CLASS))
        words = ("site", "run", site, "--directory", place, "--folder", root / "stick", "--sim")
        runners.append(school.room.starter.start(*words))
        runners[-1].await_said(f"{site} takes jobs")
    yield root / "fleet" / "sites", ask
    for runner in runners:
        runner.send(signal.SIGTERM)
        assert runner.wait().status == 0


def callers(schools):
    return {site: school.callers for site, school in schools.items()}


def test_each_school_is_called_by_its_own_runner_alone(schools, centre):
    places, ask = centre
    own = {site: {str(places / site)} for site in SITES}
    done = ask("provision", "--sites", "b", "-g", "1", "-y")
    assert done.status == 0, done.err[-2000:]
    made = [call for call in schools["b"].room.changes() if call.method == "CreateVM_Task"]
    assert len(made) == 5
    assert callers(schools) == {"a": set(), "b": own["b"], "c": set()}
    assert ask("status", "--all").status == 0
    assert callers(schools) == own
    schools["c"].room.must("status")  # by somebody in the school itself, whom the notes tell apart
    assert len(schools["c"].callers) == 2
