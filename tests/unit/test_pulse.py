"""A wait feels the pulse as often as it likes; the check behind it is asked now and then only."""

from __future__ import annotations

import pytest

from esxlab.backends.pulse import feel_pulse, watched
from esxlab.errors import LabError


def test_the_check_is_asked_at_most_every_so_many_seconds():
    now, asked = [0], []
    with watched(lambda: asked.append(now[0]), every_s=10, clock=lambda: now[0]):
        for second in range(35):
            now[0] = second
            feel_pulse()
    assert asked == [10, 20, 30]


def test_what_the_check_raises_ends_the_wait():
    def off():
        raise LabError("vsphere.off", name="srvweb1")

    with watched(off, every_s=0), pytest.raises(LabError):
        feel_pulse()
    feel_pulse()  # nobody is watched any more
