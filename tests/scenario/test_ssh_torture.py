"""One break of one command on a free host, another one each day; `make torture` has all of them."""

from __future__ import annotations

import pytest

from tests.borrowed import borrows
from tests.hostile.share import share
from tests.ssh_torture import bench

pytestmark = [pytest.mark.scenario, borrows("busybox")]


def test_a_struck_command_is_finished_by_the_same_command(tmp_path):
    with bench(tmp_path) as found:
        point = share(found.points(), 0)[0]
        assert found.live(point), f"{point}: it never came to that"
