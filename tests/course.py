"""The whole exercise as a course of steps, each of which a teacher types and looks at; for both engines.

The steps follow each other; each needs the one before it. What they see goes into the teacher's `seen`.
"""

from __future__ import annotations

import hashlib
import time
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

from esxlab.sim.processes import started_at
from tests.computer import describe_computer
from tests.measures import HANDOUT_HA, HANDOUT_LB, boots, handout, least, versions
from tests.teacher import ROUTER, VCENTER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.teacher import Teacher

BOOT = ("--boot-timeout", "600")
MACHINES = ("srvweb1", "srvweb2", "repartiteur1", "ClientA", "ClientB")
SERVERS = MACHINES[:3]
SCHOOL_GATEWAY = "172.16.253.253"
SCHOOL_LEASES = IPv4Network("172.16.200.0/21")
LAB_ADDRESSES = ("172.16.193.10", "172.16.193.40", "172.16.193.253", "172.16.193.30")
GREEN_LIMIT_S = 240.0
RETURN_LIMIT_S = 90.0
RATIO = 1.5
"""From nothing to green, against the least: boots, packages, Heartbeat's start, measured in the same run."""
SMALL = 1 << 20
ENDS = {
    False: {"nic": "SRV1", "power": "SRV2", "stop": "SRV2", "apache": "SRV1", "apache-watched": "SRV2"},
    True: {"nic": "SRV1", "power": "SRV1", "stop": "SRV1"},
}
"""auto_failback -> drill -> who serves after the repair. A returned card is a partition: SRV1 either way."""


def comes_up_from_nothing(lab: Teacher) -> None:
    """Group 1, part 1, from nothing to green."""
    lab.sim_up()
    lab.seen["before"] = picture(lab)
    lab.seen["first plan"] = plan(lab)
    began = time.monotonic()
    lab.on_group("provision", "--yes", *BOOT, step="provision ha from nothing")
    verify(lab, "ha")
    lab.seen["times"]["from nothing to green"] = round(time.monotonic() - began, 1)


def tells_what_it_is(lab: Teacher) -> None:
    """Versions, boots, the least that a green lab costs; the handout's lines that do not work."""
    lab.seen["computer"] = describe_computer()
    lab.seen["versions"] = versions(lab)
    lab.seen["handout"] = dict(handout(lab, HANDOUT_HA, "ha"))
    if lab.engine == "qemu":
        lab.seen["boots"] = boots(lab)
        lab.seen["bound"] = least(lab, lab.seen["times"]["from nothing to green"])


def a_second_deep_provision_sends_nothing(lab: Teacher) -> None:
    """Asked machine by machine, nothing is found to do, and nothing is sent to vSphere or the router."""
    before = lab.sent()
    document = lab.on_group("provision", "--deep", "--yes", step="second provision, --deep")
    assert [group["result"] for group in document["groups"]] == ["nothing"]
    assert lab.sent() == before
    assert before[0]  # the list does hold what the first one sent
    assert before[1]


def is_isolated_in_both_directions(lab: Teacher) -> None:
    """No server reaches the school's network, and nobody there reaches them; the ways asked do work."""
    tables = lab.ask(*((client, ["ip", "-o", "-4", "addr", "show"]) for client in ("ClientA", "ClientB")))
    stations = [school_address(answer["out"]) for answer in tables]
    outward = [(server, ping(target)) for server in SERVERS for target in (SCHOOL_GATEWAY, *stations)]
    inward = [("ClientA", ping(target, stations[0])) for target in LAB_ADDRESSES]
    inward.append(("ClientA", ["curl", "-s", "--interface", stations[0], "--max-time", "3",
                               f"http://{LAB_ADDRESSES[-1]}/"]))  # fmt: skip
    reaching = [("ClientA", ping(SCHOOL_GATEWAY, stations[0])), ("ClientA", ping(stations[1], stations[0]))]
    reaching += [("ClientB", ping(target)) for target in LAB_ADDRESSES]
    answers = lab.ask(*outward, *inward, *reaching)
    asked = [*outward, *inward, *reaching]
    closed = len(outward) + len(inward)
    got = [answer["status"] == 0 for answer in answers]
    assert got == [False] * closed + [True] * len(reaching), list(zip(asked, got, strict=True))
    lab.seen["isolation"] = {"closed": closed, "open": len(reaching)}


def drills_of_part_1(lab: Teacher) -> None:
    """Card, power, clean stop, apache2 without and with a monitor; auto_failback off."""
    drill_ha(lab, "nic", "power", "stop", "apache", "apache-watched", failback=False)


def turns_into_load_balancing(lab: Teacher) -> None:
    """Part 2 on the same machines."""
    lab.on_group("provision", "--scenario", "lb", "--yes", *BOOT, step="switch ha to lb")
    verify(lab, "lb", "--scenario", "lb")


def drills_of_part_2(lab: Teacher) -> None:
    """A real server stopped; schedulers and weights; the balancer's own table tells the same numbers."""
    document = lab.on_group("drill", "--scenario", "lb", "--yes", step="drills lb")
    drills = {drill["drill"]: drill for drill in document["groups"][0]["drills"]}
    phases = {phase["condition"]: phase for phase in drills["schedulers"]["phases"]}
    assert phases["rr 3:1"]["answers"] == {"SRV1": 100, "SRV2": 100}
    assert phases["wrr 3:1"]["answers"] == {"SRV1": 150, "SRV2": 50}
    assert all(sum(phases[name]["answers"].values()) == 200 for name in ("lc 1:1", "wlc 3:1"))
    assert all(phase["table"] == phase["answers"] for phase in phases.values())
    hurt = drills["server"]["phases"][1]
    assert 0.4 <= hurt["lost_share"] <= 0.6
    assert [phase["lost"] for phase in drills["server"]["phases"]] == [0, hurt["lost"], 0, 0]
    lab.seen["drills"] += [{"scenario": "lb", **drill} for drill in drills.values()]
    lab.seen["handout"] |= dict(handout(lab, HANDOUT_LB, "lb"))


def turns_back_with_failback(lab: Teacher) -> None:
    """Part 1 again, this time with auto_failback on."""
    lab.with_line("cluster: {auto_failback: true}")
    lab.on_group("provision", "--yes", *BOOT, step="switch lb to ha, auto_failback on")
    verify(lab, "ha again")


def every_machine_reboots(lab: Teacher) -> None:
    """After `reboot` on every machine the lab comes back by itself, and nothing is left to do."""
    began = time.monotonic()
    lab.ask(*((machine, ["shutdown", "-r", "now"]) for machine in MACHINES))
    verify(lab, "ha after a reboot of every machine")
    lab.seen["times"]["reboot of every machine to green"] = round(time.monotonic() - began, 1)
    running = [float(answer["out"].split()[0]) for answer in on_all(lab, "cat", "/proc/uptime")]
    assert max(running) < (time.monotonic() - began) * lab.speed, running
    assert not plan(lab)


def drills_of_part_1_with_failback(lab: Teacher) -> None:
    """The three failures that auto_failback may decide about."""
    drill_ha(lab, "nic", "power", "stop", failback=True)


def teardown_leaves_nothing(lab: Teacher) -> None:
    """The datastores, the router and the plan are what they were at first; the school's end ends all."""
    lab.on_group("teardown", "--yes", step="teardown")
    assert plan(lab) == lab.seen.pop("first plan")
    after, before = picture(lab), lab.seen.pop("before")
    assert {key for key in before | after if before.get(key) != after.get(key)} == set()
    running = lab.processes()
    assert running
    lab.type("sim", "down", step="school down")
    assert not {pid for pid, start in running.items() if started_at(pid) == start}


def was_in_time(lab: Teacher) -> None:
    """Group 1 took from nothing to green what it had to, and half of that more at most."""
    bound = dict(lab.seen.get("bound", {"green": 0.0}))
    green = bound.pop("green")
    assert green <= RATIO * sum(bound.values()), bound


STEPS: tuple[Callable[[Teacher], None], ...] = (
    comes_up_from_nothing,
    tells_what_it_is,
    a_second_deep_provision_sends_nothing,
    is_isolated_in_both_directions,
    drills_of_part_1,
    turns_into_load_balancing,
    drills_of_part_2,
    turns_back_with_failback,
    every_machine_reboots,
    drills_of_part_1_with_failback,
    teardown_leaves_nothing,
    was_in_time,
)


def verify(lab: Teacher, what: str, *words: str, limit_s: float = GREEN_LIMIT_S) -> None:
    """Every check of the one group green; what each saw is kept."""
    document = verify_all(lab, what, *words, limit_s=limit_s)
    lab.seen["checks"][what] = document["groups"][0]["checks"]


def verify_all(lab: Teacher, what: str, *words: str, limit_s: float) -> dict[str, Any]:
    """Every check green, at the latest after so long. On a busy computer an emulated machine boots for longer
    than one verify waits: then it is typed again.
    """
    deadline = time.monotonic() + limit_s
    while True:
        try:
            return lab.on_group("verify", *words, step=f"verify {what}")
        except AssertionError:
            if time.monotonic() > deadline:
                raise


def plan(lab: Teacher) -> list[str]:
    """What there would be to do."""
    return [action["text"] for group in lab.on_group("plan")["groups"] for action in group["actions"]]


def drill_ha(lab: Teacher, *names: str, failback: bool) -> None:
    """All as known, each in its bound, the service back within 90 s, and at the end the right one serves."""
    step = f"drills ha, auto_failback {'on' if failback else 'off'}"
    drills = run_drills(lab, *names, step=step)
    lab.seen["drills"] += [{"scenario": "ha", "auto_failback": failback, **drill} for drill in drills]
    takeovers = {drill["drill"]: drill["takeover"] for drill in drills}
    assert {name: seen["ended"] for name, seen in takeovers.items()} == ENDS[failback]
    for drill in drills:
        seen = drill["takeover"]
        assert seen["in_bound"] or drill["drill"] == "apache", drill
        assert returned_after(drill) <= RETURN_LIMIT_S, drill
    assert takeovers.get("apache", {"after": None})["after"] is None


def run_drills(lab: Teacher, *names: str, step: str) -> list[dict[str, Any]]:
    """What the drills saw. A busy computer costs an emulated machine seconds: a drill that was late there is
    told, and typed once more.
    """
    status = None if lab.engine == "qemu" else 0
    document = lab.on_group("drill", *names, "--yes", step=step, status=status)
    seen = {drill["drill"]: drill for drill in document["groups"][0]["drills"]}
    if late := [name for name, drill in seen.items() if drill["verdict"] != "ok"]:
        lab.seen.setdefault("late", []).extend({"step": step, **seen[name]} for name in late)
        again = lab.on_group("drill", *late, "--yes", step=f"{step}, once more")
        seen |= {drill["drill"]: drill for drill in again["groups"][0]["drills"]}
    return list(seen.values())


def returned_after(drill: dict[str, Any]) -> float:
    """Seconds from the end of the repair until the last change of who answers, while it was watched."""
    steps = [entry["at_s"] for entry in drill["timeline"] if entry["kind"] == "step"]
    repair = steps[1] if len(steps) > 1 else 0.0
    given_back = steps[2] if len(steps) > 2 else float("inf")
    changes = [
        entry["at_s"]
        for entry in drill["timeline"]
        if entry["kind"] == "answer" and entry["who"] and repair < entry["at_s"] < given_back
    ]
    return max(changes, default=repair) - repair


def ping(target: str, source: str = "") -> list[str]:
    return ["ping", "-c", "1", "-W", "2", *(["-I", source] if source else []), target]


def school_address(table: str) -> str:
    """A station's address on the school's network, from `ip -o -4 addr show`."""
    words = (line.split()[3].partition("/")[0] for line in table.splitlines())
    return next(word for word in words if IPv4Address(word) in SCHOOL_LEASES)


def on_all(lab: Teacher, *words: str) -> list[dict[str, Any]]:
    """One command on every machine."""
    return lab.ask(*((machine, list(words)) for machine in MACHINES))


def picture(lab: Teacher) -> dict[str, str]:
    """Every file on the datastores (big ones by size and date), and the router's configuration."""
    datastores = lab.school / "datastores" / VCENTER
    found = {str(path.relative_to(datastores)): look(path) for path in sorted(datastores.rglob("*"))}
    return {**found, "router": lab.control("router", host=ROUTER)["running"]}


def look(path: Path) -> str:
    if path.is_dir():
        return "directory"
    status = path.stat()
    if status.st_size > SMALL:
        return f"{status.st_size} bytes, {status.st_blocks} blocks, {status.st_mtime_ns}"
    return hashlib.sha256(path.read_bytes()).hexdigest()
