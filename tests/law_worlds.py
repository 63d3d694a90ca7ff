"""Worlds for the laws: generated class specs, the three backends in memory, foreign objects, faults."""

from __future__ import annotations

import os
import tempfile
import threading
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from esxlab.backends.protocols import Backends
from esxlab.engine.options import Options
from esxlab.errors import LabError
from esxlab.lab.guest import SshHop, SshRoute
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.ios import parse_running_config
from esxlab.lab.machine import Hardware, PortGroup
from esxlab.lab.record import GroupRecord
from esxlab.lab.router_logins import RouterLogins
from esxlab.planning.guest_difference import diff_guest
from esxlab.planning.roster import roster_of
from esxlab.spec.load import load_class_spec
from esxlab.workflow import plan_provision, plan_teardown, run_plan, wanted_labs
from tests.memory.guests import MemoryGuests
from tests.memory.routers import MemoryRouters
from tests.memory.vsphere import MemoryVSphere
from tests.memory.world import Directory, Vm

EXAMPLES = int(os.environ.get("ESXLAB_LAW_EXAMPLES", "0"))
"""More examples for a long night; 0: each law's own number, the same ones every time."""

FIRST = bool(os.environ.get("ESXLAB_LAW_FIRST"))
"""A law that is broken says so at its first example, not at the smallest one."""

CLASS = "sio2"
READING = frozenset({"observe", "show", "run"})


def law(examples):
    """How many classes a law is tried on."""
    return settings(
        max_examples=EXAMPLES or examples,
        deadline=None,
        derandomize=not EXAMPLES,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=[Phase.generate] if FIRST else [Phase.generate, Phase.shrink],
    )


SERVERS = {
    "a datastore for all": "{host: vc.example, esxi: esxi1}",
    "a datastore each": '{host: vc.example, esxi: esxi1, datastore: "ds{{ group }}"}',
    "two ESXi hosts": "{host: vc.example, esxi: {1-2: esxi1, 3-9: esxi2}}",
    "linked clones": "{host: vc.example, esxi: esxi1, method: linked}",
    "an ESXi host each": '{host: "esxi{{ group }}.example"}',
    "an ESXi host for several": "{hosts: {1-2: esxi1.example, 3-9: esxi2.example}}",
}
OWN_ROUTERS = ("inside: {network: 172.16.0.0/16}", 'router: {host: "router{{ group }}.example"}')
NO_ROUTERS = ("inside: {network: 172.16.0.0/16}", "router: none")
ONE_ROUTER = (
    'inside: {network: "172.{{ 16 + group }}.0.0/16"}',
    "outside: {port_group: everybody-outside, vlan: 200}",
    "router:",
    "  host: router.example",
    '  outside_port: "{{ 8000 + group }}"',
    '  inside: "FastEthernet0/1.{{ 100 + group }}"',
    'machines: {repartiteur1: {outside: "192.16.193.{{ 30 + group }}"}}',
    "clients:",
    '  ClientA: {outside: "192.16.193.{{ 100 + group }}"}',
    '  ClientB: {outside: "192.16.193.{{ 150 + group }}"}',
)


@dataclass(frozen=True)
class Drawn:
    """A class spec's text without its groups, and the numbers of these."""

    numbers: tuple[int, ...]
    lines: tuple[str, ...]
    shared: bool
    foreign: bool

    def text(self, numbers=None):
        lines = [x for x in self.lines if numbers is None or not x.startswith("overrides")]
        return "\n".join([f"class: {CLASS}", f"groups: {list(numbers or self.numbers)}", *lines, ""])

    def load(self, *, numbers=None, scenario=""):
        """(specs, roster) of these groups."""
        loaded = _load(self.text(numbers))
        return (loaded.with_scenario(scenario) if scenario else loaded).groups()

    def labs(self, **how):
        return wanted_labs(self.load(**how), lambda group, _: f"phrase-{group.number}")

    def roster(self, **how):
        return roster_of(self.load(**how))


@lru_cache(maxsize=200)
def _load(text):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "esxlab.yaml"
        path.write_text(text, encoding="utf-8")
        return load_class_spec(path)


@st.composite
def classes(draw, *, most=4, least=1, routers=(OWN_ROUTERS, ONE_ROUTER, NO_ROUTERS), scenario=True):
    """Classes of one to four groups, in every shape that the spec knows."""
    numbers = tuple(sorted(draw(st.sets(st.integers(1, 9), min_size=least, max_size=most))))
    router = draw(st.sampled_from(routers))
    shared = router is ONE_ROUTER
    inside = "172.{{ 16 + group }}" if shared else "172.16"
    more = draw(st.booleans())
    methods = ["nat"] if router is NO_ROUTERS else ["nat", "dr"]
    lines = [
        f"vsphere: {SERVERS[draw(st.sampled_from(sorted(SERVERS)))]}",
        *router,
        "cluster:",
        f"  auto_failback: {str(draw(st.booleans())).lower()}",
        f"  services: {draw(st.sampled_from(['[]', '[apache2]']))}",
        *([f'  more_addresses: ["{inside}.193.31"]'] if more else []),
        "balancer:",
        f"  scheduler: {draw(st.sampled_from(['rr', 'wrr', 'lc', 'wlc']))}",
        f"  method: {draw(st.sampled_from(methods))}",
        f"  weights: {{srvweb1: {draw(st.integers(1, 9))}}}",
    ]
    if shared:
        lines.append('  address: "192.16.193.{{ 60 + group }}"')
    if scenario:
        lines.append(f"scenario: {draw(st.sampled_from(['ha', 'lb']))}")
        other = draw(st.sampled_from(["ha", "lb"]))
        lines.append(f"overrides: {{{draw(st.sampled_from(numbers))}: {{scenario: {other}}}}}")
    return Drawn(numbers, tuple(lines), shared, draw(st.booleans()))


@dataclass
class LawWorld:
    """The three backends in memory as one: a guest lives in a machine, and is reached over its networks.

    `fault_at`: the n-th moment of a mutating call (before it, in its midst, after it) at which it fails;
    0: none. Locks and looks are no such moments.
    """

    drawn: Drawn
    fault_at: int = 0
    moments: int = 0
    changes: list = field(default_factory=list)
    lives: dict = field(default_factory=dict)
    booted: dict = field(default_factory=dict)  # moref: (boot, the networks of its cards then, configured)
    deaf: set = field(default_factory=set)  # hosts of routers that do not answer
    silent: set = field(default_factory=set)  # (group number, machine) of guests that do not answer
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self):
        self.vsphere = MemoryVSphere(fail=self._of_vsphere)
        self.guests = MemoryGuests(fail=self._of_guest)
        self.routers = MemoryRouters(fail=self._of_router)
        self.backends = Backends(self.vsphere, self.guests, self.routers)
        world = self.vsphere.world
        for spec in self.drawn.load():
            if not spec.site.esxi:
                world.lone_esxi.add(spec.site.server.host)
        if self.drawn.foreign:
            add_foreigners(self)

    def snapshot(self):
        """All that there is, byte for byte, but for what lives in no machine."""
        return self.vsphere.snapshot(), self.routers.snapshot(), self.live_guests()

    def live_guests(self):
        there = {key: self._machine(*key) for key in self.guests.states}
        return {
            key: state
            for key, state in self.guests.states.items()
            if there[key] and there[key].moref == self.lives.get(key) and state.packages  # blank: only met
        }

    def settled(self):
        """The same, without what tells how often something was tried: boots, references."""
        world, routers, guests = self.snapshot()
        world = world[0] if isinstance(world, tuple) else world
        machines = {
            (vm.server, vm.datastore, vm.folder): replace(
                vm, moref="", boot=0, digest_boot=int(vm.boot == vm.digest_boot)
            )
            for vm in world.machines.values()
        }
        lines = {
            host: sorted(parse_running_config("\n".join([*config, "end"])).lines)
            for host, config in routers.items()
        }  # whose lines came first does not matter
        return machines, world.port_groups, world.directories, world.group_folders, lines, guests

    def part_of(self, group):
        """What belongs to one group: its machines, folders, group folder, guests."""
        world = self.vsphere.world
        return (
            {key: vm for key, vm in world.machines.items() if vm.marks and vm.marks.group == group},
            {key: d for key, d in world.directories.items() if d.owner and d.owner.group == group},
            {key: record for key, record in world.group_folders.items() if key[2] == group},
            {key: state for key, state in self.live_guests().items() if key[0] == group.number},
        )

    def _moment(self, *what):
        with self.lock:
            self.moments += 1
            self.changes.append(what)
            if self.moments == self.fault_at:
                raise LabError("vsphere.unreachable", host="-", what=str(what[0]))

    def _of_vsphere(self, verb, subject):
        if verb == "power_on" and (vm := self._machine(subject.group.number, subject.machine)):
            state = self.guests.states.get((subject.group.number, subject.machine))
            if vm.powered_on and self.booted.get(vm.moref, (0,))[0] != vm.boot:
                self.booted[vm.moref] = (vm.boot, _networks(vm), bool(state and state.own_identity))
        self._moment(verb, subject)

    def _of_router(self, verb, address):
        if address.host in self.deaf:
            raise LabError("router.unreachable", where=address.host, host=address.host, port=address.port)
        if verb not in READING:
            self._moment(verb, address.host)

    def _of_guest(self, verb, route):
        if (route.group, route.machine) in self.silent:
            raise LabError("guest.unreachable", where=str(route), seconds=0)
        if verb in {"observe", "apply", "run"}:
            self._travel(route)
        if verb not in READING:
            self._moment(verb, route.group, route.machine)

    def _travel(self, route):
        """From machine to machine: each is on, and has an address on a network of the one before it."""
        machines = [self._machine(route.group, hop.machine) for hop in route.hops]
        if any(
            vm is None or not vm.powered_on or vm.going_down for vm in machines
        ) or "VM Network" not in _networks(machines[0]):
            raise LabError("guest.unreachable", where=str(route), seconds=0)
        for jump, vm in pairwise(machines):
            if not (self._addressed(jump) & self._addressed(vm)):
                raise LabError("guest.unreachable", where=str(route), seconds=0)
        key = (route.group, route.machine)
        if self.lives.get(key) != machines[-1].moref:  # another incarnation: a fresh copy of the model
            self.guests.states.pop(key, None)
            self.guests.seen.pop(key, None)
            self.lives[key] = machines[-1].moref

    def _addressed(self, vm):
        """Lab networks where its addresses are of use: its cards are where they were when it booted."""
        _, networks, configured = self.booted.get(vm.moref, (0, set(), False))
        return _networks(vm) & networks - {"VM Network"} if configured else set()

    def _machine(self, group, machine):
        marks = Owner(GroupId(CLASS, group), machine)
        return next((vm for vm in list(self.vsphere.world.machines.values()) if vm.marks == marks), None)


def _networks(vm):
    return {network for _, network, connected in vm.nics if connected}


def add_foreigners(world):
    """What others have, with names as close to ours as they may be without being in the way."""
    vsphere = world.vsphere.world
    neighbour = GroupId(f"{CLASS}-b", world.drawn.numbers[0])
    for count, spec in enumerate(world.drawn.load()):
        site, machine = spec.site, spec.machines[0]
        host = site.server.host
        moref = f"vm-{900 + count}"
        vsphere.machines[moref] = Vm(
            moref=moref,
            server=host,
            name=f"{machine.vm_name}-old",
            datastore=site.datastore,
            folder=f"{machine.folder}-old",
            host=site.esxi,
            uuid=f"foreign-{count}",
            hardware=Hardware(),
            nics=((f"00:0c:29:00:00:{count:02x}", site.staging, True),),
        )
        vsphere.directories[host, site.datastore, f"{machine.folder}-old"] = Directory(foreign=True)
        vsphere.directories[host, site.datastore, f"{spec.group.folder_name}x"] = Directory(foreign=True)
        owner = Owner(neighbour, machine.key)
        vsphere.directories[host, site.datastore, f"b-{machine.folder}"] = Directory(owner, "complete")
        vsphere.group_folders[host, site.datastore, neighbour] = GroupRecord(neighbour, site)
        there = vsphere.port_groups.setdefault((host, site.esxi), {})
        name = f"{spec.inside.port_group}2"
        there[name] = PortGroup(name, 4000, site.vswitch)
        if spec.router:
            world.routers.configs[spec.router.address.host] = list(ROUTER_OF_OTHERS)


ROUTER_OF_OTHERS = (
    "no ip routing",
    "hostname cisco",
    "interface FastEthernet0/0",
    " description to the street",
    " ip address 203.0.113.7 255.255.255.0",
    " ip access-group 7 in",
    "interface FastEthernet0/1",
    " no ip address",
    " shutdown",
    "interface Loopback0",
    " ip address 10.99.0.1 255.255.255.255",
    "ip route 0.0.0.0 0.0.0.0 203.0.113.1",
    "ip nat inside source static tcp 10.99.0.1 22 interface FastEthernet0/0 2222",
    "line vty 0 4",
)


def provision(world, labs, *, roster=None, sure=True, **options):
    """Plan and run; the plan."""
    how = Options(parallel=options.pop("parallel", 1), **options)
    plan = plan_provision(labs, world.backends, how, roster)
    report = run_plan(plan, world.backends, (), how)
    if sure:
        assert report.failed == (), failures(plan, report)
    return plan


def known_routers(drawn):
    """All routers of the class: as a teardown with its spec, or on the computer that pushed, knows them."""
    return RouterLogins().with_more(spec.router.address for spec in drawn.load() if spec.router)


def teardown(world, groups=None, *, sure=True, parallel=1):
    servers = sorted({spec.site.server for spec in world.drawn.load()})
    options = Options(parallel=parallel)
    plan = plan_teardown(servers, CLASS, groups, world.backends, options, logins=known_routers(world.drawn))
    report = run_plan(plan, world.backends, (), options)
    if sure:
        assert report.failed == (), failures(plan, report)
    return plan


def failures(plan, report):
    """What went wrong, for the test's message."""
    return [
        (g.group, g.done, g.total, repr(g.error)) for g in report.groups if g.error or g.done < g.total
    ] + [repr(problem) for group in plan.groups for problem in group.problems]


def assert_stands(world, labs):
    """What was wanted is there: nouns by comparison, guests by their difference."""
    found = world.vsphere.observe(labs)
    for lab in labs:
        here = found[lab.group]
        assert here.problems == ()
        assert here.machines == _with_keys(lab, here)
        assert set(here.folders) == set(lab.folders)
        assert here.port_groups == lab.port_groups
        assert here.has_record
        for machine in lab.machines:
            state = world.guests.states[lab.group.number, machine.owner.machine]
            hop = SshHop(
                machine.owner.machine, "", host_keys=(state.host_key,), passwords=machine.password.names
            )
            route = SshRoute(lab.group.number, (hop,))
            seen = _as_observed(world, route, machine.guest)
            assert not diff_guest(machine.guest, seen)
            assert here.machine(machine.owner.machine).host_keys == (state.host_key,)
        if lab.router:
            router = world.routers.observe(lab.router.address, lab.router.table)
            assert router.table == lab.router.table


def _as_observed(world, route, guest):
    guests = MemoryGuests(states=dict(world.guests.states))
    return guests.observe(route, guest)


def _with_keys(lab, here):
    """Wanted machines carry no host key: it is the guest's own choice."""
    keys = {machine.owner: machine.host_keys for machine in here.machines}
    return tuple(replace(machine, host_keys=keys.get(machine.owner, ())) for machine in lab.machines)


def faulty(world, moment):
    """The same world, which fails at this moment from now on counted; None once more for no fault."""
    world.moments, world.fault_at = 0, moment or 0
    world.changes.clear()
