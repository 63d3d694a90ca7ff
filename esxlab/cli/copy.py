"""esxlab copy: files to many machines, and from many into a directory for each."""

from __future__ import annotations

import os
import posixpath
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from esxlab.cli.exit_codes import ExitCode, exit_code_of_run
from esxlab.cli.options import parallel_option, shown_options, spec_options
from esxlab.cli.worded import WordedCommand, check_place, worded_metavar
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.backends.copying import SentFile
    from esxlab.backends.protocols import Guests
    from esxlab.cli.options import Shown, Source
    from esxlab.engine.into import Met, Target
    from esxlab.lab.guest import SshRoute

    Work = Callable[[Target, SshRoute], list[str]]

REMOTE = re.compile(r"([A-Za-z][A-Za-z0-9_,-]+):(.+)", re.DOTALL)
"""MACHINES:PATH; one letter before the colon is a drive of Windows."""
TIMEOUT_S = 300.0


class Remote(NamedTuple):
    """A place in machines."""

    machines: str
    path: str


@click.command("copy", cls=WordedCommand, help="command.copy.long")
@click.argument("places", nargs=-1, required=True, metavar="FROM... TO")
@spec_options(scenario=True)
@parallel_option()
@shown_options("table", "json")
def command(*, places: tuple[str, ...], source: Source, parallel: int, shown: Shown) -> ExitCode:
    """To, or from; which of them is told by where the colons are."""
    if len(places) < 2:  # noqa: PLR2004 - from and to
        raise LabError("usage.copy")
    *first, last = places
    remotes, target = [_remote(place) for place in first], _remote(last)
    if target and not any(remotes):
        files = _read_all([Path(place) for place in first])
        return _carry(
            target.machines,
            source,
            parallel,
            shown,
            lambda guests, stopped: _put_work(guests, files, target.path, stopped),
            changes=True,
        )
    wanted = [remote for remote in remotes if remote]
    if target or len(wanted) != len(remotes) or len({remote.machines for remote in wanted}) != 1:
        raise LabError("usage.copy")
    check_place(Path(last), worded_metavar("TO"), directory=True)
    paths = [remote.path for remote in wanted]
    names = [_local_name(path) for path in paths]
    if len({name.casefold() for name in names}) != len(names):
        raise LabError("usage.copy_names")
    pairs = list(zip(paths, names, strict=True))
    return _carry(
        wanted[0].machines,
        source,
        parallel,
        shown,
        lambda guests, stopped: _get_work(guests, pairs, Path(last), stopped),
        changes=False,
    )


def _remote(place: str) -> Remote | None:
    found = REMOTE.fullmatch(place)
    return Remote(found[1], found[2]) if found else None


def _local_name(path: str) -> str:
    from esxlab.local.names import safe_name  # noqa: PLC0415 - only when the command line is right

    return safe_name(posixpath.basename(path.rstrip("/")))


def _read_all(paths: Sequence[Path]) -> list[SentFile]:
    """The files of this computer; LabError copy.no_file, copy.unreadable, copy.too_many."""
    from esxlab.backends.copying import MOST, SentFile  # noqa: PLC0415 - as above
    from esxlab.foreign import Unreadable, read_file  # noqa: PLC0415 - as above

    files: list[SentFile] = []
    for path in paths:
        try:
            content = read_file(path, limit=MOST)
            mode = stat.S_IMODE(path.stat().st_mode) & 0o777 if os.name == "posix" else 0o644
        except FileNotFoundError as error:
            raise LabError("copy.no_file", where=str(path)) from error
        except (OSError, Unreadable) as error:
            detail = str(getattr(error, "strerror", None) or error)
            raise LabError("copy.unreadable", where=str(path), detail=detail) from error
        files.append(SentFile(path.name, content, mode))
        if sum(len(file.content) for file in files) > MOST:
            raise LabError("copy.too_many", where=str(path), mib=MOST // (1024 * 1024))
    return files


def _put_work(guests: Guests, files: Sequence[SentFile], path: str, stopped: Callable[[], bool]) -> Work:
    from esxlab.backends.copying import CODED, build_put, check  # noqa: PLC0415 - as above
    from esxlab.backends.protocols import Bounds  # noqa: PLC0415 - as above
    from esxlab.engine.into import CONNECT_S  # noqa: PLC0415 - as above

    bounds = Bounds(TIMEOUT_S, CONNECT_S, CODED, stopped)

    def put(target: Target, route: SshRoute) -> list[str]:
        check(guests.run_script(route, build_put(files, path), bounds), path)
        return [f"{target.name}:{path}"]

    return put


def _get_work(
    guests: Guests, pairs: Sequence[tuple[str, str]], directory: Path, stopped: Callable[[], bool]
) -> Work:
    from esxlab.backends.copying import CODED, build_get, read_get  # noqa: PLC0415 - as above
    from esxlab.backends.protocols import Bounds  # noqa: PLC0415 - as above
    from esxlab.engine.into import CONNECT_S  # noqa: PLC0415 - as above
    from esxlab.local.files import told, write_private  # noqa: PLC0415 - as above
    from esxlab.local.names import safe_name  # noqa: PLC0415 - as above

    bounds = Bounds(TIMEOUT_S, CONNECT_S, CODED, stopped)

    def get(target: Target, route: SshRoute) -> list[str]:
        written = []
        for path, name in pairs:
            fetched = read_get(guests.run_script(route, build_get(path), bounds), path)
            place = directory / safe_name(target.name) / name
            write_private(place, fetched.content)
            if fetched.mode & stat.S_IXUSR:
                with told(place, "local.unwritten"):
                    place.chmod(0o700)
            written.append(str(place))
        return written

    return get


def _carry(
    machines: str,
    source: Source,
    parallel: int,
    shown: Shown,
    make: Callable[[Guests, Callable[[], bool]], Work],
    *,
    changes: bool,
) -> ExitCode:
    """Do it at each machine, and say what is where now."""
    from esxlab.cli.into import going_into  # noqa: PLC0415 - as above
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above

    with (
        open_session(source, shown.screen, parallel=parallel) as session,
        going_into(session, machines.split(","), parallel, changes=changes) as (going, targets),
    ):
        work = make(session.backends.guests, going.stop.is_set)
        all_met = going.meet(targets, work, lambda met: None if shown.output == "json" else _tell(met, shown))
    if shown.output == "json":
        shown.screen.document(to_json("copy", _document(session.class_name, all_met)))
    failures = [met.error for met in all_met if met.error]
    return exit_code_of_run(len(all_met), failures, interrupted=going.stop.is_set())


def _tell(met: Met[list[str]], shown: Shown) -> None:
    from esxlab.show.words import error_lines  # noqa: PLC0415 - as above

    screen = shown.screen
    if isinstance(met.answer, LabError):
        screen.complain(f"{screen.err_glyphs.failed} {error_lines(met.answer)}")
    else:
        screen.result("".join(f"{place}\n" for place in met.answer))


def _document(class_name: str, all_met: Sequence[Met[list[str]]]) -> dict[str, object]:
    from esxlab.show.json_output import error_document  # noqa: PLC0415 - as above

    return {
        "class": class_name,
        "machines": [
            {
                "group": met.target.group,
                "machine": met.target.machine,
                "name": met.target.name,
                "written": [] if isinstance(met.answer, LabError) else met.answer,
                "elapsed_s": round(met.elapsed_s, 3),
                "error": error_document(met.error) if met.error else None,
            }
            for met in all_met
        ],
    }
