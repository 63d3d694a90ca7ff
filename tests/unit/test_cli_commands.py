"""Whole command lines on a workflow that only pretends: questions, exit codes, what goes to which stream."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import click
import pytest
from click.testing import CliRunner, Result

from esxlab import texts, workflow
from esxlab.actions.base import Action
from esxlab.backends.protocols import Backends
from esxlab.bugs import Bug, failure_of
from esxlab.checks.base import Answer, CheckResult
from esxlab.cli import confirm, session
from esxlab.cli.group import esxlab
from esxlab.engine.events import GroupFinished, RunFinished, RunStarted, StepFinished
from esxlab.engine.run import RunReport
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.plain import keep_secret
from esxlab.planning.plan import GroupPlan, Plan
from esxlab.planning.standing import ClassStatus, GroupStatus

DEMO = str(Path(__file__).parents[2] / "specs" / "demo.yaml")
LOGIN = LabError("secret.missing", kind="vsphere", variable="V")


class Panic(BaseException):
    """As cryptography's Rust raises it: no Exception."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Action):
    verb: ClassVar[str] = "power-on"

    @property
    def subject(self) -> str:
        return "srvweb1"


@dataclass
class World:
    """Closes like a backend, and keeps what the commands asked of the workflow."""

    closed: int = 0
    ran: list[Plan] = field(default_factory=list)
    options: list[workflow.Options] = field(default_factory=list)
    removals: list[tuple[Any, ...]] = field(default_factory=list)
    groups: tuple[GroupPlan, ...] = ()
    failed: dict[int, LabError] = field(default_factory=dict)
    verdict: str = "ok"
    interrupt: bool = False

    def close(self) -> None:
        self.closed += 1


def steps(number: int) -> GroupPlan:
    return GroupPlan(GroupId("demo", number), (Start(group=GroupId("demo", number)),))


def refused(number: int) -> GroupPlan:
    return GroupPlan(GroupId("demo", number), problems=(LOGIN,))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    world = World(groups=(steps(1), steps(2), GroupPlan(GroupId("demo", 3))))
    access = {
        "engine": "light",
        "servers": {"vc": ["127.0.0.1", 1]},
        "routers": {},
        "passwords": {},
        "thumbprints": {},
    }
    (tmp_path / "school.json").write_text(json.dumps(access), encoding="utf-8")
    monkeypatch.setenv("ESXLAB_SCHOOL", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(session, "connect", lambda *_, **__: Backends(world, world, world))

    def plan_provision(wanted: Any, backends: Any, options: workflow.Options, roster: Any) -> Plan:
        world.options.append(options)
        return Plan("provision", "demo", world.groups)

    def plan_teardown(
        servers: Any, class_name: str, groups: Any, backends: Any, options: Any, *, logins: Any
    ) -> Plan:
        world.removals.append((tuple(server.host for server in servers), class_name, groups))
        return Plan("teardown", class_name, world.groups)

    def run_plan(plan: Plan, backends: Any, listeners: Any, options: workflow.Options) -> RunReport:
        world.ran.append(plan)
        if world.interrupt:
            options.stop.set()
        outcomes = []
        for group in plan.groups:
            number, error = group.group.number, world.failed.get(group.group.number)
            done = 0 if error or world.interrupt else len(group.actions)
            outcomes.append(GroupFinished(number, done, len(group.actions), 1.0, error))
        events = (
            RunStarted("provision", "demo", {1: 1}),
            StepFinished(1, "power-on", "power on", "done", 1.0),
        )
        for event in (*events, GroupFinished(1, 1, 1, 1.0), RunFinished((), 1.0)):
            for listener in listeners:
                listener(event)
        return RunReport(tuple(outcomes), 1.0, interrupted=world.interrupt)

    def verify(
        specs: Any, wanted: Any, backends: Any, listeners: Any, options: Any
    ) -> tuple[CheckResult, ...]:
        return tuple(
            CheckResult(s.group.number, "ping", "ping?", Answer(world.verdict, "seen"), 0.1) for s in specs
        )

    def status(wanted: Any, backends: Any, roster: Any, author: Any) -> ClassStatus:
        here = tuple(GroupStatus(lab.group.number, "absent", (), (), 3) for lab in wanted)
        return ClassStatus(here, roster.orphans([*(lab.group for lab in wanted), GroupId("demo", 9)]))

    monkeypatch.setattr(workflow, "plan_provision", plan_provision)
    monkeypatch.setattr(workflow, "plan_teardown", plan_teardown)
    monkeypatch.setattr(workflow, "run_plan", run_plan)
    monkeypatch.setattr(workflow, "verify", verify)
    monkeypatch.setattr(workflow, "status", status)
    return world


def esx(*words: str, env: dict[str, str] | None = None) -> Result:
    texts.set_language("en")
    return CliRunner().invoke(esxlab, list(words), env=env)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody sits at the terminal and types this."""

    def type_in(text: str) -> None:
        monkeypatch.setattr(confirm, "is_interactive", lambda: True)
        monkeypatch.setattr(confirm, "read_line", io.StringIO(text).readline)

    return type_in


def test_plan_changes_nothing_and_says_so_in_its_exit_code(world: World) -> None:
    plain = esx("plan", "-f", DEMO)
    assert (plain.exit_code, world.ran, world.closed) == (0, [], 3)
    assert "Nothing to do for group 3" in plain.stdout
    assert esx("plan", "-n", "-f", DEMO).exit_code == 0
    assert esx("plan", "-f", DEMO, "--detailed-exitcode").exit_code == 3
    world.groups = (GroupPlan(GroupId("demo", 1)),)
    assert esx("plan", "-f", DEMO, "--detailed-exitcode").exit_code == 0


def test_plan_with_problems(world: World) -> None:
    world.groups = (steps(1), refused(2))
    assert esx("plan", "-f", DEMO).exit_code == 7
    world.groups = (refused(1), refused(2))
    assert esx("plan", "-f", DEMO).exit_code == 6


def test_every_flag_is_also_a_variable(world: World) -> None:
    variables = {"ESXLAB_FILE": DEMO, "ESXLAB_PLAN_OUTPUT": "csv", "ESXLAB_PLAN_UNTIL": "guests"}
    variables |= {"ESXLAB_PLAN_ONLY": "machines router", "ESXLAB_PLAN_DEEP": "1", "ESXLAB_PLAN_PARALLEL": "3"}
    result = esx("plan", env=variables)
    assert result.stdout.splitlines()[:2] == [
        "group,mark,world,verb,subject,text",
        "1,~,vsphere,power-on,srvweb1,srvweb1: power on",
    ]
    used = world.options[0]
    assert (used.only, used.until, used.deep, used.parallel) == ({"machines", "router"}, "guests", True, 3)


def test_provision_without_a_terminal_never_hangs(world: World) -> None:
    result = esx("provision", "-f", DEMO)
    assert (result.exit_code, world.ran) == (2, [])
    assert "--yes" in result.stderr
    assert "Plan for class demo" in result.stderr


@pytest.mark.parametrize(("typed", "runs"), [("y\n", 1), ("oui\n", 1), ("n\n", 0), ("\n", 0), ("", 0)])
def test_provision_asks(typed: str, runs: int, world: World, answers: Any) -> None:
    answers(typed)
    result = esx("provision", "-f", DEMO)
    assert len(world.ran) == runs
    assert result.exit_code == (0 if runs else 130)
    assert "Carry out this plan? [y/N]" in result.stderr
    assert "Carry out" not in result.stdout


def test_provision_with_nothing_to_do_asks_nothing(world: World) -> None:
    world.groups = (GroupPlan(GroupId("demo", 1)),)
    result = esx("provision", "-f", DEMO)
    assert (result.exit_code, world.ran) == (0, [])
    assert "Nothing to do" in result.stdout


def test_dry_run_never_acts(world: World) -> None:
    result = esx("provision", "-f", DEMO, "--dry-run", "--yes", "-o", "json")
    assert (result.exit_code, world.ran) == (0, [])
    assert json.loads(result.stdout)["schema"] == "esxlab/plan/1"


def test_a_plan_that_was_read_is_carried_out_unasked_or_refused(world: World) -> None:
    checksum = Plan("provision", "demo", world.groups).checksum
    assert esx("provision", "-f", DEMO, "--plan", checksum).exit_code == 0
    assert len(world.ran) == 1
    stale = esx("provision", "-f", DEMO, "--plan", "0" * 16)
    assert (stale.exit_code, len(world.ran)) == (3, 1)
    assert checksum in stale.stderr


@pytest.mark.parametrize(("failed", "exit_code"), [([], 0), ([1], 7), ([1, 2, 3], 6)])
def test_provision_tells_how_many_groups_failed(failed: list[int], exit_code: int, world: World) -> None:
    world.failed = dict.fromkeys(failed, LOGIN)
    result = esx("provision", "-f", DEMO, "-y")
    assert result.exit_code == exit_code
    assert ("Journal of this run" in result.stderr) == bool(failed)


def test_a_refused_group_is_in_the_json_of_the_run(world: World) -> None:
    world.groups = (steps(1), refused(2))
    world.failed = {2: LOGIN}
    result = esx("provision", "-f", DEMO, "-y", "-q", "-o", "json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["schema"]) == (7, "esxlab/provision/1")
    assert [(group["group"], group["result"]) for group in document["groups"]] == [(1, "done"), (2, "failed")]
    assert document["groups"][1]["errors"][0]["code"] == "secret.missing"
    assert Path(document["journal"]).is_file()


def test_an_interrupted_run_says_how_to_go_on(world: World) -> None:
    world.interrupt = True
    result = esx("provision", "-f", DEMO, "-y")
    assert result.exit_code == 130
    assert "To go on: " in result.stderr


def raising(error: BaseException) -> Any:
    def fail(*_: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("no"),
        EOFError(),
        click.Abort(),
        RuntimeError("\x1b[2Jpw-of-prof"),
        Panic("rust"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_bug_is_said_written_down_and_has_code_1(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, met_bugs: list[Bug], error: BaseException
) -> None:
    """An EOFError or click.Abort of a library is no Ctrl-D: it never ends as "interrupted"."""
    keep_secret("pw-of-prof")
    monkeypatch.setattr(workflow, "status", raising(error))
    result = esx("status", "-f", DEMO)
    assert (result.exit_code, world.closed, len(met_bugs)) == (1, 3, 1)
    assert "[bug.unexpected]" in result.stderr
    assert "Traceback" not in result.stderr
    (journal,) = (tmp_path / "home" / "esxlab" / "journal").iterdir()
    assert (
        f"Please report it, with this file (it holds the traceback and no password): {journal}"
        in result.stderr
    )
    (line,) = map(json.loads, journal.read_text(encoding="utf-8").splitlines())
    assert (line["event"], line["error"]) == ("bug", "bug.unexpected")
    assert line["traceback"][0] == "Traceback (most recent call last):"
    assert any("in fail" in text for text in line["traceback"])
    for said in (result.stderr, journal.read_text(encoding="utf-8")):
        assert "\x1b" not in said
        assert "pw-of-prof" not in said


def test_a_bug_whose_journal_cannot_be_written_is_shown(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, met_bugs: list[Bug]
) -> None:
    (tmp_path / "home" / "esxlab").mkdir(parents=True)
    (tmp_path / "home" / "esxlab" / "journal").write_text("a file", encoding="utf-8")
    monkeypatch.setattr(workflow, "status", raising(ZeroDivisionError("no")))
    result = esx("status", "-f", DEMO, "--lang", "fr")
    assert (result.exit_code, len(met_bugs)) == (1, 1)
    assert "Un bogue d\u2019esxlab" in result.stderr
    assert "ZeroDivisionError: no" in result.stderr


def test_a_bug_of_one_group_is_in_the_runs_journal_and_the_code_is_1(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, met_bugs: list[Bug]
) -> None:
    def run_plan(plan: Plan, backends: Any, listeners: Any, options: workflow.Options) -> RunReport:
        for listener in listeners:
            listener(RunStarted("provision", "demo", {1: 1}))
        error = failure_of(IndexError("list index out of range"), where="group 1")
        return RunReport((GroupFinished(1, 0, 1, 1.0, error), GroupFinished(2, 1, 1, 1.0)), 1.0)

    monkeypatch.setattr(workflow, "run_plan", run_plan)
    result = esx("provision", "-f", DEMO, "-y")
    assert (result.exit_code, len(met_bugs)) == (1, 1)
    (journal,) = (tmp_path / "home" / "esxlab" / "journal").iterdir()
    events = [json.loads(line)["event"] for line in journal.read_text(encoding="utf-8").splitlines()]
    assert events == ["run-started", "bug"]
    assert str(journal) in result.stderr


def test_ctrl_c_while_observing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workflow, "status", interrupted)
    result = esx("status", "-f", DEMO)
    assert (result.exit_code, world.closed) == (130, 3)


@pytest.mark.parametrize(("verdict", "exit_code"), [("ok", 0), ("skipped", 0), ("failed", 10), ("error", 10)])
def test_verify(verdict: str, exit_code: int, world: World) -> None:
    world.verdict = verdict
    result = esx("verify", "-f", DEMO, "-g", "1,3", "-o", "json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["passed"]) == (exit_code, exit_code == 0)
    assert [group["group"] for group in document["groups"]] == [1, 3]


def test_status(world: World) -> None:
    result = esx("status", "-f", DEMO, "-g", "2", "-q")
    assert result.exit_code == 0
    assert "absent" in result.stdout
    assert result.stderr == ""
    assert esx("status", "-f", DEMO, "-g", "9").exit_code == 2


def test_teardown_of_a_group_asks(world: World, answers: Any) -> None:
    answers("y\n")
    assert esx("teardown", "-f", DEMO, "--group", "2").exit_code == 0
    assert world.removals == [(("vcenter.school.example",), "demo", (2,))]
    assert len(world.ran) == 1


@pytest.mark.parametrize(("typed", "exit_code", "runs"), [("demo\n", 0, 1), ("y\n", 4, 0), ("Demo\n", 4, 0)])
def test_teardown_of_a_class_wants_its_name(
    typed: str, exit_code: int, runs: int, world: World, answers: Any
) -> None:
    answers(typed)
    assert esx("teardown", "-f", DEMO, "--all").exit_code == exit_code
    assert len(world.ran) == runs


@pytest.mark.parametrize("words", [[], ["--all", "--group", "2"]])
def test_teardown_wants_groups_or_all(words: list[str], world: World) -> None:
    result = esx("teardown", "-f", DEMO, "-y", *words)
    assert (result.exit_code, world.removals) == (2, [])


def test_teardown_without_spec_and_terminal(world: World) -> None:
    words = ("teardown", "--group", "7", "--class", "sio2", "--server", "esxi1", "--user", "prof")
    assert esx(*words).exit_code == 2
    assert esx(*words, "--dry-run").exit_code == 0
    assert esx(*words, "--yes").exit_code == 0
    assert world.removals == [(("esxi1",), "sio2", (7,))] * 3
    assert len(world.ran) == 1


def test_a_wrong_spec_is_told_whole_in_both_forms(tmp_path: Path) -> None:
    spec = tmp_path / "esxlab.yaml"
    spec.write_text(
        "class: x\ngroups: 1-2\nscenari: ha\nvsphere: {host: vc, user: 7up, port: many}\n", encoding="utf-8"
    )
    result = esx("plan", "-f", str(spec))
    assert result.exit_code == 2
    assert "^" in result.stderr
    document = json.loads(esx("plan", "-f", str(spec), "-o", "json").stdout)
    assert {3, 4} <= {error["line"] for error in document["errors"]}
    assert all(error["fix"] and error["where"].startswith(str(spec)) for error in document["errors"])


def test_no_school(world: World, tmp_path: Path) -> None:
    (tmp_path / "school.json").unlink()
    result = esx("status", "-f", DEMO, "-o", "json")
    assert (result.exit_code, json.loads(result.stdout)["errors"][0]["code"]) == (6, "school.down")


def test_the_version_is_told_by_its_letter_too() -> None:
    assert esx("-V").stdout == esx("--version").stdout != ""
