"""Every result as one JSON document with a schema name, its groups, and errors with stable codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.engine.events import GroupFinished
from esxlab.foreign import json_text
from esxlab.show.checks import passed
from esxlab.show.plan import sign_of
from esxlab.show.run import outcome
from esxlab.show.words import warning_text
from esxlab.spec.problems import SpecProblems
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.checks.base import CheckResult
    from esxlab.engine.run import RunReport
    from esxlab.errors import LabError
    from esxlab.lab.identity import GroupId
    from esxlab.lab.provenance import Provenance
    from esxlab.planning.plan import GroupPlan, Plan
    from esxlab.planning.standing import ClassStatus

Document = dict[str, Any]


def to_json(kind: str, content: Mapping[str, object], errors: Sequence[LabError] = ()) -> str:
    """The document as text: `schema` first, `errors` of no group last, with a line end."""
    document = {
        "schema": f"esxlab/{kind}/1",
        **content,
        "errors": [document for error in errors for document in error_documents(error)],
    }
    return json_text(document, indent=2) + "\n"


def error_documents(error: LabError) -> list[Document]:
    """One document, or one for each problem of a spec, with its line and column."""
    if not isinstance(error, SpecProblems):
        return [error_document(error)]
    return [
        {
            "code": f"spec.{problem.code}",
            "where": problem.where,
            "text": problem.message,
            "detail": "",
            "fix": problem.remedy,
            "line": problem.line,
            "column": problem.column,
            "key": problem.key,
        }
        for problem in error.problems
    ]


def error_document(error: LabError) -> Document:
    """An error: `code` is stable, `text` and `fix` are in the current language."""
    return {
        "code": error.code,
        "where": error.where,
        "text": say(f"error.{error.code}", **error.facts),
        "detail": error.detail,
        "fix": say(f"error.{error.code}.fix", **error.facts),
    }


def plan_document(plan: Plan) -> Document:
    """The plan: `checksum` is what `provision --plan` takes."""
    return {
        "kind": plan.kind,
        "class": plan.class_name,
        "checksum": plan.checksum,
        "changes": plan.changes,
        "orphans": list(plan.orphans),
        "colleagues": _colleagues(plan.colleagues),
        "unread": [error_document(error) for error in plan.unread],
        "silent": [error_document(error) for error in plan.silent],
        "groups": [_group_plan(group) for group in plan.groups],
    }


def _colleagues(colleagues: Mapping[GroupId, Provenance]) -> list[Document]:
    """Groups that somebody else has made: who, and since when (the server's time)."""
    return [
        {"group": group.number, "who": made.who, "since": made.when} for group, made in colleagues.items()
    ]


def _group_plan(group: GroupPlan) -> Document:
    return {
        "group": group.group.number,
        "problems": [error_document(error) for error in group.problems],
        "warnings": [warning_text(warning) for warning in group.warnings],
        "actions": [
            {
                "key": action.key,
                "verb": action.verb,
                "subject": action.subject,
                "world": action.backend,
                "mark": sign_of(action),
                "text": action.describe(),
                "details": list(action.details()),
                "needs": list(action.needs),
            }
            for action in group.actions
        ],
    }


def run_document(plan: Plan, report: RunReport, *, journal: str) -> Document:
    """The end of a provision or teardown; `result` is done, nothing, failed or cancelled.

    Every group of the plan is in it; one that the plan refused has failed, with all that refused it.
    """
    ended = {group.group: group for group in report.groups}
    groups = []
    for group in plan.groups:
        end = ended.get(group.group.number, GroupFinished(group.group.number, 0, 0, 0.0))
        errors = group.problems or ((end.error,) if end.error else ())
        groups.append(
            {
                "group": end.group,
                "result": "failed" if errors else outcome(end),
                "done": end.done,
                "total": end.total,
                "elapsed_s": round(end.elapsed_s, 3),
                "errors": [error_document(error) for error in errors],
            }
        )
    return {
        "class": plan.class_name,
        "checksum": plan.checksum,
        "interrupted": report.interrupted,
        "elapsed_s": round(report.elapsed_s, 3),
        "journal": journal,
        "unread": [error_document(error) for error in plan.unread],
        "silent": [error_document(error) for error in plan.silent],
        "groups": groups,
    }


def verify_document(class_name: str, results: Sequence[CheckResult], *, elapsed_s: float) -> Document:
    """All answers; `verdict` is ok, failed, error (the question could not be asked) or skipped."""
    groups: dict[int, list[Document]] = {}
    for result in results:
        answer = result.answer
        groups.setdefault(result.group, []).append(
            {
                "check": result.check,
                "question": result.question,
                "verdict": answer.verdict,
                "seen": answer.seen,
                "look": answer.look,
                "elapsed_s": round(result.elapsed_s, 3),
                "error": error_document(answer.error) if answer.error else None,
            }
        )
    return {
        "class": class_name,
        "passed": passed(results),
        "elapsed_s": round(elapsed_s, 3),
        "groups": [{"group": number, "checks": checks} for number, checks in sorted(groups.items())],
    }


def status_document(class_name: str, standing: ClassStatus) -> Document:
    """What is there; `state` is a State of planning.standing, `pending` what a provision would do."""
    return {
        "class": class_name,
        "orphans": list(standing.orphans),
        "colleagues": _colleagues(standing.colleagues),
        "unread": [error_document(error) for error in standing.unread],
        "groups": [
            {
                "group": group.group,
                "state": group.state,
                "pending": group.pending,
                "problems": [error_document(error) for error in group.problems],
                "remarks": [error_document(error) for error in group.remarks],
                "machines": [
                    {
                        "machine": machine.machine,
                        "name": machine.name,
                        "power": machine.power,
                        "configured": machine.configured,
                        "address": machine.address,
                        "networks": list(machine.networks),
                    }
                    for machine in group.machines
                ],
            }
            for group in standing.groups
        ],
    }
