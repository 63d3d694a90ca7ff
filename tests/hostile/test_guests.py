"""Every bad guest, by every command that dials one: its own group's error or none, a green neighbour."""

from __future__ import annotations

import threading

import pytest

from tests.hostile.guests import HAS_NAMESPACES, PEERS
from tests.hostile.neighbours import BAD, COMMANDS, GOOD, left_behind, run
from tests.hostile.share import share
from tests.hostile.ssh_plays import PASSWORD, listening
from tests.memory.light_machines import LightMachines

pytestmark = pytest.mark.skipif(not HAS_NAMESPACES, reason="no user namespaces here (unshare -rm)")
PAIRS = [
    pytest.param(peer, command, id=f"{peer.name}-{command}")
    for turn, peer in enumerate(PEERS)
    for command in share(tuple(COMMANDS), turn)
]


@pytest.fixture(scope="module")
def machines():
    with LightMachines("srvweb1") as running:
        yield running


@pytest.mark.parametrize(("peer", "command"), PAIRS)
def test_it_costs_its_own_group_only(peer, command, machines, capfd, tmp_path) -> None:
    before = set(threading.enumerate())
    with listening(peer.play.player(tmp_path)) as port:
        ended = run(
            command,
            port,
            machines["srvweb1"].port,
            bad_password=PASSWORD,
            good_password=machines.password,
            codes=peer.codes if command in peer.play.fails else (),
        )
    assert ended[GOOD] is None
    error = ended[BAD]
    if command in peer.play.fails:
        assert error is not None
        assert error.code in peer.codes, str(error)
        assert error.where.startswith("group 1")
    else:
        assert error is None, str(error)
    said = f"{error}{capfd.readouterr()}"
    assert PASSWORD not in said
    assert "Traceback" not in said
    assert not any(sign in said for sign in "\x1b\x07\x9b\0\u202e")
    assert left_behind(before) == []
