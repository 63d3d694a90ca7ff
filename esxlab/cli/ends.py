"""What pause and resume share: plan, show, ask, wait for the time of day, plan again, perform."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from esxlab.cli.at import local_now, next_moment, wait_for_it
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.perform import carry_out, is_agreed, show_plan
from esxlab.cli.session import open_session
from esxlab.cli.waiting import tell_waiting
from esxlab.show.plan import render_plan
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.cli.options import Shown, Source
    from esxlab.engine.options import Options
    from esxlab.lab.lab import Lab
    from esxlab.planning.plan import Plan
    from esxlab.planning.roster import Roster


class MakePlan(Protocol):
    """`plan_pause`, `plan_resume`."""

    def __call__(
        self, wanted: Sequence[Lab], backends: Backends, options: Options, roster: Roster | None = None, /
    ) -> Plan:
        """From a look at what there is now."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says: `at` is a time of day, empty for now."""

    at: str
    yes: bool = False
    dry_run: bool = False


def end_or_begin(make: MakePlan, source: Source, options: Options, asked: Asked, shown: Shown) -> ExitCode:
    """The plan of now is what is shown and agreed to; what is done at a later time is that time's plan."""
    moment = next_moment(asked.at, local_now()) if asked.at else None
    screen = shown.screen
    with open_session(source, screen, parallel=options.parallel) as session:
        options = replace(options, author=session.author, tell=tell_waiting(screen))
        plan = make(session.wanted, session.backends, options, session.roster)
        if asked.dry_run:
            return show_plan(plan, shown)
        confirm = None if asked.yes else (lambda: is_agreed(plan, screen))
        if moment is not None:
            show = screen.note if confirm is None else screen.complain
            show(render_plan(plan, screen.err_glyphs, details=screen.verbose))
            question = say("at.agreed", at=f"{moment:%H:%M}")
            if confirm is not None and not is_agreed(plan, screen, question):
                screen.complain(say("confirm.declined"))
                return ExitCode.INTERRUPTED
            if not wait_for_it(moment, screen):
                return ExitCode.INTERRUPTED
            plan, confirm = make(session.wanted, session.backends, options, session.roster), None
        return carry_out(plan, session.opened, options, shown, confirm=confirm)
