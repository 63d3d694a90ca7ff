"""shutdown, poweroff, reboot, halt; logger, journalctl, dmesg."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.options import read_options

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call


async def shutdown(call: Call) -> int:
    """`shutdown -h|-r|-P now|+MINUTES`."""
    options = read_options(call, "hrPHkc")
    if isinstance(options, int):
        return options
    if "c" in options or "k" in options:
        return 0
    when = (options.rest or ["+1"])[0]
    match = re.fullmatch(r"\+?(\d+)", when)
    if when != "now" and match is None:
        return call.fail(f"Failed to parse time specification: {when}")
    if match is not None and int(match[1]):
        call.fail(f"Shutdown scheduled for {call.machine.world.stamp('%a %Y-%m-%d %H:%M:%S UTC')}, "
                  "use 'shutdown -c' to cancel.")  # fmt: skip
        call.machine.world.later(60 * int(match[1]), call.machine, "reboot" if "r" in options else "poweroff")
        return 0
    call.machine.world.on_power(call.machine, "reboot" if "r" in options else "poweroff")
    return 0


def poweroff(call: Call) -> int:
    """`poweroff`, `halt`."""
    call.machine.world.on_power(call.machine, "poweroff")
    return 0


def reboot(call: Call) -> int:
    """`reboot`."""
    call.machine.world.on_power(call.machine, "reboot")
    return 0


def logger(call: Call) -> int:
    """`logger [-t TAG] MESSAGE`."""
    options = read_options(call, "t:p:is")
    if isinstance(options, int):
        return options
    call.machine.log(options.get("t", "root"), " ".join(options.rest))
    return 0


def journalctl(call: Call) -> int:
    """`journalctl [-u UNIT] [-n N] [-b]`."""
    options = read_options(call, "u:n:bxekq", {"unit": "u", "lines": "n", "no-pager": "P", "since": "since:"})
    if isinstance(options, int):
        return options
    unit = options.get("u").removesuffix(".service")
    lines = [line for line in call.machine.processes.journal if unit in line]
    for line in lines[-int(options.get("n", "500")) :] or ["-- No entries --"]:
        call.print(line)
    return 0
