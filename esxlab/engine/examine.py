"""Looks at everything that a provision will need, before anything is written: the findings of `doctor`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from esxlab.backends.model_keys import NO_KEY
from esxlab.engine.class_records import records_of_class
from esxlab.engine.parallel import parallel_map
from esxlab.errors import LabError
from esxlab.lab.finding import Finding
from esxlab.lab.ios import SERIAL_NUMBER
from esxlab.lab.ios_statics import parse_static
from esxlab.planning.roster import Wanted
from esxlab.planning.router_difference import lines_to_read
from esxlab.planning.router_refusals import refusals, web_server_in_the_way
from esxlab.planning.sharing import by_router, other_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.router import Router, RouterAddress
    from esxlab.planning.sharing import RouterUsers

CLOCK = re.compile(
    r"^[*.]?(?P<time>\d+:\d\d:\d\d)\.\d+ (?P<zone>\S+) \w{3} (?P<date>\w{3} \d+ \d{4})", re.MULTILINE
)
"""`*10:02:03.123 UTC Mon Mar 1 1993`: a star when nobody has set it, a point when NTP is out of step."""
APART_S = 60.0
QUARTER_S = 900.0
FARTHEST_ZONE_S = 14 * 3600.0
IMAGE = re.compile(r"^(?:Cisco )?IOS.*?Software.*?$|^Cisco IOS.*?$", re.MULTILINE)


def examine(wanted: Sequence[Lab], backends: Backends, *, logins: int) -> tuple[Finding, ...]:
    """Servers first, then groups, then routers; what fails is a finding, never an exception."""
    findings = list(backends.vsphere.examine(wanted))
    broken = {finding.where for finding in findings if finding.topic == "server" and finding.error}
    reachable = [lab for lab in wanted if lab.site.server.host not in broken]
    found = backends.vsphere.observe(reachable)
    said = {finding.error.code for finding in findings if finding.error}
    findings += _groups(found, said)
    findings += _passwords(found, backends)
    findings += _model_keys(wanted, backends)
    findings += _login_keys(wanted, backends)
    users = by_router(records_of_class(Wanted(tuple(reachable)), backends, workers=8).values())
    behind: dict[RouterAddress, list[Lab]] = {}
    for lab in wanted:
        if lab.router:
            behind.setdefault(lab.router.address, []).append(lab)

    def ask(router: tuple[RouterAddress, list[Lab]]) -> list[Finding]:
        return list(_router(*router, found, users, backends))

    for address, answer in zip(behind, parallel_map(ask, behind.items(), workers=logins), strict=True):
        if isinstance(answer, LabError):
            findings.append(Finding("router", address.host, answer))
        else:
            findings += answer
    return tuple(_once(findings))


def _groups(found: Mapping[GroupId, Lab], said: set[str]) -> Iterator[Finding]:
    """Port groups, VLANs, names and folders: what stands in the way of each group."""
    alone = len({lab.site.server for lab in found.values()}) == 1
    for group, lab in sorted(found.items()):
        told = [Finding("group", error.where, error) for error in lab.problems if error.code not in said]
        told += [Finding("group", remark.where, remark, warning=True) for remark in lab.remarks]
        for finding in told:
            if not finding.where:
                yield replace(finding, where=str(group))
            else:
                yield finding if alone else finding.on(lab.site.server.host)
        if lab.record_problem:
            yield Finding("group", str(group), lab.record_problem, warning=True)
        if not lab.problems:
            yield Finding("group", str(group), facts={"machines": len(lab.machines)})


def _passwords(found: Mapping[GroupId, Lab], backends: Backends) -> Iterator[Finding]:
    """Groups whose guests this computer cannot log in to: their passwords were generated on another one."""
    for group, lab in sorted(found.items()):
        marks = [machine.password for machine in lab.machines]
        if not all(any(map(backends.guests.knows, mark.names)) for mark in marks):
            yield Finding(
                "group", str(group), LabError("secret.elsewhere", where=str(group), group=group.number)
            )


def _model_keys(wanted: Sequence[Lab], backends: Backends) -> Iterator[Finding]:
    """By which host key a fresh copy will be known before it gets a password."""
    for model in dict.fromkeys(lab.site.model_id for lab in wanted):
        key = backends.guests.model_key(model)
        error = None if key else LabError("doctor.model_key", where=model)
        state = "none" if key == NO_KEY else "known"
        yield Finding("key", model, error, warning=True, facts={"key": key, "state": state})


def _login_keys(wanted: Sequence[Lab], backends: Backends) -> Iterator[Finding]:
    """By which SSH keys one logs in to the guests, where the spec names some."""
    for lab in wanted:
        try:
            if keys := backends.guests.login_key(lab.group.number):
                yield Finding("login", lab.site.model, facts={"keys": keys})
        except LabError as error:
            yield Finding("login", lab.site.model, error)


def _router(
    address: RouterAddress,
    labs: Sequence[Lab],
    found: Mapping[GroupId, Lab],
    users: RouterUsers,
    backends: Backends,
) -> Iterator[Finding]:
    """Of one router, with one login: image, serial number, clock, and whether each group's lines fit."""
    if keys := backends.routers.login_key(address):
        yield Finding("login", address.host, facts={"keys": keys})
    records = {lab.group: found[lab.group].record if lab.group in found else None for lab in labs}
    wanted = [(lab, lab.router) for lab in labs if lab.router]
    told = backends.routers.examine(
        address, [lines_to_read(router.table, records[lab.group]) for lab, router in wanted]
    )
    serial, image = SERIAL_NUMBER.search(told.version), IMAGE.search(told.version)
    facts = {"serial": serial[1] if serial else "?", "image": image[0].strip()[:60] if image else "?"}
    if not address.serial_number:
        unpinned = LabError("doctor.serial", where=address.host, serial=facts["serial"])
        yield Finding("router", address.host, unpinned, warning=True)
    for (lab, router), seen in zip(wanted, told.each, strict=True):
        if isinstance(seen, LabError):
            yield Finding("router", address.host, seen)
            continue
        refused = refusals(router, seen.running_config, records[lab.group], other_records(lab, users))
        for error in refused:
            yield Finding("router", address.host, error.at(address.host))
        if line := web_server_in_the_way(router.table, seen.running_config):
            own_server = LabError("doctor.http_server", where=address.host, line=line)
            yield Finding("router", address.host, own_server, warning=True)
        if not refused:
            yield Finding("router", address.host, facts=facts)
            yield from _ports(lab, router, seen)
    if told.agreed:
        yield Finding("ssh", address.host, facts={"agreed": told.agreed})
    yield _router_clock(address.host, told.clock)


def _ports(lab: Lab, router: Router, seen: Router) -> Iterator[Finding]:
    """The outside ports that the lab wants: free, or ours already (a taken one is a refusal)."""
    for line_key, line in router.table.lines:
        if static := parse_static(line):
            facts = {"protocol": static.protocol, "port": static.port, "interface": static.outside}
            topic = "ours" if seen.table[line_key] == line else "free"
            yield Finding("nat", f"{router.address.host}, {lab.group}", facts={**facts, "state": topic})


def _told(match: re.Match[str]) -> datetime | None:
    """The moment that a router tells; None for one that no clock shows, such as 29:61:00."""
    try:
        return datetime.strptime(f"{match['time']} {match['date']} +0000", "%H:%M:%S %b %d %Y %z")
    except ValueError:
        return None


def _router_clock(host: str, said: str) -> Finding:
    """How far its clock is from this computer's; of a zone other than UTC only what is no whole quarter."""
    match = CLOCK.search(said)
    told = _told(match) if match else None
    if match is None or told is None:
        return Finding("clock", host, LabError("doctor.router_clock_unread", where=host), warning=True)
    apart = abs((told - datetime.now(UTC)).total_seconds())
    if match["zone"] not in {"UTC", "GMT"} and apart < FARTHEST_ZONE_S:
        apart = min(apart % QUARTER_S, QUARTER_S - apart % QUARTER_S)
    seconds = round(apart)
    error = LabError("doctor.router_clock", where=host, seconds=seconds) if apart > APART_S else None
    return Finding("clock", host, error, warning=True, facts={"seconds": seconds})


def _once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The same thing found for several groups is told once."""
    seen: set[tuple[str, str, str, str]] = set()
    for finding in findings:
        code, facts = (finding.error.code, finding.error.facts) if finding.error else ("", finding.facts)
        key = (finding.topic, finding.where, code, str(sorted(facts.items(), key=str)))
        if key not in seen:
            seen.add(key)
            yield finding
