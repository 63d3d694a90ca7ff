"""esxlab board: a page of the class as it stands, for the projector and for students."""

from __future__ import annotations

import secrets
import socket
import time
from functools import partial
from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import shown_options, spec_options
from esxlab.cli.worded import FilePath, WordedCommand, option
from esxlab.errors import LabError
from esxlab.lab.addresses import in_url
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from esxlab.board.pages import Board
    from esxlab.cli.options import Shown, Source
    from esxlab.lab.watched import Watched

HERE = "127.0.0.1"
PORT = 8780
FIRST_S, LOOK_S = 60.0, 0.1
"""`--static` waits so long for what servers tell first."""
READABLE, ENTERABLE = 0o644, 0o755
"""The pages of `--static` are for a web server, which is another user."""


@click.command("board", cls=WordedCommand, help="command.board.long")
@spec_options(scenario=True)
@option("--listen", default=HERE, show_default=True, metavar="ADDRESS", help="option.board_listen")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    metavar="PORT",
    help="option.board_port",
)
@option("--static", type=FilePath("directory"), metavar="DIRECTORY", help="option.board_static")
@option("--check", "checks", multiple=True, metavar="CHECK", help="option.board_check")
@option(
    "--every",
    "every_s",
    type=click.IntRange(10, 3600),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="option.board_every",
)
@option("--no-watch", is_flag=True, help="option.board_no_watch")
@shown_options("table", "json")
def command(
    *,
    source: Source,
    listen: str,
    port: int,
    static: Path | None,
    checks: Sequence[str],
    every_s: int,
    no_watch: bool,
    shown: Shown,
) -> ExitCode:
    """Read the spec and the journals, watch the servers; machines are asked what was asked for."""
    from esxlab.board.pages import build_board  # noqa: PLC0415 - only when the command line is right
    from esxlab.cli.pasted import pasted  # noqa: PLC0415 - as above
    from esxlab.cli.places import journal_directory  # noqa: PLC0415 - as above
    from esxlab.cli.session import chosen_groups, load_source  # noqa: PLC0415 - pydantic is slow to import
    from esxlab.cli.watching import login_at_hand, watching  # noqa: PLC0415 - as above
    from esxlab.engine.told import Told  # noqa: PLC0415 - as above
    from esxlab.local.shortages import allow_more_files  # noqa: PLC0415 - as above

    loaded = load_source(source)
    told = Told(journal_directory(), loaded.class_name)
    told.refresh()
    specs = chosen_groups(loaded, source.groups)
    sim = source.sim or loaded.embedded_school
    login = login_at_hand(sim=sim)
    allow_more_files()
    with watching(loaded.class_name, specs, login, sim=sim, ask=not no_watch) as watched:
        board = build_board(loaded.class_name, specs, told, watched)
        board.pasted = partial(pasted, source)
        _refuse_strange(checks, board)
        if static is not None:
            _await_first(watched)
            return _write(board, static, shown)
        if not checks:
            return _serve(board, listen, port, shown)
        from esxlab.cli.board_asking import asking  # noqa: PLC0415 - paramiko and netmiko are slow to import

        password = "" if sim else login.password("vsphere")
        with asking(source, board, frozenset(checks), every_s, shown, vsphere_password=password):
            return _serve(board, listen, port, shown)


def _refuse_strange(checks: Sequence[str], board: Board) -> None:
    """LabError usage.check."""
    if strange := next((name for name in checks if name not in board.columns), None):
        raise LabError("usage.check", name=strange, known=", ".join(board.columns))


def _await_first(watched: Mapping[str, Watched]) -> None:
    """Until each server has told how things are, or cannot."""
    ends = time.monotonic() + FIRST_S
    while time.monotonic() < ends and any(each.standing.standing == "asking" for each in watched.values()):
        time.sleep(LOOK_S)


def _write(board: Board, directory: Path, shown: Shown) -> ExitCode:
    from esxlab.local.files import told, write_private  # noqa: PLC0415 - as above
    from esxlab.local.places import is_there  # noqa: PLC0415 - as above
    from esxlab.show.words import count  # noqa: PLC0415 - as above

    files, ours = board.files(), not is_there(directory)
    for name, content in files.items():
        write_private(directory / name, content, durable=False)
    folders = {(directory / name).parent for name in files} - {directory}
    with told(directory, "local.unwritten"):
        for name in files:
            (directory / name).chmod(READABLE)
        for folder in (*folders, *[directory] * ours):
            folder.chmod(ENTERABLE)
    document = {"class": board.class_name, "directory": str(directory), "files": sorted(files)}
    shown.give("board", document, count("sheet.written", len(files), directory=directory))
    return ExitCode.DONE


def _serve(board: Board, address: str, port: int, shown: Shown) -> ExitCode:
    try:
        from esxlab.board import server  # noqa: PLC0415 - esxlab[board]
    except ImportError as error:
        raise LabError("board.not_installed") from error

    here = server.is_this_computer(address)
    tokens: dict[str, int] = {}
    if not here:
        tokens = {secrets.token_urlsafe(24): scope for scope in (server.ALL, *board.known)}
    hosts = frozenset({HERE, "localhost", "[::1]", address}) if here else frozenset[str]()
    with server.listen(address, port) as listening:
        _tell(board.class_name, tokens, address, listening.getsockname()[1], shown)
        server.serve(server.Hub(board, tokens, hosts), listening)
    return ExitCode.DONE


def _tell(class_name: str, tokens: Mapping[str, int], address: str, port: int, shown: Shown) -> None:
    """Where the pages are: the teacher's (its group is null), and each group's own. It listens already."""
    name = socket.gethostname() if address in ("0.0.0.0", "::") else address
    place = f"http://{in_url(name)}:{port}/"
    pages: list[tuple[int | None, str | None, str]] = [(None, None, place)]
    lines = [place]
    if tokens:
        pages = [(scope or None, token, f"{place}{token}/") for token, scope in tokens.items()]
        lines = [
            f"{say('place.group', number=group) if group else say('board.teacher')}  {url}"
            for group, _, url in pages
        ]
    told = [{"group": group, "token": token, "url": url} for group, token, url in pages]
    document = {"class": class_name, "port": port, "pages": told}
    shown.give("board", document, "\n".join(lines))
    shown.screen.note(say("board.until"))
