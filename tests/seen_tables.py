"""The parts of docs/what-was-seen.md: one function for each record, from its JSON to Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests import matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

SIGNS = {"ok": "\u2714", "failed": "\u2718", "error": "\u2718", "skipped": "-"}
BAR_CELLS = 30
COURSE = """\
One group of [specs/tp.yaml](../specs/tp.yaml): part 1 from nothing, drills, part 2, drills, part 1 again
with auto_failback on, a reboot of every machine, drills, teardown. On a computer with {computer}."""
PART_1 = """\
ClientA asks for the page through the router every 0.2 s. Seconds are ClientA's own, from the first lost
request to the next answer; the bound is deadtime + 15 s, and 4 s more where a monitor has to look first."""
PART_2 = """\
rr and wrr must give these numbers; lc and wlc depend on old connections, and are only reported. *table*
is what the balancer's own `ipvsadm -L -n --stats` counted."""
ISOLATION = """\
Isolation was tried from inside, in both directions: {closed} ways (from each server to the school's
gateway and to the stations' addresses there; from a station's card on the school's network to each
address of the lab) were closed, {open} ways that must be open were open."""
FRENCH = """\
One group of [specs/tp.yaml](../specs/tp.yaml) whose model has `LANG=fr_FR.UTF-8`, an AZERTY keyboard and a
`.bashrc` of root that says good morning to every command: part 1 from nothing, drills, part 2, drills,
teardown. Its programs speak French (`{french}`). On a computer with {computer}."""
INSTALLER = """\
`make test-model MODEL=hybrid`: `esxlab model build` on engine qemu, Debian 12, {architecture}, French.
Kernel, debconf, network, mirror and its signatures, base system and packages are Debian's; partitioning,
the root user, clock, GRUB and the last steps are [stand-ins](../tests/real/standins/README.md), and the
image is no image of Debian's."""
TWO_GROUPS = """\
From nothing to green, on a computer with {computer}: two groups took {ratio:.2f} times what one took just
before, both with `--parallel {parallel}`. Two emulated machines fill a core while they boot and install
packages; with more of them at once all only get slower."""
KILLED = """\
During `provision` something was killed (SIGKILL, seed {seed}); then the same command was given again, and
the lab was green."""


def course(seen: dict[str, Any]) -> str:
    """The whole exercise, once."""
    return "\n\n".join(
        [
            f"## The whole exercise, {seen['when']}",
            COURSE.format(**seen),
            "### Versions",
            table(("what", "version"), sorted(seen["versions"].items())),
            "### Times",
            table(("step", "seconds"), ((name, f"{s:.1f}") for name, s in seen["times"].items())),
            _bound(seen["bound"]),
            "### Checks",
            _checks(seen["checks"]),
            ISOLATION.format(**seen["isolation"]),
            "### Drills of part 1",
            PART_1 + _late(seen.get("late", ())),
            _takeovers(seen["drills"]),
            "### Drills of part 2",
            _phases(seen["drills"]),
            PART_2,
            "### Where the handout is wrong, as seen in this run",
            table(("the handout", "what happened here"), _differences(seen)),
            "The whole list, with what was only read: [handout.md](handout.md).",
            "### Time lines",
            "\n\n".join(_time_line(drill) for drill in seen["drills"]),
        ]
    )


def _bound(bound: Mapping[str, float]) -> str:
    parts = ("first boot", "unpacking packages", "second boot", "Heartbeat's start")
    least = sum(bound[part] for part in parts)
    ratio = bound["green"] / least
    rows = [(part, f"{bound[part]:.1f}") for part in parts]
    rows += [("together, the least", f"{least:.1f}"), ("from nothing to green", f"{bound['green']:.1f}")]
    text = (
        "What no program can spare the slower of the two servers, measured in the same run. "
        f"From nothing to green took {ratio:.2f} times that."
    )
    return f"{text}\n\n{table(('part', 'seconds'), rows)}"


def _checks(checks: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    rows = [
        (occasion, check["check"], f"{SIGNS[check['verdict']]} {check['seen']}", check["question"])
        for occasion, found in checks.items()
        for check in found
    ]
    return table(("when", "check", "seen", "question"), rows)


def _takeovers(drills: Iterable[Mapping[str, Any]]) -> str:
    rows = []
    for drill in drills:
        seen = drill.get("takeover")
        if seen:
            again = seen["return_outage_s"]
            rows.append(
                (
                    drill["drill"],
                    "on" if drill["auto_failback"] else "off",
                    seen["before"],
                    seen["after"] or "nobody",
                    "-" if seen["outage_s"] is None else f"{seen['outage_s']:.1f}",
                    f"{round(seen['bound_s'], 1):g}",
                    f"{drill['lost']}/{drill['sent']}",
                    seen["ended"],
                    "-" if again is None else f"{again:.1f}",
                )
            )
    head = ("drill", "auto_failback", "served", "took over", "after s", "bound s", "lost/sent",
            "served after the repair", "2nd outage s")  # fmt: skip
    return table(head, rows)


def _late(drills: Sequence[Mapping[str, Any]]) -> str:
    """Those that were typed twice."""
    told = [f"{drill['drill']} ({drill['step']}): {drill['seen']}" for drill in drills]
    return f"\nLate at the first try, and typed once more: {'; '.join(told)}." if told else ""


def _phases(drills: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (
            drill["drill"],
            phase["condition"],
            phase["requests"],
            phase["answers"].get("SRV1", 0),
            phase["answers"].get("SRV2", 0),
            phase["lost"],
            "/".join(str(n) for n in phase["expected"].values()) if phase["expected"] else "",
            "/".join(str(n) for n in phase["table"].values()) if phase["table"] else "",
        )
        for drill in drills
        for phase in drill["phases"]
    ]
    return table(("drill", "condition", "requests", "SRV1", "SRV2", "lost", "must be", "table"), rows)


def _differences(seen: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What the drills showed of the handout's claims, and what its own commands answered."""
    drills = {(d["drill"], d.get("auto_failback")): d for d in seen["drills"]}
    yield "stopping apache2 on SRV1 fails over", drills["apache", False]["seen"]
    yield "the same, with a monitor that calls hb_standby", drills["apache-watched", False]["seen"]
    yield "auto_failback off: SRV2 keeps the service when SRV1's card returns", drills["nic", False]["seen"]
    yield "auto_failback off after a clean stop", drills["stop", False]["seen"]
    yield "auto_failback on after a clean stop", drills["stop", True]["seen"]
    yield "a dead real server is noticed", drills["server", None]["seen"]
    yield "rr spreads at random", drills["schedulers", None]["seen"]
    labels = [c["seen"] for found in seen["checks"].values() for c in found if c["check"] == "active-node"]
    yield "the alias is enp0s3:0", ", ".join(labels)
    yield from seen["handout"].items()


def _time_line(drill: Mapping[str, Any]) -> str:
    longest = max((entry["seconds"] for entry in drill["timeline"]), default=0.0)
    about = f", auto_failback {'on' if drill['auto_failback'] else 'off'}" if "auto_failback" in drill else ""
    lines = [f"{drill['drill']}{about}: {drill['seen']}"]
    for entry in drill["timeline"]:
        if entry["kind"] == "step":
            lines.append(f"{entry['at_s']:+8.1f} s  > {entry['text']}")
            continue
        who = entry["text"] or entry["who"] or f"nobody ({entry['why']})"
        cells = max(1, round(BAR_CELLS * entry["seconds"] / longest)) if longest else 1
        bar = ("#" if entry["who"] or entry["text"] else ".") * cells
        lines.append(f"{entry['at_s']:+8.1f} s    {who:<28} {entry['seconds']:6.1f} s {bar}")
    return "```text\n" + "\n".join(lines) + "\n```"


def two_groups(seen: dict[str, Any]) -> str:
    """Two groups at once against one."""
    rows = [(name, f"{seconds:.1f}") for name, seconds in seen["times"].items()]
    return "\n\n".join(
        [
            f"## Two groups at once, {seen['when']}",
            TWO_GROUPS.format(**seen),
            table(("step", "seconds"), rows),
        ]
    )


def killed(seen: dict[str, Any]) -> str:
    """Machines and the hypervisor killed in the middle of provision."""
    rows = [(t["at_s"], t["victim"], t["first"], t["second"], t["seconds"]) for t in seen["trials"]]
    return "\n\n".join(
        [
            f"## Killed in the middle, {seen['when']}",
            KILLED.format(**seen),
            table(("after s", "killed", "exit of the first", "of the second", "seconds of the second"), rows),
        ]
    )


def french(seen: dict[str, Any]) -> str:
    """The course on a model that a French installer might have left."""
    sections = ["### Versions, in French", "### Times, in French", "### Checks, in French"]
    return "\n\n".join(
        [
            f"## In French, {seen['when']}",
            FRENCH.format(**seen),
            *_slower(seen.get("late", ())),
            *_stopped(seen),
            sections[0],
            table(("what", "version"), sorted(seen["versions"].items())),
            sections[1],
            table(("step", "seconds"), ((name, f"{s:.1f}") for name, s in seen["times"].items())),
            sections[2],
            _checks(seen["checks"]),
            "### Drills, in French",
            _takeovers(drill for drill in seen["drills"] if "auto_failback" in drill),
            *([_phases(seen["drills"])] if any(drill["phases"] for drill in seen["drills"]) else []),
        ]
    )


def _slower(drills: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """How fast a takeover is, is not this course's question."""
    if drills:
        told = "; ".join(f"{drill['drill']}: {drill['seen']}" for drill in drills)
        yield f"Later than their bound, on a computer with other things to do: {told}."


def _stopped(seen: Mapping[str, Any]) -> Iterable[str]:
    """How far it came, when it did not come to the end."""
    if len(seen["done"]) < seen["all"]:
        yield f"**Not to the end.** Green were: {', '.join(seen['done'])}. {seen.get('stopped', '')}".strip()


def rootless(seen: dict[str, Any]) -> str:
    """Engine qemu as an ordinary user."""
    return f"## Without root, {seen['when']}\n\n{seen['text']}"


def installer(seen: dict[str, Any]) -> str:
    """A model that `model build` has made by an installer, as far as it came."""
    done = [name.replace("_", " ") for name in seen["done"]]
    left = [name.replace("_", " ") for name in seen["steps"][len(done) :]]
    return "\n\n".join(
        [
            f"## A model from an installer, {seen['when']}",
            INSTALLER.format(**seen),
            f"Green: {'; '.join(done)}." + (f" **Not seen:** {'; '.join(left)}." if left else ""),
            table(("what", "seen"), seen["seen"].items()),
        ]
    )


PARTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "course": course,
    "french": french,
    "matrix": matrix.render,
    "installer": installer,
    "two_groups": two_groups,
    "killed": killed,
    "rootless": rootless,
}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; blanks of every kind become one."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").split())
