from __future__ import annotations

import pytest
from light_bench import INSIDE, OUTSIDE, Bench, client, router, web

from esxlab.sim.contracts import SimNic
from esxlab.sim.light.life import boot
from esxlab.sim.light.machine import Machine

VIP = "172.16.193.30"


def page(bench, station, address=VIP):
    return bench.sh(station, f"curl -s --max-time 1 http://{address}/")[1].strip()


def wait_for(bench, station, server, limit=300, address=VIP):
    """School seconds until the page is this server's."""
    begun = bench.clock.now()
    while server not in page(bench, station, address):
        assert bench.clock.now() - begun < limit, f"no {server} after {limit} s"
        bench.after(0.5)
    return bench.clock.now() - begun


def cluster(**settings):
    bench = Bench(routers=[router()])
    srv1 = web(bench, "SRV1", "172.16.193.10/16", **settings)
    srv2 = web(bench, "SRV2", "172.16.193.40/16", **settings)
    station = client(bench, "ClientB", INSIDE, "172.16.193.100/16", "172.16.193.254")
    return bench, srv1, srv2, station


def holders(bench, *servers):
    bench.world.settle()
    return [m.name for m in servers if VIP in map(str, m.addresses)]


def test_both_start_and_the_primary_takes_the_address_on_an_alias():
    bench, srv1, srv2, station = cluster()
    assert 30 <= wait_for(bench, station, "SRV1") <= 40
    assert "inet 172.16.193.30/16 brd 172.16.255.255 scope global ens160:0" in bench.out(
        srv1, "ip -o -4 addr show"
    )
    assert holders(bench, srv1, srv2) == ["SRV1"]
    assert bench.out(srv1, "cl_status rscstatus; cl_status nodestatus SRV2") == "all\nactive\n"
    assert bench.sh(srv2, "systemctl is-active apache2")[1] == "inactive\n"
    assert "Local resource acquisition completed" in bench.out(srv1, "cat /var/log/ha-log")


def test_a_lone_node_waits_for_initdead():
    bench = Bench()
    web(bench, "SRV1", "172.16.193.10/16")
    station = client(bench, "ClientB", INSIDE, "172.16.193.100/16")
    assert 68 <= wait_for(bench, station, "SRV1") <= 76


@pytest.mark.parametrize("failback", ["on", "off"])
def test_card_down_is_a_partition_and_the_primary_ends_as_holder(failback):
    bench, srv1, srv2, station = cluster(failback=failback)
    wait_for(bench, station, "SRV1")
    bench.after(10)
    bench.sh(srv1, "ifdown ens160")
    assert 18 <= wait_for(bench, station, "SRV2") <= 25
    assert holders(bench, srv1, srv2) == ["SRV1", "SRV2"]
    bench.sh(srv1, "ifup ens160")
    up = bench.clock.now()
    bench.after(8)
    assert holders(bench, srv1, srv2) == ["SRV1", "SRV2"]
    bench.after(7)
    assert holders(bench, srv1, srv2) == []
    wait_for(bench, station, "SRV1")
    assert 49 <= bench.clock.now() - up <= 57
    assert holders(bench, srv1, srv2) == ["SRV1"]
    assert "returning after partition" in bench.out(srv2, "cat /var/log/ha-log")


@pytest.mark.parametrize("pull", ["ifdown ens160", "cable"])
def test_after_a_partition_there_is_no_service_for_37_to_41_seconds(pull):
    bench, srv1, _, station = cluster()
    wait_for(bench, station, "SRV1")
    if pull == "cable":
        srv1.stack.cards["ens160"].carrier = False
    else:
        bench.sh(srv1, pull)
    wait_for(bench, station, "SRV2")
    bench.after(5)
    if pull == "cable":
        bench.world.settle()
        srv1.stack.cards["ens160"].carrier = True
    else:
        bench.sh(srv1, "ifup ens160")
    while "It works!" in page(bench, station):
        bench.after(0.5)
    down = bench.clock.now()
    wait_for(bench, station, "SRV1")
    assert 36 <= bench.clock.now() - down <= 42


def test_a_card_that_is_pulled_again_during_the_return_is_another_partition():
    bench, srv1, srv2, station = cluster()
    wait_for(bench, station, "SRV1")
    bench.sh(srv1, "ifdown ens160")
    wait_for(bench, station, "SRV2")
    bench.sh(srv1, "ifup ens160")
    bench.after(6)
    bench.sh(srv1, "ifdown ens160")
    bench.after(8)
    assert holders(bench, srv1, srv2) == []
    assert 60 <= wait_for(bench, station, "SRV2") <= 85  # it starts over, alone: initdead
    assert holders(bench, srv1, srv2) == ["SRV1", "SRV2"]


def test_a_clean_stop_hands_over_without_waiting_for_deadtime():
    bench, srv1, srv2, station = cluster()
    wait_for(bench, station, "SRV1")
    begun = bench.clock.now()
    bench.out(srv1, "service heartbeat stop")
    wait_for(bench, station, "SRV2")
    assert 13 <= bench.clock.now() - begun <= 18
    bench.out(srv1, "service heartbeat start")
    bench.after(120)
    assert holders(bench, srv1, srv2) == ["SRV2"]  # auto_failback off


def test_auto_failback_brings_the_primary_back_with_a_short_outage():
    bench, srv1, _, station = cluster(failback="on")
    wait_for(bench, station, "SRV1")
    bench.out(srv1, "systemctl stop heartbeat")
    wait_for(bench, station, "SRV2")
    bench.out(srv1, "systemctl start heartbeat")
    begun = bench.clock.now()
    while "SRV2" in page(bench, station):
        assert bench.clock.now() - begun < 120
        bench.after(0.5)
    assert 12 <= wait_for(bench, station, "SRV1") <= 18


def test_a_power_cut_of_the_active_node():
    bench, srv1, srv2, station = cluster()
    wait_for(bench, station, "SRV1")
    bench.world.settle()
    srv1.halt()
    del bench.world.machines["SRV1"]
    assert 18 <= wait_for(bench, station, "SRV2") <= 25
    assert holders(bench, srv2) == ["SRV2"]


def test_a_pulled_cable_is_a_partition_too():
    bench, srv1, _, station = cluster()
    wait_for(bench, station, "SRV1")
    srv1.stack.cards["ens160"].carrier = False
    assert 18 <= wait_for(bench, station, "SRV2") <= 25


def test_stopping_apache_is_no_failover():
    bench, srv1, srv2, station = cluster()
    wait_for(bench, station, "SRV1")
    bench.out(srv1, "systemctl stop apache2")
    bench.after(300)
    assert bench.sh(station, f"curl -sS http://{VIP}/")[0] == 7
    assert holders(bench, srv1, srv2) == ["SRV1"]
    bench.out(srv1, "/usr/share/heartbeat/hb_standby all")
    assert wait_for(bench, station, "SRV2") <= 20


def test_other_keys_are_a_split_brain_after_initdead():
    bench = Bench()
    srv1 = web(bench, "SRV1", "172.16.193.10/16")
    srv2 = web(bench, "SRV2", "172.16.193.40/16", authkeys="1 sha1 other")
    bench.after(50)
    assert holders(bench, srv1, srv2) == []
    bench.after(30)
    assert holders(bench, srv1, srv2) == ["SRV1", "SRV2"]


def test_the_phrase_is_its_first_word_with_the_quote():
    bench = Bench()
    srv1 = web(bench, "SRV1", "172.16.193.10/16", authkeys='1 md5 "phrase secrete du cluster"')
    srv2 = web(bench, "SRV2", "172.16.193.40/16", authkeys='1 md5 "phrase autre"')
    bench.after(120)
    assert holders(bench, srv1, srv2) == ["SRV1"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("chmod 644 /etc/ha.d/authkeys", "Bad permissions on keyfile"),
        ("echo '3 sh1 abc' >>/etc/ha.d/authkeys", "Invalid authtype [sh1]"),
        ("rm /etc/ha.d/haresources", "No resource file"),
        ("hostname other", "Current node [other] not in configuration!"),
        ("echo 'bcast eth9' >>/etc/ha.d/ha.cf", "Get broadcast for interface [eth9] failed"),
        ("echo 'deadtme 10' >>/etc/ha.d/ha.cf", "Unknown directive 'deadtme'"),
        ("rm /etc/ha.d/ha.cf", "/etc/ha.d/ha.cf not found"),
    ],
)
def test_heartbeat_refuses_to_start(spoil, words):
    bench = Bench()
    srv1 = web(bench, "SRV1", "172.16.193.10/16", heartbeat=False)
    bench.out(srv1, spoil)
    status, _, err = bench.sh(srv1, "systemctl start heartbeat")
    assert (status, err.splitlines()[0]) == (
        1,
        "Job for heartbeat.service failed because the control process exited with error code.",
    )
    assert words in bench.out(srv1, "journalctl -u heartbeat")
    assert bench.sh(srv1, "systemctl is-active heartbeat")[:2] == (3, "failed\n")


@pytest.mark.parametrize(
    ("debian", "resources", "held"),
    [
        (9, "IPaddr::172.16.193.30/16 apache2", True),
        (12, "IPaddr::172.16.193.30/16 apache2", False),
        (12, "IPaddr2::172.16.193.30/16 apache2", True),
        (12, "IPaddr::172.16.193.30/16/ens160 apache2", True),
        (9, "IPaddr:: 172.16.193.30/16/ens160 apache2", False),
        (9, "IPaddr::172.16.193.30/16/ens160 nginx", False),
    ],
)
def test_what_haresources_may_say(debian, resources, held):
    bench = Bench()
    srv1 = web(bench, "SRV1", "172.16.193.10/16", resources=resources, debian=debian)
    bench.after(90)
    assert holders(bench, srv1) == (["SRV1"] if held else [])
    assert ("apache2" in srv1.processes.active) == held


def test_without_net_tools_ipaddr_fails():
    bench = Bench()
    srv1 = web(bench, "SRV1", "172.16.193.10/16", heartbeat=False)
    del srv1.disk.packages["net-tools"]
    bench.out(srv1, "systemctl start heartbeat")
    bench.after(90)
    assert holders(bench, srv1) == []
    assert "ifconfig" in bench.out(srv1, "cat /var/log/ha-log")


def test_the_page_through_the_router_follows_the_active_node():
    bench, srv1, _, _ = cluster()
    outside = client(bench, "ClientA", OUTSIDE, "192.16.193.100/24", "192.16.193.20")
    wait_for(bench, outside, "SRV1", address="192.16.193.20")
    bench.sh(srv1, "ifdown ens160")
    assert 18 <= wait_for(bench, outside, "SRV2", address="192.16.193.20") <= 26


def test_stopping_the_standby_stops_apache_there_too():
    bench, _, srv2, station = cluster()
    wait_for(bench, station, "SRV1")
    bench.out(srv2, "systemctl start apache2; service heartbeat stop")
    assert bench.sh(srv2, "systemctl is-active apache2")[1] == "inactive\n"


@pytest.mark.parametrize("seconds_off", [4, 21])
def test_a_holder_that_is_soon_back_leaves_somebody_with_the_address(seconds_off):
    """SRV2 holds it, loses power and boots again, within deadtime or just after: somebody serves again."""
    bench, srv1, srv2, station = cluster(failback="off")
    wait_for(bench, station, "SRV1")
    bench.sh(srv1, "systemctl stop heartbeat")
    wait_for(bench, station, "SRV2")
    bench.sh(srv1, "systemctl start heartbeat")
    bench.after(60)
    bench.world.settle()
    disk = srv2.disk
    srv2.halt()
    del bench.world.machines["SRV2"]
    bench.clock.step(seconds_off)
    again = Machine(bench.world, "SRV2", "SRV2", disk)
    again.plug((SimNic("00:50:56:01:01:00", INSIDE, "pg"),))
    bench.world.machines["SRV2"] = again
    bench.run_(boot(again))
    bench.after(80)
    assert len(holders(bench, srv1, again)) == 1
