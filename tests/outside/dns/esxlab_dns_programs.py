"""bind9 and dnsutils of Debian 9, as far as the exercise goes: named with its zones, and `dig +short`.

Sources: named.conf(5), the BIND 9.10 ARM (a slave transfers its zone from `masters` over TCP and keeps it in
`file`, relative to `directory`, /var/cache/bind in Debian's named.conf.options); dig(1); dighost.c of
9.10 (connect_done: "Connection to ... failed"). What the simulated network carries is TCP: without +tcp the
question goes the same way.
"""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from esxlab.sim.light.packages import Package
from esxlab.sim.light.programs import Programs

CONFIGURATION = "/etc/bind/named.conf.local"
DIRECTORY = "/var/cache/bind"
DOMAIN = 53
NO_REPLY, USAGE = 9, 1
VERSION = "1:9.10.3.dfsg.P4-12.3+deb9u12"
ZONE = re.compile(r'zone\s+"([^"]+)"\s*\{(.*?)\n\s*\};', re.DOTALL)
LOADED: WeakKeyDictionary = WeakKeyDictionary()
"""Machine -> what its named has in memory: zone -> the records of its file."""


async def start(machine):
    LOADED[machine] = {}
    for name, said in ZONE.findall(machine.files.read_text(CONFIGURATION)):
        _load(machine, name, said)
    return ""


def _load(machine, name, said):
    path = re.search(r'file\s+"([^"]+)"', said)[1]
    path = path if path.startswith("/") else f"{DIRECTORY}/{path}"
    masters = re.search(r"masters\s*\{\s*([\d.]+)\s*;", said)
    if masters and (text := _transfer(machine, name, masters[1])):
        machine.files.write(path, text.encode())
    if machine.files.find(path) is not None:
        LOADED[machine][name] = machine.files.read_text(path)


def _transfer(machine, name, master):
    """The zone as the master has it in memory; None when it does not answer."""
    opened = machine.world.open_tcp(machine, machine.world.resolve(machine, master), DOMAIN)
    there = machine.world.machines.get(opened.server) if opened.outcome == "open" else None
    return LOADED.get(there, {}).get(name) if there else None


async def stop(machine):
    LOADED.pop(machine, None)


async def dig(call):
    servers = [word[1:] for word in call.args if word.startswith("@")]
    names = [word for word in call.args if not word.startswith(("@", "+")) and word != "A"]
    times = [int(word.partition("=")[2]) for word in call.args if word.startswith("+time=")]
    if len(servers) != 1 or len(names) != 1 or "+short" not in call.args:
        return call.fail("dig: only `dig @SERVER NAME [A] +short` is played here", USAGE)
    world, (server,), (name,) = call.machine.world, servers, names
    world.settle()
    opened = world.open_tcp(call.machine, world.resolve(call.machine, server), DOMAIN)
    there = world.machines.get(opened.server) if opened.outcome == "open" else None
    if there is None:
        why = {"refused": "connection refused", "unreachable": "host unreachable"}.get(
            opened.outcome, "timed out"
        )
        if why == "timed out":
            await world.clock.sleep(times[0] if times else 5)
        call.print(f";; Connection to {server}#{DOMAIN}({server}) for {name} failed: {why}.")
        return NO_REPLY
    for record in _records(there, name):
        call.print(record)
    return 0


def _records(machine, name):
    """The addresses of a name; a slave that has not got its zone yet tries again."""
    zones = LOADED.get(machine, {})
    for zone, said in ZONE.findall(machine.files.read_text(CONFIGURATION)):
        if name.endswith(f".{zone}"):
            if zone not in zones:
                _load(machine, zone, said)
            host = re.escape(name.removesuffix(f".{zone}"))
            yield from re.findall(rf"^{host}\s+IN\s+A\s+(\S+)$", zones.get(zone, ""), re.MULTILINE)


BIND9 = Programs(
    packages={
        "bind9": Package(
            VERSION,
            ("netbase",),
            {CONFIGURATION: "//\n// Do any local configuration here\n//\n"},
            ("/etc/bind", DIRECTORY),
            ("bind9",),
        ),
        "dnsutils": Package(VERSION, commands=("dig",)),
    },
    commands={"dig": dig},
    units={"bind9": "BIND Domain Name Server"},
    ports={"bind9": (DOMAIN,)},
    starters={"bind9": start},
    stoppers={"bind9": stop},
)
