"""The client's script and what is read from it; the script runs in the light engine's small shell."""

from __future__ import annotations

import threading
from itertools import pairwise
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from light_bench import Bench, client, web

from esxlab.backends.protocols import CommandResult
from esxlab.drills.drill_run import DrillRun
from esxlab.drills.probe import PERIOD_S, build_batch, build_clock, next_pause, next_size, parse_batch
from esxlab.drills.timeline import Sample
from esxlab.errors import LabError
from esxlab.exercises.lb.drills import connections

URL = "http://172.16.193.10/"


@pytest.fixture
def bench():
    bench = Bench()
    bench.server = web(bench, "SRV1", "172.16.193.10/16", heartbeat=False)
    bench.station = client(bench, "ClientB", 101, "172.16.193.100/16")
    bench.out(bench.server, "systemctl start apache2")
    return bench


def ask(bench, requests=4):
    """The batch as a guest receives it: one command, `sh -c SCRIPT`."""
    import shlex

    said = bench.out(bench.station, shlex.join(build_batch(URL, requests=requests, pause_s=0.2)))
    batch = parse_batch(said, requests=requests)
    assert batch.unread == ()
    return batch.samples


def test_answered_requests_name_the_server_at_their_time(bench):
    samples = ask(bench)
    assert [sample.who for sample in samples] == ["SRV1"] * 4
    assert all(0.19 <= b.at - a.at <= 0.25 for a, b in pairwise(samples))
    assert samples[0].at == pytest.approx(float(bench.out(bench.station, "date +%s.%N")), abs=2)


def test_the_clock_has_fractions(bench):
    assert len(bench.out(bench.station, " ".join(build_clock())).strip().partition(".")[2]) == 9


def test_refused_and_silent_requests_are_told_apart(bench):
    bench.out(bench.server, "systemctl stop apache2")
    assert [(s.who, s.why) for s in ask(bench, 2)] == [("", "refused")] * 2
    bench.server.stack.cards["ens160"].carrier = False
    assert [(s.who, s.why) for s in ask(bench, 2)] == [("", "silent")] * 2


REQUEST = "=== request at 1700000000.250000000\n"


@pytest.mark.parametrize(
    ("page", "status", "who", "why"),
    [
        ("<h1>It works! SRV2</h1>\n", 0, "SRV2", ""),
        ("<h1>404 Not Found</h1>\n", 0, "", "other"),
        ("curl: (7) Failed to connect to 192.16.193.20 port 80: Connection refused\n", 7, "", "refused"),
        ("curl: (7) Failed to connect to 192.16.193.20 port 80: No route to host\n", 7, "", "silent"),
        ("curl: (28) Connection timed out after 500 milliseconds\n", 28, "", "silent"),
        ("curl: (52) Empty reply from server\n", 52, "", "other"),
        ("", 0, "", "other"),
    ],
)
def test_what_curl_says(page, status, who, why):
    batch = parse_batch(f"{REQUEST}{page}\n=== exit status {status}\n", requests=1)
    assert (batch.samples, batch.unread) == ((Sample(1700000000.25, who, why),), ())


@pytest.mark.parametrize(
    ("said", "status"),
    [
        # curl 7.52.1 and 7.74.0 in fr_FR.UTF-8, where 0.5 is no number (tool_getparam.c, PARAM_BAD_NUMERIC)
        ("curl: option --connect-timeout: expected a proper numerical parameter", 2),
        ("sh: 1: curl: not found", 127),
        ("sh: 1: curl: Permission denied", 126),
        ("Segmentation fault", 139),
        ("curl: (27) Out of memory", 27),
    ],
)
def test_a_request_that_was_not_made_is_no_outage(said, status):
    batch = parse_batch(f"{REQUEST}{said}\n\n=== exit status {status}\n" * 3, requests=3)
    assert batch.samples == ()
    assert len(batch.unread) == 3
    assert said in batch.unread[0]


def test_a_request_that_was_cut_off_or_has_no_time_is_unread():
    whole = f"{REQUEST}It works! SRV1\n\n=== exit status 0\n"
    batch = parse_batch(f"{whole}{REQUEST}It wor", requests=3)
    assert (len(batch.samples), len(batch.unread)) == (1, 2)


def test_words_before_the_first_request_are_nobodys():
    batch = parse_batch("bash: warning: setlocale\n", requests=2)
    assert (batch.samples, batch.unread) == ((), ("bash: warning: setlocale",) * 2)


def test_a_drill_whose_samples_cannot_be_read_says_so_and_measures_no_outage():
    answer = CommandResult(0, f"{REQUEST}sh: 1: curl: not found\n\n=== exit status 127\n" * 10, "")
    setup = SimpleNamespace(client="ClientA", url=URL, run=lambda *_, **__: answer)
    drill_run = DrillRun(setup, None, threading.Event())
    with drill_run.probing(), pytest.raises(LabError) as caught:
        drill_run.watch(1.0)
    assert caught.value.code == "drill.unread"
    assert caught.value.brief.startswith("0 of 30 samples could be read")
    assert "curl: not found" in caught.value.detail


@pytest.mark.parametrize(("cost_s", "pause_s"), [(0.0, 0.2), (0.05, 0.15), (0.5, 0.01)])
def test_the_pause_makes_up_for_what_a_request_costs(cost_s, pause_s):
    seen = [Sample(i * (PERIOD_S + cost_s), "SRV1") for i in range(10)]
    assert next_pause(seen, PERIOD_S) == pytest.approx(pause_s)


def test_lost_requests_do_not_change_the_pause():
    assert next_pause([Sample(i * 0.7, "", "silent") for i in range(10)], 0.15) == 0.15


class Server(NamedTuple):
    hostname: str
    address: str


STATS = """\
IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  192.16.193.30:80                    200     1200      800    80000   140000
  -> 172.16.193.10:80                    150      900      600    60000   105000
  -> 172.16.193.40:80                     50      300      200    20000    35000
"""


def test_the_balancers_own_numbers_are_read_by_address():
    servers = [
        Server("SRV1", "172.16.193.10"),
        Server("SRV2", "172.16.193.40"),
        Server("SRV3", "172.16.193.5"),
    ]
    assert list(connections(STATS, servers)) == [("SRV1", 150), ("SRV2", 50), ("SRV3", 0)]


@pytest.mark.parametrize(("gap_s", "requests"), [(0.2, 10), (0.05, 10), (0.5, 4), (2.2, 2)])
def test_a_batch_takes_two_seconds_whatever_a_request_takes(gap_s: float, requests: int) -> None:
    assert next_size([Sample(i * gap_s, "", "silent") for i in range(10)]) == requests
    assert next_size([Sample(0.0, "SRV1")]) == 10
