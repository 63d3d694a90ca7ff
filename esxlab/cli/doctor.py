"""esxlab doctor: look at everything that a provision needs; change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.cli.options import parallel_option, shown_options, spec_options
from esxlab.cli.worded import WordedCommand, option
from esxlab.errors import LabError
from esxlab.lab.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.cli.options import Shown, Source
    from esxlab.show.console import Screen

NARROW = 80


@click.command("doctor", cls=WordedCommand, help="command.doctor.long")
@spec_options(scenario=True)
@parallel_option()
@option("--probe", is_flag=True, help="option.probe")
@option("-y", "--yes", is_flag=True, help="option.probe_yes")
@shown_options("table", "json")
def command(*, source: Source, parallel: int, probe: bool, yes: bool, shown: Shown) -> ExitCode:
    """Look, show; with --probe ask, try and tell."""
    from esxlab.cli.models_seen import compare_models  # noqa: PLC0415 - as below
    from esxlab.cli.places import own_state_directory  # noqa: PLC0415 - as below
    from esxlab.cli.school import pins_directory  # noqa: PLC0415 - as below
    from esxlab.cli.session import open_session  # noqa: PLC0415 - only when the command line is right
    from esxlab.engine.examine import examine  # noqa: PLC0415 - as above
    from esxlab.engine.options import Options  # noqa: PLC0415 - as above
    from esxlab.show.doctor import findings_document, render_findings  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above

    screen = shown.screen
    with open_session(source, screen, parallel=parallel, warn="always") as session:
        if probe:
            from esxlab.cli.probe import probe_hosts  # noqa: PLC0415 - as above

            return probe_hosts(session, shown, yes=yes)
        found = examine(session.wanted, session.backends, logins=Options().logins)
    sim = bool(session.opened.namespace)
    state = pins_directory(sim=True) if sim else own_state_directory()
    findings = (*compare_models(found, state, session.opened.unwritten), *_terminal(screen))
    if shown.output == "json":
        screen.document(to_json("doctor", findings_document(session.class_name, findings)))
    else:
        screen.result(render_findings(findings, screen.glyphs, width=screen.width))
    return exit_code_of_findings(findings)


def _terminal(screen: Screen) -> Iterator[Finding]:
    encoding = screen.out.encoding or "ascii"
    error = None
    if "utf" not in encoding.lower():
        error = LabError("doctor.encoding", where="stdout", encoding=encoding)
    elif 0 < screen.width < NARROW:
        error = LabError("doctor.narrow", where="stdout", width=screen.width)
    yield Finding("terminal", "stdout", error, warning=True, facts={"encoding": encoding})


def exit_code_of_findings(findings: Sequence[Finding]) -> ExitCode:
    """0 when nothing failed; the reason when there is one sort of it; else the environment's."""
    sorts = {exit_code_of(f.error) for f in findings if f.error is not None and not f.warning}
    if not sorts:
        return ExitCode.DONE
    return sorts.pop() if len(sorts) == 1 else ExitCode.ENVIRONMENT
