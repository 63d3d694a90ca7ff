"""Simulated machines on a stepped clock: no sockets, no threads, no waiting."""

from __future__ import annotations

import asyncio
from functools import cache
from ipaddress import IPv4Address, IPv4Interface

from esxlab.sim.contracts import RouterInterfaceView, RouterView, SimNic, StaticNatView
from esxlab.sim.light.call import Streams
from esxlab.sim.light.clock import SteppedClock
from esxlab.sim.light.commands.packaging import unpack
from esxlab.sim.light.disk import parse_disk
from esxlab.sim.light.life import boot
from esxlab.sim.light.machine import Machine
from esxlab.sim.light.model_disk import model_disk_bytes
from esxlab.sim.light.packages import closure
from esxlab.sim.light.session import Session
from esxlab.sim.light.world import World

INSIDE, OUTSIDE = 101, 201


@cache
def model_of(debian: int = 9) -> bytes:
    return model_disk_bytes("guest-password", debian=debian)


class Bench:
    def __init__(self, routers=()):
        self.clock = SteppedClock()
        self.world = World(self.clock, routers=lambda: routers)

    def machine(self, name, *vlans, files=None, packages=(), enabled=None, debian=9):
        """A booted machine with a card on each VLAN; `files` are laid on the model disk first."""
        machine = Machine(self.world, name, name, parse_disk(model_of(debian)))
        number = len(self.world.machines)
        machine.plug(
            tuple(
                SimNic(f"00:50:56:01:{number:02x}:{slot:02x}", vlan, "pg") for slot, vlan in enumerate(vlans)
            )
        )
        for package in closure(tuple(packages), frozenset(machine.disk.packages)):
            self.run_(unpack(machine, package))
        machine.files.write("/etc/hostname", f"{name}\n".encode())
        for path, content in (files or {}).items():
            machine.files.make_directory(path.rpartition("/")[0], parents=True)
            machine.files.write(path, content.encode())
            if path.endswith("authkeys"):
                machine.files.change(path, mode=0o600)
        if enabled is not None:
            machine.disk.enabled = {"networking", "ssh", "open-vm-tools", *enabled}
        self.world.machines[name] = machine
        self.run_(boot(machine))
        return machine

    @staticmethod
    def run_(work):
        return asyncio.run(work)

    def sh(self, machine, script, stdin=b""):
        """(status, stdout, stderr) of a script."""
        out, err = bytearray(), bytearray()

        async def read():
            return stdin

        def emit(o, e):
            out.extend(o)
            err.extend(e)

        status = asyncio.run(Session(machine, Streams(emit, read)).run(script))
        return status, out.decode(), err.decode()

    def out(self, machine, script):
        status, out, err = self.sh(machine, script)
        assert status == 0, (status, out, err)
        return out

    def after(self, seconds):
        self.clock.step(seconds)
        self.world.settle()


def static(card, address, gateway="", more=""):
    gateway = f"    gateway {gateway}\n" if gateway else ""
    stanza = f"auto {card}\niface {card} inet static\n    address {address}\n"
    return f"auto lo\niface lo inet loopback\n{stanza}{gateway}{more}"


HA_CF = """bcast ens160
debugfile /var/log/ha-debug
logfile /var/log/ha-log
logfacility local0
keepalive 2
deadtime 10
warntime 6
initdead 60
udpport 694
node SRV1
node SRV2
auto_failback {failback}
"""


def web(
    bench,
    name,
    address,
    *,
    gateway="172.16.193.254",
    heartbeat=True,
    failback="off",
    vlan=INSIDE,
    more="",
    resources="IPaddr::172.16.193.30/16/ens160 apache2",
    authkeys="1 sha1 abcdef",
    debian=9,
    sysctl="",
):
    """A web server of the exercise."""
    files = {
        "/etc/network/interfaces": static("ens160", address, gateway, more),
        "/etc/ha.d/ha.cf": HA_CF.format(failback=failback),
        "/etc/ha.d/haresources": f"SRV1 {resources}\n",
        "/etc/ha.d/authkeys": f"auth 1\n{authkeys}\n",
        "/var/www/html/index.html": f"<h1>It works! {name}</h1>\n",
        "/etc/sysctl.d/99-lab.conf": sysctl,
    }
    return bench.machine(
        name,
        vlan,
        files=files,
        packages=("apache2", "heartbeat", "net-tools", "netbase", "curl"),
        enabled=("heartbeat",) if heartbeat else ("apache2",),
        debian=debian,
    )


def client(bench, name, vlan, address, gateway=""):
    """A test station with its lab card only."""
    return bench.machine(
        name,
        vlan,
        files={"/etc/network/interfaces": static("ens160", address, gateway)},
        packages=("curl",),
        enabled=(),
    )


def router(*, nat_to="172.16.193.30", routing=True):
    outside = IPv4Address("192.16.193.20")
    return RouterView(
        "10.0.0.7",
        (
            RouterInterfaceView(
                "FastEthernet0/0", OUTSIDE, IPv4Interface("192.16.193.20/24"), True, "outside"
            ),
            RouterInterfaceView(
                "FastEthernet0/1", INSIDE, IPv4Interface("172.16.193.254/16"), True, "inside"
            ),
        ),
        (StaticNatView("tcp", IPv4Address(nat_to), 80, outside, 80),) if nat_to else (),
        routing,
    )
