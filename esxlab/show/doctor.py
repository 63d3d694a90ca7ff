"""What doctor found: a table, a row for each thing looked at; then what is wrong and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.show.json_output import error_document
from esxlab.show.tables import draw
from esxlab.show.words import count, said_lines, verdict
from esxlab.texts import remedy_line, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.lab.finding import Finding
    from esxlab.show.glyphs import Glyphs

WORDS = {"ok": "ok", "warning": "error", "failed": "failed"}
"""Verdict of a finding -> whose glyph and word; a warning has words of its own."""


def render_findings(
    findings: Sequence[Finding], glyphs: Glyphs, *, width: int = 0, ready: str = "doctor.ready"
) -> str:
    """The table, the errors with their remedies (a shared one is said once), the sum; a line end.

    `ready`: the text that says that nothing failed.
    """
    headers = [say(f"column.{name}") for name in ("topic", "where", "result", "found")]
    blocks = [draw(headers, [_row(finding, glyphs) for finding in findings], width=width)]
    by_remedy: dict[str, list[str]] = {}
    for finding in findings:
        if finding.error is not None:
            glyph = glyphs.warning if finding.warning else glyphs.failed
            said = f"{glyph} {said_lines(finding.error)}"
            by_remedy.setdefault(remedy_line(finding.error), []).append(said)
    blocks += ["\n".join([*said, remedy]) for remedy, said in by_remedy.items()]
    failed = sum(finding.verdict == "failed" for finding in findings)
    warned = sum(finding.verdict == "warning" for finding in findings)
    blocks.append(count("doctor.failed", failed) if failed else say(ready))
    if warned:
        blocks[-1] += " " + count("doctor.warned", warned)
    return "\n\n".join(blocks) + "\n"


def findings_document(class_name: str, findings: Sequence[Finding]) -> dict[str, Any]:
    """The JSON document's content; `error` is null where nothing is wrong."""
    return {
        "class": class_name,
        "findings": [
            {
                "topic": finding.topic,
                "where": finding.where,
                "verdict": finding.verdict,
                "text": _text(finding),
                "error": error_document(finding.error) if finding.error else None,
            }
            for finding in findings
        ],
    }


def _row(finding: Finding, glyphs: Glyphs) -> list[str]:
    if finding.verdict == "warning":
        result = f"{glyphs.warning} {say('doctor.warning')}"
    else:
        result = verdict(WORDS[finding.verdict], glyphs)
    return [say(f"doctor.topic.{finding.topic}"), finding.where, result, _text(finding)]


def _text(finding: Finding) -> str:
    if finding.error:
        return finding.error.code
    key = ".".join(filter(None, ("doctor", finding.topic, str(finding.facts.get("state", "")))))
    facts = dict(finding.facts)
    if kind := facts.get("kind"):
        facts["kind"] = say(f"doctor.kind.{kind}")
    return say(key, **facts)
