"""What one evil group costs a class: the time until its 11 neighbours are done, and this program's memory.

    python -m tests.evil_group [--rounds N] [--only NAME ...]

Eleven groups, each with a simulated machine, are observed, configured and asked; then the same with a twelfth
whose SSH server is bad. Machines and bad servers run in processes of their own. No test: it is timed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any, ClassVar

from esxlab.actions.base import Action
from esxlab.backends.credentials import Credentials
from esxlab.backends.guest import ParamikoGuests
from esxlab.backends.protocols import Backends
from esxlab.engine.events import GroupFinished
from esxlab.engine.run import Announcer, Runner
from esxlab.lab.guest import Guest, GuestFile, SshHop, SshRoute
from esxlab.lab.identity import GroupId
from esxlab.performing import perform
from esxlab.planning.plan import GroupPlan, Plan
from esxlab.sim.access import SchoolEndpoints
from tests.hostile.ssh_plays import listening
from tests.hostile.ssh_servers import PEERS
from tests.memory.light_machines import PASSWORD, LightMachines
from tests.own_memory import peak_bytes

GOOD = 11
STEPS = 25
EVIL = (
    "says-nothing", "endless-banner", "two-gibibytes", "debug-before-keys", "banner-flood", "drips",
    "rekey-storm", "says-nothing-much", "ignores-the-window", "floods-errors",
)  # fmt: skip
WANTED = Guest("masterGr0", files=(GuestFile("/etc/motd", "hello\n"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Action):
    """One of a group's turns at its machine."""

    verb: ClassVar[str] = "configure"
    route: SshRoute
    number: int

    @property
    def subject(self) -> str:
        return f"{self.route.machine} {self.number}"

    @property
    def limit_group(self) -> tuple[str, str]:
        """The one of all SSH."""
        return ("ssh", "")

    def describe(self) -> str:
        return "ask"


@perform.register(Step)
def take_step(step: Step, backends: Any) -> None:
    if step.number % 5 == 0:
        backends.guests.observe(step.route, WANTED)
    else:
        backends.guests.run(step.route, ["hostname"])


def run_class(ports: list[int]) -> None:
    """In a process of its own, until the good groups are done: prints seconds, processor seconds, MiB."""
    guests = ParamikoGuests(SchoolEndpoints(), Credentials(known={"guest": PASSWORD}))
    plans = []
    for number, port in enumerate(ports, 1):
        group, route = GroupId("evil", number), SshRoute(number, (SshHop("srvweb1", "127.0.0.1", port),))
        steps = tuple(
            Step(group=group, route=route, number=n, needs=(f"configure srvweb1 {n - 1}",) if n else ())
            for n in range(STEPS)
        )
        plans.append(GroupPlan(group, steps))
    left = set(range(1, GOOD + 1))
    began = time.monotonic()

    def listen(event: Any) -> None:
        if isinstance(event, GroupFinished):
            assert event.error is None or event.group > GOOD, str(event.error)
            left.discard(event.group)
            if not left:
                used = resource.getrusage(resource.RUSAGE_SELF)
                seconds = (time.monotonic() - began, used.ru_utime + used.ru_stime)
                print(json.dumps([*seconds, peak_bytes() / (1 << 20)]), flush=True)
                os._exit(0)

    Runner(Backends(None, guests, None), Announcer([listen]), workers=32).run(  # type: ignore[arg-type]
        Plan("provision", "evil", tuple(plans))
    )


def serve(name: str) -> None:
    """In a process of its own: the good machines, or one bad server, until standard input ends."""
    if name == "good":
        names = [f"m{number}" for number in range(GOOD)]
        with LightMachines(*names) as machines:
            print(json.dumps([machines[each].port for each in names]), flush=True)
            sys.stdin.read()
        return
    peer = next(peer for peer in PEERS if peer.name == name)
    with listening(peer.play) as port:
        print(json.dumps([port]), flush=True)
        sys.stdin.read()


def started(name: str) -> tuple[subprocess.Popen[str], list[int]]:
    words = [sys.executable, "-m", "tests.evil_group", "--serve", name]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def measured(ports: list[int]) -> tuple[float, float, float]:
    words = [sys.executable, "-m", "tests.evil_group", "--class", *map(str, ports)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    seconds, processor_s, mib = json.loads(done.stdout)
    return seconds, processor_s, mib


def main() -> None:
    """Rounds of both, one after the other: a busy computer is busy for both, as far as it can be had."""
    parser = argparse.ArgumentParser(prog="python -m tests.evil_group")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=EVIL)
    parser.add_argument("--serve")
    parser.add_argument("--class", nargs="*", type=int, dest="ports")
    options = parser.parse_args()
    if options.serve:
        return serve(options.serve)
    if options.ports:
        return run_class(options.ports)
    machines, good = started("good")
    try:
        measured(good)  # once for the caches
        for name in options.only:
            server, evil = started(name)
            rounds = [(measured(good), measured([*good, *evil])) for _ in range(options.rounds)]
            server.communicate()
            wall, processor = (
                statistics.median(bad[kind] / alone[kind] for alone, bad in rounds) for kind in (0, 1)
            )
            alone_s = statistics.median(alone[0] for alone, _ in rounds)
            mib = max(bad[2] for _, bad in rounds)
            told = f"beside it x {wall:4.2f}, processor x {processor:4.2f}, {mib:4.0f} MiB"
            print(f"{name:20} 11 groups alone {alone_s:5.1f} s, {told}", flush=True)
    finally:
        machines.communicate()
    return None


if __name__ == "__main__":
    main()
