"""What a school's Heartbeats do does not depend on whether each question moves their time."""

from __future__ import annotations

import random

import pytest
from light_bench import Bench, router, web

from esxlab.sim.light.cluster import Clusters

ORDERS = ("ifdown ens160", "ifup ens160", "service heartbeat stop", "service heartbeat start", "true")


class EachTime(Clusters):
    """Moves it at each question, whether something is due or not."""

    def settle(self, machines, until):
        self._quiet = self._quiet._replace(due=0.0)
        super().settle(machines, until)


class Counted(Clusters):
    """Counts how often time was really moved."""

    moved = 0

    @property
    def _quiet(self):
        return self._now

    @_quiet.setter
    def _quiet(self, quiet):
        self.moved += 1
        self._now = quiet


def lived(clusters, seed):
    """Three minutes of two web servers that lose cables, cards and daemons; what was seen."""
    draw = random.Random(seed)
    bench = Bench(routers=[router()])
    bench.world._clusters = clusters
    servers = [web(bench, "SRV1", "172.16.193.10/16"), web(bench, "SRV2", "172.16.193.40/16")]
    seen = []
    until = bench.clock.now() + 180
    while bench.clock.now() < until:
        machine = draw.choice(servers)
        if draw.random() < 0.03:
            bench.sh(machine, draw.choice(ORDERS))
        elif draw.random() < 0.02:
            bench.world.settle()
            machine.stack.cards["ens160"].carrier = draw.random() < 0.7
        bench.after(draw.choice((0.0, 0.1, 0.3, 1.0)))
        seen.append([sorted(map(str, each.addresses)) for each in servers])
    return seen, [each.files.read_text("/var/log/ha-log") for each in servers]


@pytest.mark.parametrize("seed", range(12))
def test_a_question_where_nothing_is_due_changes_nothing(seed):
    assert lived(Clusters(), seed) == lived(EachTime(), seed)


def test_most_questions_move_no_time():
    clusters = Counted()
    seen, _ = lived(clusters, 1)
    assert clusters.moved < len(seen) / 3
