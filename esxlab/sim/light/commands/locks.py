"""flock(1) of util-linux, as far as esxlab uses it: a command under a lock, by the school's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.light.commands.basics import run_words
from esxlab.sim.light.commands.options import OptionError, parse

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call

LOOK_S = 0.2
USAGE = 64  # EX_USAGE of sysexits.h
NO_SUCH = 66  # EX_NOINPUT


async def flock(call: Call) -> int:
    """`flock [-sxnou] [-w SECONDS] [-E STATUS] FILE COMMAND...`; the file is made when there is none."""
    try:
        options = parse(call.args, "sxnouw:E:", stop=True)
    except OptionError as error:
        return call.fail(f"flock: {error}", USAGE)
    if len(options.rest) < 2:  # noqa: PLR2004 - a file and a command
        return call.fail("flock: requires file descriptor, file or directory", USAGE)
    path, words = call.path(options.rest[0]), options.rest[1:]
    held = call.machine.flocks
    if call.machine.files.find(path) is None:
        try:
            call.machine.files.write(path, b"")
        except OSError as error:
            return call.fail(f"flock: cannot open lock file {path}: {error.strerror}", NO_SUCH)
    clock = call.machine.world.clock
    limit_s = float(options.get("w", "0" if "n" in options else "inf"))
    deadline = clock.now() + limit_s
    while path in held:
        if clock.now() >= deadline:
            return int(options.get("E", "1"))
        await clock.sleep(LOOK_S)
    held.add(path)
    try:
        return await run_words(call, words)
    finally:
        held.discard(path)
