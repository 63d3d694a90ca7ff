"""A person's own command as a script for a guest: no I/O.

timeout(1), printf and base64 are coreutils', which every Debian has.
"""

from __future__ import annotations

import base64
import secrets
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

KILL_AFTER_S = 2
"""timeout(1), -k: for what does not go by SIGTERM."""


def command_line(words: Sequence[str]) -> str:
    """One word is a line of sh, with pipes and variables; several are a command and its arguments."""
    return words[0] if len(words) == 1 else shlex.join(words)


def build_own_command(line: str, *, timeout_s: int, stdin: bytes | None = None, memory: str = "/run") -> str:
    """The script that runs a line of sh, ends it when its time is over, and gives it this standard input.

    The input lies in `memory`, a directory of the guest, and is removed as soon as it is opened.
    """
    run = f"timeout -k {KILL_AFTER_S} {timeout_s} sh -c"
    if stdin is None:
        return f"{run} {shlex.quote(line)}"
    place = f"{memory}/esxlab-{secrets.token_hex(8)}"
    return "\n".join(
        (
            "set -e",
            f"mkdir -m 700 {place}",
            f"printf %s {base64.b64encode(stdin).decode()} >{place}/coded",
            f"base64 -d {place}/coded >{place}/input",
            f"{run} {shlex.quote(f'rm -rf {place}; {line}')} <{place}/input",
        )
    )
