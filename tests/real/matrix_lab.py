"""The truth lab's other rows (tests/matrix.py): one model and one short course each.

`make test-matrix` names this file; MATRIX="name name" runs some rows. Each row is kept when it ends, green or
not.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from esxlab.sim.qemu.kind import kind_of
from tests.course import BOOT, GREEN_LIMIT_S, verify_all
from tests.matrix import chosen
from tests.seen import write_row
from tests.teacher import Teacher

if TYPE_CHECKING:
    from tests.matrix import Row

pytestmark = pytest.mark.real
WORDS = re.compile(r'"(?:code|message|text|detail|seen)": "([^"]+)"')
STATIONS = ("ClientA", "ClientB")
SERVERS_SHELL = ("getent", "passwd", "root")
VERSIONS = ("cat", "/etc/debian_version")


@pytest.mark.parametrize("row", chosen(), ids=lambda row: row.name)
def test_a_row_of_the_matrix(row, tmp_path):
    own = tmp_path / "esxlab.yaml"
    own.write_text(row.spec_text, encoding="utf-8")
    lab = Teacher(tmp_path, "qemu", spec=own, groups=row.groups, model=row.model)
    result, told = "failed", ""
    try:
        told = "; ".join(_course(lab, row))
        result = "green"
    except AssertionError as error:
        told = _words_of(error)
        raise
    finally:
        when = datetime.now(UTC).date().isoformat()
        model = str(kind_of(row.model))
        write_row(
            row.name,
            {"model": model, "when": when, "result": result, "seen": told, "times": lab.seen["times"]},
        )
        lab.type("sim", "down")


def _course(lab: Teacher, row: Row) -> list[str]:
    """The steps; what they saw."""
    lab.type("sim", "model", step="model")
    lab.sim_up()
    told = [] if row.warned is None else [_check_model(lab, row.warned)]
    first = _plan(lab)
    lab.on_group("provision", "--yes", *BOOT, step="provision")
    verify_all(lab, row.scenario, limit_s=GREEN_LIMIT_S)
    told += _inside(lab, row)
    told.append(_drill(lab, row))
    assert not _plan(lab)
    lab.on_group("teardown", "--yes", step="teardown")
    assert _plan(lab) == first
    return told


def _check_model(lab: Teacher, warned: tuple[str, ...]) -> str:
    """`esxlab model check` on the real model: its warnings are those, and it fails in nothing."""
    about = ("-f", str(lab.spec), "--sim", "-g", lab.groups, "-o", "json")
    findings = json.loads(lab.type("model", "check", *about, step="model check"))["findings"]
    told = {
        f["error"]["code"]: f["error"] for f in findings if f["error"] and f["where"].endswith("modeleD9")
    }
    assert set(told) == set(warned), told
    return f"model check: {', '.join(told)}"


def _plan(lab: Teacher) -> list[str]:
    return [action["text"] for group in lab.on_group("plan")["groups"] for action in group["actions"]]


def _inside(lab: Teacher, row: Row) -> list[str]:
    """The machines are of the kind that was asked for; a renewed lease changes no station's routes."""
    kind = kind_of(row.model)
    told, shell, kernel, arch, locale = (
        answer["out"].strip()
        for answer in lab.ask(
            ("srvweb1", list(VERSIONS)),
            ("srvweb1", list(SERVERS_SHELL)),
            ("srvweb1", ["uname", "-r"]),
            ("srvweb1", ["dpkg", "--print-architecture"]),
            ("srvweb1", ["sh", "-c", "cat /etc/default/locale 2>/dev/null; true"]),
            scenario=row.scenario,
        )
    )
    assert shell.rpartition("/")[2] == kind.shell
    assert arch == kind.architecture
    assert (f"LANG={kind.locale}" in locale) == (kind.locale != "C")
    found = [f"Debian {told}, {arch}, Linux {kernel}"]
    if kind.dhcp.startswith("dhcpcd"):
        found.append(_renew(lab, row))
    return found


def _renew(lab: Teacher, row: Row) -> str:
    """dhcpcd asks again at once: the school's routes must not come back into the main table."""
    asked = [(station, ["dhcpcd", "-n", "ens160"]) for station in STATIONS]
    asked += [(station, ["sleep", "8"]) for station in STATIONS]
    asked += [(station, ["ip", "-4", "route", "show"]) for station in STATIONS]
    *_, one, two = lab.ask(*asked, scenario=row.scenario)
    for answer in (one, two):
        assert answer["out"]
        assert "ens160" not in answer["out"], answer
    return "routes stay after dhcpcd's rebind"


def _drill(lab: Teacher, row: Row) -> str:
    """The drill went as known; typed once more where a busy computer made it late."""
    document = lab.on_group("drill", row.drill, "--yes", step=f"drill {row.drill}", status=None)
    late = [drill for group in document["groups"] for drill in group["drills"] if drill["verdict"] != "ok"]
    if late:
        lab.seen["late"] = late
        document = lab.on_group("drill", row.drill, "--yes", step=f"drill {row.drill}, once more")
    seen = [drill["seen"] for group in document["groups"] for drill in group["drills"]]
    assert seen
    return f"{row.drill}: {' / '.join(seen)}{', at the second try' if late else ''}"


def _words_of(error: AssertionError) -> str:
    """What the teacher reads, of all that a command said."""
    text = str(error)
    found = list(dict.fromkeys(WORDS.findall(text)))
    return " | ".join(found)[-600:] or " ".join(text.split())[-600:]
