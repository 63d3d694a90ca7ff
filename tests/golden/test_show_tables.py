"""What people read of plans, checks, status and runs, in both languages, with and without the signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from golden_text import check_golden

from esxlab import texts
from esxlab.actions.base import Action, BackendName
from esxlab.checks.base import Answer, CheckResult
from esxlab.engine.events import GroupFinished
from esxlab.engine.run import RunReport
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.planning.plan import GroupPlan, Plan, Remark
from esxlab.planning.standing import ClassStatus, GroupStatus, MachineStatus
from esxlab.show.checks import render_checks
from esxlab.show.glyphs import ASCII, UNICODE
from esxlab.show.json_output import (
    plan_document,
    run_document,
    status_document,
    to_json,
    verify_document,
)
from esxlab.show.plan import render_plan
from esxlab.show.run import render_run
from esxlab.show.status import render_status
from esxlab.sim.tables import render_school


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Action):
    name: str
    lines: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return self.name

    def describe(self) -> str:
        return f"{self.name}: {self.verb}"

    def details(self) -> tuple[str, ...]:
        return self.lines


class Create(Step):
    verb: ClassVar[str] = "create-machine"


class Configure(Step):
    verb: ClassVar[str] = "configure"
    backend: ClassVar[BackendName] = "guest"


class Push(Step):
    verb: ClassVar[str] = "push-router"
    backend: ClassVar[BackendName] = "router"


class Destroy(Step):
    verb: ClassVar[str] = "destroy-machine"


TAKEN = LabError("usage.server_missing", where="group 3, srvweb1", detail="a foreign word")


def group(number: int) -> GroupId:
    return GroupId("sio2", number)


def plan(kind: str = "provision") -> Plan:
    files = ("/etc/hosts", "apt: apache2 heartbeat")
    lines = ("interface FastEthernet0/1", " ip nat inside")
    busy = (
        Create(group=group(1), name="srvweb1"),
        Configure(group=group(1), name="srvweb1", needs=("create-machine srvweb1",), lines=files),
        Push(group=group(1), name="10.0.0.1", lines=lines),
        Destroy(group=group(1), name="old"),
    )
    groups = (
        GroupPlan(
            group(1), busy, warnings=(Remark("router.warning.http_server", {"line": "ip http server"}),)
        ),
        GroupPlan(group(2)),
        GroupPlan(group(3), problems=(TAKEN,)),
        *(GroupPlan(group(number)) for number in (4, 5)),
    )
    return Plan(kind, "sio2", groups, orphans=(11, 12))


def large_plan() -> Plan:
    groups = []
    for number in range(1, 6):
        push = Push(group=group(number), name=f"10.0.0.{number}", lines=(f"! line of group {number}",))
        steps = (Create(group=group(number), name="srvweb1"), push)
        groups.append(GroupPlan(group(number), steps if number != 4 else steps[:1]))
    return Plan("provision", "sio2", tuple(groups))


def results(groups: int, checks: int = 3) -> list[CheckResult]:
    verdicts = ("ok", "failed", "error", "skipped")
    found = []
    for number in range(1, groups + 1):
        for at in range(checks):
            verdict = verdicts[at % 4] if number == 2 else "ok"
            look = "ssh ClientA curl -s http://192.16.193.20/" if verdict != "ok" else ""
            error = TAKEN if verdict == "error" else None
            answer = Answer(verdict, "" if error else f"answer {at}", look, error)
            found.append(CheckResult(number, f"check-{at}", f"is {at} right?", answer, 0.5))
    return found


def statuses() -> tuple[GroupStatus, ...]:
    machines = (
        MachineStatus("srvweb1", "SRV1", "on", "yes", "172.16.193.10", ("g01-inside",)),
        MachineStatus("srvweb2", "SRV2", "off", "restart", "", ("g01-inside",)),
        MachineStatus("repartiteur1", "LB", "absent", "no", "", ()),
    )
    return (
        GroupStatus(1, "partial", machines, (), 7),
        GroupStatus(2, "ready", machines[:1], (), 0),
        GroupStatus(3, "absent", (), (TAKEN,), 0),
    )


def report() -> RunReport:
    outcomes = (
        GroupFinished(1, 3, 3, 75.2),
        GroupFinished(2, 0, 0, 0.0),
        GroupFinished(3, 0, 0, 0.0, TAKEN),
        GroupFinished(4, 1, 3, 8.04, TAKEN),
        GroupFinished(5, 2, 3, 8.04),
    )
    return RunReport(outcomes, 76.0, interrupted=True)


TEXTS = {
    "plan": lambda glyphs: render_plan(plan(), glyphs),
    "plan-class": lambda glyphs: render_plan(large_plan(), glyphs),
    "plan-details": lambda glyphs: render_plan(plan("teardown"), glyphs, details=True),
    "checks": lambda glyphs: render_checks(results(3), glyphs),
    "checks-turned": lambda glyphs: render_checks(results(4, 6), glyphs, width=45),
    "status": lambda glyphs: render_status(ClassStatus(statuses(), orphans=(11, 12)), glyphs),
    "run": lambda glyphs: render_run(report(), glyphs),
    "school": lambda glyphs: render_school(
        {
            "running": True,
            "engine": "light",
            "servers": {"vcenter.example": ["127.0.0.1", 8989]},
            "routers": {"10.0.0.1": ["127.0.0.1", 2201]},
        },
        glyphs,
    ),
}

DOCUMENTS = {
    "plan": lambda: to_json("plan", plan_document(plan())),
    "run": lambda: to_json("provision", run_document(plan(), report(), journal="journal.jsonl")),
    "verify": lambda: to_json("verify", verify_document("sio2", results(2), elapsed_s=3.0)),
    "status": lambda: to_json("status", status_document("sio2", ClassStatus(statuses(), orphans=(11, 12)))),
    "error": lambda: to_json("plan", {}, errors=[TAKEN]),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", TEXTS)
def test_text(name: str, language: str) -> None:
    texts.set_language(language)
    check_golden(f"show/{name}.{language}.txt", TEXTS[name](UNICODE))


@pytest.mark.parametrize("name", TEXTS)
def test_text_without_signs_is_ascii(name: str) -> None:
    text = TEXTS[name](ASCII)
    assert text.isascii()
    check_golden(f"show/{name}.ascii.txt", text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document(name: str) -> None:
    check_golden(f"show/{name}.json", DOCUMENTS[name]())
