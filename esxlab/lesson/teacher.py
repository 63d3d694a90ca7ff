"""The teacher's sheet: all groups with their ports and passwords, the questions, the drills, the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.exercises.registry import build_checks, build_drills, build_lab, handout_of, secret_of
from esxlab.lesson.content import Table, without_marks
from esxlab.spec.ranges import format_groups
from esxlab.texts import colon, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from esxlab.class_list.students import ClassList
    from esxlab.lesson.content import Logins
    from esxlab.spec.resolved import GroupSpec

UNTOLD = "untold"
"""In place of a group's secret, of which none of these texts says anything."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """The teacher's sheet: a row a group, then lists under headings."""

    title: str
    groups: Table
    sections: tuple[tuple[str, tuple[str, ...]], ...]


def build_teacher(specs: Sequence[GroupSpec], listed: ClassList, logins: Mapping[int, Logins]) -> Teacher:
    """Of these groups, in this order; `logins`: group -> the passwords that may be printed.

    What is asked, done and answered is said once for all groups of which it is the same.
    """
    class_name = specs[0].group.class_name
    parts = (("checks", _checks), ("drills", _drills), ("answers", _answers))
    return Teacher(
        say("sheet.teacher", name=class_name),
        _groups(specs, listed, logins),
        tuple(section for key, tell in parts for section in _shared(specs, key, tell)),
    )


def _groups(specs: Sequence[GroupSpec], listed: ClassList, logins: Mapping[int, Logins]) -> Table:
    heads = ["group", "part", "students", "esxi", "datastore", "router", "port"]
    heads += ["password", "phrase"] if logins else []
    rows = []
    for spec in specs:
        number, router = spec.group.number, spec.router
        names = ", ".join(student.name for student in listed.of_group(number))
        outside = f"{router.outside_address.ip}:{router.outside_port}" if router else ""
        row = [
            str(number),
            spec.scenario,
            names,
            spec.site.esxi or spec.site.server.host,
            spec.site.datastore,
        ]
        row += [router.address.host if router else "", outside]
        if logins:
            row += [logins[number].guest or say("sheet.model_password"), logins[number].phrase]
        rows.append(tuple(row))
    return Table(say("sheet.groups"), tuple(say(f"sheet.column.{head}") for head in heads), tuple(rows))


def _shared(
    specs: Sequence[GroupSpec], key: str, tell: Callable[[GroupSpec], tuple[str, ...]]
) -> list[tuple[str, tuple[str, ...]]]:
    alike: dict[tuple[str, ...], list[int]] = {}
    for spec in specs:
        if lines := tell(spec):
            alike.setdefault(lines, []).append(spec.group.number)
    return [
        (say(f"sheet.{key}", groups=format_groups(tuple(numbers))), lines) for lines, numbers in alike.items()
    ]


def _checks(spec: GroupSpec) -> tuple[str, ...]:
    lab = build_lab(spec, phrase=UNTOLD if secret_of(spec) else "")
    return tuple(
        f"{check.name}{colon()}{check.describe()}" for check in build_checks(spec, wanted=lab, found=lab)
    )


def _drills(spec: GroupSpec) -> tuple[str, ...]:
    lab = build_lab(spec, phrase=UNTOLD if secret_of(spec) else "")
    try:
        drills = build_drills(spec, wanted=lab, found=lab)
    except LabError as error:  # drill.no_client: of this group there are none
        return (error.brief,)
    return tuple(f"{drill.name}{colon()}{drill.describe()}" for drill in drills)


def _answers(spec: GroupSpec) -> tuple[str, ...]:
    return tuple(
        f"{number}. {without_marks(say(f'handout.{step.key}', **step.facts))} "
        f"— {without_marks(say(f'handout.{step.key}.answer', **step.facts))}"
        for number, step in enumerate(handout_of(spec).steps, 1)
    )
