"""Classes whose values are not the exercise's own: one place each, read by all."""

from __future__ import annotations

import pytest

from esxlab.cli.exit_codes import ExitCode
from tests.classroom import classroom

pytestmark = pytest.mark.scenario
CHECK_FAILED = ExitCode.CHECK_FAILED.value

PART_1 = {"stop", "power", "nic", "apache", "apache-watched"}
HEAD = """\
class: other
groups: 1-3
scenario: lb
vsphere:
  host: vcenter.school.example
  user: prof
  datacenter: School
  esxi: esxi1.school.example
  datastore: datastore1
router: {host: "router{{ group }}.school.example"}
"""
OWN = """\
class: other
groups: 3,14,21
scenario: lb
vsphere:
  host: vcenter.lycee.example
  user: jérôme@vsphere.local
  datacenter: "Lycée: Site [Nord]"
  esxi: esxi1.lycee.example
  datastore: Étudiants
  staging: Réseau élèves n°12
  model: modèleD9 (ne pas toucher !)
  vswitch: Commutateur élèves
router: {host: "router{{ group }}.school.example", outside_address: 10.78.5.20, inside_address: 10.77.1.254}
school: {network: 10.20.0.0/16, gateway: 10.20.0.1}
inside: {network: 10.77.0.0/16, port_group: "Salle-12_g{{ group }}.dedans", vlan: "{{ 700 + group }}"}
outside: {network: 10.78.5.0/24, port_group: "reseau.eleves-{{ group }}", vlan: "{{ 800 + group }}"}
machines:
  srvweb1: {hostname: Alpha, inside: 10.77.1.10}
  srvweb2: {hostname: Beta, inside: 10.77.1.20}
  repartiteur1: {hostname: Gamma, inside: 10.77.1.40, outside: 10.78.5.40}
clients:
  ClientA: {outside: 10.78.5.100}
  ClientB: {inside: 10.77.1.101}
cluster: {address: 10.77.1.77}
balancer: {port: 8080, scheduler: wrr, weights: {srvweb1: 3, srvweb2: 2}}
overrides:
  3: {machines: {srvweb3: &third {hostname: Delta, inside: 10.77.1.70}}}
  21: {machines: {srvweb3: *third}, balancer: {method: dr}}
  14: {scenario: ha}
"""
"""Accents, other networks on both sides and at school, port 8080, three web servers, groups 3 and 14."""
NEAR_SCHOOL = """\
school: {network: 172.16.0.0/16, gateway: 172.16.200.1}
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    directory = tmp_path_factory.mktemp("other")
    spec = directory / "esxlab.yaml"
    spec.write_text(OWN, encoding="utf-8")
    with classroom(spec, directory) as found:
        found.must("provision", "--yes")
        yield found


def checks_of(document):
    return {(g["group"], c["check"]): c for g in document["groups"] for c in g["checks"]}


def test_every_check_is_green_and_nothing_is_left_to_do(room):
    checks = checks_of(room.must("verify", "-o", "json").document)
    assert {key: check for key, check in checks.items() if check["verdict"] != "ok"} == {}
    for group in (3, 21):
        assert checks[group, "spread"]["seen"] == "Alpha 60, Beta 40, Delta 20"
        assert "10.20.0.1" in checks[group, "isolation"]["question"]
    again = room.must("provision", "--yes", "--deep", "-o", "json").document
    assert {group["result"] for group in again["groups"]} == {"nothing"}


def test_every_drill_of_part_2_shows_what_is_known_and_leaves_the_table_as_it_was(room):
    document = room.must("drill", "--yes", "-g", "3,21", "-o", "json").document
    drills = {(g["group"], d["drill"]): d for g in document["groups"] for d in g["drills"]}
    assert {key: drill["seen"] for key, drill in drills.items() if drill["verdict"] != "ok"} == {}
    assert set(drills) == {(group, name) for group in (3, 21) for name in ("server", "schedulers")}
    tables = [m.stack.ipvs for m in room.school.engine.world.machines.values() if "repartiteur1" in m.name]
    real = {(s.port, r.port, r.weight) for t in tables for s in t.services.values() for r in s.servers}
    assert real == {(8080, port, weight) for port in (80, 8080) for weight in (3, 2, 1)}
    room.must("verify", "-g", "3,21")


def test_every_drill_of_part_1_shows_what_is_known(room):
    document = room.must("drill", "--yes", "-g", "14", "-o", "json").document
    drills = {drill["drill"]: drill for drill in document["groups"][0]["drills"]}
    assert {name: drill["seen"] for name, drill in drills.items() if drill["verdict"] != "ok"} == {}
    assert drills.keys() == PART_1
    assert drills["stop"]["takeover"]["before"] == "Alpha"
    room.must("verify", "-g", "14")


def test_a_lab_that_reaches_the_gateway_of_the_spec_is_not_isolated(tmp_path):
    """Somebody has patched the lab's switch onto the school's: vSphere shows nothing of it."""
    spec = tmp_path / "esxlab.yaml"
    spec.write_text(HEAD.replace("1-3", "1") + NEAR_SCHOOL, encoding="utf-8")
    with classroom(spec, tmp_path) as room:
        room.must("provision", "--yes")
        room.must("verify")
        world = room.school.engine.world
        server = next(m for m in world.machines.values() if m.name.endswith("srvweb2"))
        (inside,) = [card.vlan for card in server.stack.cards.values() if card.vlan > 0]
        world._gateway.cards["eth0"].vlan = inside
        checks = checks_of(room.must("verify", "-o", "json", status=CHECK_FAILED).document)
        assert {name for (_, name), c in checks.items() if c["verdict"] != "ok"} == {"isolation"}
        assert "172.16.200.1" in checks[1, "isolation"]["seen"]
