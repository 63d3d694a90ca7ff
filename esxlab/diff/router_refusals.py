"""What forbids a push, and what is worth a warning, read from the running-config before anything is sent."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING, NamedTuple

from esxlab.errors import LabError
from esxlab.lab.ios import ADDRESS, INTERFACE, found_table, parse_running_config, parse_static

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

    Codes: router.config_incomplete, router.no_interface, router.overlap, router.secondary,
    router.nat_port_taken, router.slot_conflict, router.own_session. `record` is this group's own, `others`
    those of other groups.
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
        *_overlaps(case),
        *_secondaries(case),
        *_taken_ports(case),
        *_own_session(case),
    )


def build_warnings(wanted: RouterTable, running_config: str) -> tuple[str, ...]:
    """Keys of texts that the reader should see before a push: the router's own web server wants port 80."""
    config = parse_running_config(running_config)
    statics = [static for _, line in wanted.lines if (static := parse_static(line))]
    uses_80 = any(static.protocol == "tcp" and static.port == 80 for static in statics)  # noqa: PLR2004 - HTTP
    return ("router.warning.http_server",) if uses_80 and "ip http server" in config[""] else ()


def _sections(case: _Case) -> list[str]:
    return list(dict.fromkeys(section for (section, _), line in case.wanted.lines if section and line))


def _unknown_interfaces(case: _Case) -> Iterator[LabError]:
    for section in _sections(case):
        name = section.removeprefix(f"{INTERFACE} ")
        if name.partition(".")[0] not in case.config.interfaces:
            known = ", ".join(n for n in case.config.interfaces if "." not in n)
            yield case.error("router.no_interface", interface=name, known=known)


def _conflicts(case: _Case) -> Iterator[LabError]:
    """Another group wants another line in the same slot of the same router."""
    for slot, line in case.wanted.lines:
        held = next((o.uses[slot] for o in case.others if o.uses[slot]), line)
        if line and held != line:
            code = "router.slot_conflict" if slot[0] else "router.nat_port_taken"
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


def _taken_ports(case: _Case) -> Iterator[LabError]:
    for slot, line in case.wanted.lines:
        static = parse_static(line)
        if slot[0] or static is None or case.found[slot] == line:
            continue
        if case.found[slot] and not (case.record and case.record.uses[slot] == case.found[slot]):
            yield case.error("router.nat_port_taken", line=line, held=case.found[slot])
        address = address_of(case.wanted[f"{INTERFACE} {static.outside}", ADDRESS])
        for held in _of_address(case.config, str(address.ip) if address else ""):
            other = parse_static(held)
            if other is None or (other.protocol, other.port) == (static.protocol, static.port):
                yield case.error("router.nat_port_taken", line=line, held=held)


def _of_address(config: RunningConfig, address: str) -> Iterator[str]:
    """Static entries for this outside address itself: of one port, or of the whole address."""
    for line in config[""]:
        words = line.split()
        if words[:5] != ["ip", "nat", "inside", "source", "static"]:
            continue
        entry = parse_static(line)
        outside = entry.outside if entry else words[6] if len(words) > 6 else ""  # noqa: PLR2004 - ... static A B
        if address and outside == address:
            yield line


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
