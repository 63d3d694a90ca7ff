"""A wait polls the power watch as often as it likes; the check behind it is asked now and then only."""

from __future__ import annotations

import pytest

from esxlab.backends.power_watch import poll_power_watch, power_watch
from esxlab.errors import LabError


def test_the_check_is_asked_at_most_every_so_many_seconds():
    now, asked = [0], []
    with power_watch(lambda: asked.append(now[0]), every_s=10, clock=lambda: now[0]):
        for second in range(35):
            now[0] = second
            poll_power_watch()
    assert asked == [10, 20, 30]


def test_what_the_check_raises_ends_the_wait():
    def off():
        raise LabError("vsphere.off", name="srvweb1")

    with power_watch(off, every_s=0), pytest.raises(LabError):
        poll_power_watch()
    poll_power_watch()  # nobody is watched any more
