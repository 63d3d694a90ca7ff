"""Whoever floods, this program stays small: in a process of its own, whose memory the kernel counts."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

MOST_MIB = 300
FLOODS = (
    "endless-banner",
    "many-lines",
    "two-gibibytes",
    "kexinit-of-a-gibibyte",
    "banner-flood",
    "ignores-the-window",
    "floods-errors",
)
PROGRAM = """
import json, resource, sys
from tests.memory.light_machines import LightMachines
from tests.hostile.neighbours import BAD, GOOD, run
from tests.hostile.ssh_plays import listening
from tests.hostile.ssh_servers import PEERS
from tests.own_memory import peak_bytes

limit = 2 << 30  # of address space: who asks for what is announced asks for more
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
(peer,) = (peer for peer in PEERS if peer.name == sys.argv[1])
with LightMachines("srvweb1") as machines, listening(peer.play) as port:
    ended = run(
        "verify",
        port,
        machines["srvweb1"].port,
        bad_password="x",
        good_password=machines.password,
        codes=peer.codes,
    )
print(json.dumps([ended[BAD].code, ended[GOOD] is None, peak_bytes() / (1 << 20)]))
"""


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_not_kept(name) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, name], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    code, green, mib = json.loads(done.stdout)
    assert (code in {"guest.unreachable", "guest.flood"}, green) == (True, True), code
    assert mib < MOST_MIB
