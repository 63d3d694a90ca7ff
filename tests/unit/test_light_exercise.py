"""The shipped seeds, as the scenarios fill them in, work on the simulated machines: both parts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from light_bench import Bench, model_of

from esxlab.exercises.registry import build_lab
from esxlab.sim.contracts import RouterInterfaceView, RouterView, SimNic, StaticNatView
from esxlab.sim.light import life
from esxlab.sim.light.commands.packaging import unpack
from esxlab.sim.light.disk import parse_disk
from esxlab.sim.light.machine import Machine
from esxlab.sim.light.packages import closure
from tests.group_specs import group_spec, with_balancer


def boot(bench, wanted, vlans):
    """A machine that was configured by esxlab, at its next boot."""
    nics = tuple(SimNic(nic.mac, vlans[nic.network], nic.network) for nic in wanted.nics)
    machine = Machine(bench.world, wanted.name, wanted.name, parse_disk(model_of()))
    machine.plug(nics)
    names = {card.mac: card.name for card in machine.stack.cards.values()}
    for package in closure(wanted.guest.packages, frozenset(machine.disk.packages)):
        bench.run_(unpack(machine, package))
    machine.files.write("/etc/hostname", f"{wanted.guest.hostname}\n".encode())
    for file in wanted.guest.files:
        resolved = file.resolved(names)
        machine.files.make_directory(file.path.rpartition("/")[0], parents=True)
        machine.files.write(file.path, resolved.content.encode())
        machine.files.change(file.path, mode=file.mode)
    for service in wanted.guest.services:
        (machine.disk.enabled.add if service.enabled else machine.disk.enabled.discard)(service.name)
    bench.world.machines[wanted.name] = machine
    bench.run_(life.boot(machine))
    return machine


def router_of(spec, nat_to):
    router = spec.router
    outside = router.outside_address.ip
    statics = (StaticNatView("tcp", nat_to, 80, outside, 80),) if nat_to else ()
    return RouterView(
        "10.0.0.7",
        (
            RouterInterfaceView("Fa0/0", spec.outside.vlan, router.outside_address, True, "outside"),
            RouterInterfaceView("Fa0/1", spec.inside.vlan, router.inside_address, True, "inside"),
        ),
        statics,
    )


def group(spec):
    lab = build_lab(spec, phrase="abcdef")
    nat_to = IPv4Address("172.16.193.30") if spec.scenario == "ha" else None
    bench = Bench(routers=[router_of(spec, nat_to)])
    vlans = {
        spec.site.staging: 0,
        spec.inside.port_group: spec.inside.vlan,
        spec.outside.port_group: spec.outside.vlan,
    }
    return bench, {machine.name: boot(bench, machine, vlans) for machine in lab.machines}


def test_part_1_answers_from_both_sides_and_fails_over():
    bench, machines = group(group_spec(scenario="ha"))
    bench.after(60)
    asked = (("ClientB", "172.16.193.30"), ("ClientA", "192.16.193.20"))
    for server in ("SRV1", "SRV2"):
        for client, address in asked:
            assert (
                server in bench.out(machines[client], f"curl -sS http://{address}/").partition("It works!")[2]
            )
        bench.sh(machines["srvweb1"], "ifdown ens160")
        bench.after(30)


@pytest.mark.parametrize("port", [80, 8080])
@pytest.mark.parametrize("method", ["nat", "dr"])
def test_part_2_spreads_from_both_clients(method, port):
    bench, machines = group(with_balancer(group_spec(scenario="lb", method=method), port=port))
    for client in ("ClientA", "ClientB"):
        out = bench.out(machines[client], f"curl -sS -0 --max-time 2 'http://192.16.193.30:{port}/?[1-40]'")
        pages = out.split("<!DOCTYPE")[1:]
        names = Counter(page.partition("It works!")[2].partition("<")[0].strip() for page in pages)
        assert names == {"SRV1": 20, "SRV2": 20}


@pytest.mark.parametrize("scenario", ["ha", "lb"])
def test_clients_stay_reachable_and_servers_are_isolated(scenario):
    bench, machines = group(group_spec(scenario=scenario))
    for client in ("ClientA", "ClientB"):
        addresses = [a.ip for card, a in machines[client].stack.each_address() if card.vlan == 0]
        assert any(bench.world.answers_school(machines[client], ip) for ip in addresses)
    for server in ("srvweb1", "srvweb2", "repartiteur1"):
        assert bench.sh(machines[server], "ping -c 1 -W 1 172.16.253.253")[0] != 0


def test_two_groups_with_the_same_addresses_do_not_meet():
    bench, machines = group(group_spec(scenario="ha"))
    twins = Machine(bench.world, "twin", "twin", parse_disk(model_of()))
    nic = SimNic("00:50:56:09:09:09", 999, "other")
    twins.plug((nic,))
    twins.disk.nodes["/etc/network/interfaces"] = replace(
        machines["srvweb1"].files.node("/etc/network/interfaces")
    )
    bench.world.machines["twin"] = twins
    bench.run_(life.boot(twins))
    bench.after(60)
    assert bench.world.open_tcp(machines["ClientB"], IPv4Address("172.16.193.10"), 22).server == "srvweb1"
