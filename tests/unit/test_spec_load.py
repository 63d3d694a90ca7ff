"""What a valid spec becomes: the exercise's values, ranges, overrides, names, MACs."""

from __future__ import annotations

import pickle
import time
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path

import pytest

from esxlab.errors import LabError
from esxlab.exercises.ha.spec import ClusterSpec
from esxlab.exercises.lb.spec import BalancerSpec
from esxlab.spec import naming
from esxlab.spec.load import load_class_spec
from esxlab.spec.problems import SpecProblems
from tests.spec_text import SMALL, load_text

SPECS = Path(__file__).parents[2] / "specs"
SHIPPED = sorted(path.name for path in SPECS.glob("*.yaml"))


def test_the_small_spec_is_the_exercise(tmp_path):
    group = load_text(SMALL, tmp_path).group(2)
    assert [m.key for m in group.machines] == ["srvweb1", "srvweb2", "repartiteur1", "ClientA", "ClientB"]
    assert [m.hostname for m in group.machines] == ["SRV1", "SRV2", "Load-Balancer", "ClientA", "ClientB"]
    assert [str(m.inside) for m in group.machines] == [
        "172.16.193.10/16",
        "172.16.193.40/16",
        "172.16.193.253/16",
        "None",
        "172.16.193.100/16",
    ]
    assert group.part(ClusterSpec).addresses == (IPv4Interface("172.16.193.30/16"),)
    assert group.part(BalancerSpec).address == IPv4Address("192.16.193.30")
    assert group.router.address.host == "10.0.0.2"
    assert (group.router.inside_interface, str(group.router.inside_address)) == (
        "FastEthernet0/1",
        "172.16.193.254/16",
    )
    assert str(group.router.outside_address) == "192.16.193.20/24"
    assert (group.inside.vlan, group.outside.vlan) == (102, 202)
    assert group.inside.port_group == "g02-inside"
    assert group.school.dns == IPv4Address("172.16.253.253")


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("scenario", ["ha", "lb"])
def test_shipped_specs_load_in_both_parts(name, scenario):
    loaded = load_class_spec(SPECS / name)
    assert {warning.code for warning in loaded.warnings} <= {"W601"}
    groups = loaded.with_scenario(scenario).groups()
    assert {group.scenario for group in groups} == {scenario}
    assert (
        (SPECS / name)
        .read_text(encoding="utf-8")
        .startswith("# yaml-language-server: $schema=./esxlab.schema.json\n")
    )


def test_thirty_groups_load_fast():
    load_class_spec(SPECS / "class-30.yaml")
    begin = time.process_time()
    assert len(load_class_spec(SPECS / "class-30.yaml").groups()) == 30
    assert time.process_time() - begin < 2  # a tenth of that on an idle computer


def test_the_demo_is_the_embedded_school(tmp_path):
    assert load_class_spec(SPECS / "demo.yaml").embedded_school
    assert load_text(SMALL + "school: {embedded: true, dns: 172.16.0.53}\n", tmp_path).embedded_school
    assert not load_text(SMALL, tmp_path).embedded_school


def test_addresses_follow_their_network(tmp_path):
    text = SMALL + 'inside: {network: "10.{{ group }}.0.0/24"}\ncluster: {more_addresses: [10.1.0.31]}\n'
    group = load_text(text.replace("1-3", "1"), tmp_path).group(1)
    assert str(group.machine("srvweb1").inside) == "10.1.0.10/24"
    assert [str(address) for address in group.part(ClusterSpec).addresses] == ["10.1.0.30/24", "10.1.0.31/24"]
    assert str(group.router.inside_address) == "10.1.0.254/24"
    assert str(group.machine("ClientA").outside) == "192.16.193.100/24"


def test_an_override_changes_one_group_only(tmp_path):
    text = SMALL + (
        "overrides:\n"
        "  2:\n    scenario: lb\n    router: {inside: gi0/1, outside_port: 8080}\n"
        "    machines: {srvweb1: {hostname: WEB}}\n"
        "  1,3: {router: none}\n"
    )
    one, two, three = load_text(text, tmp_path).groups()
    assert one.router is None
    assert three.router is None
    assert two.router.inside_interface == "GigabitEthernet0/1"
    assert two.router.outside_port == 8080
    assert two.router.address.host == "10.0.0.2"
    assert (two.scenario, one.scenario) == ("lb", "ha")
    assert two.machine("srvweb1").hostname == "WEB"
    assert str(two.machine("srvweb1").inside) == "172.16.193.10/16"


def test_an_override_brings_a_router_back(tmp_path):
    text = SMALL.replace('{host: "10.0.0.{{ group }}"}', "none")
    one, two, _ = load_text(text + "overrides: {2: {router: {host: 10.0.0.9}}}\n", tmp_path).groups()
    assert one.router is None
    assert two.router.address.host == "10.0.0.9"
    assert two.router.outside_interface == "FastEthernet0/0"


def test_ranges_choose_host_esxi_and_datastore(tmp_path):
    text = """\
class: sio2
groups: [1-4]
vsphere:
  hosts:
    1-2: esxi1.example
    3: {host: vc.example, user: prof, datacenter: DC}
    4: "esxi{{ group }}.example"
  datastore: {1: ds1, 2: ds2, 3-4: ds3}
  thumbprint: {1-3: "", 4: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
router: none
"""
    sites = [group.site for group in load_text(text, tmp_path).groups()]
    assert [site.server.host for site in sites] == [
        "esxi1.example",
        "esxi1.example",
        "vc.example",
        "esxi4.example",
    ]
    assert [site.server.user for site in sites] == ["root", "root", "prof", "root"]
    assert [site.datastore for site in sites] == ["ds1", "ds2", "ds3", "ds3"]
    assert sites[3].server.thumbprint.startswith("01:23:45:67:89:AB")


@pytest.mark.parametrize(
    ("vsphere", "name"),
    [
        ("{host: vc.example, esxi: e1}", "g01-srvweb1"),
        ('{host: vc.example, esxi: e1, datastore: "ds{{ group }}"}', "srvweb1"),
        ('{host: vc.example, datacenter: DC, datastore: "ds{{ group }}"}', "srvweb1"),
        ('{host: esxi.example, datastore: "ds{{ group }}"}', "g01-srvweb1"),
        ('{host: "esxi{{ group }}.example"}', "srvweb1"),
    ],
)
def test_names_are_the_exercises_own_when_a_group_is_alone(tmp_path, vsphere, name):
    text = f"class: sio2\ngroups: 1-3\nvsphere: {vsphere}\nrouter: none\n"
    machine = load_text(text, tmp_path).group(1).machine("srvweb1")
    assert (machine.vm_name, machine.folder) == (name, name)


def test_names_may_be_said(tmp_path):
    text = SMALL + 'names: {vm: "{{ class_name }}-{{ machine }}", folder: "{{ machine }}_{{ group }}"}\n'
    machine = load_text(text, tmp_path).group(3).machine("srvweb2")
    assert (machine.vm_name, machine.folder) == ("sio2-srvweb2", "srvweb2_3")


def test_every_card_has_its_own_mac_even_when_the_function_collides(tmp_path, monkeypatch):
    true_mac = naming.Owner.mac_address

    def poor_mac(owner, slot, *, attempt=0):
        return "00:50:56:00:00:01" if attempt == 0 else true_mac(owner, slot, attempt=attempt)

    monkeypatch.setattr(naming.Owner, "mac_address", poor_mac)
    groups = load_text(SMALL, tmp_path).groups()
    macs = [mac for group in groups for machine in group.machines for mac in machine.macs.values()]
    assert len(macs) == len(set(macs)) == 3 * 8
    assert macs[0] == "00:50:56:00:00:01"


def test_a_client_keeps_its_lab_card_in_both_parts(tmp_path):
    loaded = load_text(SMALL, tmp_path)
    ha, lb = (loaded.with_scenario(name).group(1).machine("ClientB") for name in ("ha", "lb"))
    assert ha.macs == lb.macs
    assert list(ha.macs) == ["management", "lab"]
    assert list(loaded.group(1).machine("repartiteur1").macs) == ["outside", "inside"]


def test_hardware_is_the_exercises_the_classes_then_the_machines(tmp_path):
    text = SMALL + "hardware: {memory_mib: 512}\nmachines: {srvweb2: {hardware: {cpus: 2}}}\n"
    group = load_text(text, tmp_path).group(1)
    assert [group.machine("srvweb2").hardware.cpus, group.machine("srvweb1").hardware.cpus] == [2, 1]
    assert group.machine("srvweb2").hardware.memory_mib == 512
    assert group.machine("srvweb2").hardware.guest_id == "debian9Guest"


def test_a_third_web_server_joins_the_second_part(tmp_path):
    text = (
        SMALL
        + "scenario: lb\nmachines: {srvweb3: {inside: 172.16.193.41/16}}\nbalancer: {weights: {srvweb3: 2}}\n"
    )
    text = text.replace("balancer: {", "balancer: {scheduler: wrr, ")
    loaded = load_text(text, tmp_path)
    group = loaded.group(1)
    machine = group.machine("srvweb3")
    assert (machine.role, machine.hostname) == ("web", "srvweb3")
    assert group.part(BalancerSpec).weight("srvweb3") == 2
    with pytest.raises(SpecProblems) as caught:
        loaded.with_scenario("ha")
    assert [problem.code for problem in caught.value.problems] == ["E309"]


def test_a_subinterface_carries_the_groups_vlan(tmp_path):
    text = SMALL.replace("router: {", 'router: {inside: "FastEthernet 0/1.{{ 100 + group }}", ')
    router = load_text(text, tmp_path).group(3).router
    assert (router.inside_interface, router.inside_vlan) == ("FastEthernet0/1.103", 103)


def test_keys_without_a_value_and_anchors_are_fine(tmp_path):
    text = SMALL + (
        "cluster:\nmachines:\n  srvweb1:\n"
        "overrides:\n  1: &more {cluster: {auto_failback: true}}\n  2: *more\n"
        "  3:\n    <<: *more\n    scenario: lb\n"
    )
    groups = load_text(text, tmp_path).groups()
    assert [group.part(ClusterSpec).auto_failback for group in groups] == [True, True, True]
    assert groups[2].scenario == "lb"


@pytest.mark.parametrize("merged", ["5", "", "[5]", "[{network: 172.16.0.0/16}, text]"])
def test_a_merge_of_what_has_no_keys_is_told(merged, tmp_path):
    lines = SMALL.count("\n") + 1
    with pytest.raises(SpecProblems) as caught:
        load_text(SMALL + f"inside: {{<<: {merged}}}\n", tmp_path)
    [problem] = caught.value.problems
    assert (problem.code, problem.line) == ("E115", lines)


def test_seeds_are_relative_to_the_spec(tmp_path):
    (tmp_path / "mine").mkdir()
    assert load_text(SMALL + "seeds: mine\n", tmp_path).group(1).seeds == tmp_path / "mine"


def test_selections(tmp_path):
    loaded = load_text(SMALL, tmp_path)
    assert [group.group.number for group in loaded.groups("1,3")] == [1, 3]
    assert [group.group.number for group in loaded.groups((2,))] == [2]
    assert len(loaded.groups()) == 3
    for call in (lambda: loaded.group(9), lambda: loaded.groups("x"), lambda: loaded.with_scenario("hb")):
        with pytest.raises(LabError) as caught:
            call()
        assert "spec." in caught.value.code
        assert str(caught.value)


def test_groups_can_be_sent_to_another_process(tmp_path):
    group = load_text(SMALL, tmp_path).group(1)
    assert pickle.loads(pickle.dumps(group)) == group  # noqa: S301 - our own bytes
    with pytest.raises(SpecProblems) as caught:
        load_text("class: X\n", tmp_path)
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert again.problems == caught.value.problems
    assert str(again) == str(caught.value)


def test_the_schools_network_follows_too(tmp_path):
    group = load_text(SMALL + "school: {network: 10.5.0.0/16}\n", tmp_path).group(1)
    assert group.school.network == IPv4Network("10.5.0.0/16")
    assert str(group.school.gateway) == str(group.school.dns) == "10.5.253.253"


def test_a_machine_may_be_called_like_a_gateway(tmp_path):
    text = (
        SMALL
        + "scenario: lb\nmachines: {passerelle: {inside: 172.16.1.1}, secretariat: {inside: 172.16.1.2}}\n"
    )
    assert load_text(text, tmp_path).group(1).machine("passerelle").hostname == "passerelle"


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("agent", "agent"),
        ("keys/lab", "{here}/keys/lab"),
        ("~/.ssh/lab", "{home}/.ssh/lab"),
        ("/etc/k", "/etc/k"),
    ],
)
def test_a_login_key_is_found_from_the_spec_or_from_home(tmp_path, monkeypatch, key, path):
    monkeypatch.setenv("HOME", "/home/prof")
    file = tmp_path / "spec.yaml"
    file.write_text(
        f"class: sio2\ngroups: 1-2\nvsphere: {{host: vc.example, esxi: e.example}}\nrouter: none\n"
        f"guest: {{key: {key}}}\noverrides: {{2: {{guest: {{key: ''}}}}}}\n"
    )
    loaded = load_class_spec(file)
    assert loaded.group(1).guest_key == path.format(here=tmp_path, home="/home/prof")
    assert loaded.group(2).guest_key == ""


@pytest.mark.parametrize(
    ("machines", "names"),
    [
        ("{srvweb2: none, web-paris: {inside: 172.16.193.50}}", ["srvweb1", "repartiteur1", "web-paris"]),
        ("{srvweb2: 'none', srvweb3: {inside: 172.16.193.50}}", ["srvweb1", "repartiteur1", "srvweb3"]),
    ],
)
def test_a_machine_of_the_exercise_can_be_left_out(tmp_path, machines, names):
    file = tmp_path / "spec.yaml"
    head = "class: sio2\ngroups: 1-2\nvsphere: {host: vc.example, esxi: e.example}\nrouter: none\n"
    file.write_text(f"{head}machines: {machines}\n")
    servers = [m.key for m in load_class_spec(file).group(1).machines if m.role != "client"]
    assert servers == names


def test_a_lab_with_one_machine_too_many_is_told_how_to_leave_one_out(tmp_path):
    file = tmp_path / "spec.yaml"
    head = "class: sio2\ngroups: 1-2\nvsphere: {host: vc.example, esxi: e.example}\nrouter: none\n"
    file.write_text(f"{head}machines: {{web-paris: {{inside: 172.16.193.50}}}}\n")
    with pytest.raises(SpecProblems) as caught:
        load_class_spec(file)
    assert [problem.code for problem in caught.value.problems] == ["E309"]
    assert "srvweb2: none" in caught.value.problems[0].remedy
