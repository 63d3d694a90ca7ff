"""An exercise from outside esxlab: two name servers, a primary and a secondary, and a client that asks both.

Sources: named.conf(5) and the BIND 9 Administrator Reference Manual (zone: type master and slave, masters,
file); bind9's README.Debian (the zones of one's own are in /etc/bind/named.conf.local, a secondary's
files in /var/cache/bind); dig(1) ("RETURN CODES": 0 a response was received, also NXDOMAIN; 9 no reply).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

from esxlab_dns_texts import FRENCH, TEXTS
from pydantic import Field

from esxlab import texts
from esxlab.checks.asking import LabCheck, judge
from esxlab.drills.base import Drill, Findings
from esxlab.drills.setup import DrillSetup, WebServer
from esxlab.drills.steps import StartService, StopService
from esxlab.exercises.exercise import Exercise
from esxlab.exercises.family import guests as common
from esxlab.lab.guest import Guest, GuestFile, Service
from esxlab.spec import fields as f  # noqa: TC001 - pydantic reads the annotations at run time
from esxlab.spec.part import AddressField, ExercisePart, Family, Part

UNIT, NO_REPLY, START_S = "bind9", 9, 20.0


class ZonePart(Part):
    """A zone with one name in it."""

    name: f.Host = Field(description="name of the zone")
    host: f.Hostname = Field(description="a host in it")
    address: f.Address = Field(description="the host's address")


class Zone(NamedTuple):
    name: str
    host: str
    address: str


def resolve_zone(draft):
    part = draft.part(ZonePart)
    return Zone(part.name, part.host, str(draft.addresses["zone", "address"].ip))


ZONE = ExercisePart(
    key="zone",
    model=ZonePart,
    defaults={"name": "tp.example", "host": "www", "address": "172.16.193.80"},
    address_fields=lambda draft: [AddressField(("zone", "address"), "inside", draft.part(ZonePart).address)],
    resolve=resolve_zone,
    example="zone: {name: lycee.example, host: intranet, address: 172.16.193.90}\n",
)
MACHINES = Family(
    cards={"nameserver": ("inside",)},
    new_role="nameserver",
    machines={
        "ns1": {"hostname": "NS1", "role": "nameserver", "inside": "172.16.193.10"},
        "ns2": {"hostname": "NS2", "role": "nameserver", "inside": "172.16.193.40"},
    },
    clients={"ClientB": {"hostname": "ClientB", "inside": "172.16.193.100"}},
)


def server_guest(spec, machine, seeds, phrase):
    """The first server of the spec has the zone's file, the others fetch it from there."""
    zone, primary = spec.part(Zone), spec.by_role("nameserver")[0]
    path, files = f"/etc/bind/db.{zone.name}", common.mirror_files(spec, seeds)
    said = f'type slave;\n    masters {{ {primary.inside.ip}; }};\n    file "db.{zone.name}";'
    if machine is primary:
        said, files = f'type master;\n    file "{path}";', (*files, GuestFile(path, zone_text(spec, zone)))
    facts = {"inside": common.card_of(machine, "inside", machine.inside), "loopback_address": ""}
    interfaces = seeds.render("interfaces-web", **facts, gateway=common.router_inside(spec))
    configuration = GuestFile("/etc/bind/named.conf.local", f'zone "{zone.name}" {{\n    {said}\n}};\n')
    files += (configuration, common.hosts_file(spec, machine, seeds), common.interfaces_file(interfaces))
    return Guest(machine.hostname, ("bind9",), files, services=(Service(UNIT, enabled=True),))


def zone_text(spec, zone):
    servers = [(server.hostname.lower(), server.inside.ip) for server in spec.by_role("nameserver")]
    lines = [
        f"$TTL 3600\n@ IN SOA {servers[0][0]} root 1 3600 600 86400 3600",
        *(f"@ IN NS {name}\n{name} IN A {address}" for name, address in servers),
        f"{zone.host} IN A {zone.address}",
    ]
    return "\n".join(lines) + "\n"


def client_guest(spec, machine, seeds, phrase):
    guest = common.build_client(spec, machine, seeds, "inside")
    return replace(guest, packages=(*guest.packages, "dnsutils"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryAnswers(LabCheck):
    name: ClassVar[str] = "dns-primary"

    client: str
    server: str
    zone: Zone

    def facts(self):
        return {"client": self.client, "server": self.server, "name": f"{self.zone.host}.{self.zone.name}"}

    def ask(self, backends, *, wait_s=0.0):
        return self.patiently(lambda: self._once(backends), wait_s=wait_s)

    def _once(self, backends):
        name = f"{self.zone.host}.{self.zone.name}"
        command = ("dig", f"@{self.server}", name, "A", "+short", "+tcp", "+time=2", "+tries=1")
        answer = self.run(backends, self.client, *command, answers=(0, NO_REPLY))
        seen = answer.stdout.strip() if not answer.exit_status else ""
        shown = seen or texts.say("seen.no_record", server=self.server)
        return judge(seen == self.zone.address, shown, look=f"{self.client}: {' '.join(command)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondaryAnswers(PrimaryAnswers):
    name: ClassVar[str] = "dns-secondary"


def build_checks(spec, access):
    zone, group = spec.part(Zone), spec.group
    for check, server in zip((PrimaryAnswers, SecondaryAnswers), spec.by_role("nameserver"), strict=False):
        yield check(group=group, access=access, client="ClientB", server=str(server.inside.ip), zone=zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryStopped(Drill):
    name: ClassVar[str] = "primary"

    checks: tuple[PrimaryAnswers, ...]

    def run(self, drill_run):
        primary, secondary = self.checks
        drill_run.inject(StopService(server=self.setup.servers[0], service=UNIT))
        gone, still = primary.ask(drill_run.backends), secondary.ask(drill_run.backends)
        drill_run.perform(*self.recovery())
        back = primary.ask(drill_run.backends, wait_s=START_S)
        good = (gone.verdict, still.verdict, back.verdict) == ("failed", "ok", "ok")
        seen = texts.say("drill.seen.primary", gone=gone.seen, still=still.seen, back=back.seen)
        return Findings(good, seen, sent=3, lost=1)

    def recovery(self):
        return (StartService(server=self.setup.servers[0], service=UNIT),)


def build_drill(spec, setup):
    return PrimaryStopped(group=spec.group, setup=setup, checks=tuple(build_checks(spec, setup.access)))


def build_setup(spec, wanted, access):
    servers = tuple(
        WebServer(m.key, m.hostname, str(m.inside.ip), wanted.machine(m.key))
        for m in spec.by_role("nameserver")
    )
    return DrillSetup(access, "ClientB", "", servers[0].address, servers[:2])


DNS = Exercise(
    guests={"nameserver": server_guest, "client": client_guest},
    checks=build_checks,
    key_checks=frozenset({"dns-primary", "dns-secondary"}),
    setup=build_setup,
    drills={"primary": build_drill},
    family=MACHINES,
    part=ZONE,
    texts=TEXTS,
    french=FRENCH,
)
