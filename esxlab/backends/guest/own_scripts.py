"""Scripts that a person sends into a guest: they may say anything, at any length; what is cut off is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.backends.guest.framing import Frame
from esxlab.backends.guest.sessions import Heard, converse
from esxlab.backends.protocols import ScriptAnswer
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    import paramiko

    from esxlab.backends.guest.limits import Limits
    from esxlab.backends.protocols import Bounds, Cut

CUT: dict[str, Cut] = {"guest.timeout": "time", "guest.flood": "size", "guest.stopped": "stopped"}
LOOK_S = 0.3
"""How soon it is noticed that somebody has had enough."""
FRAME = 8192
"""What may come beside the script's own words: the frame's, and what a login shell prints."""
GRACE_S = 5.0
"""What a guest gets beyond the script's time, to end it itself and to say so."""


def run_own_script(
    transport: paramiko.Transport, script: str, bounds: Bounds, *, clock: Callable[[], float], limits: Limits
) -> ScriptAnswer:
    """The answer, or as much of it as the bounds let through; the connection is as good as before.

    Raises:
        LostError, and LabError as `execute` raises, when sh has not even begun.
    """
    now = clock()
    until = now + bounds.timeout_s + GRACE_S
    heard = Heard(
        Frame(),
        until,
        min(until, now + limits.greeting_s),
        until - now,
        last=now,
        kept=True,
        stopped=bounds.stopped,
    )
    cut: Cut = ""
    try:
        own = replace(limits, most=bounds.most + FRAME, look_s=LOOK_S)
        converse(transport, script, heard, clock=clock, limits=own)
    except LabError as error:
        if error.code not in CUT or not heard.begun:
            raise
        cut = CUT[error.code]
    out, err = heard.frame.read(bytes(heard.out)), heard.frame.read(bytes(heard.err))
    if len(out.content) + len(err.content) > bounds.most:
        cut = "size"
    said, complained = out.content[: bounds.most], err.content[: max(0, bounds.most - len(out.content))]
    status = None if cut else out.status
    return ScriptAnswer(status, said.decode(errors="replace"), complained.decode(errors="replace"), cut)
