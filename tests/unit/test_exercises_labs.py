"""What each part of the exercise wants of a group."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace

import pytest

from esxlab import registered
from esxlab.errors import LabError
from esxlab.exercises.ha.guests import UNIT_FILE
from esxlab.exercises.registry import build_lab
from esxlab.lab.guest import NIC_TOKEN
from tests.group_specs import group_spec, with_balancer


def files_of(lab, machine):
    return {file.path: file.content for file in lab.machine(machine).guest.files}


@pytest.mark.parametrize("scenario", registered.names())
def test_the_same_spec_gives_the_same_lab(scenario):
    one, two = (build_lab(group_spec(scenario=scenario), phrase="sesame") for _ in range(2))
    assert one == two
    assert [m.config_digest for m in one.machines] == [m.guest.digest for m in two.machines]


@pytest.mark.parametrize("scenario", registered.names())
def test_every_card_that_a_file_names_is_a_card_of_that_machine(scenario):
    for machine in build_lab(group_spec(scenario=scenario), phrase="sesame").machines:
        named = {mac for file in machine.guest.files for mac in NIC_TOKEN.findall(file.content)}
        assert named == {nic.mac for nic in machine.nics}


@pytest.mark.parametrize("scenario", registered.names())
def test_switching_the_part_keeps_machines_macs_and_packages(scenario):
    labs = [build_lab(group_spec(scenario=name), phrase="sesame") for name in (scenario, "ha")]
    shapes = [
        [(m.owner, m.folder, [n.mac for n in m.nics], m.guest.packages) for m in lab.machines] for lab in labs
    ]
    assert shapes[0] == shapes[1]


def test_clients_keep_a_card_on_the_schools_network_and_move_the_other():
    ha, lb = (build_lab(group_spec(scenario=name), phrase="sesame") for name in ("ha", "lb"))
    for lab in (ha, lb):
        for name in ("ClientA", "ClientB"):
            first, second = lab.machine(name).nics
            assert (first.role, first.network, second.role) == ("management", "VM Network", "lab")
    assert ha.machine("ClientB").nics[1].network == "g07-inside"
    assert ha.machine("ClientB").addresses == (("inside", "172.16.193.100"),)
    assert lb.machine("ClientB").nics[1].network == "g07-outside"
    assert lb.machine("ClientB").addresses == (("outside", "192.16.193.101"),)
    assert ha.machine("ClientA").nics == lb.machine("ClientA").nics


def test_both_nodes_have_the_same_cluster_files_but_for_the_cards_name():
    lab = build_lab(group_spec(), phrase="sesame")
    one, two = files_of(lab, "srvweb1"), files_of(lab, "srvweb2")
    for path in ("/etc/ha.d/ha.cf", "/etc/ha.d/haresources", "/etc/ha.d/authkeys"):
        assert NIC_TOKEN.sub("NIC", one[path]) == NIC_TOKEN.sub("NIC", two[path])


def test_only_authkeys_holds_the_phrase_and_only_root_reads_it():
    for machine in build_lab(group_spec(), phrase="sesame").machines:
        for file in machine.guest.files:
            assert ("sesame" in file.content) == (file.path == "/etc/ha.d/authkeys") == file.secret
            assert file.mode == (0o600 if file.secret else 0o644)


@pytest.mark.parametrize("phrase", ["", "phrase secrete", '"quoted"', "a\tb", "line\n2 crc", "a#b"])
def test_a_phrase_that_heartbeat_would_cut_is_refused(phrase):
    with pytest.raises(LabError) as caught:
        build_lab(group_spec(), phrase=phrase)
    assert caught.value.code == "scenario.phrase"
    assert str(caught.value)


def test_replies_go_back_through_the_balancer_or_with_direct_routing_around_it():
    nat = files_of(build_lab(group_spec(scenario="lb"), phrase="x"), "srvweb1")
    direct = build_lab(group_spec(scenario="lb", method="dr"), phrase="x")
    assert "gateway 172.16.193.253" in nat["/etc/network/interfaces"]
    assert "lo:30" not in nat["/etc/network/interfaces"]
    web = files_of(direct, "srvweb1")
    assert "gateway 172.16.193.254" in web["/etc/network/interfaces"]
    assert "iface lo:30 inet static\n    address 192.16.193.30" in web["/etc/network/interfaces"]
    assert ("net.ipv4.conf.all.arp_ignore", "1") in direct.machine("srvweb1").guest.sysctl
    assert " -g -w 1" in files_of(direct, "repartiteur1")["/etc/ipvsadm.rules"]


def test_direct_routing_needs_a_router():
    with pytest.raises(LabError) as caught:
        build_lab(replace(group_spec(scenario="lb", method="dr"), router=None), phrase="x")
    assert caught.value.code == "scenario.dr_needs_router"
    assert str(caught.value)


@pytest.mark.parametrize(("method", "real_port", "listens"), [("nat", 80, False), ("dr", 8080, True)])
def test_masquerading_translates_the_port_and_direct_routing_keeps_it(method, real_port, listens):
    """ipvsadm(8), --real-server; the lines as ipvsadm.c prints them with -S -n."""
    spec = with_balancer(group_spec(scenario="lb", method=method), port=8080)
    flag = {"nat": "-m", "dr": "-g"}[method]
    lab = build_lab(spec, phrase="x")
    assert files_of(lab, "repartiteur1")["/etc/ipvsadm.rules"].splitlines()[1:] == [
        "-A -t 192.16.193.30:8080 -s rr",
        f"-a -t 192.16.193.30:8080 -r 172.16.193.10:{real_port} {flag} -w 1",
        f"-a -t 192.16.193.30:8080 -r 172.16.193.40:{real_port} {flag} -w 1",
    ]
    for name in ("srvweb1", "srvweb2"):
        second = files_of(lab, name).get("/etc/apache2/conf-enabled/tp-esxlab.conf", "")
        assert ("Listen 8080\n" in second, "<VirtualHost *:8080>" in second) == (listens, listens)
        gone = "/etc/apache2/conf-enabled/tp-esxlab.conf" in lab.machine(name).guest.absent_files
        assert gone is not listens


def test_the_routers_outside_port_leads_to_the_cluster_only_in_part_1():
    ha, lb = (build_lab(group_spec(scenario=name), phrase="x").router.table for name in ("ha", "lb"))
    assert any("172.16.193.30 80" in line for _, line in ha.lines)
    assert not any("172.16.193.30" in line for _, line in lb.lines)
    assert ha.line_keys == lb.line_keys


@pytest.mark.parametrize("scenario", registered.names())
def test_a_station_whose_dhcp_client_is_dhcpcd_keeps_the_schools_routes_out_of_its_main_table(scenario):
    """dhcpcd puts them back at each rebind, and they win (Debian 13, seen); its hook takes them away."""
    lab = build_lab(group_spec(scenario=scenario), phrase="sesame")
    for name in ("ClientA", "ClientB"):
        hook = files_of(lab, name)["/etc/dhcpcd.exit-hook"]
        management = next(nic for nic in lab.machine(name).nics if nic.role == "management")
        assert NIC_TOKEN.findall(hook) == [management.mac]
        done = subprocess.run(
            ["sh", "-c", f"ip() {{ echo ip $*; }}; {NIC_TOKEN.sub('ens160', hook)}"],
            env={**os.environ, "interface": "ens160", "reason": "REBIND"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "ip route flush dev ens160\n"


def test_heartbeats_directories_are_there_before_it_starts():
    """Debian 11.0 and 11.1 make none of them at boot: Heartbeat exits with 4 (Debian bug 1002037)."""
    unit = files_of(build_lab(group_spec(), phrase="sesame"), "srvweb1")[UNIT_FILE]
    (line,) = [line for line in unit.splitlines() if line.startswith("ExecStartPre=")]
    assert line.startswith(
        "ExecStartPre=-/usr/bin/install -d -m 0750 -o hacluster -g haclient /run/heartbeat "
    )
    assert {"ccm", "crm", "dopd"} == {path.rpartition("/")[2] for path in line.split()[-3:]}
