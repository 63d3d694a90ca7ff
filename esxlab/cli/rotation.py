"""A rotation: the next secrets are written down once it is agreed to, and from then on they are wanted.

So whatever kills it later, the plan towards them is what `provision` finds too. The secrets file notes that
it was begun, and this command ends what was begun before it begins anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from esxlab.cli.confirm import confirm
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.perform import carry_out, show_plan
from esxlab.cli.waiting import tell_waiting
from esxlab.engine.look import look
from esxlab.planning.class_plan import plan
from esxlab.planning.passwords import latest
from esxlab.planning.roster import Wanted
from esxlab.texts import say
from esxlab.workflow import wanted_labs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.cli.options import Shown
    from esxlab.cli.session import Session
    from esxlab.engine.options import Options
    from esxlab.lab.identity import GroupId
    from esxlab.planning.plan import GroupPlan, Plan
    from esxlab.show.console import Screen


class Rotation(NamedTuple):
    """The plan towards the next secrets; `new` are the groups that get a new generation, and which one.

    `unfinished` are those whose last rotation has to be finished first, `absent` those without any machine.
    """

    plan: Plan
    new: dict[GroupId, int]
    unfinished: tuple[GroupId, ...]
    absent: tuple[GroupId, ...]


def carry_out_rotation(
    session: Session, options: Options, shown: Shown, *, sure: bool, dry_run: bool
) -> ExitCode:
    """Plan, show, ask unless `sure`, write down, perform."""
    rotation = plan_rotation(session, options, shown.screen)
    remarks = list(_remarks(rotation))
    for line in remarks:
        shown.screen.note(line)
    if dry_run:
        return show_plan(rotation.plan, shown)

    towards = rotation.plan
    if not towards.changes and not rotation.new:
        return show_plan(towards, shown)

    def agree() -> bool:
        if not sure and not confirm(say("confirm.secrets_rotate"), shown.screen):
            return False
        session.secrets.begin(rotation.new)
        return True

    if (sure or not towards.changes) and not agree():
        return ExitCode.INTERRUPTED
    if towards.changes:
        code = carry_out(towards, session.opened, options, shown, confirm=None if sure else agree)
    else:
        code = show_plan(towards, shown)
    if code == ExitCode.DONE:
        session.secrets.finish([*rotation.new, *rotation.unfinished])
    return code


def plan_rotation(session: Session, options: Options, screen: Screen) -> Rotation:
    """Look once; see how the groups stand with the secrets of now, then plan towards the next."""
    secrets = session.secrets
    options = replace(options, tell=tell_waiting(screen))
    now = Wanted(session.wanted, session.roster)
    seen = look(now, session.backends, options, changing=True)
    new: dict[GroupId, int] = {}
    unfinished, absent = [], []
    for standing in plan(now, seen, options).groups:
        group, found = standing.group, seen.found[standing.group]
        if secrets.is_begun(group) and _lacks(standing):
            unfinished.append(group)
            continue
        last = latest(found, secrets.password_name(group).root)
        new[group] = max(secrets.generation(group), last) + 1
        if not found.machines and not found.problems:
            absent.append(group)
    ahead = secrets.rotated(new)
    specs = [spec for spec in session.specs if spec.group not in absent]
    wanted = wanted_labs(specs, ahead.phrase, ahead.password_name)
    towards = plan(Wanted(wanted, session.roster), seen, options)
    refused = {each.group for each in towards.groups if each.problems}
    kept = {group: generation for group, generation in new.items() if group not in refused}
    return Rotation(towards, kept, tuple(unfinished), tuple(absent))


def _lacks(group: GroupPlan) -> bool:
    """The group has not reached the secrets of now, or cannot be told to have."""
    return bool(group.actions) or any(problem.code != "secret.behind" for problem in group.problems)


def _remarks(rotation: Rotation) -> Iterator[str]:
    busy = {each.group for each in rotation.plan.groups if each.actions or each.problems}
    for group in rotation.unfinished:
        yield say("secrets.finishing", group=group.number)
    for group in rotation.new:
        if group not in busy:
            yield say("secrets.from_now", group=group.number)
