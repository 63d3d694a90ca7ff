"""What each scheduler promises of a table, for any servers and weights: asked of an IPVS of its own kind."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esxlab.exercises.family.ipvs import LONGEST_TURN, SCHEDULERS, IpvsTable, RealServer
from esxlab.sim.light import ipvs

WEIGHTS = st.lists(st.integers(0, 12), min_size=1, max_size=6).filter(any)


def table_of(scheduler, weights):
    servers = tuple(RealServer(f"SRV{n}", f"172.16.193.{n}", w) for n, w in enumerate(weights, 1))
    return IpvsTable("192.16.193.30", 80, scheduler, "nat", servers)


def asked(table, requests, before):
    """Host name -> answers of the simulated kernel, after so many requests of somebody else."""
    service = ipvs.VirtualService(IPv4Address(table.address), table.port, table.scheduler)
    service.servers = [ipvs.RealServer(IPv4Address(s.address), 80, "m", s.weight) for s in table.servers]
    kernel = ipvs.IpvsTable({(service.address, service.port): service})
    names = {IPv4Address(server.address): server.hostname for server in table.servers}
    client = IPv4Address("192.16.193.100")
    chosen = [kernel.schedule(service, client, 0.0) for _ in range(before + requests)]
    return Counter(names[server.address] for server in chosen[before:])


@given(weights=WEIGHTS, before=st.integers(0, 30), scheduler=st.sampled_from(["rr", "wrr"]))
def test_after_whole_turns_the_shares_are_exact_wherever_the_turn_began(weights, before, scheduler):
    table = table_of(scheduler, weights)
    requests = table.whole_turns(50)
    assert 50 <= requests < 50 + table.turn
    assert asked(table, requests, before) == table.shares(requests)


@pytest.mark.parametrize(
    ("scheduler", "weights", "requests", "shares"),
    [
        ("rr", (3, 1), 120, {"SRV1": 60, "SRV2": 60}),
        ("wrr", (3, 1), 120, {"SRV1": 90, "SRV2": 30}),
        ("wrr", (5, 3, 1), 126, {"SRV1": 70, "SRV2": 42, "SRV3": 14}),
        ("wrr", (2, 4, 0), 120, {"SRV1": 40, "SRV2": 80}),
        ("lc", (1, 1), 120, None),
        ("wlc", (3, 1), 120, None),
        ("wrr", (LONGEST_TURN, 1), 120, None),
    ],
)
def test_what_is_expected_of_about_120_requests(scheduler, weights, requests, shares):
    table = table_of(scheduler, weights)
    assert table.whole_turns(120) == requests
    assert table.shares(requests) == shares


@pytest.mark.parametrize(("scheduler", "weighted"), [("rr", 0), ("wrr", 1), ("lc", 0), ("wlc", 1)])
def test_weights_count_where_ipvsadms_manual_says_weighted(scheduler, weighted):
    assert SCHEDULERS[scheduler].weighted == bool(weighted)
    assert table_of(scheduler, (3, 1)).parts == (
        {"SRV1": 3, "SRV2": 1} if weighted else {"SRV1": 1, "SRV2": 1}
    )
