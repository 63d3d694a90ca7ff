"""The way of a plan that may be carried out: show it, ask, run it, tell how it ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.cli.confirm import confirm as ask
from esxlab.cli.confirm import confirm_name as ask_for_name
from esxlab.cli.exit_codes import ExitCode, exit_code_of_problems, exit_code_of_run
from esxlab.cli.interrupt import command_line, stop_on_interrupt
from esxlab.cli.listeners import open_listeners
from esxlab.cli.places import located, user_directory
from esxlab.errors import LabError
from esxlab.show.json_output import plan_document, run_document, to_json
from esxlab.show.plan import render_plan, sign_of
from esxlab.show.run import render_run
from esxlab.show.tables import to_csv
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.cli.options import Shown
    from esxlab.cli.session import OpenBackends
    from esxlab.engine.options import Options
    from esxlab.engine.run import RunReport
    from esxlab.planning.plan import Plan
    from esxlab.show.console import Screen

PLAN_COLUMNS = ("group", "mark", "world", "verb", "subject", "text")


def show_plan(plan: Plan, shown: Shown) -> ExitCode:
    """Write the plan as the command's result; the exit code tells of problems only."""
    screen = shown.screen
    if shown.output == "json":
        screen.document(to_json("plan", plan_document(plan)))
    elif shown.output == "csv":
        rows = [
            (group.group.number, sign_of(act), act.backend, act.verb, act.subject, act.describe())
            for group in plan.groups
            for act in group.actions
        ]
        screen.document(to_csv(PLAN_COLUMNS, rows))
    else:
        screen.result(render_plan(plan, screen.glyphs, details=screen.verbose))
    return exit_code_of_plan(plan)


def exit_code_of_plan(plan: Plan) -> ExitCode:
    """0 when no group is refused, else why; nothing found where not all could be looked at is no success."""
    if (plan.unread or plan.silent) and not plan.groups:
        return ExitCode.ENVIRONMENT
    code = exit_code_of_problems(
        len(plan.groups), [group.problems for group in plan.groups if group.problems]
    )
    return _not_all(plan, code)


def _not_all(plan: Plan, code: ExitCode) -> ExitCode:
    """What could not even be planned, because a server is silent, is not done."""
    return ExitCode.SOME_FAILED if plan.silent and code == ExitCode.DONE else code


def is_agreed(plan: Plan, screen: Screen, question: str = "") -> bool:
    """A plan is confirmed by y/N; one that changes a colleague's groups by typing the class's name."""
    if plan.colleagues.keys() & {group.group for group in plan.groups if group.actions}:
        ask_for_name(say("confirm.take_over", class_name=plan.class_name), plan.class_name, screen)
        return True
    return ask(question or say("confirm.provision"), screen)


def refuse_stale(plan: Plan, checksum: str) -> None:
    """LabError plan.stale when this is not the plan that was read; none was when there is no checksum."""
    if checksum and plan.checksum != checksum:
        raise LabError("plan.stale", checksum=checksum, now=plan.checksum)


def carry_out(
    plan: Plan, opened: OpenBackends, options: Options, shown: Shown, *, confirm: Callable[[], bool] | None
) -> ExitCode:
    """Show the plan on stderr, ask (`confirm` None: already answered), run it, write the end to stdout."""
    from esxlab.engine.lock_groups import remove_stale_locks  # noqa: PLC0415 - threads and all, only to act
    from esxlab.engine.run import RunReport  # noqa: PLC0415 - as above
    from esxlab.workflow import run_plan  # noqa: PLC0415 - as above

    screen = shown.screen
    locking = located(options.locking, opened.namespace)
    ready = replace(options, locking=locking, ready=opened.unwritten.check)
    if not plan.changes:
        remove_stale_locks(plan, opened.backends, ready)
        if shown.output == "json":
            screen.document(to_json(plan.kind, run_document(plan, RunReport((), 0.0), journal="")))
        else:
            screen.result(render_plan(plan, screen.glyphs))
        return exit_code_of_plan(plan)
    opened.unwritten.check()
    show = (
        screen.note if confirm is None else screen.complain
    )  # who is asked must see what about, even with -q
    show(render_plan(plan, screen.err_glyphs, details=screen.verbose))
    if confirm is not None and not confirm():
        screen.complain(say("confirm.declined"))
        return ExitCode.INTERRUPTED
    _remember_routers(plan, opened)
    with (
        open_listeners(plan.kind, plan.class_name, screen, opened.unwritten) as (listeners, journal),
        stop_on_interrupt(options.stop),
    ):
        opened.relay.listeners = listeners
        report = run_plan(plan, opened.backends, listeners, ready)
    _show_run(plan, report, shown, journal="" if journal.lost else str(journal.path))
    if report.failed and not journal.lost:
        screen.complain(say("run.journal", path=journal.path))
    if report.interrupted:
        screen.complain(say("cli.go_on", command=command_line()))
    return _not_all(plan, _code_of(report))


def _code_of(report: RunReport) -> ExitCode:
    failures = [group.error for group in report.groups if group.group in report.failed]
    interrupted = report.interrupted and bool(report.failed)
    return exit_code_of_run(len(report.groups), failures, interrupted=interrupted)


def _remember_routers(plan: Plan, opened: OpenBackends) -> None:
    """Keep how the routers of a push are dialled, before it: what a killed run left goes without spec too."""
    from esxlab.actions.router import PushRouter  # noqa: PLC0415 - only to act
    from esxlab.cli.trusted import remember_routers  # noqa: PLC0415 - as above

    actions = (action for group in plan.groups for action in group.actions)
    pushed = {a.router.address.host: a.router.address for a in actions if isinstance(a, PushRouter)}
    if not pushed or opened.namespace:  # who lists them knows them
        return
    try:
        remember_routers(user_directory(), pushed.values())
    except LabError as error:  # the teardown will ask for the address
        opened.unwritten.informs(error)


def _show_run(plan: Plan, report: RunReport, shown: Shown, *, journal: str) -> None:
    if shown.output == "json":
        shown.screen.document(to_json(plan.kind, run_document(plan, report, journal=journal)))
    else:
        shown.screen.result(render_run(report, shown.screen.glyphs))
