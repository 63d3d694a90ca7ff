from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Address

import pytest
from light_bench import INSIDE, OUTSIDE, Bench, client, router, static, web

VIP = "192.16.193.30"
INTERFACES = static("ens160", "192.16.193.25/24", "192.16.193.20") + (
    f"auto ens160:30\niface ens160:30 inet static\n    address {VIP}\n    netmask 255.255.255.255\n"
    "auto ens192\niface ens192 inet static\n    address 172.16.193.253\n    netmask 255.255.0.0\n"
)


def balancer(bench, *, scheduler="rr", method="-m", weights=(1, 1), forward=1, auto="true"):
    rules = f"-A -t {VIP}:80 -s {scheduler}\n" + "".join(
        f"-a -t {VIP}:80 -r {ip}:80 {method} -w {weight}\n"
        for ip, weight in zip(("172.16.193.10", "172.16.193.40"), weights, strict=True)
    )
    return bench.machine(
        "Load-Balancer",
        OUTSIDE,
        INSIDE,
        packages=("ipvsadm", "netbase"),
        files={
            "/etc/network/interfaces": INTERFACES,
            "/etc/ipvsadm.rules": rules,
            "/etc/default/ipvsadm": f'AUTO="{auto}"\nDAEMON="none"\n',
            "/etc/sysctl.d/99-lab.conf": f"net.ipv4.ip_forward = {forward}\n",
        },
        enabled=("ipvsadm",),
    )


def lab(*, gateway="172.16.193.253", more="", sysctl="", **settings):
    bench = Bench(routers=[router(nat_to="")])
    servers = [
        web(bench, name, ip, heartbeat=False, gateway=gateway, more=more, sysctl=sysctl)
        for name, ip in (("SRV1", "172.16.193.10/16"), ("SRV2", "172.16.193.40/16"))
    ]
    return bench, balancer(bench, **settings), servers


def spread(bench, station, count=200):
    """Server name -> pages, of that many requests in one command."""
    out = bench.sh(station, f"curl -s -S -0 --max-time 2 'http://{VIP}/?[1-{count}]'")[1]
    return Counter(line.split()[-1].removesuffix("</h1>") for line in out.splitlines())


@pytest.mark.parametrize(
    ("scheduler", "weights", "shares"),
    [
        ("rr", (1, 1), (100, 100)),
        ("rr", (3, 1), (100, 100)),
        ("wrr", (3, 1), (150, 50)),
        ("lc", (1, 1), (100, 100)),
        ("wlc", (3, 1), (150, 50)),
        ("rr", (1, 0), (200, 0)),
        ("wrr", (2, 3), (80, 120)),
    ],
)
def test_shares_of_200_requests(scheduler, weights, shares):
    bench, _, _ = lab(scheduler=scheduler, weights=weights)
    station = client(bench, "ClientA", OUTSIDE, "192.16.193.100/24")
    seen = spread(bench, station)
    assert (seen["SRV1"], seen["SRV2"]) == shares


def test_rr_is_strict_alternation():
    bench, _, _ = lab()
    station = client(bench, "ClientA", OUTSIDE, "192.16.193.100/24")
    names = [bench.out(station, f"curl -s http://{VIP}/").split()[-1] for _ in range(6)]
    assert len(set(names[::2])) == len(set(names[1::2])) == 1
    assert names[0] != names[1]


def test_a_client_beside_the_real_servers_times_out():
    bench, _, _ = lab()
    station = client(bench, "ClientB", INSIDE, "172.16.193.100/16", "172.16.193.253")
    status, _, err = bench.sh(station, f"curl -sS --max-time 2 http://{VIP}/")
    assert (status, err.split(":")[1].strip()[:20]) == (28, "(28) Connection time")


def test_another_gateway_on_the_servers_times_out():
    bench, _, _ = lab(gateway="172.16.193.254")
    # the router knows the way to 192.16.193.0/24 itself, so replies come back with a stranger's address
    station = client(bench, "ClientA", OUTSIDE, "192.16.193.100/24")
    assert bench.sh(station, f"curl -s --max-time 2 http://{VIP}/")[0] == 28


def test_without_forwarding_all_time_out():
    bench, lb, _ = lab(forward=0)
    station = client(bench, "ClientA", OUTSIDE, "192.16.193.100/24")
    assert bench.sh(station, f"curl -s --max-time 2 http://{VIP}/")[0] == 28
    bench.out(lb, "sysctl -w net.ipv4.ip_forward=1")
    assert bench.sh(station, f"curl -s --max-time 2 http://{VIP}/")[0] == 0


def test_a_stopped_server_costs_its_share_until_it_is_removed():
    bench, lb, (srv1, _) = lab()
    station = client(bench, "ClientA", OUTSIDE, "192.16.193.100/24")
    bench.out(srv1, "systemctl stop apache2")
    status = [bench.sh(station, f"curl -s http://{VIP}/")[0] for _ in range(10)]
    assert Counter(status) == {0: 5, 7: 5}
    bench.out(lb, f"ipvsadm -d -t {VIP}:80 -r 172.16.193.10:80")
    assert [bench.sh(station, f"curl -s http://{VIP}/")[0] for _ in range(4)] == [0] * 4


def test_rules_in_sysctl_conf_or_without_auto_are_not_loaded():
    bench, lb, _ = lab(auto="false")
    assert bench.out(lb, "ipvsadm -Sn") == ""
    assert bench.sh(client(bench, "ClientA", OUTSIDE, "192.16.193.100/24"), f"curl -s http://{VIP}/")[0] == 7


LO = f"auto lo:30\niface lo:30 inet static\n    address {VIP}\n    netmask 255.255.255.255\n"


def direct_lab(sysctl, more=LO):
    """Direct routing with everybody on one segment: the balancer's inside card holds the virtual address."""
    bench = Bench()
    for name, ip in (("SRV1", "192.16.193.10/24"), ("SRV2", "192.16.193.40/24")):
        web(bench, name, ip, heartbeat=False, gateway="", more=more, sysctl=sysctl, vlan=OUTSIDE)
    servers = [f"-a -t {VIP}:80 -r 192.16.193.{number}:80 -g\n" for number in (10, 40)]
    rules = f"-A -t {VIP}:80 -s rr\n" + "".join(servers)
    lb = bench.machine(
        "Load-Balancer",
        OUTSIDE,
        packages=("ipvsadm",),
        enabled=("ipvsadm",),
        files={
            "/etc/network/interfaces": INTERFACES.split("auto ens192")[0].replace(
                "    gateway 192.16.193.20\n", ""
            ),
            "/etc/ipvsadm.rules": rules,
            "/etc/default/ipvsadm": 'AUTO="true"\n',
        },
    )
    return bench, lb, client(bench, "ClientA", OUTSIDE, "192.16.193.100/24")


QUIET = "net.ipv4.conf.all.arp_ignore = 1\nnet.ipv4.conf.all.arp_announce = 2\n"


def test_direct_routing_answers_from_the_servers_themselves():
    bench, _, station = direct_lab(QUIET)
    seen = spread(bench, station, 20)
    assert (seen["SRV1"], seen["SRV2"]) == (10, 10)


def test_direct_routing_needs_the_address_on_the_servers():
    bench, _, station = direct_lab(QUIET, more="")
    assert bench.sh(station, f"curl -s --max-time 2 http://{VIP}/")[0] == 28


def test_direct_routing_needs_quiet_arp():
    bench, lb, _ = direct_lab("")
    card = lb.stack.cards["ens160"]
    asker = bench.world.machines["ClientA"]
    everybody = {
        stack.name
        for stack in (m.stack for m in bench.world.machines.values())
        if any(str(a.ip) == VIP and stack.arp_ignore("ens160") == 0 for _, a in stack.each_address())
    }
    assert everybody == {"Load-Balancer", "SRV1", "SRV2"}
    assert bench.world.network().neighbour(asker.stack, card, IPv4Address(VIP)) is not None


def test_only_the_same_vlan_hears_arp():
    bench = Bench()
    a = client(bench, "a", INSIDE, "172.16.193.10/16")
    client(bench, "b", INSIDE + 1, "172.16.193.40/16")
    client(bench, "c", INSIDE, "172.16.193.41/16")
    status, out, _ = bench.sh(a, "ping -c 1 -W 1 172.16.193.40")
    assert (status, "Destination Host Unreachable" in out, "100% packet loss" in out) == (1, True, True)
    assert "1 received, 0% packet loss" in bench.out(a, "ping -c 1 172.16.193.41")


def test_without_a_route_nothing_is_sent():
    bench = Bench()
    a = client(bench, "a", INSIDE, "172.16.193.10/16")
    assert bench.sh(a, "ping -c 1 10.9.9.9")[::2] == (2, "connect: Network is unreachable\n")
    assert bench.sh(a, "curl -sS http://10.9.9.9/")[0] == 7


def test_the_router_forwards_and_needs_ip_routing():
    for routing, status in ((True, 0), (False, 1)):
        bench = Bench(routers=[router(routing=routing)])
        a = client(bench, "ClientA", OUTSIDE, "192.16.193.100/24", "192.16.193.20")
        client(bench, "ClientB", INSIDE, "172.16.193.100/16", "172.16.193.254")
        assert bench.sh(a, "ping -c 1 -W 1 172.16.193.100")[0] == status
    assert bench.world.ping_from_router("10.0.0.7", IPv4Address("172.16.193.100"))


def test_replies_need_a_way_back():
    bench = Bench(routers=[router()])
    a = client(bench, "ClientA", OUTSIDE, "192.16.193.100/24", "192.16.193.20")
    client(bench, "ClientB", INSIDE, "172.16.193.100/16")  # no gateway
    assert bench.sh(a, "ping -c 1 -W 1 172.16.193.100")[0] == 1


def test_administration_in_a_table_of_its_own():
    """The school's network and the inside have the same prefix: the hooks of dhclient keep them apart."""
    card = '[ "$interface" = "ens160" ]; then'
    hooks = {
        "/etc/dhcp/dhclient-enter-hooks.d/esxlab": f"if {card}\nnew_subnet_mask=255.255.255.255\nfi\n",
        "/etc/dhcp/dhclient-exit-hooks.d/esxlab": f"if {card}\nip rule add pref 100 lookup 100\nfi\n",
    }
    interfaces = static("ens192", "172.16.193.100/16", "172.16.193.254") + (
        "auto ens160\niface ens160 inet dhcp\n    post-up ip route flush dev ens160\n"
    )
    bench = Bench()
    files = {"/etc/network/interfaces": interfaces, **hooks}
    b = bench.machine("ClientB", 0, INSIDE, files=files, packages=("curl",))
    web(bench, "SRV1", "172.16.193.10/16", heartbeat=False)
    assert "SRV1" in bench.out(b, "curl -s http://172.16.193.10/")
    assert bench.world.answers_school(b, IPv4Address("172.16.200.1"))
    assert "100:\tfrom 172.16.200.1 lookup 100" in bench.out(b, "ip rule show")

    without = bench.machine(
        "ClientC", 0, INSIDE, files={"/etc/network/interfaces": interfaces.replace("100/16", "101/16")}
    )
    assert not bench.world.answers_school(without, IPv4Address("172.16.200.2"))


def test_of_two_with_one_address_the_last_to_claim_it_gets_the_traffic():
    bench = Bench()
    a = client(bench, "a", INSIDE, "172.16.193.1/16")
    client(bench, "b", INSIDE, "172.16.193.2/16")
    bench.after(5)
    client(bench, "c", INSIDE, "172.16.193.2/16")
    assert bench.world.open_tcp(a, IPv4Address("172.16.193.2"), 22).server == "c"


def test_ipvsadm_says_what_ipvsadm_says():
    bench, lb, _ = lab()
    station = client(bench, "ClientA", OUTSIDE, "192.16.193.100/24")
    spread(bench, station, 4)
    assert bench.out(lb, "ipvsadm -Ln") == (
        "IP Virtual Server version 1.2.1 (size=4096)\n"
        "Prot LocalAddress:Port Scheduler Flags\n"
        "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
        "TCP  192.16.193.30:80 rr\n"
        "  -> 172.16.193.10:80             Masq    1      0          2         \n"
        "  -> 172.16.193.40:80             Masq    1      0          2         \n"
    )
    assert (
        bench.out(lb, "ipvsadm -S -n").splitlines()[1] == "-a -t 192.16.193.30:80 -r 172.16.193.10:80 -m -w 1"
    )
    assert bench.sh(lb, "ipvsadm -d 192.16.193.30:http -r 172.16.193.10")[0] == 2
    assert bench.sh(lb, f"ipvsadm -A -t {VIP}:80")[::2] == (255, "Service already exists\n")
    assert bench.out(lb, "ipvsadm -C; ipvsadm -Sn") == ""
    assert bench.out(lb, f"ipvsadm -A -t {VIP}:http -s rr; ipvsadm -Sn") == f"-A -t {VIP}:80 -s rr\n"
    bench.after(200)
    assert lb.stack.ipvs.connections == [] or bench.out(lb, "ipvsadm -Lnc").count("TCP") == 0
