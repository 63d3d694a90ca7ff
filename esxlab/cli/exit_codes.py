"""The exit codes of every command, as one literal table, and which code an error stands for."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.errors import LabError


class ExitCode(IntEnum):
    """What a script can tell from the number alone."""

    DONE = 0  # or nothing to do
    BUG = 1
    USAGE = 2  # or the spec
    CHANGED = 3  # plan --detailed-exitcode found changes, or the plan of provision --plan is stale
    REFUSED = 4  # for safety
    LOCKED = 5
    ENVIRONMENT = 6  # login, licence, privilege, space
    SOME_FAILED = 7
    ALL_FAILED = 8
    CHECK_FAILED = 10
    INTERRUPTED = 130


BY_ERROR = {
    "bug": ExitCode.BUG,
    "usage": ExitCode.USAGE,
    "spec": ExitCode.USAGE,
    "scenario": ExitCode.USAGE,
    "seeds": ExitCode.USAGE,
    "sheet": ExitCode.ENVIRONMENT,
    "graph": ExitCode.ENVIRONMENT,
    "board": ExitCode.ENVIRONMENT,
    "students": ExitCode.USAGE,
    "students.not_installed": ExitCode.ENVIRONMENT,
    "copy.no_file": ExitCode.USAGE,
    "copy.too_many": ExitCode.USAGE,
    "copy.unreadable": ExitCode.USAGE,
    "drill.unknown": ExitCode.USAGE,
    "drill.no_client": ExitCode.USAGE,
    "plan": ExitCode.CHANGED,
    "plan.machines_missing": ExitCode.USAGE,
    "vsphere.clone_folder": ExitCode.USAGE,
    "vsphere.clone_needs_vcenter": ExitCode.USAGE,
    "safety": ExitCode.REFUSED,
    "vsphere.exists": ExitCode.REFUSED,
    "vsphere.foreign_folder": ExitCode.REFUSED,
    "vsphere.foreign_machine": ExitCode.REFUSED,
    "vsphere.foreign_port_group": ExitCode.REFUSED,
    "vsphere.port_group_respec": ExitCode.REFUSED,
    "vsphere.in_use": ExitCode.REFUSED,
    "vsphere.moved_machine": ExitCode.REFUSED,
    "vsphere.renamed_machine": ExitCode.REFUSED,
    "vsphere.name_taken": ExitCode.REFUSED,
    "vsphere.not_ours": ExitCode.REFUSED,
    "vsphere.two_machines": ExitCode.REFUSED,
    "vsphere.unmarked_machine": ExitCode.REFUSED,
    "record": ExitCode.REFUSED,
    "esxi.host_key": ExitCode.REFUSED,
    "esxi.registered_there": ExitCode.REFUSED,
    "router.host_key": ExitCode.REFUSED,
    "router.other_line": ExitCode.REFUSED,
    "router.nat_port_taken": ExitCode.REFUSED,
    "router.own_session": ExitCode.REFUSED,
    "router.only_in_record": ExitCode.REFUSED,
    "router.overlap": ExitCode.REFUSED,
    "router.secondary": ExitCode.REFUSED,
    "router.slot_conflict": ExitCode.REFUSED,
    "router.stale": ExitCode.CHANGED,
    "router.wrong_serial": ExitCode.REFUSED,
    "guest.key_changed": ExitCode.REFUSED,
    "guest.model_key": ExitCode.REFUSED,
    "lock": ExitCode.LOCKED,
    "lock.local": ExitCode.ENVIRONMENT,
    "model.copied": ExitCode.LOCKED,
    "model.disk_kind": ExitCode.USAGE,
    "model.disk_unread": ExitCode.USAGE,
    "model.folder_taken": ExitCode.REFUSED,
    "model.foreign": ExitCode.REFUSED,
    "model.iso_unread": ExitCode.USAGE,
    "model.linked": ExitCode.REFUSED,
    "model.locked": ExitCode.LOCKED,
    "model.no_iso": ExitCode.USAGE,
    "model.no_sha256": ExitCode.USAGE,
    "model.several": ExitCode.USAGE,
    "model.halted": ExitCode.INTERRUPTED,
    "local": ExitCode.ENVIRONMENT,
    "key": ExitCode.ENVIRONMENT,
    "key.missing": ExitCode.USAGE,
    "key.public": ExitCode.USAGE,
    "key.putty": ExitCode.USAGE,
    "key.unreadable": ExitCode.USAGE,
    "site": ExitCode.ENVIRONMENT,
    "site.bad_name": ExitCode.USAGE,
    "site.bad_request": ExitCode.USAGE,
    "site.broker_url": ExitCode.USAGE,
    "site.file": ExitCode.USAGE,
    "site.fleet_file": ExitCode.USAGE,
    "site.known": ExitCode.REFUSED,
    "site.left": ExitCode.INTERRUPTED,
    "site.no_class": ExitCode.USAGE,
    "site.no_file": ExitCode.USAGE,
    "site.no_fleet": ExitCode.USAGE,
    "site.no_names": ExitCode.USAGE,
    "site.no_offer": ExitCode.USAGE,
    "site.no_plans": ExitCode.USAGE,
    "site.no_request": ExitCode.USAGE,
    "site.no_spec": ExitCode.USAGE,
    "site.no_way": ExitCode.USAGE,
    "site.not_allowed": ExitCode.REFUSED,
    "site.not_now": ExitCode.REFUSED,
    "site.other_broker": ExitCode.USAGE,
    "site.other_name": ExitCode.USAGE,
    "site.other_spec": ExitCode.CHANGED,
    "site.planned_alone": ExitCode.USAGE,
    "site.plans_sent": ExitCode.REFUSED,
    "site.revoked": ExitCode.REFUSED,
    "site.running": ExitCode.LOCKED,
    "site.too_late": ExitCode.REFUSED,
    "site.unit_path": ExitCode.USAGE,
    "site.unknown": ExitCode.USAGE,
    "site.which_class": ExitCode.USAGE,
    "site.which_sites": ExitCode.USAGE,
    "secret": ExitCode.ENVIRONMENT,
    "secret.owner": ExitCode.REFUSED,
    "vsphere.disk_full": ExitCode.ENVIRONMENT,
    "vsphere.licence": ExitCode.ENVIRONMENT,
    "vsphere.licence_expired": ExitCode.ENVIRONMENT,
    "vsphere.password_expired": ExitCode.ENVIRONMENT,
    "vsphere.login": ExitCode.ENVIRONMENT,
    "vsphere.no_space": ExitCode.ENVIRONMENT,
    "vsphere.permission": ExitCode.ENVIRONMENT,
}
"""Error code, or the beginning of one up to a dot -> exit code; everything else is the environment's.

REFUSED: somebody else's object, or perhaps somebody else's, is in the way. What is listed here is the exit
code of a whole run too, when nothing else stopped any of its groups.
"""


def add(entries: Mapping[str, int]) -> None:
    """Take in the exit codes of a neighbour's errors, whose codes begin with words of its own."""
    BY_ERROR.update({code: ExitCode(status) for code, status in entries.items()})


def exit_code_of(error: LabError) -> ExitCode:
    """The exit code of a command that one error has stopped."""
    return _listed(error) or ExitCode.ENVIRONMENT


def _listed(error: LabError) -> ExitCode | None:
    words = error.code.split(".")
    beginnings = (".".join(words[:length]) for length in range(len(words), 0, -1))
    return next((found for beginning in beginnings if (found := BY_ERROR.get(beginning))), None)


def exit_code_of_problems(groups: int, problems: Sequence[Sequence[LabError]]) -> ExitCode:
    """The exit code of a plan: `problems` are those of each group that has any, `groups` how many there are.

    When every group is refused for the same sort of reason (a wrong password, a lock), the reason is the
    exit code; else it says that some, or all, groups failed.
    """
    if not problems:
        return ExitCode.DONE
    if len(problems) < groups:
        return ExitCode.SOME_FAILED
    sorts = {exit_code_of(error) for errors in problems for error in errors}
    return sorts.pop() if len(sorts) == 1 else ExitCode.ALL_FAILED


def exit_code_of_run(groups: int, failures: Sequence[LabError | None], *, interrupted: bool) -> ExitCode:
    """The exit code of a run of `groups` groups; `failures` are those of the groups that did not end.

    When one listed reason (a licence that only reads, a full datastore) stopped them all, it is the answer.
    """
    if interrupted:
        return ExitCode.INTERRUPTED
    if not failures:
        return ExitCode.DONE
    if len(failures) < groups:
        return ExitCode.SOME_FAILED
    sorts = {_listed(error) if error else None for error in failures}
    return (sorts.pop() if len(sorts) == 1 else None) or ExitCode.ALL_FAILED
