"""A connection lives for as long as it is used, also where an ignore message comes before each packet.

asyncssh sends them (its `send_packet`); OpenSSH does not. A drill of 45 s on the embedded school was cut by
the reader's own limit after 2,000 of them.
"""

from __future__ import annotations

from contextlib import closing

from esxlab.backends.credentials import Credentials
from esxlab.backends.guest import ParamikoGuests
from esxlab.backends.guest.packets import NOISE
from esxlab.lab.guest import SshHop, SshRoute
from esxlab.sim.access import SchoolEndpoints
from tests.memory.light_machines import LightMachines


def test_a_connection_carries_more_answers_than_a_stranger_may_send_noise():
    pieces = NOISE + 200
    with (
        LightMachines("srvweb1", nics=1) as running,
        closing(ParamikoGuests(SchoolEndpoints(), Credentials(known={"guest": running.password}))) as guests,
    ):
        route = SshRoute(7, (SshHop("srvweb1", "127.0.0.1", running["srvweb1"].port),))
        answer = guests.run(route, ["sh", "-c", "\n".join(["echo piece"] * pieces)], timeout_s=60)
        assert answer.stdout == "piece\n" * pieces
        assert guests.connections.dialled == 1
