"""What the control point is asked about a host's shell: strikes, switches, and the commands it has run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from esxlab.sim.esxi.faults import Faults, Strike
from esxlab.sim.esxi.host import HOSTD_GONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.sim.esxi.start import Shell


async def obey(shell: Shell, asked: Mapping[str, Any]) -> Any:
    """Answer one line of the control point.

    `commands` of ESXi's programs since a number; `moments`: when each began; `channels`: how many were
    opened; `strike`: the fields of a Strike; `faults`: those of Faults; `hostd`: whether it is away, and
    whether the machines get other numbers; `ssh`: whether it listens; `mend`: all as at first.

    Raises:
        KeyError, TypeError: it was asked for something else.
    """
    host, do = shell.host, asked["do"]
    if do == "commands":
        return [called.line for called in host.desk.calls[int(asked.get("since", 0)) :]]
    if do == "moments":
        return [called.at_s for called in host.desk.calls]
    if do == "channels":
        return shell.sshd.channels
    if do == "strike":
        host.faults.strikes.add(Strike(**asked["strike"]))
    elif do == "faults":
        host.faults = replace(host.faults, **asked["faults"])
    elif do == "hostd":
        host.hostd_words = HOSTD_GONE if asked["away"] else ""
        if asked.get("renumber"):
            host.renumber()
    elif do == "ssh":
        await (shell.sshd.switch_on() if asked["on"] else shell.sshd.switch_off())
    elif do == "mend":
        host.faults, host.hostd_words = Faults(), ""
    else:
        raise KeyError(do)
    return {"done": do}
