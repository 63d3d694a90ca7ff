"""A person's terminal on a router: what is typed goes there, what comes is shown, until one side leaves."""

from __future__ import annotations

import math
import os
import select
import sys
from typing import TYPE_CHECKING

from esxlab.backends.typed import Typed
from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.backends.protocols import Terminal
    from esxlab.backends.router.wires import Wire

CHUNK = 32768
LOOK_S = 0.5
SEND_S = 60.0
MOST = 512
"""`terminal length` and `terminal width` of IOS go so far (Configuration Fundamentals command reference)."""


def size_lines(terminal: Terminal) -> tuple[str, str]:
    """The lines that give a router's line the size of this terminal; it is told once: a vty has no signal."""
    columns, rows = terminal.size()
    return f"terminal length {min(rows, MOST)}", f"terminal width {min(columns, MOST)}"


def hold(wire: Wire, terminal: Terminal) -> None:
    """Until the router has hung up, or its person has left. LabError router.cut while something is sent."""
    wire.allow(math.inf, sys.maxsize)
    wire.send(wire.enter, limit_s=SEND_S)
    typed = Typed()
    while not typed.leaves:
        ready, _, _ = select.select([wire.descriptor, terminal.descriptor], [], [], LOOK_S)
        if wire.descriptor in ready:
            try:
                terminal.show(wire.receive(0.0).encode())
            except LabError as error:
                if error.code == "router.cut":
                    return
                raise
        if terminal.descriptor in ready:
            keys = os.read(terminal.descriptor, CHUNK)
            if not keys:
                return
            if sent := typed.take(keys):
                wire.send(sent.decode("utf-8", "surrogateescape"), limit_s=SEND_S)
