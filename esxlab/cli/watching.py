"""Watches the servers of a class for as long as a command runs, where their login is at hand."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from esxlab.backends.credentials import Credentials
from esxlab.cli.given import load_given
from esxlab.cli.session import ask_password
from esxlab.errors import LabError
from esxlab.lab.watched import ServerWatched, Unwatched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.lab.machine import Server
    from esxlab.lab.watched import Watched
    from esxlab.spec.resolved import GroupSpec


def login_at_hand(*, sim: bool) -> Credentials:
    """Where the servers' password comes from, once for all who need it in this command."""
    prompt = ask_password if sys.stdin.isatty() and not sim else None
    return Credentials(load_given(sim=sim).passwords, prompt)


@contextmanager
def watching(
    class_name: str,
    specs: Sequence[GroupSpec],
    credentials: Credentials,
    *,
    sim: bool,
    ask: bool = True,
) -> Iterator[Mapping[str, Watched]]:
    """Server -> what it tells; of one that cannot be asked it is why. Each watch ends with the block.

    `ask`: else none is asked anything.
    """
    servers = dict.fromkeys(spec.site.server for spec in specs)
    given = load_given(sim=sim)
    with ExitStack() as stack:
        found: dict[str, Watched] = {}
        for server in servers:
            if (why := _why_not(server, credentials, ask=ask)) is not None:
                found[server.host] = why
            else:
                from esxlab.backends.vsphere.watch import begin_watch  # noqa: PLC0415 - pyVmomi is slow to import

                watch = begin_watch(server, class_name, given.endpoints, credentials)
                stack.callback(watch.close)
                found[server.host] = watch
        yield found


def _why_not(server: Server, credentials: Credentials, *, ask: bool) -> Unwatched | None:
    trouble = LabError("board.not_asked") if not ask else None
    if trouble is None and server.api == "none":
        trouble = LabError("board.no_api")
    if trouble is None:
        try:
            credentials.password("vsphere")
        except LabError as error:
            trouble = error
    if trouble is None:
        return None
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Unwatched(ServerWatched(server.host, "unasked", now, trouble))
