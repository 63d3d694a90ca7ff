"""What the show commands print, in the columns that IOS prints them in (ntc-templates reads them back)."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from esxlab.sim.router.box import hash_of
from esxlab.sim.router.state import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from esxlab.sim.router.box import Box
    from esxlab.sim.router.state import Interface

NO_REVERT = "%No Rollback Confirmed Change pending\n"

_IMAGE = "C2800NM-ADVIPSERVICESK9-M"

_NO_ROUTING = """\
Default gateway is not set

Host               Gateway           Last Use    Total Uses  Interface
ICMP redirect cache is empty
"""

_CODES = """\
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, + - replicated route
"""


def running_config(box: Box) -> str:
    """`show running-config`."""
    text = box.running.render()
    if box.faults.truncated_config:
        text = text[: text.index("\n", len(text) // 2) + 1]
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}"


def startup_config(box: Box) -> str:
    """`show startup-config`."""
    if not box.startup:
        return "startup-config is not present\n"
    return f"Using {len(box.startup)} out of 245752 bytes\n{box.startup}"


def version(box: Box) -> str:
    """`show version`."""
    minutes = int(time.monotonic() - box.booted) // 60
    return f"""\
Cisco IOS Software, 2800 Software ({_IMAGE}), Version {VERSION}(4)M12a, RELEASE SOFTWARE (fc1)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2016 by Cisco Systems, Inc.

ROM: System Bootstrap, Version 12.4(13r)T, RELEASE SOFTWARE (fc1)

{box.running.hostname} uptime is {minutes} minutes
System returned to ROM by power-on
System image file is "flash:c2800nm-advipservicesk9-mz.151-4.M12a.bin"
Last reload type: Normal Reload

Cisco 2811 (revision 53.51) with 512000K/12288K bytes of memory.
Processor board ID {box.serial_number}
{sum("." not in n for n in box.running.interfaces)} FastEthernet interfaces
DRAM configuration is 64 bits wide with parity enabled.
239K bytes of non-volatile configuration memory.

Configuration register is 0x2102

"""


def ip_interface_brief(box: Box) -> str:
    """`show ip interface brief`."""
    lines = ["Interface                  IP-Address      OK? Method Status                Protocol"]
    for interface in box.running.interfaces.values():
        address = str(interface.address.ip) if interface.address else "unassigned"
        status, protocol = link_of(box, interface)
        lines.append(f"{interface.name:<26} {address:<15} YES NVRAM  {status:<21} {protocol}")
    return "\n".join(lines) + "\n"


def link_of(box: Box, interface: Interface) -> tuple[str, str]:
    """Status and line protocol."""
    if interface.shutdown:
        return "administratively down", "down"
    parent = box.running.interfaces.get(interface.parent)
    if parent and parent.shutdown:
        return "administratively down", "down"
    unplugged = box.faults.link_down & {interface.name, interface.parent}
    up = box.running.is_up(interface) and not unplugged
    return ("up", "up") if up else ("down", "down")


def _connected(box: Box) -> Iterator[Interface]:
    for interface in box.running.interfaces.values():
        if interface.address and not interface.vrf and link_of(box, interface)[1] == "up":
            yield interface


def ip_route(box: Box) -> str:
    """`show ip route`: the connected networks, as since 15.0 with their local addresses."""
    if not box.running.routing:
        return _NO_ROUTING
    by_class: dict[str, list[Interface]] = {}
    for interface in _connected(box):
        by_class.setdefault(_classful(interface), []).append(interface)
    lines = []
    for network, interfaces in sorted(by_class.items()):
        masks = {i.address.network.prefixlen for i in interfaces if i.address} | {32}
        lines.append(
            f"      {network} is variably subnetted, {2 * len(interfaces)} subnets, {len(masks)} masks"
        )
        for i in interfaces:
            if i.address:
                lines.append(f"C        {i.address.network} is directly connected, {i.name}")
                lines.append(f"L        {i.address.ip}/32 is directly connected, {i.name}")
    return _CODES + "\nGateway of last resort is not set\n\n" + "\n".join(lines) + "\n"


def _classful(interface: Interface) -> str:
    first = int(str(interface.address).partition(".")[0])
    prefix = 8 if first < 128 else 16 if first < 192 else 24  # noqa: PLR2004 - classes A, B and C
    parts = str(interface.address).split(".")
    return ".".join(parts[: prefix // 8] + ["0"] * (4 - prefix // 8)) + f"/{prefix}"


def ip_nat_translations(box: Box) -> str:
    """`show ip nat translations`: static entries, and a child entry for those that carry packets."""
    lines = ["Pro Inside global      Inside local       Outside local      Outside global"]
    for static in box.running.statics:
        outside = box.running.outside_address(static)
        if outside is None:
            continue
        if not static.protocol:
            lines.append(f"--- {outside!s:<18} {static.inside!s:<18} ---                ---")
            continue
        there, here = f"{outside}:{static.port}", f"{static.inside}:{static.inside_port}"
        lines += [
            f"{static.protocol} {there:<18} {here:<18} {peer:<18} {peer}"
            for peer in _peers(box, static.protocol, there)
        ]
        lines.append(f"{static.protocol} {there:<18} {here:<18} ---                ---")
    return ("\n".join(lines) + "\n") if len(lines) > 1 else ""


def _peers(box: Box, protocol: str, there: str) -> list[str]:
    """Who is talking through this entry now."""
    if box.translations is None:
        return ["198.51.100.1:50000"] if box.is_in_use(f"{protocol} {there}") else []
    return [
        f"{t.peer}:{t.peer_port}"
        for t in box.translations()
        if (t.protocol, f"{t.outside}:{t.outside_port}") == (protocol, there)
    ]


def archive(box: Box) -> str:
    """`show archive`."""
    if not box.running.archive_path:
        return " Archive feature not enabled\n"
    count = len(box.archived)
    lines = [
        "The maximum archive configurations allowed is 10.",
        f"There are currently {count} archive configurations saved.",
        f"The next archive file will be named {box.running.archive_path}-{count + 1}",
        " Archive #  Name",
    ]
    for number, name in enumerate(box.archived, 1):
        lines.append(f"   {number}        {name}" + (" <- Most Recent" if number == count else ""))
    return "\n".join(lines) + "\n"


def rollback_timer(box: Box) -> str:
    """`show archive config rollback timer` (since 12.4(15)T)."""
    if box.revert is None:
        return NO_REVERT
    return (
        "Time configured(or reconfigured): 00:12:34 UTC Mon Mar 1 1993\n"
        "Timer type: absolute timer\n"
        f"Timer value: {box.revert_minutes} min\n"
        f"User: {box.armed_by}\n"
    )


def interfaces(box: Box) -> str:
    """`show interfaces`, the lines that matter."""
    return "".join(_interface(box, interface) for interface in box.running.interfaces.values())


def _interface(box: Box, interface: Interface) -> str:
    status, protocol = link_of(box, interface)
    number = f"{hash_of(box.shape.host + (interface.parent or interface.name)) & 0xFFFFFFFFFF:010x}"
    mac = f"00{number[:2]}.{number[2:6]}.{number[6:]}"
    lines = [
        f"{interface.name} is {status}, line protocol is {protocol} ",
        f"  Hardware is Gt96k FE, address is {mac} (bia {mac})",
        *([f"  Description: {interface.description}"] if interface.description else []),
        *([f"  Internet address is {interface.address}"] if interface.address else []),
        "  MTU 1500 bytes, BW 100000 Kbit/sec, DLY 100 usec, ",
        "     reliability 255/255, txload 1/255, rxload 1/255",
        f"  Encapsulation 802.1Q Virtual LAN, Vlan ID  {interface.vlan}."
        if interface.vlan is not None
        else "  Encapsulation ARPA, loopback not set",
    ]
    return "\n".join(lines) + "\n"


def section_of(text: str, mode: str, pattern: str) -> str:
    """The filter behind a `|`: include, exclude, begin or section."""
    lines = text.splitlines()
    if mode == "begin":
        first = next((i for i, line in enumerate(lines) if re.search(pattern, line)), len(lines))
        return "\n".join(lines[first:]) + "\n"
    if mode == "section":
        kept, inside = [], False
        for line in lines:
            inside = bool(re.search(pattern, line)) or (inside and line.startswith(" "))
            kept += [line] if inside else []
        return "\n".join(kept) + "\n"
    wanted = mode == "include"
    return "".join(f"{line}\n" for line in lines if bool(re.search(pattern, line)) == wanted)


def clock(box: Box) -> str:
    """`show clock`; a star before it when no NTP server has told the time."""
    now = datetime.now(UTC) + timedelta(seconds=box.faults.clock_apart_s)
    star = "*" if box.faults.clock_apart_s else ""
    return f"{star}{now:%H:%M:%S}.{now.microsecond // 1000:03} UTC {now:%a %b} {now.day} {now.year}\n"


SHOWS: dict[str, Callable[[Box], str]] = {
    "version": version,
    "clock": clock,
    "ip interface brief": ip_interface_brief,
    "ip route": ip_route,
    "ip nat translations": ip_nat_translations,
    "interfaces": interfaces,
}
"""Shows that take no argument; those of the configuration need privileged mode."""

PRIVILEGED_SHOWS: dict[str, Callable[[Box], str]] = {
    "running-config": running_config,
    "startup-config": startup_config,
    "archive": archive,
    "archive config rollback timer": rollback_timer,
}
