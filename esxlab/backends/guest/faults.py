"""Where paramiko's faults become this program's, and where its waits end.

What another side sends decides what paramiko raises: besides SSHException, OSError and EOFError, what its
parsers meet (struct.error, ValueError, UnicodeDecodeError, IndexError, KeyError, AssertionError ...) and what
cryptography does, down to a panic of its Rust, which is no Exception. tests/hostile/ssh_servers.py has a peer
for each way that was found.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.local.shortages import shortage_of
from esxlab.plain import last_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import paramiko

OURS = (LabError, KeyboardInterrupt, SystemExit)
TELLING = frozenset({"SSHException", "OSError", "EOFError"})
"""Their words say enough; of all others the name is said too."""


@contextmanager
def told_as(make: Callable[[BaseException], Exception], *known: type[Exception]) -> Iterator[None]:
    """While paramiko is called, and nothing else: whatever it raises is raised as what `make` makes of it.

    What is `known` passes, and so does what this computer has run out of.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, (*OURS, *known)) or shortage_of(error) is not None or _is_bug(error):
            raise
        raise make(error) from error


def _is_bug(error: BaseException) -> bool:
    """Whether this program has raised it, and not the library that it calls: a mistake is no bad server."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = place.tb_frame.f_globals.get("__name__", "") if place else ""
    return where.startswith("esxlab.") and not TELLING & {kind.__name__ for kind in type(error).__mro__}


def words_of(error: BaseException) -> str:
    """What a fault says, without control characters; its name when that alone says something."""
    name, words = type(error).__name__, last_words(str(error))
    if not words:
        return name
    known = TELLING & {kind.__name__ for kind in type(error).__mro__}
    return words if known else f"{name}: {words}"


@contextmanager
def within(transport: paramiko.Transport, seconds: float) -> Iterator[threading.Event]:
    """For calls of paramiko that may wait for ever (an answer to a request, a send): then the line is cut.

    The event that is given tells whether it came to that.
    """
    late = threading.Event()

    def end() -> None:
        late.set()
        cut(transport)

    timer = threading.Timer(seconds, end)
    timer.daemon, timer.name = True, "esxlab-limit"
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def cut(transport: paramiko.Transport) -> None:
    """Cut a connection at once: whoever waits for it is woken."""
    with suppress(Exception):  # what is gone already may say so in any way
        transport.packetizer.close()
        transport.sock.close()
