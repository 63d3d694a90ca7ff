"""What people read of drills, in both languages, with and without the signs, and the JSON document."""

from __future__ import annotations

import pytest
from golden_text import check_golden

from esxlab import texts
from esxlab.checks.base import Answer, CheckResult
from esxlab.drills.base import DrillReport, Findings, Phase, Takeover
from esxlab.drills.timeline import Entry
from esxlab.engine.drill_runner import GroupDrillResult
from esxlab.errors import LabError
from esxlab.exercises.registry import build_drills, build_lab
from esxlab.show.drill import render_drill_results, render_drills
from esxlab.show.drill_json import drill_document
from esxlab.show.glyphs import ASCII, UNICODE
from esxlab.show.json_output import to_json
from tests.group_specs import group_spec

NOT_GREEN = LabError("drill.not_green", where="group 2", detail="nobody", check="page-outside", group=2)


def all_drills():
    specs = [group_spec(1), group_spec(2, scenario="lb")]
    labs = [build_lab(spec, phrase="sesame") for spec in specs]
    return [
        drill
        for spec, lab in zip(specs, labs, strict=True)
        for drill in build_drills(spec, wanted=lab, found=lab)
    ]


def words(name):
    return next(drill.describe() for drill in all_drills() if drill.name == name)


def card() -> DrillReport:
    lines = (
        Entry(-2.0, "answer", "", 2.2, "SRV1"),
        Entry(0.0, "step", texts.say("step.unplug", subject="srvweb1")),
        Entry(0.2, "answer", "", 20.4, "", "silent"),
        Entry(20.6, "answer", "", 14.9, "SRV2"),
        Entry(22.8, "step", texts.say("step.plug", subject="srvweb1")),
        Entry(35.5, "answer", "", 38.6, "", "silent"),
        Entry(74.1, "answer", "", 9.0, "SRV1"),
    )
    seen = Takeover("SRV1", "SRV2", 20.4, 25.0, 38.6, "SRV1", back=True)
    found = Findings(True, "seen", 300, 104, seen, entries=lines)
    return DrillReport(1, "nic", words("nic"), "ok", 91.0, found, outage_s=20.4)


def apache() -> DrillReport:
    lines = (
        Entry(-2.0, "answer", "", 2.1, "SRV1"),
        Entry(0.0, "step", texts.say("step.stop-service", subject="srvweb1", service="apache2")),
        Entry(0.1, "answer", "", 25.3, "", "refused"),
    )
    seen = Takeover("SRV1", "", None, 25.0, 0.0, "SRV1", back=True)
    found = Findings(True, "seen", 160, 126, seen, entries=lines)
    return DrillReport(1, "apache", words("apache"), "ok", 40.0, found, outage_s=25.3)


def stopped() -> DrillReport:
    return DrillReport(1, "power", words("power"), "cancelled", 3.0, outage_s=17.8)


def schedulers() -> DrillReport:
    phases = (
        Phase("rr 3:1", (("SRV1", 100), ("SRV2", 100)), 0, (("SRV1", 100), ("SRV2", 100))),
        Phase("wlc 3:1", (("SRV1", 199), ("SRV2", 0)), 1),
    )
    lines = (
        Entry(0.0, "step", texts.say("step.set-table", label="rr 3:1")),
        Entry(0.3, "answer", texts.say("drill.counts", counts="SRV1 100, SRV2 100", lost=0), 4.0),
    )
    found = Findings(False, "seen", 400, 1, phases=phases, entries=lines)
    return DrillReport(3, "schedulers", words("schedulers"), "failed", 20.0, found)


def groups() -> tuple[GroupDrillResult, ...]:
    return (
        GroupDrillResult(1, (card(), apache(), stopped())),
        GroupDrillResult(2, (), NOT_GREEN),
        GroupDrillResult(3, (schedulers(),)),
    )


def checks() -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(number, "page-outside", "?", Answer("ok" if number != 2 else "failed", "SRV1"), 0.1)
        for number in (1, 2, 3)
    )


TEXTS = {
    "drills": lambda glyphs: render_drill_results(groups(), checks(), glyphs, speed=20.0),
    "drills-real": lambda glyphs: render_drill_results(groups()[:1], checks()[:1], glyphs),
    "drills-asked": lambda _glyphs: render_drills("sio2", all_drills()),
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


def test_document() -> None:
    document = drill_document("sio2", groups(), checks(), elapsed_s=91.5, speed=20.0, interrupted=False)
    check_golden("show/drills.json", to_json("drill", document))
