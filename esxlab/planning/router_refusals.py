"""What forbids a push, and what is worth a warning, read from the running-config before anything is sent."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING, NamedTuple

from esxlab.errors import LabError
from esxlab.lab.ios import ADDRESS, INTERFACE, NO_CONFIG_PROMPT, found_table, parse_running_config
from esxlab.lab.ios_lists import ROTARY, permits
from esxlab.lab.ios_statics import ANY_STATIC, parse_static, takes_outside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.lab.ios import RunningConfig
    from esxlab.lab.lab import RouterRecord
    from esxlab.lab.router import Router, RouterTable


class _Case(NamedTuple):
    """What one push is judged by. `where` is the router's host, which is also what our session dials."""

    wanted: RouterTable
    found: RouterTable
    config: RunningConfig
    record: RouterRecord | None
    others: Sequence[RouterRecord]
    where: str

    def error(self, code: str, **facts: object) -> LabError:
        return LabError(code, where=self.where, detail="", **facts)


def refusals(
    wanted: Router,
    running_config: str,
    record: RouterRecord | None = None,
    others: Sequence[RouterRecord] = (),
) -> tuple[LabError, ...]:
    """Every reason not to push, all at once; empty when there is none.

    Codes: router.config_incomplete, router.no_interface, router.interface_busy, router.overlap,
    router.secondary, router.nat_port_taken, router.nat_address_taken, router.slot_conflict,
    router.own_session, router.no_config_prompt. `record` is this group's own, `others` those of other groups.
    """
    try:
        config = parse_running_config(running_config)
    except LabError as error:
        return (error.at(wanted.address.host),)
    found = found_table(running_config, wanted.table)
    case = _Case(wanted.table, found, config, record, others, wanted.address.host)
    if unknown := tuple(_unknown_interfaces(case)):
        return unknown
    return (
        *_conflicts(case),
        *_busy_interfaces(case),
        *_overlaps(case),
        *_secondaries(case),
        *_taken_ports(case),
        *_rotaries(case),
        *_no_prompt(case),
        *_own_session(case),
    )


_MAY_PASS = frozenset(
    {
        "router.refused",
        "router.unreachable",
        "router.link_down",
        "router.no_route",
        "router.silent",
        "router.cut",
        "router.chatter",
        "router.endless",
        "router.too_long",
        "router.no_prompt",
        "router.reverting",
        "router.config_incomplete",
    }
)
"""Why a router could not be read this time: the run asks it again, and the machines need not wait for it.

Not among them is a router whose lines are all taken: somebody has to clear one.
"""


def forbids(error: LabError) -> bool:
    """Whether a push would be refused again: then the group's machines are not made to be left half done."""
    return error.code.startswith("router.") and error.code not in _MAY_PASS


_WEB_SERVERS = (("ip http server", "ip http port", 80), ("ip http secure-server", "ip http secure-port", 443))
"""The switch, the line that names another port than the usual one, that (Cisco, HTTP Services reference)."""


def web_server_in_the_way(wanted: RouterTable, running_config: str) -> str:
    """The line that switches on a web server of the router's at the lab's outside port; empty: none does."""
    lines = parse_running_config(running_config)[""]
    statics = [static for _, line in wanted.lines if (static := parse_static(line))]
    ports = {str(static.port) for static in statics if static.protocol == "tcp"}
    for switch, setting, usual in _WEB_SERVERS:
        set_to = next((x.split()[-1] for x in lines if x.startswith(f"{setting} ")), str(usual))
        if switch in lines and set_to in ports:
            return switch
    return ""


def _sections(case: _Case) -> list[str]:
    return list(dict.fromkeys(section for (section, _), line in case.wanted.lines if section and line))


def _unknown_interfaces(case: _Case) -> Iterator[LabError]:
    for section in _sections(case):
        name = section.removeprefix(f"{INTERFACE} ")
        if name.partition(".")[0] not in case.config.interfaces:
            known = ", ".join(n for n in case.config.interfaces if "." not in n)
            yield case.error("router.no_interface", interface=name, known=known)


def _conflicts(case: _Case) -> Iterator[LabError]:
    """Another group wants another line at the same line key of the same router."""
    for line_key, line in case.wanted.lines:
        held = next((o.uses[line_key] for o in case.others if o.uses[line_key]), line)
        if line and held != line:
            code = "router.slot_conflict" if line_key[0] else "router.nat_port_taken"
            yield case.error(code, line=line, held=held)


def address_of(line: str) -> IPv4Interface | None:
    """The address of an `ip address A M [secondary]` line; None for dhcp and the like."""
    words = line.split()
    try:
        return IPv4Interface(f"{words[2]}/{words[3]}")
    except (IndexError, ValueError):
        return None


def _overlaps(case: _Case) -> Iterator[LabError]:
    """IOS refuses two interfaces of one routing table in overlapping networks."""
    for section in _sections(case):
        ours = address_of(case.wanted[section, ADDRESS])
        for name, lines in case.config.interfaces.items():
            if ours is None or f"{INTERFACE} {name}" == section or any("vrf forwarding" in x for x in lines):
                continue
            wanted_there = case.wanted[f"{INTERFACE} {name}", ADDRESS]
            there = [wanted_there] if wanted_there else [x for x in lines if x.startswith("ip address ")]
            theirs = next((a for a in map(address_of, there) if a and a.network.overlaps(ours.network)), None)
            if theirs:
                interface = section.removeprefix(f"{INTERFACE} ")
                yield case.error(
                    "router.overlap", interface=interface, address=ours, other=name, taken=theirs
                )


def _secondaries(case: _Case) -> Iterator[LabError]:
    """A primary address cannot be removed below its secondaries, and those are somebody else's lines."""
    for section in _sections(case):
        line = next((x for x in case.config[section] if x.endswith(" secondary")), "")
        if line and case.found[section, ADDRESS] != case.wanted[section, ADDRESS]:
            yield case.error("router.secondary", interface=section.removeprefix(f"{INTERFACE} "), line=line)


_ANOTHER_PORT = 0


def _taken_ports(case: _Case) -> Iterator[LabError]:
    for line_key, line in case.wanted.lines:
        static = parse_static(line)
        if line_key[0] or static is None or case.found[line_key] == line:
            continue
        if case.found[line_key] and not (case.record and case.record.uses[line_key] == case.found[line_key]):
            yield case.error("router.nat_port_taken", line=line, held=case.found[line_key])
        address = address_of(case.wanted[f"{INTERFACE} {static.outside}", ADDRESS])
        for held in filter(ANY_STATIC.match, case.config[""]):
            entry = parse_static(held)
            under_our_key = entry is not None and entry.line_key == line_key
            outside = address.ip if address else None
            if not under_our_key and takes_outside(held, static, outside):
                every_port = takes_outside(held, replace(static, port=_ANOTHER_PORT), outside)
                code = "router.nat_address_taken" if every_port else "router.nat_port_taken"
                yield case.error(code, line=line, held=held)


def _rotaries(case: _Case) -> Iterator[LabError]:
    """IOS's own load balancing of our outside address: it would answer in place of our static entry."""
    for line_key, line in case.wanted.lines:
        static = parse_static(line)
        if line_key[0] or static is None or static.protocol != "tcp" or case.found[line_key] == line:
            continue
        address = address_of(case.wanted[f"{INTERFACE} {static.outside}", ADDRESS])
        for held in case.config[""]:
            rotary = ROTARY.fullmatch(held)
            if rotary and address and permits(case.config, rotary["list"], address.ip):
                yield case.error("router.nat_address_taken", line=line, held=held)


def _no_prompt(case: _Case) -> Iterator[LabError]:
    if NO_CONFIG_PROMPT in case.config[""]:
        yield case.error("router.no_config_prompt", line=NO_CONFIG_PROMPT)


_BUSY = re.compile(
    r"switchport(?: .*)?|channel-(?:group|protocol) .*|xconnect .*|encapsulation (?!dot1Q \d+(?: native)?$).*"
)
_NO_ROUTED_PORT = re.compile(
    rf"{_BUSY.pattern}|(?:ip )?vrf forwarding .*|ip nat enable|bridge-group .*|bridge-domain .*|"
    r"service instance .*|pppoe(?:-client)? .*"
)
"""What an interface cannot be together with an address and a NAT role of its own: in another routing table
(IOS removes the address), NVI, a switch's or a bundle's port, bridged, a carrier of PPPoE (Cisco, "Interface
and Hardware Component" and "IP Addressing Services" command references). `_BUSY` is of a parent as well.
"""


def _busy_interfaces(case: _Case) -> Iterator[LabError]:
    for section in _sections(case):
        works_alone = bool(case.wanted[section, ADDRESS])
        busy = _NO_ROUTED_PORT if works_alone else _BUSY
        if line := next((x for x in case.config[section] if busy.fullmatch(x)), ""):
            yield case.error(
                "router.interface_busy", interface=section.removeprefix(f"{INTERFACE} "), line=line
            )


def _own_session(case: _Case) -> Iterator[LabError]:
    """The interface that carries our own session: IOS applies at once, and nobody could undo it."""
    try:
        session = IPv4Address(case.where)
    except ValueError:
        return
    for section in _sections(case):
        lines = case.config[section]
        carried = any(a.ip == session for x in lines if x.startswith("ip address ") and (a := address_of(x)))
        cutting = [k for (s, k), line in case.wanted.lines if s == section and line != case.found[s, k]]
        if carried and cutting:
            yield case.error("router.own_session", interface=section.removeprefix(f"{INTERFACE} "))
