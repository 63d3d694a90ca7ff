"""hostd is restarted in the middle of a run over SSH: it is waited for, and nothing is done twice or left."""

from __future__ import annotations

from pathlib import Path

import pytest

from esxlab.sim.esxi.host import HOSTD_GONE
from tests.borrowed import borrows
from tests.classroom import classroom
from tests.roads import skip_on_other_days

pytestmark = [pytest.mark.scenario, borrows("busybox")]
SPEC = Path(__file__).parents[2] / "specs" / "tp-free.yaml"
REFUSED = 2
"""So many programs find nobody, then hostd is there again: those who wait for it do so for seconds."""
MAKING = ("portgroup set", "registervm", "power.on")
TAKING = ("unregister",)
MACHINES = ("provision", "--until", "machines", "--yes", "-o", "json")


class Restarts:
    """hostd goes when each of these programs is asked for, and comes back."""

    def __init__(self, host, wanted):
        self.host, self.left, self.refused = host, list(wanted), 0
        host.desk._serve = self.serve

    async def serve(self, call):
        if self.host.hostd_words:
            self.refused += 1
            if self.refused % REFUSED == 0:
                self.host.hostd_words = ""
        elif at := next((words for words in self.left if words in call.line), ""):
            self.left.remove(at)
            self.host.hostd_words = HOSTD_GONE
        return await self.host._serve(call)


@pytest.mark.parametrize("api", ["use", "none"])
def test_a_run_goes_on_when_hostd_is_back(tmp_path, api, request):
    if api == "none":
        skip_on_other_days(request)
    spec = tmp_path / "tp-free.yaml"
    text = SPEC.read_text(encoding="utf-8").replace("1-12", "1")
    spec.write_text(text.replace("  user: root\n", f"  user: root\n  api: {api}\n"), encoding="utf-8")
    with classroom(spec, tmp_path / "room", licence="free", engine="idle") as room:
        nothing = room.picture()
        [shell] = room.school.shells.values()
        restarts = Restarts(shell.host, MAKING)
        assert [group["result"] for group in room.must(*MACHINES).document["groups"]] == ["done"]
        assert restarts.left == []
        assert [group["result"] for group in room.must(*MACHINES).document["groups"]] == ["nothing"]
        restarts = Restarts(shell.host, TAKING)
        room.must("teardown", "-g", 1, "--yes")
        assert restarts.left == []
        assert room.picture() == nothing
