"""Programs of the system, run from the school's one process so that none of them outlives it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.sim.qemu.programs import search_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIMIT_S = 30.0
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")
"""The kernel ends such a program when the school's process ends, however that ends (prctl(2))."""


def environment() -> Mapping[str, str]:
    """Ours, with system programs on PATH and messages in one language."""
    return {**os.environ, "PATH": search_path(), "LC_ALL": "C"}


def run(*command: str, said: str = "") -> str:
    """Run one short program; its output. LabError sim.command_failed with its last words."""
    done = subprocess.run(
        command,
        input=said,
        env=environment(),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=LIMIT_S,
    )
    if done.returncode:
        raise _failed(command, done.stderr or done.stdout)
    return done.stdout


async def run_async(*command: str, said: str = "") -> str:
    """The same on the school's loop."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(),
    )
    try:
        output, words = await asyncio.wait_for(process.communicate(said.encode()), LIMIT_S)
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise _failed(command, f"no answer after {LIMIT_S:.0f} s") from error
    if process.returncode:
        raise _failed(command, (words or output).decode(errors="replace"))
    return output.decode(errors="replace")


def start(
    *command: str, log: int = subprocess.DEVNULL, pass_fds: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Start a program that lives as long as the school does, or less."""
    return subprocess.Popen(
        [*DIES_WITH_US, *command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=environment(),
        pass_fds=pass_fds,
        start_new_session=True,  # Ctrl-C on a terminal is for the school, which ends it
    )


def end(process: subprocess.Popen[bytes], *, gently_s: float = 2.0) -> None:
    """SIGTERM, and after a while SIGKILL."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(gently_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _failed(command: Sequence[str], words: str) -> LabError:
    last = "\n".join(words.strip().splitlines()[-3:])
    return LabError("sim.command_failed", detail=last, command=" ".join(command[:4]))
