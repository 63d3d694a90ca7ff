"""What drills showed, as one JSON document: schema esxlab/drill/1. Seconds are the client's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.show.json_output import error_document, verify_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.checks.base import CheckResult
    from esxlab.drills.base import DrillReport, Findings, Phase, Takeover
    from esxlab.drills.timeline import Entry
    from esxlab.engine.drill_runner import GroupDrillResult
    from esxlab.show.json_output import Document


def drill_document(
    class_name: str,
    groups: Sequence[GroupDrillResult],
    checks: Sequence[CheckResult],
    *,
    elapsed_s: float,
    speed: float,
    interrupted: bool,
) -> Document:
    """`elapsed_s` is of this computer's clock, `speed` how many lab seconds pass in one of them.

    `checks` are the answers of the verify at the end, in the form of esxlab/verify/1.
    """
    after = verify_document(class_name, checks, elapsed_s=0.0)
    return {
        "class": class_name,
        "passed": after["passed"] and all(group.good for group in groups),
        "interrupted": interrupted,
        "elapsed_s": round(elapsed_s, 3),
        "speed": speed,
        "groups": [
            {
                "group": group.group,
                "error": error_document(group.error) if group.error else None,
                "drills": [_report(report) for report in group.reports],
            }
            for group in groups
        ],
        "verify": {"passed": after["passed"], "groups": after["groups"]},
    }


def _report(report: DrillReport) -> Document:
    found = report.findings
    return {
        "drill": report.drill,
        "question": report.question,
        "verdict": report.verdict,
        "elapsed_s": round(report.elapsed_s, 3),
        "outage_s": _rounded(report.outage_s),
        "error": error_document(report.error) if report.error else None,
        **(_findings(found) if found else {}),
    }


def _findings(found: Findings) -> Document:
    return {
        "seen": found.seen,
        "sent": found.sent,
        "lost": found.lost,
        "unread": found.unread,
        "takeover": _takeover(found.takeover) if found.takeover else None,
        "phases": [_phase(phase) for phase in found.phases],
        "timeline": [_entry(entry) for entry in found.entries],
    }


def _takeover(seen: Takeover) -> Document:
    return {
        "before": seen.before,
        "after": seen.after or None,
        "outage_s": _rounded(seen.outage_s),
        "bound_s": seen.bound_s,
        "in_bound": seen.in_bound,
        "return_outage_s": _rounded(seen.return_outage_s),
        "ended": seen.ended or None,
        "came_back": seen.ended == seen.before,
        "given_back": seen.back,
        "precision_s": _rounded(seen.precision_s),
    }


def _phase(phase: Phase) -> Document:
    return {
        "condition": phase.text,
        "requests": phase.requests,
        "answers": dict(phase.counts),
        "lost": phase.lost,
        "lost_share": round(phase.lost_share, 3),
        "expected": None if phase.expected is None else dict(phase.expected),
        "table": None if phase.table is None else dict(phase.table),
    }


def _entry(entry: Entry) -> Document:
    return {
        "at_s": round(entry.at_s, 1),
        "kind": entry.kind,
        "text": entry.text,
        "seconds": round(entry.seconds, 1),
        "who": entry.who or None,
        "why": entry.why or None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
