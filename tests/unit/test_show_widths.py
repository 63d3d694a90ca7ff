"""At 80 columns every table fits, with long names and in both languages; a pipe gets each row in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from esxlab import texts
from esxlab.checks.base import Answer, CheckResult
from esxlab.cli.trust import Identity
from esxlab.cli.trust import _table as identities
from esxlab.drills.base import DrillReport, Findings, Phase, Takeover
from esxlab.drills.timeline import Entry
from esxlab.engine.drill_runner import GroupDrillResult
from esxlab.engine.events import GroupFinished
from esxlab.engine.run import RunReport
from esxlab.errors import LabError
from esxlab.lab.finding import Finding
from esxlab.lab.privileges import needed
from esxlab.planning.standing import ClassStatus, GroupStatus, MachineStatus
from esxlab.show import cells
from esxlab.show.checks import render_checks
from esxlab.show.doctor import render_findings
from esxlab.show.drill import render_drill_results
from esxlab.show.folding import fold
from esxlab.show.glyphs import UNICODE
from esxlab.show.run import render_run
from esxlab.show.status import render_status
from esxlab.show.tables import as_records, draw, draw_unparted
from esxlab.sim.tables import render_school

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = 80
GROUPS = range(1, 13)
LONG = "vcenter-de-secours.administration.lycee-jean-baptiste-poquelin.example"
WIDE = "serveur-\u6f22\u5b57-e\u0301le\u0300ve-" * 4
MACHINES = ("srvweb1", "srvweb2", "repartiteur1", "ClientA", "ClientB", WIDE)
LOST = LabError("doctor.licence_unknown", where=LONG, edition="esx.somethingNew.cpuPackageCoreLimited")
NETWORKS = ("g07-inside", "R\u00e9seau des \u00e9l\u00e8ves / salle 12", LONG)


def status() -> ClassStatus:
    groups = []
    for number in GROUPS:
        machines = tuple(
            MachineStatus(name, f"g{number:02d}-{name}", power, configured, "172.16.193.101", NETWORKS)
            for name, power, configured in zip(
                MACHINES,
                ("on", "off", "suspended", "absent", "unknown", "on"),
                ("yes", "no", "other", "unknown", "restart", "yes"),
                strict=True,
            )
        )
        groups.append(GroupStatus(number, "partial", machines, (LOST,), 25, router_pending=True))
    return ClassStatus(tuple(groups), orphans=(101, 103, 105))


def findings() -> list[Finding]:
    topics = ("licence", "privileges", "clock", "server", "datastore")
    return [Finding(topic, LONG, LOST, warning=bool(n % 2)) for n in GROUPS for topic in topics]


def drill_results() -> tuple[GroupDrillResult, ...]:
    lines = (
        Entry(-2.0, "answer", "", 2.2, WIDE[:30]),
        Entry(0.0, "step", texts.say("step.stop-service", subject=WIDE, service="apache2")),
        Entry(0.2, "answer", "", 2040.4, "", "refused"),
        Entry(9.9, "answer", texts.say("drill.counts", counts="SRV1 100, SRV2 100, SRV3 100", lost=20), 4.0),
    )
    seen = Takeover("serveur-web-1", "serveur-web-2", 1020.4, 25.0, 138.6, "serveur-web-1", back=True)
    counts = tuple((f"serveur-web-{n}", 100) for n in range(1, 4))
    phases = (Phase("wlc 3:1:1", counts, 20, counts),)
    found = Findings(True, "seen", 3000, 1004, seen, phases=phases, entries=lines)
    reports = [DrillReport(n, "apache-watched", "?", "failed", 91.0, found) for n in GROUPS]
    return tuple(GroupDrillResult(report.group, (report,)) for report in reports)


def checks() -> list[CheckResult]:
    names = ("machines", "ping", "page-inside", "page-outside", "isolation", "router", "cluster", "alias")
    return [CheckResult(n, name, "?", Answer("error", "", "", LOST), 0.5) for n in GROUPS for name in names]


def school() -> dict[str, object]:
    servers = {f"esxi{n}.{LONG}": ["127.0.0.1", 50000 + n] for n in GROUPS}
    return {"running": True, "engine": "light", "servers": servers, "routers": {LONG: ["127.0.0.1", 50100]}}


def run() -> RunReport:
    return RunReport(tuple(GroupFinished(n, 3, 25, 3725.2, LOST) for n in GROUPS), 76.0, interrupted=True)


def trust(width: int) -> str:
    key = f"ssh-ed25519 {'AAAA' * 17}"
    shown = {"certificate": ":".join(["AB"] * 32), "key": key, "serial": "FTX1234A0BC", "line": "telnet"}
    seen = [Identity(kind, LONG, what, pinned) for kind, what in shown.items() for pinned in ("", what, "x")]
    return identities(seen, width)


def role(width: int) -> str:
    rows = [[p.name, texts.say(f"privilege.{p.place}")] for p in needed(vcenter=True, cloning=True)]
    return draw([texts.say("column.privilege"), texts.say("column.needed_on")], rows, width=width)


def secrets(width: int) -> str:
    headers = [texts.say(f"column.{name}") for name in ("group", "state", "generation", "password", "phrase")]
    rows = [[str(n), texts.say("secrets.former"), "12", "bcdefghijklnopr", "0123456789" * 4] for n in GROUPS]
    return draw_unparted(headers, rows, width=width)


RENDERED: dict[str, Callable[[int], str]] = {
    "status": lambda width: render_status(status(), UNICODE, machines=True, width=width),
    "doctor": lambda width: render_findings(findings(), UNICODE, width=width),
    "drills": lambda width: render_drill_results(drill_results(), checks(), UNICODE, speed=20.0, width=width),
    "verify": lambda width: render_checks(checks(), UNICODE, width=width),
    "sim": lambda width: render_school(school(), UNICODE, width=width),
    "provision": lambda _width: render_run(run(), UNICODE),
    "trust": trust,
    "role": role,
    "secrets": secrets,
}


@pytest.fixture(params=["en", "fr"], autouse=True)
def language(request: pytest.FixtureRequest):
    texts.set_language(request.param)
    yield
    texts.set_language("en")


@pytest.mark.parametrize("name", RENDERED)
def test_at_80_columns_every_table_fits(name: str) -> None:
    shown = fold(RENDERED[name](COLUMNS), COLUMNS)
    assert [line for line in shown.splitlines() if cells.columns_of(line) > COLUMNS] == []


@pytest.mark.parametrize("name", ["status", "doctor", "sim"])
def test_on_a_pipe_a_row_is_a_line(name: str) -> None:
    assert any(LONG in line for line in RENDERED[name](0).splitlines() if line.count("  ") > 2)


def test_nothing_is_lost_in_a_folded_cell() -> None:
    table = draw(["where", "what"], [[LONG, WIDE]], width=40)
    first, second = zip(*((line[:19], line[19:]) for line in table.splitlines()[2:]), strict=True)
    assert "".join(first).replace(" ", "") + "".join(second).replace(" ", "") == LONG + WIDE


def test_columns_stand_below_each_other_whatever_signs_are_in_them() -> None:
    table = draw(["a", "b"], [["\u6f22\u5b57", "x"], ["e\u0301", "x"], ["abcd", "x"]])
    ends = {cells.columns_of(line[: line.rindex("x")]) for line in table.splitlines()[2:]}
    assert ends == {6}


def test_what_is_copied_is_not_parted() -> None:
    phrase = "0123456789abcdef" * 5
    assert phrase in as_records(["group", "phrase"], [["7", phrase]]).splitlines()[1]


@pytest.mark.parametrize("width", range(1, 40))
def test_a_text_on_lines_loses_no_word(width: int) -> None:
    text = f"compare {LONG} with the label, then write {WIDE}"
    lines = cells.parted(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cells.columns_of(line) <= max(width, 2) for line in lines)
