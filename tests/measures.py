"""What a running lab tells of itself: versions, boots, packages, Heartbeat's start, the handout's lines."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.teacher import Teacher

WEB_SERVERS = ("srvweb1", "srvweb2")
PACKAGES = {
    "srvweb1": ("apache2", "heartbeat", "resource-agents", "cluster-glue"),
    "repartiteur1": ("ipvsadm",),
    "ClientA": ("curl",),
}
BOOT = re.compile(r": (\S+) has [\d.]+ after ([\d.]+) s$", re.MULTILINE)
ACCELERATOR = re.compile(r"machines run with (\w+)")
APT = re.compile(r"^(Start|End)-Date: (.+)$", re.MULTILINE)
CLOCK = re.compile(r"(\d\d:\d\d:\d\d)")
HA_DONE = ("acquisition complete", "Success", "Running /etc/init.d/")
DAY_S = 86400
HANDOUT_HA = {
    "haresources `IPaddr::172.16.193.31`, without prefix and card": (
        "srvweb2",
        ["/etc/ha.d/resource.d/IPaddr", "172.16.193.31", "start"],
    ),
}
HANDOUT_LB = {
    "`ipvsadm -d 192.16.193.30:http -r 172.16.193.10:http`": (
        "repartiteur1",
        ["ipvsadm", "-d", "192.16.193.30:http", "-r", "172.16.193.10:http"],
    ),
}
"""What the handout says -> where it is tried, and the command; none of them changes a lab that is green."""


def versions(lab: Teacher) -> dict[str, str]:
    """What runs; on engine qemu with Debian, kernel and QEMU."""
    asked = [(m, ["dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *p]) for m, p in PACKAGES.items()]
    system = [("srvweb1", ["cat", "/etc/debian_version"]), ("srvweb1", ["uname", "-r"])]
    *lists, debian, kernel = (answer["out"].strip() for answer in lab.ask(*asked, *system))
    found = dict(line.split(maxsplit=1) for text in lists for line in text.splitlines())
    found |= {"Debian in the machines": debian, "their kernel": kernel}
    if lab.engine == "qemu":
        words = ["qemu-system-x86_64", "--version"]
        said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30).stdout
        found["QEMU"] = said.splitlines()[0].removeprefix("QEMU emulator version ")
        log = (lab.school / "school.log").read_text(encoding="utf-8")
        found["QEMU's accelerator"] = (ACCELERATOR.findall(log) or ["?"])[-1]
    return found


def boots(lab: Teacher) -> dict[str, list[float]]:
    """Machine -> seconds of each boot so far, from power on to the address that Tools tell (engine qemu).

    An address that comes back later in the same life is no boot: its seconds go on from the last ones.
    """
    found: dict[str, list[float]] = {}
    last: dict[str, float] = {}
    for name, text in BOOT.findall((lab.school / "school.log").read_text(encoding="utf-8")):
        if float(text) < last.get(name, float("inf")):
            found.setdefault(name, []).append(float(text))
        last[name] = float(text)
    return found


def least(lab: Teacher, green_s: float) -> dict[str, float]:
    """What no program can spare the slower of the two servers, and what it took to be green."""
    asked = [(m, ["cat", f]) for m in WEB_SERVERS for f in ("/var/log/apt/history.log", "/var/log/ha-log")]
    logs = [answer["out"] for answer in lab.ask(*asked)]
    booted = boots(lab)
    sums = []
    for number, machine in enumerate(WEB_SERVERS):
        first, second = booted[machine][:2]
        unpacking, starting = unpacking_s(logs[2 * number]), heartbeat_s(logs[2 * number + 1])
        sums.append({"first boot": first, "unpacking packages": unpacking, "second boot": second,
                     "Heartbeat's start": starting})  # fmt: skip
    slower = max(sums, key=lambda parts: sum(parts.values()))
    return {**slower, "green": green_s}


def unpacking_s(history: str) -> float:
    """From apt's first start to its last end (/var/log/apt/history.log)."""
    times = [datetime.strptime(" ".join(t.split()), "%Y-%m-%d %H:%M:%S") for _, t in APT.findall(history)]  # noqa: DTZ007 - only differences
    return (max(times) - min(times)).total_seconds()


def heartbeat_s(log: str) -> float:
    """From Heartbeat's first start to the last line that says that resources are where they belong."""
    lines = log.splitlines()
    started = [clock(line) for line in lines if "Starting heartbeat" in line]
    done = [clock(line) for line in lines if any(words in line for words in HA_DONE)]
    return (done[-1] - started[0]).total_seconds() % DAY_S


def clock(line: str) -> datetime:
    """The time of day of a line of ha-log, which knows two forms of dates."""
    found = CLOCK.search(line)
    assert found, line
    return datetime.strptime(found[1], "%H:%M:%S")  # noqa: DTZ007 - only differences


def handout(
    lab: Teacher, lines: dict[str, tuple[str, list[str]]], scenario: str
) -> Iterator[tuple[str, str]]:
    """What the handout's own commands answer, and that all of them are refused."""
    answers = lab.ask(*lines.values(), scenario=scenario)
    for (text, _), answer in zip(lines.items(), answers, strict=True):
        assert answer["status"] != 0, (text, answer)
        yield text, summary(answer)


def summary(answer: dict[str, Any]) -> str:
    words = (answer["err"] or answer["out"]).strip().splitlines()
    return f"exit status {answer['status']}: {' / '.join(words[-2:])}"[:300]
