"""esxlab model: make the model of a class, or see whether a machine of the inventory will do as one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from esxlab.cli.doctor import exit_code_of_findings
from esxlab.cli.interrupt import stop_on_interrupt
from esxlab.cli.model_build import build
from esxlab.cli.options import lock_wait_option, parallel_option, shown_options, spec_options
from esxlab.cli.worded import WordedCommand, WordedGroup, lang_option, option
from esxlab.errors import LabError
from esxlab.lab.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.cli.exit_codes import ExitCode
    from esxlab.cli.options import Shown, Source
    from esxlab.cli.session import Session
    from esxlab.engine.options import Options
    from esxlab.lab.lab import Lab

LOOK = {"server", "licence", "model", "datastore"}
"""Topics of doctor's look at vSphere that are about a model."""


@click.group("model", cls=WordedGroup, help="command.model.long")
@lang_option()
def command() -> None:
    """The subcommands."""


command.add_command(build)


@command.command(
    "check", cls=WordedCommand, help="command.model_check.long", short_help="command.model_check.short"
)
@click.argument("name", required=False, default="", metavar="[NAME]")
@spec_options()
@option("--no-copy", is_flag=True, help="option.no_copy")
@lock_wait_option()
@parallel_option()
@shown_options("table", "json")
def check(
    *, name: str, source: Source, no_copy: bool, lock_wait: float, parallel: int, shown: Shown
) -> ExitCode:
    """Look at vSphere, then into a throw-away copy; show."""
    from esxlab.cli.places import located  # noqa: PLC0415 - only to act
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above
    from esxlab.cli.waiting import tell_waiting  # noqa: PLC0415 - as above
    from esxlab.engine.locks import Locking  # noqa: PLC0415 - as above
    from esxlab.engine.model_copy import each_model_once, with_model  # noqa: PLC0415 - as above
    from esxlab.engine.options import Options  # noqa: PLC0415 - as above
    from esxlab.show.doctor import findings_document, render_findings  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above

    screen = shown.screen
    with open_session(source, screen, parallel=parallel) as session:
        named = (with_model(lab, name) if name else lab for lab in session.wanted)
        labs = each_model_once(named)
        locking = located(Locking(wait_s=lock_wait), session.opened.namespace)
        options = Options(
            parallel=parallel,
            locking=locking,
            author=session.author,
            speed=session.opened.speed,
            tell=tell_waiting(screen),
        )
        findings = _look(labs, session)
        if not no_copy:
            findings += _look_inside(labs, findings, session, options, shown)
    if shown.output == "json":
        screen.document(to_json("model-check", findings_document(session.class_name, findings)))
    else:
        screen.result(render_findings(findings, screen.glyphs, width=screen.width, ready="model.ready"))
    return exit_code_of_findings(findings)


def _look(labs: Sequence[Lab], session: Session) -> tuple[Finding, ...]:
    """What doctor finds on the servers, of the models and what their copies need."""
    return tuple(found for found in session.backends.vsphere.examine(labs) if found.topic in LOOK)


def _look_inside(
    labs: Sequence[Lab], look: Sequence[Finding], session: Session, options: Options, shown: Shown
) -> tuple[Finding, ...]:
    """What copies say; no copy is made of a model, or on a server, with which something is wrong already."""
    from esxlab.cli.listeners import open_listeners  # noqa: PLC0415 - only to act
    from esxlab.workflow import check_models  # noqa: PLC0415 - as above

    bad = {found.where for found in look if found.verdict == "failed"}
    fit = [lab for lab in labs if bad.isdisjoint(_places(lab))]
    left = [lab for lab in labs if lab not in fit]
    why = (Finding("copy", lab.site.model_id, LabError("model.not_copied"), warning=True) for lab in left)
    if not fit:
        return tuple(why)
    opened = session.opened
    opened.unwritten.check()
    ready = replace(options, ready=opened.unwritten.check)
    with (
        open_listeners("model-check", session.class_name, shown.screen, opened.unwritten) as (listeners, _),
        stop_on_interrupt(options.stop),
    ):
        opened.relay.listeners = listeners
        return (*why, *check_models(fit, session.backends, listeners, ready))


def _places(lab: Lab) -> set[str]:
    """How findings name where this lab's copy is made."""
    return {lab.site.server.host, lab.site.model, lab.site.datastore}
