"""esxlab drill: break a lab on purpose, measure what a client sees, put it back."""

from __future__ import annotations

import shlex
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from esxlab.cli.confirm import confirm
from esxlab.cli.exit_codes import ExitCode, exit_code_of_problems
from esxlab.cli.options import parallel_option, shown_options, spec_options, yes_options
from esxlab.cli.places import located
from esxlab.cli.worded import WordedCommand, option
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.checks.base import CheckResult
    from esxlab.cli.options import Shown, Source
    from esxlab.cli.session import Session
    from esxlab.engine.drill_runner import GroupDrillResult
    from esxlab.engine.options import Options


@click.command("drill", cls=WordedCommand, help="command.drill.long")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@spec_options(scenario=True)
@option("--put-back", is_flag=True, help="option.put_back")
@yes_options
@parallel_option()
@shown_options("table", "json")
def command(
    *,
    names: tuple[str, ...],
    source: Source,
    put_back: bool,
    yes: bool,
    dry_run: bool,
    parallel: int,
    shown: Shown,
) -> ExitCode:
    """List, ask, drill, verify, show."""
    from esxlab.cli.session import open_session  # noqa: PLC0415 - only when the command line is right
    from esxlab.engine.drill import list_drills  # noqa: PLC0415 - as above
    from esxlab.engine.locks import Locking  # noqa: PLC0415 - as above
    from esxlab.engine.options import Options  # noqa: PLC0415 - as above
    from esxlab.show.drill import render_drills  # noqa: PLC0415 - as above

    screen = shown.screen
    with open_session(source, screen, parallel=parallel) as session:
        locking = located(Locking(), session.opened.namespace)
        options = Options(parallel=parallel, locking=locking, author=session.author)
        drills = list_drills(session.specs, session.wanted, names)
        listing = render_drills(session.class_name, drills)
        if dry_run:
            screen.result(listing)
            return ExitCode.DONE
        session.opened.unwritten.check()
        if put_back:
            return _put_back(session, names, options, shown)
        (screen.note if yes else screen.complain)(listing)
        if not yes and not confirm(say("confirm.drill"), screen):
            screen.complain(say("confirm.declined"))
            return ExitCode.INTERRUPTED
        return _drill(session, names, options, shown, repair=put_back_command(source))


def _drill(
    session: Session, names: Sequence[str], options: Options, shown: Shown, *, repair: str
) -> ExitCode:
    from esxlab.cli.interrupt import stop_on_interrupt  # noqa: PLC0415 - as above

    began = time.monotonic()
    words = {key: say(f"drills.{key}", command=repair) for key in ("stopping", "leaving")}
    with stop_on_interrupt(options.stop, **words):
        groups = _listened_to("drill", session, names, options, shown)
        checks = _verify(session, options, shown, {group.group for group in groups if group.reports})
    interrupted = options.stop.is_set()
    _show(session, groups, checks, shown, elapsed_s=time.monotonic() - began, interrupted=interrupted)
    if interrupted:
        return ExitCode.INTERRUPTED
    return _code(groups, checks)


def _listened_to(
    journal: str,
    session: Session,
    names: Sequence[str],
    options: Options,
    shown: Shown,
    *,
    only_mend: bool = False,
) -> Sequence[GroupDrillResult]:
    """The drills, or what mends them, told on the screen and in a journal of this name."""
    from esxlab.cli.listeners import open_listeners  # noqa: PLC0415 - as above
    from esxlab.engine.drill import drill  # noqa: PLC0415 - as above

    unwritten = session.opened.unwritten
    with open_listeners(journal, session.class_name, shown.screen, unwritten) as (listeners, _):
        return drill(
            session.specs,
            session.wanted,
            session.backends,
            listeners,
            options,
            roster=session.roster,
            names=names,
            only_mend=only_mend,
        )


def _put_back(session: Session, names: Sequence[str], options: Options, shown: Shown) -> ExitCode:
    from esxlab.show.words import numbers  # noqa: PLC0415 - as above

    began = time.monotonic()
    groups = _listened_to("put-back", session, names, options, shown, only_mend=True)
    shown.screen.note(say("drills.mended", groups=numbers(group.group for group in groups)))
    checks = _verify(session, options, shown, {group.group for group in groups})
    _show(session, groups, checks, shown, elapsed_s=time.monotonic() - began, interrupted=False)
    return _code(groups, checks)


def _verify(session: Session, options: Options, shown: Shown, numbers: set[int]) -> tuple[CheckResult, ...]:
    """The whole verify of these groups, also after an interruption: is the lab as it was?"""
    from esxlab.cli.listeners import open_listeners  # noqa: PLC0415 - as above
    from esxlab.workflow import verify  # noqa: PLC0415 - as above

    calm = replace(options, stop=threading.Event())
    specs = [spec for spec in session.specs if spec.group.number in numbers]
    wanted = [lab for lab in session.wanted if lab.group.number in numbers]
    if not specs:
        return ()
    unwritten = session.opened.unwritten
    with open_listeners("verify", session.class_name, shown.screen, unwritten) as (listeners, _):
        return verify(specs, wanted, session.backends, listeners, calm)


def put_back_command(source: Source) -> str:
    """What to type when esxlab had to leave in the middle."""
    words = ["esxlab", "drill", "--put-back"]
    words += ["--file", str(source.file)] if source.file else []
    words += ["--group", source.groups] if source.groups else []
    words += ["--scenario", source.scenario] if source.scenario else []
    return shlex.join([*words, *(["--sim"] if source.sim else [])])


def _show(
    session: Session,
    groups: Sequence[GroupDrillResult],
    checks: Sequence[CheckResult],
    shown: Shown,
    *,
    elapsed_s: float,
    interrupted: bool,
) -> None:
    from esxlab.show.checks import passed, render_checks  # noqa: PLC0415 - as above
    from esxlab.show.drill import render_drill_results  # noqa: PLC0415 - as above
    from esxlab.show.drill_json import drill_document  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above

    screen, speed = shown.screen, session.opened.speed
    if shown.output == "json":
        document = drill_document(
            session.class_name, groups, checks, elapsed_s=elapsed_s, speed=speed, interrupted=interrupted
        )
        screen.document(to_json("drill", document))
        return
    screen.result(render_drill_results(groups, checks, screen.glyphs, speed=speed, width=screen.width))
    if not passed(checks):
        screen.result("\n" + render_checks(checks, screen.glyphs, width=screen.width))


def _code(groups: Sequence[GroupDrillResult], checks: Sequence[CheckResult]) -> ExitCode:
    """The reason's, when every group was left alone for something else than its lab."""
    from esxlab.show.checks import passed  # noqa: PLC0415 - as above

    errors = [group.error for group in groups if group.error and not group.reports]
    if len(errors) == len(groups) and not any(error.code.startswith("drill.") for error in errors):
        return exit_code_of_problems(len(groups), [[error] for error in errors])
    good = passed(checks) and all(group.good for group in groups)
    return ExitCode.DONE if good else ExitCode.CHECK_FAILED
