"""One break of one command on a free host, another one each day; `make torture` has all of them.

And one with `api: none`, on which the host is looked at by its shell too.
"""

from __future__ import annotations

import pytest

from tests.borrowed import borrows
from tests.hostile.share import share
from tests.ssh_torture import bench

pytestmark = [pytest.mark.scenario, borrows("busybox")]


@pytest.mark.parametrize(("api", "day"), [("use", 0), ("none", 1)])
def test_a_struck_command_is_finished_by_the_same_command(tmp_path, api, day):
    with bench(tmp_path, api) as found:
        point = share(found.points(), day)[0]
        assert found.live(point), f"{point}: it never came to that"
