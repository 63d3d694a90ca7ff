"""Routers and specs that several tests of the router's rooms share."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface

from esxlab.exercises.router import build_router_table
from esxlab.lab.router import RouterAddress
from esxlab.sim.contracts import TRUNK, RouterShape
from esxlab.sim.router.box import Box
from esxlab.sim.router.configure import ConfigMode
from esxlab.sim.router.faults import Faults
from esxlab.spec.resolved import RouterSpec

HOST = "10.0.0.7"
VIP = IPv4Address("172.16.193.30")


class NoTimer:
    def cancel(self):
        pass


class StillClock:
    """A scheduler whose time does not pass until `pass_time`."""

    def __init__(self):
        self.calls = []

    def call_later(self, delay, callback):
        self.calls.append((delay, callback))
        return NoTimer()

    def pass_time(self):
        calls, self.calls = self.calls, []
        for _, callback in calls:
            callback()


def shape_of(
    host=HOST, device_type="cisco_ios", cables=(("FastEthernet0/0", 201), ("FastEthernet0/1", TRUNK))
):
    return RouterShape(host, "admin", device_type, cables)


def box_of(host=HOST, startup="", clock=None, **faults):
    return Box(shape_of(host), startup=startup, faults=Faults(**faults), scheduler=clock or StillClock())


def type_in(box, commands):
    """Send configuration lines as a session would; what IOS answers, without the empty answers."""
    mode = ConfigMode(box.running, box)
    return [answer for line in commands if (answer := mode.execute(line))]


def spec_of(group=1, host=HOST, **changes):
    """The router part of one group's spec: groups share the outside, each has a subinterface and a port."""
    facts = {
        "address": RouterAddress(host),
        "inside_interface": f"FastEthernet0/1.{100 + group}",
        "inside_address": IPv4Interface(f"172.{16 + group}.193.254/16"),
        "outside_interface": "FastEthernet0/0",
        "outside_address": IPv4Interface("192.16.193.20/24"),
        "outside_port": 8000 + group,
        "inside_vlan": 100 + group,
    }
    return RouterSpec(**(facts | changes))


def exercise_spec(host=HOST):
    """The handout's own router, a physical interface on each side."""
    return spec_of(
        host=host,
        inside_interface="FastEthernet0/1",
        inside_address=IPv4Interface("172.16.193.254/16"),
        outside_port=80,
        inside_vlan=0,
    )


def exercise_table(nat_to=VIP, host=HOST):
    return build_router_table(exercise_spec(host), nat_to=nat_to)
