"""esxlab export: the machines in the forms of other programs; no password is in any of them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode, exit_code_of_run
from esxlab.cli.into import ROOT
from esxlab.cli.options import parallel_option, shown_options, spec_options
from esxlab.cli.worded import FilePath, WordedCommand, WordedGroup, lang_option, option
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from esxlab.cli.options import Shown, Source
    from esxlab.cli.session import Session
    from esxlab.cli.worded import Decorator
    from esxlab.engine.export import Row, Ways

DIRECTORY = "export"


@click.group("export", cls=WordedGroup, help="command.export.long")
@lang_option()
def command() -> None:
    """The subcommands."""


def to_option() -> Decorator:
    """--to: the file that is written."""
    return option("--to", type=FilePath("file"), help="option.to", metavar="FILE")


@command.command(
    "ssh-config",
    cls=WordedCommand,
    help="command.export_ssh.long",
    short_help="command.export_ssh.short",
)
@spec_options(scenario=True)
@to_option()
@parallel_option()
@shown_options("table", "json")
def ssh_config(*, source: Source, to: Path | None, parallel: int, shown: Shown) -> ExitCode:
    """Log in to each machine, write what was met."""
    from esxlab.cli.session import open_session  # noqa: PLC0415 - only when the command line is right

    with open_session(source, shown.screen, parallel=parallel) as session:
        path = _place(to, session, "ssh_config", sim=source.sim)
        found = _find_ways(session, parallel)
        _write_ssh(path, session, found)
        example = found.ways[0].alias if found.ways else "g01-srvweb1"
        shown.screen.note(
            say("export.ssh", path=shlex.quote(str(path)), file=path.as_posix(), example=example)
        )
        return _end(session.class_name, found, path, shown)


@command.command(
    "ansible",
    cls=WordedCommand,
    help="command.export_ansible.long",
    short_help="command.export_ansible.short",
)
@spec_options(scenario=True)
@to_option()
@parallel_option()
@shown_options("table", "json")
def ansible(*, source: Source, to: Path | None, parallel: int, shown: Shown) -> ExitCode:
    """The same, and the inventory that uses it."""
    from esxlab.cli.session import open_session  # noqa: PLC0415 - only when the command line is right
    from esxlab.local.files import write_private  # noqa: PLC0415 - as above
    from esxlab.show.export import ansible_inventory  # noqa: PLC0415 - as above

    with open_session(source, shown.screen, parallel=parallel) as session:
        path = _place(to, session, "inventory.yml", sim=source.sim)
        found = _find_ways(session, parallel)
        config = path.with_name(f"{path.name}.ssh_config")
        _write_ssh(config, session, found)
        roles = {
            (spec.group.number, machine.key): machine.role
            for spec in session.specs
            for machine in spec.machines
        }
        program = (
            None if all(spec.guest_key for spec in session.specs) else path.with_name(f"{path.name}.ssh")
        )
        write_private(path, ansible_inventory(found.ways, roles, config, program=program))
        if program:
            _write_program(program)
        ask = " --ask-pass" if program else ""
        shown.screen.note(say("export.ansible", path=shlex.quote(str(path)), ask=ask))
        return _end(session.class_name, found, path, shown)


@command.command(
    "hosts", cls=WordedCommand, help="command.export_hosts.long", short_help="command.export_hosts.short"
)
@spec_options(scenario=True)
@to_option()
@shown_options("table", "json")
def hosts(*, source: Source, to: Path | None, shown: Shown) -> ExitCode:
    """One look at vSphere."""
    from esxlab.show.export import hosts_lines  # noqa: PLC0415 - only when the command line is right

    return _write_rows(source, to, shown, hosts_lines)


@command.command(
    "csv", cls=WordedCommand, help="command.export_csv.long", short_help="command.export_csv.short"
)
@spec_options(scenario=True)
@to_option()
@shown_options("table", "json")
def csv(*, source: Source, to: Path | None, shown: Shown) -> ExitCode:
    """One look at vSphere."""
    from esxlab.show.export import machines_csv  # noqa: PLC0415 - only when the command line is right

    return _write_rows(source, to, shown, machines_csv)


def _write_rows(
    source: Source, to: Path | None, shown: Shown, render: Callable[[Sequence[Row]], str]
) -> ExitCode:
    """To the file, else to standard output; as JSON the rows, whether a file is written or not."""
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above
    from esxlab.engine.export import list_machines  # noqa: PLC0415 - as above
    from esxlab.local.files import write_private  # noqa: PLC0415 - as above
    from esxlab.show.export import CSV_COLUMNS, cells_of  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above

    with open_session(source, shown.screen, parallel=1) as session:
        rows = list_machines(session.specs, session.wanted, session.backends)
    if to is not None:
        write_private(to, render(rows))
    if shown.output == "json":
        machines = [dict(zip(CSV_COLUMNS, cells_of(row), strict=True)) for row in rows]
        document = {"class": session.class_name, "file": str(to) if to else "", "machines": machines}
        shown.screen.document(to_json("export", document))
    elif to is None:
        shown.screen.document(render(rows))
    return ExitCode.DONE


def _find_ways(session: Session, parallel: int) -> Ways:
    from esxlab.cli.into import going_into  # noqa: PLC0415 - as above
    from esxlab.engine.export import find_ways  # noqa: PLC0415 - as above
    from esxlab.engine.into import ALL  # noqa: PLC0415 - as above

    with going_into(session, [ALL], parallel, changes=False) as (going, targets):
        found = find_ways(targets, session.backends.guests, going)
    if going.stop.is_set():
        raise KeyboardInterrupt
    return found


def _place(to: Path | None, session: Session, ending: str, *, sim: bool) -> Path:
    """The file that was named, else one of the class's own; absolute, since others read it from anywhere."""
    from esxlab.cli.school import pins_directory  # noqa: PLC0415 - as above

    own = pins_directory(sim=sim or bool(session.opened.namespace)) / DIRECTORY
    return (to or own / f"{session.class_name}.{ending}").absolute()


def _write_ssh(path: Path, session: Session, found: Ways) -> None:
    """The configuration, and the host keys beside it."""
    from esxlab.local.files import write_private  # noqa: PLC0415 - as above
    from esxlab.show.export import known_hosts, ssh_config  # noqa: PLC0415 - as above

    keys = path.with_name(f"{path.name}.known_hosts")
    write_private(keys, known_hosts(found.ways))
    login_keys = {spec.group.number: spec.guest_key for spec in session.specs}
    write_private(path, ssh_config(found.ways, path, keys, user=ROOT, login_keys=login_keys))


def _write_program(path: Path) -> None:
    """What Ansible calls instead of ssh, so that each hop is given the guests' password."""
    from esxlab.backends.credentials import VARIABLES  # noqa: PLC0415 - as above
    from esxlab.local.files import told, write_private  # noqa: PLC0415 - as above
    from esxlab.show.export import ansible_ssh  # noqa: PLC0415 - as above

    write_private(path, ansible_ssh(VARIABLES["guest"]))
    with told(path, "local.unwritten"):
        path.chmod(0o700)


def _end(class_name: str, found: Ways, path: Path, shown: Shown) -> ExitCode:
    """Where it is, and who is not in it."""
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above
    from esxlab.show.words import error_lines  # noqa: PLC0415 - as above

    if shown.output == "json":
        names = [way.alias for way in found.ways if way.is_end]
        document = {"class": class_name, "file": str(path), "machines": names}
        shown.screen.document(to_json("export", document, errors=found.failures))
    else:
        shown.screen.result(f"{path}\n")
        for error in found.failures:
            shown.screen.complain(f"{shown.screen.err_glyphs.failed} {error_lines(error)}")
    machines = len(found.failures) + sum(way.is_end for way in found.ways)
    return exit_code_of_run(machines, found.failures, interrupted=False)
