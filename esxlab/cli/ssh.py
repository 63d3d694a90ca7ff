"""esxlab ssh: a terminal on one machine or on the group's router, by the way that works."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.into import ROOT
from esxlab.cli.options import shown_options, spec_options
from esxlab.cli.worded import WordedCommand
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.cli.options import Shown, Source
    from esxlab.cli.session import Session
    from esxlab.engine.export import Way
    from esxlab.engine.into import Target
    from esxlab.lab.router import RouterAddress

KIB = 1024
TIMEOUT_S, MOST_KIB = 60, 256
ROUTER = "router"


@click.command("ssh", cls=WordedCommand, help="command.ssh.long")
@click.argument("machine", metavar="MACHINE")
@click.argument("words", nargs=-1, metavar="[-- COMMAND]")
@spec_options(scenario=True)
@shown_options("table", "json")
def command(*, machine: str, words: tuple[str, ...], source: Source, shown: Shown) -> ExitCode:
    """A terminal; with a command, or without a terminal, what `run` does on one machine; as JSON the way."""
    from esxlab.cli.terminal import has_terminal  # noqa: PLC0415 - only when the command line is right

    if shown.output == "json" and not words:
        return _tell_way(machine, source, shown)
    if words or not has_terminal():
        if machine.casefold() == ROUTER:
            raise LabError("usage.router_terminal")
        return _run(machine, words, source, shown)
    return _hold(machine, source, shown)


def _run(machine: str, words: tuple[str, ...], source: Source, shown: Shown) -> ExitCode:
    from esxlab.backends.own_commands import build_own_command, command_line  # noqa: PLC0415 - as above
    from esxlab.cli.run import read_input, run_everywhere  # noqa: PLC0415 - as above

    if not words and sys.platform == "win32" and sys.stdin.isatty():
        raise LabError("usage.no_terminal")
    line = command_line(words) if words else "sh"
    given = None if words else read_input()
    script = build_own_command(line, timeout_s=TIMEOUT_S, stdin=given)
    limits = (float(TIMEOUT_S), MOST_KIB * KIB)
    return run_everywhere(machine, line, script, source, limits, parallel=1, shown=shown, only_one=True)


def _tell_way(machine: str, source: Source, shown: Shown) -> ExitCode:
    """How one gets there, by other programs too; the machine is logged in to, so that its key is judged."""
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above
    from esxlab.show.way import router_document, way_document  # noqa: PLC0415 - as above

    with open_session(source, shown.screen, parallel=1) as session:
        if machine.casefold() == ROUTER:
            group, address = _router_of(session)
            identity = session.backends.routers.confirmed(address)
            document = router_document(session.class_name, group, address, identity=identity)
        else:
            ways = _ways(machine, session)
            key = session.specs[0].guest_key
            document = way_document(session.class_name, ways, user=ROOT, login_key=key)
    shown.screen.document(to_json("ssh", document))
    return ExitCode.DONE


def _router_of(session: Session) -> tuple[int, RouterAddress]:
    """Of the one group that is meant. LabError usage.one_machine, usage.no_router."""
    from esxlab.cli.into import only_lab  # noqa: PLC0415 - as above

    lab = only_lab(session)
    if lab.router is None:
        raise LabError("usage.no_router", where=str(lab.group))
    return lab.group.number, lab.router.address


def _target(machine: str, session: Session) -> Target:
    """The one machine that is meant. LabError usage.machine, usage.one_machine."""
    from esxlab.engine.into import find_targets  # noqa: PLC0415 - as above

    targets = find_targets(session.specs, session.wanted, session.backends, [machine])
    if len(targets) != 1:
        raise LabError("usage.one_machine", number=len(targets))
    return targets[0]


def _ways(machine: str, session: Session) -> Sequence[Way]:
    from esxlab.cli.into import going  # noqa: PLC0415 - as above
    from esxlab.engine.export import find_ways  # noqa: PLC0415 - as above

    target = _target(machine, session)
    with going(session, 1) as ways:
        found = find_ways([target], session.backends.guests, ways)
    if ways.stop.is_set():
        raise KeyboardInterrupt
    if found.failures:
        raise found.failures[0]
    return found.ways


def _hold(machine: str, source: Source, shown: Shown) -> ExitCode:
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above

    with open_session(source, shown.screen, parallel=1) as session:
        if machine.casefold() == ROUTER:
            name = _on_router(session, shown)
            status = 0
        else:
            name, status = _on_machine(machine, session, shown)
    shown.screen.note(say("ssh.ended", name=name))
    return ExitCode.DONE if status in {0, -1} else ExitCode.CHECK_FAILED


def _on_router(session: Session, shown: Shown) -> str:
    from esxlab.cli.terminal import raw_terminal  # noqa: PLC0415 - as above

    _, address = _router_of(session)
    shown.screen.note(say("ssh.router", name=address.host))
    with raw_terminal() as terminal:
        session.backends.routers.hold_terminal(address, terminal)
    return address.host


def _on_machine(machine: str, session: Session, shown: Shown) -> tuple[str, int]:
    from esxlab.cli.terminal import raw_terminal  # noqa: PLC0415 - as above
    from esxlab.engine.into import CONNECT_S, Going  # noqa: PLC0415 - as above

    target = _target(machine, session)
    going = Going(session.backends, 1, threading.Event())
    guests = session.backends.guests
    shown.screen.note(say("ssh.begun", name=target.name))
    ways = going.meet(
        [target], lambda _, route: (route, guests.key_line(route, connect_s=CONNECT_S)), lambda _: None
    )
    met = ways[0].answer
    if isinstance(met, LabError):
        raise met
    with raw_terminal() as terminal:
        return target.name, guests.hold_terminal(met[0], terminal)
