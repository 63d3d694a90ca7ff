"""The exit codes are those of the table that users script against."""

from __future__ import annotations

import pytest

from esxlab.cli.exit_codes import BY_ERROR, exit_code_of, exit_code_of_problems, exit_code_of_run
from esxlab.errors import LabError
from esxlab.texts import catalogue


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("usage.confirm", 2),
        ("spec.invalid", 2),
        ("seeds.missing", 2),
        ("plan.stale", 3),
        ("plan.machines_missing", 2),
        ("safety.name_differs", 4),
        ("vsphere.foreign_machine", 4),
        ("esxi.host_key", 4),
        ("router.host_key", 4),
        ("lock.held", 5),
        ("vsphere.login", 6),
        ("vsphere.licence", 6),
        ("secret.missing", 6),
        ("school.down", 6),
    ],
)
def test_error(code: str, exit_code: int) -> None:
    assert exit_code_of(LabError(code)) == exit_code


def test_the_longest_beginning_decides() -> None:
    assert exit_code_of(LabError("vsphere.foreign_machine.again")) == 4
    assert exit_code_of(LabError("specification")) == 6


def test_the_table_names_only_errors_that_exist() -> None:
    known = {key.removeprefix("error.") for key in catalogue() if key.startswith("error.")}
    stale = {code for code in BY_ERROR if not any(key == code or key.startswith(f"{code}.") for key in known)}
    assert stale - {"lock"} == set()


LOGIN, FOREIGN, SILENT = (LabError(c) for c in ("vsphere.login", "vsphere.foreign_machine", "guest.timeout"))


@pytest.mark.parametrize(
    ("groups", "problems", "exit_code"),
    [
        (3, [], 0),
        (0, [], 0),
        (3, [[LOGIN]], 7),
        (2, [[LOGIN], [LOGIN]], 6),
        (2, [[FOREIGN], [FOREIGN, FOREIGN]], 4),
        (2, [[FOREIGN], [LOGIN]], 8),
    ],
)
def test_plan_with_problems(groups: int, problems: list[list[LabError]], exit_code: int) -> None:
    assert exit_code_of_problems(groups, problems) == exit_code


@pytest.mark.parametrize(
    ("groups", "failures", "interrupted", "exit_code"),
    [
        (3, [], False, 0),
        (0, [], False, 0),
        (3, [LOGIN], False, 7),
        (2, [SILENT, SILENT], False, 8),
        (2, [LOGIN, LOGIN], False, 6),
        (2, [FOREIGN, FOREIGN], False, 4),
        (2, [FOREIGN, LOGIN], False, 8),
        (2, [LOGIN, None], False, 8),
        (3, [LOGIN, SILENT], True, 130),
    ],
)
def test_run(groups: int, failures: list[LabError | None], interrupted: bool, exit_code: int) -> None:
    assert exit_code_of_run(groups, failures, interrupted=interrupted) == exit_code
